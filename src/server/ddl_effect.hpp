// What a command has done, for the log and for the check at commit: read at ddl_command_end.
#pragma once

#include "core/guard/changes.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

struct ChangedTable {
    Oid table;
    Oid parent;  // the table from which the change was inherited
};

struct DdlEffect {
    // The command's own object; null = nothing happened (IF NOT EXISTS), or only to temporary objects.
    const char *object_type = nullptr;
    const char *identity = nullptr;
    std::vector<ChangedTable> tables;  // that existed before, as far as is known here
    bool triggers = false;             // they may have lost one
    std::vector<guard::ObjectChange> changes;
};

// The commands that migrations are made of, by look-ups in the caches that cannot fail: the server's own list
// costs more than all else that the guard does. False where the list is needed.
bool read_simple_effect(const EventTriggerData *event, DdlEffect &effect);
DdlEffect read_effect(const EventTriggerData *event);

}  // namespace schema_audit::server
