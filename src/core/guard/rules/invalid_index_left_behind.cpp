// CREATE INDEX … IF NOT EXISTS of a name that an invalid index has: it says that all is well, and no query uses it.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    const auto *create = std::get_if<CreateIndex>(&statement);
    return when(create != nullptr && create->if_not_exists && !create->only, Need::indexes | Need::holders);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &create = std::get<CreateIndex>(situation.statement);
    const TableFacts *table = situation.facts.table(create.table);
    // One of a partitioned table is invalid until every partition has its own.
    if (table == nullptr || table->kind == RelationKind::partitioned_table) {
        return {};
    }
    const auto index = std::ranges::find(table->indexes, create.name, &IndexFacts::name);
    // Whoever has such a lock may be building it right now.
    const bool being_built =
        std::ranges::find(situation.facts.holders, create.table, &LockHolder::table) != situation.facts.holders.end();
    if (index == table->indexes.end() || index->valid || being_built) {
        return {};
    }
    const std::string name = quote_qualified(table->schema, index->name);
    GuardFinding finding = finding_on(*table);
    finding.message = format(
        "The index {} is there but invalid: a CREATE INDEX CONCURRENTLY has failed, no query uses it, "
        "and this command does nothing about it",
        name);
    finding.fix = format(
        "/* outside of a transaction block: */ REINDEX INDEX CONCURRENTLY {}; /* or drop it, and this command again */",
        name);
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule invalid_index_left_behind{
    {"invalid-index-left-behind", Family::index, Severity::warning, Action::warn, "ddl_command_start",
     "CREATE INDEX IF NOT EXISTS of a name that an invalid index has: nothing is built, no query uses it",
     "REINDEX INDEX CONCURRENTLY"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
