// DDL on a partitioned table locks each of its partitions, until the transaction ends.
#include "core/guard/locks.hpp"
#include "core/guard/rules/hints.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

// max_locks_per_transaction as it is delivered.
constexpr std::uint32_t many = 64;

Need needs(const DdlStatement &statement) noexcept {
    return when(strongest_lock(statement) >= LockMode::share, Need::facts | Need::partitions);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto *alter = std::get_if<AlterTable>(&situation.statement);
    for (const LockRequest &request : lock_requests(situation.statement)) {
        const TableFacts *table = situation.facts.table(request.relation);
        if (table == nullptr || request.mode < LockMode::share || !request.with_partitions ||
            table->partitions <= many || (alter != nullptr && alter->only)) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.message =
            format("Locks the table and each of its {} partitions ({} lock)", table->partitions, text_of(request.mode));
        finding.fix = short_timeout;
        return {finding};
    }
    return {};
}

}  // namespace

namespace rules {

const StatementRule ddl_recursion_width{
    {"ddl-recursion-width", Family::partition, Severity::info, Action::log, "ddl_command_start",
     "A command on a table of many partitions: each of them is locked until the transaction ends",
     "a short lock_timeout"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
