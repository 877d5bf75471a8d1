// Event triggers, without those of the guard: schema_audit.enable() makes them, and no model knows them.
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_event_trigger(std::string_view name) { return attribute(ObjectKind::event_trigger, name); }

// 'CREATE TABLE', 'DROP TABLE': sorted.
char *tags_of(HeapTuple tuple, TupleDesc descriptor) {
    bool is_null = false;
    const Datum tags = heap_getattr(tuple, Anum_pg_event_trigger_evttags, descriptor, &is_null);
    if (is_null) {
        return nullptr;
    }
    Datum *values = nullptr;
    int count = 0;
    deconstruct_array(DatumGetArrayTypeP(tags), TEXTOID, -1, false, TYPALIGN_INT, &values, nullptr, &count);
    auto **texts = static_cast<const char **>(palloc(sizeof(char *) * static_cast<std::size_t>(count)));
    for (int i = 0; i < count; ++i) {
        texts[i] = quote_literal_cstr(TextDatumGetCString(values[i]));
    }
    return sorted_texts(texts, count);
}

}  // namespace

bool is_of_the_guard(Oid function) {
    const Oid extension = getExtensionOfObject(ProcedureRelationId, function);
    const char *name = OidIsValid(extension) ? get_extension_name(extension) : nullptr;
    return name != nullptr && std::strcmp(name, "schema_audit") == 0;
}

const char *event_trigger_enabled_text(char enabled) {
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

char *event_trigger_ddl(const char *name, const char *event, const char *tags, const char *function,
                        const char *enabled) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "CREATE EVENT TRIGGER %s ON %s", name, event);
    if (tags != nullptr) {
        appendStringInfo(&text, " WHEN TAG IN (%s)", tags);
    }
    appendStringInfo(&text, " EXECUTE FUNCTION %s();", function);
    if (enabled != nullptr) {
        appendStringInfo(&text, " ALTER EVENT TRIGGER %s %s;", name, enabled);
    }
    return text.data;
}

void read_event_triggers(ObjectReader &reader) {
    scan_catalog(EventTriggerRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_event_trigger>(GETSTRUCT(tuple));
        const char *function = function_name(row.evtfoid);
        if (function == nullptr || is_of_the_guard(row.evtfoid) ||
            !reader.begin(ObjectKind::event_trigger, EventTriggerRelationId, row.oid, InvalidOid,
                          NameStr(row.evtname))) {
            return;
        }
        const char *tags = tags_of(tuple, descriptor);
        const char *enabled = event_trigger_enabled_text(row.evtenabled);
        reader.set(of_event_trigger("event"), NameStr(row.evtevent));
        reader.set(of_event_trigger("tags"), tags);
        reader.set(of_event_trigger("function"), function);
        reader.set(of_event_trigger("enabled"), enabled);
        if (reader.wants_ddl()) {
            reader.set(of_event_trigger("ddl"), event_trigger_ddl(quote_identifier(NameStr(row.evtname)),
                                                                  NameStr(row.evtevent), tags, function, enabled));
        }
        reader.set_owner(row.evtowner);
    });
}

}  // namespace schema_audit::server
