#include "server/commit_facts.hpp"

#include "core/guard/filling_trigger.hpp"
#include "core/guard/rules.hpp"
#include "core/schema/identifier.hpp"

#include "server/before_image.hpp"
#include "server/commit_table_facts.hpp"
#include "server/subtransaction.hpp"
#include "server/table_size.hpp"

namespace schema_audit::server {
namespace {

// A column that is required now.
struct RawColumn {
    AttrNumber number;
    const char *name, *type, *retained_value;
    const char *domain;      // through which alone it is NOT NULL
    bool retained_is_plain;  // a number or a boolean, which needs no quotes
    bool in_primary_key;
    bool existed;
    BeforeColumn before;
};
struct RawChange {
    const char *schema, *name;
    RawColumn *columns;
    int column_count;
    FillingTriggers triggers, old_triggers;
    guard::TableSize size;
};

bool is_judged(const Relation relation) noexcept {
    const FormData_pg_class *form = relation->rd_rel;
    const bool is_table = form->relkind == RELKIND_RELATION || form->relkind == RELKIND_PARTITIONED_TABLE ||
                          form->relkind == RELKIND_FOREIGN_TABLE;
    if (!is_table || form->relpersistence == RELPERSISTENCE_TEMP || IsCatalogRelation(relation)) {
        return false;
    }
    const char *schema = get_namespace_name(form->relnamespace);
    return schema != nullptr && std::strcmp(schema, "schema_audit") != 0;
}

// DEFAULT NULL leaves an expression behind where the type is a domain or has a length.
bool default_is_null(const Relation relation, AttrNumber column) noexcept {
    const TupleConstr *constraints = RelationGetDescr(relation)->constr;
    for (int i = 0; constraints != nullptr && i < constraints->num_defval; ++i) {
        if (constraints->defval[i].adnum == column) {
            return is_null_expression(constraints->defval[i].adbin);
        }
    }
    return false;
}

// The domain that forbids NULL, if the type is one or is made of one.
Oid domain_without_null(Oid type) noexcept {
    while (type >= FirstNormalObjectId) {
        const HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
        if (!HeapTupleIsValid(tuple)) {
            return InvalidOid;
        }
        const FormData_pg_type form = *reinterpret_cast<const FormData_pg_type *>(GETSTRUCT(tuple));
        ReleaseSysCache(tuple);
        if (form.typtype != TYPTYPE_DOMAIN) {
            return InvalidOid;
        }
        if (form.typnotnull) {
            return type;
        }
        type = form.typbasetype;
    }
    return InvalidOid;
}

bool is_required(const Relation relation, const FormData_pg_attribute *attribute) noexcept {
    if (attribute->attisdropped || attribute->attidentity != '\0' || attribute->attgenerated != '\0' ||
        (!attribute->attnotnull && !OidIsValid(domain_without_null(attribute->atttypid)))) {
        return false;
    }
    return attribute->atthasdef ? default_is_null(relation, attribute->attnum)
                                : get_typdefault(attribute->atttypid) == nullptr;
}

BeforeColumn *find_before(const BeforeColumns &before, const FormData_pg_attribute *attribute) noexcept {
    const std::span<BeforeColumn> columns(before.first, static_cast<std::size_t>(before.count));
    for (BeforeColumn &column : columns) {
        if (column.number == attribute->attnum) {
            return &column;
        }
    }
    // Dropped and added again under its name: for those who write it is the same column.
    for (BeforeColumn &column : columns) {
        if (std::strcmp(NameStr(column.name), NameStr(attribute->attname)) == 0) {
            return &column;
        }
    }
    return nullptr;
}

bool was_required(const BeforeColumn *before) noexcept {
    return before != nullptr && before->not_null && !before->has_default && before->identity == '\0' &&
           before->generated == '\0' && !before->type_has_default;
}

// The value that ADD COLUMN … DEFAULT keeps in the catalog for the rows that were there.
void read_retained_value(RawColumn *column, Oid table, const FormData_pg_attribute *attribute) noexcept {
    const HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(table), Int16GetDatum(attribute->attnum));
    if (!HeapTupleIsValid(tuple)) {
        return;
    }
    bool is_null = true;
    const Datum missing = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attmissingval, &is_null);
    if (!is_null) {
        const int one = 1;
        const Datum value = array_get_element(missing, 1, const_cast<int *>(&one), -1, attribute->attlen,
                                              attribute->attbyval, attribute->attalign, &is_null);
        if (!is_null) {
            Oid output = InvalidOid;
            bool varlena = false;
            getTypeOutputInfo(attribute->atttypid, &output, &varlena);
            column->retained_value = OidOutputFunctionCall(output, value);
            const Oid base = getBaseType(attribute->atttypid);
            if (base == BOOLOID) {
                column->retained_value = column->retained_value[0] == 't' ? "true" : "false";
            }
            column->retained_is_plain =
                base == BOOLOID || base == INT2OID || base == INT4OID || base == INT8OID || base == NUMERICOID;
        }
    }
    ReleaseSysCache(tuple);
}

