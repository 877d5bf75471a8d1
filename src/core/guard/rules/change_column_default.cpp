// Defaults: an old one replaced, and the house rule against ADD COLUMN … DEFAULT.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

std::vector<GuardFinding> judge_change(const Situation &situation) {
    const TableFacts *table = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    std::vector<GuardFinding> findings;
    for (const SetDefault *set : steps_of<SetDefault>(situation.statement)) {
        const NamedColumn *column = table != nullptr ? table->column(set->column) : nullptr;
        if (column == nullptr || !column->has_default) {
            continue;
        }
        GuardFinding finding = finding_on(*table, column->name, column->type);
        finding.message =
            "Code that was started before and writes only what differs from the default still means the old one";
        finding.fix = "/* restart the writers after the change, or let them name the column */";
        findings.push_back(std::move(finding));
    }
    return findings;
}

bool adds_default(const TableStep &step) noexcept {
    const auto *add = std::get_if<AddColumn>(&step);
    return add != nullptr && add->has_default && !add->default_is_null;
}

Need needs_of_ban(const DdlStatement &statement) noexcept {
    const auto *alter = std::get_if<AlterTable>(&statement);
    return when(alter != nullptr && std::ranges::any_of(alter->steps, adds_default), Need::columns);
}

std::vector<GuardFinding> judge_ban(const Situation &situation) {
    const auto &alter = std::get<AlterTable>(situation.statement);
    const TableFacts *table = situation.facts.table(alter.table);
    std::vector<GuardFinding> findings;
    for (const TableStep &step : alter.steps) {
        if (table == nullptr || !adds_default(step) || table->column(std::get<AddColumn>(step).column) != nullptr) {
            continue;
        }
        const auto &add = std::get<AddColumn>(step);
        GuardFinding finding = finding_on(*table, add.column, add.type);
        finding.message = "The house rules want a column to be added without a default";
        finding.fix =
            format("ALTER TABLE {0} ADD COLUMN {1} {2}; ALTER TABLE {0} ALTER COLUMN {1} SET DEFAULT <value>;",
                   quote_qualified(table->schema, table->name), quote_identifier(add.column), add.type);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule change_column_default{
    {"change-column-default", Family::column, Severity::info, Action::log, "ddl_command_start",
     "SET DEFAULT where there was another one: running code may still mean the old one",
     "restart the writers after it"},
    false,
    [](const DdlStatement &statement) noexcept { return when(has_step<SetDefault>(statement), Need::columns); },
    judge_change};

const StatementRule ban_add_column_with_default{
    {"ban-add-column-with-default", Family::column, Severity::info, Action::none, "ddl_command_start",
     "ADD COLUMN ... DEFAULT, for houses that do not want it; the server itself writes no row for it",
     "add the column first, set its default then"},
    false,
    needs_of_ban,
    judge_ban};

}  // namespace rules
}  // namespace schema_audit::guard
