#include "core/schema/identifier.hpp"

#include <algorithm>
#include <array>

namespace schema_audit {
namespace {

// Words that quote_identifier() of the server quotes on some supported major (reserved, and those that
// cannot be column, function or type names everywhere). Quoting one too many is harmless.
constexpr auto keywords = std::to_array<std::string_view>({
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
});
static_assert(std::ranges::is_sorted(keywords));

bool is_plain(std::string_view name) {
    const auto start = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    const auto inner = [&](char c) { return start(c) || (c >= '0' && c <= '9'); };
    return !name.empty() && start(name.front()) && std::ranges::all_of(name, inner) &&
           !std::ranges::binary_search(keywords, name);
}

}  // namespace

std::string quote_identifier(std::string_view name) {
    if (is_plain(name)) {
        return std::string(name);
    }
    std::string result = "\"";
    for (const char c : name) {
        result += c;
        if (c == '"') {
            result += c;
        }
    }
    return result += '"';
}

std::string quote_qualified(std::string_view schema, std::string_view name) {
    return schema.empty() ? quote_identifier(name) : quote_identifier(schema) + "." + quote_identifier(name);
}

std::string quote_literal(std::string_view text) {
    std::string result = text.find('\\') == std::string_view::npos ? "'" : "E'";
    for (const char c : text) {
        result += c;
        if (c == '\'' || c == '\\') {
            result += c;
        }
    }
    return result += '\'';
}

void append_label(std::string &labels, std::string_view label) {
    labels += labels.empty() ? "" : ", ";
    labels += quote_literal(label);
}

bool mentions(std::string_view source, std::string_view name) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    const auto is_word = [&](char c) {
        return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
               (static_cast<unsigned char>(c) & 0x80U) != 0;
    };
    for (std::size_t at = 0; !name.empty() && at + name.size() <= source.size(); ++at) {
        const std::string_view word = source.substr(at, name.size());
        if (lower(word.front()) != lower(name.front())) {
            continue;
        }
        const std::size_t end = at + name.size();
        const bool starts = at == 0 || !is_word(source[at - 1]);
        if (!starts || (end < source.size() && is_word(source[end]))) {
            continue;
        }
        // As the server reads it: quoted as it stands, otherwise folded to lower case.
        const bool quoted = at > 0 && source[at - 1] == '"' && end < source.size() && source[end] == '"';
        if (word == name || (!quoted && std::ranges::equal(word, name, {}, lower))) {
            return true;
        }
    }
    return false;
}

bool like(std::string_view text, std::string_view pattern) noexcept {
    // Greedy with one backtrack point: the last %.
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '%') {
            star = p++;
            resume = t;
            continue;
        }
        const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
        const std::size_t at = escaped ? p + 1 : p;
        if (at < pattern.size() && ((!escaped && pattern[at] == '_') || pattern[at] == text[t])) {
            // `_` stands for one character, not one byte.
            ++t;
            if (!escaped && pattern[at] == '_') {
                while (t < text.size() && (static_cast<unsigned char>(text[t]) & 0xC0U) == 0x80U) {
                    ++t;
                }
            }
            p = at + 1;
            continue;
        }
        if (star == std::string_view::npos) {
            return false;
        }
        p = star + 1;
        t = ++resume;
    }
    while (p < pattern.size() && pattern[p] == '%') {
        ++p;
    }
    return p == pattern.size();
}

std::string like_pattern(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') {
            result += '\\';
        }
        result += c;
    }
    return result;
}

}  // namespace schema_audit
