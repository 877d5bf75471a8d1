// RENAME COLUMN: code that knows the old name fails.
#include "core/guard/rules/model_use.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    const auto *rename = std::get_if<Rename>(&statement);
    return when(rename != nullptr && rename->object_type == "COLUMN", Need::columns | Need::models);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &rename = std::get<Rename>(situation.statement);
    const TableFacts *table = situation.facts.table(rename.object);
    const NamedColumn *column = table != nullptr ? table->column(rename.part) : nullptr;
    if (column == nullptr || table->column(rename.to) != nullptr || unused_by_models(*table, column->name)) {
        return {};
    }
    const std::string target = quote_qualified(table->schema, table->name);
    GuardFinding finding = finding_on(*table, column->name, column->type);
    finding.message = format("{} fails from the commit on, since the column is {} then",
                             code_of_at_start(models_with_column(*table, column->name)), quote_identifier(rename.to));
    finding.fix =
        format("ALTER TABLE {} ADD COLUMN {} {}; /* fill both until no code names the old one, then drop that */",
               target, quote_identifier(rename.to), column->type);
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule rename_column{
    {"rename-column", Family::compatibility, Severity::error, Action::warn, "ddl_command_start",
     "RENAME COLUMN of a column that code may still know by its old name",
     "add a column of the new name, fill both until no code names the old one, then drop that"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
