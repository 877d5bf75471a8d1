#include "server/model_ddl_names.hpp"

namespace schema_audit::server {
namespace {

const char *name_at(const List *list, int index) { return strVal(list_nth(list, index)); }

bool contains_function(Oid schema, const char *name) {
    CatCList *candidates = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
    bool found = false;
    for (int i = 0; i < candidates->n_members && !found; ++i) {
        found = reinterpret_cast<Form_pg_proc>(GETSTRUCT(&candidates->members[i]->tuple))->pronamespace == schema;
    }
    ReleaseSysCacheList(candidates);
    return found;
}

template <class Form>
bool list_contains(int cache, Oid schema, const char *name, Oid Form::*column) {
    CatCList *candidates = SearchSysCacheList1(cache, CStringGetDatum(name));
    bool found = false;
    for (int i = 0; i < candidates->n_members && !found; ++i) {
        found = reinterpret_cast<const Form *>(GETSTRUCT(&candidates->members[i]->tuple))->*column == schema;
    }
    ReleaseSysCacheList(candidates);
    return found;
}

bool contains_type(Oid schema, const char *name) {
    return SearchSysCacheExists2(TYPENAMENSP, CStringGetDatum(name), ObjectIdGetDatum(schema));
}

// Operator classes and families are found by access method first, so those are looked for in each.
bool contains_operator_class(Oid schema, const char *name) {
    bool found = false;
    Relation methods = table_open(AccessMethodRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(methods, InvalidOid, false, nullptr, 0, nullptr);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple) && !found; tuple = systable_getnext(scan)) {
        const Datum method = ObjectIdGetDatum(reinterpret_cast<Form_pg_am>(GETSTRUCT(tuple))->oid);
        found = SearchSysCacheExists3(CLAAMNAMENSP, method, CStringGetDatum(name), ObjectIdGetDatum(schema)) ||
                SearchSysCacheExists3(OPFAMILYAMNAMENSP, method, CStringGetDatum(name), ObjectIdGetDatum(schema));
    }
    systable_endscan(scan);
    table_close(methods, AccessShareLock);
    return found;
}

bool contains_any(Oid schema, const char *name) {
    for (const int cache :
         {static_cast<int>(RELNAMENSP), static_cast<int>(TYPENAMENSP), static_cast<int>(TSPARSERNAMENSP),
          static_cast<int>(TSDICTNAMENSP), static_cast<int>(TSTEMPLATENAMENSP), static_cast<int>(TSCONFIGNAMENSP),
          static_cast<int>(STATEXTNAMENSP), static_cast<int>(CONNAMENSP)}) {
        if (SearchSysCacheExists2(cache, CStringGetDatum(name), ObjectIdGetDatum(schema))) {
            return true;
        }
    }
    return contains_function(schema, name) ||
           list_contains(OPERNAMENSP, schema, name, &FormData_pg_operator::oprnamespace) ||
           list_contains(COLLNAMEENCNSP, schema, name, &FormData_pg_collation::collnamespace) ||
           contains_operator_class(schema, name);
}

bool contains(Oid schema, const char *name, NameKind kind) {
    switch (kind) {
        case NameKind::type:
            return contains_type(schema, name);
        case NameKind::function:
            return contains_function(schema, name);
        case NameKind::any:
            break;
    }
    return contains_any(schema, name);
}

bool contains_relation(const ScratchSchema *schema, const char *name) {
    return schema != nullptr && OidIsValid(get_relname_relid(name, schema->oid));
}

bool is_live_extension_relation(const char *schema, const char *name) {
    const Oid namespace_oid = get_namespace_oid(schema, true);
    const Oid relation = OidIsValid(namespace_oid) ? get_relname_relid(name, namespace_oid) : InvalidOid;
    return OidIsValid(relation) && OidIsValid(getExtensionOfObject(RelationRelationId, relation));
}

// Nodes may be shared or visited twice.
bool is_placed(const ModelNames *names, const char *schema) {
    return schema != nullptr && std::strncmp(schema, names->prefix, std::strlen(names->prefix)) == 0;
}

[[noreturn]] void refuse_system_schema(const char *schema) {
    ereport(ERROR,
            (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("the DDL of a model cannot change schema \"%s\"", schema),
             errdetail_internal("It belongs to the server.")));
    pg_unreachable();
}

[[noreturn]] void refuse_unqualified(const char *name) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA), errmsg("no schema has been selected to create \"%s\" in", name),
                    errdetail_internal("The DDL has set an empty search_path."),
                    errhint("Name the schema in the DDL, or take the SET out: unqualified names then belong to the "
                            "first of the argument \"schemas\".")));
    pg_unreachable();
}

