// Facts of one relation, by look-ups in the catalogs that wait for nobody.
#pragma once

#include "core/guard/facts.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// Visits the rows of a catalog that belong to one object; visit may append to objects of the caller.
template <class Visit>
void for_each_row(Oid catalog, Oid index, AttrNumber column, Oid of, Visit visit) {
    server_call([&] {
        const Relation relation = table_open(catalog, AccessShareLock);
        ScanKeyData key;
        ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(of));
        const SysScanDesc scan = systable_beginscan(relation, index, true, nullptr, 1, &key);
        for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
            visit(tuple, RelationGetDescr(relation));
        }
        systable_endscan(scan);
        table_close(relation, AccessShareLock);
    });
}

// Fills what `needs` asks for; schema and name are the caller's.
void read_relation_facts(Oid relation, char kind, guard::Need needs, guard::TableFacts &facts);

}  // namespace schema_audit::server
