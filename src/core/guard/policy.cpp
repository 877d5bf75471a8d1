#include "core/guard/policy.hpp"

#include "core/schema/identifier.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace schema_audit::guard {
namespace {

bool matches(const std::string &pattern, std::string_view text) { return pattern.empty() || like(text, pattern); }

// 0 = all, 1 = a pattern, 2 = one name.
int precision(const std::string &pattern) {
    if (pattern.empty() || pattern == "%") {
        return 0;
    }
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '%' || pattern[i] == '_') {
            return 1;
        }
        i += pattern[i] == '\\' ? 1 : 0;  // the next one stands for itself
    }
    return 2;
}

// Like precision(), but a table name with an underscore is more than any wildcard: the longer, the closer.
auto closeness(const std::string &pattern) { return std::tuple(precision(pattern), pattern.size()); }

bool big_enough(const RuleSetting &setting, const TableSize &size) {
    if (!setting.min_rows && !setting.min_bytes) {
        return true;
    }
    const bool empty = size.seen == RowsSeen::none;
    return (setting.min_rows && !empty && size.rows >= *setting.min_rows) ||
           (setting.min_bytes && size.bytes >= *setting.min_bytes);
}

bool about_all_rules(const RuleSetting &setting) { return setting.rule.empty() || setting.rule == "%"; }

auto specificity(const RuleSetting &setting) {
    return std::tuple(closeness(setting.table_pattern), closeness(setting.schema_pattern), precision(setting.rule),
                      closeness(setting.role_name), setting.min_bytes.value_or(-1), setting.min_rows.value_or(-1),
                      setting.action);
}

// What is unsafe because of its size is harmless on a small table.
bool is_small(const GuardFinding &finding, const SessionFacts &session) {
    const TableSize &size = finding.size;
    return finding.by_size && !size.assumed &&
           (size.empty() || (size.rows < session.min_rows && size.bytes < session.min_bytes));
}

Outcome outcome_of(Action action, const SessionFacts &session) {
    if (session.mode == Mode::log || action == Action::log) {
        return Outcome::allowed;
    }
    if (action == Action::warn || session.mode == Mode::warn) {
        return Outcome::warned;
    }
    return session.override_reason.empty() ? Outcome::rejected : Outcome::overridden;
}

}  // namespace

const RuleSetting *setting_for(const GuardFinding &finding, std::span<const RuleSetting> settings,
                               const SessionFacts &session) {
    const RuleSetting *best = nullptr;
    const Rule *rule = find_rule(finding.rule);
    const bool on_by_default = rule == nullptr || rule->action != Action::none;
    for (const RuleSetting &setting : settings) {
        const bool applies =
            (about_all_rules(setting) ? on_by_default : setting.rule == finding.rule) &&
            matches(setting.schema_pattern, finding.schema) && matches(setting.table_pattern, finding.table) &&
            (matches(setting.role_name, session.current_user) || matches(setting.role_name, session.session_user)) &&
            big_enough(setting, finding.size) && (!setting.expires_at || *setting.expires_at > session.now);
        if (applies && (best == nullptr || specificity(*best) < specificity(setting))) {
            best = &setting;
        }
    }
    return best;
}

std::vector<Decision> decide(std::vector<GuardFinding> findings, std::span<const RuleSetting> settings,
                             const SessionFacts &session) {
    std::vector<Decision> decisions;
    if (session.mode == Mode::off) {
        return decisions;
    }
    for (GuardFinding &finding : findings) {
        Decision decision;
        const RuleSetting *setting = setting_for(finding, settings, session);
        const Rule *rule = find_rule(finding.rule);
        Action action = setting != nullptr ? setting->action : (rule != nullptr ? rule->action : Action::log);
        if (setting == nullptr && action > Action::log && is_small(finding, session)) {
            action = Action::log;
        }
        if (finding.filled_by_trigger) {
            // Worth a line in the log, as long as nobody switched the rule off.
            if (action == Action::none) {
                continue;
            }
            decision.outcome = Outcome::allowed;
        } else {
            if (action == Action::none) {
                continue;
            }
            decision.outcome = outcome_of(action, session);
        }
        if (decision.outcome == Outcome::overridden) {
            decision.reason = session.override_reason;
        } else if (setting != nullptr) {
            decision.reason = setting->reason;
        }
        decision.finding = std::move(finding);
        decisions.push_back(std::move(decision));
    }
    return decisions;
}

RuleSet rules_in_force(std::span<const RuleSetting> settings) {
    RuleSet rules = rules_on_by_default();
    for (const RuleSetting &setting : settings) {
        if (setting.action != Action::none && !about_all_rules(setting)) {
            switch_on(rules, setting.rule);
        }
    }
    return rules;
}

std::optional<Mode> mode_from(std::string_view text) noexcept {
    constexpr auto names = std::to_array<std::string_view>({"enforce", "warn", "log", "off"});
    const auto *found = std::ranges::find(names, text);
    return found == names.end() ? std::nullopt : std::optional(static_cast<Mode>(found - names.begin()));
}

}  // namespace schema_audit::guard
