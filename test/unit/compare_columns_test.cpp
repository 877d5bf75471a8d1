// Columns, and those that are required without anything that fills them: each rule fires, and does not.
#include "schema_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace schema_audit::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class OneColumn : public testing::Test {
protected:
    OneColumn() {
        sides.model.table("t").column("c");
        sides.live.table("t").column("c");
    }
    void types(std::string_view expected, std::string_view actual) {
        sides.model.last().type = sides.pool.intern(expected);
        sides.live.last().type = sides.pool.intern(actual);
    }
    void expect(std::string_view rule, Severity severity, std::string_view fix) {
        const Finding finding = sides.one();
        EXPECT_EQ(finding.rule, rule);
        EXPECT_EQ(finding.severity, severity);
        EXPECT_EQ(finding.fix, fix);
        EXPECT_EQ(finding.object_type, "column");
        EXPECT_EQ(finding.object_name, "c");
    }
    Sides sides;
};

TEST_F(OneColumn, Equal) { EXPECT_THAT(sides.audit(), IsEmpty()); }

TEST_F(OneColumn, Type) {
    types("integer", "text");
    expect("type-mismatch", Severity::error, "ALTER TABLE public.t ALTER COLUMN c TYPE integer USING c::integer;");
}
TEST_F(OneColumn, TypeThatHoldsEveryValue) {
    types("text", "character varying");
    expect("type-mismatch", Severity::warning, "ALTER TABLE public.t ALTER COLUMN c TYPE text;");
}
TEST_F(OneColumn, TypeThatIsTheSame) {
    types("timestamp without time zone", "timestamp(6) without time zone");
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(OneColumn, EnumUnderAnotherName) {
    types("public.a", "public.b");
    sides.model.enumeration("public.a", {"x", "y"});
    sides.live.enumeration("public.b", {"x", "y"});
    expect("type-mismatch", Severity::warning, "ALTER TABLE public.t ALTER COLUMN c TYPE public.a USING c::public.a;");
    sides.live.schema.enums.back().labels = sides.live.text("'y', 'x'");
    EXPECT_EQ(sides.one().severity, Severity::error);
}
// A NOT NULL since 18.
class OneNotNull : public OneColumn {
protected:
    OneNotNull() {
        sides.model.not_null();
        sides.live.not_null();
    }
    void set(SchemaBuilder &side, std::string_view name, std::string_view value) {
        side.schema.attach(side.last().attributes,
                           {find_attribute(ObjectKind::column, name).value(), side.text(value)});
    }
};
TEST_F(OneNotNull, Name) {
    set(sides.model, "not_null_name", "must");
    expect("name-mismatch", Severity::info, "ALTER TABLE public.t RENAME CONSTRAINT t_c_not_null TO must;");
    set(sides.live, "not_null_name", "must");
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(OneNotNull, NameThatTheServerMadeUp) {
    set(sides.live, "not_null_name", "t_c_not_null");  // of a table that had another name
    EXPECT_THAT(sides.audit(), IsEmpty());
    sides.live.schema.replace(sides.live.last().attributes,
                              {attribute(ObjectKind::column, "not_null_name"), sides.live.text("Old_c")});
    expect("name-mismatch", Severity::info, "ALTER TABLE public.t RENAME CONSTRAINT \"Old_c\" TO t_c_not_null;");
}
TEST_F(OneNotNull, NameWithTheNumberThatTheServerPutsBehindIt) {
    set(sides.model, "not_null_name", "t_c_not_null12");
    EXPECT_THAT(sides.audit(), IsEmpty());
    set(sides.live, "not_null_name", "t_d_not_null1");
    EXPECT_EQ(sides.one().rule, "name-mismatch");
}
TEST_F(OneNotNull, NotValid) {
    set(sides.live, "not_null_validity", "NOT VALID");
    expect("unvalidated-constraint", Severity::warning, "ALTER TABLE public.t VALIDATE CONSTRAINT t_c_not_null;");
}
TEST_F(OneNotNull, ValidWhereTheModelDoesNotAskForIt) {
    set(sides.model, "not_null_validity", "NOT VALID");
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(OneNotNull, NoInherit) {
    set(sides.live, "not_null_inheritance", "NO INHERIT");
    expect("column-mismatch", Severity::warning, "ALTER TABLE public.t ALTER CONSTRAINT t_c_not_null INHERIT;");
}
TEST_F(OneNotNull, OfOneSideAloneIsToldWithIt) {
    set(sides.live, "not_null_name", "must");
    set(sides.live, "not_null_inheritance", "NO INHERIT");
    sides.model.last().not_null = false;
    EXPECT_EQ(sides.one().rule, "nullability-mismatch");
}

TEST_F(OneColumn, Length) {
    types("character varying(20)", "character varying(10)");
    expect("length-mismatch", Severity::error, "ALTER TABLE public.t ALTER COLUMN c TYPE character varying(20);");
    types("character varying(20)", "text");
    EXPECT_EQ(sides.one().severity, Severity::warning);
}
TEST_F(OneColumn, Precision) {
    types("numeric(10,2)", "numeric(8,2)");
    expect("precision-mismatch", Severity::error, "ALTER TABLE public.t ALTER COLUMN c TYPE numeric(10,2);");
    types("numeric(8,2)", "numeric(10,2)");
    EXPECT_EQ(sides.one().severity, Severity::warning);
}
TEST_F(OneColumn, KeyWidth) {
    types("bigint", "integer");
    EXPECT_EQ(sides.one().rule, "type-mismatch");
    EXPECT_EQ(sides.one().severity, Severity::error);
    sides.model.primary_key({"c"});
    sides.live.primary_key({"c"});
    expect("key-width-mismatch", Severity::warning, "ALTER TABLE public.t ALTER COLUMN c TYPE bigint;");
    types("integer", "bigint");
    EXPECT_EQ(sides.one().severity, Severity::info);
}
TEST_F(OneColumn, Nullability) {
    sides.model.not_null();
    expect("nullability-mismatch", Severity::error, "ALTER TABLE public.t ALTER COLUMN c SET NOT NULL;");
}
TEST_F(OneColumn, NullabilityTheOtherWay) {
    sides.live.not_null();
    expect("nullability-mismatch", Severity::error, "ALTER TABLE public.t ALTER COLUMN c DROP NOT NULL;");
}
TEST_F(OneColumn, NullabilityOfAListIsOfNoMeaning) {
    sides.model.last().list = true;
    sides.live.not_null();
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(OneColumn, Default) {
    sides.model.default_value("'a'");
    sides.live.default_value("'b'");
    expect("default-mismatch", Severity::warning, "ALTER TABLE public.t ALTER COLUMN c SET DEFAULT 'a';");
}
TEST_F(OneColumn, DefaultMissing) {
    sides.model.default_value("'a'").not_null();
    sides.live.not_null();
    expect("default-missing", Severity::warning, "ALTER TABLE public.t ALTER COLUMN c SET DEFAULT 'a';");
}
TEST_F(OneColumn, DefaultThatTheModelDoesNotHave) {
    sides.live.default_value("'b'");
    expect("default-mismatch", Severity::warning, "ALTER TABLE public.t ALTER COLUMN c DROP DEFAULT;");
    sides.model.client_default(ClientDefault::constant, "'b'");
    EXPECT_EQ(sides.one().severity, Severity::info);
}
TEST_F(OneColumn, DefaultThatSaysTheSameInOtherWords) {
    sides.model.default_value("'a'").last().default_text = sides.pool.intern("'a'::text");
    sides.live.default_value("'a'");
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(OneColumn, Identity) {
    types("bigint", "bigint");
    sides.model.identity(Identity::always);
    sides.live.not_null();
    expect("identity-mismatch", Severity::error,
           "ALTER TABLE public.t ALTER COLUMN c ADD GENERATED ALWAYS AS IDENTITY; "
           "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('public.t', 'c'), coalesce(max(c), 0) + 1, "
           "false) FROM public.t;");
    sides.live.identity(Identity::by_default);
    expect("identity-mismatch", Severity::warning, "ALTER TABLE public.t ALTER COLUMN c SET GENERATED ALWAYS;");
}
TEST_F(OneColumn, IdentityThatTheModelDoesNotHave) {
    sides.model.not_null();
    sides.live.identity(Identity::always);
    expect("identity-mismatch", Severity::error, "ALTER TABLE public.t ALTER COLUMN c DROP IDENTITY;");
    sides.live.identity(Identity::by_default);
    EXPECT_EQ(sides.one().severity, Severity::warning);
}
TEST_F(OneColumn, SerialAndIdentityNumberAlike) {
    sides.model.serial();
    sides.live.identity();
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(OneColumn, SerialThatLostItsDefault) {
    sides.model.serial();
    sides.live.not_null();
    EXPECT_EQ(sides.audit(), (Found{"identity-mismatch t.c"}));
}
TEST_F(OneColumn, Generated) {
    sides.model.generated("lower(a)");
    EXPECT_EQ(sides.audit(), (Found{"generated-mismatch t.c"}));
    sides.live.generated("upper(a)");
    EXPECT_EQ(sides.audit(), (Found{"generated-mismatch t.c"}));
    sides.live.generated("lower(a)");
    EXPECT_THAT(sides.audit(), IsEmpty());
    sides.live.last().generated = Generated::virtual_;
    EXPECT_EQ(sides.audit(), (Found{"generated-mismatch t.c"}));
}
TEST_F(OneColumn, Collation) {
    sides.model.collation("\"C\"");
    expect("collation-mismatch", Severity::warning, "ALTER TABLE public.t ALTER COLUMN c TYPE text COLLATE \"C\";");
    sides.live.collation("\"C\"");
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(OneColumn, SeveralDifferencesAreSeveralFindings) {
    types("integer", "text");
    sides.model.not_null().default_value("0");
    EXPECT_EQ(sides.audit(), (Found{"nullability-mismatch t.c", "type-mismatch t.c", "default-missing t.c"}));
}

TEST(MissingColumn, FixFillsWhatItCan) {
    Sides sides;
    sides.model.table("t").column("a", "integer");
    sides.live.table("t");
    EXPECT_EQ(sides.one().fix, "ALTER TABLE public.t ADD COLUMN a integer;");
    sides.model.not_null();
    EXPECT_THAT(sides.one().fix, HasSubstr("then fill it"));
    sides.model.client_default(ClientDefault::constant, "7");
    EXPECT_EQ(sides.one().fix, "ALTER TABLE public.t ADD COLUMN a integer DEFAULT 7 NOT NULL;");
    sides.model.default_value("1");
    EXPECT_EQ(sides.one().fix, "ALTER TABLE public.t ADD COLUMN a integer DEFAULT 1 NOT NULL;");
    EXPECT_EQ(sides.one().rule, "missing-column");
}

TEST(ColumnOrder, OnlyWhenAskedFor) {
    Sides sides;
    sides.model.table("t").column("a").column("b").column("gone");
    sides.live.table("t").column("b").column("extra").column("a");
    EXPECT_THAT(sides.audit(), ElementsAre("missing-column t.gone", "extra-column t.extra"));
    AuditOptions options;
    options.column_order = true;
    EXPECT_THAT(sides.audit(Sides::everything(), options),
                ElementsAre("missing-column t.gone", "extra-column t.extra", "column-order t"));
    EXPECT_EQ(sides.findings(Sides::everything(), options).back().actual, "b, a");
}

TEST(ColumnOrder, ColumnsOnOneSideOnlyDoNotCount) {
    Sides sides;
    sides.model.table("t").column("a").column("b");
    sides.live.table("t").column("x").column("a").column("y").column("b");
    AuditOptions options;
    options.column_order = true;
    EXPECT_THAT(sides.audit(Sides::everything(), options), ElementsAre("extra-column t.x", "extra-column t.y"));
}

class ExtraColumn : public testing::Test {
protected:
    ExtraColumn() {
        sides.model.table("t").column("a");
        sides.live.table("t").column("a").column("c");
    }
    Sides sides;
};

TEST_F(ExtraColumn, Nullable) {
    EXPECT_EQ(sides.audit(), (Found{"extra-column t.c"}));
    EXPECT_EQ(sides.one().severity, Severity::warning);
}
TEST_F(ExtraColumn, Required) {
    sides.live.not_null();
    EXPECT_EQ(sides.one().rule, "orphan-required-column");
    EXPECT_EQ(sides.one().severity, Severity::error);
    EXPECT_EQ(sides.one().fix, "ALTER TABLE public.t ALTER COLUMN c DROP NOT NULL;");
    sides.live.retained("'x'");
    EXPECT_EQ(sides.one().fix, "ALTER TABLE public.t ALTER COLUMN c SET DEFAULT 'x';");
}
TEST_F(ExtraColumn, FilledByTheDatabase) {
    sides.live.not_null().default_value("1");
    EXPECT_EQ(sides.audit(), (Found{"extra-column t.c"}));
}
TEST_F(ExtraColumn, FilledByItsDomain) {
    sides.live.not_null().last().type_has_default = true;
    EXPECT_EQ(sides.audit(), (Found{"extra-column t.c"}));
}
TEST_F(ExtraColumn, FilledByIdentityOrGeneration) {
    sides.live.identity();
    EXPECT_EQ(sides.audit(), (Found{"extra-column t.c"}));
    sides.live.last().identity = Identity::none;
    sides.live.last().generated = Generated::stored;
    EXPECT_EQ(sides.audit(), (Found{"extra-column t.c"}));
}
TEST_F(ExtraColumn, FilledByATrigger) {
    sides.live.not_null().insert_trigger("BEGIN NEW.C := 1; RETURN NEW; END");
    EXPECT_EQ(sides.audit(), (Found{"extra-column t.c"}));
}
TEST_F(ExtraColumn, NotFilledByATriggerThatNamesAnother) {
    sides.live.not_null().insert_trigger("BEGIN NEW.c2 := 1; NEW.abc := 2; NEW.\"C\" := 3; RETURN NEW; END");
    EXPECT_EQ(sides.audit(), (Found{"orphan-required-column t.c"}));
}
TEST_F(ExtraColumn, QuotedNamesInTriggersKeepTheirCase) {
    sides.live.last().name = sides.pool.intern("Odd Name");
    sides.live.not_null().insert_trigger("BEGIN NEW.\"odd name\" := 1; RETURN NEW; END");
    EXPECT_EQ(sides.audit(), (Found{"orphan-required-column t.Odd Name"}));
    sides.live.insert_trigger("BEGIN NEW.\"Odd Name\" := 1; RETURN NEW; END");
    EXPECT_EQ(sides.audit(), (Found{"extra-column t.Odd Name"}));
}

class RequiredColumn : public testing::Test {
protected:
    RequiredColumn() {
        sides.model.table("t").column("c").not_null();
        sides.live.table("t").column("c").not_null();
        required.require_database_defaults = true;
    }
    Sides sides;
    AuditOptions required;
};

TEST_F(RequiredColumn, IsNothingUnlessAskedFor) {
    EXPECT_THAT(sides.audit(), IsEmpty());
    EXPECT_EQ(sides.one(required).rule, "required-column-without-default");
    EXPECT_EQ(sides.one(required).severity, Severity::info);
    EXPECT_EQ(sides.one(required).fix, "");
    sides.model.client_default(ClientDefault::constant, "'new'");
    EXPECT_EQ(sides.one(required).fix, "ALTER TABLE public.t ALTER COLUMN c SET DEFAULT 'new';");
}
TEST_F(RequiredColumn, AKeyHasNoSensibleDefault) {
    sides.live.primary_key({"c"});
    sides.model.primary_key({"c"});
    EXPECT_THAT(sides.audit(Sides::everything(), required), IsEmpty());
}
TEST_F(RequiredColumn, FilledByATrigger) {
    sides.live.insert_trigger("NEW.c := 1");
    EXPECT_THAT(sides.audit(Sides::everything(), required), IsEmpty());
}
TEST_F(RequiredColumn, DefaultDroppedAfterAdd) {
    sides.live.retained("0");
    EXPECT_EQ(sides.one().rule, "default-dropped-after-add");
    EXPECT_EQ(sides.one().severity, Severity::warning);
    EXPECT_EQ(sides.one().fix, "ALTER TABLE public.t ALTER COLUMN c SET DEFAULT 0;");
    sides.model.client_default(ClientDefault::callable);
    EXPECT_EQ(sides.one().severity, Severity::info);
}
TEST_F(RequiredColumn, DroppedDefaultIsToldOnce) {
    sides.live.retained("0");
    sides.model.default_value("0");
    EXPECT_EQ(sides.audit(), (Found{"default-missing t.c"}));
}
TEST_F(RequiredColumn, DroppedDefaultWasAgreedWhereTheModelIsTheDatabase) {
    sides.live.retained("0");
    sides.model.schema.models[0].from_database = true;
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(RequiredColumn, OfAModelThatAllowsNullsIsANullabilityMismatchAlone) {
    sides.live.retained("0");
    sides.model.last().not_null = false;
    EXPECT_EQ(sides.audit(), (Found{"nullability-mismatch t.c"}));
}

}  // namespace
}  // namespace schema_audit::test
