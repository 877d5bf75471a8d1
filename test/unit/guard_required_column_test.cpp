#include "core/guard/rules.hpp"
#include "core/guard/statement_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace schema_audit::guard;

namespace {

ColumnFacts facts(bool not_null, bool has_default) {
    ColumnFacts result;
    result.not_null = not_null;
    result.has_default = has_default;
    return result;
}

AddColumn add(const char *name) {
    AddColumn column;
    column.column = name;
    column.type = "integer";
    column.not_null = true;
    return column;
}

AlterTable alter(std::vector<TableStep> steps) {
    AlterTable statement;
    statement.steps = std::move(steps);
    return statement;
}

TableFacts table_of(std::int64_t rows) {
    TableFacts table;
    table.schema = "public";
    table.name = "t";
    table.size.rows = rows;
    table.columns = {"id"};
    return table;
}

SessionFacts single_command() {
    SessionFacts session;
    session.single_command = true;
    return session;
}

std::vector<GuardFinding> judge(AlterTable statement, const SessionFacts &session = single_command(),
                                std::int64_t rows = 0) {
    statement.table = {"public", "t"};
    StatementFacts known;
    known.tables.push_back({statement.table, table_of(rows)});
    std::vector<GuardFinding> findings = judge_statement({statement, known, session});
    std::erase_if(findings, [](const GuardFinding &finding) { return !finding.required_column; });
    return findings;
}

std::vector<GuardFinding> judge(ColumnChange column, std::uint32_t parent = 0) {
    TableChange table;
    table.schema = "public";
    table.name = "t";
    table.id = 1;
    table.parent = parent;
    column.name = "c";
    table.columns.push_back(std::move(column));
    return judge_end_state({&table, 1});
}

std::string rule_of(const std::vector<GuardFinding> &findings) {
    return findings.size() == 1 ? std::string(findings.front().rule) : std::to_string(findings.size()) + " findings";
}

TEST(EndState, WhatTheCommitNeedNotLookAt) {
    const auto looks = [](const TableStep &step) { return may_require_column(alter({step})); };
    AddColumn column = add("c");
    EXPECT_TRUE(looks(column));
    column.has_default = true;
    EXPECT_TRUE(looks(column));  // an expression may be NULL
    column.constant_default = "0";
    EXPECT_FALSE(looks(column));
    EXPECT_TRUE(may_require_column(alter({column, DropDefault{"c"}})));
    AddColumn nullable = add("c");
    nullable.not_null = false;
    EXPECT_FALSE(looks(nullable));
    nullable.type_is_domain = true;
    EXPECT_TRUE(looks(nullable));
    EXPECT_TRUE(looks(SetNotNull{"c"}));
    EXPECT_TRUE(looks(DropDefault{"c"}));
    EXPECT_TRUE(looks(DropIdentity{"c"}));
    EXPECT_TRUE(looks(OtherStep{}));
    EXPECT_FALSE(looks(DropNotNull{"c"}));
    AddConstraint constraint;
    EXPECT_FALSE(looks(constraint));
    constraint.sort = ConstraintSort::primary_key;
    EXPECT_TRUE(looks(constraint));
    EXPECT_TRUE(may_require_column(AlterDomain{}));
}

}  // namespace

TEST(AddedColumn, NotNullWithoutDefaultIsFound) {
    EXPECT_EQ(rule_of(judge(alter({add("c")}))), "add-column-not-null-no-default");
}

TEST(AddedColumn, DefaultNullIsNoDefault) {
    AddColumn column = add("c");
    column.has_default = column.default_is_null = true;
    EXPECT_EQ(rule_of(judge(alter({column}))), "default-null-on-not-null-column");
    // It also takes away the default that the domain would have given.
    column.type_has_default = true;
    EXPECT_EQ(rule_of(judge(alter({column}))), "default-null-on-not-null-column");
}

TEST(AddedColumn, EveryWayToBeFilledIsAllowed) {
    for (auto fill : {&AddColumn::has_default, &AddColumn::identity, &AddColumn::generated, &AddColumn::serial,
                      &AddColumn::type_has_default}) {
        AddColumn column = add("c");
        column.*fill = true;
        // Another rule may tell what it costs.
        EXPECT_TRUE(std::ranges::none_of(judge(alter({column})), &GuardFinding::required_column));
    }
    AddColumn nullable = add("c");
    nullable.not_null = false;
    EXPECT_TRUE(judge(alter({nullable})).empty());
}

TEST(AddedColumn, SetNotNullInTheSameCommandCounts) {
    AddColumn nullable = add("c");
    nullable.not_null = false;
    EXPECT_EQ(rule_of(judge(alter({nullable, SetNotNull{"c"}}))), "add-column-not-null-no-default");
}

