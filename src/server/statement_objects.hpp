// Facts of objects that a statement names and that may be no relations.
#pragma once

#include "core/guard/facts.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// `tree`: of the statement; the arguments of a function are only there.
void read_objects(const guard::DdlStatement &statement, const Node *tree, guard::StatementFacts &facts);

// A rule is dropped with its view, a row type with its table: the object of which it is an inner part.
ObjectAddress owner_of(const ObjectAddress &object) noexcept;

// Databases, roles, tablespaces, event triggers of the guard. False where the statement is about none.
bool read_globals(const guard::DdlStatement &statement, guard::StatementFacts &facts);

// Those that TRUNCATE CASCADE of the tables empties too; `first`: of them, as the statement writes it.
void read_truncated_too(std::span<const Oid> tables, const guard::RelationName &first, guard::StatementFacts &facts);
// Of those that VACUUM FULL of the database, or CLUSTER, writes anew; as the relation without a name.
void read_largest_table(bool clustered, guard::Need needs, guard::StatementFacts &facts);

}  // namespace schema_audit::server
