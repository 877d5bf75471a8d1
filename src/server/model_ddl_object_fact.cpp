// Objects of the whole database that a model's DDL creates, kept as facts: run, they would act on the live
// database, or meet a live object of their name.
#include "server/live_objects/reader.hpp"
#include "server/model_ddl_statement.hpp"
#include "server/normal_form.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_event_trigger(std::string_view name) { return attribute(ObjectKind::event_trigger, name); }
consteval AttributeId of_language(std::string_view name) { return attribute(ObjectKind::language, name); }
consteval AttributeId of_transform(std::string_view name) { return attribute(ObjectKind::transform, name); }

ListCell *cell_of(const ObjectFact *fact, AttributeId id) {
    ListCell *cell = nullptr;
    foreach (cell, fact->attributes) {
        if (static_cast<AttributeFact *>(lfirst(cell))->id == id) {
            return cell;
        }
    }
    return nullptr;
}

const char *fact_text(const ObjectFact *fact, AttributeId id) {
    const ListCell *cell = cell_of(fact, id);
    return cell == nullptr ? nullptr : static_cast<const AttributeFact *>(lfirst(cell))->text;
}

// The function as SQL, qualified; where there is none, as it was written.
const char *function_text(ModelDdl *ddl, List **name, int argument_count, const Oid *types) {
    if (*name == NIL) {
        return nullptr;
    }
    place_object(ddl->names, name, NameKind::function, NameUse::read);
    apply_model_path(ddl->names);
    const Oid function = LookupFuncName(*name, argument_count, types, true);
    if (OidIsValid(function)) {
        return function_name(function);
    }
    return list_length(*name) > 1 ? NameListToQuotedString(*name)
                                  : quote_qualified_identifier(first_schema(ddl->names), strVal(linitial(*name)));
}

// The same with its argument, as a transform names its functions.
const char *function_with_arguments(ModelDdl *ddl, ObjectWithArgs *name) {
    if (name == nullptr) {
        return nullptr;
    }
    place_function(ddl, name, NameUse::read);
    apply_model_path(ddl->names);
    const Oid function = LookupFuncWithArgs(OBJECT_FUNCTION, name, true);
    if (!OidIsValid(function)) {
        return psprintf("%s(internal)", NameListToQuotedString(name->objname));
    }
    const int settings = pin_settings();
    const char *text = format_procedure_extended(function, FORMAT_PROC_INVALID_AS_NULL);
    unpin_settings(settings);
    return text;
}

// Sorted, as they are read from the catalog.
const char *tags_of(const CreateEventTrigStmt *statement) {
    if (statement->whenclause == NIL) {
        return nullptr;
    }
    const auto *tags = castNode(List, static_cast<DefElem *>(linitial(statement->whenclause))->arg);
    auto **texts = static_cast<const char **>(palloc(sizeof(char *) * static_cast<std::size_t>(list_length(tags))));
    for (int i = 0; i < list_length(tags); ++i) {
        char *tag = asc_toupper(strVal(list_nth(tags, i)), std::strlen(strVal(list_nth(tags, i))));
        texts[i] = quote_literal_cstr(tag);
    }
    return sorted_texts(texts, list_length(tags));
}

void set_event_trigger_ddl(ModelDdl *ddl, ObjectFact *fact) {
    set_fact(ddl, fact, of_event_trigger("ddl"),
             event_trigger_ddl(quote_identifier(fact->name), fact_text(fact, of_event_trigger("event")),
                               fact_text(fact, of_event_trigger("tags")), fact_text(fact, of_event_trigger("function")),
                               fact_text(fact, of_event_trigger("enabled"))));
}

const char *transform_name(ModelDdl *ddl, TypeName *type, const char *language, const char **type_text) {
    place_type(ddl->names, type, NameUse::read);
    apply_model_path(ddl->names);
    const Oid oid = typenameTypeId(nullptr, type);
    const int settings = pin_settings();
    *type_text = format_type_be(oid);
    unpin_settings(settings);
    return psprintf("FOR %s LANGUAGE %s", *type_text, quote_identifier(language));
}

// Name of the object as DROP, COMMENT and their like name it, for kinds that are kept as facts.
ObjectFact *fact_of(ModelDdl *ddl, ObjectType type, Node *object) {
    switch (type) {
        case OBJECT_EVENT_TRIGGER:
            return find_object_fact(ddl, ObjectKind::event_trigger, strVal(object));
        case OBJECT_EXTENSION:
            return find_object_fact(ddl, ObjectKind::extension, strVal(object));
        case OBJECT_SUBSCRIPTION:
            return find_object_fact(ddl, ObjectKind::subscription, strVal(object));
        case OBJECT_LANGUAGE:
            return find_object_fact(ddl, ObjectKind::language, strVal(object));
        case OBJECT_TRANSFORM: {
            const char *type_text = nullptr;
            auto *names = castNode(List, object);
            return find_object_fact(
                ddl, ObjectKind::transform,
                transform_name(ddl, castNode(TypeName, linitial(names)), strVal(lsecond(names)), &type_text));
        }
        default:
            return nullptr;
    }
}

}  // namespace

ObjectFact *find_object_fact(ModelDdl *ddl, ObjectKind kind, const char *name, const char *schema) {
    ListCell *cell = nullptr;
    foreach (cell, ddl->object_facts) {
        auto *fact = static_cast<ObjectFact *>(lfirst(cell));
        const bool same_schema = schema == nullptr || fact->schema == nullptr ? schema == fact->schema
                                                                              : std::strcmp(schema, fact->schema) == 0;
        if (fact->kind == kind && same_schema && std::strcmp(fact->name, name) == 0) {
            return fact;
        }
    }
    return nullptr;
}

