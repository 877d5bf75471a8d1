#include "core/schema/schema_pattern.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

constexpr auto npos = std::string_view::npos;

bool starts_name(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 128;
}
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool continues_name(char c) noexcept { return starts_name(c) || is_digit(c) || c == '$'; }

// Behind what stands in quotes from `at`; doubled quotes belong to it.
std::size_t end_of_quoted(std::string_view text, std::size_t at) noexcept {
    const char quote = text[at];
    for (std::size_t end = text.find(quote, at + 1); end != npos; end = text.find(quote, end + 2)) {
        if (end + 1 == text.size() || text[end + 1] != quote) {
            return end + 1;
        }
    }
    return text.size();
}

std::size_t end_of_word(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && continues_name(text[at])) {
        ++at;
    }
    return at;
}

// Is the identifier, quoted or not, this name?
bool names(std::string_view identifier, std::string_view name) noexcept {
    if (!identifier.starts_with('"')) {
        return std::ranges::equal(identifier, name, [](char one, char other) {
            return (one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one) == other;
        });
    }
    std::size_t at = 1;
    for (const char c : name) {
        if (at + 1 >= identifier.size() || identifier[at] != c) {
            return false;
        }
        at += c == '"' ? 2 : 1;
    }
    return at + 1 == identifier.size();
}

std::string doubled_quotes(std::string_view text) {
    std::string result;
    for (const char c : text) {
        result.append(c == '\'' ? 2 : 1, c);
    }
    return result;
}

}  // namespace

bool is_schema_pattern(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '%') {
            return true;
        }
    }
    return false;
}

std::string schema_name_of(std::string_view text) {
    std::string result;
    const bool escapes = text.find('%') != npos;
    for (std::size_t i = 0; i < text.size(); ++i) {
        i += escapes && text[i] == '\\' && i + 1 < text.size() ? 1 : 0;
        result += text[i];
    }
    return result;
}

std::string with_schema_name(std::string_view text, std::string_view pattern, std::string_view name) {
    const bool has_quote = name.find('\'') != npos;
    std::string result;
    std::size_t done = 0;
    for (std::size_t at = text.find(pattern); at != npos; at = text.find(pattern, done)) {
        result += text.substr(done, at - done);
        const bool in_literal = has_quote && std::ranges::count(text.substr(0, at), '\'') % 2 == 1;
        result += in_literal ? doubled_quotes(name) : name;
        done = at + pattern.size();
    }
    return result += text.substr(done);
}

std::string with_schema_pattern(std::string_view text, std::string_view name, std::string_view pattern) {
    if (text.find(name) == npos && name.find('"') == npos) {
        return std::string(text);
    }
    std::string result;
    bool in_path = false;  // behind search_path a name stands alone
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        std::size_t end = at + 1;
        in_path = in_path && c != ';' && c != '\n';
        if (c == '\'') {
            end = end_of_quoted(text, at);
            // The names inside of a literal that is a name.
            end = in_path || text.substr(end).starts_with("::reg") ? at + 1 : end;
        } else if (c == '"' || starts_name(c)) {
            end = c == '"' ? end_of_quoted(text, at) : end_of_word(text, at);
            in_path = (in_path && !text.substr(end).starts_with('=')) || text.substr(at, end - at) == "search_path";
            const bool qualifies = text.substr(end).starts_with('.') && (at == 0 || text[at - 1] != '.');
            if ((qualifies || in_path) && names(text.substr(at, end - at), name)) {
                result += pattern;
                at = end;
                continue;
            }
        } else if (is_digit(c)) {
            end = end_of_word(text, at);
        }
        result += text.substr(at, end - at);
        at = end;
    }
    return result;
}

}  // namespace schema_audit
