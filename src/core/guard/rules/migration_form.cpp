// House rules about how a migration is written, and about who runs it when.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

// The relation that the statement names first, as far as it is judged.
GuardFinding finding_about(const Situation &situation) {
    for (const RelationName &name : relations_of(situation.statement)) {
        if (const TableFacts *table = situation.facts.table(name)) {
            return finding_on(*table);
        }
        GuardFinding finding;
        finding.schema = name.schema;
        finding.table = name.name;
        finding.object_type = "relation";
        return finding;
    }
    GuardFinding finding;
    finding.object = "command";
    finding.object_type = "DDL";
    return finding;
}

// Not of what follows a script or a session.
bool is_ddl(const DdlStatement &statement) noexcept {
    return !std::holds_alternative<Transaction>(statement) && !std::holds_alternative<SetVariable>(statement) &&
           !std::holds_alternative<OpaqueCode>(statement) && !std::holds_alternative<ChangeRows>(statement);
}

Need needs_of_all(const DdlStatement &statement) noexcept {
    return when(is_ddl(statement), Need::facts | Need::target);
}

std::vector<GuardFinding> judge_code(const Situation &situation) {
    if (!situation.session.in_code) {
        return {};
    }
    GuardFinding finding = finding_about(situation);
    finding.message = "Run by a function or a DO block: nobody who reads the migration sees what it does";
    return {finding};
}

std::vector<GuardFinding> judge_role(const Situation &situation) {
    GuardFinding finding = finding_about(situation);
    finding.message = format("Role {} changes the schema, and no row of schema_audit.rule_setting lets it",
                             quote_identifier(situation.session.current_user));
    return {finding};
}

std::vector<GuardFinding> judge_window(const Situation &situation) {
    GuardFinding finding = finding_about(situation);
    finding.message = "The schema is not to be changed now";
    return {finding};
}

// What fails when it is run again after half of the script.
bool fails_again(const DdlStatement &statement) {
    if (const auto *create = std::get_if<CreateTable>(&statement)) {
        return !create->if_not_exists;
    }
    if (const auto *create = std::get_if<CreateIndex>(&statement)) {
        return !create->if_not_exists || create->name.empty();
    }
    if (const auto *create = std::get_if<CreateSchema>(&statement)) {
        return !create->if_not_exists;
    }
    if (const auto *drop = std::get_if<DropObjects>(&statement)) {
        return !drop->if_exists;
    }
    const auto *alter = std::get_if<AlterTable>(&statement);
    return alter != nullptr && std::ranges::any_of(alter->steps, [](const TableStep &step) {
               const auto *add = std::get_if<AddColumn>(&step);
               const auto *drop = std::get_if<DropColumn>(&step);
               const auto *constraint = std::get_if<DropConstraint>(&step);
               return (add != nullptr && !add->if_not_exists) || (drop != nullptr && !drop->if_exists) ||
                      (constraint != nullptr && !constraint->if_exists) || std::holds_alternative<AddConstraint>(step);
           });
}

std::vector<GuardFinding> judge_again(const Situation &situation) {
    if (situation.session.in_transaction_block) {
        return {};
    }
    GuardFinding finding = finding_about(situation);
    finding.message =
        "Outside of a transaction block and without IF [NOT] EXISTS: when a later command fails, the "
        "migration cannot be run again";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule opaque_ddl{{"opaque-ddl", Family::transaction, Severity::info, Action::none, "ddl_command_start",
                                "DDL that a function or a DO block runs", "write it in the migration"},
                               false,
                               needs_of_all,
                               judge_code};

const StatementRule unexpected_ddl_role{
    {"unexpected-ddl-role", Family::transaction, Severity::warning, Action::none, "ddl_command_start",
     "DDL of a role that no row of schema_audit.rule_setting exempts", "run it as the role of the deployments"},
    false,
    needs_of_all,
    judge_role};

const StatementRule ddl_outside_window{
    {"ddl-outside-window", Family::transaction, Severity::warning, Action::none, "ddl_command_start",
     "any DDL, as long as a row of schema_audit.rule_setting says so: a freeze", "wait until the row expires"},
    false,
    needs_of_all,
    judge_window};

const StatementRule not_rerunnable{
    {"not-rerunnable", Family::transaction, Severity::info, Action::none, "ddl_command_start",
     "a command outside of a transaction block without IF [NOT] EXISTS", "IF [NOT] EXISTS, or a transaction block"},
    false,
    [](const DdlStatement &statement) noexcept { return when(fails_again(statement), Need::facts | Need::target); },
    judge_again};

}  // namespace rules
}  // namespace schema_audit::guard
