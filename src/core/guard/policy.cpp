#include "core/guard/policy.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

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

bool on_by_default(std::string_view name) {
    const Rule *rule = find_rule(name);
    return rule == nullptr || rule->action != Action::none;
}

bool applies(const RuleSetting &setting, const GuardFinding &finding, const SessionFacts &session) {
    return (about_all_rules(setting) ? on_by_default(finding.rule) : setting.rule == finding.rule) &&
           matches(setting.schema_pattern, finding.schema) && matches(setting.table_pattern, finding.table) &&
           (matches(setting.role_name, session.current_user) || matches(setting.role_name, session.session_user)) &&
           big_enough(setting, finding.size) && (!setting.expires_at || *setting.expires_at > session.now);
}

// What the session makes of the policy's action.
void judge_in_session(Verdict &verdict, const GuardFinding &finding, const SessionFacts &session) {
    const auto decide_by = [&](DecidedBy by, Outcome outcome) {
        verdict.by = by;
        verdict.outcome = outcome;
    };
    if (verdict.action == Action::log) {
        verdict.outcome = Outcome::allowed;
    } else if (finding.filled_by_trigger) {
        decide_by(DecidedBy::trigger, Outcome::allowed);
    } else if (session.mode == Mode::log) {
        decide_by(DecidedBy::mode, Outcome::allowed);
    } else if (std::ranges::find(session.exempt_rules, finding.rule) != session.exempt_rules.end()) {
        decide_by(DecidedBy::exempt, Outcome::overridden);
        verdict.reason = session.exempt_reason;
    } else if (verdict.action == Action::warn) {
        verdict.outcome = Outcome::warned;
    } else if (session.mode == Mode::warn) {
        decide_by(DecidedBy::mode, Outcome::warned);
    } else if (!session.override_reason.empty()) {
        decide_by(DecidedBy::override_reason, Outcome::overridden);
        verdict.reason = session.override_reason;
    } else {
        verdict.outcome = Outcome::rejected;
    }
}

std::string_view word_for(Mode mode) noexcept {
    constexpr auto words = std::to_array<std::string_view>({"enforce", "warn", "log", "off"});
    return words.at(static_cast<std::size_t>(mode));
}

}  // namespace

const RuleSetting *setting_for(const GuardFinding &finding, std::span<const RuleSetting> settings,
                               const SessionFacts &session) {
    const RuleSetting *best = nullptr;
    for (const RuleSetting &setting : settings) {
        if (applies(setting, finding, session) && (best == nullptr || specificity(*best) < specificity(setting))) {
            best = &setting;
        }
    }
    return best;
}

std::string_view text_of(DecidedBy decider) noexcept {
    constexpr auto names =
        std::to_array<std::string_view>({"default", "size", "rule_setting", "trigger", "mode", "exempt", "override"});
    return names.at(static_cast<std::size_t>(decider));
}

Verdict verdict_on(const GuardFinding &finding, std::span<const RuleSetting> settings, const SessionFacts &session) {
    Verdict verdict;
    verdict.setting = setting_for(finding, settings, session);
    if (verdict.setting != nullptr) {
        verdict.by = DecidedBy::rule_setting;
        verdict.action = verdict.setting->action;
        verdict.reason = verdict.setting->reason;
    } else {
        const Rule *rule = find_rule(finding.rule);
        verdict.action = rule != nullptr ? rule->action : Action::log;
        if (verdict.action > Action::log && is_small(finding, session)) {
            verdict.by = DecidedBy::size;
            verdict.action = Action::log;
        }
    }
    if (session.mode == Mode::off) {
        verdict.by = DecidedBy::mode;
    } else if (verdict.action != Action::none) {
        judge_in_session(verdict, finding, session);
    }
    return verdict;
}

std::string describe(const RuleSetting &setting) {
    std::string text;
    const auto add = [&](std::string_view what, std::string_view value) {
        if (!value.empty()) {
            text += format("{}{} {}", text.empty() ? "" : ", ", what, value);
        }
    };
    add("rule", setting.rule);
    add("schema", setting.schema_pattern);
    add("table", setting.table_pattern);
    add("role", setting.role_name);
    add("min_rows", setting.min_rows ? format("{}", *setting.min_rows) : "");
    add("min_bytes", setting.min_bytes ? format("{}", *setting.min_bytes) : "");
    return text.empty() ? "(everything)" : "(" + text + ")";
}

std::string explain(const Verdict &verdict, const GuardFinding &finding, std::span<const RuleSetting> settings,
                    const SessionFacts &session) {
    std::string text;
    if (verdict.setting != nullptr) {
        text = format("row {} of schema_audit.rule_setting {} says {}", verdict.setting->id, describe(*verdict.setting),
                      text_of(verdict.action));
        std::string beaten;
        for (const RuleSetting &setting : settings) {
            if (&setting != verdict.setting && applies(setting, finding, session)) {
                beaten += format("{}{} {}", beaten.empty() ? "" : ", ", setting.id, describe(setting));
            }
        }
        text += beaten.empty() ? "" : "; less specific: " + beaten;
    } else if (verdict.by == DecidedBy::size) {
        text =
            "no row of schema_audit.rule_setting applies; the table is under schema_audit.min_rows and min_bytes, so "
            "it is only logged";
    } else {
        text = format("no row of schema_audit.rule_setting applies; the default of the rule is {}",
                      text_of(verdict.action));
    }
    switch (verdict.by) {
        case DecidedBy::trigger:
            return text + "; a trigger fills the column, so it is only logged";
        case DecidedBy::mode:
            return text + format("; the mode is {}", word_for(session.mode));
        case DecidedBy::exempt:
            return text + "; schema_audit.exempt names the rule";
        case DecidedBy::override_reason:
            return text + "; schema_audit.override lets it pass";
        default:
            return text;
    }
}

std::vector<Decision> decide(std::vector<GuardFinding> findings, std::span<const RuleSetting> settings,
                             const SessionFacts &session) {
    std::vector<Decision> decisions;
    for (GuardFinding &finding : findings) {
        Verdict verdict = verdict_on(finding, settings, session);
        if (!verdict.outcome) {
            continue;
        }
        Decision &decision = decisions.emplace_back();
        decision.outcome = *verdict.outcome;
        decision.reason = std::move(verdict.reason);
        decision.by = verdict.by;
        decision.setting_id = verdict.setting != nullptr ? verdict.setting->id : 0;
        decision.finding = std::move(finding);
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
