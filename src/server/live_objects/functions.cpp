// Functions and procedures.
#include "server/live_objects/reader.hpp"
#include "server/normal_form.hpp"
#include "server/query_text.hpp"

namespace schema_audit::server {
namespace {

// Attributes that both kinds have, by the name of the attribute.
AttributeId of(ObjectKind kind, std::string_view name) { return *find_attribute(kind, name); }
consteval AttributeId of_function(std::string_view name) { return attribute(ObjectKind::function, name); }

// A pg_proc column as C text, null when it is null.
char *text_of(HeapTuple tuple, int attnum, TupleDesc descriptor) {
    bool is_null = false;
    const Datum value = heap_getattr(tuple, attnum, descriptor, &is_null);
    return is_null ? nullptr : TextDatumGetCString(value);
}

const char *word_of_mode(char mode) {
    switch (mode) {
        case FUNC_PARAM_OUT:
            return "OUT ";
        case FUNC_PARAM_INOUT:
            return "INOUT ";
        case FUNC_PARAM_VARIADIC:
            return "VARIADIC ";
        default:
            return "";
    }
}

struct Arguments {
    int count;
    Oid *types;
    char **names;
    char *modes;
};

Arguments arguments_of(HeapTuple tuple) {
    Arguments result{};
    result.count = get_func_arg_info(tuple, &result.types, &result.names, &result.modes);
    return result;
}

// "a integer, OUT b text": those that are `table` columns of RETURNS TABLE, or those that are not.
char *list_of(ObjectReader &reader, const Arguments &arguments, bool table) {
    StringInfoData text;
    initStringInfo(&text);
    for (int i = 0; i < arguments.count; ++i) {
        const char mode = arguments.modes == nullptr ? static_cast<char>(FUNC_PARAM_IN) : arguments.modes[i];
        const char *type = reader.type_text(arguments.types[i]);
        if ((mode == FUNC_PARAM_TABLE) == table && type != nullptr) {
            const char *name = arguments.names == nullptr ? "" : arguments.names[i];
            appendStringInfo(&text, "%s%s%s%s%s", text.len == 0 ? "" : ", ", word_of_mode(mode),
                             *name == '\0' ? "" : quote_identifier(name), *name == '\0' ? "" : " ", type);
        }
    }
    return text.data;
}

char *result_of(ObjectReader &reader, const FormData_pg_proc &row, const Arguments &arguments) {
    const char *columns = list_of(reader, arguments, true);
    if (*columns != '\0') {
        return psprintf("TABLE(%s)", columns);
    }
    const char *type = reader.type_text(row.prorettype);
    return type == nullptr ? nullptr : psprintf("%s%s", row.proretset ? "SETOF " : "", type);
}

// What only functions have: of procedures the server lets none of it be said.
void set_planner_facts(ObjectReader &reader, const FormData_pg_proc &row) {
    reader.set_if(row.prokind == PROKIND_WINDOW, of_function("window"), "window");
    reader.set_if(row.provolatile != PROVOLATILE_VOLATILE, of_function("volatility"),
                  row.provolatile == PROVOLATILE_STABLE ? "STABLE" : "IMMUTABLE");
    reader.set_if(row.proisstrict, of_function("null_input"), "STRICT");
    reader.set_if(row.proleakproof, of_function("leakproof"), "LEAKPROOF");
    reader.set_if(row.proparallel != PROPARALLEL_UNSAFE, of_function("parallel"),
                  row.proparallel == PROPARALLEL_SAFE ? "SAFE" : "RESTRICTED");
    const bool is_compiled = row.prolang == INTERNALlanguageId || row.prolang == ClanguageId;
    if (row.procost != (is_compiled ? 1.0F : 100.0F)) {
        reader.set(of_function("cost"), psprintf("%g", row.procost));
    }
    if (row.prorows != (row.proretset ? 1000.0F : 0.0F)) {
        reader.set(of_function("rows"), psprintf("%g", row.prorows));
    }
    if (OidIsValid(row.prosupport)) {
        reader.set(of_function("support"), function_name(row.prosupport));
    }
}

// Types, sorted: TRANSFORM FOR TYPE a, b.
char *transforms_of(ObjectReader &reader, HeapTuple tuple) {
    Oid *types = nullptr;
    const int count = get_func_trftypes(tuple, &types);
    if (count == 0) {
        return nullptr;
    }
    auto **texts = static_cast<const char **>(palloc(sizeof(char *) * static_cast<std::size_t>(count)));
    for (int i = 0; i < count; ++i) {
        const char *type = reader.type_text(types[i]);
        texts[i] = type == nullptr ? "" : type;
    }
    return sorted_texts(texts, count);
}

void set_definition(ObjectReader &reader, ObjectKind kind, HeapTuple tuple, TupleDesc descriptor) {
    const auto &row = *reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    const Arguments arguments = arguments_of(tuple);
    if (arguments.names != nullptr || arguments.modes != nullptr) {
        reader.set(of(kind, "arguments"), list_of(reader, arguments, false));
    }
    if (kind == ObjectKind::function) {
        reader.set(of_function("returns"), result_of(reader, row, arguments));
        set_planner_facts(reader, row);
    }
    reader.set(of(kind, "language"), get_language_name(row.prolang, true));
    reader.set(of(kind, "body"), text_of(tuple, Anum_pg_proc_prosrc, descriptor));
    reader.set(of(kind, "library"), text_of(tuple, Anum_pg_proc_probin, descriptor));
    reader.set_if(row.prosecdef, of(kind, "security"), "SECURITY DEFINER");
    bool is_null = false;
    const Datum settings = heap_getattr(tuple, Anum_pg_proc_proconfig, descriptor, &is_null);
    reader.set(of(kind, "settings"), sorted_options(settings, is_null));
    reader.set(of(kind, "transforms"), transforms_of(reader, tuple));
    const Datum acl = heap_getattr(tuple, Anum_pg_proc_proacl, descriptor, &is_null);
    reader.set_owner(row.proowner);
    reader.set_grants(acl, is_null, OBJECT_FUNCTION, row.proowner);
}

// Those of the last arguments that have any: 0, 'x', now(). No argument's name or type is part of it.
char *defaults_text(const char *node_text) {
    StringInfoData text;
    initStringInfo(&text);
    auto *defaults = reinterpret_cast<List *>(stringToNode(node_text));
    ListCell *cell = nullptr;
    foreach (cell, defaults) {
        const char *normal = normal_form_of_node(static_cast<Node *>(lfirst(cell)), InvalidOid);
        appendStringInfo(&text, "%s%s", text.len == 0 ? "" : ", ", normal == nullptr ? "NULL" : normal);
    }
    return text.data;
}

// BEGIN ATOMIC … END, or RETURN …: a body that the server keeps as a query. Arguments are $1, $2 ….
char *query_body(const char *node_text, QueryForm form) {
    auto *node = static_cast<Node *>(stringToNode(node_text));
    if (!IsA(node, List)) {
        return text_of_query(castNode(Query, node), form);
    }
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfoString(&text, "BEGIN ATOMIC\n");
    ListCell *cell = nullptr;
    foreach (cell, castNode(List, linitial(castNode(List, node)))) {
        appendStringInfo(&text, " %s;\n", text_of_query(lfirst_node(Query, cell), form));
    }
    appendStringInfoString(&text, "END");
    return text.data;
}

// SET name TO 'a', 'b': settings that are lists of names are stored with their quotes.
void append_setting(StringInfo text, char *setting) {
    char *value = std::strchr(setting, '=');
    if (value == nullptr) {
        return;
    }
    *value++ = '\0';
    appendStringInfo(text, " SET %s TO ", quote_identifier(setting));
    List *parts = NIL;
    if ((GetConfigOptionFlags(setting, true) & GUC_LIST_QUOTE) == 0 || !SplitGUCList(value, ',', &parts)) {
        appendStringInfoString(text, quote_literal_cstr(value));
        return;
    }
    ListCell *cell = nullptr;
    foreach (cell, parts) {
        appendStringInfo(text, "%s%s", cell == list_head(parts) ? "" : ", ",
                         quote_literal_cstr(static_cast<char *>(lfirst(cell))));
    }
    appendStringInfoString(text, parts == NIL ? "''" : "");
}

// What follows LANGUAGE sql in the statement of a function whose body is a query; palloc'd.
char *options_text(HeapTuple tuple, TupleDesc descriptor) {
    const auto &row = *reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    StringInfoData result;
    initStringInfo(&result);
    const auto add = [&](bool says, const char *words) { appendStringInfoString(&result, says ? words : ""); };
    const bool is_function = row.prokind != PROKIND_PROCEDURE;
    add(row.provolatile == PROVOLATILE_STABLE, " STABLE");
    add(row.provolatile == PROVOLATILE_IMMUTABLE, " IMMUTABLE");
    add(row.proisstrict, " STRICT");
    add(row.prosecdef, " SECURITY DEFINER");
    add(row.proleakproof, " LEAKPROOF");
    add(row.proparallel == PROPARALLEL_SAFE, " PARALLEL SAFE");
    add(row.proparallel == PROPARALLEL_RESTRICTED, " PARALLEL RESTRICTED");
    add(is_function && row.procost != 100.0F, psprintf(" COST %g", row.procost));
    add(row.proretset && row.prorows != 1000.0F, psprintf(" ROWS %g", row.prorows));
    add(OidIsValid(row.prosupport), psprintf(" SUPPORT %s", function_name(row.prosupport)));
    bool is_null = false;
    const Datum settings = heap_getattr(tuple, Anum_pg_proc_proconfig, descriptor, &is_null);
    if (!is_null) {
        Datum *values = nullptr;
        int count = 0;
        deconstruct_array(DatumGetArrayTypeP(settings), TEXTOID, -1, false, TYPALIGN_INT, &values, nullptr, &count);
        for (int i = 0; i < count; ++i) {
            append_setting(&result, TextDatumGetCString(values[i]));
        }
    }
    return result.data;
}

// The constructors of a range type come and go with it. All of those are in LANGUAGE internal, and little else is.
bool is_part_of_type(const FormData_pg_proc &row, Snapshot snapshot) {
    if (row.prolang != INTERNALlanguageId) {
        return false;
    }
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(ProcedureRelationId));
    ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(row.oid));
    Relation depend = table_open(DependRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(depend, DependDependerIndexId, true, snapshot, 2, keys);
    bool found = false;
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple) && !found; tuple = systable_getnext(scan)) {
        found = reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple))->deptype == DEPENDENCY_INTERNAL;
    }
    systable_endscan(scan);
    table_close(depend, AccessShareLock);
    return found;
}

