#include "core/rule/migration.hpp"

#include "core/rule/rule.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <array>

namespace schema_audit {
namespace {

using Status = MigrationState::Status;

struct Case {
    Status status;
    std::string_view word, rule, said;
    bool expected, actual;  // which side of the finding names it
};

constexpr auto cases = std::to_array<Case>({
    {Status::pending, "pending", "pending-migration", "is expected by the model and not applied", true, false},
    {Status::failed, "failed", "failed-migration", "has failed or was left half done", true, true},
    {Status::unknown, "unknown", "unknown-migration", "is applied and not known to the model", false, true},
    {Status::unreadable, "unreadable", "unreadable-ledger",
     "may be applied or not: the table in which that is written cannot be read", false, false},
});

// What applies it, where the tool has one command for it.
std::string command_for(const MigrationState &migration) {
    if (migration.tool == "django" && !migration.app.empty()) {
        return format("python manage.py migrate {} {}", migration.app, migration.name);
    }
    struct Command {
        std::string_view tool, text;
    };
    constexpr auto commands = std::to_array<Command>({{"alembic", "alembic upgrade head"},
                                                      {"rails", "bin/rails db:migrate"},
                                                      {"flyway", "flyway migrate"},
                                                      {"prisma", "npx prisma migrate deploy"},
                                                      {"dbmate", "dbmate up"},
                                                      {"liquibase", "liquibase update"}});
    const auto *const found = std::ranges::find(commands, migration.tool, &Command::tool);
    return found != commands.end() ? std::string(found->text) : std::string();
}

Finding finding_about(const MigrationState &migration) {
    const Case &found = *std::ranges::find(cases, migration.status, &Case::status);
    const std::string label = migration.app.empty() ? migration.name : migration.app + "." + migration.name;
    Finding finding;
    finding.severity = find_rule(found.rule)->severity;
    finding.rule = found.rule;
    finding.object_type = "migration";
    finding.object_name = label;
    finding.expected = found.expected ? label : "";
    finding.actual = found.actual ? label : "";
    finding.message = format("migration {} of {} {}", label, migration.tool, found.said);
    finding.fix = migration.status == Status::pending ? command_for(migration) : std::string();
    finding.model = migration.model;
    finding.app = migration.app;
    finding.key = format("{}:{}:{}", found.rule, migration.tool, label);
    return finding;
}

}  // namespace

bool status_from(std::string_view word, MigrationState::Status &status) noexcept {
    const auto *const found = std::ranges::find(cases, word, &Case::word);
    if (found == cases.end()) {
        return false;
    }
    status = found->status;
    return true;
}

std::vector<Finding> migration_findings(std::span<const MigrationState> migrations) {
    std::vector<Finding> findings;
    for (const MigrationState &migration : migrations) {
        findings.push_back(finding_about(migration));
    }
    return findings;
}

}  // namespace schema_audit
