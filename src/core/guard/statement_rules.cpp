#include "core/guard/statement_rules.hpp"

#include <algorithm>
#include <array>

namespace schema_audit::guard {
namespace {

constexpr auto listed = std::to_array<const StatementRule *>({
#define RULE(name, ...) &rules::name,
#include "core/guard/rules/list.inc"
#undef RULE
});

constexpr std::size_t statement_sorts = std::variant_size_v<DdlStatement>;
static_assert(statement_sorts <= 64);

template <class Wanted, std::size_t place = 0>
constexpr std::size_t place_of() {
    if constexpr (std::is_same_v<Wanted, std::variant_alternative_t<place, DdlStatement>>) {
        return place;
    } else {
        return place_of<Wanted, place + 1>();
    }
}

template <class... Statements>
constexpr std::uint64_t judged_by() {
    return sizeof...(Statements) == 0 ? ~std::uint64_t{0} : ((std::uint64_t{1} << place_of<Statements>()) | ... | 0U);
}

// A command asks those that are about its sort of statement, not all.
struct Places {
    std::array<std::uint8_t, statement_rule_count> items{};
    std::size_t count = 0;
};
static_assert(statement_rule_count <= 256);

constexpr auto by_statement = [] {
    constexpr auto judged = std::to_array<std::uint64_t>({
#define RULE(name, ...) judged_by<__VA_ARGS__>(),
#include "core/guard/rules/list.inc"
#undef RULE
    });
    std::array<Places, statement_sorts> result{};
    for (std::size_t sort = 0; sort < statement_sorts; ++sort) {
        for (std::size_t rule = 0; rule < judged.size(); ++rule) {
            if ((judged[rule] >> sort & 1U) != 0) {
                result[sort].items[result[sort].count++] = static_cast<std::uint8_t>(rule);
            }
        }
    }
    return result;
}();

std::span<const std::uint8_t> places_for(const DdlStatement &statement) noexcept {
    const Places &places = by_statement[statement.index()];
    return {places.items.data(), places.count};
}

}  // namespace

std::span<const StatementRule *const> statement_rules() noexcept { return listed; }

RuleSet all_rules() noexcept { return RuleSet{}.set(); }

RuleSet rules_on_by_default() noexcept {
    RuleSet on;
    for (std::size_t i = 0; i < listed.size(); ++i) {
        on[i] = listed[i]->rule.action != Action::none;
    }
    return on;
}

bool switch_on(RuleSet &rules, std::string_view name) noexcept {
    const auto *const found =
        std::ranges::find_if(listed, [=](const StatementRule *rule) { return rule->rule.name == name; });
    if (found == listed.end()) {
        return false;
    }
    rules.set(static_cast<std::size_t>(found - listed.begin()));
    return true;
}

Need needs_of(const DdlStatement &statement, const RuleSet &asked) noexcept {
    Need needs = Need::none;
    for (const std::uint8_t place : places_for(statement)) {
        needs = needs | (asked[place] ? listed[place]->needs(statement) : Need::none);
    }
    return needs;
}

std::vector<GuardFinding> judge_statement(const Situation &situation, const RuleSet &asked) {
    std::vector<GuardFinding> findings;
    for (const std::uint8_t place : places_for(situation.statement)) {
        const StatementRule *rule = listed[place];
        if (!asked[place] || rule->needs(situation.statement) == Need::none) {
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
