// SQL of our own over our own tables, with the caller's rights. Server functions: for use inside server_call.
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

// Texts in the caller's memory context, row after row; null = NULL.
struct QueryRows {
    int count, columns;
    const char **items;

    [[nodiscard]] const char *const *row(int number) const noexcept {
        return items + static_cast<std::ptrdiff_t>(number) * columns;
    }
};

// `parameter` is an array's text, $1 of the query. The names in the SQL are qualified, and the search_path of the
// function that asks is pg_catalog.
QueryRows select_rows(const char *sql, Oid type, const char *parameter) noexcept;
// With $1 … as values of these types.
QueryRows select_rows(const char *sql, int count, Oid *types, Datum *values) noexcept;

// Of a table of ours that the caller may read and that nobody has locked: audits wait for nobody.
bool may_read_now(const char *table) noexcept;
bool log_has_rows() noexcept;

}  // namespace schema_audit::server
