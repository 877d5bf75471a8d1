#include "core/compare/object_statements.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <map>

namespace schema_audit {
namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> result;
    bool quoted = false;
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        quoted = quoted != (text[at] == '"');
        if (!quoted && text.substr(at).starts_with(separator)) {
            result.push_back(text.substr(start, at - start));
            start = at + separator.size();
            at = start - 1;
        }
    }
    if (start < text.size()) {
        result.push_back(text.substr(start));
    }
    return result;
}

// By grantee, sorted: "SELECT*,UPDATE".
using Entries = std::map<std::string_view, std::string_view>;

Entries entries_of(std::string_view text) {
    Entries result;
    for (const std::string_view entry : split(text == "none" ? std::string_view{} : text, "; ")) {
        const std::size_t at = entry.rfind('=');
        result.emplace(entry.substr(0, at), entry.substr(at + 1));
    }
    return result;
}

// "FOR ROLE anna ON TABLES", with IN SCHEMA where it has one.
struct DefaultPrivileges {
    std::string_view role, objects;
};

DefaultPrivileges default_privileges_of(std::string_view name) {
    constexpr std::string_view before = "FOR ROLE ";
    constexpr std::string_view between = " ON ";
    const std::size_t at = std::min(name.rfind(between), name.size());
    return {name.substr(0, at).substr(std::min(before.size(), at)),
            name.substr(std::min(at + between.size(), name.size()))};
}

std::string in_schema(std::string_view schema) {
    return schema.empty() ? std::string() : format(" IN SCHEMA {}", quote_identifier(schema));
}

class Statements {
public:
    explicit Statements(const ObjectNames &object) {
        if (object.kind == ObjectKind::default_privileges) {
            const DefaultPrivileges parts = default_privileges_of(object.name);
            before_ = format("ALTER DEFAULT PRIVILEGES FOR ROLE {}{} ", parts.role, in_schema(object.schema));
            object_ = parts.objects;
            owner_ = parts.role;
            if (object.schema.empty()) {
                defaults_.emplace("owner", "ALL");
                if (object_ == "FUNCTIONS") {
                    defaults_.emplace("PUBLIC", "EXECUTE");
                } else if (object_ == "TYPES") {
                    defaults_.emplace("PUBLIC", "USAGE");
                }
            }
        } else {
            object_ = format("PARAMETER {}", object.name);
        }
    }

    std::string between(std::string_view expected, std::string_view actual) {
        const Entries wanted = expected.empty() ? defaults_ : entries_of(expected);
        const Entries found = actual.empty() ? defaults_ : entries_of(actual);
        for (const auto &[grantee, privileges] : found) {
            if (const auto other = wanted.find(grantee); other == wanted.end() || other->second != privileges) {
                add(format("REVOKE ALL ON {} FROM {};", object_, role(grantee)));
            }
        }
        for (const auto &[grantee, privileges] : wanted) {
            if (const auto other = found.find(grantee); other == found.end() || other->second != privileges) {
                grant(grantee, privileges);
            }
        }
        return result_;
    }

private:
    [[nodiscard]] std::string_view role(std::string_view grantee) const {
        return grantee == "owner" ? owner_ : grantee;
    }
    void add(std::string_view statement) {
        result_ += format("{}{}{}", result_.empty() ? "" : " ", before_, statement);
    }
    void grant(std::string_view grantee, std::string_view privileges) {
        std::string plain;
        std::string with_option;
        for (std::string_view privilege : split(privileges, ",")) {
            const bool option = privilege.ends_with('*');
            privilege.remove_suffix(option ? 1 : 0);
            std::string &list = option ? with_option : plain;
            list += format("{}{}", list.empty() ? "" : ", ", privilege);
        }
        if (!plain.empty()) {
            add(format("GRANT {} ON {} TO {};", plain, object_, role(grantee)));
        }
        if (!with_option.empty()) {
            add(format("GRANT {} ON {} TO {} WITH GRANT OPTION;", with_option, object_, role(grantee)));
        }
    }

    std::string before_, object_, result_;
    std::string_view owner_;
    Entries defaults_;
};

std::string membership_statements(std::string_view role, std::string_view expected, std::string_view actual) {
    const auto wanted = split(expected, ", ");
    const auto found = split(actual, ", ");
    std::string result;
    const auto add = [&](std::string_view pattern, std::string_view item, std::string_view options) {
        const std::string_view group = item.substr(0, item.find(" WITH "));
        result += format("{}{} {} {} {}{};", result.empty() ? "" : " ", pattern, group,
                         pattern == "GRANT" ? "TO" : "FROM", role, options);
    };
    for (const std::string_view item : found) {
        if (std::ranges::find(wanted, item) == wanted.end()) {
            add("REVOKE", item, "");
        }
    }
    for (const std::string_view item : wanted) {
        if (std::ranges::find(found, item) == found.end()) {
            const std::size_t at = std::min(item.find(" WITH "), item.size());
            add("GRANT", item, item.substr(at));
        }
    }
    return result;
}

std::string unquoted(std::string_view identifier) {
    if (!identifier.starts_with('"')) {
        return std::string(identifier);
    }
    std::string result;
    for (std::size_t at = 1; at + 1 < identifier.size(); ++at) {
        result += identifier[at];
        at += identifier[at] == '"' ? 1 : 0;
    }
    return result;
}

std::string member_target(const ObjectNames &object) {
    return object.table.empty() ? format("TABLES IN SCHEMA {}", quote_identifier(object.schema))
                                : format("TABLE {}", quote_qualified(object.schema, object.table));
}

}  // namespace

std::string own_sql_name(const ObjectNames &object) {
    switch (object.kind) {
        case ObjectKind::publication_membership:
            return format("of {} in {}", member_target(object), quote_identifier(object.name));
        case ObjectKind::default_privileges: {
            const DefaultPrivileges parts = default_privileges_of(object.name);
            return format("FOR ROLE {}{} ON {}", parts.role, in_schema(object.schema), parts.objects);
        }
        case ObjectKind::user_mapping:
        case ObjectKind::parameter_privileges:
            return std::string(object.name);
        default:
            return {};
    }
}

std::string own_drop(const ObjectNames &object, std::string_view privileges) {
    switch (object.kind) {
        case ObjectKind::publication_membership:
            return format("ALTER PUBLICATION {} DROP {};", quote_identifier(object.name), member_target(object));
        case ObjectKind::default_privileges:
        case ObjectKind::parameter_privileges:
            return own_change(object, {}, privileges);
        default:
            return {};
    }
}

Carrier carrier_of(const ObjectNames &object) {
    if (object.kind == ObjectKind::publication_membership) {
        return {ObjectKind::publication, std::string(object.name)};
    }
    constexpr std::string_view of_server = " SERVER ";
    if (object.kind == ObjectKind::user_mapping && object.name.rfind(of_server) != std::string_view::npos) {
        return {ObjectKind::server, unquoted(object.name.substr(object.name.rfind(of_server) + of_server.size()))};
    }
    return {};
}

std::string own_change(const ObjectNames &object, std::string_view expected, std::string_view actual) {
    return object.kind == ObjectKind::role ? membership_statements(quote_identifier(object.name), expected, actual)
                                           : Statements(object).between(expected, actual);
}

}  // namespace schema_audit
