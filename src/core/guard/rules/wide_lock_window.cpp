// A second table locked in a transaction that has locked another one already: both stay locked until it ends.
#include "core/guard/locks.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    return when(strongest_lock(statement) >= LockMode::share_row_exclusive, Need::facts | Need::holders);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const SharedList<RelationName> &held = situation.facts.held;
    for (const LockRequest &request : lock_requests(situation.statement)) {
        const TableFacts *table = situation.facts.table(request.relation);
        if (held.empty() || table == nullptr || request.mode < LockMode::share_row_exclusive || table->held_strongly) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.message = format("Is locked ({}) together with {}{} until the transaction ends", text_of(request.mode),
                                 quote_qualified(held.front().schema, held.front().name),
                                 held.size() > 1 ? format(" and {} more", held.size() - 1) : "");
        finding.fix = "COMMIT; /* then this command */";
        return {finding};
    }
    return {};
}

}  // namespace

namespace rules {

const StatementRule wide_lock_window{
    {"wide-lock-window", Family::lock, Severity::warning, Action::log, "ddl_command_start",
     "A further table is locked in a transaction that holds the lock of another: longer outages, deadlocks",
     "one transaction for each table"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
