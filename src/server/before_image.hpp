// The catalogs as they were before this transaction: a snapshot that does not see the transaction's own
// commands. Server functions: for use inside server_call.
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

// Pushes the latest snapshot (values may need to be detoasted) and keeps a copy from before.
class BeforeImage {
public:
    static void begin(SnapshotData *before) noexcept;
    static void end() noexcept;
};

struct BeforeColumn {
    NameData name;
    AttrNumber number;
    bool not_null, has_default, type_has_default;  // NOT NULL also by its domain
    char identity, generated;
};
struct BeforeColumns {
    BeforeColumn *first;
    int count;
    bool table_existed;
};

bool existed_before(Oid table) noexcept;
bool existed_before(const ObjectAddress &object) noexcept;
BeforeColumns read_before_columns(Oid table, Snapshot before) noexcept;
// Is the node tree of a default nothing but NULL, with or without casts? Executes nothing.
bool is_null_expression(const char *tree) noexcept;
bool old_default_is_null(Oid table, AttrNumber column, Snapshot before) noexcept;

// A BEFORE INSERT row trigger that fires for ordinary sessions.
struct FillingTrigger {
    const char *name, *source, *arguments;
    bool plpgsql;
};
struct FillingTriggers {
    FillingTrigger *first;
    int count;
};
bool may_fill(int16 type, char enabled) noexcept;
FillingTriggers read_old_triggers(Oid table, Snapshot before) noexcept;

// The SQL of the default that a column had. Null = none. May fail where what it used is gone.
const char *read_old_default(Oid table, AttrNumber column, Snapshot before) noexcept;

}  // namespace schema_audit::server
