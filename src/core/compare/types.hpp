// How two column types differ, judged from the server's own spelling of them.
#pragma once

#include <cstdint>
#include <string_view>

namespace schema_audit {

enum class TypeDifference : std::uint8_t {
    none,
    shorter,  // length: the database holds less than the model says
    longer,
    less_precise,  // numeric precision or scale, fractional seconds
    more_precise,
    narrower_integer,
    wider_integer,
    compatible,  // another type that holds every value of the model's (varchar against text)
    other,
};

[[nodiscard]] TypeDifference compare_types(std::string_view expected, std::string_view actual) noexcept;

}  // namespace schema_audit
