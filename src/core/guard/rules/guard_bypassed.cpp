// Sessions to come that the guard would not hold: stored settings, and the right to set them.
#include "core/guard/statement_rules.hpp"
#include "core/guard/stored_settings.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    if (const auto *store = std::get_if<StoreSetting>(&statement)) {
        return when(!store->resets && bypass_by(store->name) != Bypass::none, Need::objects);
    }
    const auto *grant = std::get_if<GrantSetting>(&statement);
    const auto matters = [](const std::string &name) { return bypass_by(name) != Bypass::none; };
    return when(grant != nullptr && std::ranges::any_of(grant->settings, matters), Need::objects);
}

GuardFinding finding_about(const std::string &setting) {
    GuardFinding finding;
    finding.object = setting;
    finding.object_type = "setting";
    return finding;
}

std::vector<GuardFinding> judge_store(const StoreSetting &store, Mode mode) {
    const Bypass bypass = bypass_by(store.name, store.value, mode);
    // event_triggers is a rule of its own.
    if (bypass == Bypass::none || bypass == Bypass::all_triggers) {
        return {};
    }
    GuardFinding finding = finding_about(store.name);
    const bool system = store.scope == "SYSTEM";
    finding.message =
        format("In {} {}", system ? "all sessions" : format("sessions of {}", store.scope), effect_of(bypass));
    finding.fix = format("ALTER {} RESET {}; /* and set it in the session that needs it */", store.scope, store.name);
    return {finding};
}

std::vector<GuardFinding> judge_grant(const GrantSetting &grant) {
    std::string roles;
    for (const std::string &role : grant.roles) {
        roles += (roles.empty() ? "" : ", ") + role;
    }
    std::vector<GuardFinding> findings;
    for (const std::string &setting : grant.settings) {
        const Bypass bypass = bypass_by(setting);
        // The right to override is given on purpose, and each use is logged with its reason.
        if (bypass == Bypass::none || bypass == Bypass::override_) {
            continue;
        }
        GuardFinding finding = finding_about(setting);
        finding.message = format("With it {} may bring about that {}", roles, effect_of(bypass));
        finding.fix =
            format("GRANT SET ON PARAMETER schema_audit.override TO {}; /* lets them pass with a reason */", roles);
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<GuardFinding> judge(const Situation &situation) {
    // Where the guard is not enabled there is nothing to get around.
    if (situation.facts.objects.empty()) {
        return {};
    }
    const auto *store = std::get_if<StoreSetting>(&situation.statement);
    return store != nullptr ? judge_store(*store, situation.session.mode)
                            : judge_grant(std::get<GrantSetting>(situation.statement));
}

}  // namespace

namespace rules {

const StatementRule guard_bypassed{
    {"guard-bypassed", Family::guard, Severity::warning, Action::warn, "utility hook, audit",
     "a setting that is stored for a role, a database or the server, or the right to set it, gets around the guard",
     "reset or revoke it, and use schema_audit.override, which is logged"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
