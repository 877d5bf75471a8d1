// Names of columns in expressions as the server prints them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace schema_audit {

struct NewName {
    std::string from, to;  // as SQL spells them, quoted where needed
};

// The expression with its columns under other names. Literals, types, functions and what is qualified are left
// alone: in an expression of a table the server qualifies everything but columns.
[[nodiscard]] std::string rename_in_sql(std::string_view sql, std::span<const NewName> names);

}  // namespace schema_audit
