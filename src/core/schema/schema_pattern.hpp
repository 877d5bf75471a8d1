// Patterns of schema names, for models that stand for many schemas of the same shape: what the texts of such a
// model say about its own schema is spelled with the pattern in the place of the name.
#pragma once

#include <string>
#include <string_view>

namespace schema_audit {

// A name with an unescaped %. An underscore alone makes none, since names have it; within a pattern it stands for
// one character, and a backslash escapes, as in LIKE.
[[nodiscard]] bool is_schema_pattern(std::string_view text) noexcept;
// The name that a text which is no pattern means: 100\% is 100%. What has no % is taken as it is.
[[nodiscard]] std::string schema_name_of(std::string_view text);

// A text of the model with `name` in the place of the pattern; both as SQL spells them.
[[nodiscard]] std::string with_schema_name(std::string_view text, std::string_view pattern, std::string_view name);

// The other way: the schema's name becomes `pattern` where it qualifies another name. What merely contains it,
// or is no name (literals, but for those of names: 'app.s'::regclass), stays. In a search_path it stands alone.
[[nodiscard]] std::string with_schema_pattern(std::string_view text, std::string_view name, std::string_view pattern);

}  // namespace schema_audit
