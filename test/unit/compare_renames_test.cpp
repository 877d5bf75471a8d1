// Renamed columns and tables: what must not be taken for one comes first.
#include "schema_builder.hpp"

#include "core/schema/rename_in_sql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace schema_audit::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Found missing_and_extra{"missing-column t.a", "extra-column t.b"};

// id, the columns that a test adds, last.
class RenamedColumns : public testing::Test {
protected:
    RenamedColumns() {
        both([](SchemaBuilder &side) { side.table("t").column("id", "bigint").not_null(); });
    }
    void both(auto add) {
        add(model);
        add(live);
    }
    void finish() {
        both([](SchemaBuilder &side) { side.column("last", "date"); });
    }
    Sides sides;
    SchemaBuilder &model = sides.model, &live = sides.live;
};

TEST_F(RenamedColumns, OfAnotherTypeAreTwo) {
    model.column("a", "text");
    live.column("b", "integer");
    EXPECT_EQ(sides.audit(), missing_and_extra);
}
TEST_F(RenamedColumns, FilledOrConstrainedOtherwiseAreTwo) {
    model.column("a");
    live.column("b");
    const auto differs = [&](auto change) {
        const Column before = live.last();
        change(live.last());
        EXPECT_THAT(sides.audit(), testing::Contains("missing-column t.a"));
        live.last() = before;
    };
    differs([](Column &item) { item.not_null = true; });
    differs([&](Column &item) { item.default_normal = live.text("0"); });
    differs([](Column &item) { item.identity = Identity::always; });
    differs([](Column &item) { item.generated = Generated::stored; });
    differs([](Column &item) { item.owns_sequence = true, item.default_normal = TextId{1}; });
    differs([&](Column &item) { item.collation = live.text("\"C\""); });
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a"}));
}
TEST_F(RenamedColumns, WithConstraintsThatDifferAreTwo) {
    model.column("a");
    live.column("b");
    finish();
    live.unique({"b"});
    EXPECT_EQ(sides.audit(), missing_and_extra);
    live.schema.constraints.clear();
    model.foreign_key({"a"}, "person");
    live.foreign_key({"b"}, "company");
    EXPECT_THAT(sides.audit(), testing::Contains("missing-column t.a"));
    live.schema.constraints.clear();
    EXPECT_THAT(sides.audit(), testing::Contains("missing-column t.a"));
}
TEST_F(RenamedColumns, WithoutItsIndexIsAnother) {
    model.column("a").index("i", {"id"}).last_index().predicate_normal = model.text("a IS NULL");
    live.column("b");
    EXPECT_EQ(sides.audit(), (Found{"missing-column t.a", "extra-column t.b", "missing-index t.i"}));
    live.index("i", {"id"}).last_index().predicate_normal = live.text("b IS NULL");
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a"}));
}
TEST_F(RenamedColumns, AtAnotherPlaceWithNothingElseInCommonAreTwo) {
    model.column("a");
    finish();
    live.column("last", "date").column("b");
    EXPECT_EQ(sides.audit(), missing_and_extra);
}
TEST_F(RenamedColumns, WithRivalsStayTwo) {
    model.column("a");
    live.column("b").column("c");
    finish();
    EXPECT_EQ(sides.audit(), (Found{"missing-column t.a", "extra-column t.b", "extra-column t.c"}));
    model.column("a2").last().position = 1;
    EXPECT_THAT(sides.audit(), Not(testing::Contains("renamed-column t.a")));
}
TEST_F(RenamedColumns, OfATableThatHasLittleInCommonStayMissing) {
    model.column("a", "text").column("b", "integer");
    live.column("x", "text").column("y", "integer");
    EXPECT_THAT(sides.audit(),
                ElementsAre("missing-column t.a", "missing-column t.b", "extra-column t.x", "extra-column t.y"));
}
TEST_F(RenamedColumns, OfAnUnmanagedModelStayMissing) {
    model.column("a").this_table().managed = false;
    live.column("b");
    EXPECT_THAT(sides.audit(), ElementsAre("missing-column t.a"));
}
TEST_F(RenamedColumns, NamedByAnotherModelIsNoCandidate) {
    model.column("a");
    model.model("other").table("t").column("b");
    live.column("b");
    EXPECT_THAT(sides.audit(), ElementsAre("missing-column t.a", "duplicate-model t"));
}
TEST_F(RenamedColumns, ThatModelsWouldPairDifferentlyStayMissing) {
    model.column("a");
    model.model("other").table("t").column("id", "bigint").not_null().column("c");
    live.column("b");
    EXPECT_THAT(sides.audit(),
                ElementsAre("missing-column t.a", "missing-column t.c", "extra-column t.b", "duplicate-model t"));
    AuditFilter filter = Sides::everything();
    filter.models = {"app"};
    EXPECT_THAT(sides.audit(filter), ElementsAre("missing-column t.a", "extra-column t.b"));
}
TEST_F(RenamedColumns, AcceptedAsMissingOrExtraAreNoCandidates) {
    model.column("a");
    live.column("b");
    Suppression suppression;
    suppression.finding_key = "extra-column:public.t:column:b";
    suppression.reason = "legacy";
    sides.suppressions.push_back(suppression);
    EXPECT_THAT(sides.audit(), ElementsAre("missing-column t.a"));
    EXPECT_THAT(sides.columns().at(1).differences, ElementsAre("missing-column"));
    sides.suppressions.front().finding_key = "missing-column:public.t:column:a";
    EXPECT_THAT(sides.audit(), ElementsAre("extra-column t.b"));
    sides.suppressions.front().expired = true;
    EXPECT_THAT(sides.audit(), testing::Contains("renamed-column t.a"));
    sides.suppressions.front().expired = false;
    sides.suppressions.front().finding_key = "renamed-column:public.t:column:a";
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(RenamedColumns, ThatTheServerCannotReadAreNoCandidates) {
    model.column("a");
    live.column("b");
    sides.problems.push_back({0, "column", "a", "no such type"});
    EXPECT_THAT(sides.audit(), ElementsAre("unreadable-model t.a", "extra-column t.b"));
}

TEST_F(RenamedColumns, AtTheSamePlace) {
    model.column("a");
    live.column("b");
    finish();
    const Finding finding = sides.one();
    EXPECT_EQ(finding.rule, "renamed-column");
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_EQ(finding.expected, "a");
    EXPECT_EQ(finding.actual, "b");
    EXPECT_EQ(finding.fix, "ALTER TABLE public.t RENAME COLUMN b TO a;");
    EXPECT_EQ(finding.key, "renamed-column:public.t:column:a");
    EXPECT_EQ(finding.message,
              "column a of public.t is in the model and not in the database, b is in the database and in no model, and "
              "they have the same type and place: either it was renamed (fix: ALTER TABLE public.t RENAME COLUMN b TO "
              "a;), or one was dropped and the other added (fix: ALTER TABLE public.t ADD COLUMN a text;, and when "
              "nothing needs its data ALTER TABLE public.t DROP COLUMN b;); until then every statement that names a "
              "fails");
}
TEST_F(RenamedColumns, RequiredIsToldOnce) {
    model.column("a").not_null();
    live.column("b").not_null();
    EXPECT_EQ(sides.one().rule, "renamed-column");
    EXPECT_THAT(sides.one().message, HasSubstr("so does every INSERT"));
}
TEST_F(RenamedColumns, AtAnotherPlaceWithTheSameConstraint) {
    model.column("a");
    finish();
    model.unique({"a"});
    live.column("last", "date").column("b").unique({"b"});
    // `finish` gave the database a second column of that name
    live.schema.columns.erase(live.schema.columns.begin() + 1);
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a"}));
    EXPECT_THAT(sides.one().message, HasSubstr("the same type and constraints"));
}
TEST_F(RenamedColumns, DependentsThatFollowAreNotToldAgain) {
    both([](SchemaBuilder &side) { side.column("self", "bigint"); });
    model.column("a").primary_key({"id"}).unique({"a", "id"}).check("lower(a) <> 'a'").exclusion("EXCLUDE (a WITH =)");
    model.index("i", {"a", "lower(a)"}).last_index().predicate_normal = model.text("a IS NOT NULL");
    model.last_index().include = model.list({"a"});
    model.column("twice").generated("upper(a)");
    model.table("child").column("t_a").foreign_key({"t_a"}, "t", {"a"});
    live.column("B b").primary_key({"id"}).unique({"B b", "id"}).check("lower(\"B b\") <> 'a'");
    live.exclusion("EXCLUDE (\"B b\" WITH =)");
    live.index("i", {"\"B b\"", "lower(\"B b\")"}).last_index().predicate_normal = live.text("\"B b\" IS NOT NULL");
    live.last_index().include = live.list({"\"B b\""});
    live.column("twice").generated("upper(\"B b\")");
    live.table("child").column("t_a").foreign_key({"t_a"}, "t", {"B b"});
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a"}));
    EXPECT_EQ(sides.one().fix, "ALTER TABLE public.t RENAME COLUMN \"B b\" TO a;");
}
TEST_F(RenamedColumns, DependentsThatDifferAreTold) {
    model.column("a").index("i", {"a"}).index("j", {"a", "id"});
    live.column("b").index("i", {"b DESC"}).index("j", {"b", "id"});
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a", "index-mismatch t.i"}));
}
TEST_F(RenamedColumns, NamesOfDependentsFollowToo) {
    model.column("a").unique({"a"}, "t_a_key").index("other", {"a"});
    live.column("b").unique({"b"}, "t_b_key").index("another", {"b"});
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a", "name-mismatch t.other"}));
}
TEST_F(RenamedColumns, SeveralThatPairOneByOne) {
    model.column("a", "text").column("b", "integer");
    live.column("x", "text").column("y", "integer");
    finish();
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a", "renamed-column t.b"}));
}
TEST_F(RenamedColumns, SeveralInOneConstraint) {
    model.column("a", "text").column("b", "integer").unique({"a", "b"});
    live.column("x", "text").column("y", "integer").unique({"y", "x"});
    finish();
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a", "renamed-column t.b"}));
}
TEST_F(RenamedColumns, TheOthersAreStillMissingAndExtra) {
    model.column("a", "text").column("gone", "integer");
    live.column("b", "text").column("more", "date").not_null();
    finish();
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a", "missing-column t.gone", "orphan-required-column t.more"}));
}
TEST_F(RenamedColumns, ChildrenAndPartitionsAreToldWithTheirParent) {
    model.column("a").check("a <> ''");
    live.column("b").check("b <> ''");
    both([](SchemaBuilder &side) { side.table("child").column("id", "bigint").not_null(); });
    model.column("a").check("a <> ''").column("own", "integer");
    live.column("b").check("b <> ''").column("own", "integer").this_table().inherits = true;
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a"}));
    both([](SchemaBuilder &side) {
        side.this_table().kind = TableKind::partition;
        side.schema.tables.front().kind = TableKind::partitioned_table;
    });
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a"}));
}
TEST_F(RenamedColumns, EachModelThatMissesItTells) {
    model.column("a");
    model.model("other").table("t").column("a").this_table().managed = false;
    live.column("b");
    EXPECT_EQ(sides.audit(), (Found{"renamed-column t.a", "renamed-column t.a"}));
}
TEST_F(RenamedColumns, BesideEachOtherInColumns) {
    model.column("a").not_null();
    live.column("b").not_null();
    const std::vector<ColumnRow> rows = sides.columns();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].column_name, "a");
    EXPECT_EQ(rows[1].actual_type, "text");
    EXPECT_FALSE(rows[1].matched);
    EXPECT_THAT(rows[1].differences, ElementsAre("renamed-column"));
}