ObjectFact *add_object_fact(ModelDdl *ddl, ObjectKind kind, const char *name) {
    ObjectFact *fact = find_object_fact(ddl, kind, name);
    if (fact == nullptr) {
        const MemoryContext saved = MemoryContextSwitchTo(ddl->names->context);
        fact = static_cast<ObjectFact *>(palloc0(sizeof(ObjectFact)));
        fact->kind = kind;
        fact->name = pstrdup(name);
        ddl->object_facts = lappend(ddl->object_facts, fact);
        MemoryContextSwitchTo(saved);
    }
    fact->attributes = NIL;
    return fact;
}

void set_fact(ModelDdl *ddl, ObjectFact *fact, AttributeId id, const char *text) {
    if (ListCell *cell = cell_of(fact, id)) {
        fact->attributes = list_delete_ptr(fact->attributes, lfirst(cell));
    }
    if (text != nullptr) {
        const MemoryContext saved = MemoryContextSwitchTo(ddl->names->context);
        auto *attribute = static_cast<AttributeFact *>(palloc(sizeof(AttributeFact)));
        *attribute = {id, pstrdup(text)};
        fact->attributes = lappend(fact->attributes, attribute);
        MemoryContextSwitchTo(saved);
    }
}

bool take_event_trigger(ModelDdl *ddl, CreateEventTrigStmt *statement) {
    const char *function = function_text(ddl, &statement->funcname, 0, nullptr);
    if (is_of_the_guard(LookupFuncName(statement->funcname, 0, nullptr, true))) {
        return false;
    }
    ObjectFact *fact = add_object_fact(ddl, ObjectKind::event_trigger, statement->trigname);
    set_fact(ddl, fact, of_event_trigger("event"), statement->eventname);
    set_fact(ddl, fact, of_event_trigger("tags"), tags_of(statement));
    set_fact(ddl, fact, of_event_trigger("function"), function);
    set_event_trigger_ddl(ddl, fact);
    return true;
}

bool alter_event_trigger_fact(ModelDdl *ddl, const AlterEventTrigStmt *statement) {
    ObjectFact *fact = find_object_fact(ddl, ObjectKind::event_trigger, statement->trigname);
    if (fact == nullptr) {
        return false;
    }
    set_fact(ddl, fact, of_event_trigger("enabled"), event_trigger_enabled_text(statement->tgenabled));
    set_event_trigger_ddl(ddl, fact);
    return true;
}

void take_language(ModelDdl *ddl, CreatePLangStmt *statement) {
    constexpr Oid internal[] = {INTERNALOID};
    constexpr Oid oid[] = {OIDOID};
    const LanguageParts parts{quote_identifier(statement->plname),
                              function_text(ddl, &statement->plhandler, 0, nullptr),
                              function_text(ddl, &statement->plinline, 1, internal),
                              function_text(ddl, &statement->plvalidator, 1, oid), statement->pltrusted};
    ObjectFact *fact = add_object_fact(ddl, ObjectKind::language, statement->plname);
    set_fact(ddl, fact, of_language("ddl"), language_ddl(parts));
    set_fact(ddl, fact, of_language("handler"), parts.handler);
    set_fact(ddl, fact, of_language("inline_handler"), parts.inline_handler);
    set_fact(ddl, fact, of_language("validator"), parts.validator);
    set_fact(ddl, fact, of_language("trusted"), parts.trusted ? "trusted" : nullptr);
}

bool take_transform(ModelDdl *ddl, CreateTransformStmt *statement) {
    const char *type = nullptr;
    const char *name = transform_name(ddl, statement->type_name, statement->lang, &type);
    const char *from_sql = function_with_arguments(ddl, statement->fromsql);
    const char *to_sql = function_with_arguments(ddl, statement->tosql);
    ObjectFact *fact = add_object_fact(ddl, ObjectKind::transform, name);
    set_fact(ddl, fact, of_transform("ddl"), transform_ddl(type, quote_identifier(statement->lang), from_sql, to_sql));
    set_fact(ddl, fact, of_transform("from_sql"), from_sql);
    set_fact(ddl, fact, of_transform("to_sql"), to_sql);
    const Oid type_oid = typenameTypeId(nullptr, statement->type_name);
    for (ObjectWithArgs *function : {statement->fromsql, statement->tosql}) {
        if (function != nullptr && !OidIsValid(LookupFuncWithArgs(OBJECT_FUNCTION, function, true))) {
            return false;
        }
    }
    return !SearchSysCacheExists2(TRFTYPELANG, ObjectIdGetDatum(type_oid),
                                  ObjectIdGetDatum(get_language_oid(statement->lang, false)));
}

bool drop_object_fact(ModelDdl *ddl, ObjectType type, Node *object) {
    ObjectFact *fact = fact_of(ddl, type, object);
    ddl->object_facts = list_delete_ptr(ddl->object_facts, fact);
    return fact != nullptr;
}

bool comment_object_fact(ModelDdl *ddl, ObjectType type, Node *object, const char *comment) {
    ObjectFact *fact = fact_of(ddl, type, object);
    if (fact != nullptr) {
        set_fact(ddl, fact, of_event_trigger("comment"), comment);
    }
    return fact != nullptr;
}

bool rename_object_fact(ModelDdl *ddl, ObjectType type, Node *object, const char *name) {
    ObjectFact *fact = fact_of(ddl, type, object);
    if (fact == nullptr) {
        return false;
    }
    fact->name = MemoryContextStrdup(ddl->names->context, name);
    if (fact->kind == ObjectKind::event_trigger) {
        set_event_trigger_ddl(ddl, fact);
    } else {
        set_fact(ddl, fact, of_language("ddl"), nullptr);
    }
    return true;
}

}  // namespace schema_audit::server
