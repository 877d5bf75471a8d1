#include "server/migration_states.hpp"

#include "server/own_query.hpp"
#include "server/result_rows.hpp"
#include "server/table_scan.hpp"

namespace schema_audit::server {
namespace {

constexpr int annotations_column = 5;  // of schema_audit.model

bool any_annotations() {
    bool found = false;
    scan_table(own_table("model"), [&](const RowView &row) { found = found || !row.is_null(annotations_column); });
    return found;
}

// {} stands for all.
constexpr const char *states_query =
    "SELECT s.model, s.tool, s.app, s.name, s.status FROM schema_audit.migration_status(nullif($1, '{}')) AS s "
    "WHERE s.status <> 'applied' AND EXISTS (SELECT FROM schema_audit.model WHERE annotations -> 'migrations' <> '[]')";

QueryRows select_states(const char *models) noexcept {
    const int level = NewGUCNestLevel();
    set_config_option("lock_timeout", "100ms", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    const QueryRows rows = select_rows(states_query, TEXTARRAYOID, models);
    AtEOXact_GUC(true, level);
    return rows;
}

}  // namespace

std::vector<MigrationState> read_migration_states(const AuditFilter &filter) {
    std::vector<MigrationState> states;
    const bool none = filter.schemas || filter.tables || (filter.models && filter.models->empty());
    if (none || !any_annotations()) {
        return states;
    }
    const std::string models = array_text(filter.models.value_or(std::vector<std::string>{}));
    const char *parameter = models.c_str();
    const QueryRows rows = server_call([=] { return select_states(parameter); });
    for (int i = 0; i < rows.count; ++i) {
        const char *const *row = rows.row(i);
        MigrationState state{
            text_or_empty(row[0]), text_or_empty(row[1]), text_or_empty(row[2]), text_or_empty(row[3]), {}};
        const bool asked = !filter.apps || std::ranges::find(*filter.apps, state.app) != filter.apps->end();
        if (asked && status_from(text_or_empty(row[4]), state.status)) {
            states.push_back(std::move(state));
        }
    }
    return states;
}

}  // namespace schema_audit::server
