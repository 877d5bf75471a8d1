// The settings schema_audit.* and what they say now.
#pragma once

#include "core/guard/exempt.hpp"
#include "core/guard/facts.hpp"

#include "server/server.hpp"

namespace schema_audit::server::settings {

void define();

// The mode that this session set explicitly (by SET, ALTER ROLE, the configuration file …), which counts
// more than the one that enable() stored for the database.
std::optional<guard::Mode> explicit_mode() noexcept;

const char *migration() noexcept;        // "" = none
const char *override_reason() noexcept;  // "" = none
const char *exempt() noexcept;           // rules and reason; "" = none
bool require_database_defaults() noexcept;
bool compare_column_order() noexcept;
// For how long no query has used an index that the audit tells; 0 = it tells none.
int unused_index_seconds() noexcept;
bool fail_closed() noexcept;
// How much a session may keep of what an audit read.
std::size_t kept_bytes() noexcept;
// From which size on a table is large.
std::int64_t min_rows() noexcept;
std::int64_t min_bytes() noexcept;
// How long and how much of ddl_log is kept; 0 = for ever, all.
int log_retention_minutes() noexcept;
int log_max_megabytes() noexcept;
#ifdef SCHEMA_AUDIT_DEBUG
const char *debug_fault() noexcept;   // "place" or "place exception"; "" = none
int debug_server_version() noexcept;  // for which the rules take the server; 0 = as it is
#endif

}  // namespace schema_audit::server::settings
