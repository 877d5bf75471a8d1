// CREATE INDEX of what another index serves already, or with a column twice. Only of indexes that are nothing but a
// btree of columns: whether others do the same is not for the guard to say.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    const auto *create = std::get_if<CreateIndex>(&statement);
    return when(create != nullptr && create->plain, Need::indexes);
}

using Columns = std::vector<std::string>;

bool begins_with(const Columns &columns, const Columns &start) {
    return start.size() <= columns.size() && std::equal(start.begin(), start.end(), columns.begin());
}

// A unique one also forbids: only another unique one of the same columns does that, too.
bool serves_as(const IndexFacts &index, const CreateIndex &create) {
    return create.unique ? index.unique && index.columns == create.columns : begins_with(index.columns, create.columns);
}

bool becomes_redundant(const IndexFacts &index, const CreateIndex &create) {
    return !index.unique && !index.primary && begins_with(create.columns, index.columns);
}

std::vector<GuardFinding> judge_redundant(const Situation &situation) {
    const auto &create = std::get<CreateIndex>(situation.statement);
    const TableFacts *table = situation.facts.table(create.table);
    if (table == nullptr) {
        return {};
    }
    for (const IndexFacts &index : table->indexes) {
        const bool same_name = create.if_not_exists && index.name == create.name;
        if (same_name) {
            return {};
        }
    }
    for (const IndexFacts &index : table->indexes) {
        if (!index.plain || !index.valid) {
            continue;
        }
        const bool served = serves_as(index, create);
        if (!served && !becomes_redundant(index, create)) {
            continue;
        }
        const std::string name = quote_qualified(table->schema, index.name);
        GuardFinding finding = finding_on(*table);
        finding.message = served
                              ? format("The index {} serves the same queries, and each costs every write", name)
                              : format("The new index serves the queries of {}, too, and each costs every write", name);
        finding.fix =
            served ? format("/* use {} */", name)
                   : format("/* afterwards, outside of a transaction block: */ DROP INDEX CONCURRENTLY {};", name);
        return {finding};
    }
    return {};
}

std::vector<GuardFinding> judge_duplicate_column(const Situation &situation) {
    const auto &create = std::get<CreateIndex>(situation.statement);
    const TableFacts *table = situation.facts.table(create.table);
    if (table == nullptr) {
        return {};
    }
    for (auto column = create.columns.begin(); column != create.columns.end(); ++column) {
        if (std::find(create.columns.begin(), column, *column) == column) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.message = format("The index has the column {} twice", quote_identifier(*column));
        finding.fix = "/* name each column once */";
        return {finding};
    }
    return {};
}

}  // namespace

namespace rules {

const StatementRule duplicate_or_redundant_index{
    {"duplicate-or-redundant-index", Family::index, Severity::info, Action::log, "ddl_command_start",
     "CREATE INDEX of leading columns of another index, or the other way round: every write pays for both",
     "one index for both"},
    false,
    needs,
    judge_redundant};

const StatementRule index_duplicate_column{
    {"index-duplicate-column", Family::index, Severity::info, Action::log, "ddl_command_start",
     "CREATE INDEX with the same column twice", "name each column once"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *create = std::get_if<CreateIndex>(&statement);
        return when(create != nullptr && create->plain, Need::facts);
    },
    judge_duplicate_column};

}  // namespace rules
}  // namespace schema_audit::guard
