// Tables, ledgers, several models, filters, unreadable models, columns().
#include "core/error.hpp"

#include "schema_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace schema_audit::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Tables, EqualSidesHaveNoFindings) {
    Sides sides;
    for (SchemaBuilder *side : {&sides.model, &sides.live}) {
        side->table("t")
            .column("id", "bigint")
            .not_null()
            .column("name")
            .primary_key({"id"})
            .check("name <> ''")
            .index("i", {"name"});
    }
    EXPECT_THAT(sides.audit(), IsEmpty());
}

TEST(Tables, MissingTellsNothingOfItsParts) {
    Sides sides;
    sides.model.table("t").column("id", "bigint").not_null().primary_key({"id"}).index("i", {"id"});
    const Finding finding = sides.one();
    EXPECT_EQ(finding.rule, "missing-table");
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_EQ(finding.fix, "CREATE TABLE public.t (\n    id bigint NOT NULL,\n    CONSTRAINT pk PRIMARY KEY (id)\n);");
}

TEST(Tables, FixDoesNotDependOnTheOrderOfConstraints) {
    Sides sides;
    sides.model.table("t").column("a").check("a <> 'z'", "z").check("a <> 'b'", "b").primary_key({"a"});
    EXPECT_EQ(sides.one().fix,
              "CREATE TABLE public.t (\n    a text,\n    CONSTRAINT pk PRIMARY KEY (a),\n    CONSTRAINT b CHECK (a <> "
              "'b'),\n    CONSTRAINT z CHECK (a <> 'z')\n);");
}

TEST(Tables, ExtraOnlyInGovernedSchemas) {
    Sides sides;
    sides.live.table("t").column("a").not_null().check("a <> ''").index("i", {"a"});
    sides.live.table("t", "other").column("a");
    EXPECT_THAT(sides.audit(), ElementsAre("extra-table t"));
}

TEST(Tables, PartitionsHaveRulesOfTheirOwn) {
    Sides sides;
    Table &live = sides.live.table("scheduled").column("a").this_table();
    live.inherits = true;
    live.kind = TableKind::partition;
    EXPECT_THAT(sides.audit(), ElementsAre("extra-partition scheduled.scheduled"));
    sides.model.table("scheduled").column("a").this_table().kind = TableKind::partition;
    EXPECT_THAT(sides.audit(), IsEmpty());
    sides.model.table("wanted").column("a").this_table().kind = TableKind::partition;
    EXPECT_THAT(sides.audit(), ElementsAre("missing-partition wanted.wanted"));
}

TEST(Tables, AnotherKindIsOneFinding) {
    Sides sides;
    sides.model.table("t").column("a").this_table().kind = TableKind::partitioned_table;
    Table &expected = sides.model.schema.tables.back();
    sides.model.schema.attach(expected.attributes,
                              {attribute(ObjectKind::table, "partition_key"), sides.pool.intern("RANGE (a)")});
    sides.live.table("t").column("a");
    EXPECT_THAT(sides.audit(), ElementsAre("table-mismatch t"));
}

