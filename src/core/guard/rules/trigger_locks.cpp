// CREATE TRIGGER, DROP TRIGGER, ENABLE and DISABLE TRIGGER: what they lock.
#include "core/guard/rules/hints.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

bool drops_trigger(const DdlStatement &statement) noexcept {
    const auto *drop = std::get_if<DropObjects>(&statement);
    return drop != nullptr && drop->object_type == "TRIGGER";
}

std::vector<GuardFinding> judge_create(const Situation &situation) {
    const TableFacts *table = situation.facts.table(std::get<CreateTrigger>(situation.statement).table);
    if (table == nullptr) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = "Waits for every write of the table and makes later ones wait (SHARE ROW EXCLUSIVE lock)";
    finding.fix = short_timeout;
    return {finding};
}

std::vector<GuardFinding> judge_drop(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for (const RelationName &name : std::get<DropObjects>(situation.statement).names) {
        const TableFacts *table = situation.facts.table(name);
        if (table == nullptr) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.message = "Waits for every query of the table and makes later ones wait (ACCESS EXCLUSIVE lock)";
        finding.fix = short_timeout;
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::string message_of(const ToggleTrigger &step) {
    constexpr std::string_view lock = "writes wait meanwhile (SHARE ROW EXCLUSIVE lock)";
    if (step.enable) {
        return format("The trigger has seen none of the rows written while it was disabled, and {}", lock);
    }
    return step.all ? format(
                          "Foreign keys are not checked and triggers do not run until they are enabled again, for "
                          "every session, and {}",
                          lock)
                    : format("What the trigger keeps is not kept until it is enabled again, for every session, and {}",
                             lock);
}

std::vector<GuardFinding> judge_toggle(const Situation &situation) {
    const auto &alter = std::get<AlterTable>(situation.statement);
    const TableFacts *table = situation.facts.table(alter.table);
    const std::vector<const ToggleTrigger *> steps = steps_of<ToggleTrigger>(situation.statement);
    if (table == nullptr || steps.empty()) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = message_of(*steps.front());
    // For the session alone: the superuser's way, which also takes no lock.
    finding.fix = steps.front()->enable
                      ? std::string(short_timeout)
                      : "BEGIN; SET LOCAL session_replication_role = replica; /* what must not fire it: this takes no "
                        "lock, and a superuser or GRANT SET ON PARAMETER */ COMMIT;";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule create_trigger_lock{
    {"create-trigger-lock", Family::lock, Severity::info, Action::log, "ddl_command_start",
     "CREATE TRIGGER: waits for the writes of the table, and later ones wait for it", "a short lock_timeout"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(std::holds_alternative<CreateTrigger>(statement), Need::facts);
    },
    judge_create};

const StatementRule drop_trigger_lock{
    {"drop-trigger-lock", Family::lock, Severity::info, Action::log, "ddl_command_start",
     "DROP TRIGGER: waits for the queries of the table, and later ones wait for it", "a short lock_timeout"},
    false,
    [](const DdlStatement &statement) noexcept { return when(drops_trigger(statement), Need::facts); },
    judge_drop};

const StatementRule toggle_trigger_lock{
    {"toggle-trigger-lock", Family::lock, Severity::warning, Action::warn, "ddl_command_start",
     "ENABLE or DISABLE TRIGGER: writes wait, and while it is disabled nothing does its work, in no session",
     "session_replication_role in the one transaction that must not fire it"},
    false,
    [](const DdlStatement &statement) noexcept { return when(has_step<ToggleTrigger>(statement), Need::facts); },
    judge_toggle};

}  // namespace rules
}  // namespace schema_audit::guard
