// Names and statements of kinds of objects that are not simply DROP <kind> <name>: what belongs to a publication or a
// server, and privileges.
#pragma once

#include "core/schema/object_kind.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace schema_audit {

struct ObjectNames {
    ObjectKind kind;
    std::string_view schema, table, name;
};

// The object as SQL; empty: as others of its place.
[[nodiscard]] std::string own_sql_name(const ObjectNames &object);
// What takes it away; empty: DROP. `privileges`: those that it has, of kinds that are nothing else.
[[nodiscard]] std::string own_drop(const ObjectNames &object, std::string_view privileges);

// The object that it belongs to; without name: none.
struct Carrier {
    ObjectKind kind = ObjectKind::table;
    std::string name;
};
[[nodiscard]] Carrier carrier_of(const ObjectNames &object);

// What leads from one text to another where a template cannot say it: GRANT and REVOKE of default privileges and of a
// parameter; the memberships of a role, "admins WITH ADMIN OPTION, readers".
[[nodiscard]] std::string own_change(const ObjectNames &object, std::string_view expected, std::string_view actual);

}  // namespace schema_audit
