#include "core/guard/exempt.hpp"
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

namespace {

SessionFacts exempting(Mode mode = Mode::enforce) {
    SessionFacts result = session(mode);
    result.exempt_rules = {"required-column-left-without-default"};
    result.exempt_reason = "OPS-12";
    return result;
}

Verdict verdict(const std::vector<RuleSetting> &settings, const SessionFacts &who) {
    return verdict_on(finding(), settings, who);
}

}  // namespace

TEST(Policy, ExemptLetsItsRulesPass) {
    const auto decisions = decide({finding()}, {}, exempting());
    EXPECT_EQ(outcome(decisions), "overridden");
    EXPECT_EQ(decisions.front().reason, "OPS-12");
    EXPECT_EQ(decisions.front().by, DecidedBy::exempt);
    EXPECT_EQ(outcome(decide({finding("add-column-not-null-no-default")}, {}, exempting())), "rejected");
    EXPECT_EQ(with({}, exempting(Mode::log)), "allowed");
    EXPECT_EQ(with({}, exempting(Mode::warn)), "overridden");
}

TEST(Policy, ExemptCountsMoreThanOverride) {
    SessionFacts who = exempting();
    who.override_reason = "everything";
    EXPECT_EQ(verdict({}, who).reason, "OPS-12");
    EXPECT_EQ(verdict_on(finding("add-column-not-null-no-default"), {}, who).reason, "everything");
}

TEST(Policy, VerdictsSayWhoDecided) {
    const std::vector<RuleSetting> off{setting("", "sales", "", Action::none)};
    EXPECT_EQ(verdict({}, session()).by, DecidedBy::rule_default);
    EXPECT_EQ(verdict({}, session(Mode::warn)).by, DecidedBy::mode);
    EXPECT_EQ(verdict({}, session(Mode::off)).by, DecidedBy::mode);
    EXPECT_FALSE(verdict({}, session(Mode::off)).outcome.has_value());
    EXPECT_EQ(verdict(off, session()).setting, off.data());
    EXPECT_FALSE(verdict(off, session()).outcome.has_value());
}

TEST(Policy, ExplanationsNameTheRowsThatLost) {
    std::vector<RuleSetting> rows{setting("", "sales", "", Action::warn), setting("", "", "order_line", Action::log)};
    rows[0].id = 7;
    rows[1].id = 8;
    EXPECT_EQ(explain(verdict(rows, session()), finding(), rows, session()),
              "row 8 of schema_audit.rule_setting (table order_line) says log; less specific: 7 (schema sales)");
    EXPECT_EQ(explain(verdict({}, session()), finding(), {}, session()),
              "no row of schema_audit.rule_setting applies; the default of the rule is reject");
}

TEST(Exempt, NamesAndReason) {
    const Exempt exempt = exempt_from(" drop-column,drop-table : OPS-12: see there ");
    EXPECT_EQ(exempt.rules, (std::vector<std::string>{"drop-column", "drop-table"}));
    EXPECT_EQ(exempt.reason, "OPS-12: see there");
}

TEST(Exempt, WhatIsWrong) {
    using Kind = ExemptProblem::Kind;
    EXPECT_EQ(check_exempt("drop-column: why").kind, Kind::none);
    EXPECT_EQ(check_exempt("drop-column").kind, Kind::no_reason);
    EXPECT_EQ(check_exempt("drop-column:  ").kind, Kind::no_reason);
    EXPECT_EQ(check_exempt("").kind, Kind::no_rule);
    EXPECT_EQ(check_exempt("drop-column,:why").kind, Kind::no_rule);
    EXPECT_EQ(check_exempt("drop-column, drop-colum: why").kind, Kind::unknown_rule);
    EXPECT_EQ(check_exempt("drop-column, drop-colum: why").rule, "drop-colum");
    EXPECT_EQ(check_exempt("extra-table: why").kind, Kind::rule_of_the_audit);
}
