#include "server/unused_indexes.hpp"

#include "server/call.hpp"
#include "server/own_query.hpp"
#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

// A crash throws the statistics away: then those of the background writer begin anew. Without a lock on any index.
constexpr const char *query =
    "SELECT n.nspname, t.relname, c.relname, (SELECT min(m.model) FROM schema_audit.model_table AS m WHERE "
    "m.schema_name = n.nspname AND m.table_name = t.relname), c.relpages::bigint * "
    "pg_catalog.current_setting('block_size')::bigint, pg_catalog.to_char(x.since AT TIME ZONE 'UTC', 'YYYY-MM-DD') "
    "FROM schema_audit.guard AS g CROSS JOIN LATERAL (SELECT greatest(g.enabled_at, (SELECT l.at FROM "
    "schema_audit.ddl_log AS l ORDER BY l.id LIMIT 1), pg_catalog.pg_stat_get_bgwriter_stat_reset_time(), "
    "pg_catalog.pg_stat_get_db_stat_reset_time((SELECT oid FROM pg_catalog.pg_database WHERE datname = "
    "pg_catalog.current_database())))) AS x (since) CROSS JOIN pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c "
    "ON c.oid = i.indexrelid JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace AS n ON "
    "n.oid = t.relnamespace WHERE g.mode <> 'off' AND EXISTS (SELECT FROM schema_audit.ddl_log) AND x.since < "
    "pg_catalog.now() - $1 AND NOT i.indisunique AND NOT i.indisexclusion AND i.indisvalid AND c.relkind = 'i' AND NOT "
    "c.relispartition AND pg_catalog.pg_stat_get_numscans(c.oid) = 0 AND EXISTS (SELECT FROM schema_audit.model_table "
    "AS m WHERE m.schema_name = n.nspname AND m.table_name = t.relname) AND NOT EXISTS (SELECT FROM "
    "schema_audit.ddl_log AS l WHERE l.at > pg_catalog.now() - $1 AND l.objects @> ARRAY[pg_catalog.format('%I.%I', "
    "n.nspname, c.relname)]) ORDER BY 1, 2, 3";

}  // namespace

std::vector<UnusedIndex> read_unused_indexes() {
    std::vector<UnusedIndex> indexes;
    const int age = settings::unused_index_seconds();
    const bool asked =
        age > 0 && server_call([] {
            return may_read_now("ddl_log") && may_read_now("guard") && may_read_now("model_table") && log_has_rows();
        });
    if (!asked) {
        return indexes;
    }
    const std::string interval = std::to_string(age) + " seconds";
    const char *text = interval.c_str();
    const QueryRows rows = server_call([=] { return select_rows(query, INTERVALOID, text); });
    for (int i = 0; i < rows.count; ++i) {
        const char *const *row = rows.row(i);
        indexes.push_back({row[0], row[1], row[2], row[3], std::strtoll(row[4], nullptr, 10), row[5]});
    }
    return indexes;
}

}  // namespace schema_audit::server