class RenamedTables : public testing::Test {
protected:
    // A table that is like no other, under a name, with the names of what hangs on it.
    static void customer(SchemaBuilder &side, std::string_view name, const std::string &stem,
                         std::string_view schema = "public") {
        side.table(name, schema).column("id", "bigint").not_null().column("email").column("phone").column("vat");
        side.primary_key({"id"}, stem + "_pkey");
    }
    Sides sides;
    SchemaBuilder &model = sides.model, &live = sides.live;
};

TEST_F(RenamedTables, OfGenericShapeAreTwo) {
    for (const bool third : {false, true}) {
        model.table("color").column("id", "bigint").column("name").primary_key({"id"}, "color_pkey");
        live.table("flavour").column("id", "bigint").column("name").primary_key({"id"}, "flavour_pkey");
        if (third) {
            model.column("code").column("rank");
            live.column("code").column("rank");
            for (SchemaBuilder *side : {&model, &live}) {
                side->table("size").column("id", "bigint").column("name").column("code").column("rank");
            }
        }
        EXPECT_EQ(sides.audit(), (Found{"missing-table color", "extra-table flavour"}));
        model.schema.tables.clear(), model.schema.columns.clear(), model.schema.constraints.clear();
        live.schema.tables.clear(), live.schema.columns.clear(), live.schema.constraints.clear();
    }
}
TEST_F(RenamedTables, JunctionsLedgersAndPartitionsAreNone) {
    for (SchemaBuilder *side : {&model, &live}) {
        side->table("a").column("id", "bigint").table("b").column("id", "bigint");
    }
    const auto junction = [](SchemaBuilder &side, std::string_view name) {
        side.table(name).column("a_id", "bigint").column("b_id", "bigint").primary_key({"a_id", "b_id"}, "a_b_pkey");
        side.foreign_key({"a_id"}, "a", {"id"}, "f1").foreign_key({"b_id"}, "b", {"id"}, "f2");
    };
    junction(model, "a_b");
    junction(live, "a_to_b");
    model.table("history").column("id", "bigint").column("app").column("name").column("applied", "date");
    live.table("ledger").column("id", "bigint").column("app").column("name").column("applied", "date");
    customer(model, "p_2024", "p_2024");
    model.this_table().kind = TableKind::partition;
    customer(live, "p_2025", "p_2024");
    live.this_table().inherits = true;
    EXPECT_THAT(sides.audit(),
                ElementsAre("missing-table a_b", "missing-table history", "orphaned-junction-table a_to_b",
                            "missing-partition p_2024.p_2024", "extra-partition p_2025.p_2025"));
}
TEST_F(RenamedTables, OfOtherColumnsOrAnotherKeyAreTwo) {
    customer(model, "customer", "customer");
    live.table("client").column("id", "bigint").column("email").column("phone").column("vat", "integer");
    live.column("since", "date").primary_key({"id"}, "customer_pkey");
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table customer", "extra-table client"));
    live.schema.columns.pop_back();
    EXPECT_THAT(sides.audit(), testing::Contains("renamed-table customer"));
    live.last_constraint().columns = live.list({"email"});
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table customer", "extra-table client"));
    live.schema.constraints.clear();  // as CREATE TABLE … AS makes a copy
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table customer", "extra-table client"));
}
TEST_F(RenamedTables, WithRivalsStayTwo) {
    customer(model, "customer", "customer");
    customer(live, "client", "client");
    customer(live, "buyer", "buyer");
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table customer", "extra-table buyer", "extra-table client"));
}
TEST_F(RenamedTables, OfAnotherSchemaAreTwo) {
    model.schema.models.front().governed = model.list({"public", "crm"});
    customer(model, "customer", "customer");
    customer(live, "client", "customer", "crm");
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table customer", "extra-table client"));
}
TEST_F(RenamedTables, WithAViewInItsPlaceAreTwo) {
    customer(model, "customer", "customer");
    customer(live, "client", "customer");
    live.table("customer").this_table().kind = TableKind::view;
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table customer", "extra-table client"));
}
TEST_F(RenamedTables, AcceptedAsExtraIsNoCandidate) {
    customer(model, "customer", "customer");
    customer(live, "client", "customer");
    Suppression suppression;
    suppression.rule = "extra-table";
    suppression.reason = "legacy";
    sides.suppressions.push_back(suppression);
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table customer"));
}
TEST_F(RenamedTables, OfALostModelAreNone) {
    customer(model, "customer", "customer");
    customer(live, "client", "customer");
    model.schema.lost = {{model.text("app"), model.text("public"), model.text("client")}};
    EXPECT_THAT(sides.audit(), ElementsAre("unreadable-model client", "missing-table customer"));
}
TEST_F(RenamedTables, WhatNoAuditedModelMissesIsStillAnExtra) {
    model.model("other", {});
    customer(model, "customer", "customer");
    customer(live, "client", "customer");
    AuditFilter filter = Sides::everything();
    filter.models = {"app"};
    EXPECT_THAT(sides.audit(filter), ElementsAre("extra-table client"));
    EXPECT_THAT(sides.audit(), ElementsAre("renamed-table customer"));
}

