// Rules about locks, indexes and partitions: what each tells and when it is silent.
#include "core/guard/locks.hpp"
#include "core/guard/statement_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace schema_audit::guard;

namespace {

TableFacts table(std::string name, RelationKind kind = RelationKind::table) {
    TableFacts facts;
    facts.schema = "public";
    facts.name = std::move(name);
    facts.kind = kind;
    facts.size.rows = 1'000'000;
    facts.size.bytes = 1'000'000'000;
    return facts;
}

struct Case {
    DdlStatement statement;
    StatementFacts facts;
    SessionFacts session;

    explicit Case(DdlStatement what) : statement(std::move(what)) { session.lock_timeout_ms = 2000; }
    Case &with(const TableFacts &known) {
        facts.tables.push_back({{"", known.name}, known});
        return *this;
    }
    [[nodiscard]] std::vector<GuardFinding> of(std::string_view rule) const {
        std::vector<GuardFinding> findings = judge_statement({statement, facts, session});
        std::erase_if(findings, [=](const GuardFinding &finding) { return finding.rule != rule; });
        return findings;
    }
    [[nodiscard]] std::size_t count(std::string_view rule) const { return of(rule).size(); }
};

RelationName name(std::string text) { return {"", std::move(text)}; }

AlterTable alter(std::string of, TableStep step) {
    AlterTable statement;
    statement.table = name(std::move(of));
    statement.steps.push_back(std::move(step));
    return statement;
}

CreateIndex index(std::string of, std::vector<std::string> columns) {
    CreateIndex create;
    create.table = name(std::move(of));
    create.name = "i";
    create.columns = std::move(columns);
    create.plain = true;
    return create;
}

DropObjects drop(std::string type, std::string what) {
    DropObjects statement;
    statement.object_type = std::move(type);
    statement.names.push_back(name(std::move(what)));
    return statement;
}

CreateTable partition_of(std::string parent) {
    CreateTable create;
    create.table = name("new");
    create.partition_of = name(std::move(parent));
    return create;
}

IndexFacts existing(std::vector<std::string> columns) {
    IndexFacts facts;
    facts.name = "e";
    facts.columns = std::move(columns);
    facts.plain = true;
    return facts;
}

LockHolder holder(std::string of, std::int64_t seconds) {
    LockHolder found;
    found.table = name(std::move(of));
    found.process = 4711;
    found.user = "alice";
    found.transaction_seconds = seconds;
    return found;
}

}  // namespace

TEST(Locks, OfEveryKindOfStatement) {
    const auto mode = [](const DdlStatement &statement) { return strongest_lock(statement); };
    EXPECT_EQ(mode(alter("t", AddColumn{})), LockMode::access_exclusive);
    EXPECT_EQ(mode(alter("t", ValidateConstraint{})), LockMode::share_update_exclusive);
    EXPECT_EQ(mode(alter("t", ToggleTrigger{})), LockMode::share_row_exclusive);
    EXPECT_EQ(mode(alter("t", OtherStep{})), LockMode::none);
    EXPECT_EQ(mode(alter("t", OtherStep{8})), LockMode::access_exclusive);
    AddConstraint key;
    key.sort = ConstraintSort::foreign_key;
    key.referenced = name("r");
    EXPECT_EQ(mode(alter("t", key)), LockMode::share_row_exclusive);
    EXPECT_EQ(lock_requests(alter("t", key)).size(), 2U);
    EXPECT_EQ(mode(index("t", {"a"})), LockMode::share);
    EXPECT_EQ(mode(drop("INDEX", "i")), LockMode::access_exclusive);
    EXPECT_EQ(mode(drop("FUNCTION", "f")), LockMode::none);
    EXPECT_EQ(mode(Reindex{"SCHEMA", name("s"), false}), LockMode::none);
    EXPECT_EQ(mode(Reindex{"INDEX", name("i"), true}), LockMode::share_update_exclusive);
    EXPECT_EQ(mode(RefreshMaterializedView{name("v"), true, false}), LockMode::exclusive);
    EXPECT_EQ(mode(partition_of("p")), LockMode::access_exclusive);
}

TEST(LockTimeout, IsRequiredOnceForACommand) {
    AlterTable statement = alter("t", AddColumn{});
    statement.steps.emplace_back(DropColumn{});
    Case found(statement);
    found.with(table("t"));
    EXPECT_EQ(found.count("lock-timeout-required"), 0U);
    found.session.lock_timeout_ms = 0;
    EXPECT_EQ(found.count("lock-timeout-required"), 1U);
    EXPECT_EQ(found.count("lock-timeout-too-long"), 0U);
    found.session.lock_timeout_ms = 10'001;
    EXPECT_EQ(found.count("lock-timeout-too-long"), 1U);
    found.facts.tables.clear();
    EXPECT_EQ(found.count("lock-timeout-too-long"), 0U);
}

