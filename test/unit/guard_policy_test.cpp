#include "core/guard/policy.hpp"

#include <gtest/gtest.h>

using namespace schema_audit::guard;
using schema_audit::Action;

namespace {

GuardFinding finding(const char *rule = "required-column-left-without-default") {
    GuardFinding result;
    result.rule = rule;
    result.schema = "sales";
    result.table = "order_line";
    result.column = "c";
    result.type = "integer";
    result.size = {100, 8192};
    result.required_column = true;
    return result;
}

RuleSetting setting(const char *rule, const char *schema, const char *table, Action action) {
    RuleSetting result;
    result.rule = rule;
    result.schema_pattern = schema;
    result.table_pattern = table;
    result.action = action;
    result.reason = "why";
    return result;
}

SessionFacts session(Mode mode = Mode::enforce) {
    SessionFacts result;
    result.current_user = "deployer";
    result.session_user = "login";
    result.mode = mode;
    result.now = 1000;
    return result;
}

std::string outcome(const std::vector<Decision> &decisions) {
    return decisions.size() == 1 ? std::string(text_of(decisions.front().outcome))
                                 : std::to_string(decisions.size()) + " decisions";
}

std::string with(const std::vector<RuleSetting> &settings, const SessionFacts &who = session()) {
    return outcome(decide({finding()}, settings, who));
}

}  // namespace

TEST(Policy, TheRegistryDecidesWithoutSettings) {
    EXPECT_EQ(with({}), "rejected");
    EXPECT_EQ(outcome(decide({finding("set-not-null-breaks-writers")}, {}, session())), "warned");
}

TEST(Policy, Modes) {
    EXPECT_EQ(with({}, session(Mode::warn)), "warned");
    EXPECT_EQ(with({}, session(Mode::log)), "allowed");
    EXPECT_EQ(with({}, session(Mode::off)), "0 decisions");
}

TEST(Policy, Override) {
    SessionFacts who = session();
    who.override_reason = "incident 7";
    const auto decisions = decide({finding()}, {}, who);
    EXPECT_EQ(outcome(decisions), "overridden");
    EXPECT_EQ(decisions.front().reason, "incident 7");
}

TEST(Policy, ActionsOfSettings) {
    EXPECT_EQ(with({setting("", "", "", Action::none)}), "0 decisions");
    EXPECT_EQ(with({setting("%", "%", "%", Action::log)}), "allowed");
    EXPECT_EQ(with({setting("required-column-left-without-default", "", "", Action::warn)}), "warned");
    EXPECT_EQ(with({setting("set-not-null-breaks-writers", "", "", Action::warn)}), "rejected");
    EXPECT_EQ(decide({finding()}, std::vector{setting("", "", "", Action::log)}, session()).front().reason, "why");
}

TEST(Policy, TheMostSpecificSettingWins) {
    EXPECT_EQ(with({setting("", "", "", Action::log), setting("", "sales", "", Action::reject)}), "rejected");
    EXPECT_EQ(with({setting("", "sales", "order%", Action::log), setting("", "sales", "", Action::reject)}), "allowed");
    EXPECT_EQ(with({setting("", "", "order_line", Action::reject), setting("", "sales", "order%", Action::log)}),
              "rejected");
    EXPECT_EQ(with({setting("required-column-left-without-default", "", "order_line", Action::log),
                    setting("", "", "order_line", Action::reject)}),
              "allowed");
    // Nothing is more specific: the stricter one.
    EXPECT_EQ(with({setting("", "", "", Action::log), setting("%", "%", "%", Action::log)}), "allowed");
}

TEST(Policy, PatternsThatDoNotMatch) {
    EXPECT_EQ(with({setting("", "other", "", Action::log)}), "rejected");
    EXPECT_EQ(with({setting("", "", "order", Action::log)}), "rejected");
}

TEST(Policy, Roles) {
    RuleSetting row = setting("", "", "", Action::log);
    row.role_name = "deploy%";
    EXPECT_EQ(with({row}), "allowed");
    row.role_name = "login";
    EXPECT_EQ(with({row}), "allowed");
    row.role_name = "other";
    EXPECT_EQ(with({row}), "rejected");
}

