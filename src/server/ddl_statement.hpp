// The parse tree of a DDL command as a value of the core.
#pragma once

#include "core/guard/ddl_statement.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

guard::DdlStatement statement_from(const Node *tree);

}  // namespace schema_audit::server
