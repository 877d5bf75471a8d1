// Names of columns and tables in texts as the server prints them.
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

struct NewTableName {
    std::string schema, from, to;  // as SQL spells them
};

// The text of a query or expression with tables under other names, as it would be if they had those: also where an
// alias or a regclass literal is made of the name. A text that does not name such a table is left alone.
[[nodiscard]] std::string rename_tables_in_sql(std::string_view sql, std::span<const NewTableName> tables);

}  // namespace schema_audit
