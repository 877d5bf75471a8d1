#include "server/ddl_effect.hpp"

#include "server/call.hpp"
#include "server/ddl_commands.hpp"

namespace schema_audit::server {
namespace {

bool is_temporary(const DdlCommand &command) noexcept { return std::strncmp(command.schema, "pg_temp", 7) == 0; }

// The command's own object among those that it made: the one whose tag is the command's.
const DdlCommand *main_command(std::span<const DdlCommand> commands, const char *tag) noexcept {
    const DdlCommand *first = nullptr;
    for (const DdlCommand &command : commands) {
        if (command.in_extension || is_temporary(command)) {
            continue;
        }
        if (std::strcmp(command.command_tag, tag) == 0) {
            return &command;
        }
        first = first != nullptr ? first : &command;
    }
    return first;
}

struct Oids {
    const Oid *first;
    int count;
};

bool is_table(Oid relation) noexcept {
    const char kind = get_rel_relkind(relation);
    return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_FOREIGN_TABLE;
}

// The relation itself and everything that inherits from it. None if it is no table.
Oids table_and_heirs(Oid relation) noexcept {
    if (!is_table(relation)) {
        return {nullptr, 0};
    }
    if (!has_subclass(relation)) {
        auto *one = static_cast<Oid *>(palloc(sizeof(Oid)));
        *one = relation;
        return {one, 1};
    }
    const List *all = find_all_inheritors(relation, NoLock, nullptr);
    auto *oids = static_cast<Oid *>(palloc(sizeof(Oid) * static_cast<std::size_t>(list_length(all))));
    int count = 0;
    const ListCell *cell = nullptr;
    foreach (cell, all) {
        oids[count++] = lfirst_oid(cell);
    }
    return {oids, count};
}

// Objects of a catalog that depend on one: columns (with column > 0), types, triggers.
List *dependents_of(Oid catalog_of_one, Oid one, Oid catalog, bool columns) noexcept {
    const Relation depend_catalog = table_open(DependRelationId, AccessShareLock);
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(catalog_of_one));
    ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(one));
    const SysScanDesc scan = systable_beginscan(depend_catalog, DependReferenceIndexId, true, nullptr, 2, keys);
    List *found = NIL;
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        const auto *depend = reinterpret_cast<const FormData_pg_depend *>(GETSTRUCT(tuple));
        if (depend->classid == catalog && (depend->objsubid > 0) == columns) {
            found = list_append_unique_oid(found, depend->objid);
        }
    }
    systable_endscan(scan);
    table_close(depend_catalog, AccessShareLock);
    return found;
}

struct Families {
    const ChangedTable *first;
    int count;
};

// Tables, each with the one among them from which it inherits.
Families with_parents(const List *tables) noexcept {
    auto *changed =
        static_cast<ChangedTable *>(palloc(sizeof(ChangedTable) * static_cast<std::size_t>(list_length(tables) + 1)));
    int count = 0;
    const ListCell *cell = nullptr;
    foreach (cell, tables) {
        if (is_table(lfirst_oid(cell))) {
            changed[count++] = {lfirst_oid(cell), InvalidOid};
        }
    }
    for (int i = 0; i < count; ++i) {
        if (!has_subclass(changed[i].table)) {
            continue;
        }
        const List *heirs = find_all_inheritors(changed[i].table, NoLock, nullptr);
        for (int other = 0; other < count; ++other) {
            if (other != i && list_member_oid(heirs, changed[other].table)) {
                changed[other].parent = changed[i].table;
            }
        }
    }
    // Up to the top: an heir of an heir is told with the first of them.
    for (int i = 0; i < count; ++i) {
        for (int other = 0; other < count; ++other) {
            if (changed[other].table == changed[i].parent && OidIsValid(changed[other].parent)) {
                changed[i].parent = changed[other].parent;
                other = -1;
            }
        }
    }
    return {changed, count};
}