TEST(Tables, AttributesHaveStatementsAsFixes) {
    struct Case {
        std::string_view name, expected, actual, fix;
    };
    for (const Case &item : {
             Case{
                 "grants", "anna=SELECT*,UPDATE; owner=SELECT", "PUBLIC=SELECT; anna=SELECT; owner=SELECT",
                 "REVOKE SELECT ON TABLE public.t FROM PUBLIC; GRANT UPDATE ON TABLE public.t TO anna; GRANT SELECT ON "
                 "TABLE public.t TO anna WITH GRANT OPTION;"},
             Case{"grants", "", "PUBLIC=SELECT; owner=SELECT,UPDATE", "REVOKE SELECT ON TABLE public.t FROM PUBLIC;"},
             Case{"grants", "PUBLIC=SELECT; owner=SELECT,UPDATE", "", "GRANT SELECT ON TABLE public.t TO PUBLIC;"},
             Case{"grants", "anna=SELECT; owner=ALL", "anna=ALL; owner=ALL",
                  "REVOKE ALL ON TABLE public.t FROM anna; GRANT SELECT ON TABLE public.t TO anna;"},
             Case{"grants", "anna=ALL; owner=ALL", "anna=SELECT; owner=ALL", "GRANT ALL ON TABLE public.t TO anna;"},
             Case{"grants", "anna=ALL", "anna=INSERT,SELECT*",
                  "REVOKE GRANT OPTION FOR SELECT ON TABLE public.t FROM anna; GRANT ALL ON TABLE public.t TO anna;"},
             Case{"grants", "anna=ALL*", "anna=SELECT*", "GRANT ALL ON TABLE public.t TO anna WITH GRANT OPTION;"},
             Case{"grants", "anna=ALL", "anna=ALL*", "REVOKE GRANT OPTION FOR ALL ON TABLE public.t FROM anna;"},
             Case{"storage_parameters", "a=1, fillfactor=70", "b=2, fillfactor=80",
                  "ALTER TABLE public.t SET (a = 1, fillfactor = 70), RESET (b);"},
             Case{"row_security", "", "enabled, forced",
                  "ALTER TABLE public.t DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;"},
             Case{"inherits", "public.\"a, b\", public.c", "public.c, public.d",
                  "ALTER TABLE public.t NO INHERIT public.d, INHERIT public.\"a, b\";"},
             Case{"comment", "it's", "", ""},
             Case{"options", "a 'x, y', b '1'", "b '2', c '3'",
                  "ALTER FOREIGN TABLE public.t OPTIONS (ADD a 'x, y', SET b '1', DROP c);"},
             Case{"clustered_on", "", "CLUSTER ON i", "ALTER TABLE public.t SET WITHOUT CLUSTER;"},
         }) {
        Sides sides;
        const AttributeId id = find_attribute(ObjectKind::table, item.name).value();
        sides.model.table("t").column("a");
        sides.live.table("t").column("a");
        sides.model.schema.models[0].from_database = true;
        sides.model.schema.models[0].compared = ~CompareMask{0};
        sides.model.schema.attach(sides.model.schema.tables[0].attributes, {id, sides.pool.intern(item.expected)});
        sides.live.schema.attach(sides.live.schema.tables[0].attributes, {id, sides.pool.intern(item.actual)});
        const Finding finding = sides.one();
        if (!item.fix.empty()) {
            EXPECT_EQ(finding.fix, item.fix) << item.name;
        } else {
            EXPECT_EQ(finding.fix, "COMMENT ON TABLE public.t IS 'it''s';");
        }
    }
}

TEST(Tables, WhatAChildInheritsIsToldOfTheParent) {
    Sides sides;
    const AttributeId inherits = attribute(ObjectKind::table, "inherits");
    for (SchemaBuilder *side : {&sides.model, &sides.live}) {
        side->table("mother").column("a", side == &sides.model ? "integer" : "bigint");
        side->table("child").column("a", side == &sides.model ? "integer" : "bigint");
        side->schema.attach(side->schema.tables.back().attributes, {inherits, sides.pool.intern("public.mother")});
    }
    EXPECT_THAT(sides.audit(), ElementsAre("type-mismatch mother.a"));
}

// What a later server may have.
TEST(Tables, OfAnUnknownKindAreTold) {
    Sides sides;
    sides.model.table("t").column("a");
    sides.live.table("t").column("a");
    sides.live.table("graph").this_table().kind = TableKind::other;
    EXPECT_THAT(sides.audit(), ElementsAre("unreadable-table graph.graph"));
    EXPECT_THAT(sides.one().message, HasSubstr("of a kind that this version of schema_audit does not know"));
    sides.live.this_table().extension_member = true;
    EXPECT_THAT(sides.audit(), IsEmpty());
    sides.live.table("graph", "elsewhere").this_table().kind = TableKind::other;
    EXPECT_THAT(sides.audit(), IsEmpty());
}

