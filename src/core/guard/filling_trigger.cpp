#include "core/guard/filling_trigger.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace schema_audit::guard {
namespace {

bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// Words and single characters in lower case, without blanks and comments; a quoted name is its content.
std::vector<std::string> tokens_of(std::string_view source) {
    std::vector<std::string> tokens;
    std::size_t at = 0;
    const auto past = [&](std::string_view what, std::size_t from) {
        const std::size_t found = source.find(what, from);
        return found == std::string_view::npos ? source.size() : found + what.size();
    };
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    while (at < source.size()) {
        const char c = lower(source[at]);
        std::size_t end = at + 1;
        if (source.substr(at).starts_with("--")) {
            at = past("\n", at);
            continue;
        }
        if (source.substr(at).starts_with("/*")) {
            at = past("*/", at);
            continue;
        }
        if (c == '\'' || c == '"') {
            end = past(std::string_view(&source[at], 1), at + 1);
            // What a literal says is no code.
            tokens.emplace_back(c == '"' ? source.substr(at + 1, std::max(end, at + 2) - at - 2) : "''");
        } else if (is_word(c)) {
            std::string word;
            for (end = at; end < source.size() && is_word(lower(source[end])); ++end) {
                word += lower(source[end]);
            }
            tokens.push_back(std::move(word));
        } else if (std::string_view(" \t\r\n\f").find(c) == std::string_view::npos) {
            tokens.emplace_back(1, c);
        }
        at = end;
    }
    return tokens;
}

template <std::size_t count>
bool is_one_of(const std::string &token, const std::array<std::string_view, count> &words) {
    return std::ranges::find(words, token) != words.end();
}

// `= ` after a name is an assignment where a statement begins, else a comparison.
bool begins_statement(const std::vector<std::string> &tokens, std::size_t at) {
    constexpr auto before = std::to_array<std::string_view>({";", "begin", "then", "else", "loop", ">"});
    return at == 0 || is_one_of(tokens[at - 1], before);
}

// SELECT … INTO NEW.a, NEW.b
bool is_target(const std::vector<std::string> &tokens, std::size_t at) {
    constexpr auto parts = std::to_array<std::string_view>({",", ".", "strict"});
    while (at > 0) {
        const std::string &token = tokens[at - 1];
        if (token == "into") {
            return true;
        }
        const bool part = is_one_of(token, parts) || token == "new" || (at > 1 && tokens[at - 2] == ".") ||
                          (at < tokens.size() && tokens[at] == ",");
        if (!part || token == ")") {
            return false;
        }
        --at;
    }
    return false;
}

}  // namespace

bool assigns_new(std::string_view source, std::string_view column) {
    const std::vector<std::string> tokens = tokens_of(source);
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
        if (tokens[i] != "new" || tokens[i + 1] != "." || tokens[i + 2] != column) {
            continue;
        }
        const std::string next = i + 3 < tokens.size() ? tokens[i + 3] : "";
        const bool colon = next == ":" && i + 4 < tokens.size() && tokens[i + 4] == "=";
        if (colon || (next == "=" && begins_statement(tokens, i)) || is_target(tokens, i)) {
            return true;
        }
    }
    return false;
}

}  // namespace schema_audit::guard
