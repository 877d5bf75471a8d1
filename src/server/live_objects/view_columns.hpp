#pragma once

#include "server/live_objects/reader.hpp"

namespace schema_audit::server {

// Lists by column, "a (…), b (…)", and the statements that set what is stored; palloc'd, empty for nothing.
struct ViewColumns {
    const char *grants, *storage, *statistics, *ddl;
};
ViewColumns view_columns(const ObjectReader &reader, Oid view, const char *name /* as SQL */, int count);

}  // namespace schema_audit::server
