// What a statement does to which object, in words that ddl_log keeps and blame looks for.
#pragma once

#include "core/guard/ddl_statement.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace schema_audit::guard {

// Words of ddl_log.changes.
namespace change {
inline constexpr std::string_view created = "created", altered = "altered", dropped = "dropped", new_name = "new name",
                                  old_name = "old name", attached = "attached", detached = "detached",
                                  altered_type = "altered type", set_default = "set default",
                                  dropped_default = "dropped default", set_not_null = "set not null",
                                  dropped_not_null = "dropped not null", added_identity = "added identity",
                                  dropped_identity = "dropped identity", set_expression = "set expression",
                                  dropped_expression = "dropped expression", validated = "validated",
                                  enabled = "enabled", disabled = "disabled", changed_owner = "changed owner",
                                  commented = "commented", rejected = "rejected";
}  // namespace change

// A step as the statement tells it. What it drops is not here: the server lists what it has really dropped.
struct PartChange {
    enum class Of : std::uint8_t { column, on_table /* a constraint, a trigger */, relation };
    Of of = Of::column;
    std::string name;
    std::string_view change;
    RelationName relation;      // Of::relation
    bool when_missing = false;  // IF NOT EXISTS: nothing, where it exists
};
[[nodiscard]] std::vector<PartChange> part_changes(const DdlStatement &statement);

// One line of the log: object and change.
struct ObjectChange {
    std::string object;
    std::string_view change;  // of the words above
};
constexpr std::size_t most_changes = 500;  // of one row
// Adds it unless it is there, or there are too many; `altered` only to what nothing closer is said of.
void add_change(std::vector<ObjectChange> &changes, std::string object, std::string_view change);

// f(pg_catalog.text) as everybody calls it: f(text).
[[nodiscard]] std::string plain_identity(std::string_view identity);

// The table of what hangs on one: `name on schema.table`.
void add_table_of(std::vector<ObjectChange> &changes, std::string_view identity);

// What happened to the object of a command that made or changed one: CREATE VIEW -> created.
[[nodiscard]] std::string_view change_of_tag(std::string_view command_tag) noexcept;

// The names that an object had and has, where the command renames it or moves it to another schema. `identity` is
// the new one of the object (or of its table) as the server prints it.
[[nodiscard]] std::vector<ObjectChange> name_changes(const DdlStatement &statement, std::string_view identity);

}  // namespace schema_audit::guard
