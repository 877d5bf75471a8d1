#include "server/changed_relations.hpp"

namespace schema_audit::server {
namespace {

// The first row that an index of a catalog finds under the active snapshot, as a plain value.
template <class Result, class Read>
std::optional<Result> find_row(Oid catalog, Oid index, AttrNumber column, Oid oid, Read read) {
    std::optional<Result> result;
    ScanKeyData key;
    ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
    Relation relation = table_open(catalog, AccessShareLock);
    SysScanDesc scan = systable_beginscan(relation, index, true, GetActiveSnapshot(), 1, &key);
    if (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple)) {
        result = read(reinterpret_cast<const char *>(GETSTRUCT(tuple)));
    }
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
    return result;
}

struct RelationRow {
    char kind;
    Oid name_space, row_type;
};

std::optional<RelationRow> find_relation(Oid oid) {
    return find_row<RelationRow>(RelationRelationId, ClassOidIndexId, Anum_pg_class_oid, oid, [](const char *data) {
        const auto &row = *reinterpret_cast<const FormData_pg_class *>(data);
        return RelationRow{row.relkind, row.relnamespace, row.reltype};
    });
}

struct TypeRow {
    bool composite;
    Oid relation, array;
};

std::optional<TypeRow> find_type(Oid oid) {
    return find_row<TypeRow>(TypeRelationId, TypeOidIndexId, Anum_pg_type_oid, oid, [](const char *data) {
        const auto &row = *reinterpret_cast<const FormData_pg_type *>(data);
        return TypeRow{row.typtype == TYPTYPE_COMPOSITE, row.typrelid, row.typarray};
    });
}

struct ConstraintRow {
    Oid table, referenced;
    bool foreign_key;
};

std::optional<ConstraintRow> find_constraint(Oid oid) {
    return find_row<ConstraintRow>(
        ConstraintRelationId, ConstraintOidIndexId, Anum_pg_constraint_oid, oid, [](const char *data) {
            const auto &row = *reinterpret_cast<const FormData_pg_constraint *>(data);
            return ConstraintRow{row.conrelid, row.confrelid, row.contype == CONSTRAINT_FOREIGN};
        });
}

Oid table_of_index(Oid index) {
    return find_row<Oid>(IndexRelationId, IndexRelidIndexId, Anum_pg_index_indexrelid, index,
                         [](const char *data) { return reinterpret_cast<const FormData_pg_index *>(data)->indrelid; })
        .value_or(InvalidOid);
}

Oid table_of_default(Oid oid) {
    return find_row<Oid>(AttrDefaultRelationId, AttrDefaultOidIndexId, Anum_pg_attrdef_oid, oid,
                         [](const char *data) { return reinterpret_cast<const FormData_pg_attrdef *>(data)->adrelid; })
        .value_or(InvalidOid);
}

struct TriggerRow {
    Oid table;
    bool internal;
};

std::optional<TriggerRow> find_trigger(Oid oid) {
    return find_row<TriggerRow>(TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_oid, oid, [](const char *data) {
        const auto &row = *reinterpret_cast<const FormData_pg_trigger *>(data);
        return TriggerRow{row.tgrelid, row.tgisinternal};
    });
}

// Calls visit for the rows of pg_depend that one of its indexes finds.
template <class Visit>
void scan_dependencies(Oid index, AttrNumber class_column, AttrNumber object_column, ObjectAddress object,
                       Visit visit) {
    std::array<ScanKeyData, 2> keys{};
    ScanKeyInit(&keys[0], class_column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object.classId));
    ScanKeyInit(&keys[1], object_column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object.objectId));
    Relation relation = table_open(DependRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(relation, index, true, GetActiveSnapshot(), 2, keys.data());
    HeapTuple tuple;
    while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
        visit(*reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple)));
    }
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
}

// A TOAST table says nothing of its owner but in its name.
Oid owner_of_toast_table(Oid toast) {
    Oid result = InvalidOid;
    scan_dependencies(
        DependDependerIndexId, Anum_pg_depend_classid, Anum_pg_depend_objid, {RelationRelationId, toast, 0},
        [&](const FormData_pg_depend &row) { result = row.refclassid == RelationRelationId ? row.refobjid : result; });
    return result;
}

class TablesToRead {
public:
    explicit TablesToRead(const KnownRelations &known) : known_(known) {}

