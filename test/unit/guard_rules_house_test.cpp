// House rules: types, names, tables, and who runs what how. Each fires and is silent; off ones are not asked.
#include "core/guard/policy.hpp"
#include "guard_case.hpp"

#include <gtest/gtest.h>

namespace schema_audit::guard {
namespace {

using namespace testing;

std::size_t count_new(std::string_view rule, const AddColumn &added) {
    const std::size_t by_create = Case(create("t", {added})).count(rule);
    EXPECT_EQ(Case(alter("t", added)).with(table("t")).count(rule), by_create) << rule;
    return by_create;
}
std::size_t count_type(std::string_view rule, const char *type) { return count_new(rule, column("a", type)); }

AddColumn serial(const char *type) {
    AddColumn added = column("a", type);
    added.serial = true;
    return added;
}

TEST(HouseRules, Types) {
    EXPECT_EQ(count_type("prefer-bigint", "integer"), 1U);
    EXPECT_EQ(count_type("prefer-bigint", "smallint"), 1U);
    EXPECT_EQ(count_type("prefer-bigint", "bigint"), 0U);
    EXPECT_EQ(count_new("prefer-bigint", serial("serial")), 1U);
    EXPECT_EQ(count_new("prefer-bigint", serial("bigserial")), 0U);
    EXPECT_EQ(count_new("prefer-identity", serial("bigserial")), 1U);
    EXPECT_EQ(count_type("prefer-identity", "bigint"), 0U);
    EXPECT_EQ(count_type("prefer-text", "character varying(20)"), 1U);
    EXPECT_EQ(count_type("prefer-text", "character varying"), 0U);
    EXPECT_EQ(count_type("avoid-char", "character(3)"), 1U);
    EXPECT_EQ(count_type("avoid-char", "character varying(3)"), 0U);
    EXPECT_EQ(count_type("prefer-timestamptz", "timestamp without time zone"), 1U);
    EXPECT_EQ(count_type("prefer-timestamptz", "timestamp(3) without time zone"), 1U);
    EXPECT_EQ(count_type("prefer-timestamptz", "timestamp with time zone"), 0U);
    EXPECT_EQ(count_type("avoid-json", "json"), 1U);
    EXPECT_EQ(count_type("avoid-json", "json[]"), 1U);
    EXPECT_EQ(count_type("avoid-json", "jsonb"), 0U);
    EXPECT_EQ(count_type("discouraged-type", "money"), 1U);
    EXPECT_EQ(count_type("discouraged-type", "public.hstore"), 1U);
    EXPECT_EQ(count_type("discouraged-type", "numeric(10,2)"), 0U);
    EXPECT_EQ(count_type("reg-type-column", "regproc"), 1U);
    EXPECT_EQ(count_type("reg-type-column", "regclass"), 0U);
    AddColumn identity = column("a", "bigint");
    identity.identity = identity.by_default = true;
    EXPECT_EQ(count_new("identity-by-default", identity), 1U);
    identity.by_default = false;
    EXPECT_EQ(count_new("identity-by-default", identity), 0U);
}

TEST(HouseRules, TheFixIsTheSameColumnOfAnotherType) {
    EXPECT_EQ(Case(create("t", {column("a", "json")})).of("avoid-json").front().fix,
              "ALTER TABLE public.t ALTER COLUMN a TYPE jsonb;");
    AddColumn added = column("a", "json[]");
    added.not_null = added.has_default = true;
    added.constant_default = "'{}'";
    EXPECT_EQ(Case(alter("t", added)).with(table("t")).of("avoid-json").front().fix,
              "ALTER TABLE public.t ADD COLUMN a jsonb[] DEFAULT '{}' NOT NULL;");
}

TEST(HouseRules, OnlyNewColumnsOfTablesThatOthersSee) {
    CreateTable made = create("t", {column("a", "json")});
    made.temporary = true;
    EXPECT_EQ(Case(made).count("avoid-json"), 0U);
    Case exists(create("t", {column("a", "json")}));
    exists.facts.target_exists = true;
    EXPECT_EQ(exists.count("avoid-json"), 0U);
    TableFacts has = table("t");
    has.columns.emplace_back("a");
    has.column_facts.push_back(has_column("a", "json"));
    EXPECT_EQ(Case(alter("t", column("a", "json"))).with(has).count("avoid-json"), 0U);
    EXPECT_EQ(Case(alter("new", column("a", "json"))).count("avoid-json"), 0U);
}

TEST(HouseRules, ShortPrimaryKey) {
    AddColumn key = column("id", "integer");
    key.primary_key = true;
    EXPECT_EQ(count_new("short-primary-key", key), 1U);
    key.references = name("parent");
    EXPECT_EQ(count_new("short-primary-key", key), 0U);
    key.references.reset();
    key.type = "bigint";
    EXPECT_EQ(count_new("short-primary-key", key), 0U);
    CreateTable made = create("t", {column("a", "integer"), column("b", "integer")});
    made.constraints.push_back(primary_key({"a", "b"}));
    EXPECT_EQ(Case(made).count("short-primary-key"), 0U);
    made.constraints.front().columns.pop_back();
    EXPECT_EQ(Case(made).count("short-primary-key"), 1U);
    TableFacts has = table("t");
    has.column_facts.push_back(has_column("a", "integer"));
    EXPECT_EQ(Case(alter("t", made.constraints.front())).with(has).count("short-primary-key"), 1U);
}

TEST(HouseRules, Tables) {
    const auto count = [](std::string_view rule, auto change) {
        CreateTable made = create("t", {column("a", "bigint")});
        change(made);
        return Case(made).count(rule);
    };
    const auto nothing = [](CreateTable & /*made*/) {};
    EXPECT_EQ(count("table-without-primary-key", nothing), 1U);
    EXPECT_EQ(count("table-without-primary-key", [](CreateTable &made) { made.columns.front().primary_key = true; }),
              0U);
    EXPECT_EQ(count("table-without-primary-key", [](CreateTable &made) { made.partition_of = name("p"); }), 0U);
    EXPECT_EQ(count("table-without-primary-key", [](CreateTable &made) { made.copies = true; }), 0U);
    EXPECT_EQ(count("create-table-as", nothing), 0U);
    EXPECT_EQ(count("create-table-as", [](CreateTable &made) { made.as_query = true; }), 1U);
    EXPECT_EQ(count("unlogged-table", nothing), 0U);
    EXPECT_EQ(count("unlogged-table", [](CreateTable &made) { made.unlogged = true; }), 1U);
    EXPECT_EQ(count("table-inheritance", nothing), 0U);
    EXPECT_EQ(count("table-inheritance", [](CreateTable &made) { made.inherits = 1; }), 1U);
    EXPECT_EQ(count("typed-table", nothing), 0U);
    EXPECT_EQ(count("typed-table", [](CreateTable &made) { made.of_type = true; }), 1U);
    EXPECT_EQ(count("no-partitions-policy", nothing), 0U);
    EXPECT_EQ(count("no-partitions-policy", [](CreateTable &made) { made.partition_keys = 1; }), 1U);
    EXPECT_EQ(count("multi-column-partition-key", [](CreateTable &made) { made.partition_keys = 1; }), 0U);
    EXPECT_EQ(count("multi-column-partition-key", [](CreateTable &made) { made.partition_keys = 2; }), 1U);
    EXPECT_EQ(count("naming-pattern", nothing), 1U);
    EXPECT_EQ(count("composite-key-too-wide", nothing), 0U);
    EXPECT_EQ(count("composite-key-too-wide",
                    [](CreateTable &made) {
                        made.constraints.push_back(primary_key({"a", "b", "c", "d", "e"}));
                    }),
              1U);
}

TEST(HouseRules, Columns) {
    AddColumn added = column("a", "bigint");
    EXPECT_EQ(count_new("nullable-column-policy", added), 1U);
    EXPECT_EQ(count_new("require-default-policy", added), 1U);
    added.not_null = added.has_default = true;
    EXPECT_EQ(count_new("nullable-column-policy", added), 0U);
    EXPECT_EQ(count_new("require-default-policy", added), 0U);
    EXPECT_EQ(count_new("unnamed-constraint", added), 0U);
    added.constraint_without_name = true;
    EXPECT_EQ(count_new("unnamed-constraint", added), 1U);
}

TEST(HouseRules, Names) {
    EXPECT_EQ(count_new("reserved-keyword-name", column("user", "text")), 1U);
    EXPECT_EQ(count_new("reserved-keyword-name", column("user_name", "text")), 0U);
    EXPECT_EQ(count_new("reserved-keyword-name", column("User", "text")), 0U);
    EXPECT_EQ(count_new("mixed-case-name", column("userName", "text")), 1U);
    EXPECT_EQ(count_new("mixed-case-name", column("user_name", "text")), 0U);
    EXPECT_EQ(Case(create("t", {})).count("schema-unqualified-name"), 1U);
    CreateTable qualified = create("t", {});
    qualified.table.schema = "public";
    EXPECT_EQ(Case(qualified).count("schema-unqualified-name"), 0U);
    EXPECT_EQ(Case(CreateSchema{"app_staging"}).count("environment-in-schema-name"), 1U);
    EXPECT_EQ(Case(CreateSchema{"product_tests"}).count("environment-in-schema-name"), 0U);
}

TEST(HouseRules, NamesThatAreCutOff) {
    const std::string written(70, 'x');
    Case cut(create(written.substr(0, 63), {}));
    cut.facts.source = "CREATE TABLE " + written + " (a int)";
    EXPECT_EQ(cut.count("identifier-too-long"), 1U);
    cut.facts.source = "CREATE TABLE " + written.substr(0, 63) + " (a int)";
    EXPECT_EQ(cut.count("identifier-too-long"), 0U);
    Case capitals(create(written.substr(0, 63), {}));
    capitals.facts.source = "CREATE TABLE " + std::string(70, 'X') + " (a int)";
    EXPECT_EQ(capitals.count("identifier-too-long"), 1U);
}

TEST(HouseRules, Indexes) {
    const auto count = [](std::string_view rule, std::vector<std::string> columns, const TableFacts &of,
                          const char *method = "btree") {
        CreateIndex made;
        made.table = name("t");
        made.columns = std::move(columns);
        made.method = method;
        return Case(made).with(of).count(rule);
    };
    TableFacts many = table("t");
    many.indexes.resize(10);
    EXPECT_EQ(count("wide-index", {"a", "b", "c", "d"}, table("t")), 1U);
    EXPECT_EQ(count("wide-index", {"a", "b", "c"}, table("t")), 0U);
    EXPECT_EQ(count("too-many-indexes", {"a"}, many), 1U);
    EXPECT_EQ(count("too-many-indexes", {"a"}, table("t")), 0U);
    EXPECT_EQ(count("hash-index", {"a"}, table("t"), "hash"), 1U);
    EXPECT_EQ(count("hash-index", {"a"}, table("t")), 0U);
    EXPECT_EQ(count("analyze-after-index", {""}, table("t")), 1U);
    EXPECT_EQ(count("analyze-after-index", {"a"}, table("t")), 0U);
}

TEST(HouseRules, VersionsThatBreakIndexes) {
    CreateIndex made;
    made.table = name("t");
    made.concurrently = true;
    Case command = Case(made).with(table("t"));
    command.session.server_version = 140003;
    EXPECT_EQ(command.count("index-corruption-version"), 1U);
    command.session.server_version = 140004;
    EXPECT_EQ(command.count("index-corruption-version"), 0U);
}

TEST(HouseRules, TypesOfTheirOwn) {
    EXPECT_EQ(Case(CreateType{name("e"), "ENUM"}).count("avoid-enum"), 1U);
    EXPECT_EQ(Case(CreateType{name("d"), "DOMAIN", true}).count("avoid-enum"), 0U);
    EXPECT_EQ(Case(CreateType{name("d"), "DOMAIN", true}).count("create-domain-with-constraint"), 1U);
    EXPECT_EQ(Case(CreateType{name("d"), "DOMAIN", false}).count("create-domain-with-constraint"), 0U);
    AlterEnum added;
    added.type = name("e");
    added.value = "x";
    EXPECT_EQ(Case(added).count("enum-add-value-position"), 1U);
    EXPECT_EQ(Case(added).count("enum-value-used-in-same-transaction"), 1U);
    added.has_place = true;
    EXPECT_EQ(Case(added).count("enum-add-value-position"), 0U);
    Case alone(added);
    alone.session.in_transaction_block = false;
    EXPECT_EQ(alone.count("enum-value-used-in-same-transaction"), 0U);
    AlterTable type = alter("c", column("a", "text"));
    type.object_type = "TYPE";
    EXPECT_EQ(Case(type).with(table("c", RelationKind::composite_type)).count("alter-composite-type"), 1U);
    EXPECT_EQ(Case(alter("t", column("a", "text"))).with(table("t")).count("alter-composite-type"), 0U);
    EXPECT_EQ(Case(CreateRule{name("t"), "r"}).with(table("t")).count("create-rule"), 1U);
    EXPECT_EQ(Case(CreateRule{name("t"), "r"}).count("create-rule"), 0U);
}

TEST(HouseRules, FormOfTheMigration) {
    Case command = Case(alter("t", column("a", "bigint"))).with(table("t"));
    EXPECT_EQ(command.count("opaque-ddl"), 0U);
    EXPECT_EQ(command.count("not-rerunnable"), 0U);
    command.session.in_code = true;
    command.session.in_transaction_block = false;
    EXPECT_EQ(command.count("opaque-ddl"), 1U);
    EXPECT_EQ(command.count("not-rerunnable"), 1U);
    EXPECT_EQ(command.count("unexpected-ddl-role"), 1U);
    EXPECT_EQ(command.count("ddl-outside-window"), 1U);
    EXPECT_EQ(Case(Transaction{}).count("ddl-outside-window"), 0U);
    AddColumn again = column("a", "bigint");
    again.if_not_exists = true;
    Case rerunnable = Case(alter("t", again)).with(table("t"));
    rerunnable.session.in_transaction_block = false;
    EXPECT_EQ(rerunnable.count("not-rerunnable"), 0U);
    EXPECT_EQ(Case(drop("TABLE", "t")).with(table("t")).count("drop-table-naming-gate"), 1U);
    EXPECT_EQ(Case(drop("TABLE", "t")).count("drop-table-naming-gate"), 0U);
}

TEST(HouseRules, Session) {
    Case command = Case(alter("t", column("a", "bigint"))).with(table("t"));
    EXPECT_EQ(command.count("idle-in-transaction-timeout-required"), 1U);
    EXPECT_EQ(command.count("missing-application-name"), 1U);
    command.session.idle_in_transaction_timeout_ms = 1000;
    command.session.application_name = "deploy";
    EXPECT_EQ(command.count("idle-in-transaction-timeout-required"), 0U);
    EXPECT_EQ(command.count("missing-application-name"), 0U);
}

TEST(RulesInForce, WhatIsOffIsNotAskedUnlessNamed) {
    const DdlStatement made = create("t", {column("a", "character(3)")});
    const auto asked = [&](const std::vector<RuleSetting> &settings) {
        const auto findings = judge_statement({made, {}, {}}, rules_in_force(settings));
        return std::ranges::count(findings, "avoid-char", &GuardFinding::rule);
    };
    RuleSetting setting;
    setting.action = Action::warn;
    EXPECT_EQ(asked({}), 0);
    EXPECT_EQ(asked({setting}), 0);  // a row for all rules
    setting.rule = "avoid-char";
    EXPECT_EQ(asked({setting}), 1);
    setting.action = Action::none;
    EXPECT_EQ(asked({setting}), 0);
    EXPECT_EQ(needs_of(OpaqueCode{}, rules_on_by_default()), Need::none);
}

TEST(RulesInForce, ARowForAllRulesSwitchesNothingOn) {
    GuardFinding finding;
    finding.rule = "avoid-char";
    RuleSetting setting;
    setting.action = Action::warn;
    EXPECT_EQ(setting_for(finding, {&setting, 1}, {}), nullptr);
    setting.rule = "avoid-char";
    EXPECT_EQ(setting_for(finding, {&setting, 1}, {}), &setting);
}

}  // namespace
}  // namespace schema_audit::guard