TEST(Tables, ChangedWhileReadIsTold) {
    Sides sides;
    sides.model.table("t").column("a");
    sides.live.table("t").column("b").this_table().vanished = true;
    EXPECT_THAT(sides.audit(), ElementsAre("unreadable-table t"));
    ASSERT_EQ(sides.columns().size(), 1U);
    EXPECT_THAT(sides.columns().at(0).differences, ElementsAre("unreadable-table"));
    EXPECT_FALSE(sides.columns().at(0).actual_not_null.has_value());
}

TEST(Tables, ExtraThatCannotBeReadIsTold) {
    Sides sides;
    Table &extra = sides.live.table("extra").column("b").this_table();
    extra.vanished = true;
    extra.unreadable = true;
    EXPECT_THAT(sides.audit(), ElementsAre("extra-table extra"));
}

TEST(Tables, NoExtras) {
    Sides sides;
    sides.live.table("of_extension").column("a").this_table().extension_member = true;
    sides.live.table("gone").column("a").this_table().vanished = true;
    sides.live.table("a_view").this_table().kind = TableKind::view;
    sides.live.table("a_materialized_view").this_table().kind = TableKind::materialized_view;
    EXPECT_THAT(sides.audit(), IsEmpty());
}

TEST(Tables, ViewOfTheSameName) {
    Sides sides;
    sides.model.table("t").column("a");
    sides.live.table("t").this_table().kind = TableKind::view;
    const Finding finding = sides.one();
    EXPECT_EQ(finding.rule, "missing-table");
    EXPECT_EQ(finding.actual, "view");
    EXPECT_EQ(finding.fix, "");
    EXPECT_THAT(sides.columns().at(0).differences, ElementsAre("missing-table"));
}

TEST(Tables, UnmanagedModel) {
    Sides sides;
    sides.model.table("view").this_table().managed = false;
    sides.live.table("view").this_table().kind = TableKind::view;
    sides.model.table("legacy").column("a").this_table().managed = false;
    sides.live.table("legacy").column("a").column("b").not_null().check("b <> ''").index("i", {"b"});
    EXPECT_THAT(sides.audit(), IsEmpty());
    sides.model.table("gone").this_table().managed = false;
    sides.model.table("wrong").column("a", "integer").this_table().managed = false;
    sides.live.table("wrong").column("a", "bigint");
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table gone", "type-mismatch wrong.a"));
}

class Junctions : public testing::Test {
protected:
    Junctions() {
        for (SchemaBuilder *side : {&sides.model, &sides.live}) {
            side->table("a").column("id", "bigint").not_null().table("b").column("id", "bigint").not_null();
        }
    }
    SchemaBuilder &junction() {
        return sides.live.table("a_b")
            .column("id", "bigint")
            .serial()
            .column("a_id", "bigint")
            .column("b_id", "bigint")
            .foreign_key({"a_id"}, "a", {"id"}, "f1");
    }
    Sides sides;
};

TEST_F(Junctions, Orphaned) {
    junction().foreign_key({"b_id"}, "b", {"id"}, "f2").primary_key({"id"}).unique({"a_id", "b_id"});
    EXPECT_THAT(sides.audit(), ElementsAre("orphaned-junction-table a_b"));
}

TEST_F(Junctions, WithoutAKeyOfItsOwn) {
    sides.live.table("a_b").column("a_id").column("b_id").foreign_key({"a_id"}, "a").foreign_key({"b_id"}, "b");
    EXPECT_THAT(sides.audit(), ElementsAre("orphaned-junction-table a_b"));
}

TEST_F(Junctions, WithDataIsAnExtraTable) {
    junction().foreign_key({"b_id"}, "b", {"id"}, "f2").column("since", "date");
    EXPECT_THAT(sides.audit(), ElementsAre("extra-table a_b"));
}

TEST_F(Junctions, WithOneForeignKeyIsAnExtraTable) {
    junction();
    EXPECT_THAT(sides.audit(), ElementsAre("extra-table a_b"));
}

TEST_F(Junctions, OfATableThatNoModelNamesIsAnExtraTable) {
    sides.live.table("c").column("id");
    sides.live.table("a_c").column("a_id").column("c_id").foreign_key({"a_id"}, "a").foreign_key({"c_id"}, "c");
    EXPECT_THAT(sides.audit(), ElementsAre("extra-table a_c", "extra-table c"));
}

