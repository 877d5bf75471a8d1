// Rules about NOT NULL, defaults, drops, renames and publications, on facts made by hand.
#include "core/guard/statement_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace schema_audit::guard;

namespace {

const RelationName orders{"public", "orders"};

NamedColumn column(const char *name, bool not_null = false, bool has_default = false) {
    NamedColumn result;
    result.name = name;
    result.type = "integer";
    result.not_null = not_null;
    result.has_default = has_default;
    return result;
}

TableFacts table_with(std::vector<NamedColumn> columns) {
    TableFacts table;
    table.schema = "public";
    table.name = "orders";
    table.size = {5000, 500000, RowsSeen::some};
    table.column_facts = std::move(columns);
    return table;
}

TableFacts known_to(TableFacts table, std::vector<ModelColumn> columns) {
    table.governed = true;
    for (const ModelColumn &item : columns) {
        table.models.push_back(item.model);
    }
    table.model_columns = std::move(columns);
    return table;
}

std::vector<GuardFinding> findings(const DdlStatement &statement, const TableFacts &table, std::string_view rule,
                                   std::int32_t server_version = 150000) {
    StatementFacts facts;
    facts.tables.push_back({orders, table});
    SessionFacts session;
    session.server_version = server_version;
    std::vector<GuardFinding> found = judge_statement({statement, facts, session});
    std::erase_if(found, [=](const GuardFinding &finding) { return finding.rule != rule; });
    return found;
}

DdlStatement alter(TableStep step) { return AlterTable{orders, "TABLE", false, false, {std::move(step)}}; }

bool fires(const DdlStatement &statement, const TableFacts &table, std::string_view rule) {
    return !findings(statement, table, rule).empty();
}

TEST(set_not_null_full_scan, wants_a_proof) {
    TableFacts table = table_with({column("a")});
    const DdlStatement statement = alter(SetNotNull{"a"});
    EXPECT_TRUE(fires(statement, table, "set-not-null-full-scan"));
    table.column_facts[0].not_null_proven = true;
    EXPECT_FALSE(fires(statement, table, "set-not-null-full-scan"));
    EXPECT_FALSE(fires(statement, table_with({column("a", true)}), "set-not-null-full-scan"));
    EXPECT_FALSE(fires(alter(SetNotNull{"b"}), table_with({column("a")}), "set-not-null-full-scan"));
}

TEST(set_not_null_full_scan, not_valid_is_no_proof) {
    TableFacts table = table_with({column("a", true)});
    table.column_facts[0].not_null_unvalidated = true;
    EXPECT_TRUE(fires(alter(SetNotNull{"a"}), table, "set-not-null-full-scan"));
}

TEST(set_not_null_full_scan, way_of_each_major) {
    const std::string_view rule = "set-not-null-full-scan";
    TableFacts table = table_with({column("a")});
    const auto way = [&](std::int32_t version) {
        return findings(alter(SetNotNull{"a"}), table, rule, version)[0].fix;
    };
    EXPECT_NE(way(170000).find("ADD CONSTRAINT orders_a_not_null CHECK (a IS NOT NULL) NOT VALID; "),
              std::string::npos);
    EXPECT_NE(way(180000).find("ADD CONSTRAINT orders_a_not_null NOT NULL a NOT VALID; "), std::string::npos);
    table.column_facts[0].not_null_unvalidated = true;
    EXPECT_EQ(way(180000).find("ADD CONSTRAINT"), std::string::npos);
}

TEST(not_null_check_breaks_writers, default_or_models_that_fill_it) {
    AddConstraint check;
    check.only_not_null_check = "a";
    check.not_valid = true;
    const std::string_view rule = "not-null-check-breaks-writers";
    EXPECT_TRUE(fires(alter(check), table_with({column("a")}), rule));
    EXPECT_FALSE(fires(alter(check), table_with({column("a", false, true)}), rule));
    EXPECT_FALSE(fires(alter(check), known_to(table_with({column("a")}), {{"shop", "a", true}}), rule));
    EXPECT_TRUE(
        fires(alter(check), known_to(table_with({column("a")}), {{"shop", "a", true}, {"old", "a", false}}), rule));
}

TEST(drop_not_null, models_that_expect_null) {
    const DdlStatement statement = alter(DropNotNull{"a"});
    EXPECT_TRUE(fires(statement, table_with({column("a", true)}), "drop-not-null"));
    EXPECT_FALSE(fires(statement, table_with({column("a")}), "drop-not-null"));
    EXPECT_TRUE(fires(statement, known_to(table_with({column("a", true)}), {{"shop", "a", true}}), "drop-not-null"));
    EXPECT_FALSE(fires(statement, known_to(table_with({column("a", true)}), {{"shop", "a", false}}), "drop-not-null"));
}

TEST(change_column_default, only_an_old_one) {
    EXPECT_TRUE(fires(alter(SetDefault{"a"}), table_with({column("a", false, true)}), "change-column-default"));
    EXPECT_FALSE(fires(alter(SetDefault{"a"}), table_with({column("a")}), "change-column-default"));
}

TEST(ban_add_column_with_default, a_new_column) {
    AddColumn add;
    add.column = "b";
    add.has_default = true;
    EXPECT_TRUE(fires(alter(add), table_with({column("a")}), "ban-add-column-with-default"));
    EXPECT_FALSE(fires(alter(add), table_with({column("b")}), "ban-add-column-with-default"));
}

TEST(drop_column, what_no_model_names_may_go) {
    const DdlStatement statement = alter(DropColumn{"a"});
    EXPECT_TRUE(fires(statement, table_with({column("a")}), "drop-column"));
    EXPECT_FALSE(fires(statement, known_to(table_with({column("a")}), {{"shop", "b", false}}), "drop-column"));
    const auto found = findings(statement, known_to(table_with({column("a")}), {{"shop", "a", false}}), "drop-column");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].message.find("model shop"), std::string::npos);
    EXPECT_FALSE(fires(alter(DropColumn{"x"}), table_with({column("a")}), "drop-column"));
}

