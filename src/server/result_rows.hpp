// Rows for a set-returning function: texts in, typed by the columns' own input functions.
#pragma once

#include "server/call.hpp"

namespace schema_audit::server {

using ResultRow = std::vector<std::optional<std::string>>;

// Writes the rows as the result of a function declared RETURNS TABLE or SETOF record.
void return_rows(FunctionCallInfo fcinfo, const std::vector<ResultRow> &rows);

// '{"a","b"}': the text of a text[].
std::string array_text(const std::vector<std::string> &items);

// Arguments. Null becomes nullopt; a null inside an array is an error.
std::optional<std::string> text_argument(FunctionCallInfo fcinfo, int number);
std::optional<std::vector<std::string>> texts_argument(FunctionCallInfo fcinfo, int number, const char *name);

}  // namespace schema_audit::server
