// Parts of relation_facts.cpp that only some rules ask for, one file each. None waits for a lock.
#pragma once

#include "core/guard/facts.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

void read_not_null_proof(Oid table, guard::TableFacts &facts);  // after the columns
void read_publications(Oid table, guard::TableFacts &facts);
void read_models(Oid relation, guard::TableFacts &facts);

}  // namespace schema_audit::server
