// ALTER DOMAIN that reads every table with a column of the domain.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

bool adds_check(const AlterDomain &alter) noexcept { return alter.adds_constraint && !alter.not_valid; }
bool sets_not_null(const AlterDomain &alter) noexcept { return alter.sets_not_null; }

Need needs(const DdlStatement &statement, bool (*wanted)(const AlterDomain &) noexcept) noexcept {
    const auto *alter = std::get_if<AlterDomain>(&statement);
    return when(alter != nullptr && wanted(*alter), Need::size);
}

std::string domain_name(const AlterDomain &alter) {
    return alter.domain.schema.empty() ? quote_identifier(alter.domain.name)
                                       : quote_qualified(alter.domain.schema, alter.domain.name);
}

std::vector<GuardFinding> judge(const Situation &situation, const std::string &fix) {
    std::vector<GuardFinding> findings;
    for (const StatementFacts::Known &user : situation.facts.tables) {
        if (user.facts.size.empty()) {
            continue;
        }
        GuardFinding finding = finding_on(user.facts);
        finding.message =
            format("It has columns of domain {}: every row is checked while nobody can write (SHARE lock)",
                   domain_name(std::get<AlterDomain>(situation.statement)));
        finding.fix = findings.empty() ? fix : "";
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule alter_domain_add_constraint{
    {"alter-domain-add-constraint", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "ALTER DOMAIN ... ADD CHECK without NOT VALID: every table with a column of the domain is read",
     "ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in a later transaction"},
    true,
    [](const DdlStatement &statement) noexcept { return needs(statement, adds_check); },
    [](const Situation &situation) {
        return judge(situation, format("ALTER DOMAIN {0} ADD CONSTRAINT ... CHECK (...) NOT VALID; in a later "
                                       "transaction: ALTER DOMAIN {0} VALIDATE CONSTRAINT ...;",
                                       domain_name(std::get<AlterDomain>(situation.statement))));
    }};

const StatementRule alter_domain_not_null{
    {"alter-domain-not-null", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "ALTER DOMAIN ... SET NOT NULL: every table with a column of the domain is read, and there is no NOT VALID",
     "make the columns NOT NULL, each by a validated check"},
    false,
    [](const DdlStatement &statement) noexcept { return needs(statement, sets_not_null); },
    [](const Situation &situation) {
        return judge(situation,
                     "Make the columns NOT NULL instead, each by a CHECK (... IS NOT NULL) NOT VALID that is validated "
                     "in a later transaction.");
    }};

}  // namespace rules
}  // namespace schema_audit::guard
