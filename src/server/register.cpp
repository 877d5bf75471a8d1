// register_ddl() and register_schema(): read a model, then store it in one go.
#include "core/schema/identifier.hpp"
#include "core/schema/schema_pattern.hpp"
#include "core/text/format.hpp"
#include "core/text/json.hpp"

#include "server/entry.hpp"
#include "server/model_ddl.hpp"
#include "server/model_ddl_names.hpp"
#include "server/read_live.hpp"
#include "server/result_rows.hpp"
#include "server/write_model.hpp"

#include "server/server.hpp"

namespace schema_audit::server {
namespace {

// ---- server functions ----

struct Arguments {
    Datum model;
    Datum version;
    Datum annotations;
    bool has_model, has_version, has_annotations;
    const char *tenant_pattern;  // of register_schema(); null: none
};

struct Texts {
    int count;
    const char **items;
    bool given;
};

Texts texts_of_array(FunctionCallInfo fcinfo, int argument) {
    if (PG_ARGISNULL(argument)) {
        return {0, nullptr, false};
    }
    Datum *values = nullptr;
    bool *nulls = nullptr;
    int count = 0;
    deconstruct_array(PG_GETARG_ARRAYTYPE_P(argument), TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &count);
    auto **items = static_cast<const char **>(palloc(sizeof(char *) * static_cast<std::size_t>(count + 1)));
    for (int i = 0; i < count; ++i) {
        items[i] = nulls[i] ? nullptr : TextDatumGetCString(values[i]);
    }
    return {count, items, true};
}

Datum array_of_texts(const char *const *items, std::size_t count) {
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * (count + 1)));
    for (std::size_t i = 0; i < count; ++i) {
        values[i] = CStringGetTextDatum(items[i]);
    }
    return PointerGetDatum(construct_array(values, static_cast<int>(count), TEXTOID, -1, false, TYPALIGN_INT));
}

// Runs SQL of our own and returns its first column. The names in it are qualified, and nothing of the
// caller's search_path can come between.
Texts query(const char *sql, int count, Oid *types, Datum *values, const char *nulls) {
    const MemoryContext context = CurrentMemoryContext;
    const int level = NewGUCNestLevel();
    set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                      false);
    SPI_connect();
    const int code = SPI_execute_with_args(sql, count, types, values, nulls, false, 0);
    if (code < 0) {
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg_internal("SPI: %s", SPI_result_code_string(code))));
    }
    Texts result{0, nullptr, true};
    if (SPI_tuptable != nullptr) {
        result.count = static_cast<int>(SPI_processed);
        result.items = static_cast<const char **>(
            MemoryContextAlloc(context, sizeof(char *) * static_cast<std::size_t>(result.count + 1)));
        for (int i = 0; i < result.count; ++i) {
            const char *text = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);
            result.items[i] = text != nullptr ? MemoryContextStrdup(context, text) : nullptr;
        }
    }
    SPI_finish();
    AtEOXact_GUC(true, level);
    return result;
}

Texts query_annotations(const char *sql, Datum annotations) {
    std::array<Oid, 1> types{JSONBOID};
    return query(sql, 1, types.data(), &annotations, nullptr);
}

void replace_model(const Arguments &arguments, const char *source, Datum governed, const char *pattern) {
    std::array<Oid, 6> types{TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, JSONBOID, TEXTOID};
    std::array<Datum, 6> values{arguments.model, arguments.version,     CStringGetTextDatum(source),
                                governed,        arguments.annotations, CStringGetTextDatum(pattern)};
    const std::array<char, 7> nulls{' ', arguments.has_version ? ' ' : 'n',     ' ',
                                    ' ', arguments.has_annotations ? ' ' : 'n', *pattern != '\0' ? ' ' : 'n',
                                    '\0'};
    query("SELECT schema_audit.begin_registration($1, $2, $3, $4, $5, $6)", 6, types.data(), values.data(),
          nulls.data());
}

