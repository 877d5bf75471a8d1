// VALIDATE under the lock of an earlier command; constraints that are changed, or never enforced.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

bool adds(const DdlStatement &statement, const std::string &name) {
    return std::ranges::any_of(steps_of<AddConstraint>(statement),
                               [&](const AddConstraint *add) { return add->name == name; });
}

std::vector<GuardFinding> judge_validate(const Situation &situation) {
    std::vector<GuardFinding> findings;
    const TableFacts *table = altered_table(situation);
    if (table == nullptr) {
        return findings;
    }
    for (const ValidateConstraint *step : steps_of<ValidateConstraint>(situation.statement)) {
        const auto known = std::ranges::find(table->constraints, step->name, &ConstraintFacts::name);
        const bool is_new = adds(situation.statement, step->name);
        if (!is_new && (known == table->constraints.end() || known->validated || !table->held_strongly)) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.message =
            "Every row is checked under the lock that this transaction has taken before: nobody can write the table "
            "until it ends";
        finding.fix =
            format("COMMIT; ALTER TABLE {} VALIDATE CONSTRAINT {};", name_of(*table), quote_identifier(step->name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<GuardFinding> judge_not_enforced(const Situation &situation) {
    const TableFacts *table = altered_table(situation);
    const bool found =
        table != nullptr && std::ranges::any_of(steps_of<AddConstraint>(situation.statement),
                                                [](const AddConstraint *add) { return add->not_enforced; });
    if (!found) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = "The constraint is never checked: it says nothing about the rows";
    finding.fix = "/* leave out NOT ENFORCED; NOT VALID spares the check of the rows that are there */";
    return {finding};
}

std::vector<GuardFinding> judge_alter(const Situation &situation) {
    const TableFacts *table = altered_table(situation);
    if (table == nullptr || !has_step<AlterConstraint>(situation.statement)) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = "Waits for every query of the table and makes all later ones wait (ACCESS EXCLUSIVE lock)";
    finding.fix = short_timeout;
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule validate_in_same_transaction{
    {"validate-in-same-transaction", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "VALIDATE CONSTRAINT in the transaction that added it: the lock of that command is held while every row is read",
     "VALIDATE CONSTRAINT in a transaction of its own"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<ValidateConstraint>(statement, Need::size | Need::constraints);
    },
    judge_validate};

const StatementRule not_enforced_constraint{
    {"not-enforced-constraint", Family::constraint, Severity::info, Action::log, "ddl_command_start",
     "A constraint that is NOT ENFORCED: nothing is checked", "leave out NOT ENFORCED, unless it is meant"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddConstraint>(
            statement, [](const AddConstraint &add) { return add.not_enforced; }, Need::facts);
    },
    judge_not_enforced};

const StatementRule alter_constraint{
    {"alter-constraint", Family::constraint, Severity::info, Action::log, "ddl_command_start",
     "ALTER CONSTRAINT: waits for every query of the table, and all later ones wait for it",
     "set lock_timeout and try again"},
    false,
    [](const DdlStatement &statement) noexcept { return when_step<AlterConstraint>(statement, Need::facts); },
    judge_alter};

}  // namespace rules
}  // namespace schema_audit::guard