// The tables with columns of a domain, or of a domain made of it.
Families tables_of_type(Oid type) noexcept {
    List *types = list_make1_oid(type);
    List *tables = NIL;
    for (int i = 0; i < list_length(types); ++i) {
        const Oid one = list_nth_oid(types, i);
        types = list_concat_unique_oid(types, dependents_of(TypeRelationId, one, TypeRelationId, false));
        tables = list_concat_unique_oid(tables, dependents_of(TypeRelationId, one, RelationRelationId, true));
    }
    return with_parents(tables);
}

Oid table_of_trigger(Oid trigger) noexcept {
    Oid table = InvalidOid;
    const Relation catalog = table_open(TriggerRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(trigger));
    const SysScanDesc scan = systable_beginscan(catalog, TriggerOidIndexId, true, nullptr, 1, &key);
    const HeapTuple tuple = systable_getnext(scan);
    if (HeapTupleIsValid(tuple)) {
        table = reinterpret_cast<const FormData_pg_trigger *>(GETSTRUCT(tuple))->tgrelid;
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return table;
}

Families tables_of_function(Oid function) noexcept {
    List *tables = NIL;
    const ListCell *cell = nullptr;
    foreach (cell, dependents_of(ProcedureRelationId, function, TriggerRelationId, false)) {
        const Oid table = table_of_trigger(lfirst_oid(cell));
        if (OidIsValid(table)) {
            tables = list_append_unique_oid(tables, table);
        }
    }
    return with_parents(tables);
}

Families tables_of_trigger(Oid trigger) noexcept {
    const Oid table = table_of_trigger(trigger);
    return with_parents(OidIsValid(table) ? find_all_inheritors(table, NoLock, nullptr) : NIL);
}

// Could a table have lost a trigger by it?
bool may_take_triggers(const Node *tree) noexcept {
    switch (nodeTag(tree)) {
        case T_CreateTrigStmt:
            return reinterpret_cast<const CreateTrigStmt *>(tree)->replace;
        case T_CreateFunctionStmt:
            return reinterpret_cast<const CreateFunctionStmt *>(tree)->replace;
        case T_AlterTableStmt: {
            const ListCell *cell = nullptr;
            foreach (cell, reinterpret_cast<const AlterTableStmt *>(tree)->cmds) {
                switch (static_cast<const AlterTableCmd *>(lfirst(cell))->subtype) {
                    case AT_DisableTrig:
                    case AT_DisableTrigAll:
                    case AT_DisableTrigUser:
                    case AT_EnableReplicaTrig:
                        return true;
                    default:
                        break;
                }
            }
            return false;
        }
        default:
            return false;
    }
}

bool makes_tables(CommandTag tag) noexcept {
    return tag == CMDTAG_CREATE_TABLE || tag == CMDTAG_CREATE_TABLE_AS || tag == CMDTAG_SELECT_INTO ||
           tag == CMDTAG_CREATE_SCHEMA;
}

struct OneTable {
    Oid oid;  // invalid = not as simple as that
    const char *identity;
    bool temporary, has_heirs;
};

// `made`: CREATE TABLE, whose new table may stand behind a temporary one of the same name.
OneTable find_one_table(const RangeVar *name, bool made) noexcept {
    constexpr OneTable unknown{InvalidOid, nullptr, false, false};
    Oid oid = InvalidOid;
    if (made) {
        const Oid schema = RangeVarGetCreationNamespace(name);
        oid = get_relname_relid(name->relname, schema);
    } else {
        oid = RangeVarGetRelidExtended(name, NoLock, RVR_MISSING_OK, nullptr, nullptr);
    }
    const HeapTuple tuple = OidIsValid(oid) ? SearchSysCache1(RELOID, ObjectIdGetDatum(oid)) : nullptr;
    if (!HeapTupleIsValid(tuple)) {
        return unknown;
    }
    const auto *relation = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple));
    const bool is_plain = relation->relkind == RELKIND_RELATION || relation->relkind == RELKIND_PARTITIONED_TABLE;
    const OneTable table{
        is_plain ? oid : InvalidOid,
        quote_qualified_identifier(get_namespace_name(relation->relnamespace), NameStr(relation->relname)),
        relation->relpersistence == RELPERSISTENCE_TEMP, relation->relhassubclass};
    ReleaseSysCache(tuple);
    return table;
}

