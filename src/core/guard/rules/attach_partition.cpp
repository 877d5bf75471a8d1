// ATTACH PARTITION, and CREATE TABLE … PARTITION OF beside a default partition: what the server reads to be sure of the
// bound, under a lock that nobody passes. A validated CHECK that says the same spares it.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

const AttachPartition *attached_by(const DdlStatement &statement) noexcept {
    const auto *alter = std::get_if<AlterTable>(&statement);
    if (alter != nullptr && alter->object_type == "TABLE") {
        for (const TableStep &step : alter->steps) {
            if (const auto *attach = std::get_if<AttachPartition>(&step)) {
                return attach;
            }
        }
    }
    return nullptr;
}

// The parent of the partition that the statement adds; null where it adds none.
const RelationName *parent_of(const DdlStatement &statement) noexcept {
    if (attached_by(statement) != nullptr) {
        return &std::get_if<AlterTable>(&statement)->table;
    }
    const auto *create = std::get_if<CreateTable>(&statement);
    return create != nullptr && create->partition_of ? &*create->partition_of : nullptr;
}

std::string proof_for(const std::string &schema, const std::string &name, const std::string &check) {
    const std::string table = quote_qualified(schema, name);
    return format(
        "ALTER TABLE {} ADD CONSTRAINT bound_of_partition CHECK ({}) NOT VALID; ALTER TABLE {} VALIDATE "
        "CONSTRAINT bound_of_partition; /* then this command */ ALTER TABLE {} DROP CONSTRAINT bound_of_partition;",
        table, check, table, table);
}

std::vector<GuardFinding> judge_partition(const Situation &situation) {
    const AttachPartition *attach = attached_by(situation.statement);
    const TableFacts *partition = situation.facts.table(attach->partition);
    const TableFacts *parent = situation.facts.table(*parent_of(situation.statement));
    const std::optional<PartitionBound> &bound = situation.facts.bound;
    if (partition == nullptr || parent == nullptr || partition->kind == RelationKind::foreign_table || !bound ||
        bound->proven || bound->check.empty() || partition->size.empty()) {
        return {};
    }
    GuardFinding finding = finding_on(*partition);
    finding.message = format(
        "It is read as a whole to be sure of {}, and nobody reads or writes it meanwhile (ACCESS "
        "EXCLUSIVE lock)",
        bound->bound);
    finding.fix = proof_for(partition->schema, partition->name, bound->check);
    return {finding};
}

std::vector<GuardFinding> judge_default(const Situation &situation) {
    const RelationName &name = *parent_of(situation.statement);
    const TableFacts *parent = situation.facts.table(name);
    const std::optional<PartitionBound> &bound = situation.facts.bound;
    if (parent == nullptr || !parent->default_partition || !bound || bound->default_proven ||
        bound->default_size.empty() || situation.facts.target_exists) {
        return {};
    }
    GuardFinding finding = finding_on(*parent);
    finding.table = parent->default_partition->name;
    finding.schema = parent->default_partition->schema;
    finding.size = bound->default_size;
    finding.message =
        "The default partition is read as a whole for rows that belong to the new one, and nobody reads or "
        "writes it meanwhile (ACCESS EXCLUSIVE lock)";
    finding.fix = proof_for(finding.schema, finding.table, bound->default_check);
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule attach_partition_scan{
    {"attach-partition-scan", Family::partition, Severity::warning, Action::warn, "ddl_command_start",
     "ATTACH PARTITION of a table without a CHECK that implies the bound: it is read as a whole while it is locked",
     "a validated CHECK that says what the bound says, before"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when(attached_by(statement) != nullptr, Need::size | Need::partitions);
    },
    judge_partition};

const StatementRule attach_scans_default_partition{
    {"attach-scans-default-partition", Family::partition, Severity::error, Action::reject, "ddl_command_start",
     "A new partition beside a default one: the default partition is read as a whole while it is locked",
     "a validated CHECK on the default partition that excludes the new bound, before"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when(parent_of(statement) != nullptr, Need::size | Need::partitions);
    },
    judge_default};

}  // namespace rules
}  // namespace schema_audit::guard
