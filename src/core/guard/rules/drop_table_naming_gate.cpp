// DROP TABLE of one that was not renamed first, for houses that want that.
#include "core/guard/statement_rules.hpp"

#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

std::vector<GuardFinding> judge_drop(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for (const RelationName &name : std::get<DropObjects>(situation.statement).names) {
        if (const TableFacts *table = situation.facts.table(name)) {
            GuardFinding finding = finding_on(*table);
            finding.message = "No row of schema_audit.rule_setting lets a table of this name be dropped";
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule drop_table_naming_gate{
    {"drop-table-naming-gate", Family::compatibility, Severity::info, Action::none, "ddl_command_start",
     "DROP TABLE of a name that no row of schema_audit.rule_setting allows",
     "rename it to the agreed form, wait, drop it"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *drop = std::get_if<DropObjects>(&statement);
        return when(drop != nullptr && drop->object_type == "TABLE", Need::facts);
    },
    judge_drop};

}  // namespace rules
}  // namespace schema_audit::guard
