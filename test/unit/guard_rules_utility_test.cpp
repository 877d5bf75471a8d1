// Rules about what fires no event trigger: what each tells and when it is silent.
#include "core/guard/event_trigger_names.hpp"
#include "core/guard/locks.hpp"
#include "core/guard/statement_rules.hpp"
#include "core/guard/stored_settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace schema_audit::guard;

namespace {

TableFacts table(std::string name, std::int64_t rows = 1'000'000) {
    TableFacts facts;
    facts.schema = "public";
    facts.name = std::move(name);
    facts.size.rows = rows;
    facts.size.bytes = rows * 100;
    return facts;
}

RelationName name(std::string text) { return {"", std::move(text)}; }

struct Case {
    DdlStatement statement;
    StatementFacts facts = {};
    SessionFacts session = {};

    Case &with(const TableFacts &known) {
        facts.tables.push_back({{"", known.name}, known});
        return *this;
    }
    Case &with_object(std::string object, std::vector<std::string> dependents = {}) {
        facts.objects.push_back({name(object), object, std::move(dependents), {}});
        return *this;
    }
    [[nodiscard]] std::vector<GuardFinding> of(std::string_view rule) const {
        std::vector<GuardFinding> findings = judge_statement({statement, facts, session});
        std::erase_if(findings, [=](const GuardFinding &finding) { return finding.rule != rule; });
        return findings;
    }
    [[nodiscard]] std::size_t count(std::string_view rule) const { return of(rule).size(); }
    // The guard is enabled: its event triggers are there.
    Case &guarded() {
        for (const EventTriggerName &trigger : event_triggers) {
            with_object(std::string(trigger.name));
        }
        return *this;
    }
};

constexpr std::string_view tampering = "event-trigger-or-hook-tampering";
constexpr std::string_view bypassed = "guard-bypassed";

DdlStatement alter_trigger(AlterEventTrigger::Change change) {
    return AlterEventTrigger{"schema_audit_guard_start", change};
}

}  // namespace

TEST(Locks, OfStatementsThatFireNoEvent) {
    const auto mode = [](const DdlStatement &statement) { return strongest_lock(statement); };
    EXPECT_EQ(mode(Truncate{{name("t")}, false}), LockMode::access_exclusive);
    EXPECT_EQ(mode(LockTable{{name("t")}, "SHARE", false}), LockMode::share);
    EXPECT_EQ(mode(LockTable{{name("t")}, "ROW EXCLUSIVE", false}), LockMode::none);
    EXPECT_EQ(mode(LockTable{{name("t")}, "ACCESS EXCLUSIVE", true}), LockMode::none);
    EXPECT_EQ(mode(RewriteTable{"CLUSTER", {name("t")}}), LockMode::access_exclusive);
    EXPECT_EQ(mode(RewriteTable{"CLUSTER", {}}), LockMode::none);
}

TEST(Truncate, OfATableWithRows) {
    Case found{Truncate{{name("t"), name("empty"), name("unknown")}, false}};
    found.with(table("t")).with(table("empty", 0));
    ASSERT_EQ(found.count("truncate"), 1U);
    EXPECT_EQ(found.of("truncate").front().table, "t");
    EXPECT_EQ(found.count("truncate-cascade"), 0U);
}

TEST(Truncate, ByCascadeNamesTheOthers) {
    Case found{Truncate{{name("t")}, true}};
    found.with(table("t"));
    EXPECT_EQ(found.count("truncate-cascade"), 0U);
    found.facts.objects.push_back({name("t"), "public.t", {"public.child"}, {}});
    ASSERT_EQ(found.count("truncate-cascade"), 1U);
    EXPECT_EQ(found.of("truncate-cascade").front().message, "CASCADE empties 1 more: public.child");
    EXPECT_EQ(found.of("truncate-cascade").front().fix,
              "TRUNCATE public.t, public.child; /* names what is to be emptied */");
}

TEST(LockTableRule, FromShareOn) {
    EXPECT_EQ((Case{LockTable{{name("t")}, "SHARE", false}}.with(table("t")).count("explicit-lock-table")), 1U);
    EXPECT_EQ((Case{LockTable{{name("t")}, "ACCESS EXCLUSIVE", true}}.with(table("t")).count("explicit-lock-table")),
              1U);
    EXPECT_EQ(
        (Case{LockTable{{name("t")}, "SHARE UPDATE EXCLUSIVE", false}}.with(table("t")).count("explicit-lock-table")),
        0U);
    EXPECT_EQ((Case{LockTable{{name("new")}, "SHARE", false}}.count("explicit-lock-table")), 0U);
}

TEST(VacuumFullOrCluster, OfEachTableOrTheLargest) {
    Case one{RewriteTable{"VACUUM FULL", {name("t"), name("empty")}}};
    one.with(table("t")).with(table("empty", 0));
    ASSERT_EQ(one.count("vacuum-full-or-cluster"), 1U);
    EXPECT_TRUE(one.of("vacuum-full-or-cluster").front().by_size);
    Case all{RewriteTable{"CLUSTER", {}}};
    EXPECT_EQ(all.count("vacuum-full-or-cluster"), 0U);
    all.facts.tables.push_back({{}, table("largest")});
    EXPECT_EQ(all.count("vacuum-full-or-cluster"), 1U);
}

