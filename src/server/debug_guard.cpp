// Faults of the guard on purpose, for sql/guard_faults.sql. Debug builds only.
#ifdef SCHEMA_AUDIT_DEBUG

#include <stdexcept>

#include "server/event_triggers.hpp"
#include "server/guard.hpp"
#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

void raise_fault() noexcept {
    ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("fault on purpose"), errhint("a hint")));
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

#endif
