#include "core/compare/guard_state.hpp"

#include "core/guard/event_trigger_names.hpp"
#include "core/guard/stored_settings.hpp"
#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <array>

namespace schema_audit {
namespace {

using guard::Bypass;
using guard::bypass_by;

constexpr std::string_view not_armed = "guard-not-armed";
constexpr std::string_view bypassed = "guard-bypassed";

std::string_view text_of_mode(guard::Mode mode) noexcept {
    constexpr auto names = std::to_array<std::string_view>({"enforce", "warn", "log", "off"});
    return names.at(static_cast<std::size_t>(mode));
}

class Judge {
public:
    explicit Judge(const GuardState &state) : state_(state), mode_(state.mode.value_or(guard::Mode::enforce)) {}

    std::vector<Finding> run() {
        // disable() takes both away.
        if (!state_.mode && state_.triggers.empty()) {
            return {};
        }
        judge_row();
        judge_triggers();
        judge_preload();
        judge_session();
        for (const GuardState::StoredSetting &setting : state_.settings) {
            judge_setting(setting);
        }
        for (const GuardState::Grant &grant : state_.grants) {
            judge_grant(grant);
        }
        return std::move(findings_);
    }

private:
    Finding &add(std::string_view rule, Severity severity, std::string_view type, std::string object) {
        Finding &finding = findings_.emplace_back();
        finding.rule = rule;
        finding.severity = severity;
        finding.object_type = type;
        finding.object_name = std::move(object);
        finding.key = finding_key(finding);
        return finding;
    }

    [[nodiscard]] std::string enable() const {
        return format("SELECT schema_audit.enable('{}');", text_of_mode(mode_));
    }

    void judge_row() {
        if (!state_.mode) {
            Finding &finding = add(not_armed, Severity::warning, "table", "schema_audit.guard");
            finding.message =
                "schema_audit.guard has lost its row: the event triggers enforce, and commands that fire none are not "
                "judged";
            finding.fix = enable();
        }
    }

    void judge_triggers() {
        for (const guard::EventTriggerName &expected : guard::event_triggers) {
            const auto found = std::ranges::find(state_.triggers, expected.name, &GuardState::Trigger::name);
            if (found == state_.triggers.end()) {
                Finding &finding = add(not_armed, Severity::error, "event trigger", std::string(expected.name));
                finding.expected = "ENABLE ALWAYS";
                finding.message =
                    format("event trigger {} is not there: the guard is blind to {}", expected.name, expected.event);
                finding.fix = enable();
            } else {
                judge_trigger(*found);
            }
        }
    }

    void judge_trigger(const GuardState::Trigger &trigger) {
        const std::string name = quote_identifier(trigger.name);
        if (!trigger.ours) {
            Finding &finding = add(not_armed, Severity::error, "event trigger", trigger.name);
            finding.message = format("event trigger {} does not run the function of the guard", name);
            finding.fix = format("DROP EVENT TRIGGER {}; {}", name, enable());
        } else if (trigger.enabled != 'A') {
            Finding &finding = add(not_armed, trigger.enabled == 'O' ? Severity::warning : Severity::error,
                                   "event trigger", trigger.name);
            finding.expected = "ENABLE ALWAYS";
            finding.actual = trigger.enabled == 'O' ? "ENABLE" : trigger.enabled == 'R' ? "ENABLE REPLICA" : "DISABLE";
            finding.message =
                trigger.enabled == 'O'
                    ? format("event trigger {} sleeps in sessions with session_replication_role = replica", name)
                    : format("event trigger {} does not fire{}", name,
                             trigger.enabled == 'R' ? " but with session_replication_role = replica" : "");
            finding.fix = format("ALTER EVENT TRIGGER {} ENABLE ALWAYS;", name);
        }
    }

    void judge_preload() {
        if (state_.expects_preload && !state_.preloaded) {
            Finding &finding = add(not_armed, Severity::error, "setting", "shared_preload_libraries");
            finding.expected = "schema_audit";
            finding.message =
                "the library was preloaded when the guard was enabled, and is not any more: commands that fire no "
                "event "
                "trigger pass unseen in sessions that have not loaded it";
            finding.fix = format(
                "Name schema_audit in shared_preload_libraries and restart the server; or accept it: {}", enable());
        }
    }

