// LOCK TABLE in a mode that writers wait for.
#include "core/guard/locks.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    const auto *lock = std::get_if<LockTable>(&statement);
    return when(lock != nullptr && lock_mode_from(lock->mode) >= LockMode::share, Need::facts);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &lock = std::get<LockTable>(situation.statement);
    std::vector<GuardFinding> findings;
    for (const auto &[name, table] : situation.facts.tables) {
        const bool readers_too = lock_mode_from(lock.mode) == LockMode::access_exclusive;
        GuardFinding finding = finding_on(table);
        finding.message = format("{} waits until the transaction ends ({} lock)",
                                 readers_too ? "Every query" : "Every write", lock.mode);
        finding.fix =
            "BEGIN; SET LOCAL lock_timeout = '2s'; /* then this command */ /* what needs the lock, and nothing else: "
            "*/ COMMIT;";
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule explicit_lock_table{
    {"explicit-lock-table", Family::lock, Severity::warning, Action::warn, "utility hook",
     "LOCK TABLE in SHARE mode or a stronger one: others wait until the transaction ends",
     "SET lock_timeout before it, and a short transaction"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