TEST(AddedColumn, SameCommandMayMendIt) {
    EXPECT_TRUE(judge(alter({add("c"), SetDefault{"c", false}})).empty());
    EXPECT_TRUE(judge(alter({add("c"), AddIdentity{"c"}})).empty());
    EXPECT_TRUE(judge(alter({add("c"), DropNotNull{"c"}})).empty());
    EXPECT_EQ(judge(alter({add("c"), SetDefault{"c", true}})).size(), 1U);
    EXPECT_EQ(judge(alter({add("c"), SetDefault{"other", false}})).size(), 1U);
}

TEST(AddedColumn, ATransactionMayMendItOnAnEmptyTable) {
    const SessionFacts block;
    EXPECT_TRUE(judge(alter({add("c")}), block, 0).empty());
    EXPECT_TRUE(judge(alter({add("c")}), block, -1).empty());
    EXPECT_EQ(judge(alter({add("c")}), block, 7).size(), 1U);
}

TEST(AddedColumn, SeveralAreSeveralFindings) { EXPECT_EQ(judge(alter({add("c"), add("d")})).size(), 2U); }

TEST(AddedColumn, AColumnThatExistsIsNotAdded) { EXPECT_TRUE(judge(alter({add("id")})).empty()); }

TEST(EndState, NewRequiredColumn) {
    ColumnChange column;
    column.after = facts(true, false);
    EXPECT_EQ(rule_of(judge(column)), "required-column-left-without-default");
    column.after = facts(true, true);
    EXPECT_TRUE(judge(column).empty());
    column.after = facts(false, false);
    EXPECT_TRUE(judge(column).empty());
}

TEST(EndState, RetainedValueIsTheFix) {
    ColumnChange column;
    column.after = facts(true, false);
    column.retained_value = "'x'";
    EXPECT_EQ(judge(column).front().fix, "ALTER TABLE public.t ALTER COLUMN c SET DEFAULT 'x';");
}

TEST(EndState, LostDefault) {
    ColumnChange column;
    column.before = facts(true, true);
    column.after = facts(true, false);
    column.old_default = "now()";
    const auto findings = judge(column);
    EXPECT_EQ(rule_of(findings), "drop-default-on-not-null-column");
    EXPECT_EQ(findings.front().fix, "ALTER TABLE public.t ALTER COLUMN c SET DEFAULT now();");
}

TEST(EndState, LostIdentitySequenceOrExpression) {
    ColumnChange column;
    column.after = facts(true, false);
    column.before = facts(true, false);
    column.before->identity = true;
    EXPECT_EQ(rule_of(judge(column)), "drop-identity-or-sequence-makes-required");
    column.before = facts(true, false);
    column.before->generated = true;
    EXPECT_EQ(rule_of(judge(column)), "drop-identity-or-sequence-makes-required");
    column.before = facts(true, true);
    column.default_gone_by_drop = true;
    EXPECT_EQ(rule_of(judge(column)), "drop-identity-or-sequence-makes-required");
}

TEST(EndState, NullableWithDefaultBecameRequired) {
    ColumnChange column;
    column.before = facts(false, true);
    column.after = facts(true, false);
    EXPECT_EQ(rule_of(judge(column)), "required-column-left-without-default");
}

TEST(EndState, NullableWithoutDefaultBecameNotNull) {
    ColumnChange column;
    column.before = facts(false, false);
    column.after = facts(true, false);
    EXPECT_EQ(rule_of(judge(column)), "set-not-null-breaks-writers");
    column.in_primary_key = true;
    EXPECT_EQ(rule_of(judge(column)), "required-column-left-without-default");
}

TEST(EndState, WhatWasRequiredBeforeIsNobodysBusiness) {
    ColumnChange column;
    column.before = facts(true, false);
    column.after = facts(true, false);
    EXPECT_TRUE(judge(column).empty());
}

TEST(EndState, ATriggerThatNamesTheColumnFillsIt) {
    ColumnChange column;
    column.after = facts(true, false);
    column.filling_trigger = "fill";
    EXPECT_TRUE(judge(column).front().filled_by_trigger);
}

TEST(EndState, ATriggerThatFilledTheColumnIsGone) {
    ColumnChange column;
    column.before = facts(true, false);
    column.after = facts(true, false);
    column.gone_trigger = "fill";
    EXPECT_EQ(rule_of(judge(column)), "disable-trigger-that-fills-column");
    column.after = facts(true, true);  // a default has taken its place
    EXPECT_TRUE(judge(column).empty());
}

TEST(EndState, InheritedChangeIsToldForTheParentAlone) {
    std::vector<TableChange> tables(2);
    tables[0] = {"public", "child", {}, 2, 1, {}, {}, {}};
    tables[1] = {"public", "parent", {}, 1, 0, {}, {}, {}};
    for (TableChange &table : tables) {
        table.columns.resize(1);
        table.columns.front().name = "c";
        table.columns.front().after = facts(true, false);
    }
    ASSERT_EQ(judge_end_state(tables).size(), 1U);
    EXPECT_EQ(judge_end_state(tables).front().table, "parent");
    tables[0].columns.front().name = "of the child alone";
    EXPECT_EQ(judge_end_state(tables).size(), 2U);
}
