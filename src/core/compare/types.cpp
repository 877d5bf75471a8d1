#include "core/compare/types.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace schema_audit {
namespace {

constexpr int unlimited = -1;

// `timestamp(3) with time zone` taken apart: base `timestamp with time zone`, modifier 3.
struct Spelling {
    std::string base;
    std::array<int, 2> modifiers{unlimited, unlimited};
    int count = 0;
};

Spelling take_apart(std::string_view type) {
    Spelling result;
    const std::size_t open = type.find('(');
    const std::size_t close = type.find(')', open == std::string_view::npos ? 0 : open);
    // A quoted type name may hold parentheses.
    if (open == std::string_view::npos || close == std::string_view::npos || type.find('"') < open) {
        result.base = type;
        return result;
    }
    result.base = std::string(type.substr(0, open)) + std::string(type.substr(close + 1));
    const char *at = type.data() + open + 1;
    const char *end = type.data() + close;
    while (at < end && result.count < 2) {
        int value = 0;
        const auto [next, error] = std::from_chars(at, end, value);
        if (error != std::errc{}) {
            break;
        }
        result.modifiers.at(static_cast<std::size_t>(result.count++)) = value;
        at = next < end && *next == ',' ? next + 1 : end;
    }
    return result;
}

std::optional<int> integer_width(std::string_view type) noexcept {
    if (type == "smallint") {
        return 2;
    }
    if (type == "integer") {
        return 4;
    }
    return type == "bigint" ? std::optional(8) : std::nullopt;
}

// -1 = expected limits more, 1 = actual limits more, 0 = equal; unlimited is the most generous.
int limits(int expected, int actual) noexcept {
    if (expected == actual) {
        return 0;
    }
    if (actual == unlimited) {
        return -1;
    }
    return expected == unlimited || actual < expected ? 1 : -1;
}

TypeDifference compare_numeric(const Spelling &expected, const Spelling &actual) noexcept {
    if (actual.count == 0) {
        return TypeDifference::more_precise;
    }
    if (expected.count == 0) {
        return TypeDifference::less_precise;
    }
    // numeric(10) has scale 0; a negative scale rounds before the decimal point and leaves more digits there.
    const int expected_scale = expected.count > 1 ? expected.modifiers[1] : 0;
    const int actual_scale = actual.count > 1 ? actual.modifiers[1] : 0;
    const bool digits = actual.modifiers[0] - actual_scale >= expected.modifiers[0] - expected_scale;
    return digits && actual_scale >= expected_scale ? TypeDifference::more_precise : TypeDifference::less_precise;
}

// Fractional seconds; without a modifier the server keeps all six digits it can.
TypeDifference compare_seconds(const Spelling &expected, const Spelling &actual) noexcept {
    constexpr int all_digits = 6;
    const int model = expected.count == 0 ? all_digits : expected.modifiers[0];
    const int database = actual.count == 0 ? all_digits : actual.modifiers[0];
    if (model == database) {
        return TypeDifference::none;
    }
    return database < model ? TypeDifference::less_precise : TypeDifference::more_precise;
}

// `interval day to second` drops what its fields do not name.
TypeDifference compare_interval_fields(std::string_view expected, std::string_view actual) noexcept {
    if (actual == "interval") {
        return TypeDifference::more_precise;
    }
    return expected == "interval" ? TypeDifference::less_precise : TypeDifference::other;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) noexcept {
    return std::ranges::find(words, text) != words.end();
}

TypeDifference compare_other_bases(const Spelling &expected, const Spelling &actual) noexcept {
    const auto limited = [](const Spelling &type) { return type.count > 0; };
    if (expected.base == "character varying" && actual.base == "text") {
        return limited(expected) ? TypeDifference::longer : TypeDifference::compatible;
    }
    if (expected.base == "text" && actual.base == "character varying") {
        return limited(actual) ? TypeDifference::shorter : TypeDifference::compatible;
    }
    // `bpchar` is how the server spells character without a length.
    if (expected.base == "character" && actual.base == "bpchar") {
        return TypeDifference::longer;
    }
    if (expected.base == "bpchar" && actual.base == "character") {
        return TypeDifference::shorter;
    }
    if (expected.base == "real" && actual.base == "double precision") {
        return TypeDifference::compatible;
    }
    if (expected.base.starts_with("interval") && actual.base.starts_with("interval")) {
        return compare_interval_fields(expected.base, actual.base);
    }
    return TypeDifference::other;
}

}  // namespace

TypeDifference compare_types(std::string_view expected, std::string_view actual) noexcept {
    if (expected == actual) {
        return TypeDifference::none;
    }
    // Arrays differ as their elements do.
    if (expected.ends_with("[]") && actual.ends_with("[]")) {
        return compare_types(expected.substr(0, expected.size() - 2), actual.substr(0, actual.size() - 2));
    }
    const auto expected_width = integer_width(expected);
    const auto actual_width = integer_width(actual);
    if (expected_width && actual_width) {
        return *actual_width < *expected_width ? TypeDifference::narrower_integer : TypeDifference::wider_integer;
    }
    const Spelling model = take_apart(expected);
    const Spelling database = take_apart(actual);
    if (model.base != database.base) {
        return compare_other_bases(model, database);
    }
    if (model.base == "bit") {
        return TypeDifference::shorter;  // a value of any other length is refused
    }
    if (is_one_of(model.base, {"character", "character varying", "bit varying"})) {
        return limits(model.modifiers[0], database.modifiers[0]) > 0 ? TypeDifference::shorter : TypeDifference::longer;
    }
    if (model.base == "numeric") {
        return compare_numeric(model, database);
    }
    if (model.base.starts_with("interval") ||
        is_one_of(model.base, {"time without time zone", "time with time zone", "timestamp without time zone",
                               "timestamp with time zone"})) {
        return compare_seconds(model, database);
    }
    return TypeDifference::other;
}

}  // namespace schema_audit
