// CREATE DOMAIN with a constraint: every column of it costs a rewrite, every change of it a scan.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &create = std::get<CreateType>(situation.statement);
    GuardFinding finding;
    finding.schema = create.type.schema.empty() ? situation.facts.creation_schema : create.type.schema;
    finding.object = quote_qualified(finding.schema, create.type.name);
    finding.object_type = "type";
    finding.message =
        "ADD COLUMN of this domain writes the whole table anew, even without a default, and a change of its "
        "constraints reads every table that uses it";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule create_domain_with_constraint{
    {"create-domain-with-constraint", Family::type, Severity::info, Action::log, "ddl_command_start",
     "CREATE DOMAIN with NOT NULL or CHECK: columns of it are dear to add, its constraints dear to change",
     "a CHECK of the column"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *create = std::get_if<CreateType>(&statement);
        return when(create != nullptr && create->object_type == "DOMAIN" && create->constrained, Need::target);
    },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