struct LedgerCase {
    std::string_view name;
    std::vector<std::string_view> columns;
    bool ledger;
};
class Ledgers : public testing::TestWithParam<LedgerCase> {};

TEST_P(Ledgers, AreNoExtras) {
    Sides sides;
    sides.live.table(GetParam().name);
    for (const std::string_view column : GetParam().columns) {
        sides.live.column(column);
    }
    EXPECT_EQ(sides.audit().empty(), GetParam().ledger);
}

INSTANTIATE_TEST_SUITE_P(
    Tools, Ledgers,
    testing::Values(
        LedgerCase{"django_migrations", {"id", "app", "name", "applied"}, true},
        LedgerCase{"alembic_version", {"version_num"}, true}, LedgerCase{"renamed_version", {"version_num"}, true},
        LedgerCase{"schema_migrations", {"version"}, true}, LedgerCase{"schema_migrations", {"version", "dirty"}, true},
        LedgerCase{"schema_migrations", {"version", "inserted_at"}, true},
        LedgerCase{"ar_internal_metadata", {"key", "value", "created_at", "updated_at"}, true},
        LedgerCase{"flyway_schema_history",
                   {"installed_rank", "version", "description", "type", "script", "checksum", "installed_by",
                    "installed_on", "execution_time", "success"},
                   true},
        LedgerCase{"databasechangelog",
                   {"id", "author", "filename", "dateexecuted", "orderexecuted", "exectype", "md5sum", "description",
                    "comments", "tag", "liquibase", "contexts", "labels"},
                   true},
        LedgerCase{"databasechangeloglock", {"id", "locked", "lockgranted", "lockedby"}, true},
        LedgerCase{"_prisma_migrations",
                   {"id", "checksum", "finished_at", "migration_name", "logs", "rolled_back_at", "started_at",
                    "applied_steps_count"},
                   true},
        LedgerCase{"__diesel_schema_migrations", {"version", "run_on"}, true},
        LedgerCase{"_sqlx_migrations",
                   {"version", "description", "installed_on", "success", "checksum", "execution_time"},
                   true},
        LedgerCase{"goose_db_version", {"id", "version_id", "is_applied", "tstamp"}, true},
        LedgerCase{"knex_migrations", {"id", "name", "batch", "migration_time"}, true},
        LedgerCase{"knex_migrations_lock", {"index", "is_locked"}, true}, LedgerCase{"SequelizeMeta", {"name"}, true},
        LedgerCase{"migrations", {"id", "timestamp", "name"}, true},
        LedgerCase{"migrations", {"id", "migration", "batch"}, true},
        LedgerCase{"__EFMigrationsHistory", {"MigrationId", "ProductVersion"}, true},
        LedgerCase{"__drizzle_migrations", {"id", "hash", "created_at"}, true},
        LedgerCase{"atlas_schema_revisions",
                   {"version", "description", "type", "applied", "total", "executed_at", "execution_time", "error",
                    "error_stmt", "hash", "partial_hashes", "operator_version"},
                   true},
        LedgerCase{"phinxlog", {"version", "migration_name", "start_time", "end_time", "breakpoint"}, true},
        LedgerCase{"doctrine_migration_versions", {"version", "executed_at", "execution_time"}, true},
        LedgerCase{"pgmigrations", {"id", "name", "run_on"}, true},
        LedgerCase{"kysely_migration", {"name", "timestamp"}, true},
        LedgerCase{"refinery_schema_history", {"version", "name", "applied_on", "checksum"}, true},
        // and what only resembles one
        LedgerCase{"document", {"version_num", "body"}, false}, LedgerCase{"document", {"version"}, false},
        LedgerCase{"applicant", {"id", "app", "name"}, false},
        LedgerCase{"migrations", {"id", "species", "season"}, false}, LedgerCase{"setting", {"key", "value"}, false},
        LedgerCase{"batch", {"id", "name", "batch"}, false},
        LedgerCase{"application", {"id", "app", "name", "applied", "a", "b", "c", "d", "e"}, false}));

