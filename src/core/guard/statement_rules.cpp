#include "core/guard/statement_rules.hpp"

#include <algorithm>
#include <array>

namespace schema_audit::guard {
namespace {

constexpr auto listed = std::to_array<const StatementRule *>({
#define RULE(name) &rules::name,
#include "core/guard/rules/list.inc"
#undef RULE
});

}  // namespace

std::span<const StatementRule *const> statement_rules() noexcept { return listed; }

Need needs_of(const DdlStatement &statement) noexcept {
    Need needs = Need::none;
    for (const StatementRule *rule : listed) {
        needs = needs | rule->needs(statement);
    }
    return needs;
}

std::vector<GuardFinding> judge_statement(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for (const StatementRule *rule : listed) {
        if (rule->needs(situation.statement) == Need::none) {
            continue;
        }
        for (GuardFinding &finding : rule->judge(situation)) {
            finding.rule = rule->rule.name;
            finding.by_size = rule->by_size;
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

GuardFinding finding_on(const TableFacts &table) {
    GuardFinding finding;
    finding.schema = table.schema;
    finding.table = table.name;
    finding.size = table.size;
    finding.object_type = word_of(table.kind);
    return finding;
}

GuardFinding finding_on(const TableFacts &table, std::string_view column, std::string_view type) {
    GuardFinding finding = finding_on(table);
    finding.column = column;
    finding.type = type;
    finding.object_type = "table column";
    return finding;
}

std::string_view word_of(RelationKind kind) noexcept {
    constexpr auto words =
        std::to_array<std::string_view>({"table", "table", "foreign table", "view", "materialized view", "index",
                                         "index", "sequence", "composite type", "relation"});
    return words.at(static_cast<std::size_t>(kind));
}

}  // namespace schema_audit::guard
