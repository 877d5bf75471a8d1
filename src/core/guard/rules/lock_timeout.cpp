// A command that waits for its lock makes everybody else wait behind it: lock_timeout ends that. One finding for a
// command, however many relations it locks.
#include "core/guard/locks.hpp"
#include "core/guard/rules/hints.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

constexpr std::int64_t longest_wait_ms = 10'000;

Need needs(const DdlStatement &statement) noexcept {
    return when(strongest_lock(statement) >= LockMode::share, Need::facts);
}

// The first relation that others can see and that is locked so that writers wait.
std::vector<GuardFinding> judge(const Situation &situation, std::string_view how_long, std::string_view fix) {
    for (const LockRequest &request : lock_requests(situation.statement)) {
        const TableFacts *table = situation.facts.table(request.relation);
        if (table == nullptr || request.mode < LockMode::share) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.message = format("Asks for the {} lock {}: while it waits, the queries that come later wait behind it",
                                 text_of(request.mode), how_long);
        finding.fix = fix;
        return {finding};
    }
    return {};
}

std::vector<GuardFinding> judge_required(const Situation &situation) {
    if (situation.session.lock_timeout_ms != 0) {
        return {};
    }
    return judge(situation, "without lock_timeout", short_timeout);
}

std::vector<GuardFinding> judge_too_long(const Situation &situation) {
    if (situation.session.lock_timeout_ms <= longest_wait_ms) {
        return {};
    }
    return judge(situation, format("with a lock_timeout of {} ms", situation.session.lock_timeout_ms), short_timeout);
}

}  // namespace

namespace rules {

const StatementRule lock_timeout_required{
    {"lock-timeout-required", Family::lock, Severity::warning, Action::log, "ddl_command_start",
     "A command that locks a table while lock_timeout is 0: it may wait for ever, and everybody else behind it",
     "SET lock_timeout = '2s' before it, and repeat it when it times out"},
    false,
    needs,
    judge_required};

const StatementRule lock_timeout_too_long{
    {"lock-timeout-too-long", Family::lock, Severity::warning, Action::warn, "ddl_command_start",
     "A command that locks a table while lock_timeout is more than 10 s: everybody else waits behind it that long",
     "SET lock_timeout = '2s' before it, and repeat it when it times out"},
    false,
    needs,
    judge_too_long};

}  // namespace rules
}  // namespace schema_audit::guard