TEST(drop_table, empty_and_unread_may_go) {
    const DdlStatement statement = DropObjects{"TABLE", {orders}, {}, false, false, false};
    TableFacts table = table_with({});
    table.scans = 0;
    EXPECT_TRUE(fires(statement, table, "drop-table"));
    table.size = {0, 0, RowsSeen::none};
    EXPECT_FALSE(fires(statement, table, "drop-table"));
    table.scans = 3;
    EXPECT_TRUE(fires(statement, table, "drop-table"));
    table.governed = true;
    EXPECT_FALSE(fires(statement, table, "drop-table"));
}

TEST(drop_view, models_decide) {
    const DdlStatement statement = DropObjects{"VIEW", {orders}, {}, false, false, false};
    TableFacts view = table_with({});
    view.kind = RelationKind::view;
    EXPECT_TRUE(fires(statement, view, "drop-view"));
    view.governed = true;
    EXPECT_FALSE(fires(statement, view, "drop-view"));
}

TEST(rename_column, old_name_in_use) {
    const DdlStatement statement = Rename{"COLUMN", orders, "a", "b"};
    EXPECT_TRUE(fires(statement, table_with({column("a")}), "rename-column"));
    EXPECT_FALSE(fires(statement, known_to(table_with({column("a")}), {{"shop", "b", false}}), "rename-column"));
}

TEST(rename_table, tells_of_the_view) {
    const DdlStatement statement = Rename{"TABLE", orders, "", "purchases"};
    const auto found = findings(statement, table_with({}), "rename-table");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].fix,
              "BEGIN; /* then this command */ CREATE VIEW public.orders AS SELECT * FROM public.purchases; COMMIT;");
    TableFacts unused = table_with({});
    unused.governed = true;
    EXPECT_FALSE(fires(statement, unused, "rename-table"));
}

TEST(set_schema, another_schema) {
    EXPECT_TRUE(fires(SetSchema{"TABLE", orders, "archive"}, table_with({}), "set-schema"));
    EXPECT_FALSE(fires(SetSchema{"TABLE", orders, "public"}, table_with({}), "set-schema"));
}

TEST(rename_constraint_or_index, names) {
    EXPECT_TRUE(fires(Rename{"CONSTRAINT", orders, "a", "b"}, table_with({}), "rename-constraint-or-index"));
    EXPECT_FALSE(fires(Rename{"TABLE", orders, "", "b"}, table_with({}), "rename-constraint-or-index"));
}

