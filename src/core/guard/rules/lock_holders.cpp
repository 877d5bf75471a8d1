// Who is in the way right now: a command that would wait makes everybody else wait behind it.
#include "core/guard/locks.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

constexpr std::int64_t long_transaction_seconds = 5;
constexpr std::size_t shown = 3;

Need needs(const DdlStatement &statement) noexcept {
    return when(strongest_lock(statement) >= LockMode::share, Need::facts | Need::holders);
}

using Holders = std::vector<const LockHolder *>;

Holders holders_of(const Situation &situation, const LockRequest &request, bool wraparound) {
    Holders found;
    for (const LockHolder &holder : situation.facts.holders) {
        const bool counts = wraparound
                                ? holder.wraparound_vacuum
                                : !holder.wraparound_vacuum && holder.transaction_seconds >= long_transaction_seconds;
        if (counts && holder.table == request.relation) {
            found.push_back(&holder);
        }
    }
    return found;
}

std::string text_of_holders(const Holders &holders) {
    std::string text;
    for (std::size_t i = 0; i < std::min(holders.size(), shown); ++i) {
        const LockHolder &holder = *holders[i];
        text += format("{}process {} of {}{}{}, open for {} s", i == 0 ? "" : "; ", holder.process, holder.user,
                       holder.application.empty() ? "" : ", ", holder.application, holder.transaction_seconds);
    }
    if (holders.size() > shown) {
        text += format("; {} more", holders.size() - shown);
    }
    return text;
}

std::string processes_of(const Holders &holders) {
    std::string text;
    for (const LockHolder *holder : holders) {
        text += format("{}{}", text.empty() ? "" : ", ", holder->process);
    }
    return text;
}

std::vector<GuardFinding> judge(const Situation &situation, bool wraparound) {
    std::vector<GuardFinding> findings;
    for (const LockRequest &request : lock_requests(situation.statement)) {
        const TableFacts *table = situation.facts.table(request.relation);
        if (table == nullptr || request.mode < LockMode::share) {
            continue;
        }
        const Holders holders = holders_of(situation, request, wraparound);
        if (holders.empty()) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        if (wraparound) {
            finding.message = format(
                "Waits for a vacuum to prevent wraparound, which does not give way (process {}), and "
                "later queries wait behind it ({} lock)",
                holders.front()->process, text_of(request.mode));
            finding.fix = format(
                "/* wait until it is done: */ SELECT phase, heap_blks_scanned, heap_blks_total FROM "
                "pg_stat_progress_vacuum WHERE pid = {};",
                holders.front()->process);
        } else {
            finding.message = format("Waits for a long transaction ({}), and later queries wait behind it ({} lock)",
                                     text_of_holders(holders), text_of(request.mode));
            finding.fix = format(
                "/* what it does: */ SELECT pid, "
                "state, query FROM pg_stat_activity WHERE pid IN ({}); SET lock_timeout = '2s'; /* then this command "
                "*/",
                processes_of(holders));
        }
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule blocked_by_long_transaction{
    {"blocked-by-long-transaction", Family::lock, Severity::warning, Action::warn, "ddl_command_start",
     "A command that would wait for a transaction that is open for a long time, and make all later queries wait",
     "try again when the transaction has ended, with a short lock_timeout"},
    false,
    needs,
    [](const Situation &situation) { return judge(situation, false); }};

const StatementRule blocked_by_autovacuum_wraparound{
    {"blocked-by-autovacuum-wraparound", Family::lock, Severity::warning, Action::warn, "ddl_command_start",
     "A command that would wait for a vacuum to prevent wraparound, which does not give way to it",
     "wait until the vacuum is done"},
    false,
    needs,
    [](const Situation &situation) { return judge(situation, true); }};

}  // namespace rules
}  // namespace schema_audit::guard
