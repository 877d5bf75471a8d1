#include "server/commit_table_facts.hpp"

#include "server/facts_class.hpp"

namespace schema_audit::server {
namespace {

// A null snapshot is the present one. Calls visit for each row that has the value in the column.
template <class Visit>
void scan_rows(Oid catalog, Oid index, AttrNumber column, Oid value, Snapshot snapshot, Visit visit) noexcept {
    const Relation relation = table_open(catalog, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(value));
    const SysScanDesc scan = systable_beginscan(relation, index, true, snapshot, 1, &key);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        visit(tuple, RelationGetDescr(relation));
    }
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
}

bool is_enabled(Oid table, Snapshot snapshot) noexcept {
    bool enabled = false;
    scan_rows(RelationRelationId, ClassOidIndexId, Anum_pg_class_oid, table, snapshot, [&](HeapTuple tuple, TupleDesc) {
        enabled = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple))->relrowsecurity;
    });
    return enabled;
}

int count_policies(Oid table, Snapshot snapshot) noexcept {
    int count = 0;
    scan_rows(PolicyRelationId, PolicyPolrelidPolnameIndexId, Anum_pg_policy_polrelid, table, snapshot,
              [&](HeapTuple, TupleDesc) { ++count; });
    return count;
}

bool constraint_existed(Oid constraint, Snapshot before) noexcept {
    bool found = false;
    scan_rows(ConstraintRelationId, ConstraintOidIndexId, Anum_pg_constraint_oid, constraint, before,
              [&](HeapTuple, TupleDesc) { found = true; });
    return found;
}

struct Key {
    const char *name;
    Oid referenced;
    const int16 *columns;
    int count;
};
struct Keys {
    Key *items;
    int count;
};

Keys new_keys(Oid table, Snapshot before) noexcept {
    constexpr int most = 1000;
    Keys keys{static_cast<Key *>(palloc(sizeof(Key) * most)), 0};
    scan_rows(ConstraintRelationId, ConstraintRelidTypidNameIndexId, Anum_pg_constraint_conrelid, table, nullptr,
              [&](HeapTuple tuple, TupleDesc descriptor) {
                  const auto &row = *reinterpret_cast<const FormData_pg_constraint *>(GETSTRUCT(tuple));
                  if (row.contype != CONSTRAINT_FOREIGN || OidIsValid(row.conparentid) || keys.count == most ||
                      constraint_existed(row.oid, before)) {
                      return;
                  }
                  bool is_null = false;
                  const Datum columns = heap_getattr(tuple, Anum_pg_constraint_conkey, descriptor, &is_null);
                  ArrayType *numbers = DatumGetArrayTypePCopy(columns);
                  keys.items[keys.count++] = {pstrdup(NameStr(row.conname)), row.confrelid,
                                              reinterpret_cast<const int16 *>(ARR_DATA_PTR(numbers)),
                                              ARR_DIMS(numbers)[0]};
              });
    return keys;
}

// Its first columns are those of the key, in whatever order.
bool serves(const FormData_pg_index &index, const Key &key) noexcept {
    if (index.indnkeyatts < key.count) {
        return false;
    }
    const auto *end = key.columns + key.count;
    for (int i = 0; i < key.count; ++i) {
        if (std::find(key.columns, end, index.indkey.values[i]) == end) {
            return false;
        }
    }
    return true;
}

bool has_index(Oid table, const Key &key) noexcept {
    bool found = false;
    scan_rows(IndexRelationId, IndexIndrelidIndexId, Anum_pg_index_indrelid, table, nullptr,
              [&](HeapTuple tuple, TupleDesc descriptor) {
                  const auto &row = *reinterpret_cast<const FormData_pg_index *>(GETSTRUCT(tuple));
                  found = found || (row.indisvalid && heap_attisnull(tuple, Anum_pg_index_indpred, descriptor) &&
                                    serves(row, key));
              });
    return found;
}

}  // namespace

guard::RowSecurityChange read_row_security(Oid table, SnapshotData *before) {
    return server_call([=] {
        return guard::RowSecurityChange{is_enabled(table, before), is_enabled(table, nullptr),
                                        count_policies(table, before), count_policies(table, nullptr)};
    });
}

std::vector<guard::NewForeignKey> read_new_foreign_keys(Oid table, SnapshotData *before) {
    std::vector<guard::NewForeignKey> found;
    const Keys keys = server_call([=] { return new_keys(table, before); });
    for (int i = 0; i < keys.count; ++i) {
        const Key &key = keys.items[i];
        guard::NewForeignKey &item = found.emplace_back();
        item.name = key.name;
        item.has_index = server_call([&] { return has_index(table, key); });
        item.referenced = qualified_name_of(key.referenced).value_or(guard::RelationName{});
        for (int column = 0; column < key.count; ++column) {
            const AttrNumber number = key.columns[column];
            const char *name = server_call([=] { return get_attname(table, number, true); });
            item.columns.emplace_back(name != nullptr ? name : "");
        }
    }
    return found;
}

}  // namespace schema_audit::server
