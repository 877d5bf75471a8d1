// Facts of objects that a statement names and that may be no relations.
#pragma once

#include "core/guard/facts.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

void read_objects(const guard::DdlStatement &statement, guard::StatementFacts &facts);

}  // namespace schema_audit::server