    void judge_session() {
        if (!state_.event_triggers_on) {
            Finding &finding = add(bypassed, Severity::warning, "setting", "event_triggers");
            finding.expected = "on";
            finding.actual = "off";
            finding.message =
                format("in this session, and whoever has it like this, {}", guard::effect_of(Bypass::all_triggers));
            finding.fix =
                "RESET event_triggers; or look where it comes from: SELECT source, sourcefile FROM "
                "pg_settings WHERE name = 'event_triggers';";
        }
        const bool stored = std::ranges::any_of(state_.settings, [](const GuardState::StoredSetting &setting) {
            return bypass_by(setting.name) == Bypass::mode;
        });
        if (state_.session_mode && *state_.session_mode > mode_ && !stored) {
            Finding &finding = add(bypassed, Severity::warning, "setting", "schema_audit.mode");
            finding.expected = text_of_mode(mode_);
            finding.actual = text_of_mode(*state_.session_mode);
            finding.message =
                format("in this session, and whoever has it like this, {}", guard::effect_of(Bypass::mode));
            finding.fix =
                "RESET schema_audit.mode; or look where it comes from: SELECT source, sourcefile FROM "
                "pg_settings WHERE name = 'schema_audit.mode';";
        }
    }

    [[nodiscard]] bool all_always() const {
        return std::ranges::all_of(state_.triggers, [](const auto &trigger) { return trigger.enabled == 'A'; });
    }

    void judge_setting(const GuardState::StoredSetting &setting) {
        const Bypass bypass = bypass_by(setting.name, setting.value, mode_);
        if (bypass == Bypass::none) {
            judge_weak_setting(setting);
            return;
        }
        // The guard is awake all the same.
        const bool harmless = bypass == Bypass::replica && all_always();
        Finding &finding = add(bypassed, harmless ? Severity::info : Severity::warning, "setting",
                               format("{} of {}", setting.name, setting.scope));
        finding.actual = setting.value;
        finding.message = format("{} is {} for sessions of {}: {}", setting.name, quote_literal(setting.value),
                                 setting.scope, effect(bypass));
        finding.fix = reset(setting);
    }

    [[nodiscard]] std::string_view effect(Bypass bypass) const {
        return bypass == Bypass::replica && !all_always() ? "the guard does not see them" : guard::effect_of(bypass);
    }

    // Stricter than the database: but whoever connects may send another value before the library is loaded, and then
    // neither of them holds.
    void judge_weak_setting(const GuardState::StoredSetting &setting) {
        const Bypass bypass = bypass_by(setting.name);
        const bool ours = bypass == Bypass::mode || bypass == Bypass::thresholds;
        if (!ours || state_.preloaded || (bypass == Bypass::mode && setting.value == text_of_mode(mode_))) {
            return;
        }
        Finding &finding = add(bypassed, Severity::warning, "setting", format("{} of {}", setting.name, setting.scope));
        finding.actual = setting.value;
        finding.message = format(
            "{} is {} for sessions of {}: while the library is not preloaded, any of them escapes by sending another "
            "value when it connects (PGOPTIONS)",
            setting.name, quote_literal(setting.value), setting.scope);
        finding.fix = bypass == Bypass::mode
                          ? format("SELECT schema_audit.enable('{}'); {}", setting.value, reset(setting))
                          : "Name schema_audit in shared_preload_libraries and restart the server.";
    }

    static std::string reset(const GuardState::StoredSetting &setting) {
        return format("ALTER {} RESET {};", setting.scope, setting.name);
    }

    void judge_grant(const GuardState::Grant &grant) {
        const Bypass bypass = bypass_by(grant.setting);
        if (bypass == Bypass::none) {
            return;
        }
        const bool known = bypass == Bypass::override_ || (bypass == Bypass::replica && all_always());
        Finding &finding = add(bypassed, known ? Severity::info : Severity::warning, "setting",
                               format("{} by {}", grant.setting, grant.role));
        finding.message = format("{} may set {}: {}", grant.role, grant.setting, effect(bypass));
        finding.fix = format("REVOKE ALL ON PARAMETER {} FROM {};", grant.setting, grant.role);
    }

    const GuardState &state_;
    guard::Mode mode_;
    std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> judge_guard(const GuardState &state) { return Judge(state).run(); }

std::string text_of(const GuardState &state) {
    std::string text;
    const auto add = [&](std::string_view item) { (text += std::to_string(item.size()) + ":") += item; };
    const auto add_mode = [&](const std::optional<guard::Mode> &mode) { add(mode ? text_of_mode(*mode) : ""); };
    add_mode(state.mode);
    add_mode(state.session_mode);
    add(state.expects_preload ? "expects" : "");
    add(state.preloaded ? "preloaded" : "");
    add(state.event_triggers_on ? "" : "off");
    for (const GuardState::Trigger &trigger : state.triggers) {
        add(trigger.name);
        add({&trigger.enabled, 1});
        add(trigger.ours ? "ours" : "");
    }
    for (const GuardState::StoredSetting &setting : state.settings) {
        add(setting.scope);
        add(setting.name);
        add(setting.value);
    }
    for (const GuardState::Grant &grant : state.grants) {
        add(grant.setting);
        add(grant.role);
    }
    return text;
}

}  // namespace schema_audit