FillingTriggers read_triggers(const Relation relation) noexcept {
    FillingTriggers found{nullptr, 0};
    const TriggerDesc *triggers = relation->trigdesc;
    if (triggers == nullptr || !triggers->trig_insert_before_row) {
        return found;
    }
    found.first =
        static_cast<FillingTrigger *>(palloc(sizeof(FillingTrigger) * static_cast<std::size_t>(triggers->numtriggers)));
    for (int i = 0; i < triggers->numtriggers; ++i) {
        const Trigger &trigger = triggers->triggers[i];
        const HeapTuple function = may_fill(trigger.tgtype, trigger.tgenabled)
                                       ? SearchSysCache1(PROCOID, ObjectIdGetDatum(trigger.tgfoid))
                                       : nullptr;
        if (!HeapTupleIsValid(function)) {
            continue;
        }
        bool is_null = false;
        const Datum source = SysCacheGetAttr(PROCOID, function, Anum_pg_proc_prosrc, &is_null);
        if (!is_null) {
            const char *arguments = "";
            for (int argument = 0; argument < trigger.tgnargs; ++argument) {
                arguments = psprintf("%s %s", arguments, trigger.tgargs[argument]);
            }
            const Oid language = reinterpret_cast<const FormData_pg_proc *>(GETSTRUCT(function))->prolang;
            found.first[found.count++] = {pstrdup(trigger.tgname), TextDatumGetCString(source), arguments,
                                          language == get_language_oid("plpgsql", true)};
        }
        ReleaseSysCache(function);
    }
    return found;
}

// `triggers`: also columns that were required before, since a trigger that filled them may be gone.
void read_columns(RawChange *change, const Relation relation, SnapshotData *before, bool triggers) noexcept {
    const TupleDesc description = RelationGetDescr(relation);
    BeforeColumns old{nullptr, 0, false};
    Bitmapset *key = nullptr;
    for (int i = 0; i < description->natts; ++i) {
        const FormData_pg_attribute *attribute = TupleDescAttr(description, i);
        if (!is_required(relation, attribute)) {
            continue;
        }
        if (!old.table_existed) {
            old = read_before_columns(RelationGetRelid(relation), before);
            if (!old.table_existed) {
                return;  // made in this transaction
            }
        }
        BeforeColumn *was = find_before(old, attribute);
        if (was != nullptr && was->has_default) {
            was->has_default = !old_default_is_null(RelationGetRelid(relation), was->number, before);
        }
        if (was_required(was) && !triggers) {
            continue;
        }
        if (change->columns == nullptr) {
            change->columns =
                static_cast<RawColumn *>(palloc(sizeof(RawColumn) * static_cast<std::size_t>(description->natts)));
            key = RelationGetIndexAttrBitmap(relation, INDEX_ATTR_BITMAP_PRIMARY_KEY);
        }
        RawColumn &column = change->columns[change->column_count++];
        column = RawColumn{};
        column.number = attribute->attnum;
        column.name = pstrdup(NameStr(attribute->attname));
        column.type = format_type_with_typemod(attribute->atttypid, attribute->atttypmod);
        if (!attribute->attnotnull) {
            column.domain = format_type_be_qualified(domain_without_null(attribute->atttypid));
        }
        column.in_primary_key = bms_is_member(attribute->attnum - FirstLowInvalidHeapAttributeNumber, key);
        if (was != nullptr) {
            column.existed = true;
            column.before = *was;
        }
        if (attribute->atthasmissing) {
            read_retained_value(&column, RelationGetRelid(relation), attribute);
        }
    }
}

bool is_locked_by_us(Oid table) noexcept {
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, table);  // shared ones are not judged
    for (LOCKMODE mode = AccessShareLock; mode <= AccessExclusiveLock; ++mode) {
        if (schema_audit_lock_held(&tag, mode)) {
            return true;
        }
    }
    return false;
}

