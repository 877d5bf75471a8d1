// CREATE RULE, for houses that do not want it.
#include "core/guard/statement_rules.hpp"

namespace schema_audit::guard {
namespace {

std::vector<GuardFinding> judge(const Situation &situation) {
    const TableFacts *table = situation.facts.table(std::get<CreateRule>(situation.statement).table);
    if (table == nullptr) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message =
        "A rule changes statements before they are planned: volatile expressions run twice, and row counts "
        "are those of another statement";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule create_rule{{"create-rule", Family::style, Severity::info, Action::none, "ddl_command_start",
                                 "CREATE RULE", "a trigger, or a view that can be updated"},
                                false,
                                [](const DdlStatement &statement) noexcept {
                                    return when(std::holds_alternative<CreateRule>(statement), Need::facts);
                                },
                                judge};

}  // namespace rules
}  // namespace schema_audit::guard
