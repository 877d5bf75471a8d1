// Extensions, user mappings and subscriptions: run, they would meet the live ones, need a role that is not here, or
// connect to another server.
#include "server/model_ddl_facts.hpp"
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_extension(std::string_view name) { return attribute(ObjectKind::extension, name); }
consteval AttributeId of_subscription(std::string_view name) { return attribute(ObjectKind::subscription, name); }

const char *fact_text(const ObjectFact *fact, AttributeId id) {
    ListCell *cell = nullptr;
    foreach (cell, fact->attributes) {
        const auto *item = static_cast<AttributeFact *>(lfirst(cell));
        if (item->id == id) {
            return item->text;
        }
    }
    return nullptr;
}

void set_extension_ddl(ModelDdl *ddl, ObjectFact *fact) {
    set_fact(ddl, fact, of_extension("ddl"),
             extension_ddl(quote_identifier(fact->name), fact_text(fact, of_extension("schema")),
                           fact_text(fact, of_extension("version"))));
}

// The user as SQL without a look-up: the role may not exist here. Null: PUBLIC.
const char *user_of(const RoleSpec *role) {
    switch (role->roletype) {
        case ROLESPEC_PUBLIC:
            return nullptr;
        case ROLESPEC_CSTRING:
            return role->rolename;
        default:
            return get_rolespec_name(role);
    }
}

char *publications_text(const List *names) {
    List *texts = NIL;
    ListCell *cell = nullptr;
    foreach (cell, names) {
        texts = lappend(texts, const_cast<char *>(quote_identifier(strVal(lfirst(cell)))));
    }
    return joined_texts(texts, ", ", true);
}

// "off" and "false" are what no streaming is called.
const char *streaming_text(DefElem *option) {
    if (option->arg != nullptr && pg_strcasecmp(defGetString(option), "parallel") == 0) {
        return "parallel";
    }
    return defGetBoolean(option) ? "on" : "off";
}

void read_option(DefElem *option, SubscriptionOptions *options) {
    const auto is = [&](const char *name) { return std::strcmp(option->defname, name) == 0; };
    if (is("binary")) {
        options->binary = defGetBoolean(option);
    } else if (is("disable_on_error")) {
        options->disable_on_error = defGetBoolean(option);
    } else if (is("two_phase")) {
        options->two_phase = defGetBoolean(option);
    } else if (is("failover")) {
        options->failover = defGetBoolean(option);
    } else if (is("password_required")) {
        options->password_required = defGetBoolean(option);
    } else if (is("run_as_owner")) {
        options->run_as_owner = defGetBoolean(option);
    } else if (is("origin")) {
        options->origin = defGetString(option);
    } else if (is("synchronous_commit")) {
        options->synchronous_commit = defGetString(option);
    } else if (is("streaming")) {
        options->streaming = streaming_text(option);
    }
}

}  // namespace

ObjectFact *object_fact(ModelDdl *ddl, ObjectKind kind, const char *name, const char *schema) {
    ObjectFact *fact = find_object_fact(ddl, kind, name, schema);
    if (fact == nullptr) {
        const MemoryContext saved = MemoryContextSwitchTo(ddl->names->context);
        fact = static_cast<ObjectFact *>(palloc0(sizeof(ObjectFact)));
        fact->kind = kind;
        fact->schema = schema == nullptr ? nullptr : pstrdup(schema);
        fact->name = pstrdup(name);
        ddl->object_facts = lappend(ddl->object_facts, fact);
        MemoryContextSwitchTo(saved);
    }
    return fact;
}

void forget_fact(ModelDdl *ddl, ObjectFact *fact) { ddl->object_facts = list_delete_ptr(ddl->object_facts, fact); }

void take_extension(ModelDdl *ddl, const CreateExtensionStmt *statement) {
    if (std::strcmp(statement->extname, "plpgsql") == 0 || std::strcmp(statement->extname, "schema_audit") == 0) {
        return;  // as the reader of the live ones leaves them out
    }
    ObjectFact *fact = object_fact(ddl, ObjectKind::extension, statement->extname);
    ListCell *cell = nullptr;
    foreach (cell, statement->options) {
        auto *option = static_cast<DefElem *>(lfirst(cell));
        if (std::strcmp(option->defname, "schema") == 0) {
            set_fact(ddl, fact, of_extension("schema"), quote_identifier(defGetString(option)));
        } else if (std::strcmp(option->defname, "new_version") == 0) {
            set_fact(ddl, fact, of_extension("version"), defGetString(option));
        }
    }
    set_extension_ddl(ddl, fact);
}

