// ALTER TYPE of a row type that tables use.
#include "core/guard/statement_rules.hpp"

#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

const AlterTable *altered_type(const DdlStatement &statement) noexcept {
    const auto *alter = std::get_if<AlterTable>(&statement);
    return alter != nullptr && alter->object_type == "TYPE" ? alter : nullptr;
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const TableFacts *type = situation.facts.table(altered_type(situation.statement)->table);
    if (type == nullptr || type->kind != RelationKind::composite_type) {
        return {};
    }
    GuardFinding finding = finding_on(*type);
    finding.message =
        "Code that reads or writes values of the type by position fails from the commit on; the server refuses another "
        "type of an attribute while a table uses it";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule alter_composite_type{
    {"alter-composite-type", Family::type, Severity::info, Action::none, "ddl_command_start",
     "ALTER TYPE ... ADD, DROP or ALTER ATTRIBUTE", "a new type beside it"},
    false,
    [](const DdlStatement &statement) noexcept { return when(altered_type(statement) != nullptr, Need::facts); },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
