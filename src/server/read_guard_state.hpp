// Whether the guard of this database is armed, and the settings that get around it, for the audit.
#pragma once

#include "core/compare/guard_state.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

GuardState read_guard_state();

struct FoundTrigger {
    char enabled;  // as in pg_event_trigger; '\0': it is not there
    bool ours;     // runs that function of the library
};
// Server function.
FoundTrigger find_event_trigger(const char *name, std::string_view function) noexcept;

}  // namespace schema_audit::server
