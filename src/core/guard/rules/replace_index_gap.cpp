// CREATE INDEX after DROP INDEX of the one that it replaces: queries had none meanwhile.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

bool serves(const std::vector<std::string> &columns, const std::vector<std::string> &leading) {
    return !leading.empty() && !leading.front().empty() && !columns.empty() && columns.front() == leading.front();
}

// Another index took its place in between: queries were served.
bool is_covered(const TableFacts &table, const IndexFacts &gone) {
    return std::ranges::any_of(table.indexes, [&](const IndexFacts &index) {
        return index.valid && !index.partial && index.name != gone.name && serves(index.columns, gone.columns);
    });
}

std::string new_one_first(const CreateIndex &create, const TableFacts &table, const std::string &old) {
    std::string columns;
    for (const std::string &column : create.columns) {
        columns += (columns.empty() ? "" : ", ") + quote_identifier(column);
    }
    const bool same_name = quote_qualified(table.schema, create.name) == old;
    const std::string name = create.name.empty() ? "" : quote_identifier(create.name + (same_name ? "_new" : "")) + " ";
    std::string sql =
        format("ROLLBACK; CREATE {}INDEX CONCURRENTLY {}ON {} ({}); DROP INDEX CONCURRENTLY {};",
               create.unique ? "UNIQUE " : "", name, quote_qualified(table.schema, table.name), columns, old);
    if (same_name) {
        sql += format(" ALTER INDEX {} RENAME TO {};", quote_qualified(table.schema, create.name + "_new"),
                      quote_identifier(create.name));
    }
    return sql;
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &create = std::get<CreateIndex>(situation.statement);
    const TableFacts *table = situation.facts.table(create.table);
    if (table == nullptr) {
        return {};
    }
    for (const PastCommand &past : situation.facts.earlier) {
        if (past.sort != PastCommand::Sort::dropped_index || past.table != RelationName{table->schema, table->name} ||
            !serves(create.columns, past.index.columns) || is_covered(*table, past.index)) {
            continue;
        }
        const std::string old = quote_qualified(table->schema, past.index.name);
        GuardFinding finding = finding_on(*table);
        finding.message = format("Queries have no index since {} was dropped, until this one is built", old);
        finding.fix = create.plain ? new_one_first(create, *table, old) : "";
        return {finding};
    }
    return {};
}

}  // namespace

namespace rules {

const StatementRule replace_index_gap{
    {"replace-index-gap", Family::index, Severity::warning, Action::warn, "ddl_command_start",
     "CREATE INDEX on the column of an index that the same transaction has dropped: none serves queries meanwhile",
     "create the new index first, CONCURRENTLY, and drop the old one then"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when(std::holds_alternative<CreateIndex>(statement), Need::size | Need::indexes | Need::earlier);
    },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
