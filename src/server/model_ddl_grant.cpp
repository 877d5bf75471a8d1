// GRANT, REVOKE and ALTER DEFAULT PRIVILEGES in a model's DDL.
#include "server/live_objects/reader.hpp"
#include "server/model_ddl_facts.hpp"
#include "server/model_ddl_statement.hpp"

namespace schema_audit::server {
namespace {

constexpr const char *on_other_objects = "GRANT or REVOKE on what the DDL does not create";

// False: the role does not exist here, and what is granted to it cannot be kept.
bool is_known(ModelDdl *ddl, const RoleSpec *role) {
    if (role->roletype != ROLESPEC_CSTRING || OidIsValid(get_role_oid(role->rolename, true))) {
        return true;
    }
    count_skipped(ddl, MemoryContextStrdup(
                           ddl->names->context,
                           psprintf("GRANT or REVOKE for role \"%s\", which does not exist here", role->rolename)));
    return false;
}

List *known_roles(ModelDdl *ddl, List *roles) {
    List *kept = NIL;
    ListCell *cell = nullptr;
    foreach (cell, roles) {
        if (is_known(ddl, static_cast<RoleSpec *>(lfirst(cell)))) {
            kept = lappend(kept, lfirst(cell));
        }
    }
    return kept;
}

// Leads one object of a GRANT to scratch. Null: it is not there.
Node *placed(ModelDdl *ddl, const GrantStmt *statement, Node *object) {
    if (statement->targtype == ACL_TARGET_ALL_IN_SCHEMA || statement->objtype == OBJECT_SCHEMA) {
        const ScratchSchema *schema = find_scratch(ddl->names, strVal(object));
        return schema == nullptr ? nullptr : reinterpret_cast<Node *>(makeString(pstrdup(schema->scratch)));
    }
    switch (statement->objtype) {
        case OBJECT_TABLE:
        case OBJECT_SEQUENCE:
            return place_existing_relation(ddl->names, castNode(RangeVar, object)) ? object : nullptr;
        case OBJECT_FUNCTION:
        case OBJECT_PROCEDURE:
        case OBJECT_ROUTINE: {
            auto *function = castNode(ObjectWithArgs, object);
            place_function(ddl, function, NameUse::target);
            apply_model_path(ddl->names);
            return OidIsValid(LookupFuncWithArgs(statement->objtype, function, true)) ? object : nullptr;
        }
        case OBJECT_TYPE:
        case OBJECT_DOMAIN: {
            auto *name = castNode(List, object);
            place_object(ddl->names, &name, NameKind::type, NameUse::target);
            apply_model_path(ddl->names);
            return OidIsValid(LookupTypeNameOid(nullptr, makeTypeNameFromNameList(name), true))
                       ? reinterpret_cast<Node *>(name)
                       : nullptr;
        }
        case OBJECT_FDW:
        case OBJECT_FOREIGN_SERVER: {
            const ScratchObject *found = find_scratch_object(ddl->names, statement->objtype, strVal(object));
            return found == nullptr ? nullptr : reinterpret_cast<Node *>(makeString(pstrdup(found->scratch)));
        }
        default:
            return nullptr;
    }
}

// ---- privileges of what is kept as facts ----

AclMode privilege_of(const char *word) {
    for (std::size_t bit = 0; bit < privilege_words.size(); ++bit) {
        if (pg_strcasecmp(word, privilege_words[bit]) == 0) {
            return AclMode{1} << bit;
        }
    }
    return pg_strcasecmp(word, "temp") == 0 ? ACL_CREATE_TEMP : ACL_NO_RIGHTS;
}

AclMode all_privileges(ObjectType type) {
    switch (type) {
        case OBJECT_TABLE:
            return ACL_ALL_RIGHTS_RELATION;
        case OBJECT_SEQUENCE:
            return ACL_ALL_RIGHTS_SEQUENCE;
        case OBJECT_FUNCTION:
            return ACL_ALL_RIGHTS_FUNCTION;
        case OBJECT_TYPE:
            return ACL_ALL_RIGHTS_TYPE;
        case OBJECT_SCHEMA:
            return ACL_ALL_RIGHTS_SCHEMA;
        case OBJECT_PARAMETER_ACL:
            return ACL_ALL_RIGHTS_PARAMETER_ACL;
        case OBJECT_LANGUAGE:
            return ACL_ALL_RIGHTS_LANGUAGE;
        default:
            return ACL_SELECT | ACL_UPDATE;  // large objects
    }
}

AclMode privileges_of(const GrantStmt *grant) {
    AclMode result = grant->privileges == NIL ? all_privileges(grant->objtype) : ACL_NO_RIGHTS;
    ListCell *cell = nullptr;
    foreach (cell, grant->privileges) {
        result |= privilege_of(static_cast<AccessPriv *>(lfirst(cell))->priv_name);
    }
    return result;
}

// What the server does with an ACL, as the owner who grants.
Acl *changed(Acl *acl, const GrantStmt *grant, const List *grantees, Oid owner) {
    const AclMode privileges = privileges_of(grant);
    ListCell *cell = nullptr;
    foreach (cell, grantees) {
        const auto *role = static_cast<RoleSpec *>(lfirst(cell));
        AclItem item{};
        item.ai_grantee = role->roletype == ROLESPEC_PUBLIC ? ACL_ID_PUBLIC : get_rolespec_oid(role, false);
        item.ai_grantor = owner;
        ACLITEM_SET_PRIVS_GOPTIONS(
            item, grant->is_grant || !grant->grant_option ? privileges : ACL_NO_RIGHTS,
            (!grant->is_grant || grant->grant_option) && item.ai_grantee != ACL_ID_PUBLIC ? privileges : ACL_NO_RIGHTS);
        acl = aclupdate(acl, &item, grant->is_grant ? ACL_MODECHG_ADD : ACL_MODECHG_DEL, owner, DROP_CASCADE);
    }
    return acl;
}

// What the fact is then, before the first GRANT as `usual`.
void change_privileges(ModelDdl *ddl, ObjectFact *fact, const GrantStmt *grant, const List *grantees, Oid owner,
                       const Acl *usual) {
    const MemoryContext saved = MemoryContextSwitchTo(ddl->names->context);
    fact->privileges = changed(fact->privileges == nullptr ? aclcopy(usual) : fact->privileges, grant, grantees, owner);
    MemoryContextSwitchTo(saved);
}

// For kinds that are nothing but privileges.
void change_fact(ModelDdl *ddl, ObjectFact *fact, const GrantStmt *grant, const List *grantees, Oid owner,
                 const Acl *usual) {
    change_privileges(ddl, fact, grant, grantees, owner, usual);
    Acl *sorted = aclcopy(fact->privileges);
    Acl *default_acl = aclcopy(usual);
    aclitemsort(sorted);
    aclitemsort(default_acl);
    if (aclequal(sorted, default_acl)) {
        forget_fact(ddl, fact);
        return;
    }
    const bool of_parameter = fact->kind == ObjectKind::parameter_privileges;
    set_fact(ddl, fact, attribute(ObjectKind::default_privileges, "privileges"),
             privileges_text(fact->privileges, owner, of_parameter ? PrivilegesOf::others : PrivilegesOf::everybody));
}

void grant_parameters(ModelDdl *ddl, const GrantStmt *statement) {
    ListCell *cell = nullptr;
    foreach (cell, statement->objects) {
        const char *name = convert_GUC_name_for_parameter_acl(strVal(lfirst(cell)));
        change_fact(ddl, object_fact(ddl, ObjectKind::parameter_privileges, name), statement, statement->grantees,
                    BOOTSTRAP_SUPERUSERID, acldefault(OBJECT_PARAMETER_ACL, BOOTSTRAP_SUPERUSERID));
    }
}

// Those of the DDL are kept as facts.
void grant_languages(ModelDdl *ddl, const GrantStmt *statement) {
    ListCell *cell = nullptr;
    foreach (cell, statement->objects) {
        ObjectFact *fact = find_object_fact(ddl, ObjectKind::language, strVal(lfirst(cell)));
        if (fact == nullptr) {
            count_skipped(ddl, on_other_objects);
            continue;
        }
        const Oid owner = GetUserId();
        change_privileges(ddl, fact, statement, statement->grantees, owner, acldefault(OBJECT_LANGUAGE, owner));
        set_fact(ddl, fact, attribute(ObjectKind::language, "grants"),
                 grants_text(PointerGetDatum(fact->privileges), false, OBJECT_LANGUAGE, owner));
    }
}

char default_type_of(ObjectType type) {
    switch (type) {
        case OBJECT_TABLE:
            return DEFACLOBJ_RELATION;
        case OBJECT_SEQUENCE:
            return DEFACLOBJ_SEQUENCE;
        case OBJECT_FUNCTION:
            return DEFACLOBJ_FUNCTION;
        case OBJECT_TYPE:
            return DEFACLOBJ_TYPE;
        case OBJECT_SCHEMA:
            return DEFACLOBJ_NAMESPACE;
        default:
            return 'L';
    }
}

void change_default(ModelDdl *ddl, const GrantStmt *grant, const List *grantees, const RoleSpec *role,
                    const char *schema) {
    const Oid owner = role == nullptr ? GetUserId() : get_rolespec_oid(role, false);
    const char *name = default_privileges_name(GetUserNameFromId(owner, false), default_type_of(grant->objtype));
    change_fact(ddl, object_fact(ddl, ObjectKind::default_privileges, name, schema), grant, grantees, owner,
                schema == nullptr ? acldefault(grant->objtype, owner) : make_empty_acl());
}

// ---- default privileges of the live database ----

bool has_global_default_privileges(Oid role) {
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_default_acl_defaclrole, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(role));
    Relation relation = table_open(DefaultAclRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(relation, DefaultAclRoleNspObjIndexId, true, nullptr, 1, &key);
    const bool found = HeapTupleIsValid(systable_getnext(scan));
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
    return found;
}

bool is_in_scratch(const ModelDdl *ddl, Oid name_space) {
    ListCell *cell = nullptr;
    foreach (cell, ddl->names->schemas) {
        if (static_cast<ScratchSchema *>(lfirst(cell))->oid == name_space) {
            return true;
        }
    }
    return false;
}

struct AclColumns {
    Oid catalog;
    int oid, name_space, acl;
};

void clear_grants(ModelDdl *ddl, const AclColumns &columns, Oid *last) {
    Relation relation = table_open(columns.catalog, RowExclusiveLock);
    SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, nullptr, 0, nullptr);
    HeapTuple tuple;
    while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
        bool is_null = false;
        const Oid oid = DatumGetObjectId(heap_getattr(tuple, columns.oid, RelationGetDescr(relation), &is_null));
        const Oid name_space =
            DatumGetObjectId(heap_getattr(tuple, columns.name_space, RelationGetDescr(relation), &is_null));
        if (oid <= ddl->grants_known_to || !is_in_scratch(ddl, name_space)) {
            continue;
        }
        *last = Max(*last, oid);
        heap_getattr(tuple, columns.acl, RelationGetDescr(relation), &is_null);
        if (!is_null) {
            auto *values = static_cast<Datum *>(palloc0(sizeof(Datum) * RelationGetDescr(relation)->natts));
            auto *nulls = static_cast<bool *>(palloc0(sizeof(bool) * RelationGetDescr(relation)->natts));
            auto *replaced = static_cast<bool *>(palloc0(sizeof(bool) * RelationGetDescr(relation)->natts));
            nulls[columns.acl - 1] = replaced[columns.acl - 1] = true;
            HeapTuple without = heap_modify_tuple(tuple, RelationGetDescr(relation), values, nulls, replaced);
            CatalogTupleUpdate(relation, &without->t_self, without);
        }
    }
    systable_endscan(scan);
    table_close(relation, RowExclusiveLock);
}

}  // namespace

