// A constraint whose name the server chooses.
#include "core/guard/rules/made_columns.hpp"

namespace schema_audit::guard {
namespace {

bool is_unnamed(const AddConstraint &add) noexcept { return add.name.empty(); }
bool has_unnamed(const AddColumn &add) noexcept { return add.constraint_without_name; }

Need needs(const DdlStatement &statement) noexcept {
    const CreateTable *create = made_table(statement);
    if (create != nullptr && std::ranges::any_of(create->constraints, is_unnamed)) {
        return Need::target;
    }
    const auto *alter = std::get_if<AlterTable>(&statement);
    const bool step = alter != nullptr && std::ranges::any_of(alter->steps, [](const TableStep &item) {
                          const auto *add = std::get_if<AddConstraint>(&item);
                          return add != nullptr && is_unnamed(*add);
                      });
    return step ? Need::columns : when_column(statement, has_unnamed);
}

constexpr std::string_view message =
    "The server chooses the name of a constraint: it may be another one in each database, and a later migration has to "
    "guess it";

std::vector<GuardFinding> judge(const Situation &situation) {
    std::vector<GuardFinding> findings;
    const auto tell = [&](GuardFinding finding) {
        finding.message = message;
        findings.push_back(std::move(finding));
    };
    for_each_new_column(situation, [&](const AddColumn &column, GuardFinding finding) {
        if (has_unnamed(column)) {
            tell(std::move(finding));
        }
    });
    if (const CreateTable *create = made_table(situation)) {
        for (const AddConstraint &add : create->constraints) {
            if (is_unnamed(add)) {
                tell(finding_on_new(*create, situation.facts));
            }
        }
    }
    const auto *alter = std::get_if<AlterTable>(&situation.statement);
    const TableFacts *table = alter != nullptr ? situation.facts.table(alter->table) : nullptr;
    for (const AddConstraint *add : steps_of<AddConstraint>(situation.statement)) {
        if (table != nullptr && is_unnamed(*add)) {
            tell(finding_on(*table));
        }
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule unnamed_constraint{{"unnamed-constraint", Family::style, Severity::info, Action::none,
                                        "ddl_command_start", "a constraint without a name", "CONSTRAINT name ..."},
                                       false,
                                       needs,
                                       judge};

}  // namespace rules
}  // namespace schema_audit::guard
