#include "core/guard/changes.hpp"

#include <gtest/gtest.h>

using namespace schema_audit::guard;

namespace {

using Lines = std::vector<std::string>;

Lines lines(const std::vector<ObjectChange> &changes) {
    Lines result;
    for (const ObjectChange &item : changes) {
        result.push_back(item.object + ": " + std::string(item.change));
    }
    return result;
}

Lines renamed(const char *type, const char *part, const char *to, const char *identity) {
    return lines(name_changes(Rename{type, {"", "a"}, part, to}, identity));
}

}  // namespace

TEST(Changes, StepsOfAlterTable) {
    AlterTable alter;
    AddColumn add;
    add.column = "a";
    add.if_not_exists = true;
    alter.steps = {add, SetDefault{"b", false}, SetDefault{"c", true}, DropDefault{"d"}, DropColumn{"e"}, OtherStep{}};
    const auto parts = part_changes(alter);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].change, change::created);
    EXPECT_TRUE(parts[0].when_missing);
    EXPECT_EQ(parts[1].name, "b");
    EXPECT_EQ(parts[1].change, change::set_default);
}

TEST(Changes, NewNames) {
    EXPECT_EQ(renamed("TABLE", "", "b", "s.b"), (Lines{"s.b: new name", "s.a: old name"}));
    EXPECT_EQ(renamed("FUNCTION", "", "b", "s.b(integer)"),
              (Lines{"s.b(integer): new name", "s.a(integer): old name"}));
    EXPECT_EQ(renamed("SCHEMA", "", "b", "b"), (Lines{"b: new name", "a: old name"}));
    EXPECT_EQ(renamed("COLUMN", "x", "y", "s.a.y"), (Lines{"s.a.y: new name", "s.a.x: old name"}));
    EXPECT_EQ(renamed("COLUMN", "x", "a", "s.a.a"), (Lines{"s.a.a: new name", "s.a.x: old name"}));
    EXPECT_EQ(renamed("COLUMN", "x", "a", "s.a"), (Lines{"s.a.a: new name", "s.a.x: old name"}));
    EXPECT_EQ(renamed("CONSTRAINT", "x", "Y", "\"Y\" on s.a"), (Lines{"\"Y\" on s.a: new name", "x on s.a: old name"}));
    EXPECT_EQ(renamed("CONSTRAINT", "x", "y", "s.a"), (Lines{"y on s.a: new name", "x on s.a: old name"}));
    EXPECT_EQ(renamed("TABLE", "", "b", "s.other"), Lines{});
    EXPECT_EQ(lines(name_changes(SetSchema{"TABLE", {"old", "a"}, "new"}, "new.a")),
              (Lines{"new.a: new name", "old.a: old name"}));
    EXPECT_EQ(lines(name_changes(SetSchema{"TABLE", {"", "a"}, "new"}, "new.a")), Lines{});
}

TEST(Changes, EachOnce) {
    std::vector<ObjectChange> changes;
    add_change(changes, "s.a", change::altered);
    add_change(changes, "s.a", change::altered);
    add_change(changes, "", change::altered);
    add_table_of(changes, "key on s.a");
    add_table_of(changes, "s.b");
    EXPECT_EQ(lines(changes), Lines{"s.a: altered"});
    for (std::size_t i = 0; i < 2 * most_changes; ++i) {
        add_change(changes, std::to_string(i), change::dropped);
    }
    EXPECT_EQ(changes.size(), most_changes);
}

TEST(Changes, FunctionsWithPlainTypes) {
    EXPECT_EQ(plain_identity("s.f(pg_catalog.text,integer,pg_catalog.text[])"), "s.f(text,integer,text[])");
    EXPECT_EQ(plain_identity("pg_catalog.f(s.x)"), "pg_catalog.f(s.x)");
    EXPECT_EQ(plain_identity("pg_catalog.v"), "pg_catalog.v");
}
