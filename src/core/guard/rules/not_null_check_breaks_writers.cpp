// CHECK (column IS NOT NULL), also NOT VALID: new rows must keep it from this moment on.
#include "core/guard/rules/model_use.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

bool is_not_null_check(const AddConstraint &add) noexcept {
    return add.sort == ConstraintSort::check && !add.only_not_null_check.empty() && !add.not_enforced;
}

bool gets_default(const DdlStatement &statement, const std::string &column) {
    return std::ranges::any_of(steps_of<SetDefault>(statement),
                               [&](const SetDefault *set) { return set->column == column && !set->is_null; });
}

// Every model that knows the column has it NOT NULL: their writers fill it.
bool writers_fill(const TableFacts &table, const std::string &column) {
    return !models_with_column(table, column).empty() &&
           std::ranges::all_of(table.model_columns,
                               [&](const ModelColumn &item) { return item.name != column || item.not_null; }) &&
           models_with_column(table, column).size() == table.models.size();
}

Need needs(const DdlStatement &statement) noexcept {
    const std::vector<const AddConstraint *> added = steps_of<AddConstraint>(statement);
    const bool any = std::ranges::any_of(added, [](const AddConstraint *add) { return is_not_null_check(*add); });
    return when(any, Need::columns | Need::models);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const TableFacts *table = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    std::vector<GuardFinding> findings;
    for (const AddConstraint *add : steps_of<AddConstraint>(situation.statement)) {
        const NamedColumn *column =
            table != nullptr && is_not_null_check(*add) ? table->column(add->only_not_null_check) : nullptr;
        if (column == nullptr || column->not_null || column->has_default || column->identity || column->generated ||
            gets_default(situation.statement, column->name) || writers_fill(*table, column->name)) {
            continue;
        }
        GuardFinding finding = finding_on(*table, column->name, column->type);
        finding.message = format("{} holds for new rows from now on: every INSERT that does not name the column fails",
                                 add->not_valid ? "A CHECK that is NOT VALID" : "The CHECK");
        finding.fix = format(
            "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT <value>; /* or let every writer fill it first */ /* then this "
            "command */",
            quote_qualified(table->schema, table->name), quote_identifier(column->name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule not_null_check_breaks_writers{
    {"not-null-check-breaks-writers", Family::column, Severity::warning, Action::warn, "ddl_command_start",
     "ADD CHECK (column IS NOT NULL) on a column without a default: NOT VALID or not, new rows must keep it at once",
     "set a default first, or let every writer fill the column"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