// Of an index its table, of a column its relation.
const char *relation_of(Oid object) noexcept {
    const char kind = get_rel_relkind(object);
    const bool is_index = kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX;
    const Oid relation = is_index ? IndexGetRelation(object, true) : object;
    const char *name = OidIsValid(relation) ? get_rel_name(relation) : nullptr;
    return name != nullptr ? quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), name) : "";
}

std::vector<guard::ObjectChange> changes_by(std::span<const DdlCommand> commands) {
    std::vector<guard::ObjectChange> changes;
    for (const DdlCommand &command : commands) {
        if (command.in_extension || is_temporary(command) || command.identity[0] == '\0') {
            continue;
        }
        add_change(changes, guard::plain_identity(command.identity), guard::change_of_tag(command.command_tag));
        if (command.class_id == RelationRelationId) {
            const Oid object = command.object_id;
            add_change(changes, server_call([=] { return relation_of(object); }), guard::change::altered);
        }
        guard::add_table_of(changes, command.identity);
    }
    return changes;
}

}  // namespace

bool read_simple_effect(const EventTriggerData *event, DdlEffect &effect) {
    const Node *tree = event->parsetree;
    const RangeVar *name = nullptr;
    switch (nodeTag(tree)) {
        case T_DropStmt:
            return true;  // sql_drop has told it all
        case T_CreateStmt: {
            const auto *create = reinterpret_cast<const CreateStmt *>(tree);
            name = create->if_not_exists ? nullptr : create->relation;
            break;
        }
        case T_AlterTableStmt: {
            const auto *alter = reinterpret_cast<const AlterTableStmt *>(tree);
            name = alter->objtype == OBJECT_TABLE && !alter->missing_ok ? alter->relation : nullptr;
            break;
        }
        default:
            break;
    }
    if (name == nullptr) {
        return false;
    }
    const bool made = IsA(tree, CreateStmt);
    const OneTable table = server_call([=] { return find_one_table(name, made); });
    if (!OidIsValid(table.oid) || (table.has_heirs && !made)) {
        return false;
    }
    if (!table.temporary) {
        effect.object_type = "table";
        effect.identity = table.identity;
        add_change(effect.changes, table.identity, made ? guard::change::created : guard::change::altered);
        if (!made) {
            effect.triggers = may_take_triggers(tree);
            effect.tables.push_back({table.oid, InvalidOid});
        }
    }
    return true;
}

DdlEffect read_effect(const EventTriggerData *event) {
    DdlEffect effect;
    const Items<DdlCommand> commands = server_call([] { return read_ddl_commands(); });
    const DdlCommand *main = main_command(commands.view(), GetCommandTagName(event->tag));
    if (main != nullptr) {
        effect.object_type = main->object_type;
        effect.identity = main->identity;
        effect.changes = changes_by(commands.view());
    }
    if (makes_tables(event->tag)) {
        return effect;  // new tables are never judged
    }
    effect.triggers = may_take_triggers(event->parsetree);
    const auto add = [&](const Families &found) {
        effect.tables.insert(effect.tables.end(), found.first, found.first + found.count);
    };
    for (const DdlCommand &command : commands.view()) {
        if (command.in_extension || is_temporary(command)) {
            continue;
        }
        if (command.class_id == RelationRelationId) {
            const Oids oids = server_call([&] { return table_and_heirs(command.object_id); });
            for (int i = 0; i < oids.count; ++i) {
                effect.tables.push_back({oids.first[i], i == 0 ? InvalidOid : command.object_id});
            }
        } else if (command.class_id == TypeRelationId && event->tag == CMDTAG_ALTER_DOMAIN) {
            add(server_call([&] { return tables_of_type(command.object_id); }));
        } else if (command.class_id == ProcedureRelationId && effect.triggers) {
            add(server_call([&] { return tables_of_function(command.object_id); }));
        } else if (command.class_id == TriggerRelationId && effect.triggers) {
            add(server_call([&] { return tables_of_trigger(command.object_id); }));
        }
    }
    return effect;
}

}  // namespace schema_audit::server
