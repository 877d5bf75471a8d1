// CREATE TABLE … REFERENCES: the referenced table is locked, too.
#include "core/guard/rules/hints.hpp"
#include "core/guard/statement_rules.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    const auto *create = std::get_if<CreateTable>(&statement);
    return when(create != nullptr && !create->foreign_keys.empty(), Need::facts);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    std::vector<GuardFinding> findings;
    std::vector<RelationName> told;
    for (const ForeignKey &key : std::get<CreateTable>(situation.statement).foreign_keys) {
        const TableFacts *table = situation.facts.table(key.referenced);
        if (table == nullptr || situation.facts.target_exists ||
            std::ranges::find(told, RelationName{table->schema, table->name}) != told.end()) {
            continue;
        }
        told.push_back({table->schema, table->name});
        GuardFinding finding = finding_on(*table);
        finding.message =
            "Waits for every write of the referenced table and makes later ones wait (SHARE ROW EXCLUSIVE "
            "lock)";
        finding.fix = short_timeout;
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule create_table_fk_locks_parent{
    {"create-table-fk-locks-parent", Family::lock, Severity::info, Action::log, "ddl_command_start",
     "CREATE TABLE ... REFERENCES: waits for the writes of the referenced table, and later ones wait for it",
     "a short lock_timeout"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
