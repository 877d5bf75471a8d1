// What pg_class says of a relation beside its kind, and whose it is: the table of an index, the parent of a partition.
#pragma once

#include "core/guard/facts.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

void read_class_facts(Oid relation, guard::Need needs, guard::TableFacts &facts);

// Nothing where it is gone.
std::optional<guard::RelationName> qualified_name_of(Oid relation);

}  // namespace schema_audit::server