TEST(Policy, ExpiredSettingsDoNotCount) {
    RuleSetting row = setting("", "", "", Action::log);
    row.expires_at = 1001;
    EXPECT_EQ(with({row}), "allowed");
    row.expires_at = 1000;
    EXPECT_EQ(with({row}), "rejected");
}

TEST(Policy, Thresholds) {
    RuleSetting row = setting("", "", "", Action::log);
    row.min_rows = 101;
    EXPECT_EQ(with({row}), "rejected");
    row.min_bytes = 8192;
    EXPECT_EQ(with({row}), "allowed");
    row.min_bytes.reset();
    row.min_rows = 100;
    EXPECT_EQ(with({row}), "allowed");
}

TEST(Policy, AFillingTriggerIsOnlyLogged) {
    GuardFinding filled = finding();
    filled.filled_by_trigger = true;
    EXPECT_EQ(outcome(decide({filled}, {}, session())), "allowed");
    EXPECT_EQ(outcome(decide({filled}, std::vector{setting("", "", "", Action::none)}, session())), "0 decisions");
}

TEST(Rejection, OneErrorNamesEveryColumn) {
    GuardFinding second = finding();
    second.column = "Quoted";
    const Rejection one = compose_rejection(decide({finding()}, {}, session()));
    EXPECT_EQ(one.message,
              "column sales.order_line.c would be required and nothing in the database fills it: every INSERT that "
              "does not name it would fail");
    const Rejection two = compose_rejection(decide({finding(), second}, {}, session()));
    EXPECT_EQ(two.message.substr(0, 40), "2 columns would be required and nothing ");
    EXPECT_NE(two.message.find("fills them: sales.order_line (c, \"Quoted\");"), std::string::npos);
    EXPECT_NE(two.detail.find("about 100 rows by its statistics, 8192 bytes"), std::string::npos);
    EXPECT_NE(two.hint.find("INSERT INTO schema_audit.rule_setting"), std::string::npos);
    EXPECT_TRUE(compose_rejection({}).message.empty());
}

TEST(Rejection, TheExemptionNamesEveryTable) {
    GuardFinding other = finding();
    other.table = "shipment";
    const Rejection rejection = compose_rejection(decide({finding(), other}, {}, session()));
    EXPECT_NE(rejection.message.find("sales.order_line (c), sales.shipment (c);"), std::string::npos);
    EXPECT_NE(rejection.hint.find(R"('sales', E'order\\_line', 'log')"), std::string::npos);
    EXPECT_NE(rejection.hint.find("'sales', 'shipment', 'log'"), std::string::npos);
}

TEST(Rejection, OnlyWhatIsRejectedIsNamed) {
    const Rejection rejection = compose_rejection(decide({finding("set-not-null-breaks-writers")}, {}, session()));
    EXPECT_TRUE(rejection.message.empty());
}

TEST(Mode, Names) {
    EXPECT_EQ(mode_from("log"), Mode::log);
    EXPECT_FALSE(mode_from("loud"));
}

TEST(Policy, AnEscapedWildcardIsAName) {
    const RuleSetting name = setting("", "", "order\\_line", Action::log);
    const RuleSetting pattern = setting("", "", "order_line%%%%", Action::reject);
    EXPECT_EQ(with({pattern, name}), "allowed");
    EXPECT_EQ(with({name, pattern}), "allowed");
    EXPECT_EQ(with({setting("", "", "order\\_lin_", Action::log)}), "allowed");
    EXPECT_EQ(with({setting("", "", "order\\%line", Action::log)}), "rejected");
}

TEST(Policy, TheExemptionNamesOneTable) {
    GuardFinding about = finding();
    about.schema = "a\\b";
    const Decision rejected{about, Outcome::rejected, ""};
    const std::string hint = compose_rejection(std::span(&rejected, 1)).hint;
    EXPECT_NE(hint.find("E'a\\\\\\\\b', E'order\\\\_line', 'log'"), std::string::npos) << hint;
}
