// Need::dependents: what uses the columns that a statement drops, renames or gives another type.
#include "server/facts.hpp"
#include "server/relation_facts.hpp"
#include "server/statement_objects.hpp"

namespace schema_audit::server {
namespace {

std::vector<std::string> columns_of(const guard::DdlStatement &statement) {
    std::vector<std::string> columns;
    for (const guard::DropColumn *drop : guard::steps_of<guard::DropColumn>(statement)) {
        columns.push_back(drop->column);
    }
    for (const guard::AlterColumnType *alter : guard::steps_of<guard::AlterColumnType>(statement)) {
        columns.push_back(alter->column);
    }
    const auto *rename = std::get_if<guard::Rename>(&statement);
    if (rename != nullptr && rename->object_type == "COLUMN") {
        columns.push_back(rename->part);
    }
    return columns;
}

const char *kind_of_relation(Oid relation) noexcept {
    switch (get_rel_relkind(relation)) {
        case RELKIND_INDEX:
        case RELKIND_PARTITIONED_INDEX:
            return "index";
        case RELKIND_VIEW:
            return "view";
        case RELKIND_MATVIEW:
            return "materialized view";
        case RELKIND_SEQUENCE:
            return "sequence";
        default:
            return "table";
    }
}

const char *kind_of(const ObjectAddress &object) noexcept {
    switch (object.classId) {
        case RelationRelationId:
            return kind_of_relation(object.objectId);
        case ConstraintRelationId:
            return "constraint";
        case PolicyRelationId:
            return "policy";
        case StatisticExtRelationId:
            return "statistics object";
        case TriggerRelationId:
            return "trigger";
        case ProcedureRelationId:
            return "function";
        case AttrDefaultRelationId:
            return "generated column";
        case PublicationRelRelationId:
            return "publication";
        case RewriteRelationId:
            return "rule";
        default:
            return "object";
    }
}

// The column's own default, or its NOT NULL of 18.
bool is_part_of_column(const ObjectAddress &object, Oid table, AttrNumber column) noexcept {
    if (object.classId == AttrDefaultRelationId) {
        const ObjectAddress whose = GetAttrDefaultColumnAddress(object.objectId);
        return whose.objectId == table && whose.objectSubId == column;
    }
    if (object.classId != ConstraintRelationId) {
        return false;
    }
    const HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object.objectId));
    if (!HeapTupleIsValid(tuple)) {
        return true;
    }
    const bool not_null = reinterpret_cast<const FormData_pg_constraint *>(GETSTRUCT(tuple))->contype == 'n';
    ReleaseSysCache(tuple);
    return not_null;
}

void add_dependent(const FormData_pg_depend &row, Oid table, AttrNumber column, std::string_view name,
                   std::vector<guard::ColumnDependent> &found) {
    ObjectAddress object;
    ObjectAddressSubSet(object, row.classid, row.objid, row.objsubid);
    if (is_part_of_column(object, table, column) ||
        (object.classId == RelationRelationId && object.objectId == table)) {
        return;
    }
    if (object.classId == RewriteRelationId) {
        object = owner_of(object);
    }
    // Of a relation the name with its schema, so that a statement may be made of it.
    const char *description = object.classId == RelationRelationId
                                  ? psprintf("%s %s", kind_of(object), getObjectIdentity(&object, false))
                                  : getObjectDescription(&object, true);
    if (description == nullptr) {
        return;
    }
    const auto known = std::ranges::find_if(found, [&](const guard::ColumnDependent &item) {
        return item.column == name && item.description == description;
    });
    if (known == found.end()) {
        found.push_back({std::string(name), kind_of(object), description, row.deptype == DEPENDENCY_NORMAL});
    }
}

}  // namespace

void read_dependents(Oid table, const guard::DdlStatement &statement, guard::StatementFacts &facts) {
    for (const std::string &name : columns_of(statement)) {
        const char *column_name = name.c_str();
        const AttrNumber column = server_call([=] { return get_attnum(table, column_name); });
        if (column <= 0) {
            continue;
        }
        server_call([&] {
            const Relation depend = table_open(DependRelationId, AccessShareLock);
            std::array<ScanKeyData, 3> keys;
            ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                        ObjectIdGetDatum(RelationRelationId));
            ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
            ScanKeyInit(&keys[2], Anum_pg_depend_refobjsubid, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(column));
            const SysScanDesc scan = systable_beginscan(depend, DependReferenceIndexId, true, nullptr, 3, keys.data());
            for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
                add_dependent(*reinterpret_cast<const FormData_pg_depend *>(GETSTRUCT(tuple)), table, column, name,
                              facts.dependents);
            }
            systable_endscan(scan);
            table_close(depend, AccessShareLock);
        });
    }
    std::ranges::sort(facts.dependents, {},
                      [](const guard::ColumnDependent &item) { return std::tie(item.column, item.description); });
}

}  // namespace schema_audit::server
