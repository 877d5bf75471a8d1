// How large a table is, read without waiting for anybody.
#pragma once

#include "core/guard/facts.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

// Rows and bytes of a table and, if it is partitioned, of its partitions; and whether there is a row at all.
guard::TableSize read_size(Oid table) noexcept;

}  // namespace schema_audit::server
