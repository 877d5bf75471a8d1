// DROP NOT NULL: readers meet NULL where none could be.
#include "core/guard/rules/model_use.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    return when(has_step<DropNotNull>(statement), Need::columns | Need::models);
}

std::vector<std::string> models_that_require(const TableFacts &table, const std::string &column) {
    std::vector<std::string> models;
    for (const ModelColumn &item : table.model_columns) {
        if (item.name == column && item.not_null) {
            models.push_back(item.model);
        }
    }
    return models;
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const TableFacts *table = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    std::vector<GuardFinding> findings;
    for (const DropNotNull *step : steps_of<DropNotNull>(situation.statement)) {
        const NamedColumn *column = table != nullptr ? table->column(step->column) : nullptr;
        if (column == nullptr || !column->not_null) {
            continue;
        }
        const std::vector<std::string> models = models_that_require(*table, column->name);
        if (table->governed && models.empty()) {
            continue;  // they are ready for NULL
        }
        GuardFinding finding = finding_on(*table, column->name, column->type);
        finding.message = format("The column may be NULL from now on, for which {} is not ready", code_of(models));
        finding.fix =
            format("/* first deploy readers that accept NULL{} */ ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;",
                   models.empty() ? "" : ", and register their model", quote_qualified(table->schema, table->name),
                   quote_identifier(column->name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule drop_not_null{
    {"drop-not-null", Family::column, Severity::warning, Action::warn, "ddl_command_start",
     "DROP NOT NULL on a column that readers expect to be filled", "deploy readers that accept NULL first"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
