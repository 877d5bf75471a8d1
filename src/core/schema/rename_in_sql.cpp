#include "core/schema/rename_in_sql.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

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

bool is_number(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// What stands for the token; empty: itself. `schema`: what stands before it and a dot.
std::string renamed_table(const NewTableName &table, std::string_view token, std::string_view schema, bool before_dot) {
    if (schema == table.schema && token == table.from) {
        return table.to;
    }
    if (token == "'" + table.schema + "." + table.from + "'") {
        return "'" + table.schema + "." + table.to + "'";
    }
    if (!schema.empty()) {
        return {};
    }
    // The table's own name is its alias; of a second one the server makes name_1.
    if (token == table.from) {
        return before_dot ? table.to : std::string{};
    }
    const std::string made = table.from + "_";
    return token.starts_with(made) && is_number(token.substr(made.size()))
               ? table.to + "_" + std::string(token.substr(made.size()))
               : std::string{};
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

std::string rename_tables_in_sql(std::string_view sql, std::span<const NewTableName> tables) {
    std::vector<NewTableName> named;
    std::ranges::copy_if(tables, std::back_inserter(named), [sql](const NewTableName &table) {
        return sql.find(table.schema + "." + table.from) != std::string_view::npos;
    });
    if (named.empty()) {
        return std::string(sql);
    }
    std::string result;
    std::string_view previous;   // token
    std::string_view qualifier;  // the token before a dot that is the previous one
    for (std::size_t at = 0; at < sql.size();) {
        const std::size_t end = end_of_token(sql, at, previous);
        const std::string_view token = sql.substr(at, end - at);
        const bool before_dot = end < sql.size() && sql[end] == '.';
        const std::string_view schema = previous == "." ? qualifier : std::string_view{};
        std::string found;
        for (const NewTableName &table : named) {
            found = found.empty() ? renamed_table(table, token, schema, before_dot) : found;
        }
        result += found.empty() ? token : std::string_view(found);
        qualifier = token == "." ? previous : std::string_view{};
        previous = token;
        at = end;
    }
    return result;
}

}  // namespace schema_audit
