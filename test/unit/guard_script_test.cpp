#include "core/guard/script.hpp"

#include <gtest/gtest.h>

using namespace schema_audit::guard;

namespace {

const RelationName table{"", "t"};

StatementFacts live() {
    TableFacts known;
    known.schema = "public";
    known.name = "t";
    known.columns = {"a", "b"};
    known.column_facts = {NamedColumn{"a", "integer"}, NamedColumn{"b", "integer"}};
    StatementFacts facts;
    facts.tables.push_back({table, known});
    return facts;
}

// What the next statement finds after these.
TableFacts after(const std::vector<TableStep> &steps) {
    Script script("public", false);
    int number = 0;
    for (const TableStep &step : steps) {
        AlterTable alter;
        alter.table = table;
        alter.steps.push_back(step);
        script.follow(alter, live(), ++number, {});
    }
    StatementFacts facts = live();
    script.refine(facts);
    return *facts.table(table);
}

AddConstraint set_check(bool not_valid) {
    AddConstraint check;
    check.name = "a_set";
    check.only_not_null_check = "a";
    check.not_valid = not_valid;
    return check;
}

}  // namespace

TEST(Script, FactsFollowColumns) {
    AddColumn add;
    add.column = "c";
    add.type = "text";
    const TableFacts facts = after({add, DropColumn{"b"}, SetDefault{"a"}, SetNotNull{"c"}});
    EXPECT_EQ(facts.columns, (std::vector<std::string>{"a", "c"}));
    EXPECT_EQ(facts.column("b"), nullptr);
    EXPECT_TRUE(facts.column("a")->has_default);
    EXPECT_TRUE(facts.column("c")->not_null);
    EXPECT_EQ(facts.column("c")->type, "text");
}

TEST(Script, ChecksProveOnceValidated) {
    EXPECT_FALSE(after({set_check(true)}).column("a")->not_null_proven);
    EXPECT_TRUE(after({set_check(false)}).column("a")->not_null_proven);
    EXPECT_TRUE(after({set_check(true), ValidateConstraint{"a_set"}}).column("a")->not_null_proven);
    EXPECT_FALSE(after({set_check(false), DropConstraint{"a_set"}}).column("a")->not_null_proven);
    EXPECT_FALSE(after({set_check(false)}).column("b")->not_null_proven);
}
