// VACUUM FULL and CLUSTER write the table anew while nobody can even read it.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

// Of a whole database the facts have the largest table: the one that is locked longest.
std::vector<GuardFinding> judge(const Situation &situation) {
    const bool all = std::get<RewriteTable>(situation.statement).tables.empty();
    std::vector<GuardFinding> findings;
    for (const auto &[name, table] : situation.facts.tables) {
        if (table.size.empty()) {
            continue;
        }
        GuardFinding finding = finding_on(table);
        finding.message = format(
            "{} written anew with all indexes, and until that is done nobody can even read it (ACCESS EXCLUSIVE lock)",
            all ? "One table after the other, of which this is the largest, is" : "It is");
        finding.fix = format(
            "VACUUM {}; /* makes the room of dead rows usable again; to give it back to the disk use pg_repack */",
            quote_qualified(table.schema, table.name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule vacuum_full_or_cluster{
    {"vacuum-full-or-cluster", Family::rewrite, Severity::error, Action::reject, "utility hook",
     "VACUUM FULL or CLUSTER: the table is written anew while nobody can read it", "VACUUM, or pg_repack"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when(std::holds_alternative<RewriteTable>(statement), Need::size);
    },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
