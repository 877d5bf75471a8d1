// Faults of the guard on purpose, for sql/guard_faults.sql, and what it believes of locks, for test/truth.
// Debug builds only.
#ifdef SCHEMA_AUDIT_DEBUG

#include "core/guard/locks.hpp"

#include <stdexcept>

#include "server/ddl_statement.hpp"
#include "server/entry.hpp"
#include "server/event_triggers.hpp"
#include "server/guard.hpp"
#include "server/result_rows.hpp"
#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

void raise_fault() noexcept {
    ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("fault on purpose"), errhint("a hint")));
}

void lock_requests_of(FunctionCallInfo fcinfo) {
    const std::string sql = text_argument(fcinfo, 0).value_or("");
    const char *text = sql.c_str();
    List *statements = server_call([=] { return raw_parser(text, RAW_PARSE_DEFAULT); });
    std::vector<ResultRow> rows;
    const ListCell *cell = nullptr;
    foreach (cell, statements) {
        for (const guard::LockRequest &request :
             guard::lock_requests(statement_from(lfirst_node(RawStmt, cell)->stmt))) {
            rows.push_back({request.relation.schema.empty() ? std::nullopt : std::optional(request.relation.schema),
                            request.relation.name, std::string(guard::text_of(request.mode))});
        }
    }
    return_rows(fcinfo, rows);
}

}  // namespace

void fail_on_purpose(std::string_view place) {
    const std::string_view fault = settings::debug_fault();
    if (fault == place) {
        server_call([] { raise_fault(); });
    }
    if (fault == std::string(place) + " exception") {
        throw std::runtime_error("exception on purpose");
    }
}

}  // namespace schema_audit::server

SCHEMA_AUDIT_FUNCTION(schema_audit_debug_running_statements) {
    PG_RETURN_INT64(static_cast<int64>(schema_audit::server::running_statements()));
}

SCHEMA_AUDIT_FUNCTION(schema_audit_debug_lock_requests) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::lock_requests_of(fcinfo);
        return Datum{0};
    });
}

#endif
