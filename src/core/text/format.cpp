#define FMT_HEADER_ONLY
#include "core/text/format.hpp"

#include <fmt/format.h>

namespace schema_audit {

std::string render(fmt::string_view format, fmt::format_args arguments) { return fmt::vformat(format, arguments); }

}  // namespace schema_audit
