#include "core/guard/blame.hpp"

#include <gtest/gtest.h>

using namespace schema_audit::guard;
using schema_audit::Finding;

namespace {

Finding finding(const char *rule, const char *type, const char *name, const char *actual = "") {
    Finding result;
    result.rule = rule;
    result.schema_name = "s";
    result.table_name = "t";
    result.object_type = type;
    result.object_name = name;
    result.actual = actual;
    return result;
}

LoggedStatement row(std::int64_t id, std::vector<std::string> objects, std::vector<std::string> changes,
                    const char *statement = "") {
    LoggedStatement result;
    result.id = id;
    result.objects = std::move(objects);
    result.changes = std::move(changes);
    result.statement = statement;
    return result;
}

// The oldest first, as they are written down.
Trace traced(const Finding &about, const std::vector<LoggedStatement> &log) {
    std::vector<const LoggedStatement *> rows;
    for (const LoggedStatement &item : log) {
        rows.insert(rows.begin(), &item);
    }
    const auto suspect = suspect_of(about);
    return suspect ? trace(*suspect, rows) : Trace{};
}

}  // namespace

TEST(Blame, NamesWhatDidIt) {
    const auto column = finding("missing-column", "column", "c");
    EXPECT_EQ(traced(column, {row(1, {"s.t", "s.t.c"}, {"altered", "dropped"})}).id, 1);
    EXPECT_EQ(traced(column, {row(1, {"s.t.c"}, {"dropped"}), row(2, {"s.t.c"}, {"created"})}).id, 0);
    EXPECT_EQ(traced(column, {row(1, {"s.t.other"}, {"dropped"})}).id, 0);
    EXPECT_EQ(
        traced(finding("extra-table", "table", "t"), {row(3, {"s.t"}, {"created"}), row(4, {"s.t"}, {"altered"})}).id,
        3);
    EXPECT_EQ(traced(finding("missing-foreign-key", "foreign key", "fk"), {row(1, {"fk on s.t"}, {"dropped"})}).id, 1);
    EXPECT_EQ(traced(finding("missing-index", "index", "i"), {row(1, {"s.i"}, {"dropped"})}).id, 1);
    EXPECT_EQ(traced(finding("comment-mismatch", "column", "c"), {row(1, {"s.t.c"}, {"commented"})}).id, 0);
}

TEST(Blame, TheWayItWent) {
    const auto required = finding("nullability-mismatch", "column", "c", "NOT NULL");
    const auto open = finding("nullability-mismatch", "column", "c", "NULL");
    const std::vector<LoggedStatement> log{row(1, {"s.t.c"}, {"set not null"}),
                                           row(2, {"s.t.c"}, {"dropped not null"})};
    EXPECT_EQ(traced(required, log).id, 0);
    EXPECT_EQ(traced(open, log).id, 2);
    const auto orphan = finding("orphan-required-column", "column", "c");
    EXPECT_EQ(traced(orphan, {row(1, {"s.t.c"}, {"created"}), row(2, {"s.t.c"}, {"dropped default"})}).id, 2);
    EXPECT_EQ(traced(orphan, {row(1, {"s.t.c"}, {"dropped default"}), row(2, {"s.t.c"}, {"set default"})}).id, 0);
    // one statement that did both: what it did last counts
    EXPECT_EQ(traced(orphan, {row(1, {"s.t.c", "s.t.c"}, {"created", "dropped default"})}).id, 1);
}

TEST(Blame, TheTableThatWasMadeWithIt) {
    const auto column = finding("extra-column", "column", "c");
    const auto made = [](const char *statement) { return row(1, {"s.t"}, {"created"}, statement); };
    EXPECT_EQ(traced(column, {made("CREATE TABLE t (c text)")}).id, 1);
    EXPECT_EQ(traced(column, {made("CREATE TABLE t (other text)")}).id, 0);
    EXPECT_EQ(traced(finding("nullability-mismatch", "column", "c", "NOT NULL"), {made("CREATE TABLE t (c text)")}).id,
              0);
    EXPECT_EQ(traced(column, {row(1, {"s.t.c"}, {"created"}), row(2, {"s.t"}, {"dropped"})}).id, 0);
}

TEST(Blame, FollowsRenames) {
    const auto column = finding("type-mismatch", "column", "c");
    const Trace of_table = traced(column, {row(5, {"s.t", "s.old"}, {"new name", "old name"})});
    ASSERT_TRUE(of_table.next.has_value());
    EXPECT_EQ(of_table.next->object, "s.old.c");
    EXPECT_EQ(of_table.next->table, "s.old");
    EXPECT_EQ(of_table.next->before, 5);
    const Trace of_column = traced(column, {row(5, {"s.t.c", "s.t.b"}, {"new name", "old name"})});
    ASSERT_TRUE(of_column.next.has_value());
    EXPECT_EQ(of_column.next->object, "s.t.b");
    // the row of the rename and those behind it are none of the old name's
    const LoggedStatement late = row(6, {"s.t.b"}, {"altered type"});
    const LoggedStatement early = row(4, {"s.t.b"}, {"altered type"});
    const std::vector<const LoggedStatement *> rows{&late, &early};
    EXPECT_EQ(trace(*of_column.next, rows).id, 4);
    EXPECT_FALSE(traced(column, {row(5, {"s", "old"}, {"new name", "old name"})}).next.has_value());
}

TEST(Blame, Keys) {
    for (const auto &item : {finding("extra-column", "column", "a\"b:c.d"), finding("extra-table", "table", "t"),
                             finding("missing-foreign-key", "foreign key", "Fk")}) {
        const auto parsed = finding_from_key(schema_audit::finding_key(item));
        ASSERT_TRUE(parsed.has_value());
        EXPECT_EQ(object_of(*parsed).object, object_of(item).object);
        EXPECT_EQ(parsed->rule, item.rule);
    }
    for (const char *text : {"", "extra-table", "extra-table:", "extra-table:s.t", "extra-table:s.t:table",
                             "extra-table:\"s:table:t", "extra-table:s.t:table:\"t\"x", "drop-table:s.t:table:t"}) {
        EXPECT_FALSE(finding_from_key(text).has_value()) << text;
    }
}
