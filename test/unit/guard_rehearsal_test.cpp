// What a rehearsal tells: its limits, its findings as JSON.
#include "core/guard/rehearsal.hpp"

#include <gtest/gtest.h>

namespace schema_audit::guard {
namespace {

Decision decision(std::string_view rule, std::string table, Outcome outcome = Outcome::rejected) {
    Decision result;
    result.finding.rule = rule;
    result.finding.schema = "public";
    result.finding.table = std::move(table);
    result.finding.message = "It \"hurts\"";
    result.outcome = outcome;
    return result;
}

TEST(TimeLimit, IsForcedWhereNobodySaysOne) {
    const TimeLimit limit(std::nullopt, 0, 2000);
    EXPECT_EQ(limit.effective(), 2000);
    EXPECT_EQ(limit.of_script(), 0) << "the rules see what would hold without the rehearsal";
}

TEST(TimeLimit, TheSessionsOwnHoldsAndTheCallersArgumentBeforeIt) {
    EXPECT_EQ(TimeLimit(std::nullopt, 500, 2000).effective(), 500);
    EXPECT_EQ(TimeLimit(100, 500, 2000).effective(), 100);
    EXPECT_EQ(TimeLimit(100, 500, 2000).of_script(), 500);
    EXPECT_EQ(TimeLimit(0, 500, 2000).effective(), 0) << "the caller wants none";
}

TEST(TimeLimit, TheScriptSetsItsOwnButNeverNone) {
    TimeLimit limit(100, 0, 2000);
    limit.script_sets(50);
    EXPECT_EQ(limit.effective(), 50);
    EXPECT_EQ(limit.of_script(), 50);
    limit.script_sets(0);
    EXPECT_EQ(limit.effective(), 100);
    EXPECT_EQ(limit.of_script(), 0);
}

TEST(FindingsJson, NothingIsNothing) { EXPECT_EQ(findings_json({}), ""); }

TEST(FindingsJson, TellsWhatLintTells) {
    RehearsedStatement statement;
    statement.decisions.push_back(decision("create-index-blocking", "Orders"));
    statement.decisions.push_back(decision("drop-table", "b", Outcome::warned));
    EXPECT_EQ(findings_json(statement),
              R"([{"severity": "error", "rule": "create-index-blocking", "object_identity": "public.\"Orders\"", )"
              R"("message": "It \"hurts\"", "fix": null}, )"
              R"({"severity": "warning", "rule": "drop-table", "object_identity": "public.b", )"
              R"("message": "It \"hurts\"", "fix": null}])");
}

TEST(FindingsJson, TellsTheDriftThatCame) {
    RehearsedStatement statement;
    Finding finding;
    finding.severity = Severity::warning;
    finding.rule = "extra-column";
    finding.schema_name = "public";
    finding.table_name = "orders";
    finding.object_name = "note";
    finding.message = "m";
    finding.fix = "f";
    statement.drift = DriftChange{{finding}, {}};
    EXPECT_EQ(findings_json(statement),
              R"([{"severity": "warning", "rule": "extra-column", "object_identity": "public.orders.note", )"
              R"("message": "m", "fix": "f"}])");
}

TEST(AddDecisions, OneFactIsOneFinding) {
    std::vector<Decision> decisions{decision("drop-table", "a")};
    add_decisions(decisions, {decision("drop-table", "a"), decision("drop-table", "b")});
    ASSERT_EQ(decisions.size(), 2U);
    EXPECT_EQ(decisions.back().finding.table, "b");
}

}  // namespace
}  // namespace schema_audit::guard