    // False: everything has to be read.
    bool add(Subject subject) {
        switch (subject.about) {
            case About::nothing:
                return true;
            case About::relation:
                return add_relation(subject.oid);
            case About::owned:
                return !known_.places.reads_relation(subject.oid);
            case About::array_of:
                return add_array_of(subject.oid);
            case About::constraint: {
                // Without its constraint a comment is gone as well.
                const auto row = find_constraint(subject.oid);
                return !row || (OidIsValid(row->table) && add_relation(row->table));
            }
            default:
                return false;
        }
    }
    std::vector<Oid> tables;

private:
    bool add_relation(Oid oid) {
        if (known_.places.reads_table(oid)) {
            return false;  // who may read a model is said there
        }
        const auto row = find_relation(oid);
        if (!row) {
            // An index that is gone is a change of pg_index too.
            if (is_known(oid)) {
                tables.push_back(oid);
            }
            return !known_.places.reads_relation(oid);
        }
        const bool reads =
            std::ranges::find(known_.namespaces, row->name_space, &NamespaceToRead::oid) != known_.namespaces.end();
        switch (row->kind) {
            case RELKIND_RELATION:
            case RELKIND_PARTITIONED_TABLE:
            case RELKIND_FOREIGN_TABLE:
                if (reads || is_known(oid)) {
                    tables.push_back(oid);
                    return true;
                }
                return !is_named(oid);
            case RELKIND_INDEX:
            case RELKIND_PARTITIONED_INDEX:
                return add_owner(table_of_index(oid));
            case RELKIND_TOASTVALUE:
                return add_owner(owner_of_toast_table(oid));
            default:
                return !reads && !known_.places.reads_relation(oid) && !is_named(oid);
        }
    }
    bool add_owner(Oid table) { return !OidIsValid(table) || add_relation(table); }
    bool add_array_of(Oid element) {
        const auto type = find_type(element);
        return !type || (type->composite && add_relation(type->relation));
    }
    [[nodiscard]] bool is_known(Oid table) const noexcept { return known_.tables.get(table) != IdMap::absent; }
    // By something that is read, though the relation is not.
    static bool is_named(Oid relation) {
        const Dependents dependents = dependents_of(relation, false);
        return dependents.others || !dependents.tables.empty();
    }

    const KnownRelations &known_;
};

// What is read with the table itself, or is nobody's business.
bool is_part(const FormData_pg_depend &row, Oid table, Oid row_type, Oid array_type, bool more_columns,
             std::vector<Oid> &referencing) {
    switch (row.classid) {
        case RelationRelationId: {
            const auto relation = find_relation(row.objid);
            return !relation || relation->kind == RELKIND_INDEX || relation->kind == RELKIND_PARTITIONED_INDEX ||
                   relation->kind == RELKIND_TOASTVALUE || relation->kind == RELKIND_SEQUENCE ||
                   (more_columns &&
                    (relation->kind == RELKIND_RELATION || relation->kind == RELKIND_PARTITIONED_TABLE ||
                     relation->kind == RELKIND_FOREIGN_TABLE));
        }
        case AttrDefaultRelationId:
            return table_of_default(row.objid) == table;
        case ConstraintRelationId: {
            const auto constraint = find_constraint(row.objid);
            if (constraint && constraint->foreign_key && constraint->table != table) {
                referencing.push_back(constraint->table);
                return constraint->referenced == table;
            }
            return constraint && constraint->table == table;
        }
        case TypeRelationId:
            return row.objid == row_type || row.objid == array_type;
        case TriggerRelationId: {
            const auto trigger = find_trigger(row.objid);
            return trigger && (trigger->internal || (more_columns && trigger->table == table));
        }
        case StatisticExtRelationId:
        case PublicationRelRelationId:
            return more_columns;
        default:
            return false;
    }
}

}  // namespace

std::optional<std::vector<Oid>> tables_to_read(const std::vector<Subject> &changed, const KnownRelations &known) {
    TablesToRead result(known);
    const bool enough = server_call(
        [&] { return std::ranges::all_of(changed, [&](const Subject &subject) { return result.add(subject); }); });
    return enough ? std::optional(std::move(result.tables)) : std::nullopt;
}

Dependents dependents_of(Oid table, bool more_columns) {
    Dependents result;
    server_call([&] {
        const auto relation = find_relation(table);
        const Oid row_type = relation ? relation->row_type : InvalidOid;
        const auto type = OidIsValid(row_type) ? find_type(row_type) : std::nullopt;
        const Oid array_type = type ? type->array : InvalidOid;
        const auto look = [&](Oid catalog, Oid oid) {
            scan_dependencies(DependReferenceIndexId, Anum_pg_depend_refclassid, Anum_pg_depend_refobjid,
                              {catalog, oid, 0}, [&](const FormData_pg_depend &row) {
                                  result.others |=
                                      !is_part(row, table, row_type, array_type, more_columns, result.tables);
                              });
        };
        look(RelationRelationId, table);
        look(TypeRelationId, row_type);
        look(TypeRelationId, array_type);
    });
    return result;
}

}  // namespace schema_audit::server