TEST(Models, NoneIsAnError) {
    Sides sides;
    sides.model.schema.models.clear();
    EXPECT_THROW(sides.audit(), AuditError);
    EXPECT_THROW((void)sides.columns(), AuditError);
}

TEST(Models, ThatAgreeOnATable) {
    Sides sides;
    sides.model.table("t").column("a");
    sides.model.model("other").table("t").column("a");
    sides.live.table("t").column("a");
    const Finding finding = sides.one();
    EXPECT_EQ(finding.rule, "duplicate-model");
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_EQ(finding.expected, "app");
    EXPECT_EQ(finding.actual, "other");
}

TEST(Models, ThatContradict) {
    Sides sides;
    sides.model.table("t").column("a").column("b", "integer");
    sides.model.model("other").table("t").column("a").not_null().column("c");
    sides.live.table("t").column("a").column("b", "integer").column("c");
    const std::vector<Finding> findings = sides.findings();
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].rule, "nullability-mismatch");
    EXPECT_EQ(findings[0].model, "other");
    EXPECT_EQ(findings[1].rule, "duplicate-model");
    EXPECT_EQ(findings[1].severity, Severity::error);
    EXPECT_THAT(findings[1].message, HasSubstr("a: text in app, text NOT NULL in other"));
    EXPECT_THAT(findings[1].fix, HasSubstr("WHERE model = 'other' AND schema_name = 'public' AND table_name = 't'"));
}

TEST(Models, OneThatOnlyUsesTheTableOfAnother) {
    Sides sides;
    sides.model.table("t").column("a");
    sides.model.model("reader").table("t").column("a").this_table().managed = false;
    sides.live.table("t").column("a").column("extra");
    EXPECT_THAT(sides.audit(), ElementsAre("extra-column t.extra"));
    sides.model.last().type = sides.pool.intern("integer");
    EXPECT_THAT(sides.audit(), ElementsAre("type-mismatch t.a", "duplicate-model t", "extra-column t.extra"));
}

TEST(Models, SerialAndIdentityAreNoContradiction) {
    Sides sides;
    sides.model.table("t").column("id", "bigint").serial();
    sides.model.model("other").table("t").column("id", "bigint").identity();
    sides.live.table("t").column("id", "bigint").identity();
    EXPECT_EQ(sides.one().severity, Severity::warning);
}

TEST(Models, ShareATableAndTellItsExtrasOnce) {
    Sides sides;
    sides.model.table("t").column("a").check("a <> ''", "of_both");
    sides.model.model("other").table("t").column("b").index("of_other", {"b"});
    sides.live.table("t").column("a").column("b").column("c").check("a <> ''", "of_both").check("c <> ''", "extra");
    sides.live.unique({"b"}).index("of_other", {"b"}).index("extra", {"c"}).index("broken", {"a"}).last_index().valid =
        false;
    const std::vector<Finding> findings = sides.findings();
    Found found;
    for (const Finding &finding : findings) {
        found.push_back(std::string(finding.rule) + " " + finding.object_name + " " + finding.model);
    }
    EXPECT_THAT(found, ElementsAre("extra-constraint extra app", "extra-column c app", "invalid-index broken app",
                                   "duplicate-model t app", "extra-constraint uq app"));
}

TEST(Models, UnselectedOnesStillClaimTheirTables) {
    Sides sides;
    sides.model.table("t").column("a");
    sides.model.model("other").table("u").column("a");
    sides.live.table("t").column("a").table("u").column("a").table("v").column("a");
    AuditFilter filter = Sides::everything();
    filter.models = {"other"};
    EXPECT_THAT(sides.audit(filter), ElementsAre("extra-table v"));
}

TEST(Models, HandWrittenWithoutConstraintsSayNothingAboutThem) {
    Sides sides;
    sides.model.schema.models[0].describes_constraints = false;
    sides.model.schema.models[0].describes_indexes = false;
    sides.model.table("t").column("a");
    sides.live.table("t").column("a").primary_key({"a"}).check("a <> ''").index("i", {"a"});
    EXPECT_THAT(sides.audit(), IsEmpty());
}

