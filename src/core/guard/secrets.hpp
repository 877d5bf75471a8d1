// Passwords that DDL carries: they have no place in a log.
#pragma once

#include <string>
#include <string_view>

namespace schema_audit::guard {

// The statement with *** in place of every value that follows a word such as password, secret or token, as
// a literal (CREATE ROLE … PASSWORD 'x', OPTIONS (password 'x')), in a connection string (password=x) or in a
// URI (//user:x@host), also in the bodies of functions and DO. Rather one value too many than one too few.
[[nodiscard]] std::string without_secrets(std::string_view sql);

}  // namespace schema_audit::guard
