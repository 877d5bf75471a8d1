// What a DDL command did, as the event triggers' own functions tell it: called through fmgr, since SPI would
// cost more than the command's own bookkeeping.
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

// Plain values in the memory context of the event trigger.
struct DdlCommand {
    Oid class_id, object_id;
    const char *command_tag, *object_type, *schema, *identity;
    bool in_extension;
};
struct DroppedObject {
    const char *object_type, *schema, *identity;
    const char *table_schema, *table, *column;  // of a column's default, or of a trigger: then `column` is its name
    bool original, temporary, trigger;
    bool by_cascade;  // it used what the command dropped, or was a part of it
};
template <class Item>
struct Items {
    Item *first;
    int count;
    [[nodiscard]] std::span<const Item> view() const noexcept { return {first, static_cast<std::size_t>(count)}; }
};

// Server functions: for use inside server_call, during the event alone.
Items<DdlCommand> read_ddl_commands() noexcept;  // ddl_command_end
// sql_drop: what the command named, what went with it by CASCADE and, if asked for, the defaults of columns,
// triggers, and constraints and indexes of columns.
Items<DroppedObject> read_dropped_objects(bool defaults, bool triggers, bool parts) noexcept;

}  // namespace schema_audit::server