// What is not read in one go while the catalog is scanned. Texts outlast the scan.
struct Later {
    const char *defaults;  // node texts
    const char *query;
    const char *options;  // with a query
};

char *ddl_of(Oid function, ObjectKind kind, const Later &later) {
    const auto printed = [&](PGFunction print) {
        return TextDatumGetCString(DirectFunctionCall1(print, ObjectIdGetDatum(function)));
    };
    // The server would lock what the query names.
    if (later.query == nullptr) {
        char *definition = printed(pg_get_functiondef);
        pg_strip_crlf(definition);  // it ends its last line
        return psprintf("%s;", definition);
    }
    const bool is_function = kind == ObjectKind::function;
    return psprintf("CREATE OR REPLACE %s %s(%s)%s%s LANGUAGE sql%s\n%s;", is_function ? "FUNCTION" : "PROCEDURE",
                    function_name(function), printed(pg_get_function_arguments), is_function ? " RETURNS " : "",
                    is_function ? printed(pg_get_function_result) : "", later.options,
                    query_body(later.query, QueryForm::exact));
}

void print(ObjectReader &reader, Oid oid, ObjectKind kind, const Later &later) {
    if (later.defaults != nullptr) {
        reader.set(of(kind, "defaults"), defaults_text(later.defaults));
    }
    if (later.query != nullptr) {
        reader.set(of(kind, "sql_body"), query_body(later.query, QueryForm::normal));
    }
    if (reader.wants_ddl()) {
        reader.set(of(kind, "ddl"), ddl_of(oid, kind, later));
    }
}

}  // namespace

