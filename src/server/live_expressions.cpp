#include "server/live_expressions.hpp"

#include "server/normal_form.hpp"
#include "server/vanished.hpp"

namespace schema_audit::server {
namespace {

constexpr std::string_view location_field = ":location ";

void remember(std::vector<std::uint32_t> &numbers, TextId id, std::uint32_t number) {
    const auto at = static_cast<std::uint32_t>(id);
    if (numbers.size() <= at) {
        numbers.resize(static_cast<std::size_t>(at) * 2 + 16, 0);
    }
    numbers[at] = number + 1;
}

std::uint32_t recall(const std::vector<std::uint32_t> &numbers, TextId id) {
    const auto at = static_cast<std::uint32_t>(id);
    return at < numbers.size() ? numbers[at] : 0;
}

constexpr std::string_view function_field = "{FUNCEXPR :funcid ";

// The sequence of a plain nextval('…'::regclass), also cast down to integer or smallint; else InvalidOid.
// Read off the node text: serial columns are many, each has a tree of its own, and building it costs more
// than the rest of the audit of its table.
Oid sequence_of(std::string_view node_text) {
    constexpr std::string_view value_field = ":constvalue 4 [";
    const auto function_at = [&](std::size_t at) {
        Oid function = InvalidOid;
        (void)std::from_chars(node_text.data() + at, node_text.data() + node_text.size(), function);
        return function;
    };
    if (!node_text.starts_with(function_field)) {
        return InvalidOid;
    }
    Oid function = function_at(function_field.size());
    if (function == F_INT4_INT8 || function == F_INT2_INT8) {
        const std::size_t inner = node_text.find(function_field, 1);
        function = inner == std::string_view::npos ? InvalidOid : function_at(inner + function_field.size());
    }
    if (function != F_NEXTVAL) {
        return InvalidOid;
    }
    const std::size_t value = node_text.find(value_field);
    if (value == std::string_view::npos) {
        return InvalidOid;
    }
    // The bytes of the Datum as they lie in memory, as signed numbers.
    std::array<unsigned char, sizeof(Datum)> bytes{};
    const char *at = node_text.data() + value + value_field.size();
    const char *end = node_text.data() + node_text.size();
    for (unsigned char &byte : bytes) {
        while (at < end && *at == ' ') {
            ++at;
        }
        int number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc{}) {
            return InvalidOid;
        }
        byte = static_cast<unsigned char>(number);
        at = next;
    }
    Datum datum = 0;
    std::memcpy(&datum, bytes.data(), sizeof datum);
    return DatumGetObjectId(datum);
}

struct ServerTexts {
    char *text;
    char *normal;
};

ServerTexts deparse_with_server(const char *node_text, Oid relid) {
    ServerTexts result{nullptr, nullptr};
    auto *node = static_cast<Node *>(stringToNode(node_text));
    result.text = text_of_node(node, relid);
    result.normal = normal_form_of_node(node, relid);
    return result;
}

}  // namespace

// Node text without the places in the DDL, which say nothing about meaning.
std::string LiveExpressions::without_locations(std::string_view node_text) {
    std::string result;
    result.reserve(node_text.size());
    std::size_t at = 0;
    while (true) {
        const std::size_t found = node_text.find(location_field, at);
        if (found == std::string_view::npos) {
            break;
        }
        const std::size_t digits = found + location_field.size();
        result.append(node_text, at, digits - at);
        result += "-1";
        at = node_text.find_first_not_of("-0123456789", digits);
        if (at == std::string_view::npos) {
            at = node_text.size();
        }
    }
    return result.append(node_text.substr(at));
}

std::int16_t LiveExpressions::column_number(std::string_view key, std::size_t field) {
    std::int16_t number = 0;
    (void)std::from_chars(key.data() + field + column_field.size(), key.data() + key.size(), number);
    return number;
}

std::uint32_t LiveExpressions::add_key(std::string_view key, std::size_t tree, Oid relid) {
    const TextId id = keys_.intern(key);
    if (const std::uint32_t known = recall(by_key_, id); known != 0) {
        return known - 1;
    }
    entries_.push_back({id, static_cast<std::uint32_t>(tree), relid, InvalidOid});
    remember(by_key_, id, static_cast<std::uint32_t>(entries_.size() - 1));
    return static_cast<std::uint32_t>(entries_.size() - 1);
}

std::uint32_t LiveExpressions::add_constant(std::string_view node_text, std::size_t neighbour) {
    if (const Oid sequence = sequence_of(node_text); OidIsValid(sequence)) {
        entries_.push_back({TextId::none, 0, InvalidOid, sequence});
        return static_cast<std::uint32_t>(entries_.size() - 1);
    }
    if (neighbours_.size() <= neighbour) {
        neighbours_.resize(neighbour + 1, TextId::none);
    }
    const TextId raw = raw_.intern(node_text, neighbours_[neighbour]);
    neighbours_[neighbour] = raw;
    if (const std::uint32_t known = recall(by_raw_, raw); known != 0) {
        return known - 1;
    }
    if (node_text.find("{VAR ") != std::string_view::npos) {
        remember(by_raw_, raw, reads_columns);
        return reads_columns;
    }
    const std::string key = without_locations(node_text);
    const std::uint32_t number = add_key(key, key.size(), InvalidOid);
    remember(by_raw_, raw, number);
    return number;
}

LiveExpressions::Deparsed LiveExpressions::deparse_one(const Entry &entry) const {
    Deparsed result;
    if (OidIsValid(entry.sequence)) {
        result.sequence = entry.sequence;
        return result;
    }
    const std::string tree(keys_.view(entry.key).substr(0, entry.tree));
    const bool there = unless_vanished([&] {
        const ServerTexts texts = server_call([&] { return deparse_with_server(tree.c_str(), entry.relid); });
        result.text = texts.text;
        result.normal = texts.normal;
    });
    result.vanished = !there || result.text == nullptr;
    return result;
}

}  // namespace schema_audit::server
