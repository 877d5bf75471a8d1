// A command that reads or writes the whole of a large table and that nothing ends.
#include "core/guard/locks.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

bool may_take_long(const TableStep &step) {
    const auto *constraint = std::get_if<AddConstraint>(&step);
    if (constraint != nullptr) {
        return !constraint->not_valid && !constraint->not_enforced && constraint->using_index.empty();
    }
    return std::holds_alternative<AlterColumnType>(step) || std::holds_alternative<SetNotNull>(step) ||
           std::holds_alternative<SetLogged>(step) || std::holds_alternative<SetAccessMethod>(step) ||
           std::holds_alternative<SetTablespace>(step) || std::holds_alternative<AttachPartition>(step);
}

// CONCURRENTLY and VALIDATE take long and hurt nobody: a timeout would only undo their work.
bool may_take_long(const DdlStatement &statement) {
    if (const auto *alter = std::get_if<AlterTable>(&statement)) {
        return std::ranges::any_of(alter->steps, [](const TableStep &step) { return may_take_long(step); });
    }
    if (const auto *create = std::get_if<CreateIndex>(&statement)) {
        return !create->concurrently && !create->only;
    }
    if (const auto *reindex = std::get_if<Reindex>(&statement)) {
        return !reindex->concurrently;
    }
    const auto *refresh = std::get_if<RefreshMaterializedView>(&statement);
    return refresh != nullptr && !refresh->concurrently && !refresh->with_no_data;
}

Need needs(const DdlStatement &statement) noexcept { return when(may_take_long(statement), Need::size); }

std::vector<GuardFinding> judge(const Situation &situation) {
    if (situation.session.statement_timeout_ms != 0) {
        return {};
    }
    for (const LockRequest &request : lock_requests(situation.statement)) {
        const TableFacts *table = situation.facts.table(request.relation);
        // Of a small table nothing takes long.
        if (table == nullptr ||
            (table->size.rows < situation.session.min_rows && table->size.bytes < situation.session.min_bytes)) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.message =
            format("Works on the whole table under the {} lock and nothing ends it (statement_timeout is 0)",
                   text_of(request.mode));
        finding.fix = "SET statement_timeout = '30s'; /* then this command */";
        return {finding};
    }
    return {};
}

}  // namespace

namespace rules {

const StatementRule statement_timeout_required{
    {"statement-timeout-required", Family::lock, Severity::info, Action::log, "ddl_command_start",
     "A command that works on the whole of a large table while statement_timeout is 0",
     "SET statement_timeout to what the application can bear"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