TEST_F(RenamedTables, WithTheNamesThatItsPartsKept) {
    model.table("supplier").column("id", "bigint").column("code").primary_key({"id"}, "supplier_pkey");
    live.table("vendor").column("id", "bigint").column("code").primary_key({"id"}, "supplier_pkey");
    const Finding finding = sides.one();
    EXPECT_EQ(finding.rule, "renamed-table");
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_EQ(finding.expected, "supplier");
    EXPECT_EQ(finding.actual, "vendor");
    EXPECT_EQ(finding.fix, "ALTER TABLE public.vendor RENAME TO supplier;");
    EXPECT_EQ(finding.key, "renamed-table:public.supplier:table:supplier");
    EXPECT_EQ(finding.message,
              "table public.supplier is in the model and not in the database, public.vendor is in the database and in "
              "no model, and they have the same 2 of 2 columns and names of constraints or indexes: either it was "
              "renamed (fix: ALTER TABLE public.vendor RENAME TO supplier;), or one was dropped and the other added "
              "(fix: run the migrations that create public.supplier, and when nothing needs its data DROP TABLE "
              "public.vendor;)");
    AuditFilter filter = Sides::everything();
    for (const std::string_view name : {"supplier", "vendor"}) {
        filter.tables = name;
        EXPECT_THAT(sides.audit(filter), ElementsAre("renamed-table supplier"));
    }
}
TEST_F(RenamedTables, WithTheForeignKeysThatFollow) {
    const auto add = [](SchemaBuilder &side, std::string_view name, std::string_view key) {
        side.table(name).column("id", "bigint").column("code").primary_key({"id"}, key);
        side.table("item").column("owner", "bigint").foreign_key({"owner"}, name);
    };
    add(model, "supplier", "supplier_pkey");
    add(live, "vendor", "vendor_pkey");
    EXPECT_THAT(sides.audit(), ElementsAre("renamed-table supplier"));
}
TEST_F(RenamedTables, WithColumnsThatNoOtherTableHas) {
    customer(model, "customer", "customer");
    model.index("customer_email_idx", {"email"});
    customer(live, "client", "client");
    live.index("client_email_idx", {"email"});
    EXPECT_THAT(sides.audit(), ElementsAre("renamed-table customer"));
}
TEST_F(RenamedTables, OfTenantsPairEachInItsSchema) {
    model.schema.models.front().governed = model.list({"one", "two"});
    for (const std::string_view schema : {"one", "two"}) {
        customer(model, "customer", "customer", schema);
        customer(live, "client", "client", schema);
    }
    EXPECT_THAT(sides.audit(), ElementsAre("renamed-table customer", "renamed-table customer"));
}
TEST_F(RenamedTables, PartsThatDifferAreTold) {
    customer(model, "customer", "customer");
    model.column("name").column("city").check("vat <> ''");
    customer(live, "client", "customer");
    live.column("city").not_null().column("title", "date");
    EXPECT_THAT(sides.audit(),
                ElementsAre("nullability-mismatch customer.city", "missing-column customer.name",
                            "renamed-table customer", "missing-check customer.ck", "extra-column customer.title"));
    EXPECT_THAT(sides.findings().front().message,
                HasSubstr("; the table is public.client now, and the fix is for when it is renamed"));
}
TEST_F(RenamedTables, WithARenamedColumn) {
    customer(model, "customer", "customer");
    model.column("name").index("i", {"name"});
    customer(live, "client", "customer");
    live.column("title").index("i", {"title"});
    EXPECT_THAT(sides.audit(), ElementsAre("renamed-column customer.name", "renamed-table customer"));
}
TEST_F(RenamedTables, ColumnsAreComparedAndNotMatched) {
    customer(model, "customer", "customer");
    customer(live, "client", "customer");
    const std::vector<ColumnRow> rows = sides.columns();
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0].table_name, "customer");
    EXPECT_EQ(rows[0].actual_type, "bigint");
    EXPECT_FALSE(rows[0].matched);
    EXPECT_THAT(rows[0].differences, ElementsAre("renamed-table"));
}
TEST_F(RenamedTables, ChildrenFollow) {
    constexpr AttributeId inherits = attribute(ObjectKind::table, "inherits");
    customer(model, "customer", "customer");
    customer(live, "client", "customer");
    for (SchemaBuilder *side : {&model, &live}) {
        side->table("child").column("own").this_table().inherits = true;
    }
    model.schema.attach(model.this_table().attributes, {inherits, model.text("public.other, public.customer")});
    live.schema.attach(live.this_table().attributes, {inherits, live.text("public.other, public.client")});
    EXPECT_THAT(sides.audit(), ElementsAre("renamed-table customer"));
}
TEST_F(RenamedTables, SequencesFollow) {
    customer(model, "customer", "customer");
    customer(live, "client", "customer");
    for (SchemaBuilder *side : {&model, &live}) {
        SchemaObject sequence;
        sequence.kind = ObjectKind::sequence;
        sequence.schema = side->text("public");
        sequence.table = side->schema.tables.back().name;
        sequence.name = side->text("customer_id_seq");
        side->schema.attach(sequence.attributes, {attribute(ObjectKind::sequence, "owned_by"), side->text("id")});
        side->schema.attach(sequence.attributes, {attribute(ObjectKind::sequence, "increment"), side->text("2")});
        side->schema.objects.push_back(sequence);
    }
    EXPECT_THAT(sides.audit(), ElementsAre("renamed-table customer"));
}

