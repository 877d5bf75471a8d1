// The project's formatter: fmt's compile-time checked format strings, with fmt itself compiled into
// text/format.cpp alone, so that no other file pays for it and the module needs no libfmt.
#pragma once

#include <fmt/core.h>

#include <string>
#include <utility>

namespace schema_audit {

[[nodiscard]] std::string render(fmt::string_view format, fmt::format_args arguments);

template <class... Arguments>
[[nodiscard]] std::string format(fmt::format_string<Arguments...> text, Arguments &&...arguments) {
    return render(text, fmt::make_format_args(arguments...));
}

}  // namespace schema_audit
