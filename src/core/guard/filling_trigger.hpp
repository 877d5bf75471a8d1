// Does a trigger function give a column its value? Read from its source: a guess, and told as such.
#pragma once

#include <string_view>

namespace schema_audit::guard {

// PL/pgSQL that assigns NEW.column: `NEW.c := …`, `NEW.c = …;`, `… INTO NEW.c`. One that only reads it does not.
[[nodiscard]] bool assigns_new(std::string_view source, std::string_view column);

}  // namespace schema_audit::guard
