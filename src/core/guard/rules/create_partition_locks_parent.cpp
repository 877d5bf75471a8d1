// CREATE TABLE … PARTITION OF locks the parent and with it every partition out; ATTACH PARTITION does not.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    const auto *create = std::get_if<CreateTable>(&statement);
    return when(create != nullptr && create->partition_of, Need::facts | Need::partitions);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &create = std::get<CreateTable>(situation.statement);
    const TableFacts *parent = situation.facts.table(*create.partition_of);
    // Of a parent without partitions there is nobody to wait.
    if (parent == nullptr || situation.facts.target_exists || !situation.facts.bound || parent->partitions == 0) {
        return {};
    }
    const std::string &schema = create.table.schema;
    const std::string partition =
        schema.empty() ? quote_identifier(create.table.name) : quote_qualified(schema, create.table.name);
    const std::string name = quote_qualified(parent->schema, parent->name);
    GuardFinding finding = finding_on(*parent);
    finding.message =
        "Waits for every query of the table and its partitions and makes later ones wait (ACCESS EXCLUSIVE "
        "lock)";
    finding.fix = format(
        "CREATE TABLE {} (LIKE {} INCLUDING ALL EXCLUDING IDENTITY); ALTER TABLE {} ATTACH PARTITION {} "
        "{};",
        partition, name, name, partition, situation.facts.bound->bound);
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule create_partition_locks_parent{
    {"create-partition-locks-parent", Family::partition, Severity::warning, Action::warn, "ddl_command_start",
     "CREATE TABLE ... PARTITION OF: waits for the queries of the parent, and all later ones wait for it",
     "CREATE TABLE ... LIKE, then ATTACH PARTITION"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
