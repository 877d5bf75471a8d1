// House rules about the session that runs DDL.
#include "core/guard/locks.hpp"
#include "core/guard/statement_rules.hpp"

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    return when(strongest_lock(statement) >= LockMode::share, Need::facts);
}

const TableFacts *locked_table(const Situation &situation) {
    for (const LockRequest &request : lock_requests(situation.statement)) {
        if (const TableFacts *table = situation.facts.table(request.relation)) {
            return table;
        }
    }
    return nullptr;
}

std::vector<GuardFinding> judge_idle(const Situation &situation) {
    const TableFacts *table = locked_table(situation);
    if (table == nullptr || !situation.session.in_transaction_block ||
        situation.session.idle_in_transaction_timeout_ms != 0) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message =
        "A client that hangs before COMMIT keeps the lock for ever (idle_in_transaction_session_timeout is 0)";
    finding.fix = "SET idle_in_transaction_session_timeout = '10s';";
    return {finding};
}

std::vector<GuardFinding> judge_name(const Situation &situation) {
    const TableFacts *table = locked_table(situation);
    if (table == nullptr || !situation.session.application_name.empty()) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = "Who waits for this session does not see what it is (application_name is empty)";
    finding.fix = "SET application_name = 'migration <name>';";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule idle_in_transaction_timeout_required{
    {"idle-in-transaction-timeout-required", Family::lock, Severity::info, Action::none, "ddl_command_start",
     "A command that locks a table in a transaction block while idle_in_transaction_session_timeout is 0",
     "SET idle_in_transaction_session_timeout"},
    false,
    needs,
    judge_idle};

const StatementRule missing_application_name{
    {"missing-application-name", Family::lock, Severity::info, Action::none, "ddl_command_start",
     "A command that locks a table in a session without an application_name", "SET application_name"},
    false,
    needs,
    judge_name};

}  // namespace rules
}  // namespace schema_audit::guard
