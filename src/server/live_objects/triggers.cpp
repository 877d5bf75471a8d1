// Triggers of tables, foreign tables and views; not those that constraints and partitions are given by the server.
#include "server/live_objects/reader.hpp"
#include "server/query_text.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_trigger(std::string_view name) { return attribute(ObjectKind::trigger, name); }

// What its DDL is put together from; texts outlast the scan.
struct TriggerParts {
    Oid table;
    const char *name;
    const char *timing, *events, *columns, *level, *function, *arguments, *deferrable, *referenced_table, *old_table,
        *new_table, *enabled;
    bool is_constraint;
    const char *condition;  // node text
};

const char *timing_of(std::int16_t type) {
    return TRIGGER_FOR_BEFORE(type) ? "BEFORE" : TRIGGER_FOR_INSTEAD(type) ? "INSTEAD OF" : "AFTER";
}

char *events_of(std::int16_t type) {
    StringInfoData text;
    initStringInfo(&text);
    const auto add = [&](bool fires, const char *word) {
        if (fires) {
            appendStringInfo(&text, "%s%s", text.len == 0 ? "" : " OR ", word);
        }
    };
    add(TRIGGER_FOR_INSERT(type), "INSERT");
    add(TRIGGER_FOR_UPDATE(type), "UPDATE");
    add(TRIGGER_FOR_DELETE(type), "DELETE");
    add(TRIGGER_FOR_TRUNCATE(type), "TRUNCATE");
    return text.data;
}

// Sorted: UPDATE OF a, b is UPDATE OF b, a.
char *columns_of(const FormData_pg_trigger &row) {
    const int count = row.tgattr.dim1;
    auto **names = static_cast<const char **>(palloc(sizeof(char *) * static_cast<std::size_t>(count)));
    for (int i = 0; i < count; ++i) {
        const char *name = get_attname(row.tgrelid, row.tgattr.values[i], true);
        names[i] = name == nullptr ? "" : quote_identifier(name);
    }
    return sorted_texts(names, count);
}

// 'a', 'b': they are stored one after the other, each ended by a zero byte.
char *arguments_of(HeapTuple tuple, TupleDesc descriptor, int count) {
    bool is_null = false;
    const auto *value = DatumGetByteaPP(heap_getattr(tuple, Anum_pg_trigger_tgargs, descriptor, &is_null));
    const char *at = VARDATA_ANY(value);
    StringInfoData text;
    initStringInfo(&text);
    for (int i = 0; i < count; ++i) {
        appendStringInfo(&text, "%s%s", i == 0 ? "" : ", ", quote_literal_cstr(at));
        at += std::strlen(at) + 1;
    }
    return text.data;
}

const char *enabled_text(char enabled) {
    switch (enabled) {
        case TRIGGER_DISABLED:
            return "DISABLE";
        case TRIGGER_FIRES_ON_REPLICA:
            return "ENABLE REPLICA";
        case TRIGGER_FIRES_ALWAYS:
            return "ENABLE ALWAYS";
        default:
            return nullptr;
    }
}

const char *relation_text(Oid relation) {
    const char *name = OidIsValid(relation) ? get_rel_name(relation) : nullptr;
    const char *schema = name == nullptr ? nullptr : get_namespace_name(get_rel_namespace(relation));
    return schema == nullptr ? nullptr : quote_qualified_identifier(schema, name);
}

const char *name_of(HeapTuple tuple, int attnum, TupleDesc descriptor) {
    bool is_null = false;
    const Datum name = heap_getattr(tuple, attnum, descriptor, &is_null);
    return is_null ? nullptr : pstrdup(quote_identifier(NameStr(*DatumGetName(name))));
}

TriggerParts parts_of(HeapTuple tuple, TupleDesc descriptor) {
    const auto &row = *reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple));
    TriggerParts parts{};
    parts.table = row.tgrelid;
    parts.name = pstrdup(quote_identifier(NameStr(row.tgname)));
    parts.timing = timing_of(row.tgtype);
    parts.columns = columns_of(row);
    parts.events = events_of(row.tgtype);
    parts.level = TRIGGER_FOR_ROW(row.tgtype) ? "ROW" : nullptr;
    parts.function = function_name(row.tgfoid);
    parts.arguments = arguments_of(tuple, descriptor, row.tgnargs);
    parts.is_constraint = OidIsValid(row.tgconstraint);
    parts.deferrable = !row.tgdeferrable    ? nullptr
                       : row.tginitdeferred ? "DEFERRABLE INITIALLY DEFERRED"
                                            : "DEFERRABLE";
    parts.referenced_table = relation_text(row.tgconstrrelid);
    parts.old_table = name_of(tuple, Anum_pg_trigger_tgoldtable, descriptor);
    parts.new_table = name_of(tuple, Anum_pg_trigger_tgnewtable, descriptor);
    parts.enabled = enabled_text(row.tgenabled);
    bool is_null = false;
    const Datum condition = heap_getattr(tuple, Anum_pg_trigger_tgqual, descriptor, &is_null);
    parts.condition = is_null ? nullptr : TextDatumGetCString(condition);
    return parts;
}

