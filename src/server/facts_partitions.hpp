// Partitions of a table, and what the server would make of the bound of a new one.
#pragma once

#include "core/guard/facts.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// How many leaves, the first of them, and the default one: of a partition, that of its parent.
void read_partition_facts(Oid relation, guard::TableFacts &facts);

// The bound that the statement writes; null where it adds no partition.
const PartitionBoundSpec *bound_of(const Node *tree) noexcept;

// Nothing where the server does not accept the bound, or where somebody has locked the tables: the guard waits for
// nobody. `partition` is invalid where it is yet to be made.
std::optional<guard::PartitionBound> read_partition_bound(Oid parent, Oid partition, const PartitionBoundSpec *spec);

}  // namespace schema_audit::server
