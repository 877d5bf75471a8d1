// The check of the end state, at PRE_COMMIT and PRE_PREPARE.
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

// Registers the transaction callbacks; once, in _PG_init.
void watch_transactions();

}  // namespace schema_audit::server
