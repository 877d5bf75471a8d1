// Old rows of schema_audit.ddl_log go by themselves: a session that writes to the log starts a background worker for
// it, at most once an hour in the whole database. DDL neither waits for it nor does its work.
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

// False unless schema_audit.log_retention or log_max_size is set, and for an hour after it was true.
bool prune_may_be_due() noexcept;
// After rows were written, in their transaction.
void prune_when_due();

}  // namespace schema_audit::server
