// Need::disk: what a table takes with its indexes, and what is free where it lies. By the catalogs and the file
// system, without a lock.
#include "server/facts.hpp"
#include "server/relation_facts.hpp"

namespace schema_audit::server {
namespace {

struct Place {
    int64 pages;
    Oid tablespace;
};

Place place_of(Oid relation) noexcept {
    Place place{0, InvalidOid};
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (HeapTupleIsValid(tuple)) {
        const auto *row = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple));
        place = {row->relpages, OidIsValid(row->reltablespace) ? row->reltablespace : MyDatabaseTableSpace};
        ReleaseSysCache(tuple);
    }
    return place;
}

// -1 where the file system does not say.
int64 free_bytes(Oid tablespace) noexcept {
    const char *path = GetDatabasePath(MyDatabaseId, tablespace);
    struct statvfs found {};
    if (statvfs(path, &found) != 0) {
        return -1;
    }
    return static_cast<int64>(found.f_bavail) * static_cast<int64>(found.f_frsize);
}

}  // namespace

void read_disk(Oid table, guard::TableFacts &facts) {
    const Place place = server_call([=] { return place_of(table); });
    // The size is that of the files, the pages are as old as the statistics.
    int64 pages = std::max<int64>(place.pages, facts.size.bytes / BLCKSZ);
    for_each_row(IndexRelationId, IndexIndrelidIndexId, Anum_pg_index_indrelid, table, [&](HeapTuple tuple, TupleDesc) {
        pages += place_of(reinterpret_cast<const FormData_pg_index *>(GETSTRUCT(tuple))->indexrelid).pages;
    });
    facts.bytes_with_indexes = pages * BLCKSZ;
    facts.free_bytes = OidIsValid(place.tablespace) ? server_call([=] { return free_bytes(place.tablespace); }) : -1;
}

}  // namespace schema_audit::server
