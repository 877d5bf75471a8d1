// Renames of a schema and of a value of an enum type.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

std::vector<GuardFinding> judge_schema(const Situation &situation) {
    const auto &rename = std::get<Rename>(situation.statement);
    std::vector<GuardFinding> findings;
    for (const ObjectFacts &object : situation.facts.objects) {
        if (object.dependents.empty()) {
            continue;  // nothing in it to be named
        }
        GuardFinding finding;
        finding.object = object.identity;
        finding.object_type = "schema";
        finding.schema = rename.object.name;
        finding.message = format(
            "Code that names the schema, in a statement or in search_path, fails from the commit on, since it is {} "
            "then",
            quote_identifier(rename.to));
        finding.fix =
            "/* let code find the objects by search_path with both names first; rename it when none names the old one "
            "*/";
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<GuardFinding> judge_enum(const Situation &situation) {
    const auto &alter = std::get<AlterEnum>(situation.statement);
    std::vector<GuardFinding> findings;
    for (const ObjectFacts &object : situation.facts.objects) {
        if (object.dependents.empty()) {
            continue;  // nothing uses the type
        }
        GuardFinding finding;
        finding.object = object.identity;
        finding.object_type = "type";
        finding.schema = alter.type.schema;
        finding.message = format("Code that reads or writes {} fails from the commit on, and all who hold it get {}",
                                 quote_literal(alter.value), quote_literal(alter.to));
        finding.fix = format(
            "ALTER TYPE {} ADD VALUE {}; /* then write the new one, update the rows, and leave the old one unused */",
            object.identity, quote_literal(alter.to));
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule rename_schema{
    {"rename-schema", Family::compatibility, Severity::error, Action::warn, "ddl_command_start",
     "ALTER SCHEMA ... RENAME of a schema that holds something: code that names it fails",
     "let code find its objects by search_path with both names first"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *rename = std::get_if<Rename>(&statement);
        return when(rename != nullptr && rename->object_type == "SCHEMA", Need::objects);
    },
    judge_schema};

const StatementRule rename_enum_value{
    {"rename-enum-value", Family::compatibility, Severity::error, Action::warn, "ddl_command_start",
     "ALTER TYPE ... RENAME VALUE of a type that is used: code that knows the old label fails",
     "add a value, write that, update the rows"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *alter = std::get_if<AlterEnum>(&statement);
        return when(alter != nullptr && alter->renames, Need::objects);
    },
    judge_enum};

}  // namespace rules
}  // namespace schema_audit::guard
