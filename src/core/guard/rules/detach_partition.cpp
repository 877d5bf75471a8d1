// A partition goes: DETACH PARTITION without CONCURRENTLY, or DROP TABLE of the partition itself.
#include "core/guard/rules/hints.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

const DetachPartition *detached_by(const DdlStatement &statement) noexcept {
    const std::vector<const DetachPartition *> steps = steps_of<DetachPartition>(statement);
    return !steps.empty() && !steps.front()->concurrently && !steps.front()->finalize ? steps.front() : nullptr;
}

std::vector<GuardFinding> judge_detach(const Situation &situation) {
    const TableFacts *parent = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    const TableFacts *partition = situation.facts.table(detached_by(situation.statement)->partition);
    if (parent == nullptr || partition == nullptr) {
        return {};
    }
    GuardFinding finding = finding_on(*parent);
    finding.message = "Waits for every query of the table and makes later ones wait (ACCESS EXCLUSIVE lock)";
    finding.fix = parent->default_partition
                      ? format("{} /* beside a default partition the server takes no CONCURRENTLY */", short_timeout)
                      : format("/* outside of a transaction block: */ ALTER TABLE {} DETACH PARTITION {} CONCURRENTLY;",
                               quote_qualified(parent->schema, parent->name),
                               quote_qualified(partition->schema, partition->name));
    return {finding};
}

bool drops_tables(const DdlStatement &statement) noexcept {
    const auto *drop = std::get_if<DropObjects>(&statement);
    return drop != nullptr && (drop->object_type == "TABLE" || drop->object_type == "FOREIGN TABLE");
}

// The parent goes, too.
bool drops(const Situation &situation, const RelationName &parent) {
    const auto &names = std::get<DropObjects>(situation.statement).names;
    return std::ranges::any_of(names, [&](const RelationName &name) {
        const TableFacts *table = situation.facts.table(name);
        return table != nullptr && RelationName{table->schema, table->name} == parent;
    });
}

std::vector<GuardFinding> judge_drop(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for (const RelationName &name : std::get<DropObjects>(situation.statement).names) {
        const TableFacts *partition = situation.facts.table(name);
        if (partition == nullptr || !partition->of_table || drops(situation, *partition->of_table)) {
            continue;
        }
        const std::string parent = quote_qualified(partition->of_table->schema, partition->of_table->name);
        const std::string itself = quote_qualified(partition->schema, partition->name);
        GuardFinding finding = finding_on(*partition);
        finding.message =
            format("Waits for every query of {} and makes later ones wait (ACCESS EXCLUSIVE lock)", parent);
        finding.fix =
            partition->default_partition
                ? format("{} /* beside a default partition the server takes no DETACH CONCURRENTLY */", short_timeout)
                : format(
                      "/* outside of a transaction block: */ ALTER TABLE {} DETACH PARTITION {} CONCURRENTLY; "
                      "DROP TABLE {};",
                      parent, itself, itself);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule detach_partition_blocking{
    {"detach-partition-blocking", Family::partition, Severity::warning, Action::warn, "ddl_command_start",
     "DETACH PARTITION without CONCURRENTLY: waits for the queries of the table, and all later ones wait for it",
     "DETACH PARTITION ... CONCURRENTLY, outside of a transaction block"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(detached_by(statement) != nullptr, Need::facts | Need::partitions);
    },
    judge_detach};

const StatementRule drop_partition{
    {"drop-partition", Family::partition, Severity::warning, Action::warn, "ddl_command_start",
     "DROP TABLE of a partition: waits for the queries of the whole partitioned table, and all later ones wait for it",
     "DETACH PARTITION ... CONCURRENTLY before"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(drops_tables(statement), Need::facts | Need::partitions);
    },
    judge_drop};

}  // namespace rules
}  // namespace schema_audit::guard
