// Facts of one index beyond its row in pg_index. Called inside server_call.
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

// A btree of columns as they are: ascending, with the default operator classes and the columns' own collations.
bool is_plain_index(HeapTuple index, TupleDesc descriptor) noexcept;

// How often queries used it, by the statistics.
int64 index_scans(Oid index) noexcept;

}  // namespace schema_audit::server
