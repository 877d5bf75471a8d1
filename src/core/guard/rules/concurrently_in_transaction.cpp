// CONCURRENTLY in a transaction block, a function or a DO block: the server refuses it.
#include "core/guard/statement_rules.hpp"

namespace schema_audit::guard {
namespace {

// What the command is about, where it says CONCURRENTLY.
const RelationName *concurrent(const DdlStatement &statement) noexcept {
    if (const auto *create = std::get_if<CreateIndex>(&statement)) {
        return create->concurrently ? &create->table : nullptr;
    }
    if (const auto *drop = std::get_if<DropObjects>(&statement)) {
        return drop->concurrently && !drop->names.empty() ? &drop->names.front() : nullptr;
    }
    if (const auto *reindex = std::get_if<Reindex>(&statement)) {
        return reindex->concurrently ? &reindex->object : nullptr;
    }
    if (const auto *alter = std::get_if<AlterTable>(&statement)) {
        for (const TableStep &step : alter->steps) {
            const auto *detach = std::get_if<DetachPartition>(&step);
            if (detach != nullptr && detach->concurrently) {
                return &alter->table;
            }
        }
    }
    return nullptr;
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const TableFacts *table = situation.facts.table(*concurrent(situation.statement));
    if (table == nullptr || !situation.session.in_transaction_block) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = "The server refuses CONCURRENTLY in a transaction block";
    finding.fix =
        "COMMIT; /* then this command */ /* a migration tool opens the block: Django ends it with atomic = False, "
        "Rails "
        "with disable_ddl_transaction!, Alembic with autocommit_block() */";
    return {finding};
}

}  // namespace

namespace rules {

// The command fails, and a line in the log would go with it: hence a warning.
const StatementRule concurrently_in_transaction{
    {"concurrently-in-transaction", Family::index, Severity::info, Action::warn, "ddl_command_start",
     "A command with CONCURRENTLY in a transaction block, which the server refuses",
     "a migration that is not run in a transaction"},
    false,
    [](const DdlStatement &statement) noexcept { return when(concurrent(statement) != nullptr, Need::facts); },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
