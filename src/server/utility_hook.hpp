// The commands that fire no event trigger: judged and logged like the others, by a ProcessUtility hook.
#pragma once

namespace schema_audit::server {

// Once, in _PG_init: so it acts in every session where the library is preloaded, and otherwise in those that have
// loaded it by their first DDL.
void install_utility_hook();

// By shared_preload_libraries: then it acts in every session from its start.
[[nodiscard]] bool is_preloaded() noexcept;

}  // namespace schema_audit::server