Texts apply_annotations(const Arguments &arguments) {
    std::array<Oid, 1> types{TEXTOID};
    Datum model = arguments.model;
    return query("SELECT name FROM schema_audit.apply_annotations($1) AS missing (name)", 1, types.data(), &model,
                 nullptr);
}

void notice(const char *text) { ereport(NOTICE, (errmsg_internal("%s", text))); }

// The first schema of the caller's search_path that exists.
const char *current_schema() {
    List *path = fetch_search_path(false);
    ListCell *cell = nullptr;
    foreach (cell, path) {
        if (!isAnyTempNamespace(lfirst_oid(cell))) {
            return get_namespace_name(lfirst_oid(cell));
        }
    }
    return nullptr;
}

// A commit is in snapshots a moment before it is in the caches, and that moment may be a time slice.
void await_later_snapshot(int attempt) {
    constexpr long step = 1000;  // microseconds
    pg_usleep(step * std::min(attempt, 20));
    CHECK_FOR_INTERRUPTS();
    PushActiveSnapshot(GetLatestSnapshot());
}

// ---- C++ ----

std::vector<std::string> strings_of(const Texts &texts, const char *what) {
    std::vector<std::string> result;
    for (int i = 0; i < texts.count; ++i) {
        if (texts.items[i] == nullptr || *texts.items[i] == '\0') {
            throw AuditError(ErrorKind::invalid_argument, format("{} must not hold NULL or an empty name", what));
        }
        if (std::strlen(texts.items[i]) >= NAMEDATALEN) {
            throw AuditError(
                ErrorKind::invalid_argument, format("{}: the name \"{}\" is too long", what, texts.items[i]), {},
                format("Names have {} bytes at most; the server cuts off what is longer.", NAMEDATALEN - 1));
        }
        result.emplace_back(texts.items[i]);
    }
    return result;
}

// The schemas that a model governs, and which of them is a pattern that stands for many.
struct Governed {
    std::vector<std::string> schemas;  // the pattern without its escapes
    std::string pattern;               // empty: none
};

void check_pattern(std::string_view pattern) {
    if (!is_schema_pattern(pattern) || pattern.find('\'') != pattern.npos || pattern.size() >= NAMEDATALEN) {
        throw AuditError(
            ErrorKind::invalid_argument, format("\"{}\" is no pattern for tenants", pattern),
            format("It is a LIKE pattern with %, without apostrophe, of {} bytes at most.", NAMEDATALEN - 1),
            "For example: schemas => '{tenant_%}'.");
    }
}

// What belongs to the server is in no model: all of it would be extra.
Governed governed_schemas(const Texts &texts) {
    Governed result{strings_of(texts, "schemas"), {}};
    for (std::string &name : result.schemas) {
        if (is_schema_pattern(name)) {
            if (!result.pattern.empty() && result.pattern != name) {
                throw AuditError(
                    ErrorKind::invalid_argument, "a model can stand for one pattern of schemas",
                    format("Both \"{}\" and \"{}\" are patterns.", result.pattern, name),
                    "Register a model for each. A schema whose name has a percent sign is spelled with \\%.");
            }
            check_pattern(name);
            result.pattern = name;
        }
        name = schema_name_of(name);
        if (is_system_schema(name.c_str())) {
            throw AuditError(ErrorKind::invalid_argument,
                             format("schema \"{}\" belongs to the server and cannot be governed by a model", name), {},
                             "Name the schemas that your applications have made: SELECT schema_audit.user_schemas();");
        }
    }
    return result;
}

Datum array_of(const std::vector<std::string> &texts) {
    std::vector<const char *> items;
    for (const std::string &text : texts) {
        items.push_back(text.c_str());
    }
    return server_call([&] { return array_of_texts(items.data(), items.size()); });
}

std::string_view model_name(const Arguments &arguments) {
    const char *name =
        arguments.has_model
            ? server_call([&] { return static_cast<const char *>(TextDatumGetCString(arguments.model)); })
            : "";
    if (*name == '\0') {
        throw AuditError(ErrorKind::invalid_argument, "a model needs a name", {},
                         "Pass the model's name as the first argument.");
    }
    return name;
}