TEST(StatementTimeout, IsRequiredForWorkOnLargeTables) {
    Case found(index("t", {"a"}));
    found.session.min_rows = 1000;
    found.session.min_bytes = 1'000'000'000'000;
    found.with(table("t"));
    EXPECT_EQ(found.count("statement-timeout-required"), 1U);
    found.session.statement_timeout_ms = 1;
    EXPECT_EQ(found.count("statement-timeout-required"), 0U);
    found.session.statement_timeout_ms = 0;
    found.session.min_rows = 1'000'001;
    EXPECT_EQ(found.count("statement-timeout-required"), 0U);
}

TEST(LockHolders, OldTransactionsAndVacuums) {
    Case found(alter("t", AddColumn{}));
    found.with(table("t"));
    found.facts.holders = {holder("t", 4)};
    EXPECT_EQ(found.count("blocked-by-long-transaction"), 0U);
    found.facts.holders = {holder("t", 5), holder("t", 60)};
    ASSERT_EQ(found.count("blocked-by-long-transaction"), 1U);
    EXPECT_NE(found.of("blocked-by-long-transaction").front().message.find("process 4711 of alice, open for 5 s;"),
              std::string::npos);
    EXPECT_EQ(found.count("blocked-by-autovacuum-wraparound"), 0U);
    found.facts.holders.front().wraparound_vacuum = true;
    found.facts.holders.pop_back();
    EXPECT_EQ(found.count("blocked-by-long-transaction"), 0U);
    EXPECT_EQ(found.count("blocked-by-autovacuum-wraparound"), 1U);
    found.facts.holders.front().table = name("other");
    EXPECT_EQ(found.count("blocked-by-autovacuum-wraparound"), 0U);
}

TEST(LockWindow, ASecondTable) {
    Case found(alter("t", AddColumn{}));
    found.with(table("t"));
    EXPECT_EQ(found.count("wide-lock-window"), 0U);
    found.facts.held = {{"public", "other"}};
    EXPECT_EQ(found.count("wide-lock-window"), 1U);
    found.facts.tables.front().facts.held_strongly = true;
    EXPECT_EQ(found.count("wide-lock-window"), 0U);
}

TEST(TriggerLocks, EachOfThem) {
    EXPECT_EQ(Case(CreateTrigger{name("t"), "x"}).with(table("t")).count("create-trigger-lock"), 1U);
    EXPECT_EQ(Case(CreateTrigger{name("t"), "x"}).count("create-trigger-lock"), 0U);
    EXPECT_EQ(Case(drop("TRIGGER", "t")).with(table("t")).count("drop-trigger-lock"), 1U);
    EXPECT_EQ(Case(drop("TABLE", "t")).with(table("t")).count("drop-trigger-lock"), 0U);
    EXPECT_EQ(Case(alter("t", ToggleTrigger{"x", false, false})).with(table("t")).count("toggle-trigger-lock"), 1U);
    EXPECT_EQ(Case(alter("t", AddColumn{})).with(table("t")).count("toggle-trigger-lock"), 0U);
}

TEST(PolicyLocks, EachOfThem) {
    constexpr std::string_view rule = "policy-ddl-access-exclusive";
    EXPECT_EQ(Case(CreatePolicy{name("t"), "x"}).with(table("t")).count(rule), 1U);
    EXPECT_EQ(Case(drop("POLICY", "t")).with(table("t")).count(rule), 1U);
    EXPECT_EQ(Case(alter("t", SetRowSecurity{})).with(table("t")).count(rule), 1U);
    EXPECT_EQ(Case(alter("t", SetRowSecurity{})).count(rule), 0U);
}

TEST(RefreshMaterializedView, Blocking) {
    constexpr std::string_view rule = "refresh-matview-blocking";
    TableFacts view = table("v", RelationKind::materialized_view);
    const auto refresh = [&](bool concurrently, bool no_data) {
        return Case(RefreshMaterializedView{name("v"), concurrently, no_data}).with(view).of(rule);
    };
    ASSERT_EQ(refresh(false, false).size(), 1U);
    EXPECT_NE(refresh(false, false).front().fix.find("CREATE UNIQUE INDEX"), std::string::npos);
    EXPECT_TRUE(refresh(true, false).empty());
    EXPECT_TRUE(refresh(false, true).empty());
    view.indexes.push_back(existing({"a"}));
    view.indexes.front().unique = true;
    EXPECT_EQ(refresh(false, false).front().fix, "REFRESH MATERIALIZED VIEW CONCURRENTLY public.v;");
    view.populated = false;
    EXPECT_TRUE(refresh(false, false).empty());
}

