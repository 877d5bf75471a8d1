#include "core/schema/rename_in_sql.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// Behind the quote that ends what begins at `at`; a doubled quote is part of it, so is an escaped one.
std::size_t end_of_quoted(std::string_view sql, std::size_t at, bool escapes) noexcept {
    const char quote = sql[at++];
    while (at < sql.size()) {
        if (escapes && sql[at] == '\\') {
            ++at;
        } else if (sql[at] == quote) {
            if (at + 1 == sql.size() || sql[at + 1] != quote) {
                return at + 1;
            }
            ++at;
        }
        ++at;
    }
    return sql.size();
}

std::size_t end_of_token(std::string_view sql, std::size_t at, std::string_view previous) noexcept {
    if (sql[at] == '\'') {
        return end_of_quoted(sql, at, at > 0 && previous == "E" && sql[at - 1] == 'E');
    }
    if (sql[at] == '"') {
        return end_of_quoted(sql, at, false);
    }
    std::size_t end = at;
    while (end < sql.size() && is_word(sql[end])) {
        ++end;
    }
    return std::max(end, at + 1);
}

bool is_column(std::string_view sql, std::size_t at, std::size_t end, std::string_view previous) noexcept {
    const std::string_view before = sql.substr(0, at);
    return !before.ends_with('.') && !before.ends_with("::") && previous != "COLLATE" &&
           (end == sql.size() || sql[end] != '(');
}

}  // namespace

std::string rename_in_sql(std::string_view sql, std::span<const NewName> names) {
    std::string result;
    std::string_view previous;  // word
    for (std::size_t at = 0; at < sql.size();) {
        const std::size_t end = end_of_token(sql, at, previous);
        const std::string_view token = sql.substr(at, end - at);
        const auto name = std::ranges::find(names, token, &NewName::from);
        result += name != names.end() && is_column(sql, at, end, previous) ? std::string_view(name->to) : token;
        if (is_word(token.front()) || token.front() == '"') {
            previous = token;
        }
        at = end;
    }
    return result;
}

}  // namespace schema_audit
