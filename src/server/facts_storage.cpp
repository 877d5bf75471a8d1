// Where a relation is stored and how: SET LOGGED, SET ACCESS METHOD and SET TABLESPACE are judged by it.
#include "server/facts.hpp"

namespace schema_audit::server {
namespace {

struct Storage {
    bool logged, row_security;
    const char *access_method, *tablespace;
};

Storage storage_of(Oid table) noexcept {
    Storage storage{true, false, nullptr, nullptr};
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    if (!HeapTupleIsValid(tuple)) {
        return storage;
    }
    const auto *relation = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple));
    const Oid method = relation->relam;
    const Oid space = OidIsValid(relation->reltablespace) ? relation->reltablespace : MyDatabaseTableSpace;
    storage.row_security = relation->relrowsecurity;
    storage.logged = relation->relpersistence == RELPERSISTENCE_PERMANENT;
    ReleaseSysCache(tuple);
    storage.access_method = OidIsValid(method) ? get_am_name(method) : nullptr;
    storage.tablespace = get_tablespace_name(space);
    return storage;
}

}  // namespace

void read_storage(Oid table, guard::TableFacts &facts) {
    const Storage storage = server_call([=] { return storage_of(table); });
    facts.logged = storage.logged;
    facts.row_security = storage.row_security;
    facts.access_method = text_or_empty(storage.access_method);
    facts.tablespace = text_or_empty(storage.tablespace);
}

}  // namespace schema_audit::server
