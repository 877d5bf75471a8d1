// Tables that a statement reaches without naming them: those that TRUNCATE CASCADE empties too, and the largest one of
// VACUUM FULL or CLUSTER of a whole database.
#include "server/before_image.hpp"
#include "server/facts.hpp"
#include "server/facts_class.hpp"
#include "server/relation_facts.hpp"
#include "server/statement_objects.hpp"
#include "server/table_size.hpp"

#include "core/schema/identifier.hpp"

namespace schema_audit::server {
namespace {

struct Oids {
    const Oid *items;
    int count;
};

// As ExecuteTruncate() goes on, until no table references another one.
Oids reached_by_cascade(const Oid *tables, int count) noexcept {
    List *all = NIL;
    for (int i = 0; i < count; ++i) {
        all = list_concat_unique_oid(all, find_all_inheritors(tables[i], NoLock, nullptr));
    }
    const int own = list_length(all);
    for (List *more = heap_truncate_find_FKs(all); more != NIL; more = heap_truncate_find_FKs(all)) {
        all = list_concat(all, more);
    }
    auto *found = static_cast<Oid *>(palloc(sizeof(Oid) * (list_length(all) + 1)));
    int found_count = 0;
    for (int i = own; i < list_length(all); ++i) {
        const Oid table = list_nth_oid(all, i);
        // Partitions go with their parents.
        if (!get_rel_relispartition(table) && existed_before(table) && !read_size(table).empty()) {
            found[found_count++] = table;
        }
    }
    return {found, found_count};
}

// By the pages that VACUUM has counted.
struct Largest {
    Oid table;
    char kind;
    int32 pages;
};

void consider(const FormData_pg_class &row, Largest *largest) noexcept {
    const bool written = row.relkind == RELKIND_RELATION || row.relkind == RELKIND_MATVIEW;
    if (written && row.relpersistence != RELPERSISTENCE_TEMP && row.relpages > largest->pages &&
        schema_audit_may_maintain(row.oid, GetUserId())) {
        *largest = {row.oid, row.relkind, row.relpages};
    }
}

Largest largest_table(bool clustered) noexcept {
    Largest largest{InvalidOid, '\0', 0};
    const Relation catalog = table_open(clustered ? IndexRelationId : RelationRelationId, AccessShareLock);
    const SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 0, nullptr);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        CHECK_FOR_INTERRUPTS();
        if (!clustered) {
            consider(*reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple)), &largest);
            continue;
        }
        const auto &index = *reinterpret_cast<const FormData_pg_index *>(GETSTRUCT(tuple));
        const HeapTuple table =
            index.indisclustered ? SearchSysCache1(RELOID, ObjectIdGetDatum(index.indrelid)) : nullptr;
        if (HeapTupleIsValid(table)) {
            consider(*reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(table)), &largest);
            ReleaseSysCache(table);
        }
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return largest;
}

}  // namespace

void read_truncated_too(std::span<const Oid> tables, const guard::RelationName &first, guard::StatementFacts &facts) {
    const Oid *items = tables.data();
    const int count = static_cast<int>(tables.size());
    const Oids reached = server_call([=] { return reached_by_cascade(items, count); });
    const std::optional<guard::RelationName> own = qualified_name_of(tables.front());
    if (reached.count == 0 || !own) {
        return;
    }
    guard::ObjectFacts &object = facts.objects.emplace_back();
    object.name = first;
    object.identity = quote_qualified(own->schema, own->name);
    for (int i = 0; i < reached.count; ++i) {
        if (const auto name = qualified_name_of(reached.items[i])) {
            object.dependents.push_back(quote_qualified(name->schema, name->name));
        }
    }
}

void read_largest_table(bool clustered, guard::Need needs, guard::StatementFacts &facts) {
    const Largest largest = server_call([=] { return largest_table(clustered); });
    const std::optional<guard::RelationName> name =
        OidIsValid(largest.table) ? qualified_name_of(largest.table) : std::nullopt;
    if (!name) {
        return;
    }
    guard::TableFacts table;
    table.schema = name->schema;
    table.name = name->name;
    read_relation_facts(largest.table, largest.kind, needs, table);
    facts.tables.push_back({{}, std::move(table)});
}

}  // namespace schema_audit::server
