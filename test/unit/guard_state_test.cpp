// guard-not-armed and guard-bypassed: what the audit tells of the guard, and that it is silent of a healthy one.
#include "core/compare/guard_state.hpp"

#include "core/guard/event_trigger_names.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace schema_audit;

namespace {

GuardState healthy() {
    GuardState state;
    state.mode = guard::Mode::enforce;
    for (const guard::EventTriggerName &trigger : guard::event_triggers) {
        state.triggers.push_back({std::string(trigger.name), 'A', true});
    }
    return state;
}

// "severity rule object" of each.
std::vector<std::string> told(const GuardState &state) {
    std::vector<std::string> lines;
    for (const Finding &finding : judge_guard(state)) {
        lines.push_back(std::string(text_of(finding.severity)) + " " + std::string(finding.rule) + " " +
                        finding.object_name);
        EXPECT_FALSE(finding.message.empty());
        EXPECT_FALSE(finding.fix.empty());
        EXPECT_FALSE(finding.key.empty());
    }
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST(GuardState, NothingOfAHealthyOneNorWhereItWasNeverEnabled) {
    EXPECT_EQ(told(healthy()), Lines{});
    GuardState never;
    never.settings.push_back({"ROLE r", "schema_audit.mode", "off"});
    EXPECT_EQ(told(never), Lines{});
    GuardState preloaded = healthy();
    preloaded.expects_preload = preloaded.preloaded = true;
    EXPECT_EQ(told(preloaded), Lines{});
    GuardState off = healthy();
    off.mode = guard::Mode::off;  // what enable('off') says
    EXPECT_EQ(told(off), Lines{});
}

TEST(GuardState, EachTriggerThatDoesNotAct) {
    GuardState state = healthy();
    state.triggers[0].enabled = 'D';
    state.triggers[1].enabled = 'O';
    state.triggers[2].enabled = 'R';
    state.triggers[3].ours = false;
    EXPECT_EQ(told(state), (Lines{"error guard-not-armed schema_audit_guard_start",
                                  "warning guard-not-armed zz_schema_audit_guard_drop",
                                  "error guard-not-armed zz_schema_audit_guard_end",
                                  "error guard-not-armed zz_schema_audit_guard_rewrite"}));
    state.triggers.erase(state.triggers.begin() + 1, state.triggers.end());
    state.triggers[0].enabled = 'A';
    EXPECT_EQ(told(state).size(), 3U);
    EXPECT_EQ(judge_guard(state).front().fix, "SELECT schema_audit.enable('enforce');");
}

TEST(GuardState, ARowOrAPreloadThatIsGone) {
    GuardState state = healthy();
    state.mode.reset();
    EXPECT_EQ(told(state), Lines{"warning guard-not-armed schema_audit.guard"});
    state = healthy();
    state.expects_preload = true;
    EXPECT_EQ(told(state), Lines{"error guard-not-armed shared_preload_libraries"});
}

TEST(GuardState, StoredSettings) {
    GuardState state = healthy();
    state.settings = {{"ROLE r", "schema_audit.mode", "log"},
                      {"ROLE r IN DATABASE d", "schema_audit.override", "why"},
                      {"ROLE s", "session_replication_role", "replica"},
                      {"ROLE t", "event_triggers", "off"},
                      {"ROLE u", "event_triggers", "on"},
                      {"ROLE u", "session_replication_role", "origin"},
                      {"ROLE v", "schema_audit.mode", "enforce"}};
    const Lines expected{"warning guard-bypassed schema_audit.mode of ROLE r",
                         "warning guard-bypassed schema_audit.override of ROLE r IN DATABASE d",
                         "info guard-bypassed session_replication_role of ROLE s",
                         "warning guard-bypassed event_triggers of ROLE t"};
    EXPECT_EQ(told(state), expected);
    EXPECT_EQ(judge_guard(state)[1].fix, "ALTER ROLE r IN DATABASE d RESET schema_audit.override;");
    // A trigger that is not ENABLE ALWAYS sleeps in such sessions.
    state.triggers[0].enabled = 'O';
    const Lines worse = told(state);
    EXPECT_NE(std::ranges::find(worse, "warning guard-bypassed session_replication_role of ROLE s"), worse.end());
}

TEST(GuardState, AStricterSettingThatPgoptionsEscapes) {
    GuardState state = healthy();
    state.mode = guard::Mode::log;
    state.settings = {{"DATABASE d", "schema_audit.mode", "enforce"}, {"DATABASE d", "schema_audit.min_rows", "10"}};
    const Lines expected{"warning guard-bypassed schema_audit.mode of DATABASE d",
                         "warning guard-bypassed schema_audit.min_rows of DATABASE d"};
    EXPECT_EQ(told(state), expected);
    EXPECT_EQ(judge_guard(state)[0].fix,
              "SELECT schema_audit.enable('enforce'); ALTER DATABASE d RESET schema_audit.mode;");
    state.preloaded = true;  // the server refuses the connection
    EXPECT_EQ(told(state), Lines{});
}

TEST(GuardState, RightsAndThisSession) {
    GuardState state = healthy();
    state.grants = {{"schema_audit.mode", "PUBLIC"},
                    {"schema_audit.override", "deployer"},
                    {"session_replication_role", "etl"},
                    {"event_triggers", "etl"},
                    {"work_mem", "etl"}};
    const Lines expected{
        "warning guard-bypassed schema_audit.mode by PUBLIC", "info guard-bypassed schema_audit.override by deployer",
        "info guard-bypassed session_replication_role by etl", "warning guard-bypassed event_triggers by etl"};
    EXPECT_EQ(told(state), expected);
    EXPECT_EQ(judge_guard(state)[0].fix, "REVOKE ALL ON PARAMETER schema_audit.mode FROM PUBLIC;");
    state.grants.clear();
    state.event_triggers_on = false;
    state.session_mode = guard::Mode::off;
    EXPECT_EQ(told(state),
              (Lines{"warning guard-bypassed event_triggers", "warning guard-bypassed schema_audit.mode"}));
    state.event_triggers_on = true;
    state.session_mode = guard::Mode::enforce;
    EXPECT_EQ(told(state), Lines{});
}

TEST(GuardState, ItsTextTellsStatesApart) {
    GuardState state = healthy();
    const std::string before = text_of(state);
    EXPECT_EQ(text_of(healthy()), before);
    state.triggers[0].enabled = 'D';
    EXPECT_NE(text_of(state), before);
    state = healthy();
    state.grants.push_back({"schema_audit.mode", "r"});
    EXPECT_NE(text_of(state), before);
}