List *schemas_of_extensions() {
    List *result = NIL;
    Relation extensions = table_open(ExtensionRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(extensions, InvalidOid, false, nullptr, 0, nullptr);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        char *name = get_namespace_name(reinterpret_cast<Form_pg_extension>(GETSTRUCT(tuple))->extnamespace);
        if (name != nullptr && !is_system_schema(name)) {
            result = list_append_unique(result, makeString(name));
        }
    }
    systable_endscan(scan);
    table_close(extensions, AccessShareLock);
    ListCell *cell = nullptr;
    foreach (cell, result) {
        lfirst(cell) = strVal(lfirst(cell));
    }
    return result;
}

// The first schema of the model's path whose scratch holds the relation.
ScratchSchema *scratch_with_relation(ModelNames *names, const char *relation) {
    ListCell *cell = nullptr;
    foreach (cell, names->path) {
        ScratchSchema *schema = find_scratch(names, static_cast<const char *>(lfirst(cell)));
        if (contains_relation(schema, relation)) {
            return schema;
        }
    }
    ScratchSchema *schema = find_scratch(names, names->default_schema);
    return contains_relation(schema, relation) ? schema : nullptr;
}

// A schema in which a member of a live extension has that name; the first of the path, then of the others.
const char *schema_with_extension_relation(ModelNames *names, const char *relation) {
    for (const List *list : {names->path, names->extension_schemas}) {
        ListCell *cell = nullptr;
        foreach (cell, list) {
            const auto *schema = static_cast<const char *>(lfirst(cell));
            if (is_live_extension_relation(schema, relation)) {
                return schema;
            }
        }
    }
    return nullptr;
}

// Whether a type is the row type of a live table, view or sequence that is no member of an extension.
bool is_row_type_of_live_relation(ModelNames *names, Oid type) {
    const Oid relation = get_typ_typrelid(type);
    if (!OidIsValid(relation) || get_rel_relkind(relation) == RELKIND_COMPOSITE_TYPE) {
        return false;
    }
    const Oid schema = get_rel_namespace(relation);
    ListCell *cell = nullptr;
    foreach (cell, names->schemas) {
        if (static_cast<ScratchSchema *>(lfirst(cell))->oid == schema) {
            return false;
        }
    }
    return !IsCatalogNamespace(schema) && !OidIsValid(getExtensionOfObject(RelationRelationId, relation));
}

void place_type_name(ModelNames *names, TypeName *type) {
    const int length = list_length(type->names);
    const char *name = strVal(llast(type->names));
    if (length == 1) {
        const Oid found = TypenameGetTypid(name);
        if (OidIsValid(found) && is_row_type_of_live_relation(names, found)) {
            type->names = lcons(makeString(pstrdup(default_scratch(names)->scratch)), type->names);
        }
        return;
    }
    const char *real = name_at(type->names, length - 2);
    if (is_system_schema(real) || is_placed(names, real)) {
        return;
    }
    ScratchSchema *schema = find_scratch(names, real);
    if (schema == nullptr || !contains_type(schema->oid, name)) {
        const Oid live_schema = get_namespace_oid(real, true);
        const Oid live = OidIsValid(live_schema) ? GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
                                                                   ObjectIdGetDatum(live_schema))
                                                 : InvalidOid;
        if (OidIsValid(live) && !is_row_type_of_live_relation(names, live)) {
            return;
        }
        schema = scratch_for(names, real);
    }
    lfirst(list_nth_cell(type->names, length - 2)) = makeString(pstrdup(schema->scratch));
}