TEST(CreateTableForeignKey, OneFindingForATable) {
    CreateTable create;
    create.table = name("new");
    create.foreign_keys = {{name("t")}, {name("t")}};
    EXPECT_EQ(Case(create).with(table("t")).count("create-table-fk-locks-parent"), 1U);
    EXPECT_EQ(Case(create).count("create-table-fk-locks-parent"), 0U);
}

TEST(Partitions, AttachReadsWhatIsNotProven) {
    Case found(alter("p", AttachPartition{name("c"), false}));
    found.with(table("p", RelationKind::partitioned_table)).with(table("c"));
    EXPECT_EQ(found.count("attach-partition-scan"), 0U);
    found.facts.bound = PartitionBound{};
    found.facts.bound->check = "(a > 1)";
    ASSERT_EQ(found.count("attach-partition-scan"), 1U);
    EXPECT_TRUE(
        found.of("attach-partition-scan")
            .front()
            .fix.starts_with("ALTER TABLE public.c ADD CONSTRAINT bound_of_partition CHECK ((a > 1)) NOT VALID; "));
    EXPECT_EQ(found.count("attach-scans-default-partition"), 0U);
    found.facts.bound->proven = true;
    EXPECT_EQ(found.count("attach-partition-scan"), 0U);
}

TEST(Partitions, ADefaultPartitionIsRead) {
    constexpr std::string_view rule = "attach-scans-default-partition";
    TableFacts parent = table("p", RelationKind::partitioned_table);
    parent.default_partition = RelationName{"public", "d"};
    Case found(partition_of("p"));
    found.with(parent);
    found.facts.bound = PartitionBound{};
    found.facts.bound->default_size.rows = 5;
    ASSERT_EQ(found.count(rule), 1U);
    EXPECT_EQ(found.of(rule).front().table, "d");
    found.facts.bound->default_proven = true;
    EXPECT_EQ(found.count(rule), 0U);
    found.facts.bound->default_proven = false;
    found.facts.bound->default_size.rows = 0;
    EXPECT_EQ(found.count(rule), 0U);
}

TEST(Partitions, CreateLocksTheParent) {
    constexpr std::string_view rule = "create-partition-locks-parent";
    TableFacts parent = table("p", RelationKind::partitioned_table);
    parent.partitions = 1;
    Case found(partition_of("p"));
    found.with(parent);
    found.facts.bound = PartitionBound{};
    EXPECT_EQ(found.count(rule), 1U);
    found.facts.target_exists = true;
    EXPECT_EQ(found.count(rule), 0U);
    found.facts.target_exists = false;
    found.facts.tables.front().facts.partitions = 0;
    EXPECT_EQ(found.count(rule), 0U);
}

TEST(Partitions, DetachAndDrop) {
    const TableFacts parent = table("p", RelationKind::partitioned_table);
    TableFacts child = table("c");
    child.of_table = RelationName{"public", "p"};
    const auto detach = [&](bool concurrently) {
        return Case(alter("p", DetachPartition{name("c"), concurrently, false})).with(parent).with(child);
    };
    EXPECT_EQ(detach(false).count("detach-partition-blocking"), 1U);
    EXPECT_EQ(detach(true).count("detach-partition-blocking"), 0U);
    EXPECT_EQ(Case(drop("TABLE", "c")).with(child).count("drop-partition"), 1U);
    EXPECT_EQ(Case(drop("TABLE", "p")).with(parent).count("drop-partition"), 0U);
    DropObjects both = drop("TABLE", "c");
    both.names.push_back(name("p"));
    EXPECT_EQ(Case(both).with(parent).with(child).count("drop-partition"), 0U);
}

TEST(Partitions, RecursionWidth) {
    TableFacts parent = table("p", RelationKind::partitioned_table);
    parent.partitions = 65;
    EXPECT_EQ(Case(alter("p", AddColumn{})).with(parent).count("ddl-recursion-width"), 1U);
    parent.partitions = 64;
    EXPECT_EQ(Case(alter("p", AddColumn{})).with(parent).count("ddl-recursion-width"), 0U);
}

