// DROP INDEX of one that queries have used, by the statistics of this server.
#include "core/guard/statement_rules.hpp"

#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    const auto *drop = std::get_if<DropObjects>(&statement);
    return when(drop != nullptr && drop->object_type == "INDEX", Need::indexes);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for (const RelationName &name : std::get<DropObjects>(situation.statement).names) {
        const TableFacts *relation = situation.facts.table(name);
        if (relation == nullptr || relation->indexes.size() != 1 || relation->indexes.front().scans == 0) {
            continue;
        }
        GuardFinding finding = finding_on(*relation);
        finding.message =
            format("Queries have used it {} times since the statistics were reset", relation->indexes.front().scans);
        finding.fix = "/* make the index that replaces it first, and look at the plans */";
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule drop_index_in_use{
    {"drop-index-in-use", Family::index, Severity::info, Action::log, "ddl_command_start",
     "DROP INDEX of one that queries have used: they may become slow", "the index that replaces it, first"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
