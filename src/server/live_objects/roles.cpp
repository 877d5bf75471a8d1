// Roles, what they are given when objects are made, and who may set parameters. The server's own roles are left out.
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_role(std::string_view name) { return attribute(ObjectKind::role, name); }

// By member: "admins WITH ADMIN OPTION", quoted.
using Memberships = std::unordered_map<Oid, std::vector<std::string>>;

Memberships read_memberships(ObjectReader &reader) {
    Memberships result;
    scan_catalog(AuthMemRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_auth_members>(GETSTRUCT(tuple));
        if (const char *group = GetUserNameFromId(row.roleid, true)) {
            result[row.member].push_back(
                psprintf("%s%s", quote_identifier(group), schema_audit_membership_options(&row)));
        }
    });
    for (auto &[member, groups] : result) {
        // A group may have been granted by several roles.
        std::ranges::sort(groups);
        const auto rest = std::ranges::unique(groups);
        groups.erase(rest.begin(), rest.end());
    }
    return result;
}

// The same whatever the session's time zone. The reader has pinned DateStyle.
char *timestamp_text(Datum at) {
    return TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(at))
               ? nullptr
               : psprintf("%s+00",
                          DatumGetCString(DirectFunctionCall1(
                              timestamp_out, DirectFunctionCall2(timestamptz_zone, CStringGetTextDatum("UTC"), at))));
}

void set_flags(ObjectReader &reader, const FormData_pg_authid &row) {
    reader.set_if(row.rolsuper, of_role("superuser"), "SUPERUSER");
    reader.set_if(!row.rolinherit, of_role("inherit"), "NOINHERIT");
    reader.set_if(row.rolcreaterole, of_role("create_role"), "CREATEROLE");
    reader.set_if(row.rolcreatedb, of_role("create_database"), "CREATEDB");
    reader.set_if(row.rolcanlogin, of_role("login"), "LOGIN");
    reader.set_if(row.rolreplication, of_role("replication"), "REPLICATION");
    reader.set_if(row.rolbypassrls, of_role("bypass_row_security"), "BYPASSRLS");
    if (row.rolconnlimit >= 0) {
        reader.set(of_role("connection_limit"), psprintf("%d", row.rolconnlimit));
    }
}

char *role_ddl(const char *name, const FormData_pg_authid &row, const char *valid_until) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "CREATE ROLE %s", name);
    const auto add = [&](bool is_set, const char *word) { appendStringInfoString(&text, is_set ? word : ""); };
    add(row.rolsuper, " SUPERUSER");
    add(!row.rolinherit, " NOINHERIT");
    add(row.rolcreaterole, " CREATEROLE");
    add(row.rolcreatedb, " CREATEDB");
    add(row.rolcanlogin, " LOGIN");
    add(row.rolreplication, " REPLICATION");
    add(row.rolbypassrls, " BYPASSRLS");
    if (row.rolconnlimit >= 0) {
        appendStringInfo(&text, " CONNECTION LIMIT %d", row.rolconnlimit);
    }
    if (valid_until != nullptr) {
        appendStringInfo(&text, " VALID UNTIL %s", quote_literal_cstr(valid_until));
    }
    appendStringInfoChar(&text, ';');
    return text.data;
}

}  // namespace

void read_roles(ObjectReader &reader) {
    const Memberships memberships = read_memberships(reader);
    scan_catalog(AuthIdRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_authid>(GETSTRUCT(tuple));
        if (row.oid < FirstNormalObjectId ||
            !reader.begin(ObjectKind::role, AuthIdRelationId, row.oid, InvalidOid, NameStr(row.rolname))) {
            return;
        }
        set_flags(reader, row);
        bool is_null = false;
        const Datum until = heap_getattr(tuple, Anum_pg_authid_rolvaliduntil, descriptor, &is_null);
        const char *valid_until = is_null ? nullptr : timestamp_text(until);
        reader.set(of_role("valid_until"), valid_until);
        if (reader.wants_ddl()) {
            reader.set(of_role("ddl"), role_ddl(quote_identifier(reader.name()), row, valid_until));
        }
        List *groups = NIL;
        if (const auto found = memberships.find(row.oid); found != memberships.end()) {
            for (const std::string &group : found->second) {
                groups = lappend(groups, pstrdup(group.c_str()));
            }
        }
        reader.set(of_role("member_of"), joined_texts(groups, ", ", false));
    });
}

const char *default_privileges_word(char type) {
    switch (type) {
        case DEFACLOBJ_RELATION:
            return "TABLES";
        case DEFACLOBJ_SEQUENCE:
            return "SEQUENCES";
        case DEFACLOBJ_FUNCTION:
            return "FUNCTIONS";
        case DEFACLOBJ_TYPE:
            return "TYPES";
        case DEFACLOBJ_NAMESPACE:
            return "SCHEMAS";
        default:
            return "LARGE OBJECTS";
    }
}

char *default_privileges_name(const char *role, char type) {
    return psprintf("FOR ROLE %s ON %s", quote_identifier(role), default_privileges_word(type));
}

void read_default_privileges(ObjectReader &reader) {
    scan_catalog(DefaultAclRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_default_acl>(GETSTRUCT(tuple));
        const char *role = GetUserNameFromId(row.defaclrole, true);
        if (role == nullptr || (!OidIsValid(row.defaclnamespace) && !reader.reads_database()) ||
            !reader.begin(ObjectKind::default_privileges, DefaultAclRelationId, row.oid, row.defaclnamespace,
                          default_privileges_name(role, row.defaclobjtype))) {
            return;
        }
        bool is_null = false;
        const Datum acl = heap_getattr(tuple, Anum_pg_default_acl_defaclacl, descriptor, &is_null);
        reader.set(attribute(ObjectKind::default_privileges, "privileges"),
                   privileges_text(DatumGetAclP(acl), row.defaclrole, PrivilegesOf::everybody));
    });
}

void read_parameter_privileges(ObjectReader &reader) {
    scan_catalog(ParameterAclRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<FormData_pg_parameter_acl *>(GETSTRUCT(tuple));
        bool is_null = false;
        const char *name =
            TextDatumGetCString(heap_getattr(tuple, Anum_pg_parameter_acl_parname, descriptor, &is_null));
        const Datum acl = heap_getattr(tuple, Anum_pg_parameter_acl_paracl, descriptor, &is_null);
        if (!is_null &&
            reader.begin(ObjectKind::parameter_privileges, ParameterAclRelationId, row.oid, InvalidOid, name)) {
            reader.set(attribute(ObjectKind::parameter_privileges, "privileges"),
                       privileges_text(DatumGetAclP(acl), BOOTSTRAP_SUPERUSERID, PrivilegesOf::others));
        }
    });
}

}  // namespace schema_audit::server