// As CREATE DATABASE makes public, and without what default privileges of the live database give.
void set_first_grants(Oid schema, bool is_public) {
    Acl *acl = nullptr;
    if (is_public) {
        AclItem usage{};
        usage.ai_grantee = ACL_ID_PUBLIC;
        usage.ai_grantor = GetUserId();
        ACLITEM_SET_PRIVS_GOPTIONS(usage, ACL_USAGE, ACL_NO_RIGHTS);
        acl = aclupdate(acldefault(OBJECT_SCHEMA, GetUserId()), &usage, ACL_MODECHG_ADD, GetUserId(), DROP_RESTRICT);
        CreateComments(schema, NamespaceRelationId, 0, "standard public schema");
    }
    Relation relation = table_open(NamespaceRelationId, RowExclusiveLock);
    CommandCounterIncrement();
    HeapTuple tuple = SearchSysCacheCopy1(NAMESPACEOID, ObjectIdGetDatum(schema));
    Datum values[Natts_pg_namespace]{};
    bool nulls[Natts_pg_namespace]{};
    bool replaced[Natts_pg_namespace]{};
    values[Anum_pg_namespace_nspacl - 1] = PointerGetDatum(acl);
    nulls[Anum_pg_namespace_nspacl - 1] = acl == nullptr;
    replaced[Anum_pg_namespace_nspacl - 1] = true;
    HeapTuple changed = heap_modify_tuple(tuple, RelationGetDescr(relation), values, nulls, replaced);
    CatalogTupleUpdate(relation, &changed->t_self, changed);
    table_close(relation, RowExclusiveLock);
}

}  // namespace

ModelNames *make_model_names(List *path) {
    auto *names = static_cast<ModelNames *>(palloc0(sizeof(ModelNames)));
    unsigned char random[8];
    if (!pg_strong_random(random, sizeof random)) {
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not generate a random name")));
    }
    char *end = names->prefix + strlcpy(names->prefix, "schema_audit_scratch_", sizeof names->prefix);
    constexpr const char *digits = "0123456789abcdef";
    for (const unsigned char byte : random) {
        *end++ = digits[byte >> 4];
        *end++ = digits[byte & 15];
    }
    names->context = CurrentMemoryContext;
    names->initial_path = path;
    names->path = path;
    names->said_path = path;
    names->default_schema = static_cast<const char *>(linitial(path));
    names->extension_schemas = schemas_of_extensions();
    names->path_changed = true;
    return names;
}

bool is_system_schema(const char *name) {
    return std::strncmp(name, "pg_", 3) == 0 || std::strcmp(name, "information_schema") == 0;
}

ScratchSchema *find_scratch(ModelNames *names, const char *real) {
    ListCell *cell = nullptr;
    foreach (cell, names->schemas) {
        auto *schema = static_cast<ScratchSchema *>(lfirst(cell));
        if (std::strcmp(schema->real, real) == 0) {
            return schema;
        }
    }
    return nullptr;
}

ScratchSchema *scratch_for(ModelNames *names, const char *real) {
    if (ScratchSchema *schema = find_scratch(names, real)) {
        return schema;
    }
    if (is_system_schema(real)) {
        refuse_system_schema(real);
    }
    const MemoryContext saved = MemoryContextSwitchTo(names->context);
    auto *schema = static_cast<ScratchSchema *>(palloc(sizeof(ScratchSchema)));
    // Of one width, so that no name is the beginning of another.
    schema->scratch = psprintf("%s_%05d", names->prefix, names->created++);
    schema->real = pstrdup(real);
    // Not CREATE SCHEMA: the caller needs no right on the database for what is never committed.
    schema->oid = NamespaceCreate(schema->scratch, GetUserId(), false);
    schema->declared = false;
    set_first_grants(schema->oid, std::strcmp(real, "public") == 0);
    names->schemas = lappend(names->schemas, schema);
    names->path_changed = true;
    MemoryContextSwitchTo(saved);
    CommandCounterIncrement();
    return schema;
}

ScratchObject *find_scratch_object(ModelNames *names, ObjectType type, const char *real) {
    ListCell *cell = nullptr;
    foreach (cell, names->objects) {
        auto *object = static_cast<ScratchObject *>(lfirst(cell));
        if (object->type == type && std::strcmp(object->real, real) == 0) {
            return object;
        }
    }
    return nullptr;
}