void set_parts(ObjectReader &reader, const TriggerParts &parts) {
    reader.set(of_trigger("timing"), parts.timing);
    reader.set(of_trigger("events"), parts.events);
    reader.set(of_trigger("columns"), parts.columns);
    reader.set(of_trigger("level"), parts.level);
    reader.set(of_trigger("function"), parts.function);
    reader.set(of_trigger("arguments"), parts.arguments);
    reader.set_if(parts.is_constraint, of_trigger("constraint"), "constraint trigger");
    reader.set(of_trigger("deferrable"), parts.deferrable);
    reader.set(of_trigger("referenced_table"), parts.referenced_table);
    reader.set(of_trigger("old_table"), parts.old_table);
    reader.set(of_trigger("new_table"), parts.new_table);
    reader.set(of_trigger("enabled"), parts.enabled);
}

char *condition_text(const TriggerParts &parts, QueryForm form) {
    return text_of_condition(static_cast<Node *>(stringToNode(parts.condition)), form, parts.table,
                             ConditionRows::old_and_new);
}

char *ddl_of(const TriggerParts &parts) {
    const char *table = relation_text(parts.table);
    if (table == nullptr || parts.function == nullptr) {
        return nullptr;
    }
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "CREATE %sTRIGGER %s %s ", parts.is_constraint ? "CONSTRAINT " : "", parts.name,
                     parts.timing);
    // The columns belong to the one event that can have them.
    const char *update = parts.columns == nullptr ? nullptr : std::strstr(parts.events, "UPDATE");
    if (update == nullptr) {
        appendStringInfoString(&text, parts.events);
    } else {
        const auto before = static_cast<int>(update - parts.events) + static_cast<int>(std::strlen("UPDATE"));
        appendStringInfo(&text, "%.*s OF %s%s", before, parts.events, parts.columns, parts.events + before);
    }
    appendStringInfo(&text, " ON %s", table);
    if (parts.referenced_table != nullptr) {
        appendStringInfo(&text, " FROM %s", parts.referenced_table);
    }
    if (parts.deferrable != nullptr) {
        appendStringInfo(&text, " %s", parts.deferrable);
    }
    if (parts.old_table != nullptr || parts.new_table != nullptr) {
        appendStringInfo(&text, " REFERENCING%s%s%s%s", parts.old_table == nullptr ? "" : " OLD TABLE AS ",
                         parts.old_table == nullptr ? "" : parts.old_table,
                         parts.new_table == nullptr ? "" : " NEW TABLE AS ",
                         parts.new_table == nullptr ? "" : parts.new_table);
    }
    appendStringInfo(&text, " FOR EACH %s", parts.level == nullptr ? "STATEMENT" : parts.level);
    if (parts.condition != nullptr) {
        appendStringInfo(&text, " WHEN (%s)", condition_text(parts, QueryForm::exact));
    }
    appendStringInfo(&text, " EXECUTE FUNCTION %s(%s);", parts.function, parts.arguments);
    if (parts.enabled != nullptr) {
        appendStringInfo(&text, " ALTER TABLE %s %s TRIGGER %s;", table, parts.enabled, parts.name);
    }
    return text.data;
}

}  // namespace

void read_triggers(ObjectReader &reader) {
    std::unordered_map<Oid, TriggerParts> later;  // something of them has to be printed
    scan_catalog(TriggerRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple));
        if (row.tgisinternal || OidIsValid(row.tgparentid) ||
            !reader.begin_on(ObjectKind::trigger, TriggerRelationId, row.oid, row.tgrelid, NameStr(row.tgname))) {
            return;
        }
        const bool prints = reader.wants_ddl() || !heap_attisnull(tuple, Anum_pg_trigger_tgqual, descriptor);
        const MemoryContext old = prints ? MemoryContextSwitchTo(entry_context()) : CurrentMemoryContext;
        const TriggerParts parts = parts_of(tuple, descriptor);
        if (parts.function == nullptr) {
            reader.set_vanished();
        }
        set_parts(reader, parts);
        MemoryContextSwitchTo(old);
        if (prints) {
            later.emplace(row.oid, parts);
        }
    });
    reader.for_each(
        ObjectKind::trigger, [&](Oid oid) { return later.contains(oid); },
        [&](Oid oid) {
            const TriggerParts &parts = later.find(oid)->second;
            if (parts.condition != nullptr) {
                reader.set(of_trigger("condition"), condition_text(parts, QueryForm::normal));
            }
            if (reader.wants_ddl()) {
                reader.set(of_trigger("ddl"), ddl_of(parts));
            }
        });
}

}  // namespace schema_audit::server