void check_annotations(const Arguments &arguments) {
    if (!arguments.has_annotations) {
        return;
    }
    const Texts problem = server_call(
        [&] { return query_annotations("SELECT schema_audit.annotation_problem($1)", arguments.annotations); });
    if (problem.count > 0 && problem.items[0] != nullptr) {
        throw AuditError(ErrorKind::invalid_argument, "malformed annotations", problem.items[0],
                         "The format is described in the user guide under annotations.");
    }
}

// Tenants share what lies in the schemas behind their own, without governing them.
std::vector<std::string> path_of(const Arguments &arguments, const Governed &governed) {
    std::vector<std::string> path = governed.schemas;
    if (!path.empty() && governed.pattern.empty()) {
        return path;
    }
    std::vector<std::string> behind;
    if (arguments.has_annotations) {
        behind = strings_of(server_call([&] {
                                return query_annotations(
                                    "SELECT jsonb_array_elements_text(nullif($1 -> 'search_path', 'null'))",
                                    arguments.annotations);
                            }),
                            "search_path of the annotations");
    }
    if (behind.empty()) {
        const char *schema = server_call(current_schema);
        behind.emplace_back(schema != nullptr ? schema : "public");
    }
    for (std::string &schema : behind) {
        if (std::ranges::find(path, schema) == path.end()) {
            path.push_back(std::move(schema));
        }
    }
    return path;
}

// An annotation that describes nothing is a typing error, or of another version than the DDL.
void refuse_unknown_names(const Texts &unknown) {
    if (unknown.count == 0) {
        return;
    }
    constexpr int shown = 20;
    std::string text;
    for (int i = 0; i < std::min(unknown.count, shown); ++i) {
        text += i == 0 ? "" : ", ";
        text += unknown.items[i];
    }
    text += unknown.count > shown ? format(" and {} more", unknown.count - shown) : "";
    throw AuditError(ErrorKind::invalid_argument,
                     format("{} {} nothing that the DDL creates", unknown.count,
                            unknown.count == 1 ? "annotation names" : "annotations name"),
                     text,
                     "Take DDL and annotations from the same models. A table that the application does not manage "
                     "is annotated with \"managed\": false.");
}

std::int64_t store(const Arguments &arguments, std::string_view model, const char *source, const Schema &schema,
                   const TextPool &pool, const Governed &governed, ModelExtent extent = {}) {
    const Datum governed_array = array_of(governed.schemas);
    const char *pattern = governed.pattern.c_str();
    server_call([&] { replace_model(arguments, source, governed_array, pattern); });
    const std::int64_t objects = write_model(schema, pool, model, extent);
    if (arguments.has_annotations) {
        refuse_unknown_names(server_call([&] { return apply_annotations(arguments); }));
    }
    return objects;
}

std::int64_t register_ddl(const Arguments &arguments, const char *ddl, const Texts &schemas) {
    const std::string_view model = model_name(arguments);
    Governed governed = governed_schemas(schemas);
    check_annotations(arguments);
    const DdlRequest request{ddl, path_of(arguments, governed)};
    Schema schema;
    TextPool pool;
    const DdlSummary summary = read_ddl(schema, pool, request);
    if (!schemas.given) {
        governed.schemas = summary.schemas;
    }
    const std::int64_t objects = store(arguments, model, "ddl", schema, pool, governed);
    if (!summary.skipped.empty()) {
        const std::string text = format("skipped {}", summary.skipped);
        server_call([&] { notice(text.c_str()); });
    }
    return objects;
}

std::vector<std::string> user_schemas() {
    return strings_of(
        server_call(
            [] { return query("SELECT schema_name FROM schema_audit.user_schemas()", 0, nullptr, nullptr, nullptr); }),
        "schemas");
}

