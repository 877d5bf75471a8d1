#include "server/facts_indexes.hpp"

namespace schema_audit::server {
namespace {

Oid access_method_of(Oid index) noexcept {
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    const Oid method = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple))->relam;
    ReleaseSysCache(tuple);
    return method;
}

}  // namespace

bool is_plain_index(HeapTuple index, TupleDesc descriptor) noexcept {
    const auto &row = *reinterpret_cast<const FormData_pg_index *>(GETSTRUCT(index));
    if (row.indnatts != row.indnkeyatts || !heap_attisnull(index, Anum_pg_index_indpred, descriptor) ||
        access_method_of(row.indexrelid) != BTREE_AM_OID) {
        return false;
    }
    bool is_null = false;
    const auto *classes = reinterpret_cast<const oidvector *>(
        DatumGetPointer(heap_getattr(index, Anum_pg_index_indclass, descriptor, &is_null)));
    const auto *options = reinterpret_cast<const int2vector *>(
        DatumGetPointer(heap_getattr(index, Anum_pg_index_indoption, descriptor, &is_null)));
    const auto *collations = reinterpret_cast<const oidvector *>(
        DatumGetPointer(heap_getattr(index, Anum_pg_index_indcollation, descriptor, &is_null)));
    for (int i = 0; i < row.indnkeyatts; ++i) {
        Oid type = InvalidOid;
        Oid collation = InvalidOid;
        int32 modifier = -1;
        if (row.indkey.values[i] <= 0 || options->values[i] != 0) {
            return false;
        }
        get_atttypetypmodcoll(row.indrelid, row.indkey.values[i], &type, &modifier, &collation);
        if (collations->values[i] != collation || classes->values[i] != GetDefaultOpClass(type, BTREE_AM_OID)) {
            return false;
        }
    }
    return true;
}

int64 index_scans(Oid index) noexcept {
    const PgStat_StatTabEntry *entry = pgstat_fetch_stat_tabentry(index);
    return entry != nullptr ? entry->numscans : 0;
}

}  // namespace schema_audit::server