TEST(drop_primary_key, unless_replaced) {
    TableFacts table = table_with({column("id", true)});
    IndexFacts key;
    key.name = "orders_pkey";
    key.primary = true;
    key.columns = {"id"};
    table.indexes.push_back(key);
    EXPECT_TRUE(fires(alter(DropConstraint{"orders_pkey"}), table, "drop-primary-key"));
    EXPECT_FALSE(fires(alter(DropConstraint{"orders_check"}), table, "drop-primary-key"));
    AddConstraint another;
    another.sort = ConstraintSort::primary_key;
    const DdlStatement replaced = AlterTable{orders, "TABLE", false, false, {DropConstraint{"orders_pkey"}, another}};
    EXPECT_FALSE(fires(replaced, table, "drop-primary-key"));
}

TEST(published_table_change, lists_of_columns) {
    TableFacts table = table_with({column("a"), column("b")});
    EXPECT_FALSE(fires(alter(DropColumn{"a"}), table, "published-table-change"));
    table.publications.push_back({"some", false, {"a"}});
    EXPECT_TRUE(fires(alter(DropColumn{"a"}), table, "published-table-change"));
    EXPECT_FALSE(fires(alter(DropColumn{"b"}), table, "published-table-change"));
    AddColumn add;
    add.column = "c";
    EXPECT_FALSE(fires(alter(add), table, "published-table-change"));
    table.publications.push_back({"all", true, {}});
    EXPECT_TRUE(fires(alter(add), table, "published-table-change"));
}

TEST(replica_identity_change, published_alone) {
    TableFacts table = table_with({});
    EXPECT_FALSE(fires(alter(SetReplicaIdentity{}), table, "replica-identity-change"));
    table.publications.push_back({"all", true, {}});
    EXPECT_TRUE(fires(alter(SetReplicaIdentity{}), table, "replica-identity-change"));
}

bool fires_about(const DdlStatement &statement, const std::vector<std::string> &dependents, std::string_view rule) {
    StatementFacts facts;
    facts.objects.push_back({orders, "public.orders", dependents, {}});
    const std::vector<GuardFinding> found = judge_statement({statement, facts, {}});
    return std::ranges::any_of(found, [=](const GuardFinding &finding) { return finding.rule == rule; });
}

DdlStatement drop(const char *type, bool cascade) { return DropObjects{type, {orders}, {}, cascade, false, false}; }

TEST(drop_cascade, drops_something) {
    EXPECT_TRUE(fires_about(drop("TABLE", true), {"view v"}, "drop-cascade"));
    EXPECT_FALSE(fires_about(drop("TABLE", true), {}, "drop-cascade"));
    EXPECT_FALSE(fires_about(drop("TABLE", false), {"view v"}, "drop-cascade"));
}

TEST(drop_schema, holds_something) {
    EXPECT_TRUE(fires_about(drop("SCHEMA", true), {"table t"}, "drop-schema"));
    EXPECT_FALSE(fires_about(drop("SCHEMA", true), {}, "drop-schema"));
}

TEST(drop_type, used) {
    EXPECT_TRUE(fires_about(drop("DOMAIN", true), {"column c of table t"}, "drop-type"));
    EXPECT_FALSE(fires_about(drop("TYPE", false), {"column c of table t"}, "drop-type"));
}

TEST(drop_extension, unless_refused) {
    EXPECT_TRUE(fires_about(drop("EXTENSION", false), {}, "drop-extension"));
    EXPECT_FALSE(fires_about(drop("EXTENSION", false), {"index i"}, "drop-extension"));
}

TEST(rename_schema, holds_something) {
    EXPECT_TRUE(fires_about(Rename{"SCHEMA", orders, "", "b"}, {"table t"}, "rename-schema"));
    EXPECT_FALSE(fires_about(Rename{"SCHEMA", orders, "", "b"}, {}, "rename-schema"));
}

TEST(rename_enum_value, used) {
    EXPECT_TRUE(fires_about(AlterEnum{orders, true, "a", "b"}, {"column c of table t"}, "rename-enum-value"));
    EXPECT_FALSE(fires_about(AlterEnum{orders, true, "a", "b"}, {}, "rename-enum-value"));
}

}  // namespace