const char *add_scratch_object(ModelNames *names, ObjectType type, const char *real) {
    const MemoryContext saved = MemoryContextSwitchTo(names->context);
    auto *object = static_cast<ScratchObject *>(palloc(sizeof(ScratchObject)));
    *object = {type, pstrdup(real), psprintf("%s_%05d", names->prefix, names->created++)};
    names->objects = lappend(names->objects, object);
    MemoryContextSwitchTo(saved);
    return object->scratch;
}

void forget_scratch_object(ModelNames *names, ScratchObject *object) {
    names->objects = list_delete_ptr(names->objects, object);
}

const char *first_schema(ModelNames *names) {
    return names->path != NIL ? static_cast<const char *>(linitial(names->path)) : names->default_schema;
}

ScratchSchema *default_scratch(ModelNames *names) { return scratch_for(names, first_schema(names)); }

void add_extension_schema(ModelNames *names, const char *real) {
    const MemoryContext saved = MemoryContextSwitchTo(names->context);
    names->extension_schemas = lappend(names->extension_schemas, pstrdup(real));
    names->path_changed = true;
    MemoryContextSwitchTo(saved);
}

void forget_scratch(ModelNames *names, const char *real) {
    names->schemas = list_delete_ptr(names->schemas, find_scratch(names, real));
    names->path_changed = true;
}

void set_model_path(ModelNames *names, List *path) {
    const MemoryContext saved = MemoryContextSwitchTo(names->context);
    names->path = NIL;
    names->said_path = NIL;
    names->path_is_empty = true;
    ListCell *cell = nullptr;
    foreach (cell, path) {
        const auto *name = static_cast<const char *>(lfirst(cell));
        names->path_is_empty = names->path_is_empty && name[0] == '\0';
        if (name[0] != '\0') {
            names->said_path = lappend(names->said_path, pstrdup(name));
        }
        // "$user" and the server's own schemas hold nothing of a model.
        if (name[0] != '\0' && name[0] != '$' && !is_system_schema(name)) {
            names->path = lappend(names->path, pstrdup(name));
        }
    }
    names->path_changed = true;
    MemoryContextSwitchTo(saved);
}

