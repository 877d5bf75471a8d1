#include "core/guard/blame.hpp"

#include "core/guard/changes.hpp"
#include "core/schema/identifier.hpp"
#include "core/schema/object_kind.hpp"

#include <algorithm>
#include <array>

namespace schema_audit::guard {
namespace {

using change::added_identity;
using change::altered;
using change::altered_type;
using change::attached;
using change::created;
using change::detached;
using change::dropped;
using change::dropped_default;
using change::dropped_expression;
using change::dropped_identity;
using change::dropped_not_null;
using change::new_name;
using change::old_name;
using change::set_default;
using change::set_expression;
using change::set_not_null;
using change::validated;
using Words = std::vector<std::string_view>;

bool one_of(std::string_view word, std::span<const std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

bool is_constraint(std::string_view object_type) {
    return object_type.ends_with("constraint") || object_type == "primary key" || object_type == "foreign key";
}

bool is_table(std::string_view object_type) {
    return object_type == "table" || object_type == "partition" || object_type == "partitioned table" ||
           object_type == "foreign table";
}

// Kinds whose name the audit already holds as SQL: f(integer).
bool is_sql_name(ObjectKind kind) {
    return kind == ObjectKind::function || kind == ObjectKind::procedure || kind == ObjectKind::aggregate ||
           kind == ObjectKind::operator_;
}

std::optional<std::string> other_object(const Finding &finding) {
    const std::optional<ObjectKind> kind = kind_from(finding.object_type);
    if (!kind) {
        return std::nullopt;
    }
    switch (spec_of(*kind).place) {
        case Place::on_table:
            return quote_identifier(finding.object_name) + " on " +
                   quote_qualified(finding.schema_name, finding.table_name);
        case Place::in_schema:
            return is_sql_name(*kind) ? quote_identifier(finding.schema_name) + "." + finding.object_name
                                      : quote_qualified(finding.schema_name, finding.object_name);
        case Place::in_database:
            return quote_identifier(finding.object_name);
        default:
            return std::nullopt;
    }
}

bool contains_word(std::string_view text, std::string_view words) {
    const auto same = [](char a, char b) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        return lower(a) == lower(b);
    };
    return std::search(text.begin(), text.end(), words.begin(), words.end(), same) != text.end();
}

struct Cause {
    Words causes, contrary, words = {};
};

constexpr auto creations = std::to_array<std::string_view>({created, new_name, attached});
constexpr auto removals = std::to_array<std::string_view>({dropped, old_name, detached});

Words words_of(std::span<const std::string_view> words) { return {words.begin(), words.end()}; }

// Of a column: what it is in the database decides which way it went.
std::optional<Cause> cause_of_column(const Finding &finding) {
    const std::string_view rule = finding.rule;
    if (rule == "type-mismatch" || rule == "length-mismatch" || rule == "precision-mismatch" ||
        rule == "collation-mismatch") {
        return Cause{{altered_type, created}, {}};
    }
    if (rule == "nullability-mismatch") {
        return finding.actual.find("NOT NULL") != std::string::npos
                   ? Cause{{set_not_null, created}, {dropped_not_null}, {"not null", "primary key"}}
                   : Cause{{dropped_not_null, created}, {set_not_null}};
    }
    if (rule == "default-missing" || (rule == "default-mismatch" && finding.actual.empty())) {
        return Cause{{dropped_default, created}, {set_default, added_identity, set_expression}};
    }
    if (rule == "default-mismatch") {
        return Cause{{set_default, created}, {dropped_default}, {"default"}};
    }
    if (rule == "orphan-required-column" || rule == "required-column-without-default" ||
        rule == "default-dropped-after-add") {
        return Cause{{dropped_default, set_not_null, dropped_identity, dropped_expression, created},
                     {set_default, dropped_not_null, added_identity, set_expression}};
    }
    if (rule == "identity-mismatch") {
        return Cause{{added_identity, dropped_identity, created}, {}};
    }
    if (rule == "generated-mismatch") {
        return Cause{{set_expression, dropped_expression, created}, {}};
    }
    return std::nullopt;
}

std::optional<Cause> cause_of(const Finding &finding) {
    const std::string_view rule = finding.rule;
    if (rule.starts_with("missing-") || rule.starts_with("renamed-") || rule == "name-mismatch") {
        return Cause{words_of(removals), words_of(creations)};
    }
    if (rule.starts_with("extra-") || rule == "orphaned-junction-table") {
        return Cause{words_of(creations), words_of(removals)};
    }
    if (finding.object_type == "column") {
        return cause_of_column(finding);
    }
    if (rule == "unvalidated-constraint") {
        return Cause{{created}, {validated, altered}, {"not valid"}};
    }
    if (rule == "enum-mismatch" || rule == "extension-mismatch") {
        return Cause{{created, altered}, {}};
    }
    if (rule == "partition-bound-mismatch") {
        return Cause{{attached, created}, {detached}};
    }
    const bool owned = rule == "owner-mismatch" || rule == "grants-mismatch" || rule == "comment-mismatch" ||
                       rule == "invalid-index" || rule == "security-label-mismatch";
    if (rule.ends_with("-mismatch") && !owned && !is_table(finding.object_type)) {
        // ALTER may have changed just this, or something else.
        return Cause{{created}, {altered}};
    }
    return std::nullopt;
}

std::string_view change_of(const LoggedStatement &row, std::string_view object, std::size_t &from) {
    for (; from < row.objects.size() && from < row.changes.size(); ++from) {
        if (row.objects[from] == object) {
            return row.changes[from++];
        }
    }
    return {};
}

// All that a row did to an object, the last first.
Words changes_of(const LoggedStatement &row, std::string_view object) {
    Words words;
    std::size_t from = 0;
    while (!object.empty() && from < row.objects.size()) {
        const std::string_view word = change_of(row, object, from);
        if (!word.empty()) {
            words.insert(words.begin(), word);
        }
    }
    return words;
}

bool has(const Words &words, std::string_view word) { return one_of(word, words); }

// Is it the name that it was made under that counts from here on?
bool begins_anew(const Words &words) {
    return has(words, created) || has(words, dropped) || has(words, old_name) || has(words, new_name);
}

bool has_needed_word(const Suspect &suspect, const std::string &statement) {
    return suspect.words.empty() ||
           std::ranges::any_of(suspect.words, [&](std::string_view words) { return contains_word(statement, words); });
}

// One row: does it end the search, and how?
struct Look {
    bool ends = false;
    Trace trace;
};

Look look_at(const Suspect &suspect, const LoggedStatement &row) {
    const Trace guilty{row.id, row.at, std::nullopt};
    for (const std::string_view word : changes_of(row, suspect.object)) {
        if (has(suspect.contrary, word)) {
            return {true, {}};
        }
        if (has(suspect.causes, word)) {
            const bool proven = word != created || has_needed_word(suspect, row.statement);
            return {true, proven ? guilty : Trace{}};
        }
        if (word == new_name) {
            return {true, {0, 0, renamed_from(suspect, row)}};
        }
        if (begins_anew({word})) {
            return {true, {}};
        }
    }
    const Words of_table = changes_of(row, suspect.table);
    if (has(of_table, created) && has(suspect.causes, created)) {
        const bool proven = mentions(row.statement, suspect.name) && has_needed_word(suspect, row.statement);
        return {true, proven ? guilty : Trace{}};
    }
    if (has(of_table, new_name)) {
        return {true, {0, 0, renamed_from(suspect, row)}};
    }
    return {begins_anew(of_table) || begins_anew(changes_of(row, suspect.schema)), {}};
}

// Takes an identifier as SQL quotes it from the front of a key, which ends it with one of `ends`.
std::optional<std::string> take_identifier(std::string_view &key, std::string_view ends) {
    if (!key.starts_with('"')) {
        const std::size_t end = std::min(key.find_first_of(ends), key.size());
        std::string name(key.substr(0, end));
        key.remove_prefix(end);
        return name;
    }
    std::string name;
    for (std::size_t i = 1; i < key.size(); ++i) {
        if (key[i] != '"') {
            name += key[i];
        } else if (i + 1 < key.size() && key[i + 1] == '"') {
            name += key[i++];
        } else {
            key.remove_prefix(i + 1);
            return name;
        }
    }
    return std::nullopt;
}

bool take(std::string_view &key, char what) {
    const bool there = key.starts_with(what);
    key.remove_prefix(there ? 1 : 0);
    return there;
}

}  // namespace

std::optional<Finding> finding_from_key(std::string_view key) {
    Finding finding;
    const std::size_t colon = key.find(':');
    const Rule *rule = find_rule(key.substr(0, colon));
    if (colon == std::string_view::npos || rule == nullptr || rule->acts_on != "audit") {
        return std::nullopt;
    }
    finding.rule = rule->name;
    key.remove_prefix(colon + 1);
    const auto schema = take_identifier(key, ".:");
    const bool has_table = schema && take(key, '.');
    const auto table = has_table ? take_identifier(key, ":") : std::string();
    const std::size_t type_end = take(key, ':') ? key.find(':') : std::string_view::npos;
    if (!schema || !table || type_end == std::string_view::npos) {
        return std::nullopt;
    }
    finding.schema_name = *schema;
    finding.table_name = *table;
    finding.object_type = key.substr(0, type_end);
    key.remove_prefix(type_end + 1);
    const auto name = take_identifier(key, "");
    if (!name || !key.empty()) {
        return std::nullopt;
    }
    finding.object_name = *name;
    return finding;
}

std::vector<std::string> Suspect::keys() const {
    std::vector<std::string> result;
    for (const std::string *key : {&object, &table, &schema}) {
        if (!key->empty()) {
            result.push_back(*key);
        }
    }
    return result;
}

Suspect object_of(const Finding &finding) {
    Suspect suspect;
    const std::string table =
        finding.table_name.empty() ? std::string() : quote_qualified(finding.schema_name, finding.table_name);
    suspect.schema = finding.schema_name.empty() ? std::string() : quote_identifier(finding.schema_name);
    if (is_table(finding.object_type)) {
        suspect.object = table;
        return suspect;
    }
    suspect.table = table;
    suspect.name = finding.object_name;
    if (finding.object_type == "column") {
        suspect.object = table + "." + quote_identifier(finding.object_name);
    } else if (is_constraint(finding.object_type)) {
        suspect.object = quote_identifier(finding.object_name) + " on " + table;
    } else if (finding.object_type == "index") {
        suspect.object = quote_qualified(finding.schema_name, finding.object_name);
    } else {
        suspect.object = other_object(finding).value_or("");
    }
    if (suspect.schema == suspect.object) {
        suspect.schema.clear();
    }
    return suspect;
}

std::optional<Suspect> suspect_of(const Finding &finding) {
    std::optional<Cause> cause = cause_of(finding);
    if (!cause) {
        return std::nullopt;
    }
    Suspect suspect = object_of(finding);
    if (suspect.object.empty()) {
        return std::nullopt;
    }
    suspect.causes = std::move(cause->causes);
    suspect.contrary = std::move(cause->contrary);
    suspect.words = std::move(cause->words);
    suspect.compares =
        finding.rule != "name-mismatch" &&
        (finding.rule.ends_with("-mismatch") || finding.rule == "default-missing" ||
         finding.rule == "required-column-without-default" || finding.rule == "default-dropped-after-add");
    return suspect;
}

Trace trace(const Suspect &suspect, std::span<const LoggedStatement *const> rows) {
    for (const LoggedStatement *row : rows) {
        if (suspect.before != 0 && row->id >= suspect.before) {
            continue;
        }
        Look look = look_at(suspect, *row);
        if (look.ends) {
            return std::move(look.trace);
        }
    }
    return {};
}

std::optional<Suspect> renamed_from(const Suspect &suspect, const LoggedStatement &row) {
    // name_changes() writes the old name behind the new one.
    const auto old_name_of = [&](const std::string &object) -> std::string {
        for (std::size_t i = 0; i + 1 < row.objects.size() && i + 1 < row.changes.size(); ++i) {
            if (!object.empty() && row.objects[i] == object && row.changes[i] == new_name &&
                row.changes[i + 1] == old_name) {
                return row.objects[i + 1];
            }
        }
        return {};
    };
    Suspect before = suspect;
    before.before = row.id;
    if (const std::string object = old_name_of(suspect.object); !object.empty()) {
        before.object = object;
        return before;
    }
    const std::string table = old_name_of(suspect.table);
    if (table.empty()) {
        return std::nullopt;
    }
    if (const std::string part = suspect.table + "."; suspect.object.starts_with(part)) {
        before.object = table + "." + suspect.object.substr(part.size());
    } else if (const std::string end = " on " + suspect.table; suspect.object.ends_with(end)) {
        before.object = suspect.object.substr(0, suspect.object.size() - end.size()) + " on " + table;
    }
    before.table = table;
    return before;
}

std::string history_of(const Suspect &suspect, const LoggedStatement &row) {
    std::string text;
    const auto add = [&](std::string_view word) { text += (text.empty() ? "" : ", ") + std::string(word); };
    const Words own = changes_of(row, suspect.object);
    std::for_each(own.rbegin(), own.rend(), add);
    if (!text.empty()) {
        return text;
    }
    for (const std::string *whole : {&suspect.table, &suspect.schema}) {
        for (const std::string_view word : changes_of(row, *whole)) {
            if (begins_anew({word})) {
                return (whole == &suspect.table ? "table " : "schema ") + std::string(word);
            }
        }
    }
    return text;
}

}  // namespace schema_audit::guard
