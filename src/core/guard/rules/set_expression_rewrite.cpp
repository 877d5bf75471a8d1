// ALTER COLUMN … SET EXPRESSION (17): a stored column is computed anew for every row.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

std::vector<GuardFinding> judge(const Situation &situation) {
    std::vector<GuardFinding> findings;
    const TableFacts *table = altered_table(situation);
    if (table == nullptr) {
        return findings;
    }
    for (const SetExpression *set : steps_of<SetExpression>(situation.statement)) {
        const NamedColumn *column = table->column(set->column);
        if (column == nullptr || !column->stored) {
            continue;
        }
        GuardFinding finding = finding_on(*table, column->name, column->type);
        finding.message =
            "The stored column is computed anew for every row: the whole table is rewritten, while nobody can read or "
            "write it (ACCESS EXCLUSIVE lock)";
        finding.fix = format(
            "ALTER TABLE {} ADD COLUMN {} {}; /* let a trigger fill it, fill the old rows in batches, then let the "
            "code use the new "
            "one */",
            name_of(*table), quote_identifier(column->name + "_new"), column->type);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule set_expression_rewrite{
    {"set-expression-rewrite", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "ALTER COLUMN ... SET EXPRESSION of a stored generated column: the whole table is rewritten",
     "a new column, filled by a trigger and in batches"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<SetExpression>(statement, Need::size | Need::columns);
    },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