char *signature_of(ObjectReader &reader, const FormData_pg_proc &row) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "%s(", quote_identifier(NameStr(row.proname)));
    if (row.prokind == PROKIND_AGGREGATE && row.pronargs == 0) {
        appendStringInfoChar(&text, '*');
    }
    for (int i = 0; i < row.pronargs; ++i) {
        const char *type = reader.type_text(row.proargtypes.values[i]);
        if (type == nullptr) {
            return nullptr;
        }
        appendStringInfo(&text, "%s%s", i == 0 ? "" : ", ", type);
    }
    appendStringInfoChar(&text, ')');
    return text.data;
}

void read_functions(ObjectReader &reader) {
    std::unordered_map<Oid, Later> later;
    scan_catalog(ProcedureRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
        if (row.prokind == PROKIND_AGGREGATE || !reader.reads_schema(row.pronamespace) ||
            is_part_of_type(row, reader.snapshot())) {
            return;
        }
        const ObjectKind kind = row.prokind == PROKIND_PROCEDURE ? ObjectKind::procedure : ObjectKind::function;
        const char *signature = signature_of(reader, row);
        if (signature == nullptr || !reader.begin(kind, ProcedureRelationId, row.oid, row.pronamespace, signature)) {
            return;
        }
        set_definition(reader, kind, tuple, descriptor);
        const MemoryContext old = MemoryContextSwitchTo(entry_context());
        const char *query = text_of(tuple, Anum_pg_proc_prosqlbody, descriptor);
        const Later rest{text_of(tuple, Anum_pg_proc_proargdefaults, descriptor), query,
                         query == nullptr ? nullptr : options_text(tuple, descriptor)};
        MemoryContextSwitchTo(old);
        if (rest.defaults != nullptr || query != nullptr || reader.wants_ddl()) {
            later.emplace(row.oid, rest);
        }
    });
    for (const ObjectKind kind : {ObjectKind::function, ObjectKind::procedure}) {
        reader.for_each(
            kind, [&](Oid oid) { return later.contains(oid); },
            [&](Oid oid) { print(reader, oid, kind, later.find(oid)->second); });
    }
}

}  // namespace schema_audit::server