struct LiveCopy {
    Schema schema;
    TextPool pool;
};

// DDL beside it can leave tables half read, and they would be missing in the model; a later snapshot shows
// them whole.
std::unique_ptr<LiveCopy> read_undisturbed(const std::vector<NamespaceToRead> &namespaces, ReadScope scope) {
    constexpr int attempts = 100;
    for (int attempt = 1;; ++attempt) {
        auto copy = std::make_unique<LiveCopy>();
        read_live(copy->schema, copy->pool, namespaces, SequenceOwners::read, scope);
        if (attempt > 1) {
            server_call([] { PopActiveSnapshot(); });
        }
        const auto torn = std::ranges::find(copy->schema.tables, true, &Table::vanished);
        const auto torn_object = std::ranges::find(copy->schema.objects, true, &SchemaObject::vanished);
        if (torn == copy->schema.tables.end() && torn_object == copy->schema.objects.end()) {
            return copy;
        }
        if (attempt == attempts) {
            const auto &pool = copy->pool;
            const bool is_table = torn != copy->schema.tables.end();
            const std::string name = is_table ? quote_qualified(pool.view(torn->schema), pool.view(torn->name))
                                              : std::string(pool.view(torn_object->name));
            throw AuditError(ErrorKind::wrong_state,
                             format("{} {} was changed each time it was read, or holds what the server cannot print",
                                    is_table ? "table" : spec_of(torn_object->kind).word, name),
                             {}, "Register again when no DDL is running.");
        }
        server_call([=] { await_later_snapshot(attempt); });
    }
}

// Which schema is the one that the others are measured by is the caller's to say.
void check_tenant_pattern(const Arguments &arguments, const Governed &governed, bool has_schemas) {
    if (!governed.pattern.empty()) {
        std::string example = "tenant_1";
        for (const LiveSchema &schema : read_schemas()) {
            if (like(schema.name, governed.pattern)) {
                example = schema.name;
                break;
            }
        }
        throw AuditError(
            ErrorKind::invalid_argument,
            format("\"{}\" is a pattern, not a schema that could be registered", governed.pattern), {},
            format("Name the schema that the others are to be like: schemas => {}, tenant_pattern => {}. A "
                   "schema whose name has a percent sign is spelled with \\%.",
                   quote_literal("{" + example + "}"), quote_literal(governed.pattern)));
    }
    if (arguments.tenant_pattern == nullptr) {
        return;
    }
    check_pattern(arguments.tenant_pattern);
    if (!has_schemas) {
        throw AuditError(ErrorKind::invalid_argument, "tenant_pattern needs the schema that stands for all", {},
                         "Name it as the first: register_schema('app', '{tenant_1}', tenant_pattern => 'tenant_%').");
    }
}

std::vector<NamespaceToRead> find_namespaces(const std::vector<std::string> &schemas) {
    std::vector<NamespaceToRead> namespaces;
    std::string missing;
    for (const std::string &name : schemas) {
        const Oid oid = find_namespace(name);
        if (!OidIsValid(oid)) {
            missing += missing.empty() ? name : ", " + name;
        }
        namespaces.push_back({oid, name});
    }
    if (!missing.empty()) {
        throw AuditError(ErrorKind::undefined_object, "schemas do not exist: " + missing);
    }
    if (namespaces.empty()) {
        throw AuditError(ErrorKind::invalid_argument, "no schema to register", {},
                         "Name the schemas, or pass NULL for all of them.");
    }
    return namespaces;
}

// `all`: of the database, with what lies in no schema.
ReadScope scope_of_model(bool all) {
    ReadScope scope;
    scope.objects = kinds_of_schemas | (all ? kinds_of_database : 0);
    scope.database = all;
    return scope;
}

