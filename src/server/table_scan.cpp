#include "server/table_scan.hpp"

#include "server/row_places.hpp"

namespace schema_audit::server {

Oid own_table(const char *name) {
    return server_call([&] {
        const Oid table = get_relname_relid(name, get_namespace_oid("schema_audit", false));
        if (!OidIsValid(table)) {
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("table \"schema_audit.%s\" does not exist", name),
                            errhint("DROP EXTENSION schema_audit; CREATE EXTENSION schema_audit; makes it anew.")));
        }
        return table;
    });
}

Oid own_table_for_select(const char *name) {
    const Oid table = own_table(name);
    server_call([&] {
        const AclResult result = pg_class_aclcheck(table, GetUserId(), ACL_SELECT);
        if (result != ACLCHECK_OK) {
            aclcheck_error(result, OBJECT_TABLE, name);
        }
    });
    Recording::note_table(table);
    return table;
}

}  // namespace schema_audit::server
