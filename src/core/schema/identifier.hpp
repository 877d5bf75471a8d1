// Identifiers and literals as SQL spells them.
#pragma once

#include <string>
#include <string_view>

namespace schema_audit {

// Quoted where needed (upper case, special characters, reserved words), as quote_identifier() does.
[[nodiscard]] std::string quote_identifier(std::string_view name);
// Without a schema the name alone.
[[nodiscard]] std::string quote_qualified(std::string_view schema, std::string_view name);
[[nodiscard]] std::string quote_literal(std::string_view text);
// The labels of an enum as one text: 'new', 'done'.
void append_label(std::string &labels, std::string_view label);
// Does SQL or PL/pgSQL source name the identifier, as a word, as the server would read it? A comment counts too.
[[nodiscard]] bool mentions(std::string_view source, std::string_view name) noexcept;
// SQL LIKE without regard to collation: % and _, backslash escapes.
[[nodiscard]] bool like(std::string_view text, std::string_view pattern) noexcept;

// The pattern that matches this text alone.
[[nodiscard]] std::string like_pattern(std::string_view text);

}  // namespace schema_audit
