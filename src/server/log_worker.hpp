// The background worker that stores the rows of rejected attempts.
#pragma once

#include "core/guard/log_record.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

// Hands the rows to a worker of its own and returns at once. False when there was no room for one.
bool queue_for_worker(const std::vector<guard::LogRecord> &records);

// Counters that a roll back does not touch: sequences of schema_audit.
void count(const char *sequence) noexcept;

}  // namespace schema_audit::server
