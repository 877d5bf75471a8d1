// CREATE, ALTER and DROP POLICY, ENABLE and FORCE ROW LEVEL SECURITY.
#include "core/guard/rules/hints.hpp"
#include "core/guard/statement_rules.hpp"

namespace schema_audit::guard {
namespace {

const RelationName *table_of(const DdlStatement &statement) noexcept {
    if (const auto *create = std::get_if<CreatePolicy>(&statement)) {
        return &create->table;
    }
    if (has_step<SetRowSecurity>(statement)) {
        return &std::get_if<AlterTable>(&statement)->table;
    }
    const auto *drop = std::get_if<DropObjects>(&statement);
    return drop != nullptr && drop->object_type == "POLICY" && !drop->names.empty() ? &drop->names.front() : nullptr;
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const TableFacts *table = situation.facts.table(*table_of(situation.statement));
    if (table == nullptr) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = "Waits for every query of the table and makes later ones wait (ACCESS EXCLUSIVE lock)";
    finding.fix = short_timeout;
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule policy_ddl_access_exclusive{
    {"policy-ddl-access-exclusive", Family::lock, Severity::info, Action::log, "ddl_command_start",
     "CREATE, ALTER, DROP POLICY or ROW LEVEL SECURITY: waits for the queries of the table, and later ones wait for it",
     "a short lock_timeout"},
    false,
    [](const DdlStatement &statement) noexcept { return when(table_of(statement) != nullptr, Need::facts); },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
