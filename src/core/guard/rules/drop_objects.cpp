// DROP of what others depend on: schemas, types, extensions, and whatever goes by CASCADE.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <array>

namespace schema_audit::guard {
namespace {

const DropObjects *drop_of(const DdlStatement &statement, std::string_view one, std::string_view other = {}) noexcept {
    const auto *drop = std::get_if<DropObjects>(&statement);
    return drop != nullptr && (drop->object_type == one || drop->object_type == other) ? drop : nullptr;
}

// What the other rules of this file do not tell.
bool drops_by_cascade(const DdlStatement &statement) noexcept {
    constexpr auto types =
        std::to_array<std::string_view>({"TABLE", "FOREIGN TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE"});
    const auto *drop = std::get_if<DropObjects>(&statement);
    return drop != nullptr && drop->cascade && std::ranges::find(types, drop->object_type) != types.end();
}

std::string listed(const std::vector<std::string> &items) {
    constexpr std::size_t most = 10;
    std::string text;
    for (std::size_t i = 0; i < items.size() && i < most; ++i) {
        text += (i == 0 ? "" : ", ") + items[i];
    }
    return items.size() > most ? text + format(" and {} more", items.size() - most) : text;
}

std::string count_of(const std::vector<std::string> &items) {
    return format("{} {}", items.size(), items.size() == 1 ? "object" : "objects");
}

std::string_view word_for(std::string_view object_type) noexcept {
    if (object_type == "SCHEMA") {
        return "schema";
    }
    if (object_type == "EXTENSION") {
        return "extension";
    }
    return object_type == "DOMAIN" ? "domain" : "type";
}

// A schema is its own scope for rule_setting.
GuardFinding finding_about(const ObjectFacts &object, std::string_view object_type) {
    GuardFinding finding;
    finding.object = object.identity;
    finding.object_type = word_for(object_type);
    finding.schema = object_type == "SCHEMA" ? object.name.name : object.name.schema;
    return finding;
}

// RESTRICT refuses what CASCADE would take along: the server itself says so.
std::vector<GuardFinding> judge_cascade(const Situation &situation) {
    const auto &drop = std::get<DropObjects>(situation.statement);
    std::vector<GuardFinding> findings;
    for (const ObjectFacts &object : situation.facts.objects) {
        if (!drop.cascade || object.dependents.empty()) {
            continue;
        }
        const TableFacts *relation = situation.facts.table(object.name);
        GuardFinding finding = relation != nullptr ? finding_on(*relation) : finding_about(object, drop.object_type);
        finding.message =
            format("CASCADE drops {} with it: {}", count_of(object.dependents), listed(object.dependents));
        finding.fix = format("/* drop these by name first */ DROP {} {};", drop.object_type, object.identity);
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<GuardFinding> judge_extension(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for (const ObjectFacts &object : situation.facts.objects) {
        const bool cascade = std::get<DropObjects>(situation.statement).cascade;
        if (!cascade && !object.dependents.empty()) {
            continue;  // the server refuses it
        }
        GuardFinding finding = finding_about(object, "EXTENSION");
        finding.message =
            object.dependents.empty()
                ? "Code that calls its functions fails from the commit on"
                : format("Code that calls its functions fails from the commit on, and CASCADE drops {}: {}",
                         count_of(object.dependents), listed(object.dependents));
        finding.fix = format(
            "/* see what it has first: */ SELECT pg_describe_object(classid, objid, objsubid) FROM pg_depend d "
            "JOIN pg_extension e ON d.refobjid = e.oid WHERE e.extname = {} AND d.deptype = 'e';",
            quote_literal(object.name.name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule drop_cascade{
    {"drop-cascade", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
     "DROP ... CASCADE of a relation on which others depend: they go with it", "drop what depends on it by name first"},
    false,
    [](const DdlStatement &statement) noexcept { return when(drops_by_cascade(statement), Need::objects); },
    judge_cascade};

const StatementRule drop_schema{
    {"drop-schema", Family::compatibility, Severity::error, Action::warn, "ddl_command_start",
     "DROP SCHEMA ... CASCADE of a schema that is not empty", "drop what it holds by name first"},
    false,
    [](const DdlStatement &statement) noexcept { return when(drop_of(statement, "SCHEMA") != nullptr, Need::objects); },
    judge_cascade};

const StatementRule drop_type{
    {"drop-type", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
     "DROP TYPE or DROP DOMAIN ... CASCADE of one that is used: columns go with it", "change what uses it first"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(drop_of(statement, "TYPE", "DOMAIN") != nullptr, Need::objects);
    },
    judge_cascade};

const StatementRule drop_extension{
    {"drop-extension", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
     "DROP EXTENSION: code that calls its functions fails", "see that nothing calls what it has"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(drop_of(statement, "EXTENSION") != nullptr, Need::objects);
    },
    judge_extension};

}  // namespace rules
}  // namespace schema_audit::guard