RawChange read_raw(Oid table, SnapshotData *before, bool triggers, bool as_a_whole) noexcept {
    RawChange change{};
    // Whoever changed it holds a lock; asking for another one would fail as soon as a session waits for the
    // table. If one has locked it now, it was not this session that did.
    if (!is_locked_by_us(table) && !ConditionalLockRelationOid(table, AccessShareLock)) {
        return change;
    }
    const Relation relation = try_relation_open(table, NoLock);
    if (relation == nullptr) {
        return change;
    }
    if (is_judged(relation)) {
        read_columns(&change, relation, before, triggers);
        if (change.column_count > 0 || as_a_whole) {
            change.schema = get_namespace_name(relation->rd_rel->relnamespace);
            change.name = pstrdup(RelationGetRelationName(relation));
            change.triggers = read_triggers(relation);
            if (triggers) {
                change.old_triggers = read_old_triggers(table, before);
            }
            change.size = read_size(table);
        }
    }
    relation_close(relation, NoLock);
    return change;
}

// What the old default used may be gone as well: then there is no text, and no harm.
std::string old_default_of(Oid table, const RawColumn &column, SnapshotData *before) {
    std::string text;
    try {
        in_subtransaction(Keep::nothing, [&] {
            const char *sql = server_call([&] { return read_old_default(table, column.before.number, before); });
            if (sql != nullptr) {
                text = sql;
            }
        });
    } catch (const ServerError &error) {
        if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
            throw;
        }
    }
    return text;
}

guard::ColumnFacts facts_of(const BeforeColumn &column) {
    guard::ColumnFacts facts;
    facts.not_null = column.not_null;
    facts.has_default = column.has_default;
    facts.identity = column.identity != '\0';
    facts.generated = column.generated != '\0';
    facts.type_has_default = column.type_has_default;
    return facts;
}

bool contains(const std::vector<std::string> &names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

std::span<const FillingTrigger> view(const FillingTriggers &triggers) {
    return {triggers.first, static_cast<std::size_t>(triggers.count)};
}

// One that names the column is believed to fill it; one whose loss would be told must be seen to do so.
bool names(const FillingTrigger &trigger, const std::string &column) {
    return mentions(trigger.source, column) || mentions(trigger.arguments, column);
}
bool fills(const FillingTrigger &trigger, const std::string &column) {
    return trigger.plpgsql ? guard::assigns_new(trigger.source, column) || mentions(trigger.arguments, column)
                           : names(trigger, column);
}

void add_triggers(guard::ColumnChange &column, const RawChange &change) {
    const auto now = view(change.triggers);
    const auto filling = std::ranges::find_if(now, [&](const auto &trigger) { return names(trigger, column.name); });
    if (filling != now.end()) {
        column.filling_trigger = filling->name;
        return;
    }
    const auto then = view(change.old_triggers);
    const auto gone = std::ranges::find_if(then, [&](const auto &trigger) { return fills(trigger, column.name); });
    if (gone != then.end()) {
        column.gone_trigger = gone->name;
    }
}

guard::ColumnChange change_of(const RawColumn &raw, const RawChange &change, const TouchedTable &table,
                              SnapshotData *before) {
    guard::ColumnChange column;
    column.name = raw.name;
    column.type = raw.type;
    column.domain = raw.domain != nullptr ? raw.domain : "";
    column.after.not_null = true;
    column.in_primary_key = raw.in_primary_key;
    column.default_gone_by_drop = contains(table.gone_defaults, column.name);
    if (raw.existed) {
        column.before = facts_of(raw.before);
        if (raw.before.has_default && !column.default_gone_by_drop) {
            column.old_default = old_default_of(table.table, raw, before);
        }
    }
    if (raw.retained_value != nullptr) {
        column.retained_value =
            raw.retained_is_plain ? std::string(raw.retained_value) : quote_literal(raw.retained_value);
    }
    add_triggers(column, change);
    return column;
}

}  // namespace

std::optional<guard::TableChange> read_change(const TouchedTable &table, SnapshotData *before) {
    const bool as_a_whole = table.row_security || table.foreign_keys;
    const RawChange raw = server_call([&] { return read_raw(table.table, before, table.triggers, as_a_whole); });
    if (raw.schema == nullptr) {
        return std::nullopt;
    }
    guard::TableChange change;
    change.schema = raw.schema;
    change.name = raw.name;
    change.size = raw.size;
    change.id = table.table;
    change.parent = table.parent;
    for (const RawColumn &column :
         std::span<const RawColumn>(raw.columns, static_cast<std::size_t>(raw.column_count))) {
        if (!contains(table.judged, column.name)) {
            change.columns.push_back(change_of(column, raw, table, before));
        }
    }
    if (table.row_security) {
        change.row_security = read_row_security(table.table, before);
    }
    if (table.foreign_keys) {
        change.foreign_keys = read_new_foreign_keys(table.table, before);
    }
    return change;
}

}  // namespace schema_audit::server
