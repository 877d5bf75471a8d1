// Privileges as text that does not depend on the order of an ACL, on who granted, or on who owns.
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

struct Grant {
    const char *grantee;
    AclMode privileges;
    AclMode options;
};

struct Grants {
    Grant *items;
    int count;
};

int by_grantee(const void *a, const void *b) {
    return std::strcmp(static_cast<const Grant *>(a)->grantee, static_cast<const Grant *>(b)->grantee);
}

// A role that is dropped while the audit reads has no name any more.
const char *role_name(Oid role) {
    const char *name = GetUserNameFromId(role, true);
    return name == nullptr ? "(dropped)" : quote_identifier(name);
}

// One entry for each grantee, sorted.
Grants grants_of(const Acl *acl, Oid owner) {
    const AclItem *items = ACL_DAT(acl);
    const int count = ACL_NUM(acl);
    Grants result{static_cast<Grant *>(palloc(sizeof(Grant) * static_cast<std::size_t>(count + 1))), 0};
    for (int i = 0; i < count; ++i) {
        const Oid role = items[i].ai_grantee;
        const char *name = role == ACL_ID_PUBLIC ? "PUBLIC" : role == owner ? "owner" : role_name(role);
        Grant *grant = nullptr;
        for (int k = 0; k < result.count && grant == nullptr; ++k) {
            grant = std::strcmp(result.items[k].grantee, name) == 0 ? &result.items[k] : nullptr;
        }
        if (grant == nullptr) {
            grant = &result.items[result.count++];
            *grant = {name, 0, 0};
        }
        grant->privileges |= ACLITEM_GET_PRIVS(items[i]);
        // The owner can grant whether the entry says so or not.
        grant->options |= role == owner ? 0 : ACLITEM_GET_GOPTIONS(items[i]);
    }
    qsort(result.items, static_cast<std::size_t>(result.count), sizeof(Grant), by_grantee);
    return result;
}

bool are_equal(const Grants &a, const Grants &b) {
    if (a.count != b.count) {
        return false;
    }
    for (int i = 0; i < a.count; ++i) {
        if (std::strcmp(a.items[i].grantee, b.items[i].grantee) != 0 ||
            a.items[i].privileges != b.items[i].privileges || a.items[i].options != b.items[i].options) {
            return false;
        }
    }
    return true;
}

// All that there are for a table are more with each major: a database that is upgraded has them all again, and a
// model from before must still be equal.
void append_privileges(StringInfo text, const Grant &grant) {
    if (grant.privileges == ACL_ALL_RIGHTS_RELATION &&
        (grant.options == ACL_NO_RIGHTS || grant.options == ACL_ALL_RIGHTS_RELATION)) {
        appendStringInfoString(text, grant.options == ACL_NO_RIGHTS ? "ALL" : "ALL*");
        return;
    }
    const char *separator = "";
    for (std::size_t bit = 0; bit < privilege_words.size(); ++bit) {
        const AclMode mask = AclMode{1} << bit;
        if ((grant.privileges & mask) != 0) {
            appendStringInfo(text, "%s%s%s", separator, privilege_words[bit], (grant.options & mask) != 0 ? "*" : "");
            separator = ",";
        }
    }
}

char *text_of(const Grants &grants, PrivilegesOf whose) {
    StringInfoData text;
    initStringInfo(&text);
    for (int i = 0; i < grants.count; ++i) {
        if (whose == PrivilegesOf::others && std::strcmp(grants.items[i].grantee, "owner") == 0) {
            continue;
        }
        appendStringInfo(&text, "%s%s=", text.len == 0 ? "" : "; ", grants.items[i].grantee);
        append_privileges(&text, grants.items[i]);
    }
    // Everything revoked, from the owner too.
    return text.len == 0 ? pstrdup("none") : text.data;
}

}  // namespace

char *grants_text(Datum acl, bool is_null, ObjectType type, Oid owner) {
    if (is_null) {
        return nullptr;
    }
    const Grants grants = grants_of(DatumGetAclP(acl), owner);
    return are_equal(grants, grants_of(acldefault(type, owner), owner)) ? nullptr
                                                                        : text_of(grants, PrivilegesOf::everybody);
}

char *privileges_text(const Acl *acl, Oid owner, PrivilegesOf whose) { return text_of(grants_of(acl, owner), whose); }

}  // namespace schema_audit::server
