// JSON as far as it is written here.
#pragma once

#include <string>
#include <string_view>

namespace schema_audit {

// With its quotes.
void append_json_string(std::string &out, std::string_view text);

}  // namespace schema_audit
