// Rules about the rows that a migration changes.
#include "core/guard/script.hpp"
#include "guard_case.hpp"

#include <gtest/gtest.h>

namespace schema_audit::guard {
namespace {

using namespace testing;

constexpr std::string_view backfill = "backfill-in-ddl-transaction";

ChangeRows change(std::string command, std::string of) { return {std::move(command), name(std::move(of))}; }

TableFacts large() {
    TableFacts facts = table("t");
    IndexFacts key = has_index({"id", "part"}, true);
    facts.indexes.push_back(std::move(key));
    return facts;
}

Case holding(ChangeRows statement, const TableFacts &known = large()) {
    Case result{DdlStatement(std::move(statement))};
    result.session.min_rows = 1000;
    result.session.min_bytes = 1'000'000;
    result.with(known);
    result.facts.held.push_back(in_public("other"));
    return result;
}

TEST(Rows, BackfillBeforeItRuns) {
    EXPECT_EQ(holding(change("UPDATE", "t")).count(backfill), 1U);
    EXPECT_EQ(holding(change("INSERT", "t")).count(backfill), 0U);  // of nothing that is known
    Case nothing_held = holding(change("UPDATE", "t"));
    nothing_held.facts.held.clear();
    EXPECT_EQ(nothing_held.count(backfill), 0U);
    TableFacts small = large();
    small.size.rows = 999;
    small.size.bytes = 8192;
    EXPECT_EQ(holding(change("UPDATE", "t"), small).count(backfill), 0U);
    small.size.assumed = true;
    EXPECT_EQ(holding(change("UPDATE", "t"), small).count(backfill), 1U);
    EXPECT_EQ(holding(change("UPDATE", "missing")).count(backfill), 0U);
}

TEST(Rows, BackfillOfSingleRowsIsNone) {
    ChangeRows one = change("DELETE", "t");
    one.fixed = {"id"};
    EXPECT_EQ(holding(one).count(backfill), 1U);
    one.fixed = {"part", "id"};
    EXPECT_EQ(holding(one).count(backfill), 0U);
    TableFacts invalid = large();
    invalid.indexes.front().valid = false;
    EXPECT_EQ(holding(one, invalid).count(backfill), 1U);
    TableFacts partial = large();
    partial.indexes.front().partial = true;
    EXPECT_EQ(holding(one, partial).count(backfill), 1U);
    TableFacts not_unique = large();
    not_unique.indexes.front().unique = false;
    EXPECT_EQ(holding(one, not_unique).count(backfill), 1U);
}

TEST(Rows, BackfillGoesByWhatIsRead) {
    ChangeRows copy = change("INSERT", "new");
    copy.sources.push_back(name("t"));
    const std::vector<GuardFinding> found = holding(copy).of(backfill);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(object_identity(found.front()), "public.new");
    ChangeRows joined = change("UPDATE", "t");
    joined.sources.push_back(name("temporary"));
    EXPECT_EQ(holding(joined).count(backfill), 0U);
    joined.sources.push_back(name("t"));
    EXPECT_EQ(holding(joined).count(backfill), 1U);
}

TEST(Rows, BackfillGoesByTheRowsOnceTheyAreChanged) {
    ChangeRows done = change("UPDATE", "t");
    done.fixed = {"id", "part"};
    done.rows = 1000;
    const std::vector<GuardFinding> found = holding(done).of(backfill);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().message,
              "1000 rows were changed while DDL of this transaction keeps others from public.other: they wait until it "
              "ends");
    done.rows = 999;
    EXPECT_EQ(holding(done).count(backfill), 0U);
    Case any_number = holding(done);
    any_number.session.min_rows = 0;
    EXPECT_EQ(any_number.count(backfill), 1U);
    done.rows = 0;
    any_number.statement = done;
    EXPECT_EQ(any_number.count(backfill), 0U);
}

TEST(Rows, WithoutWhere) {
    ChangeRows all = change("DELETE", "t");
    EXPECT_EQ(holding(all).count("delete-without-where"), 0U);
    all.every_row = true;
    const std::vector<GuardFinding> found = holding(all).of("delete-without-where");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().fix,
              "DELETE FROM public.t WHERE ctid = ANY (ARRAY (SELECT ctid FROM public.t LIMIT 10000));");
    EXPECT_EQ(holding(all).count("update-without-where"), 0U);
    TableFacts partitioned = large();
    partitioned.kind = RelationKind::partitioned_table;
    EXPECT_EQ(holding(all, partitioned).of("delete-without-where").front().fix, "");
    all.command = "UPDATE";
    EXPECT_EQ(holding(all).count("update-without-where"), 1U);
    EXPECT_EQ(holding(all).count("delete-without-where"), 0U);
    TableFacts small = large();
    small.size.rows = 10;
    small.size.bytes = 8192;
    EXPECT_EQ(holding(all, small).count("update-without-where"), 0U);
}

TEST(Rows, DropIndexBlocking) {
    TableFacts index = table("i", RelationKind::index);
    index.of_table = in_public("t");
    EXPECT_EQ(Case(drop("INDEX", "i")).with(index).count("drop-index-blocking"), 1U);
    DropObjects beside = drop("INDEX", "i");
    beside.concurrently = true;
    EXPECT_EQ(Case(beside).with(index).count("drop-index-blocking"), 0U);
    EXPECT_EQ(Case(drop("INDEX", "missing")).with(index).count("drop-index-blocking"), 0U);
    EXPECT_EQ(Case(drop("INDEX", "i")).with(table("i", RelationKind::partitioned_index)).count("drop-index-blocking"),
              0U);
}

// What the locks of a script's transaction are for its next statement.
StatementFacts locks_after(const std::vector<DdlStatement> &statements) {
    StatementFacts facts;
    facts.tables.push_back({name("t"), table("t")});
    facts.tables.push_back({name("other"), table("other")});
    Script script("public", false);
    int number = 0;
    for (const DdlStatement &statement : statements) {
        script.follow(statement, facts, ++number, {});
    }
    script.tell_locks(facts);
    return facts;
}

TEST(Rows, ScriptsHoldLocksUntilTheirTransactionEnds) {
    const Transaction begin{TransactionStep::begin, ""};
    const Transaction commit{TransactionStep::commit, ""};
    const DdlStatement nullable = alter("t", column("c", "integer"));
    AddConstraint key;
    key.sort = ConstraintSort::foreign_key;
    key.referenced = name("t");
    const DdlStatement references = alter("other", key);

    EXPECT_TRUE(locks_after({nullable}).held.empty());
    StatementFacts facts = locks_after({begin, nullable, nullable});
    ASSERT_EQ(facts.held.size(), 1U);
    EXPECT_EQ(facts.held.front(), in_public("t"));
    EXPECT_EQ(facts.held_from_all.size(), 1U);
    EXPECT_TRUE(facts.table(name("t"))->held_strongly);
    EXPECT_FALSE(facts.table(name("other"))->held_strongly);
    EXPECT_TRUE(locks_after({begin, nullable, commit}).held.empty());
    facts = locks_after({begin, references});
    EXPECT_EQ(facts.held.size(), 2U);
    EXPECT_TRUE(facts.held_from_all.empty());
    EXPECT_EQ(locks_after({begin, references, nullable}).held_from_all.size(), 1U);
    const Transaction savepoint{TransactionStep::savepoint, "s"};
    const Transaction back{TransactionStep::rollback_to, "s"};
    EXPECT_TRUE(locks_after({begin, savepoint, nullable, back}).held.empty());
}

}  // namespace
}  // namespace schema_audit::guard
