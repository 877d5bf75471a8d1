// The background worker that stores the rows of rejected attempts.
#pragma once

#include "core/guard/log_record.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

// Hands the rows to a worker of its own and returns at once. False when there was no room for one.
bool queue_for_worker(const std::vector<guard::LogRecord> &records);

// For a worker, before it touches a table: DROP EXTENSION and it lock the tables and sequences in different orders, and
// the one that a deadlock ends might be the user's. Waits; false when there is no extension any more.
bool hold_extension() noexcept;

// Counters that a roll back does not touch: sequences of schema_audit.
void count(const char *sequence) noexcept;

}  // namespace schema_audit::server