void take_back_default_grants(ModelDdl *ddl) {
    constexpr auto catalogs = std::to_array<AclColumns>(
        {{RelationRelationId, Anum_pg_class_oid, Anum_pg_class_relnamespace, Anum_pg_class_relacl},
         {ProcedureRelationId, Anum_pg_proc_oid, Anum_pg_proc_pronamespace, Anum_pg_proc_proacl},
         {TypeRelationId, Anum_pg_type_oid, Anum_pg_type_typnamespace, Anum_pg_type_typacl}});
    if (!ddl->made_objects || !has_global_default_privileges(GetUserId())) {
        return;
    }
    Oid last = ddl->grants_known_to;
    for (const AclColumns &columns : catalogs) {
        clear_grants(ddl, columns, &last);
    }
    ddl->grants_known_to = last;
    ddl->made_objects = false;
    CommandCounterIncrement();
}

namespace {

bool prepare_grant(ModelDdl *ddl, GrantStmt *statement) {
    statement->grantees = known_roles(ddl, statement->grantees);
    statement->grantor = nullptr;  // who granted is not compared
    if (statement->grantees == NIL) {
        return false;
    }
    if (statement->objtype == OBJECT_PARAMETER_ACL) {
        grant_parameters(ddl, statement);
        return false;
    }
    if (statement->objtype == OBJECT_LANGUAGE) {
        grant_languages(ddl, statement);
        return false;
    }
    List *objects = NIL;
    ListCell *cell = nullptr;
    foreach (cell, statement->objects) {
        Node *object = placed(ddl, statement, static_cast<Node *>(lfirst(cell)));
        if (object == nullptr) {
            count_skipped(ddl, on_other_objects);
        } else {
            objects = lappend(objects, object);
        }
    }
    statement->objects = objects;
    if (objects != NIL) {
        take_back_default_grants(ddl);
    }
    return objects != NIL;
}

void take_default_privileges(ModelDdl *ddl, const AlterDefaultPrivilegesStmt *statement) {
    List *schemas = NIL;
    List *roles = list_make1(nullptr);
    ListCell *cell = nullptr;
    foreach (cell, statement->options) {
        auto *option = static_cast<DefElem *>(lfirst(cell));
        if (std::strcmp(option->defname, "schemas") == 0) {
            schemas = castNode(List, option->arg);
        } else if (std::strcmp(option->defname, "roles") == 0) {
            roles = known_roles(ddl, castNode(List, option->arg));
        }
    }
    const List *grantees = known_roles(ddl, statement->action->grantees);
    foreach (cell, grantees == NIL ? NIL : roles) {
        const auto *role = static_cast<RoleSpec *>(lfirst(cell));
        if (schemas == NIL) {
            change_default(ddl, statement->action, grantees, role, nullptr);
        }
        ListCell *schema = nullptr;
        foreach (schema, schemas) {
            change_default(ddl, statement->action, grantees, role, strVal(lfirst(schema)));
        }
    }
}

}  // namespace

bool prepare_rights_statement(ModelDdl *ddl, Node *statement, bool *known) {
    switch (nodeTag(statement)) {
        case T_GrantStmt:
            return prepare_grant(ddl, castNode(GrantStmt, statement));
        case T_AlterDefaultPrivilegesStmt:
            take_default_privileges(ddl, castNode(AlterDefaultPrivilegesStmt, statement));
            return false;
        default:
            *known = false;
            return false;
    }
}

}  // namespace schema_audit::server
