// Reads a model out of DDL: the DDL runs in scratch schemas inside a subtransaction that is rolled back, and
// what the catalogs said meanwhile is kept.
#pragma once

#include "core/schema/schema.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

struct DdlRequest {
    std::string_view ddl;
    std::vector<std::string> path;  // real schemas that unqualified names are looked up in; not empty
};

struct DdlSummary {
    std::vector<std::string> schemas;  // those that the DDL put something into, sorted
    std::string skipped;               // "14 SET and 2 psql lines"; empty: nothing was skipped
};

// Runs with the caller's rights and search_path. Throws ServerError with the line and text of the statement
// that failed, and AuditError when the DDL creates nothing.
DdlSummary read_ddl(Schema &schema, TextPool &pool, const DdlRequest &request);

}  // namespace schema_audit::server
