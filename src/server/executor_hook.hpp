// INSERT, UPDATE, DELETE and MERGE in a transaction of DDL: no event trigger tells of them, an executor hook does, with
// the number of rows that they really changed.
#pragma once

namespace schema_audit::server {

// Once, in _PG_init. Without preloading that is at the first DDL of the session, and thus early enough.
void install_executor_hook();

}  // namespace schema_audit::server
