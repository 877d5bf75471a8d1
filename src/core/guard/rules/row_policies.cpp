// CREATE and ALTER POLICY: which rows appear or vanish.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

bool writes(const CreatePolicy &policy) noexcept { return policy.command != "select"; }

// Without WITH CHECK, USING is asked of new rows, too.
bool lets_all_in(const CreatePolicy &policy) noexcept {
    const bool of_new_rows = policy.check_true || (policy.using_true && !policy.has_check);
    const bool of_old_rows = policy.using_true && policy.command != "insert";
    return policy.permissive && writes(policy) && (of_new_rows || of_old_rows);
}

std::vector<GuardFinding> judge_true(const Situation &situation) {
    const auto &policy = std::get<CreatePolicy>(situation.statement);
    const TableFacts *table = situation.facts.table(policy.table);
    if (table == nullptr) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message =
        format("Policy {} is always true: whoever has the right may write every row", quote_identifier(policy.name));
    return {finding};
}

// Switched on by this transaction: nobody has seen the table with it.
bool is_new(const Situation &situation, const TableFacts &table) {
    return std::ranges::any_of(situation.facts.earlier, [&](const PastCommand &past) {
        return past.sort == PastCommand::Sort::row_security && past.table == RelationName{table.schema, table.name};
    });
}

// While row security is off, policies do nothing.
std::vector<GuardFinding> judge_added(const Situation &situation, bool permissive) {
    const auto &policy = std::get<CreatePolicy>(situation.statement);
    const TableFacts *table = situation.facts.table(policy.table);
    if (table == nullptr || !table->row_security || policy.permissive != permissive || is_new(situation, *table)) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = permissive ? format("Policy {} shows rows that were hidden", quote_identifier(policy.name))
                                 : format("Policy {} hides rows that code sees now", quote_identifier(policy.name));
    return {finding};
}

Need needs_of_added(const DdlStatement &statement, bool permissive) noexcept {
    const auto *policy = std::get_if<CreatePolicy>(&statement);
    return when(policy != nullptr && !policy->alters && policy->permissive == permissive, Need::facts | Need::earlier);
}

}  // namespace

namespace rules {

const StatementRule rls_policy_always_true{
    {"rls-policy-always-true", Family::privilege, Severity::warning, Action::warn, "ddl_command_start",
     "a policy for writes with USING (true) or WITH CHECK (true)", "a condition on the row"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *policy = std::get_if<CreatePolicy>(&statement);
        return when(policy != nullptr && lets_all_in(*policy), Need::facts);
    },
    judge_true};

const StatementRule restrictive_policy_added{
    {"restrictive-policy-added", Family::privilege, Severity::warning, Action::warn, "ddl_command_start",
     "CREATE POLICY ... AS RESTRICTIVE while row security is on: rows vanish", "see which code reads them first"},
    false,
    [](const DdlStatement &statement) noexcept { return needs_of_added(statement, false); },
    [](const Situation &situation) { return judge_added(situation, false); }};

const StatementRule permissive_policy_added{
    {"permissive-policy-added", Family::privilege, Severity::warning, Action::warn, "ddl_command_start",
     "CREATE POLICY while row security is on: rows appear that were hidden", "see who gets to read them first"},
    false,
    [](const DdlStatement &statement) noexcept { return needs_of_added(statement, true); },
    [](const Situation &situation) { return judge_added(situation, true); }};

}  // namespace rules
}  // namespace schema_audit::guard