void alter_extension_fact(ModelDdl *ddl, const AlterExtensionStmt *statement) {
    ObjectFact *fact = find_object_fact(ddl, ObjectKind::extension, statement->extname);
    if (fact == nullptr) {
        return;
    }
    const char *version = nullptr;
    ListCell *cell = nullptr;
    foreach (cell, statement->options) {
        auto *option = static_cast<DefElem *>(lfirst(cell));
        version = std::strcmp(option->defname, "new_version") == 0 ? defGetString(option) : version;
    }
    set_fact(ddl, fact, of_extension("version"), version);
    set_extension_ddl(ddl, fact);
}

bool move_extension_fact(ModelDdl *ddl, const AlterObjectSchemaStmt *statement) {
    ObjectFact *fact = statement->objectType == OBJECT_EXTENSION
                           ? find_object_fact(ddl, ObjectKind::extension, strVal(statement->object))
                           : nullptr;
    if (fact != nullptr) {
        set_fact(ddl, fact, of_extension("schema"), quote_identifier(statement->newschema));
        set_extension_ddl(ddl, fact);
    }
    return fact != nullptr;
}

void take_user_mapping(ModelDdl *ddl, const CreateUserMappingStmt *statement) {
    const char *name = user_mapping_name(user_of(statement->user), statement->servername);
    ObjectFact *fact = object_fact(ddl, ObjectKind::user_mapping, name);
    set_fact(ddl, fact, attribute(ObjectKind::user_mapping, "ddl"), psprintf("CREATE USER MAPPING %s;", name));
}

void drop_user_mapping_fact(ModelDdl *ddl, const DropUserMappingStmt *statement) {
    const char *name = user_mapping_name(user_of(statement->user), statement->servername);
    forget_fact(ddl, find_object_fact(ddl, ObjectKind::user_mapping, name));
}

void take_subscription(ModelDdl *ddl, const CreateSubscriptionStmt *statement) {
    SubscriptionOptions options;
    const char *slot = statement->subname;
    const char *enabled = "ENABLE";
    ListCell *cell = nullptr;
    foreach (cell, statement->options) {
        auto *option = static_cast<DefElem *>(lfirst(cell));
        read_option(option, &options);
        if (std::strcmp(option->defname, "slot_name") == 0) {
            slot = defGetString(option);
            slot = std::strcmp(slot, "none") == 0 ? nullptr : slot;
        } else if (std::strcmp(option->defname, "enabled") == 0) {
            enabled = defGetBoolean(option) ? "ENABLE" : "DISABLE";
        } else if (std::strcmp(option->defname, "connect") == 0 && !defGetBoolean(option)) {
            // So a dump is: that nothing is enabled while it is restored says nothing about how it should be.
            enabled = nullptr;
        }
    }
    const SubscriptionParts parts{quote_identifier(statement->subname), masked_connection(statement->conninfo),
                                  publications_text(statement->publication), slot_text(slot),
                                  subscription_options_text(options)};
    ObjectFact *fact = object_fact(ddl, ObjectKind::subscription, statement->subname);
    set_fact(ddl, fact, of_subscription("ddl"), subscription_ddl(parts));
    set_fact(ddl, fact, of_subscription("connection"), parts.connection);
    set_fact(ddl, fact, of_subscription("publications"), parts.publications);
    set_fact(ddl, fact, of_subscription("enabled"), enabled);
    set_fact(ddl, fact, of_subscription("slot"), parts.slot);
    set_fact(ddl, fact, of_subscription("options"), parts.options);
}

bool alter_subscription_fact(ModelDdl *ddl, const AlterSubscriptionStmt *statement) {
    ObjectFact *fact = find_object_fact(ddl, ObjectKind::subscription, statement->subname);
    if (fact == nullptr) {
        return false;
    }
    switch (statement->kind) {
        case ALTER_SUBSCRIPTION_CONNECTION:
            set_fact(ddl, fact, of_subscription("connection"), masked_connection(statement->conninfo));
            return true;
        case ALTER_SUBSCRIPTION_SET_PUBLICATION:
            set_fact(ddl, fact, of_subscription("publications"), publications_text(statement->publication));
            return true;
        case ALTER_SUBSCRIPTION_ENABLED:
            set_fact(ddl, fact, of_subscription("enabled"),
                     defGetBoolean(static_cast<DefElem *>(linitial(statement->options))) ? "ENABLE" : "DISABLE");
            return true;
        default:
            return false;
    }
}

}  // namespace schema_audit::server