TEST(Models, Unreadable) {
    Sides sides;
    sides.model.table("t").column("a").default_value("now(").check("a <", "ck");
    sides.model.last().default_normal = TextId::none;
    sides.model.last_constraint().expression_normal = TextId::none;
    sides.live.table("t").column("a").default_value("'x'").check("a <> ''", "ck");
    sides.problems.push_back({0, "column", "a", "expression now(: syntax error"});
    sides.problems.push_back({0, "check constraint", "ck", "expression a <: syntax error"});
    EXPECT_THAT(sides.audit(), ElementsAre("unreadable-model t.ck", "unreadable-model t.a"));
}

TEST(Tables, MissingSchemaOnceAndOnlyForWhoNeedsIt) {
    Sides sides;
    const TextId crm = sides.pool.intern("crm");
    sides.missing_schemas = {crm};
    sides.model.table("t", "crm").column("a").this_table().managed = false;
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table t"));
    sides.model.table("managed", "crm").column("a");
    sides.model.model("second", {"crm"});
    EXPECT_THAT(sides.audit(), ElementsAre("missing-schema .crm", "missing-table managed", "missing-table t"));
    EXPECT_EQ(sides.findings().front().fix, "CREATE SCHEMA crm;");
    EXPECT_EQ(sides.findings().front().model, "app");
}

TEST(Models, LostRowsAreToldAndNoFixDropsTheirTable) {
    Sides sides;
    sides.model.table("t").column("a");
    sides.live.table("t").column("a");
    sides.live.table("lost").column("a");
    EXPECT_THAT(sides.audit(), ElementsAre("extra-table lost"));
    const auto id = [&](std::string_view text) { return sides.pool.intern(text); };
    sides.model.schema.lost = {{id("app"), id("public"), id("lost")}, {id("gone")}};
    EXPECT_THAT(sides.audit(), ElementsAre("unreadable-model .gone", "unreadable-model lost"));
}

class Filters : public testing::Test {
protected:
    Filters() {
        sides.model.table("t_one").column("a").this_table().app = sides.pool.intern("billing");
        sides.model.table("t_two", "crm").column("a").this_table().app = sides.pool.intern("people");
        sides.live.table("other").column("a");
    }
    static AuditFilter with(auto change) {
        AuditFilter filter = Sides::everything();
        change(filter);
        return filter;
    }
    Sides sides;
};

TEST_F(Filters, EachArgument) {
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table t_two", "missing-table t_one", "extra-table other"));
    EXPECT_THAT(sides.audit(with([](AuditFilter &f) { f.schemas = {"crm"}; })), ElementsAre("missing-table t_two"));
    EXPECT_THAT(sides.audit(with([](AuditFilter &f) { f.tables = "t\\_%"; })),
                ElementsAre("missing-table t_two", "missing-table t_one"));
    EXPECT_THAT(sides.audit(with([](AuditFilter &f) { f.apps = {"billing"}; })), ElementsAre("missing-table t_one"));
    EXPECT_THAT(sides.audit(with([](AuditFilter &f) { f.models = {"app"}; })).size(), 3);
    EXPECT_THAT(sides.audit(with([](AuditFilter &f) { f.min_severity = Severity::error; })),
                ElementsAre("missing-table t_two", "missing-table t_one"));
}

TEST_F(Filters, UnknownNamesAndEmptyListsAreErrors) {
    const auto fails = [&](auto change) { EXPECT_THROW((void)sides.audit(with(change)), AuditError); };
    fails([](AuditFilter &f) { f.models = {"ap"}; });
    fails([](AuditFilter &f) { f.models = {"app", "other"}; });
    fails([](AuditFilter &f) { f.schemas = {"Public"}; });
    fails([](AuditFilter &f) { f.apps = {"bill"}; });
    fails([](AuditFilter &f) { f.tables = "nothing%"; });
    fails([](AuditFilter &f) { f.models.emplace(); });
    fails([](AuditFilter &f) { f.schemas.emplace(); });
    fails([](AuditFilter &f) { f.apps.emplace(); });
}

