#include "core/compare/attribute_fixes.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <array>

namespace schema_audit {
namespace {

struct Change {
    const AttributeOwner &owner;
    std::string_view expected, actual;  // as stored
};

void append(std::string &list, std::string_view item, std::string_view separator = ", ") {
    list.append(list.empty() ? "" : separator).append(item);
}

// "a=1" and "a '1'" begin with the same key.
std::string_view key_of(std::string_view item, char end) { return item.substr(0, item.find(end)); }
std::string_view value_of(std::string_view item, char end) {
    const std::size_t at = item.find(end);
    return at == std::string_view::npos ? std::string_view{} : item.substr(at + 1);
}

bool has_key(std::span<const std::string_view> items, std::string_view key, char end) {
    return std::ranges::any_of(items, [&](std::string_view item) { return key_of(item, end) == key; });
}

bool is_plain(std::string_view value) {
    return !value.empty() && std::ranges::all_of(value, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

// "SET (fillfactor = 70), RESET (autovacuum_enabled)"
std::string parameters(const Change &change, std::string_view prefix) {
    const auto wanted = list_items(change.expected);
    const auto found = list_items(change.actual);
    std::string set;
    std::string reset;
    for (const std::string_view item : wanted) {
        if (std::ranges::find(found, item) == found.end()) {
            const std::string_view value = value_of(item, '=');
            append(set,
                   format("{} = {}", key_of(item, '='), is_plain(value) ? std::string(value) : quote_literal(value)));
        }
    }
    for (const std::string_view item : found) {
        if (!has_key(wanted, key_of(item, '='), '=')) {
            append(reset, key_of(item, '='));
        }
    }
    std::string result;
    if (!set.empty()) {
        append(result, format("{}SET ({})", prefix, set));
    }
    if (!reset.empty()) {
        append(result, format("{}RESET ({})", prefix, reset));
    }
    return result;
}

// "OPTIONS (ADD a '1', SET b '2', DROP c)"
std::string options(const Change &change) {
    const auto wanted = list_items(change.expected);
    const auto found = list_items(change.actual);
    std::string list;
    for (const std::string_view item : wanted) {
        if (std::ranges::find(found, item) == found.end()) {
            append(list, format("{} {}", has_key(found, key_of(item, ' '), ' ') ? "SET" : "ADD", item));
        }
    }
    for (const std::string_view item : found) {
        if (!has_key(wanted, key_of(item, ' '), ' ')) {
            append(list, format("DROP {}", key_of(item, ' ')));
        }
    }
    return format("OPTIONS ({})", list);
}

// "ALTER COLUMN 1 SET STATISTICS 500, ALTER COLUMN 2 SET STATISTICS -1"
std::string statistics(const Change &change) {
    const auto wanted = list_items(change.expected);
    const auto found = list_items(change.actual);
    std::string result;
    for (const std::string_view item : wanted) {
        if (std::ranges::find(found, item) == found.end()) {
            append(result, format("ALTER COLUMN {} SET STATISTICS {}", key_of(item, '='), value_of(item, '=')));
        }
    }
    for (const std::string_view item : found) {
        if (!has_key(wanted, key_of(item, '='), '=')) {
            append(result, format("ALTER COLUMN {} SET STATISTICS -1", key_of(item, '=')));
        }
    }
    return result;
}

// ---- lists of what parts of an object have: a 'text', "B c" (grants) ----

struct Part {
    std::string_view name, value;  // as SQL
};

std::vector<Part> parts_of(std::string_view list) {
    std::vector<Part> parts;
    for (const std::string_view item : list_items(list)) {
        std::size_t end = item.find(' ');
        if (item.starts_with('"')) {
            for (end = 1; end < item.size() && (item[end] != '"' || item.substr(end).starts_with("\"\"")); ++end) {
                end += item[end] == '"' ? 1 : 0;
            }
            ++end;
        }
        if (end < item.size()) {
            parts.push_back({item.substr(0, end), item.substr(end + 1)});
        }
    }
    return parts;
}

std::string_view value_of_part(const std::vector<Part> &parts, std::string_view name) {
    const auto found = std::ranges::find(parts, name, &Part::name);
    return found == parts.end() ? std::string_view{} : found->value;
}

// A statement for each part whose values differ; what one side does not name has none there.
template <class Statement>
std::string for_each_part(const Change &change, Statement statement) {
    const std::vector<Part> wanted = parts_of(change.expected);
    const std::vector<Part> found = parts_of(change.actual);
    std::string result;
    for (const Part &part : wanted) {
        if (const std::string_view actual = value_of_part(found, part.name); part.value != actual) {
            append(result, statement(part.name, part.value, actual), " ");
        }
    }
    for (const Part &part : found) {
        if (value_of_part(wanted, part.name).empty()) {
            append(result, statement(part.name, std::string_view{}, part.value), " ");
        }
    }
    return result;
}

// `before` and `after` stand around the name of the part.
std::string comments(const Change &change, std::string_view before, std::string_view after) {
    return for_each_part(change, [&](std::string_view name, std::string_view wanted, std::string_view) {
        return format("COMMENT ON {}{}{} IS {};", before, name, after, wanted.empty() ? "NULL" : wanted);
    });
}

std::string without_parentheses(std::string_view value) {
    return value.size() < 2 ? std::string{} : std::string(value.substr(1, value.size() - 2));
}

std::string column_statistics(const Change &change) {
    return for_each_part(change, [&](std::string_view name, std::string_view wanted, std::string_view) {
        return format("ALTER {} {} ALTER COLUMN {} SET STATISTICS {};", change.owner.word(), change.owner.sql, name,
                      wanted.empty() ? "-1" : without_parentheses(wanted));
    });
}

std::string_view schema_of(std::string_view qualified) { return qualified.substr(0, qualified.rfind('.') + 1); }

std::string row_security(const Change &change) {
    const auto has = [](std::string_view text, std::string_view word) { return text.find(word) != text.npos; };
    std::string result;
    if (has(change.expected, "enabled") != has(change.actual, "enabled")) {
        append(result, has(change.expected, "enabled") ? "ENABLE ROW LEVEL SECURITY" : "DISABLE ROW LEVEL SECURITY");
    }
    if (has(change.expected, "forced") != has(change.actual, "forced")) {
        append(result, has(change.expected, "forced") ? "FORCE ROW LEVEL SECURITY" : "NO FORCE ROW LEVEL SECURITY");
    }
    return result;
}

// A partition that goes to another parent needs its bounds too.
std::string inheritance(const Change &change) {
    if (!change.owner.parent.empty()) {
        return {};
    }
    const auto wanted = list_items(change.expected);
    const auto found = list_items(change.actual);
    std::string result;
    for (const std::string_view parent : found) {
        if (std::ranges::find(wanted, parent) == wanted.end()) {
            append(result, format("NO INHERIT {}", parent));
        }
    }
    for (const std::string_view parent : wanted) {
        if (std::ranges::find(found, parent) == found.end()) {
            append(result, format("INHERIT {}", parent));
        }
    }
    return format("ALTER TABLE {} {};", change.owner.sql, result);
}

// ---- privileges ----

struct Grant {
    std::string_view grantee;
    std::vector<std::string_view> privileges;  // "SELECT", "SELECT*" with grant option
};

std::vector<Grant> grants_of(std::string_view text) {
    std::vector<Grant> result;
    if (text == "none") {
        return result;
    }
    for (const std::string_view entry : list_items(text, "; ")) {
        const std::size_t at = entry.rfind('=');
        result.push_back({entry.substr(0, at), list_items(entry.substr(at + 1), ",")});
    }
    return result;
}

std::string_view without_star(std::string_view privilege) {
    return privilege.ends_with('*') ? privilege.substr(0, privilege.size() - 1) : privilege;
}

std::span<const std::string_view> privileges_of(std::span<const Grant> grants, std::string_view grantee) {
    const auto found = std::ranges::find(grants, grantee, &Grant::grantee);
    return found == grants.end() ? std::span<const std::string_view>{} : std::span(found->privileges);
}

bool holds(std::span<const std::string_view> privileges, std::string_view privilege) {
    return std::ranges::find(privileges, privilege, without_star) != privileges.end();
}

// By itself, or because it is all of them.
bool includes(std::span<const std::string_view> privileges, std::string_view privilege) {
    return holds(privileges, privilege) || holds(privileges, "ALL");
}
bool may_grant(std::span<const std::string_view> privileges, std::string_view privilege) {
    return std::ranges::any_of(privileges, [=](std::string_view held) { return held == privilege || held == "ALL*"; });
}

class GrantFix {
public:
    explicit GrantFix(const Change &change)
        : owner_(change.owner),
          expected_(grants_of(change.expected)),
          actual_(grants_of(change.actual)),
          of_default_(change.expected.empty()) {
        // No text says: what the kind has from its creation. How much that is for its owner stands in the other one.
        if (change.expected.empty()) {
            add_defaults(expected_, actual_);
        }
        if (change.actual.empty()) {
            add_defaults(actual_, expected_);
        }
    }

    std::string statements() {
        for (const Grant &grant : actual_) {
            revoke(grant);
        }
        for (const Grant &grant : expected_) {
            give(grant);
        }
        // Only the owner's own differ, from all to fewer or back.
        return result_.empty() ? set_owners() : result_;
    }

private:
    void add_defaults(std::vector<Grant> &grants, std::span<const Grant> other) const {
        const std::string_view word = spec_of(owner_.kind).sql;
        const auto is_one_of = [&](std::initializer_list<std::string_view> words) {
            return std::ranges::find(words, word) != words.end();
        };
        if (const auto owners = std::ranges::find(other, "owner", &Grant::grantee); owners != other.end()) {
            grants.push_back(*owners);
        }
        if (is_one_of({"FUNCTION", "PROCEDURE", "AGGREGATE"})) {
            grants.push_back({"PUBLIC", {"EXECUTE"}});
        } else if (is_one_of({"TYPE", "DOMAIN", "LANGUAGE"})) {
            grants.push_back({"PUBLIC", {"USAGE"}});
        } else if (word == "DATABASE") {
            grants.push_back({"PUBLIC", {"CONNECT", "TEMPORARY"}});
        }
    }

    [[nodiscard]] std::string set_owners() const {
        const auto owners = std::ranges::find(expected_, "owner", &Grant::grantee);
        std::string revoked = format("REVOKE ALL ON {} FROM CURRENT_USER;", object());
        if (owner_.kind == ObjectKind::column) {
            return {};
        }
        if (of_default_) {
            return format("GRANT ALL ON {} TO CURRENT_USER;", object());
        }
        if (owners == expected_.end()) {
            return revoked;
        }
        return format("{} GRANT {} ON {} TO CURRENT_USER;", revoked, list(owners->privileges), object());
    }

    // Of a column's privileges each names the column.
    [[nodiscard]] std::string list(const std::vector<std::string_view> &privileges) const {
        std::string text;
        for (const std::string_view privilege : privileges) {
            append(text, owner_.kind == ObjectKind::column ? format("{} ({})", without_star(privilege), owner_.name)
                                                           : std::string(without_star(privilege)));
        }
        return text;
    }
    [[nodiscard]] std::string object() const {
        if (owner_.kind == ObjectKind::column) {
            return "TABLE " + owner_.table;
        }
        const std::string_view word = spec_of(owner_.kind).sql;
        const bool relation = word == "TABLE" || word == "VIEW" || word == "MATERIALIZED VIEW";
        std::string name = owner_.sql;
        if (word == "AGGREGATE" && name.ends_with("(*)")) {
            name.replace(name.size() - 3, 3, "()");  // GRANT takes it for a function
        }
        return format("{} {}",
                      relation              ? "TABLE"
                      : word == "AGGREGATE" ? "FUNCTION"
                      : word == "SERVER"    ? "FOREIGN SERVER"
                                            : word,
                      name);
    }
    // Nobody else may take from the owner, or give to it: it is whoever runs the statement.
    static std::string_view role(std::string_view grantee) { return grantee == "owner" ? "CURRENT_USER" : grantee; }

    void revoke(const Grant &grant) {
        const auto wanted = privileges_of(expected_, grant.grantee);
        std::vector<std::string_view> gone;
        std::vector<std::string_view> options;
        for (const std::string_view privilege : grant.privileges) {
            if (!includes(wanted, without_star(privilege))) {
                gone.push_back(privilege);
            } else if (privilege.ends_with('*') && !may_grant(wanted, privilege)) {
                options.push_back(privilege);
            }
        }
        if (!gone.empty()) {
            append(result_, format("REVOKE {} ON {} FROM {};", list(gone), object(), role(grant.grantee)), " ");
        }
        if (!options.empty()) {
            append(result_,
                   format("REVOKE GRANT OPTION FOR {} ON {} FROM {};", list(options), object(), role(grant.grantee)),
                   " ");
        }
    }

    void give(const Grant &grant) {
        const auto found = privileges_of(actual_, grant.grantee);
        std::vector<std::string_view> plain;
        std::vector<std::string_view> with_option;
        for (const std::string_view privilege : grant.privileges) {
            if (std::ranges::find(found, privilege) != found.end() ||
                (!privilege.ends_with('*') && holds(found, privilege))) {
                continue;
            }
            (privilege.ends_with('*') ? with_option : plain).push_back(privilege);
        }
        if (!plain.empty()) {
            append(result_, format("GRANT {} ON {} TO {};", list(plain), object(), role(grant.grantee)), " ");
        }
        if (!with_option.empty()) {
            append(result_,
                   format("GRANT {} ON {} TO {} WITH GRANT OPTION;", list(with_option), object(), role(grant.grantee)),
                   " ");
        }
    }

    const AttributeOwner &owner_;
    std::vector<Grant> expected_, actual_;
    bool of_default_;
    std::string result_;
};

std::string column_grants(const Change &change) {
    return for_each_part(change, [&](std::string_view name, std::string_view wanted, std::string_view found) {
        AttributeOwner column;
        column.kind = ObjectKind::column;
        column.table = change.owner.sql;
        column.name = name;
        const std::string expected = without_parentheses(wanted);
        const std::string actual = without_parentheses(found);
        return GrantFix({column, expected, actual}).statements();
    });
}

}  // namespace

std::vector<std::string_view> list_items(std::string_view list, std::string_view separator) {
    std::vector<std::string_view> items;
    char quote = '\0';
    std::size_t start = 0;
    for (std::size_t at = 0; at < list.size(); ++at) {
        if (quote != '\0') {
            quote = list[at] == quote ? '\0' : quote;
        } else if (list[at] == '"' || list[at] == '\'') {
            quote = list[at];
        } else if (list.substr(at).starts_with(separator)) {
            items.push_back(list.substr(start, at - start));
            start = at + separator.size();
            at = start - 1;
        }
    }
    if (start < list.size()) {
        items.push_back(list.substr(start));
    }
    return items;
}

std::string fix_of_attribute(const AttributeOwner &owner, const AttributeSpec &spec, std::string_view expected,
                             std::string_view actual) {
    const Change change{owner, expected, actual};
    const std::string value(expected.empty() ? spec.absent : expected);
    std::string fix;
    for (std::string_view rest = expected.empty() && !spec.unset.empty() ? spec.unset : spec.fix; !rest.empty();) {
        const std::size_t open = std::min(rest.find('{'), rest.size());
        fix += rest.substr(0, open);
        if (open == rest.size()) {
            break;
        }
        const std::size_t close = rest.find('}', open);
        const std::string_view what = rest.substr(open + 1, close - open - 1);
        rest.remove_prefix(close + 1);
        const std::string filled =
            what == "sql"                       ? std::string(owner.word())
            : what == "object"                  ? owner.sql
            : what == "table"                   ? owner.table
            : what == "name"                    ? owner.name
            : what == "ddl"                     ? std::string(owner.ddl)
            : what == "index"                   ? owner.index
            : what == "parent"                  ? owner.parent
            : what == "value"                   ? value
            : what == "literal"                 ? (value.empty() ? "NULL" : quote_literal(value))
            : what == "parameters"              ? parameters(change, "")
            : what == "column_parameters"       ? parameters(change, "ALTER COLUMN " + owner.name + " ")
            : what == "options"                 ? options(change)
            : what == "statistics"              ? statistics(change)
            : what == "not_null"                ? owner.not_null
            : what == "column_statistics"       ? column_statistics(change)
            : what == "column_grants"           ? column_grants(change)
            : what == "column_comments"         ? comments(change, "COLUMN " + owner.sql + ".", "")
            : what == "index_comments"          ? comments(change, format("INDEX {}", schema_of(owner.sql)), "")
            : what == "constraint_comments"     ? comments(change, "CONSTRAINT ", " ON DOMAIN " + owner.sql)
            : what == "row_security"            ? row_security(change)
            : what == "inheritance"             ? inheritance(change)
            : what == "own" && owner.own_change ? owner.own_change(expected, actual)
            : what == "grants"                  ? GrantFix(change).statements()
                                                : std::string{};
        if (filled.empty()) {
            return {};
        }
        fix += filled;
    }
    return fix;
}

}  // namespace schema_audit
