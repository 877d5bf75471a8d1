// DROP of what the whole server has: databases, roles, tablespaces.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

Need needs_of_drop(const DdlStatement &statement, std::string_view object_type) noexcept {
    const auto *drop = std::get_if<DropGlobal>(&statement);
    return when(drop != nullptr && drop->object_type == object_type, Need::objects);
}

// `@` in the fix stands for the name.
std::vector<GuardFinding> judge(const Situation &situation, std::string_view object_type, std::string_view message,
                                std::string_view fix) {
    const std::size_t place = fix.find('@');
    std::vector<GuardFinding> findings;
    for (const ObjectFacts &object : situation.facts.objects) {
        GuardFinding finding;
        finding.object = object.identity;
        finding.object_type = object_type;
        finding.message = message;
        finding.fix = format("{}{}{}", fix.substr(0, place), object.identity, fix.substr(place + 1));
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule drop_database{
    {"drop-database", Family::compatibility, Severity::error, Action::warn, "utility hook",
     "DROP DATABASE: all that it holds is lost", "keep it without connections until nobody has missed it"},
    false,
    [](const DdlStatement &statement) noexcept { return needs_of_drop(statement, "DATABASE"); },
    [](const Situation &situation) {
        return judge(situation, "database", "All that it holds is lost",
                     "ALTER DATABASE @ ALLOW_CONNECTIONS false; /* and drop it when nobody has missed it */");
    }};

const StatementRule drop_role{
    {"drop-role", Family::compatibility, Severity::warning, Action::warn, "utility hook",
     "DROP ROLE: what logs in as it fails, and what its members have through it is gone",
     "take its LOGIN until nobody has missed it"},
    false,
    [](const DdlStatement &statement) noexcept { return needs_of_drop(statement, "ROLE"); },
    [](const Situation &situation) {
        return judge(situation, "role", "What logs in as it fails, and its members lose what they have through it",
                     "ALTER ROLE @ NOLOGIN; /* and drop it when nobody has missed it */");
    }};

const StatementRule drop_tablespace{
    {"drop-tablespace", Family::compatibility, Severity::warning, Action::warn, "utility hook",
     "DROP TABLESPACE: commands and settings that name it fail", "see who names it first"},
    false,
    [](const DdlStatement &statement) noexcept { return needs_of_drop(statement, "TABLESPACE"); },
    [](const Situation &situation) {
        return judge(situation, "tablespace", "Commands and settings that name it fail from now on",
                     "/* first see that no setting names @: */ SELECT setrole::regrole, setconfig "
                     "FROM pg_db_role_setting; SHOW default_tablespace; SHOW temp_tablespaces;");
    }};

}  // namespace rules
}  // namespace schema_audit::guard