TEST_F(Filters, SuppressedAreHiddenUnlessAskedFor) {
    Suppression suppression;
    suppression.rule = "extra-table";
    suppression.reason = "agreed";
    sides.suppressions.push_back(suppression);
    EXPECT_THAT(sides.audit(), ElementsAre("missing-table t_two", "missing-table t_one"));
    EXPECT_THAT(sides.audit(with([](AuditFilter &f) { f.suppressed = true; })).size(), 3);
    // hidden by a filter is not unused
    EXPECT_THAT(sides.audit(with([](AuditFilter &f) { f.schemas = {"crm"}; })), ElementsAre("missing-table t_two"));
    EXPECT_THAT(sides.audit(with([](AuditFilter &f) { f.min_severity = Severity::error; })),
                ElementsAre("missing-table t_two", "missing-table t_one"));
}

TEST(Columns, ExpectedBesideActual) {
    Sides sides;
    sides.model.table("t")
        .column("same")
        .column("gone", "integer")
        .not_null()
        .default_value("1")
        .column("other", "integer");
    sides.live.table("t").column("same").column("other", "text").column("extra", "date");
    const std::vector<ColumnRow> rows = sides.columns();
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_TRUE(rows[0].matched);
    EXPECT_EQ(rows[1].column_name, "gone");
    EXPECT_EQ(rows[1].expected_default, "1");
    EXPECT_EQ(rows[1].expected_not_null, true);
    EXPECT_EQ(rows[1].actual_not_null, std::nullopt);
    EXPECT_THAT(rows[1].differences, ElementsAre("missing-column"));
    EXPECT_THAT(rows[2].differences, ElementsAre("type-mismatch"));
    EXPECT_FALSE(rows[2].matched);
    EXPECT_EQ(rows[3].column_name, "extra");
    EXPECT_EQ(rows[3].actual_type, "date");
    EXPECT_THAT(rows[3].differences, ElementsAre("extra-column"));
    EXPECT_FALSE(rows[3].matched);
}

TEST(Columns, AnInfoDoesNotUnmatch) {
    Sides sides;
    sides.model.table("t").column("id", "integer").not_null().primary_key({"id"});
    sides.live.table("t").column("id", "bigint").not_null().primary_key({"id"});
    EXPECT_TRUE(sides.columns().at(0).matched);
    EXPECT_THAT(sides.columns().at(0).differences, ElementsAre("key-width-mismatch"));
}

TEST(CompareTables, WhatWasFoundAlikeIsNotComparedAgain) {
    Sides sides;
    std::vector<bool> alike(2);
    sides.alike = &alike;
    sides.model.table("t").column("id", "bigint").table("u").column("id", "bigint");
    sides.live.table("t").column("id", "bigint").table("u").column("id", "text");
    EXPECT_EQ(sides.audit(), (Found{"type-mismatch u.id"}));
    EXPECT_EQ(alike, (std::vector{true, false}));
    sides.live.schema.columns[0].type = sides.live.text("text");
    EXPECT_EQ(sides.audit(), (Found{"type-mismatch u.id"}));
    alike[0] = false;  // as the caller does who has read it again
    EXPECT_EQ(sides.audit(), (Found{"type-mismatch t.id", "type-mismatch u.id"}));
    EXPECT_EQ(alike, (std::vector{false, false}));
}

TEST(CompareTables, ARenameComparesEverythingAgain) {
    Sides sides;
    std::vector<bool> alike(2);
    sides.alike = &alike;
    sides.model.table("t").column("id", "bigint").column("name").column("kind").table("u").column("id", "bigint");
    sides.live.table("t").column("id", "bigint").column("title").column("kind").table("u").column("id", "bigint");
    const Found first = sides.audit();
    EXPECT_EQ(first, (Found{"renamed-column t.name"}));
    EXPECT_EQ(alike, (std::vector{false, true}));
    EXPECT_EQ(sides.audit(), first);
    EXPECT_EQ(alike, (std::vector{false, true}));
}

}  // namespace
}  // namespace schema_audit::test
