// Need::publications: those that publish a table, by name, by its schema, with all tables, or by way of its parents.
#include "server/facts.hpp"

namespace schema_audit::server {
namespace {

// Null = it publishes all columns of the table. The list is copied.
const int2vector *published_columns(Oid publication, Oid table) noexcept {
    const HeapTuple tuple =
        SearchSysCacheCopy2(PUBLICATIONRELMAP, ObjectIdGetDatum(table), ObjectIdGetDatum(publication));
    if (!HeapTupleIsValid(tuple)) {
        return nullptr;
    }
    bool is_null = false;
    const Datum list = SysCacheGetAttr(PUBLICATIONRELMAP, tuple, Anum_pg_publication_rel_prattrs, &is_null);
    return is_null ? nullptr : reinterpret_cast<const int2vector *>(PG_DETOAST_DATUM(list));
}

void add_publications(const List *publications, Oid table, bool by_name, guard::TableFacts &facts) {
    const ListCell *cell = nullptr;
    foreach (cell, publications) {
        const char *name = get_publication_name(lfirst_oid(cell), true);
        if (name == nullptr) {
            continue;
        }
        const int2vector *columns = by_name ? published_columns(lfirst_oid(cell), table) : nullptr;
        guard::PublicationFacts &found = facts.publications.emplace_back();
        found.name = name;
        found.all_columns = columns == nullptr;
        for (int i = 0; columns != nullptr && i < columns->dim1; ++i) {
            const char *column = get_attname(table, columns->values[i], true);
            found.columns.emplace_back(column != nullptr ? column : "");
        }
    }
}

Oid parent_of(Oid partition) noexcept {
    const Relation catalog = table_open(InheritsRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(partition));
    const SysScanDesc scan = systable_beginscan(catalog, InheritsRelidSeqnoIndexId, true, nullptr, 1, &key);
    const HeapTuple tuple = systable_getnext(scan);
    const Oid parent = HeapTupleIsValid(tuple)
                           ? reinterpret_cast<const FormData_pg_inherits *>(GETSTRUCT(tuple))->inhparent
                           : InvalidOid;
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return parent;
}

void add_publications_of(Oid table, guard::TableFacts &facts) {
    add_publications(GetRelationPublications(table), table, true, facts);
    add_publications(GetSchemaPublications(get_rel_namespace(table)), table, false, facts);
}

// Most databases have none.
bool any_publication() noexcept {
    const Relation catalog = table_open(PublicationRelationId, AccessShareLock);
    const SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 0, nullptr);
    const bool found = HeapTupleIsValid(systable_getnext(scan));
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return found;
}

}  // namespace

void read_publications(Oid table, guard::TableFacts &facts) {
    server_call([&] {
        const char kind = get_rel_relkind(table);
        if ((kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) || !any_publication()) {
            return;
        }
        add_publications(GetAllTablesPublications(), table, false, facts);
        add_publications_of(table, facts);
        for (Oid part = table; OidIsValid(part) && get_rel_relispartition(part);) {
            part = parent_of(part);
            if (OidIsValid(part)) {
                add_publications_of(part, facts);
            }
        }
    });
}

}  // namespace schema_audit::server
