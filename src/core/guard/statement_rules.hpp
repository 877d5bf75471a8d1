// Rules that judge a statement before it runs, as ddl_command_start, the utility hook, lint() and rehearse() ask
// them. A rule is a file in core/guard/rules and a line in its list.inc.
#pragma once

#include "core/guard/decision.hpp"
#include "core/guard/facts.hpp"
#include "core/rule/rule.hpp"

#include <array>
#include <bitset>
#include <span>
#include <vector>

namespace schema_audit::guard {

// What a rule sees. It changes nothing and looks nothing up.
struct Situation {
    const DdlStatement &statement;
    const StatementFacts &facts;
    const SessionFacts &session;
};

struct StatementRule {
    Rule rule;
    // Under the thresholds of the session its findings are only logged, unless a rule_setting says otherwise.
    bool by_size;
    // What it wants to know of the relations that the statement names; none: the statement is not its business.
    Need (*needs)(const DdlStatement &statement) noexcept;
    // Its findings, without `rule`, which the caller fills in.
    std::vector<GuardFinding> (*judge)(const Situation &situation);
};

namespace rules {
#define RULE(name, ...) extern const StatementRule name;
#include "core/guard/rules/list.inc"
#undef RULE
}  // namespace rules
[[nodiscard]] std::span<const StatementRule *const> statement_rules() noexcept;
inline constexpr std::size_t statement_rule_count = std::to_array<bool>({
#define RULE(name, ...) true,
#include "core/guard/rules/list.inc"
#undef RULE
                                                                        })
                                                        .size();

// By their places in statement_rules(). A rule that is off is not asked, and what it would have to know is not looked
// up.
using RuleSet = std::bitset<statement_rule_count>;
[[nodiscard]] RuleSet all_rules() noexcept;
[[nodiscard]] RuleSet rules_on_by_default() noexcept;
// False where no rule that judges statements has the name.
bool switch_on(RuleSet &rules, std::string_view name) noexcept;

[[nodiscard]] Need needs_of(const DdlStatement &statement, const RuleSet &asked = all_rules()) noexcept;
[[nodiscard]] std::vector<GuardFinding> judge_statement(const Situation &situation, const RuleSet &asked = all_rules());

// As PostgreSQL calls it: "materialized view".
[[nodiscard]] std::string_view word_of(RelationKind kind) noexcept;

// A finding about a table as a whole, or about the one of its columns.
[[nodiscard]] GuardFinding finding_on(const TableFacts &table);
[[nodiscard]] GuardFinding finding_on(const TableFacts &table, std::string_view column, std::string_view type = {});

}  // namespace schema_audit::guard
