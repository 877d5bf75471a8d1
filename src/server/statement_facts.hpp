// What the catalogs say of the relations that a statement names, for the rules that judge it before it runs: read
// without waiting for a lock, so that a rejection never waits.
#pragma once

#include "core/guard/facts.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

// `tree`: the parse tree that the statement was made from.
guard::StatementFacts read_statement_facts(const guard::DdlStatement &statement, guard::Need needs, const Node *tree);

// The running command is a transaction of its own: no block, no function, no further statement.
bool is_single_command(const Node *tree) noexcept;

}  // namespace schema_audit::server
