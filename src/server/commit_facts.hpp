// What the transaction has changed about a table's columns, read for the check at commit.
#pragma once

#include "core/guard/facts.hpp"

#include "server/touched_tables.hpp"

namespace schema_audit::server {

// Only tables and columns that may be judged: those that are required now and were not before. Empty where
// there is none.
std::optional<guard::TableChange> read_change(const TouchedTable &table, SnapshotData *before);

}  // namespace schema_audit::server