TEST(DropGlobal, OnlyOfWhatExists) {
    EXPECT_EQ((Case{DropGlobal{"DATABASE", {"d"}}}.count("drop-database")), 0U);
    EXPECT_EQ((Case{DropGlobal{"DATABASE", {"d"}}}.with_object("d").count("drop-database")), 1U);
    EXPECT_EQ((Case{DropGlobal{"ROLE", {"r"}}}.with_object("r").count("drop-role")), 1U);
    EXPECT_EQ((Case{DropGlobal{"ROLE", {"r"}}}.with_object("r").count("drop-database")), 0U);
    Case space{DropGlobal{"TABLESPACE", {"s"}}};
    space.with_object("\"S\"");
    ASSERT_EQ(space.count("drop-tablespace"), 1U);
    EXPECT_EQ(space.of("drop-tablespace").front().fix.find('@'), std::string::npos);
    EXPECT_NE(space.of("drop-tablespace").front().fix.find("\"S\""), std::string::npos);
}

TEST(Tampering, WithTheEventTriggers) {
    using Change = AlterEventTrigger::Change;
    for (const Change change : {Change::disable, Change::enable, Change::enable_replica, Change::rename}) {
        EXPECT_EQ((Case{alter_trigger(change)}.with_object("schema_audit_guard_start").count(tampering)), 1U);
    }
    for (const Change change : {Change::enable_always, Change::other}) {
        EXPECT_EQ((Case{alter_trigger(change)}.with_object("schema_audit_guard_start").count(tampering)), 0U);
    }
    EXPECT_EQ(Case{alter_trigger(Change::disable)}.count(tampering), 0U);  // it is not there
    Case drop{DropGlobal{"EVENT TRIGGER", {"mine", "zz_schema_audit_guard_end"}}};
    drop.with_object("mine").with_object("zz_schema_audit_guard_end");
    ASSERT_EQ(drop.count(tampering), 1U);
    EXPECT_EQ(drop.of(tampering).front().object, "zz_schema_audit_guard_end");
    EXPECT_EQ((Case{DropGlobal{"EVENT TRIGGER", {"mine"}}}.with_object("mine").count(tampering)), 0U);
}

TEST(Tampering, WithTheExtensionAndTheSettingOfAllEventTriggers) {
    EXPECT_EQ(Case{DropThisExtension{true}}.guarded().count(tampering), 1U);
    EXPECT_EQ(Case{DropThisExtension{false}}.guarded().count(tampering), 0U);
    EXPECT_EQ(Case{DropThisExtension{true}}.count(tampering), 0U);
    EXPECT_EQ((Case{SetVariable{"event_triggers", "OFF"}}.guarded().count(tampering)), 1U);
    EXPECT_EQ((Case{SetVariable{"event_triggers", "on"}}.guarded().count(tampering)), 0U);
    EXPECT_EQ((Case{SetVariable{"event_triggers", ""}}.guarded().count(tampering)), 0U);
    EXPECT_EQ((Case{SetVariable{"enable_seqscan", "off"}}.guarded().count(tampering)), 0U);
    EXPECT_EQ((Case{StoreSetting{"ROLE r", "", "event_triggers", "0", false}}.guarded().count(tampering)), 1U);
}

TEST(Bypassed, ByAStoredSetting) {
    const auto count = [](const char *setting, const char *value, bool resets = false) {
        return Case{StoreSetting{"ROLE r", "", setting, value, resets}}.guarded().count(bypassed);
    };
    EXPECT_EQ(count("schema_audit.mode", "log"), 1U);
    EXPECT_EQ(count("schema_audit.mode", "enforce"), 0U);
    EXPECT_EQ(count("schema_audit.mode", "", true), 0U);
    EXPECT_EQ(count("schema_audit.override", "why"), 1U);
    EXPECT_EQ(count("session_replication_role", "replica"), 1U);
    EXPECT_EQ(count("session_replication_role", "origin"), 0U);
    EXPECT_EQ(count("schema_audit.min_rows", "1000"), 0U);
    EXPECT_EQ(count("work_mem", "4MB"), 0U);
    // Stricter than what holds now.
    Case stricter{StoreSetting{"ROLE r", "", "schema_audit.mode", "warn", false}};
    stricter.session.mode = Mode::log;
    EXPECT_EQ(stricter.guarded().count(bypassed), 0U);
    EXPECT_EQ((Case{StoreSetting{"ROLE r", "", "schema_audit.mode", "log", false}}.count(bypassed)), 0U);
}

TEST(Bypassed, ByARight) {
    EXPECT_EQ((Case{GrantSetting{{"schema_audit.mode", "work_mem"}, {"r"}}}.guarded().count(bypassed)), 1U);
    EXPECT_EQ((Case{GrantSetting{{"Session_Replication_Role"}, {"r"}}}.guarded().count(bypassed)), 1U);
    EXPECT_EQ((Case{GrantSetting{{"schema_audit.override"}, {"r"}}}.guarded().count(bypassed)), 0U);
    EXPECT_EQ((Case{GrantSetting{{"schema_audit.mode"}, {"r"}}}.count(bypassed)), 0U);
}

TEST(StoredSettings, ReadABooleanAsTheServerDoes) {
    for (const char *text : {"off", "OFF", "of", "false", "f", "no", "n", "0"}) {
        EXPECT_TRUE(is_false(text)) << text;
    }
    for (const char *text : {"", "o", "on", "true", "1", "offf", "nope"}) {
        EXPECT_FALSE(is_false(text)) << text;
    }
}
