// CREATE INDEX without CONCURRENTLY: writes wait until it is built.
#include "core/guard/rules/hints.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

// A partitioned table takes none CONCURRENTLY: create-index-on-partitioned-parent tells of it.
Need needs(const DdlStatement &statement) noexcept {
    const auto *create = std::get_if<CreateIndex>(&statement);
    return when(create != nullptr && !create->concurrently && !create->only, Need::size | Need::indexes);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &create = std::get<CreateIndex>(situation.statement);
    const TableFacts *table = situation.facts.table(create.table);
    if (table == nullptr || table->kind == RelationKind::partitioned_table ||
        table->kind == RelationKind::foreign_table) {
        return {};
    }
    const bool exists = create.if_not_exists && std::ranges::any_of(table->indexes, [&](const IndexFacts &index) {
                            return index.name == create.name;
                        });
    if (exists) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = "Every write waits until the index is built (SHARE lock)";
    finding.fix = format("{}CREATE {}INDEX CONCURRENTLY {}{}{}ON {} {};", outside, create.unique ? "UNIQUE " : "",
                         create.if_not_exists ? "IF NOT EXISTS " : "",
                         create.name.empty() ? std::string() : quote_identifier(create.name),
                         create.name.empty() ? "" : " ", quote_qualified(table->schema, table->name),
                         or_placeholder(situation.facts.texts.get().index, "(<columns>)"));
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule create_index_blocking{
    {"create-index-blocking", Family::index, Severity::error, Action::reject, "ddl_command_start",
     "CREATE INDEX without CONCURRENTLY: every write to the table waits until it is built",
     "CREATE INDEX CONCURRENTLY, outside of a transaction block"},
    true,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
