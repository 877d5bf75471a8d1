// What the check at commit asks of a table as a whole.
#pragma once

#include "core/guard/facts.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

guard::RowSecurityChange read_row_security(Oid table, SnapshotData *before);
std::vector<guard::NewForeignKey> read_new_foreign_keys(Oid table, SnapshotData *before);

}  // namespace schema_audit::server