TEST(RenameInSql, ColumnsAlone) {
    const auto renamed = [](std::string_view sql) {
        const std::vector<NewName> names{{"b", "a"}, {"\"B b\"", "c"}, {"date", "day"}};
        return rename_in_sql(sql, names);
    };
    EXPECT_EQ(renamed("(b > 1)"), "(a > 1)");
    EXPECT_EQ(renamed("b(b) || bb || b_b || b1"), "b(a) || bb || b_b || b1");
    EXPECT_EQ(renamed("b = 'b' AND b = 'it''s b' AND b = E'\\'b'"), "a = 'b' AND a = 'it''s b' AND a = E'\\'b'");
    EXPECT_EQ(renamed("\"B b\" = \"b\" OR \"B b\"\"\" IS NULL"), "c = \"b\" OR \"B b\"\"\" IS NULL");
    EXPECT_EQ(renamed("date = '2000-01-01'::date"), "day = '2000-01-01'::date");
    EXPECT_EQ(renamed("(x).b = s.b(b) AND b COLLATE \"B b\" = ''"), "(x).b = s.b(a) AND a COLLATE \"B b\" = ''");
    EXPECT_EQ(renamed("b"), "a");
    EXPECT_EQ(renamed("'unterminated b"), "'unterminated b");
    EXPECT_EQ(renamed(""), "");
}

