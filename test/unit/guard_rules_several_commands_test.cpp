// Rules that judge a command by what the transaction has done before, and what it leaves of a table as a whole.
#include "core/guard/history.hpp"
#include "core/guard/rules.hpp"
#include "core/guard/work.hpp"
#include "guard_case.hpp"

#include <gtest/gtest.h>

namespace schema_audit::guard {
namespace {

using namespace testing;

AddConstraint check(bool not_valid) {
    AddConstraint add;
    add.name = "c";
    add.not_valid = not_valid;
    return add;
}
AddConstraint foreign_key(std::string to, std::string of = "other_id") {
    AddConstraint add;
    add.sort = ConstraintSort::foreign_key;
    add.name = "k";
    add.referenced = name(std::move(to));
    add.columns.push_back(std::move(of));
    add.not_valid = true;
    return add;
}
PastCommand past(PastCommand::Sort sort, std::string of) {
    PastCommand command;
    command.sort = sort;
    command.table = in_public(std::move(of));
    return command;
}
PastCommand dropped_table(std::string of, std::int64_t rows) {
    PastCommand command = past(PastCommand::Sort::dropped_table, std::move(of));
    command.size.rows = rows;
    command.size.bytes = rows * 100;
    return command;
}
PastCommand dropped_index(std::string of, std::vector<std::string> columns) {
    PastCommand command = past(PastCommand::Sort::dropped_index, std::move(of));
    command.index.name = "old";
    command.index.columns = std::move(columns);
    return command;
}
CreateIndex index(std::string of, std::vector<std::string> columns) {
    CreateIndex create;
    create.table = name(std::move(of));
    create.name = "i";
    create.columns = std::move(columns);
    create.plain = true;
    return create;
}

TEST(Work, SaysWhetherRowsAreRead) {
    StatementFacts facts;
    facts.tables.push_back({name("t"), table("t")});
    facts.tables.front().facts.column_facts.push_back(has_column("a", "integer"));
    EXPECT_EQ(work_of(alter("t", check(false)), facts), Work::reads);
    EXPECT_EQ(work_of(alter("t", check(true)), facts), Work::catalog);
    EXPECT_EQ(work_of(alter("missing", check(false)), facts), Work::catalog);
    EXPECT_EQ(work_of(alter("t", SetNotNull{"a"}), facts), Work::reads);
    facts.tables.front().facts.column_facts.front().not_null_proven = true;
    EXPECT_EQ(work_of(alter("t", SetNotNull{"a"}), facts), Work::catalog);
    EXPECT_EQ(work_of(alter("t", column("b", "integer")), facts), Work::catalog);
    facts.new_columns.push_back({"b", true, false, false});
    EXPECT_EQ(work_of(alter("t", column("b", "integer")), facts), Work::rewrites);
    EXPECT_EQ(work_of(alter("t", AlterColumnType{"a"}), facts), Work::catalog);  // the server will tell
    facts.type_changes.push_back({"a", "integer", "bigint", true, false, {}, {}});
    EXPECT_EQ(work_of(alter("t", AlterColumnType{"a"}), facts), Work::rewrites);
    facts.type_changes.front().rewrites = false;
    EXPECT_EQ(work_of(alter("t", AlterColumnType{"a"}), facts), Work::catalog);
    EXPECT_EQ(work_of(index("t", {"a"}), facts), Work::reads);
    EXPECT_EQ(work_of(alter("t", SetLogged{true}), facts), Work::catalog);
    EXPECT_EQ(work_of(alter("t", SetLogged{false}), facts), Work::rewrites);
}

TEST(History, KeepsWhatLaterCommandsAreAskedAbout) {
    StatementFacts facts;
    facts.tables.push_back({name("t"), table("t")});
    facts.tables.push_back({name("p"), table("p")});
    EXPECT_EQ(past_commands(drop("TABLE", "t"), facts).size(), 1U);
    EXPECT_EQ(past_commands(drop("TABLE", "missing"), facts).size(), 0U);
    EXPECT_EQ(past_commands(alter("t", check(false)), facts).front().sort, PastCommand::Sort::read_rows);
    EXPECT_EQ(past_commands(alter("t", check(true)), facts).size(), 0U);
    EXPECT_EQ(past_commands(alter("t", foreign_key("p")), facts).front().table, in_public("p"));
}

TEST(SeveralCommands, RecreateTable) {
    EXPECT_EQ(Case(create("t", {})).after(dropped_table("t", 5)).count("recreate-table"), 1U);
    EXPECT_EQ(Case(create("t", {})).after(dropped_table("t", 0)).count("recreate-table"), 0U);
    EXPECT_EQ(Case(create("t", {})).after(dropped_table("u", 5)).count("recreate-table"), 0U);
    CreateTable temporary = create("t", {});
    temporary.temporary = true;
    EXPECT_EQ(Case(temporary).after(dropped_table("t", 5)).count("recreate-table"), 0U);
}

TEST(SeveralCommands, ReplaceIndexGap) {
    EXPECT_EQ(Case(index("t", {"a", "b"})).with(table("t")).after(dropped_index("t", {"a"})).count("replace-index-gap"),
              1U);
    EXPECT_EQ(Case(index("t", {"b"})).with(table("t")).after(dropped_index("t", {"a"})).count("replace-index-gap"), 0U);
    TableFacts covered = table("t");
    covered.indexes.push_back(has_index({"a", "c"}));
    EXPECT_EQ(Case(index("t", {"a"})).with(covered).after(dropped_index("t", {"a"})).count("replace-index-gap"), 0U);
    const std::string fix =
        Case(index("t", {"a"})).with(table("t")).after(dropped_index("t", {"a"})).of("replace-index-gap").front().fix;
    EXPECT_EQ(fix, "ROLLBACK; CREATE INDEX CONCURRENTLY i ON public.t (a); DROP INDEX CONCURRENTLY public.old;");
}

TEST(SeveralCommands, MultipleAlterTable) {
    const PastCommand read = past(PastCommand::Sort::read_rows, "t");
    EXPECT_EQ(Case(alter("t", check(false))).with(table("t")).after(read).count("multiple-alter-table"), 1U);
    EXPECT_EQ(Case(alter("t", check(true))).with(table("t")).after(read).count("multiple-alter-table"), 0U);
    EXPECT_EQ(Case(alter("u", check(false))).with(table("u")).after(read).count("multiple-alter-table"), 0U);
    EXPECT_EQ(Case(alter("t", check(false))).with(table("t")).count("multiple-alter-table"), 0U);
}

TEST(SeveralCommands, TooManyForeignKeysAtOnce) {
    const PastCommand other = past(PastCommand::Sort::referenced, "q");
    const auto with_key = [](const std::string &to) {
        return Case(alter("t", foreign_key(to))).with(table("t")).with(table(to));
    };
    EXPECT_EQ(with_key("p").count("too-many-foreign-keys-at-once"), 0U);
    EXPECT_EQ(with_key("p").after(other).count("too-many-foreign-keys-at-once"), 1U);
    EXPECT_EQ(with_key("q").after(other).count("too-many-foreign-keys-at-once"), 0U);
    EXPECT_EQ(Case(alter("t", foreign_key("t"))).with(table("t")).after(other).count("too-many-foreign-keys-at-once"),
              0U);
    EXPECT_EQ(Case(alter("t", foreign_key("p"), foreign_key("q")))
                  .with(table("t"))
                  .with(table("p"))
                  .with(table("q"))
                  .count("too-many-foreign-keys-at-once"),
              1U);
}

TEST(SeveralCommands, StatementWhileHoldingAccessExclusive) {
    Case reading = Case(alter("t", check(false))).with(table("t"));
    EXPECT_EQ(reading.count("statement-while-holding-access-exclusive"), 0U);
    reading.facts.held_from_all.push_back(in_public("u"));
    EXPECT_EQ(reading.count("statement-while-holding-access-exclusive"), 1U);
    Case catalog_only = Case(alter("t", check(true))).with(table("t"));
    catalog_only.facts.held_from_all.push_back(in_public("u"));
    EXPECT_EQ(catalog_only.count("statement-while-holding-access-exclusive"), 0U);
}

TEST(EndOfTransaction, RowSecurity) {
    const auto rules_for = [](RowSecurityChange change) {
        TableChange of;
        of.name = "t";
        of.row_security = change;
        std::string rules;
        for (const GuardFinding &finding : judge_table_state(of)) {
            rules += finding.rule;
        }
        return rules;
    };
    EXPECT_EQ(rules_for({false, true, 0, 0}), "rls-enabled-no-policy");
    EXPECT_EQ(rules_for({true, true, 1, 0}), "rls-enabled-no-policy");
    EXPECT_EQ(rules_for({true, true, 0, 0}), "");
    EXPECT_EQ(rules_for({false, true, 0, 1}), "");
    EXPECT_EQ(rules_for({true, false, 1, 1}), "rls-disabled");
    EXPECT_EQ(rules_for({false, false, 0, 1}), "policy-without-rls");
    EXPECT_EQ(rules_for({false, false, 1, 1}), "");
}

TEST(EndOfTransaction, ForeignKeyWithoutIndex) {
    TableChange of;
    of.schema = "public";
    of.name = "t";
    of.foreign_keys.push_back({"k", {"a", "b"}, in_public("p"), true});
    EXPECT_TRUE(judge_table_state(of).empty());
    of.foreign_keys.front().has_index = false;
    const std::vector<GuardFinding> findings = judge_table_state(of);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().rule, "fk-missing-index");
    EXPECT_EQ(findings.front().fix, "CREATE INDEX CONCURRENTLY ON public.t (a, b);");
    EXPECT_TRUE(findings.front().by_size);
}

}  // namespace
}  // namespace schema_audit::guard
