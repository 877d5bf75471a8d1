// Both sides of an audit.
#pragma once

#include "core/compare/audit.hpp"

#include "server/read_live.hpp"

namespace schema_audit::server {

// Models and database, read under one snapshot.
struct Sides {
    TextPool pool;
    Schema model, live;
    AuditInput input;
    ReadScope scope;  // what was read of the database
    std::vector<NamespaceToRead> namespaces;
    // Whether the server was asked what a text of a model means: that may depend on names of relations.
    bool asks_server = false;
};

void read_sides(Sides &sides, ReadScope scope);

// Whether something was dropped while it was read.
[[nodiscard]] bool is_torn(const Schema &live);

}  // namespace schema_audit::server
