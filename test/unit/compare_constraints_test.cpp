// Constraints and indexes: each rule fires, and does not.
#include "schema_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace schema_audit::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Constraints : public testing::Test {
protected:
    Constraints() {
        for (SchemaBuilder *side : {&model, &live}) {
            side->table("t").column("a").column("b").column("c");
        }
    }
    void expect(std::string_view rule, Severity severity, std::string_view fix) {
        const Finding finding = sides.one();
        EXPECT_EQ(finding.rule, rule);
        EXPECT_EQ(finding.severity, severity);
        EXPECT_EQ(finding.fix, fix);
    }
    Sides sides;
    SchemaBuilder &model = sides.model, &live = sides.live;
};
using Indexes = Constraints;

TEST_F(Constraints, PrimaryKeyMissing) {
    model.primary_key({"a", "b"});
    expect("missing-primary-key", Severity::error, "ALTER TABLE public.t ADD CONSTRAINT pk PRIMARY KEY (a, b);");
}
TEST_F(Constraints, PrimaryKeyOfOtherColumns) {
    model.primary_key({"a", "b"});
    live.primary_key({"a"});
    expect("primary-key-mismatch", Severity::error,
           "ALTER TABLE public.t DROP CONSTRAINT pk, ADD CONSTRAINT pk PRIMARY KEY (a, b);");
}
TEST_F(Constraints, PrimaryKeyInAnotherOrder) {
    model.primary_key({"a", "b"});
    live.primary_key({"b", "a"});
    EXPECT_EQ(sides.one().rule, "primary-key-mismatch");
    EXPECT_EQ(sides.one().severity, Severity::warning);
}
TEST_F(Constraints, PrimaryKeyThatTheModelDoesNotHave) {
    live.primary_key({"a"});
    expect("extra-constraint", Severity::warning, "ALTER TABLE public.t DROP CONSTRAINT pk;");
}
TEST_F(Constraints, OtherNameIsInfo) {
    model.primary_key({"a"}, "pk_t").check("a <> ''", "c1").unique({"b"}, "u1");
    live.primary_key({"a"}, "t_pkey").check("a <> ''", "c2").unique({"b"}, "u2");
    EXPECT_EQ(sides.audit(), (Found{"name-mismatch t.c1", "name-mismatch t.pk_t", "name-mismatch t.u1"}));
    for (const Finding &finding : sides.findings()) {
        EXPECT_EQ(finding.severity, Severity::info);
    }
}
TEST_F(Constraints, ForeignKeyMissing) {
    model.foreign_key({"a"}, "parent");
    expect("missing-foreign-key", Severity::error,
           "ALTER TABLE public.t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES public.parent (id) NOT VALID; ALTER "
           "TABLE public.t VALIDATE CONSTRAINT fk;");
}
TEST_F(Constraints, ForeignKeyExtra) {
    live.foreign_key({"a"}, "parent");
    expect("extra-foreign-key", Severity::warning, "ALTER TABLE public.t DROP CONSTRAINT fk;");
}
TEST_F(Constraints, ForeignKeyToAnotherTable) {
    model.foreign_key({"a"}, "parent");
    live.foreign_key({"a"}, "uncle", {"id"}, "old");
    expect(
        "foreign-key-mismatch", Severity::error,
        "ALTER TABLE public.t DROP CONSTRAINT old, ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES public.parent (id);");
}
TEST_F(Constraints, ForeignKeyToAnotherColumn) {
    model.foreign_key({"a"}, "parent", {"id"});
    live.foreign_key({"a"}, "parent", {"code"});
    EXPECT_EQ(sides.one().severity, Severity::error);
}
TEST_F(Constraints, ForeignKeyOfAnotherColumnUnderTheSameName) {
    model.foreign_key({"a"}, "parent");
    live.foreign_key({"b"}, "parent");
    EXPECT_EQ(sides.audit(), (Found{"foreign-key-mismatch t.fk"}));
    EXPECT_EQ(sides.one().severity, Severity::error);
}
TEST_F(Constraints, ForeignKeyWithoutReferencedColumnsMeansThePrimaryKey) {
    model.foreign_key({"a"}, "parent", {});
    live.foreign_key({"a"}, "parent", {"id"});
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(Constraints, ForeignKeyPairsInAnyOrder) {
    model.foreign_key({"a", "b"}, "parent", {"x", "y"});
    live.foreign_key({"b", "a"}, "parent", {"y", "x"});
    EXPECT_THAT(sides.audit(), IsEmpty());
    live.last_constraint().referenced_columns = live.list({"x", "y"});
    EXPECT_EQ(sides.audit(), (Found{"foreign-key-mismatch t.fk"}));
}
TEST_F(Constraints, ForeignKeyActionsMatchAndTiming) {
    model.foreign_key({"a"}, "parent");
    const auto warns = [&](auto change) {
        live.schema.constraints.clear();
        live.foreign_key({"a"}, "parent");
        change(live.last_constraint());
        EXPECT_EQ(sides.audit(), (Found{"foreign-key-mismatch t.fk"}));
        EXPECT_EQ(sides.one().severity, Severity::warning);
    };
    warns([](Constraint &item) { item.on_delete = 'c'; });
    EXPECT_EQ(sides.one().actual, "FOREIGN KEY (a) REFERENCES public.parent (id) ON DELETE CASCADE");
    warns([](Constraint &item) { item.on_update = 'n'; });
    EXPECT_EQ(sides.one().actual, "FOREIGN KEY (a) REFERENCES public.parent (id) ON UPDATE SET NULL");
    warns([](Constraint &item) { item.match_type = 'f'; });
    EXPECT_EQ(sides.one().actual, "FOREIGN KEY (a) REFERENCES public.parent (id) MATCH FULL");
    warns([](Constraint &item) { item.deferrable = true; });
    EXPECT_EQ(sides.one().actual, "FOREIGN KEY (a) REFERENCES public.parent (id) DEFERRABLE");
    warns([](Constraint &item) { item.deferrable = item.initially_deferred = true; });
    EXPECT_EQ(sides.one().actual, "FOREIGN KEY (a) REFERENCES public.parent (id) DEFERRABLE INITIALLY DEFERRED");
    EXPECT_EQ(
        sides.one().fix,
        "ALTER TABLE public.t DROP CONSTRAINT fk, ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES public.parent (id);");
}
TEST_F(Constraints, NotValidAlone) {
    model.foreign_key({"a"}, "parent");
    live.foreign_key({"a"}, "parent").last_constraint().validated = false;
    expect("unvalidated-constraint", Severity::warning, "ALTER TABLE public.t VALIDATE CONSTRAINT fk;");
    model.last_constraint().validated = false;
    EXPECT_THAT(sides.audit(), IsEmpty());
    live.last_constraint().validated = true;
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(Constraints, UniqueMissing) {
    model.unique({"a", "b"});
    expect("missing-unique", Severity::error, "ALTER TABLE public.t ADD CONSTRAINT uq UNIQUE (a, b);");
}
TEST_F(Constraints, UniqueInAnotherOrderIsTheSameRule) {
    model.unique({"a", "b"});
    live.unique({"b", "a"});
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(Constraints, UniqueOfOtherColumnsUnderTheSameName) {
    model.unique({"a"});
    live.unique({"a", "b"});
    EXPECT_EQ(sides.audit(), (Found{"unique-mismatch t.uq"}));
    EXPECT_EQ(sides.one().severity, Severity::error);
}
TEST_F(Constraints, UniqueNulls) {
    model.unique({"a"}).last_constraint().nulls_not_distinct = true;
    live.unique({"a"});
    EXPECT_EQ(sides.one().rule, "unique-mismatch");
    EXPECT_EQ(sides.one().expected, "UNIQUE NULLS NOT DISTINCT (a)");
    EXPECT_EQ(sides.one().severity, Severity::warning);
}
TEST_F(Constraints, UniqueIndexInsteadOfConstraint) {
    model.unique({"a", "b"});
    live.index("i", {"b", "a"}, true);
    EXPECT_EQ(sides.audit(), (Found{"unique-kind-mismatch t.uq"}));
    EXPECT_EQ(sides.one().fix, "ALTER TABLE public.t ADD CONSTRAINT uq UNIQUE USING INDEX i;");
}
TEST_F(Constraints, PartialOrInvalidUniqueIndexIsNoConstraint) {
    model.unique({"a"});
    live.index("i", {"a"}, true).last_index().predicate_normal = sides.pool.intern("b <> ''");
    EXPECT_EQ(sides.audit(), (Found{"missing-unique t.uq", "extra-index t.i"}));
    live.last_index().predicate_normal = TextId::none;
    live.last_index().valid = false;
    EXPECT_EQ(sides.audit(), (Found{"missing-unique t.uq", "invalid-index t.i"}));
}
TEST_F(Constraints, PrimaryKeyInsteadOfUnique) {
    model.primary_key({"a"}).unique({"a"});
    live.primary_key({"a"});
    EXPECT_EQ(sides.audit(), (Found{"unique-kind-mismatch t.uq"}));
}
TEST_F(Constraints, OneMoreUniqueConstraintBesideTheIndexOfTheModel) {
    model.index("i", {"a"}, true);
    live.index("i", {"a"}, true).unique({"a"});
    EXPECT_EQ(sides.audit(), (Found{"extra-constraint t.uq"}));
}
TEST_F(Constraints, Check) {
    model.check("a <> ''");
    expect("missing-check", Severity::warning,
           "ALTER TABLE public.t ADD CONSTRAINT ck CHECK (a <> '') NOT VALID; ALTER TABLE public.t VALIDATE CONSTRAINT "
           "ck;");
    live.check("b <> ''");
    EXPECT_EQ(sides.audit(), (Found{"check-mismatch t.ck"}));
    live.check("a <> ''", "other");
    EXPECT_EQ(sides.audit(), (Found{"extra-constraint t.ck", "name-mismatch t.ck"}));
}
TEST_F(Constraints, CheckOfTwoNamesPairsByNameFirst) {
    model.check("a <> ''", "one").check("a <> ''", "two");
    live.check("a <> ''", "two").check("a <> ''", "three");
    EXPECT_EQ(sides.audit(), (Found{"name-mismatch t.one"}));
}
TEST_F(Constraints, TwinsPairWithTheirAttributesFirst) {
    model.foreign_key({"a"}, "parent", {"id"}, "x").last_constraint().on_delete = 'c';
    live.foreign_key({"a"}, "parent", {"id"}, "w").foreign_key({"a"}, "parent", {"id"}, "y");
    live.last_constraint().on_delete = 'c';
    EXPECT_EQ(sides.audit(), (Found{"extra-foreign-key t.w", "name-mismatch t.x"}));
    EXPECT_EQ(sides.findings().back().actual, "y");
}
TEST_F(Constraints, NamesakesPairBeforeOthersOfTheSameColumns) {
    model.foreign_key({"a"}, "one", {"id"}, "f1").foreign_key({"a"}, "two", {"id"}, "f2");
    live.foreign_key({"a"}, "three", {"id"}, "f2");
    EXPECT_EQ(sides.audit(), (Found{"missing-foreign-key t.f1", "foreign-key-mismatch t.f2"}));
}
TEST_F(Constraints, HashedNamesPairByWhatTheyAre) {
    model.foreign_key({"a"}, "parent", {"id"}, "t_a_11111111_fk_parent_id").unique({"b"}, "t_b_22222222_uniq");
    model.foreign_key({"b"}, "parent", {"id"}, "t_b_33333333_fk_parent_id").index("t_a_11111111", {"a"});
    live.foreign_key({"b"}, "parent", {"id"}, "t_a_11111111_fk_parent_id").unique({"b"}, "t_b_key");
    live.foreign_key({"a"}, "parent", {"id"}, "t_a_fkey").index("ix_t_a", {"a"});
    const std::vector<Finding> findings = sides.findings();
    ASSERT_EQ(findings.size(), 4U);
    for (const Finding &finding : findings) {
        EXPECT_EQ(finding.rule, "name-mismatch");
        EXPECT_EQ(finding.severity, Severity::info);
    }
}
TEST_F(Constraints, LeftoversOfTwinsAreTold) {
    model.check("a <> ''", "one").unique({"a"}, "u1");
    live.check("a <> ''", "one").check("a <> ''", "two").unique({"a"}, "u1").unique({"a"}, "u2");
    EXPECT_EQ(sides.audit(), (Found{"extra-constraint t.two", "extra-constraint t.u2"}));
}
TEST_F(Constraints, CheckNoInherit) {
    model.check("a <> ''");
    live.check("a <> ''").last_constraint().no_inherit = true;
    EXPECT_EQ(sides.audit(), (Found{"check-mismatch t.ck"}));
}
TEST_F(Constraints, InheritedIsNoExtra) {
    live.check("a <> ''").last_constraint().inherited = true;
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(Constraints, Exclusion) {
    model.exclusion("EXCLUDE USING gist (a WITH =)");
    expect("missing-exclusion", Severity::error,
           "ALTER TABLE public.t ADD CONSTRAINT ex EXCLUDE USING gist (a WITH =);");
    live.exclusion("EXCLUDE USING gist (b WITH =)");
    expect("exclusion-mismatch", Severity::error,
           "ALTER TABLE public.t DROP CONSTRAINT ex, ADD CONSTRAINT ex EXCLUDE USING gist (a WITH =);");
    live.schema.constraints.clear();
    live.exclusion("EXCLUDE USING gist (a WITH =)");
    EXPECT_THAT(sides.audit(), IsEmpty());
}

TEST_F(Indexes, Missing) {
    model.index("i", {"a", "b DESC"});
    expect("missing-index", Severity::warning, "CREATE INDEX CONCURRENTLY i ON public.t USING btree (a, b DESC);");
}
TEST_F(Indexes, UniqueMissing) {
    model.index("i", {"a"}, true);
    expect("missing-unique", Severity::error, "CREATE UNIQUE INDEX CONCURRENTLY i ON public.t USING btree (a);");
}
TEST_F(Indexes, Extra) {
    live.index("i", {"a"});
    expect("extra-index", Severity::info, "DROP INDEX CONCURRENTLY public.i;");
    live.last_index().unique = true;
    EXPECT_EQ(sides.one().severity, Severity::warning);
}
TEST_F(Indexes, ThoseOfConstraintsAndPartitionsAreNoExtras) {
    live.index("i", {"a"}).last_index().backs_constraint = true;
    live.index("j", {"a"}).last_index().inherited = true;
    EXPECT_THAT(sides.audit(), IsEmpty());
}
TEST_F(Indexes, Name) {
    model.index("i", {"a"});
    live.index("j", {"a"});
    expect("name-mismatch", Severity::info, "ALTER INDEX public.j RENAME TO i;");
}
TEST_F(Indexes, TwinsPairByNameAndLeftoversAreTold) {
    model.index("i", {"a"}).index("j", {"a"});
    live.index("j", {"a"}).index("k", {"a"}).index("l", {"a"});
    EXPECT_EQ(sides.audit(), (Found{"name-mismatch t.i", "extra-index t.l"}));
}
TEST_F(Indexes, AnInvalidTwinTakesNobodysPartner) {
    model.index("i", {"a"});
    live.index("a_ccnew", {"a"}).last_index().valid = false;
    live.index("j", {"a"});
    EXPECT_EQ(sides.audit(), (Found{"invalid-index t.a_ccnew", "name-mismatch t.i"}));
    EXPECT_EQ(sides.findings().back().actual, "j");
}
TEST_F(Indexes, EveryPartOfTheDefinition) {
    model.index("i", {"a"});
    const auto differs = [&](auto change) {
        live.schema.indexes.clear();
        live.index("i", {"a"});
        change(live.last_index());
        EXPECT_EQ(sides.audit(), (Found{"index-mismatch t.i"}));
        EXPECT_EQ(sides.one().severity, Severity::warning);
    };
    differs([&](Index &item) { item.method = sides.pool.intern("hash"); });
    differs([&](Index &item) { item.keys = live.list({"a DESC"}); });
    differs([&](Index &item) { item.keys = live.list({"a", "b"}); });
    differs([&](Index &item) { item.include = live.list({"b"}); });
    EXPECT_EQ(sides.one().actual, "CREATE INDEX i ON public.t USING btree (a) INCLUDE (b)");
    differs([&](Index &item) { item.predicate = item.predicate_normal = sides.pool.intern("b <> ''"); });
    EXPECT_EQ(sides.one().actual, "CREATE INDEX i ON public.t USING btree (a) WHERE (b <> '')");
    differs([](Index &item) { item.unique = true; });
    EXPECT_EQ(sides.one().fix,
              "DROP INDEX CONCURRENTLY public.i; CREATE INDEX CONCURRENTLY i ON public.t USING btree (a);");
}
TEST_F(Indexes, ThatLostItsUniquenessIsAnError) {
    model.index("i", {"a"}, true);
    live.index("i", {"a"});
    EXPECT_EQ(sides.one().rule, "index-mismatch");
    EXPECT_EQ(sides.one().severity, Severity::error);
}
TEST_F(Indexes, UniqueConstraintInsteadOfIndex) {
    model.index("i", {"a", "b"}, true);
    live.unique({"b", "a"});
    EXPECT_EQ(sides.audit(), (Found{"unique-kind-mismatch t.i"}));
}
TEST_F(Indexes, UniqueConstraintWithOtherNullsOrTimingIsAnotherRule) {
    model.index("i", {"a"}, true);
    live.unique({"a"}).last_constraint().nulls_not_distinct = true;
    EXPECT_EQ(sides.audit(), (Found{"missing-unique t.i", "extra-constraint t.uq"}));
    live.last_constraint().nulls_not_distinct = false;
    live.last_constraint().deferrable = true;
    EXPECT_EQ(sides.audit(), (Found{"missing-unique t.i", "extra-constraint t.uq"}));
}
TEST_F(Indexes, Invalid) {
    model.index("i", {"a"});
    live.index("i", {"a"}).last_index().valid = false;
    expect("invalid-index", Severity::warning, "REINDEX INDEX CONCURRENTLY public.i;");
    live.last_index().backs_constraint = true;
    EXPECT_EQ(sides.audit(), (Found{"invalid-index t.i", "missing-index t.i"}));
    EXPECT_EQ(sides.findings()[0].severity, Severity::error);
}
TEST_F(Indexes, OddNamesInFixes) {
    model.index("My Index", {"a"});
    expect("missing-index", Severity::warning, "CREATE INDEX CONCURRENTLY \"My Index\" ON public.t USING btree (a);");
    model.last_index().name = sides.pool.intern("INDEX ON");
    EXPECT_EQ(sides.one().fix, "CREATE INDEX CONCURRENTLY \"INDEX ON\" ON public.t USING btree (a);");
}
TEST_F(Indexes, KeysAreSqlAlready) {
    model.index("i", {"(lower(a))", "((a || b)) DESC", "b"});
    EXPECT_EQ(sides.one().fix, "CREATE INDEX CONCURRENTLY i ON public.t USING btree ((lower(a)), ((a || b)) DESC, b);");
}

}  // namespace
}  // namespace schema_audit::test
