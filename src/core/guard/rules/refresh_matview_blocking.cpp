// REFRESH MATERIALIZED VIEW without CONCURRENTLY: readers wait until its query has run.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    const auto *refresh = std::get_if<RefreshMaterializedView>(&statement);
    return when(refresh != nullptr && !refresh->concurrently && !refresh->with_no_data, Need::size | Need::indexes);
}

// CONCURRENTLY needs one to tell rows apart.
bool tells_rows_apart(const IndexFacts &index) {
    return index.unique && index.valid && !index.partial && std::ranges::find(index.columns, "") == index.columns.end();
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &refresh = std::get<RefreshMaterializedView>(situation.statement);
    const TableFacts *view = situation.facts.table(refresh.view);
    if (view == nullptr || view->kind != RelationKind::materialized_view || !view->populated) {
        return {};
    }
    const std::string name = quote_qualified(view->schema, view->name);
    GuardFinding finding = finding_on(*view);
    finding.message = "Whoever reads it waits until its query has run (ACCESS EXCLUSIVE lock)";
    finding.fix = std::ranges::any_of(view->indexes, tells_rows_apart)
                      ? format("REFRESH MATERIALIZED VIEW CONCURRENTLY {};", name)
                      : format(
                            "CREATE UNIQUE INDEX CONCURRENTLY ON {} (<columns>); REFRESH MATERIALIZED VIEW "
                            "CONCURRENTLY {};",
                            name, name);
    return {finding};
}

std::vector<GuardFinding> judge_concurrently(const Situation &situation) {
    const TableFacts *view = situation.facts.table(std::get<RefreshMaterializedView>(situation.statement).view);
    if (view == nullptr || view->kind != RelationKind::materialized_view || !view->populated) {
        return {};
    }
    GuardFinding finding = finding_on(*view);
    finding.message =
        "Its query runs, the result is compared with every row, and other refreshes wait meanwhile (EXCLUSIVE lock)";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule refresh_matview_concurrently_cost{
    {"refresh-matview-concurrently-cost", Family::lock, Severity::info, Action::none, "ddl_command_start",
     "REFRESH MATERIALIZED VIEW CONCURRENTLY: compares every row, and other refreshes wait",
     "refresh when little has changed"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *refresh = std::get_if<RefreshMaterializedView>(&statement);
        return when(refresh != nullptr && refresh->concurrently, Need::facts);
    },
    judge_concurrently};

const StatementRule refresh_matview_blocking{
    {"refresh-matview-blocking", Family::lock, Severity::warning, Action::warn, "ddl_command_start",
     "REFRESH MATERIALIZED VIEW without CONCURRENTLY: whoever reads it waits until its query has run",
     "REFRESH MATERIALIZED VIEW CONCURRENTLY, with a unique index on it"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
