// What would leave the guard enabled in name only: its event triggers dropped, renamed or put to sleep, all event
// triggers switched off, the extension taken away under it.
#include "core/guard/event_trigger_names.hpp"
#include "core/guard/statement_rules.hpp"
#include "core/guard/stored_settings.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

bool puts_to_sleep(AlterEventTrigger::Change change) noexcept {
    using Change = AlterEventTrigger::Change;
    return change != Change::enable_always && change != Change::other;
}

bool switches_all_off(const DdlStatement &statement) noexcept {
    if (const auto *set = std::get_if<SetVariable>(&statement)) {
        return set->name == "event_triggers" && is_false(set->value);
    }
    const auto *store = std::get_if<StoreSetting>(&statement);
    return store != nullptr && store->name == "event_triggers" && is_false(store->value);
}

bool tampers(const DdlStatement &statement) noexcept {
    if (const auto *drop = std::get_if<DropGlobal>(&statement)) {
        return drop->object_type == "EVENT TRIGGER" && std::ranges::any_of(drop->names, is_guard_trigger);
    }
    if (const auto *alter = std::get_if<AlterEventTrigger>(&statement)) {
        return is_guard_trigger(alter->name) && puts_to_sleep(alter->change);
    }
    const auto *extension = std::get_if<DropThisExtension>(&statement);
    return (extension != nullptr && extension->cascade) || switches_all_off(statement);
}

GuardFinding finding_about(std::string object, std::string_view type) {
    GuardFinding finding;
    finding.object = std::move(object);
    finding.object_type = type;
    finding.message = "Commands that are unsafe would run and be told to nobody";
    finding.fix = "SELECT schema_audit.disable(); /* switches the guard off */";
    return finding;
}

GuardFinding finding_on_trigger(const DdlStatement &statement, const std::string &identity) {
    GuardFinding finding = finding_about(identity, "event trigger");
    const auto *alter = std::get_if<AlterEventTrigger>(&statement);
    using Change = AlterEventTrigger::Change;
    if (alter != nullptr && (alter->change == Change::enable || alter->change == Change::enable_replica)) {
        finding.message = alter->change == Change::enable
                              ? "With session_replication_role = replica the guard would see nothing"
                              : "The guard would see nothing but where session_replication_role = replica";
        finding.fix = format("ALTER EVENT TRIGGER {} ENABLE ALWAYS;", identity);
    }
    return finding;
}

std::vector<GuardFinding> judge(const Situation &situation) {
    std::vector<GuardFinding> findings;
    // Where the guard is not enabled there is nothing to tamper with.
    const std::vector<ObjectFacts> &triggers = situation.facts.objects;
    if (triggers.empty()) {
        return findings;
    }
    if (std::holds_alternative<DropThisExtension>(situation.statement)) {
        findings.push_back(finding_about("schema_audit", "extension"));
        findings.back().message = "The guard, its log and all models are dropped with it";
        findings.back().fix = "SELECT schema_audit.disable(); DROP EXTENSION schema_audit;";
    } else if (switches_all_off(situation.statement)) {
        findings.push_back(finding_about("event_triggers", "setting"));
        findings.back().fix = "SET schema_audit.override = 'why'; /* lets unsafe commands pass, and logs them */";
    } else {
        for (const ObjectFacts &trigger : triggers) {
            if (is_guard_trigger(trigger.name.name)) {
                findings.push_back(finding_on_trigger(situation.statement, trigger.identity));
            }
        }
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule event_trigger_or_hook_tampering{
    {"event-trigger-or-hook-tampering", Family::guard, Severity::error, Action::reject, "utility hook",
     "an event trigger of the guard is dropped, renamed or put to sleep, event triggers are switched off, or DROP "
     "EXTENSION schema_audit CASCADE takes the guard away",
     "SELECT schema_audit.disable()"},
    false,
    [](const DdlStatement &statement) noexcept { return when(tampers(statement), Need::objects); },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
