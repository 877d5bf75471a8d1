// What else uses a column that is dropped, renamed or gets another type.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

std::string listed(const std::vector<const ColumnDependent *> &items) {
    constexpr std::size_t most = 10;
    std::string text;
    for (std::size_t i = 0; i < items.size() && i < most; ++i) {
        text += (i == 0 ? "" : ", ") + items[i]->description;
    }
    return items.size() > most ? text + format(" and {} more", items.size() - most) : text;
}

template <class Wanted>
std::vector<const ColumnDependent *> dependents_of(const StatementFacts &facts, const std::string &column,
                                                   Wanted wanted) {
    std::vector<const ColumnDependent *> found;
    for (const ColumnDependent &item : facts.dependents) {
        if (item.column == column && wanted(item)) {
            found.push_back(&item);
        }
    }
    return found;
}

// RESTRICT refuses what only CASCADE takes along.
std::vector<GuardFinding> judge_drop(const Situation &situation) {
    const TableFacts *table = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    std::vector<GuardFinding> findings;
    for (const DropColumn *drop : steps_of<DropColumn>(situation.statement)) {
        const auto dependents = dependents_of(situation.facts, drop->column, [&](const ColumnDependent &item) {
            return drop->cascade || !item.by_cascade;
        });
        if (table == nullptr || dependents.empty()) {
            continue;
        }
        GuardFinding finding = finding_on(*table, drop->column);
        finding.message = format("{} with the column: {}", dependents.size() == 1 ? "Goes" : "Go", listed(dependents));
        for (const ColumnDependent *item : dependents) {
            if (item->kind == "index") {
                finding.fix += format("DROP INDEX CONCURRENTLY {}; ", item->description.substr(item->kind.size() + 1));
            }
        }
        if (!finding.fix.empty()) {
            finding.fix += format("ALTER TABLE {} DROP COLUMN {};", quote_qualified(table->schema, table->name),
                                  quote_identifier(drop->column));
        }
        findings.push_back(std::move(finding));
    }
    return findings;
}

// An index or a constraint follows a rename and is told of by alter-column-type-rescan.
bool holds_the_name(const ColumnDependent &item) {
    return item.kind == "view" || item.kind == "materialized view" || item.kind == "function" || item.kind == "rule" ||
           item.kind == "policy" || item.kind == "trigger";
}
bool forbids_another_type(const ColumnDependent &item) {
    return holds_the_name(item) || item.kind == "generated column" || item.kind == "publication";
}

std::vector<GuardFinding> judge_use(const Situation &situation) {
    std::vector<GuardFinding> findings;
    if (const auto *rename = std::get_if<Rename>(&situation.statement)) {
        const TableFacts *table = situation.facts.table(rename->object);
        const auto users = dependents_of(situation.facts, rename->part, holds_the_name);
        if (table != nullptr && !users.empty()) {
            GuardFinding finding = finding_on(*table, rename->part);
            finding.message = format(
                "Used by {}: they follow, but their own columns keep the old name, and code in strings does not follow",
                listed(users));
            findings.push_back(std::move(finding));
        }
        return findings;
    }
    const TableFacts *table = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    for (const AlterColumnType *alter : steps_of<AlterColumnType>(situation.statement)) {
        const auto users = dependents_of(situation.facts, alter->column, forbids_another_type);
        if (table != nullptr && !users.empty()) {
            GuardFinding finding = finding_on(*table, alter->column);
            finding.message = format("Used by {}: the server refuses another type until these are gone", listed(users));
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

Need needs_of_use(const DdlStatement &statement) noexcept {
    const auto *rename = std::get_if<Rename>(&statement);
    return when((rename != nullptr && rename->object_type == "COLUMN") || has_step<AlterColumnType>(statement),
                Need::dependents);
}

}  // namespace

namespace rules {

const StatementRule drop_column_drops_dependents{
    {"drop-column-drops-dependents", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
     "DROP COLUMN of one with indexes, constraints, policies or statistics, or with CASCADE also views: they go with "
     "it",
     "drop them by name first"},
    false,
    [](const DdlStatement &statement) noexcept { return when(has_step<DropColumn>(statement), Need::dependents); },
    judge_drop};

const StatementRule column_used_by_view_or_function{
    {"column-used-by-view-or-function", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
     "RENAME or ALTER ... TYPE of a column that a view, a rule, a policy, a trigger or a function uses",
     "change what uses it in the same transaction"},
    false,
    needs_of_use,
    judge_use};

}  // namespace rules
}  // namespace schema_audit::guard
