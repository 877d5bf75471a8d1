// Which rule acts how, on which table, for whom: rows of schema_audit.rule_setting, the mode, the override.
#pragma once

#include "core/guard/decision.hpp"
#include "core/guard/statement_rules.hpp"
#include "core/rule/rule.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace schema_audit::guard {

struct RuleSetting {
    std::int64_t id = 0;
    std::string rule, schema_pattern, table_pattern, role_name;  // empty = all
    Action action = Action::none;                                // none = off
    std::optional<std::int64_t> min_rows, min_bytes;
    std::string reason;
    std::optional<std::int64_t> expires_at;
};

// The setting that decides about a finding: of those that match and are not expired the most specific one. A rule that
// is off by default is switched on by its name, never by a row for all rules.
// Null when none matches and the registry decides.
[[nodiscard]] const RuleSetting *setting_for(const GuardFinding &finding, std::span<const RuleSetting> settings,
                                             const SessionFacts &session);

struct Verdict {
    Action action = Action::none;          // what rule_setting or the registry says
    const RuleSetting *setting = nullptr;  // whose action it is; null = the registry's
    DecidedBy by = DecidedBy::rule_default;
    std::optional<Outcome> outcome;  // empty: off, nothing is logged
    std::string reason;
};
[[nodiscard]] Verdict verdict_on(const GuardFinding &finding, std::span<const RuleSetting> settings,
                                 const SessionFacts &session);
// Why, in a sentence, with the rows that a more specific one has beaten.
[[nodiscard]] std::string explain(const Verdict &verdict, const GuardFinding &finding,
                                  std::span<const RuleSetting> settings, const SessionFacts &session);
// (rule drop-column, schema public, table orders)
[[nodiscard]] std::string describe(const RuleSetting &setting);

// Findings in, decisions out; findings whose rule is off vanish.
[[nodiscard]] std::vector<Decision> decide(std::vector<GuardFinding> findings, std::span<const RuleSetting> settings,
                                           const SessionFacts &session);

// The rules that can have a say: those that are on by default, and those that a row switches on by name.
[[nodiscard]] RuleSet rules_in_force(std::span<const RuleSetting> settings);

[[nodiscard]] std::optional<Mode> mode_from(std::string_view text) noexcept;

}  // namespace schema_audit::guard
