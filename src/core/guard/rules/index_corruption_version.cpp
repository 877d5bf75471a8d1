// CREATE INDEX and REINDEX CONCURRENTLY on the minor versions where the index may lack rows.
#include "core/guard/statement_rules.hpp"

namespace schema_audit::guard {
namespace {

constexpr std::int32_t first_broken = 140000;
constexpr std::int32_t first_mended = 140004;

const RelationName *built_concurrently(const DdlStatement &statement) noexcept {
    if (const auto *create = std::get_if<CreateIndex>(&statement)) {
        return create->concurrently ? &create->table : nullptr;
    }
    const auto *reindex = std::get_if<Reindex>(&statement);
    return reindex != nullptr && reindex->concurrently ? &reindex->object : nullptr;
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const std::int32_t version = situation.session.server_version;
    const TableFacts *table = situation.facts.table(*built_concurrently(situation.statement));
    if (table == nullptr || version < first_broken || version >= first_mended) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = "An index that PostgreSQL 14.0 to 14.3 build CONCURRENTLY may lack rows, and nothing says so";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule index_corruption_version{
    {"index-corruption-version", Family::index, Severity::error, Action::reject, "ddl_command_start",
     "CREATE INDEX or REINDEX CONCURRENTLY on PostgreSQL 14.0 to 14.3, which leaves rows out",
     "update the server first"},
    false,
    [](const DdlStatement &statement) noexcept { return when(built_concurrently(statement) != nullptr, Need::facts); },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
