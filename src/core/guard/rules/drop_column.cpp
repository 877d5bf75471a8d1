// DROP COLUMN: code that still names it fails, and the values are gone.
#include "core/guard/rules/model_use.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    return when(has_step<DropColumn>(statement), Need::size | Need::columns | Need::models);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const TableFacts *table = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    std::vector<GuardFinding> findings;
    for (const DropColumn *drop : steps_of<DropColumn>(situation.statement)) {
        const NamedColumn *column = table != nullptr ? table->column(drop->column) : nullptr;
        if (column == nullptr || unused_by_models(*table, column->name)) {
            continue;
        }
        const std::vector<std::string> models = models_with_column(*table, column->name);
        if (models.empty() && table->size.empty()) {
            continue;  // no value is lost
        }
        GuardFinding finding = finding_on(*table, column->name, column->type);
        finding.message = format("Its values are lost, and {} fails from the commit on", code_of(models));
        finding.fix = format("/* first deploy code that does not name the column{} */ ALTER TABLE {} DROP COLUMN {};",
                             models.empty() ? "" : ", and register its model",
                             quote_qualified(table->schema, table->name), quote_identifier(column->name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule drop_column{
    {"drop-column", Family::compatibility, Severity::error, Action::warn, "ddl_command_start",
     "DROP COLUMN of a column that code may still name: its statements fail, and the values are lost",
     "deploy code that does not name the column first, and register its model"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