TEST(IndexRules, OfPartitionedTables) {
    constexpr std::string_view blocking = "create-index-on-partitioned-parent";
    constexpr std::string_view refused = "concurrently-on-partitioned";
    TableFacts parent = table("p", RelationKind::partitioned_table);
    parent.partitions = 2;
    parent.leaves = {{"public", "p_1"}};
    CreateIndex create = index("p", {"a", "b"});
    Case known = Case(create).with(parent);
    known.facts.texts = TextsOnDemand([] { return CommandTexts{{}, "(a, lower(b))", {}}; });
    const auto findings = known.of(blocking);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().fix,
              "/* outside of a transaction block: */ CREATE INDEX i ON ONLY public.p (a, lower(b)); CREATE INDEX "
              "CONCURRENTLY p_1_a_b_idx ON public.p_1 (a, lower(b)); ALTER INDEX public.i ATTACH PARTITION "
              "public.p_1_a_b_idx; /* and so on for the other 1 partitions */");
    EXPECT_TRUE(Case(create).with(parent).of(blocking).front().fix.starts_with(
        "/* outside of a transaction block: */ CREATE INDEX i ON ONLY public.p (<columns>); "));
    EXPECT_EQ(Case(create).with(parent).count(refused), 0U);
    create.concurrently = true;
    EXPECT_EQ(Case(create).with(parent).count(blocking), 0U);
    EXPECT_EQ(Case(create).with(parent).count(refused), 1U);
    EXPECT_EQ(Case(create).with(table("p")).count(refused), 0U);
    create.concurrently = false;
    create.only = true;
    EXPECT_EQ(Case(create).with(parent).count(blocking), 0U);
    DropObjects gone = drop("INDEX", "i");
    gone.concurrently = true;
    EXPECT_EQ(Case(gone).with(table("i", RelationKind::partitioned_index)).count(refused), 1U);
}

TEST(IndexRules, ConcurrentlyInATransaction) {
    CreateIndex create = index("t", {"a"});
    create.concurrently = true;
    Case found(create);
    found.with(table("t"));
    EXPECT_EQ(found.count("concurrently-in-transaction"), 0U);
    found.session.in_transaction_block = true;
    EXPECT_EQ(found.count("concurrently-in-transaction"), 1U);
}

TEST(IndexRules, Reindex) {
    constexpr std::string_view rule = "reindex-blocking";
    const auto findings = Case(Reindex{"TABLE", name("t"), false}).with(table("t")).of(rule);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings.front().fix, "/* outside of a transaction block: */ REINDEX TABLE CONCURRENTLY public.t;");
    EXPECT_TRUE(findings.front().by_size);
    EXPECT_EQ(Case(Reindex{"TABLE", name("t"), true}).with(table("t")).count(rule), 0U);
    EXPECT_EQ(Case(Reindex{"SCHEMA", name("t"), false}).with(table("t")).count(rule), 0U);
}

TEST(IndexRules, AnInvalidOneIsLeftBehind) {
    constexpr std::string_view rule = "invalid-index-left-behind";
    CreateIndex create = index("t", {"a"});
    create.if_not_exists = create.concurrently = true;
    TableFacts of = table("t");
    of.indexes.push_back(existing({"a"}));
    of.indexes.front().name = "i";
    EXPECT_EQ(Case(create).with(of).count(rule), 0U);
    of.indexes.front().valid = false;
    EXPECT_EQ(Case(create).with(of).count(rule), 1U);
    Case building(create);
    building.with(of).facts.holders = {holder("t", 1)};
    EXPECT_EQ(building.count(rule), 0U);
}

TEST(IndexRules, InUse) {
    TableFacts used = table("i", RelationKind::index);
    used.indexes.push_back(existing({"a"}));
    EXPECT_EQ(Case(drop("INDEX", "i")).with(used).count("drop-index-in-use"), 0U);
    used.indexes.front().scans = 3;
    EXPECT_EQ(Case(drop("INDEX", "i")).with(used).count("drop-index-in-use"), 1U);
}

TEST(IndexRules, RedundantOnes) {
    constexpr std::string_view rule = "duplicate-or-redundant-index";
    TableFacts of = table("t");
    of.indexes.push_back(existing({"a", "b"}));
    EXPECT_EQ(Case(index("t", {"a"})).with(of).count(rule), 1U);
    EXPECT_EQ(Case(index("t", {"a", "b", "c"})).with(of).count(rule), 1U);
    EXPECT_EQ(Case(index("t", {"b"})).with(of).count(rule), 0U);
    CreateIndex unique = index("t", {"a"});
    unique.unique = true;
    EXPECT_EQ(Case(unique).with(of).count(rule), 0U);
    of.indexes.front().plain = false;
    EXPECT_EQ(Case(index("t", {"a"})).with(of).count(rule), 0U);
    EXPECT_EQ(Case(index("t", {"a", "a"})).with(of).count("index-duplicate-column"), 1U);
    EXPECT_EQ(Case(index("t", {"a", "b"})).with(of).count("index-duplicate-column"), 0U);
}