void apply_model_path(ModelNames *names) {
    if (!names->path_changed) {
        return;
    }
    StringInfoData path;
    initStringInfo(&path);
    appendStringInfoString(&path, default_scratch(names)->scratch);
    ListCell *cell = nullptr;
    for (const List *list : {names->path, names->extension_schemas}) {
        foreach (cell, list) {
            if (ScratchSchema *schema = find_scratch(names, static_cast<const char *>(lfirst(cell)))) {
                appendStringInfo(&path, ", %s", schema->scratch);
            }
        }
    }
    // Types and functions that the DDL does not create are found where they live.
    for (const List *list : {names->path, names->extension_schemas}) {
        foreach (cell, list) {
            appendStringInfo(&path, ", %s", quote_identifier(static_cast<const char *>(lfirst(cell))));
        }
    }
    appendStringInfoString(&path, ", pg_temp");
    set_config_option("search_path", path.data, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    names->path_changed = false;
}

bool place_existing_relation(ModelNames *names, RangeVar *relation) {
    ScratchSchema *schema = relation->schemaname != nullptr ? find_scratch(names, relation->schemaname)
                                                            : scratch_with_relation(names, relation->relname);
    if (!contains_relation(schema, relation->relname)) {
        return false;
    }
    relation->schemaname = pstrdup(schema->scratch);
    return true;
}

void place_relation(ModelNames *names, RangeVar *relation, NameUse use) {
    if (is_placed(names, relation->schemaname)) {
        return;
    }
    if (relation->schemaname != nullptr && is_system_schema(relation->schemaname)) {
        if (use != NameUse::read) {
            refuse_system_schema(relation->schemaname);
        }
        return;
    }
    if (use == NameUse::create) {
        if (relation->schemaname == nullptr && names->path_is_empty) {
            refuse_unqualified(relation->relname);
        }
        ScratchSchema *schema =
            relation->schemaname != nullptr ? scratch_for(names, relation->schemaname) : default_scratch(names);
        relation->schemaname = pstrdup(schema->scratch);
        return;
    }
    if (use == NameUse::read && relation->schemaname == nullptr &&
        OidIsValid(get_relname_relid(relation->relname, PG_CATALOG_NAMESPACE))) {
        relation->schemaname = pstrdup("pg_catalog");
        return;
    }
    if (place_existing_relation(names, relation)) {
        return;
    }
    if (use == NameUse::read) {
        if (relation->schemaname == nullptr) {
            if (const char *schema = schema_with_extension_relation(names, relation->relname)) {
                relation->schemaname = pstrdup(schema);
                return;
            }
        } else if (is_live_extension_relation(relation->schemaname, relation->relname)) {
            return;
        }
    }
    // It does not exist; the server says so when it looks for it here.
    ScratchSchema *schema =
        relation->schemaname != nullptr ? scratch_for(names, relation->schemaname) : default_scratch(names);
    relation->schemaname = pstrdup(schema->scratch);
}

const char *assumed_schema(ModelNames *names, const RangeVar *relation) {
    if (relation->schemaname != nullptr) {
        return relation->schemaname;
    }
    ListCell *cell = nullptr;
    foreach (cell, names->path) {
        const auto *schema = static_cast<const char *>(lfirst(cell));
        const Oid live = get_namespace_oid(schema, true);
        if (OidIsValid(live) && OidIsValid(get_relname_relid(relation->relname, live))) {
            return schema;
        }
    }
    return first_schema(names);
}

void place_relation_list(ModelNames *names, List **list, int further, NameUse use) {
    const int relation_at = list_length(*list) - further - 1;
    if (relation_at < 0) {
        return;
    }
    RangeVar *relation = makeRangeVar(relation_at > 0 ? pstrdup(name_at(*list, relation_at - 1)) : nullptr,
                                      pstrdup(name_at(*list, relation_at)), -1);
    place_relation(names, relation, use);
    List *placed = list_make2(makeString(relation->schemaname), makeString(relation->relname));
    *list = list_concat(placed, list_copy_tail(*list, relation_at + 1));
}

void place_object(ModelNames *names, List **list, NameKind kind, NameUse use) {
    const int length = list_length(*list);
    const char *name = strVal(llast(*list));
    if (length == 1) {
        if (use == NameUse::read) {
            return;
        }
        if (use == NameUse::create && names->path_is_empty) {
            refuse_unqualified(name);
        }
        ScratchSchema *schema = nullptr;
        ListCell *cell = nullptr;
        foreach (cell, use == NameUse::target ? names->path : NIL) {
            ScratchSchema *candidate = find_scratch(names, static_cast<const char *>(lfirst(cell)));
            if (schema == nullptr && candidate != nullptr && contains(candidate->oid, name, kind)) {
                schema = candidate;
            }
        }
        schema = schema != nullptr ? schema : default_scratch(names);
        *list = lcons(makeString(pstrdup(schema->scratch)), *list);
        return;
    }
    const char *real = name_at(*list, length - 2);
    if (is_placed(names, real) || (use == NameUse::read && is_system_schema(real))) {
        return;
    }
    if (use == NameUse::read) {
        ScratchSchema *schema = find_scratch(names, real);
        const Oid live = get_namespace_oid(real, true);
        if (schema == nullptr ||
            (!contains(schema->oid, name, kind) && OidIsValid(live) && contains(live, name, kind))) {
            return;
        }
    }
    lfirst(list_nth_cell(*list, length - 2)) = makeString(pstrdup(scratch_for(names, real)->scratch));
}

void place_type(ModelNames *names, TypeName *type, NameUse use) {
    if (type == nullptr || type->names == NIL) {
        return;
    }
    if (type->pct_type) {
        place_relation_list(names, &type->names, 1, NameUse::read);
    } else if (use == NameUse::read) {
        place_type_name(names, type);
    } else {
        place_object(names, &type->names, NameKind::type, use);
    }
}

char *place_relation_text(ModelNames *names, const char *text) {
    List *parts = NIL;
    if (!SplitIdentifierString(pstrdup(text), '.', &parts) || list_length(parts) < 1 || list_length(parts) > 2) {
        return pstrdup(text);
    }
    RangeVar *relation = makeRangeVar(list_length(parts) == 2 ? static_cast<char *>(linitial(parts)) : nullptr,
                                      static_cast<char *>(llast(parts)), -1);
    place_relation(names, relation, NameUse::read);
    return quote_qualified_identifier(relation->schemaname, relation->relname);
}

}  // namespace schema_audit::server
