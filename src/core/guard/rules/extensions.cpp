// CREATE EXTENSION and ALTER EXTENSION … UPDATE.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

const CreateExtension *extension_of(const DdlStatement &statement, bool updates) noexcept {
    const auto *create = std::get_if<CreateExtension>(&statement);
    return create != nullptr && create->updates == updates ? create : nullptr;
}

std::vector<GuardFinding> judge_update(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for (const ObjectFacts &object : situation.facts.objects) {
        GuardFinding finding;
        finding.object = object.identity;
        finding.object_type = "extension";
        finding.message =
            "Its functions, operators and types change while code uses them, and there is no way back to the old "
            "version";
        finding.fix = format("SELECT * FROM pg_extension_update_paths({}) WHERE path IS NOT NULL;",
                             quote_literal(object.name.name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<GuardFinding> judge_create(const Situation &situation) {
    const auto &create = std::get<CreateExtension>(situation.statement);
    if (create.if_not_exists && !situation.facts.objects.empty()) {
        return {};
    }
    GuardFinding finding;
    finding.object = quote_identifier(create.name);
    finding.object_type = "extension";
    finding.message =
        "Every database that gets this migration needs the extension's files, in a version of its own, and a role that "
        "may create it";
    finding.fix = format("SELECT name, default_version FROM pg_available_extensions WHERE name = {};",
                         quote_literal(create.name));
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule update_extension{
    {"update-extension", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
     "ALTER EXTENSION ... UPDATE: what code uses changes, and there is no way back",
     "try it where nothing is lost first"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(extension_of(statement, true) != nullptr, Need::objects);
    },
    judge_update};

const StatementRule create_extension{
    {"create-extension", Family::privilege, Severity::info, Action::none, "ddl_command_start",
     "CREATE EXTENSION: needs files and rights that not every database has", "let operations create it"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(extension_of(statement, false) != nullptr, Need::objects);
    },
    judge_create};

}  // namespace rules
}  // namespace schema_audit::guard
