// DROP TABLE and CREATE TABLE of the same name in one transaction: the rows are gone, and nothing says so.
#include "core/guard/rules/made_columns.hpp"

namespace schema_audit::guard {
namespace {

std::vector<GuardFinding> judge(const Situation &situation) {
    const CreateTable *create = made_table(situation);
    if (create == nullptr) {
        return {};
    }
    const RelationName name{schema_of_new(create->table, situation.facts), create->table.name};
    for (const PastCommand &past : situation.facts.earlier) {
        if (past.sort != PastCommand::Sort::dropped_table || past.table != name || past.size.empty()) {
            continue;
        }
        GuardFinding finding = finding_on_new(*create, situation.facts);
        finding.size = past.size;
        finding.message = "The table of this name was dropped by this transaction with its rows; the new one is empty";
        return {finding};
    }
    return {};
}

}  // namespace

namespace rules {

const StatementRule recreate_table{
    {"recreate-table", Family::compatibility, Severity::error, Action::warn, "ddl_command_start",
     "CREATE TABLE of the name of a table with rows that the same transaction has dropped",
     "ALTER TABLE, or keep the rows under another name"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(made_table(statement) != nullptr, Need::target | Need::earlier);
    },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