TEST(RenameTablesInSql, WhereTheTextNamesThem) {
    const auto renamed = [](std::string_view sql) {
        const std::vector<NewTableName> tables{{"shop", "b", "a"}, {"\"S s\"", "\"B b\"", "c"}};
        return rename_tables_in_sql(sql, tables);
    };
    EXPECT_EQ(renamed("SELECT b.x, b.b FROM shop.b"), "SELECT a.x, a.b FROM shop.a");
    EXPECT_EQ(renamed("SELECT x FROM shop.b y"), "SELECT x FROM shop.a y");
    EXPECT_EQ(renamed("SELECT b.x, b_1.x FROM shop.b, shop.b b_1"), "SELECT a.x, a_1.x FROM shop.a, shop.a a_1");
    EXPECT_EQ(renamed("SELECT \"B b\".x FROM \"S s\".\"B b\""), "SELECT c.x FROM \"S s\".c");
    EXPECT_EQ(renamed("nextval('shop.b'::regclass)"), "nextval('shop.a'::regclass)");
    EXPECT_EQ(renamed("(x)::shop.b"), "(x)::shop.a");
    // Not the table: a column, another schema's, part of a name, a literal, nothing of it at all.
    EXPECT_EQ(renamed("SELECT b FROM shop.b"), "SELECT b FROM shop.a");
    EXPECT_EQ(renamed("SELECT b.x FROM other.b"), "SELECT b.x FROM other.b");
    EXPECT_EQ(renamed("SELECT bb.x, 'b.x', 'shop.b.x' FROM shop.bb, shop.b"),
              "SELECT bb.x, 'b.x', 'shop.b.x' FROM shop.bb, shop.a");
    EXPECT_EQ(renamed("b.x"), "b.x");
    EXPECT_EQ(renamed(""), "");
}

}  // namespace
}  // namespace schema_audit::test
