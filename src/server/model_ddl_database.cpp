// Objects of the whole database.
#include "server/model_ddl_facts.hpp"
#include "server/model_ddl_statement.hpp"

namespace schema_audit::server {
namespace {

bool prepare_cast(ModelDdl *ddl, CreateCastStmt *statement) {
    place_type(ddl->names, statement->sourcetype, NameUse::read);
    place_type(ddl->names, statement->targettype, NameUse::read);
    if (statement->func != nullptr) {
        place_function(ddl, statement->func, NameUse::read);
    }
    apply_model_path(ddl->names);
    const Oid source = typenameTypeId(nullptr, statement->sourcetype);
    const Oid target = typenameTypeId(nullptr, statement->targettype);
    return !SearchSysCacheExists2(CASTSOURCETARGET, ObjectIdGetDatum(source), ObjectIdGetDatum(target));
}

bool prepare_extension(ModelDdl *ddl, CreateExtensionStmt *statement) {
    take_extension(ddl, statement);
    if (OidIsValid(get_extension_oid(statement->extname, true))) {
        return false;
    }
    ListCell *cell = nullptr;
    foreach (cell, statement->options) {
        auto *option = static_cast<DefElem *>(lfirst(cell));
        if (std::strcmp(option->defname, "schema") == 0 && !is_system_schema(strVal(option->arg))) {
            const char *schema = strVal(option->arg);
            add_extension_schema(ddl->names, schema);
            option->arg = reinterpret_cast<Node *>(makeString(pstrdup(scratch_for(ddl->names, schema)->scratch)));
        }
    }
    return true;
}

// Makes the object under a scratch name, which tells what the DDL says of it. Where nothing of its own name lives it is
// made under that as well, so that what follows finds it. `may_create`: the caller has the right to.
bool make_in_scratch(ModelDdl *ddl, Node *statement, ObjectType type, char **name, bool lives, bool may_create) {
    if (lives && !may_create) {
        return skip(ddl, label_of_database_object(type));
    }
    auto *copy = static_cast<Node *>(copyObjectImpl(statement));
    const char *scratch = add_scratch_object(ddl->names, type, *name);
    if (!lives) {
        ddl->further = lappend(ddl->further, copy);
    }
    *name = pstrdup(scratch);
    return true;
}

// False: it is not of the DDL.
bool find_in_scratch(ModelDdl *ddl, ObjectType type, char **name) {
    const ScratchObject *object = find_scratch_object(ddl->names, type, *name);
    if (object == nullptr) {
        return skip(ddl, label_of_database_object(type));
    }
    *name = pstrdup(object->scratch);
    return true;
}

bool prepare_wrapper(ModelDdl *ddl, CreateFdwStmt *statement) {
    place_definition(ddl, statement->func_options);
    return make_in_scratch(ddl, reinterpret_cast<Node *>(statement), OBJECT_FDW, &statement->fdwname,
                           OidIsValid(get_foreign_data_wrapper_oid(statement->fdwname, true)), superuser());
}

bool prepare_server(ModelDdl *ddl, CreateForeignServerStmt *statement) {
    const Oid wrapper = get_foreign_data_wrapper_oid(statement->fdwname, true);
    const bool may_create = OidIsValid(wrapper) && schema_audit_may_use_wrapper(wrapper, GetUserId());
    return make_in_scratch(ddl, reinterpret_cast<Node *>(statement), OBJECT_FOREIGN_SERVER, &statement->servername,
                           OidIsValid(get_foreign_server_oid(statement->servername, true)), may_create);
}

bool prepare_access_method(ModelDdl *ddl, CreateAmStmt *statement) {
    place_object(ddl->names, &statement->handler_name, NameKind::function, NameUse::read);
    return make_in_scratch(ddl, reinterpret_cast<Node *>(statement), OBJECT_ACCESS_METHOD, &statement->amname,
                           OidIsValid(get_am_oid(statement->amname, true)), superuser());
}

// Tables and schemas of a publication that the DDL does not create are no part of the model.
List *placed_members(ModelDdl *ddl, List *objects, bool *needs_superuser) {
    List *kept = NIL;
    ListCell *cell = nullptr;
    foreach (cell, objects) {
        auto *object = static_cast<PublicationObjSpec *>(lfirst(cell));
        if (object->pubobjtype == PUBLICATIONOBJ_TABLE) {
            if (!place_existing_relation(ddl->names, object->pubtable->relation)) {
                count_skipped(ddl, "publication of what the DDL does not create");
                continue;
            }
            place_names(ddl, object->pubtable->whereClause);
        } else {
            const bool is_current = object->pubobjtype == PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA;
            object->name =
                pstrdup(scratch_for(ddl->names, is_current ? first_schema(ddl->names) : object->name)->scratch);
            object->pubobjtype = PUBLICATIONOBJ_TABLES_IN_SCHEMA;
            *needs_superuser = true;
        }
        kept = lappend(kept, object);
    }
    return kept;
}

bool prepare_publication(ModelDdl *ddl, CreatePublicationStmt *statement) {
    bool needs_superuser = schema_audit_publishes_all_tables(statement);
    statement->pubobjects = placed_members(ddl, statement->pubobjects, &needs_superuser);
    if (needs_superuser ? !superuser() : !schema_audit_may_create_in_database(GetUserId())) {
        return skip(ddl, "PUBLICATION");
    }
    statement->pubname = pstrdup(add_scratch_object(ddl->names, OBJECT_PUBLICATION, statement->pubname));
    return true;
}

bool prepare_alter_publication(ModelDdl *ddl, AlterPublicationStmt *statement) {
    if (!find_in_scratch(ddl, OBJECT_PUBLICATION, &statement->pubname)) {
        return false;
    }
    const bool has_members = statement->pubobjects != NIL;
    bool needs_superuser = false;
    statement->pubobjects = placed_members(ddl, statement->pubobjects, &needs_superuser);
    return (!needs_superuser || superuser()) ? !has_members || statement->pubobjects != NIL : skip(ddl, "PUBLICATION");
}

// What is kept as facts.
bool prepare_fact(ModelDdl *ddl, Node *statement, bool *known) {
    switch (nodeTag(statement)) {
        case T_AlterExtensionStmt:
            alter_extension_fact(ddl, castNode(AlterExtensionStmt, statement));
            return false;
        case T_CreateUserMappingStmt:
            take_user_mapping(ddl, castNode(CreateUserMappingStmt, statement));
            return false;
        case T_AlterUserMappingStmt:  // its options, which no model knows
            return false;
        case T_DropUserMappingStmt:
            drop_user_mapping_fact(ddl, castNode(DropUserMappingStmt, statement));
            return false;
        case T_CreateSubscriptionStmt:
            take_subscription(ddl, castNode(CreateSubscriptionStmt, statement));
            return false;
        case T_AlterSubscriptionStmt:
            return alter_subscription_fact(ddl, castNode(AlterSubscriptionStmt, statement))
                       ? false
                       : skip(ddl, "ALTER SUBSCRIPTION");
        case T_DropSubscriptionStmt:
            return drop_object_fact(
                       ddl, OBJECT_SUBSCRIPTION,
                       reinterpret_cast<Node *>(makeString(castNode(DropSubscriptionStmt, statement)->subname)))
                       ? false
                       : skip(ddl, "SUBSCRIPTION");
        default:
            *known = false;
            return false;
    }
}

}  // namespace

const char *label_of_database_object(ObjectType type) {
    switch (type) {
        case OBJECT_EXTENSION:
            return "EXTENSION";
        case OBJECT_ROLE:
            return "ROLE";
        case OBJECT_DATABASE:
            return "DATABASE";
        case OBJECT_TABLESPACE:
            return "TABLESPACE";
        case OBJECT_PUBLICATION:
            return "PUBLICATION";
        case OBJECT_SUBSCRIPTION:
            return "SUBSCRIPTION";
        case OBJECT_EVENT_TRIGGER:
            return "EVENT TRIGGER";
        case OBJECT_LANGUAGE:
            return "LANGUAGE";
        case OBJECT_FDW:
            return "FOREIGN DATA WRAPPER";
        case OBJECT_FOREIGN_SERVER:
            return "SERVER";
        case OBJECT_ACCESS_METHOD:
            return "ACCESS METHOD";
        case OBJECT_CAST:
            return "CAST";
        case OBJECT_TRANSFORM:
            return "TRANSFORM";
        case OBJECT_LARGEOBJECT:
            return "LARGE OBJECT";
        default:
            return nullptr;
    }
}

bool prepare_database_statement(ModelDdl *ddl, Node *statement, bool *known) {
    switch (nodeTag(statement)) {
        case T_CreateCastStmt:
            return prepare_cast(ddl, castNode(CreateCastStmt, statement));
        case T_CreateExtensionStmt:
            return prepare_extension(ddl, castNode(CreateExtensionStmt, statement));
        case T_CreateEventTrigStmt:
            return take_event_trigger(ddl, castNode(CreateEventTrigStmt, statement)) ? false
                                                                                     : skip(ddl, "EVENT TRIGGER");
        case T_AlterEventTrigStmt:
            return alter_event_trigger_fact(ddl, castNode(AlterEventTrigStmt, statement)) ? false
                                                                                          : skip(ddl, "EVENT TRIGGER");
        case T_CreateTransformStmt:
            // Functions of the DDL may use it. Who may not create it has it as a fact alone.
            return take_transform(ddl, castNode(CreateTransformStmt, statement)) && superuser();
        case T_CreatePLangStmt:
            take_language(ddl, castNode(CreatePLangStmt, statement));
            return !OidIsValid(get_language_oid(castNode(CreatePLangStmt, statement)->plname, true));
        case T_CreateFdwStmt:
            return prepare_wrapper(ddl, castNode(CreateFdwStmt, statement));
        case T_AlterFdwStmt:
            place_definition(ddl, castNode(AlterFdwStmt, statement)->func_options);
            return find_in_scratch(ddl, OBJECT_FDW, &castNode(AlterFdwStmt, statement)->fdwname);
        case T_CreateForeignServerStmt:
            return prepare_server(ddl, castNode(CreateForeignServerStmt, statement));
        case T_AlterForeignServerStmt:
            return find_in_scratch(ddl, OBJECT_FOREIGN_SERVER,
                                   &castNode(AlterForeignServerStmt, statement)->servername);
        case T_CreateAmStmt:
            return prepare_access_method(ddl, castNode(CreateAmStmt, statement));
        case T_CreatePublicationStmt:
            return prepare_publication(ddl, castNode(CreatePublicationStmt, statement));
        case T_AlterPublicationStmt:
            return prepare_alter_publication(ddl, castNode(AlterPublicationStmt, statement));
        default:
            return prepare_fact(ddl, statement, known);
    }
}

}  // namespace schema_audit::server
