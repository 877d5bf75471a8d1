// DROP INDEX without CONCURRENTLY: short, but it queues behind every query, and all others queue behind it.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    const auto *drop = std::get_if<DropObjects>(&statement);
    return when(drop != nullptr && drop->object_type == "INDEX" && !drop->concurrently, Need::size);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for (const RelationName &name : std::get<DropObjects>(situation.statement).names) {
        const TableFacts *index = situation.facts.table(name);
        // Of a partitioned index there is no other way.
        if (index == nullptr || index->kind != RelationKind::index) {
            continue;
        }
        GuardFinding finding = finding_on(*index);
        finding.message = format("Waits for every query of {} and makes all later ones wait (ACCESS EXCLUSIVE lock)",
                                 index->of_table ? quote_qualified(index->of_table->schema, index->of_table->name)
                                                 : std::string("the table"));
        finding.fix = format("/* outside of a transaction block: */ DROP INDEX CONCURRENTLY {};",
                             quote_qualified(index->schema, index->name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule drop_index_blocking{
    {"drop-index-blocking", Family::index, Severity::warning, Action::warn, "ddl_command_start",
     "DROP INDEX without CONCURRENTLY: waits for the queries of the table, and all later ones wait for it",
     "DROP INDEX CONCURRENTLY, outside of a transaction block"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
