#include "server/before_image.hpp"

namespace schema_audit::server {
namespace {

struct BeforeType {
    bool is_domain, not_null, has_default;
    Oid base;
};

// From the catalog, since a type that is gone by now is in no cache.
BeforeType read_type(Oid type, Snapshot before) noexcept {
    BeforeType found{false, false, false, InvalidOid};
    if (type < FirstNormalObjectId) {
        return found;  // the server's own have neither
    }
    const Relation catalog = table_open(TypeRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_type_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(type));
    const SysScanDesc scan = systable_beginscan(catalog, TypeOidIndexId, true, before, 1, &key);
    const HeapTuple tuple = systable_getnext(scan);
    if (HeapTupleIsValid(tuple)) {
        const auto *form = reinterpret_cast<const FormData_pg_type *>(GETSTRUCT(tuple));
        found.is_domain = form->typtype == TYPTYPE_DOMAIN;
        found.not_null = form->typnotnull;
        found.base = form->typbasetype;
        const int column = found.is_domain ? Anum_pg_type_typdefaultbin : Anum_pg_type_typdefault;
        found.has_default = !heap_attisnull(tuple, column, RelationGetDescr(catalog));
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return found;
}

bool domain_forbade_null(Oid type, Snapshot before) noexcept {
    // A kind does not change: what is no domain now was none.
    const char kind = type >= FirstNormalObjectId ? get_typtype(type) : TYPTYPE_BASE;
    if (kind != TYPTYPE_DOMAIN && kind != '\0') {
        return false;
    }
    while (type >= FirstNormalObjectId) {
        const BeforeType found = read_type(type, before);
        if (!found.is_domain || found.not_null) {
            return found.is_domain && found.not_null;
        }
        type = found.base;
    }
    return false;
}

}  // namespace

void BeforeImage::begin(SnapshotData *before) noexcept {
    PushActiveSnapshot(GetLatestSnapshot());
    *before = *GetActiveSnapshot();
    before->curcid = FirstCommandId;
}

void BeforeImage::end() noexcept { PopActiveSnapshot(); }

bool existed_before(const ObjectAddress &object) noexcept {
    // Nothing has run yet, and a snapshot taken now would be that of the whole transaction where it is REPEATABLE
    // READ: LOCK TABLE comes before it on purpose.
    if (!FirstSnapshotSet) {
        return true;
    }
    SnapshotData before;
    BeforeImage::begin(&before);
    const Relation catalog = table_open(object.classId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, get_object_attnum_oid(object.classId), BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(object.objectId));
    const SysScanDesc scan = systable_beginscan(catalog, get_object_oid_index(object.classId), true, &before, 1, &key);
    const bool found = HeapTupleIsValid(systable_getnext(scan));
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    BeforeImage::end();
    return found;
}

bool existed_before(Oid table) noexcept { return existed_before(ObjectAddress{RelationRelationId, table, 0}); }

BeforeColumns read_before_columns(Oid table, Snapshot before) noexcept {
    BeforeColumns columns{nullptr, 0, false};
    int room = 0;
    const Relation catalog = table_open(AttributeRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
    const SysScanDesc scan = systable_beginscan(catalog, AttributeRelidNumIndexId, true, before, 1, &key);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        // System columns are there too, so that a table without columns is known to have existed.
        columns.table_existed = true;
        const auto *attribute = reinterpret_cast<const FormData_pg_attribute *>(GETSTRUCT(tuple));
        if (attribute->attnum <= 0 || attribute->attisdropped) {
            continue;
        }
        if (columns.count == room) {
            room = room == 0 ? 32 : room * 2;
            auto *grown = static_cast<BeforeColumn *>(palloc(static_cast<std::size_t>(room) * sizeof(BeforeColumn)));
            std::copy_n(columns.first, columns.count, grown);
            columns.first = grown;
        }
        BeforeColumn &column = columns.first[columns.count++];
        column.name = attribute->attname;
        column.number = attribute->attnum;
        column.not_null = attribute->attnotnull || domain_forbade_null(attribute->atttypid, before);
        column.has_default = attribute->atthasdef && attribute->attgenerated == '\0';
        column.identity = attribute->attidentity;
        column.generated = attribute->attgenerated;
        // Asked for where it decides: most types have none, and a domain costs a scan.
        column.type_has_default =
            column.not_null && !column.has_default && read_type(attribute->atttypid, before).has_default;
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return columns;
}

namespace {

// The default's node tree as the catalog has it; null = it had none.
const char *read_old_tree(Oid table, AttrNumber column, Snapshot before) noexcept {
    const char *tree = nullptr;
    const Relation catalog = table_open(AttrDefaultRelationId, AccessShareLock);
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_attrdef_adrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
    ScanKeyInit(&keys[1], Anum_pg_attrdef_adnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(column));
    const SysScanDesc scan = systable_beginscan(catalog, AttrDefaultIndexId, true, before, 2, keys);
    const HeapTuple tuple = systable_getnext(scan);
    if (HeapTupleIsValid(tuple)) {
        bool is_null = false;
        const Datum value = heap_getattr(tuple, Anum_pg_attrdef_adbin, RelationGetDescr(catalog), &is_null);
        tree = is_null ? nullptr : TextDatumGetCString(value);
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return tree;
}

}  // namespace

bool is_null_expression(const char *tree) noexcept {
    if (std::strstr(tree, ":constisnull true") == nullptr) {
        return false;  // most are done with that
    }
    // Casts alone, and nothing is executed: a function in there may be anybody's.
    const auto *node = static_cast<const Node *>(stringToNode(tree));
    while (node != nullptr) {
        switch (nodeTag(node)) {
            case T_Const:
                return reinterpret_cast<const Const *>(node)->constisnull;
            case T_RelabelType:
                node = reinterpret_cast<const Node *>(reinterpret_cast<const RelabelType *>(node)->arg);
                break;
            case T_CoerceViaIO:
                node = reinterpret_cast<const Node *>(reinterpret_cast<const CoerceViaIO *>(node)->arg);
                break;
            case T_CoerceToDomain:
                node = reinterpret_cast<const Node *>(reinterpret_cast<const CoerceToDomain *>(node)->arg);
                break;
            case T_ArrayCoerceExpr:
                node = reinterpret_cast<const Node *>(reinterpret_cast<const ArrayCoerceExpr *>(node)->arg);
                break;
            case T_CollateExpr:
                node = reinterpret_cast<const Node *>(reinterpret_cast<const CollateExpr *>(node)->arg);
                break;
            case T_FuncExpr: {
                const auto *call = reinterpret_cast<const FuncExpr *>(node);
                const bool is_cast =
                    call->funcformat == COERCE_EXPLICIT_CAST || call->funcformat == COERCE_IMPLICIT_CAST;
                node = is_cast && func_strict(call->funcid) ? static_cast<const Node *>(linitial(call->args)) : nullptr;
                break;
            }
            default:
                return false;
        }
    }
    return false;
}

bool old_default_is_null(Oid table, AttrNumber column, Snapshot before) noexcept {
    const char *tree = read_old_tree(table, column, before);
    return tree != nullptr && is_null_expression(tree);
}

const char *read_old_default(Oid table, AttrNumber column, Snapshot before) noexcept {
    const char *tree = read_old_tree(table, column, before);
    if (tree == nullptr) {
        return nullptr;
    }
    List *context = deparse_context_for(get_rel_name(table), table);
    return deparse_expression(static_cast<Node *>(stringToNode(tree)), context, false, false);
}

namespace {

// The source of a trigger's function. Null = it has none.
const char *read_old_source(Oid function, Snapshot before, Oid *language) noexcept {
    const char *source = nullptr;
    const Relation catalog = table_open(ProcedureRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_proc_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(function));
    const SysScanDesc scan = systable_beginscan(catalog, ProcedureOidIndexId, true, before, 1, &key);
    const HeapTuple tuple = systable_getnext(scan);
    if (HeapTupleIsValid(tuple)) {
        *language = reinterpret_cast<const FormData_pg_proc *>(GETSTRUCT(tuple))->prolang;
        bool is_null = false;
        const Datum value = heap_getattr(tuple, Anum_pg_proc_prosrc, RelationGetDescr(catalog), &is_null);
        source = is_null ? nullptr : TextDatumGetCString(value);
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return source;
}

// Arguments lie one after the other, each with its zero.
const char *read_old_arguments(HeapTuple tuple, TupleDesc description, int count) noexcept {
    bool is_null = false;
    const Datum value = heap_getattr(tuple, Anum_pg_trigger_tgargs, description, &is_null);
    if (is_null || count == 0) {
        return "";
    }
    const bytea *bytes = DatumGetByteaPP(value);
    char *text = pnstrdup(VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
    std::replace(text, text + VARSIZE_ANY_EXHDR(bytes), '\0', ' ');
    return text;
}

}  // namespace

bool may_fill(int16 type, char enabled) noexcept {
    return TRIGGER_FOR_BEFORE(type) && TRIGGER_FOR_ROW(type) && TRIGGER_FOR_INSERT(type) &&
           enabled != TRIGGER_DISABLED && enabled != TRIGGER_FIRES_ON_REPLICA;
}

FillingTriggers read_old_triggers(Oid table, Snapshot before) noexcept {
    FillingTriggers triggers{nullptr, 0};
    int room = 0;
    const Relation catalog = table_open(TriggerRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
    const SysScanDesc scan = systable_beginscan(catalog, TriggerRelidNameIndexId, true, before, 1, &key);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        const auto *form = reinterpret_cast<const FormData_pg_trigger *>(GETSTRUCT(tuple));
        Oid language = InvalidOid;
        const char *source =
            may_fill(form->tgtype, form->tgenabled) ? read_old_source(form->tgfoid, before, &language) : nullptr;
        if (source == nullptr) {
            continue;
        }
        if (triggers.count == room) {
            room = room == 0 ? 8 : room * 2;
            auto *grown =
                static_cast<FillingTrigger *>(palloc(static_cast<std::size_t>(room) * sizeof(FillingTrigger)));
            std::copy_n(triggers.first, triggers.count, grown);
            triggers.first = grown;
        }
        triggers.first[triggers.count++] = {pstrdup(NameStr(form->tgname)), source,
                                            read_old_arguments(tuple, RelationGetDescr(catalog), form->tgnargs),
                                            language == get_language_oid("plpgsql", true)};
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return triggers;
}

}  // namespace schema_audit::server
