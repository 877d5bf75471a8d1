// schema_audit.exempt: rules that a session or a transaction may break, and why: "drop-column, drop-table: OPS-12".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace schema_audit::guard {

struct Exempt {
    std::vector<std::string> rules;
    std::string reason;
};
// Of a text that check_exempt() has passed.
[[nodiscard]] Exempt exempt_from(std::string_view text);

// What is wrong with a text. Without allocations: the server asks while it has no place for exceptions.
struct ExemptProblem {
    enum class Kind : std::uint8_t { none, no_reason, no_rule, unknown_rule, rule_of_the_audit };
    Kind kind = Kind::none;
    std::string_view rule;  // a part of the text
};
[[nodiscard]] ExemptProblem check_exempt(std::string_view text) noexcept;

}  // namespace schema_audit::guard