std::int64_t register_schema(const Arguments &arguments, const Texts &schemas) {
    const std::string_view model = model_name(arguments);
    Governed governed = schemas.given ? governed_schemas(schemas) : Governed{user_schemas(), {}};
    check_tenant_pattern(arguments, governed, schemas.given);
    std::vector<NamespaceToRead> namespaces = find_namespaces(governed.schemas);
    if (arguments.tenant_pattern != nullptr) {
        governed.pattern = arguments.tenant_pattern;
        governed.schemas.front() = schema_name_of(governed.pattern);
        namespaces.front().name = governed.schemas.front();
        namespaces.front().tenant = true;
    }
    const ReadScope scope = scope_of_model(!schemas.given);
    const std::unique_ptr<LiveCopy> live = read_undisturbed(namespaces, scope);
    return store(arguments, model, "schema", live->schema, live->pool, governed, {scope.objects, !schemas.given});
}

// Rows of the models' tables as register_schema() would store them.
std::vector<ResultRow> describe_schemas(const Texts &schemas) {
    const Governed governed = schemas.given ? governed_schemas(schemas) : Governed{user_schemas(), {}};
    if (!governed.pattern.empty()) {
        throw AuditError(ErrorKind::invalid_argument,
                         format("\"{}\" is a pattern, not a schema that could be described", governed.pattern), {},
                         "Name the schemas. A schema whose name has a percent sign is spelled with \\%.");
    }
    const ReadScope scope = scope_of_model(!schemas.given);
    const std::unique_ptr<LiveCopy> live = read_undisturbed(find_namespaces(governed.schemas), scope);
    std::vector<ResultRow> rows;
    for (PartDocument &item : describe_model(live->schema, live->pool, {scope.objects, !schemas.given})) {
        rows.push_back({std::string(item.part), std::move(item.text)});
    }
    std::string list;
    for (const std::string &schema : governed.schemas) {
        list += list.empty() ? "[" : ",";
        append_json_string(list, schema);
    }
    rows.push_back({"governed_schemas", list + "]"});
    return rows;
}

// Plain values of one call, read before any object exists.
struct Call {
    Arguments arguments;
    const char *ddl;
    Texts schemas;
};

Call read_call(FunctionCallInfo fcinfo, bool has_ddl) {
    Call call{};
    call.arguments.has_model = !PG_ARGISNULL(0);
    call.arguments.model = call.arguments.has_model ? PointerGetDatum(PG_GETARG_TEXT_PP(0)) : 0;
    call.arguments.has_version = !PG_ARGISNULL(2);
    call.arguments.version = call.arguments.has_version ? PointerGetDatum(PG_GETARG_TEXT_PP(2)) : 0;
    call.schemas = texts_of_array(fcinfo, has_ddl ? 3 : 1);
    if (!has_ddl && !PG_ARGISNULL(3)) {
        call.arguments.tenant_pattern = text_to_cstring(PG_GETARG_TEXT_PP(3));
    }
    if (has_ddl) {
        call.ddl = PG_ARGISNULL(1) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(1));
        call.arguments.has_annotations = !PG_ARGISNULL(4);
        call.arguments.annotations =
            call.arguments.has_annotations ? PointerGetDatum(PG_DETOAST_DATUM(PG_GETARG_DATUM(4))) : 0;
    }
    return call;
}

}  // namespace
}  // namespace schema_audit::server

SCHEMA_AUDIT_FUNCTION(schema_audit_register_ddl) {
    using namespace schema_audit::server;
    return server_entry([fcinfo] {
        const Call call = server_call([&] { return read_call(fcinfo, true); });
        return Int64GetDatum(register_ddl(call.arguments, call.ddl, call.schemas));
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_register_schema) {
    using namespace schema_audit::server;
    return server_entry([fcinfo] {
        const Call call = server_call([&] { return read_call(fcinfo, false); });
        return Int64GetDatum(register_schema(call.arguments, call.schemas));
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_live_rows) {
    using namespace schema_audit::server;
    return server_entry([fcinfo] {
        const Texts schemas = server_call([&] { return texts_of_array(fcinfo, 0); });
        return_rows(fcinfo, describe_schemas(schemas));
        return Datum{0};
    });
}
