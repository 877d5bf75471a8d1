// Facts of objects that a statement names and that may be no relations.
#pragma once

#include "core/guard/facts.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// `tree`: of the statement; the arguments of a function are only there.
void read_objects(const guard::DdlStatement &statement, const Node *tree, guard::StatementFacts &facts);

// A rule is dropped with its view, a row type with its table: the object of which it is an inner part.
ObjectAddress owner_of(const ObjectAddress &object) noexcept;

}  // namespace schema_audit::server
