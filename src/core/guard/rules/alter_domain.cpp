// ALTER DOMAIN that reads every table with a column of the domain.
#include "core/guard/rules/alter_table.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

bool adds_check(const AlterDomain &alter) noexcept { return alter.adds_constraint && !alter.not_valid; }
bool sets_not_null(const AlterDomain &alter) noexcept { return alter.sets_not_null; }

Need needs(const DdlStatement &statement, bool (*wanted)(const AlterDomain &) noexcept) noexcept {
    const auto *alter = std::get_if<AlterDomain>(&statement);
    return when(alter != nullptr && wanted(*alter), Need::size | Need::columns);
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

// The columns are made NOT NULL, as far as their type tells that they are of the domain.
std::string columns_instead(const Situation &situation) {
    const std::string &domain = std::get<AlterDomain>(situation.statement).domain.name;
    std::string text;
    for (const StatementFacts::Known &user : situation.facts.tables) {
        for (const NamedColumn &column : user.facts.column_facts) {
            const std::size_t at = column.type.rfind('.');
            if (column.type.substr(at == std::string::npos ? 0 : at + 1) == quote_identifier(domain)) {
                text += not_null_steps(user.facts, column.name, situation.session.server_version) + " ";
            }
        }
    }
    return text;
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
        const auto &alter = std::get<AlterDomain>(situation.statement);
        const std::string name =
            quote_identifier(alter.constraint.empty() ? alter.domain.name + "_check" : alter.constraint);
        return judge(situation,
                     format("ALTER DOMAIN {0} ADD CONSTRAINT {1} CHECK ({2}) NOT VALID; {3}ALTER DOMAIN {0} VALIDATE "
                            "CONSTRAINT {1};",
                            domain_name(alter), name,
                            or_placeholder(situation.facts.texts.get().domain_condition, "<condition>"), later));
    }};

const StatementRule alter_domain_not_null{
    {"alter-domain-not-null", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "ALTER DOMAIN ... SET NOT NULL: every table with a column of the domain is read, and there is no NOT VALID",
     "make the columns NOT NULL, each by a validated check"},
    false,
    [](const DdlStatement &statement) noexcept { return needs(statement, sets_not_null); },
    [](const Situation &situation) { return judge(situation, columns_instead(situation)); }};

}  // namespace rules
}  // namespace schema_audit::guard
