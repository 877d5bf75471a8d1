#include "core/schema/ddl_script.hpp"
#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include "server/model_ddl.hpp"

#include "server/guard.hpp"
#include "server/model_ddl_facts.hpp"
#include "server/model_ddl_rewrite.hpp"
#include "server/read_live.hpp"
#include "server/subtransaction.hpp"

namespace schema_audit::server {
namespace {

constexpr int excerpt_length = 200;

// Objects of the whole database that DDL makes under other names.
constexpr KindMask kinds_in_scratch = mask_of(ObjectKind::publication) | mask_of(ObjectKind::foreign_data_wrapper) |
                                      mask_of(ObjectKind::server) | mask_of(ObjectKind::access_method);

// ---- server functions ----

// What a session may have set must not change what a model says.
void pin_settings() {
    constexpr std::array<std::array<const char *, 2>, 7> settings{{{"check_function_bodies", "off"},
                                                                   {"client_min_messages", "error"},
                                                                   {"default_tablespace", ""},
                                                                   {"default_table_access_method", "heap"},
                                                                   {"array_nulls", "on"},
                                                                   {"quote_all_identifiers", "off"},
                                                                   {"transform_null_equals", "off"}}};
    for (const auto &[name, value] : settings) {
        set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    }
}

// A backslash in a dump is a backslash, whatever the session takes it for.
List *parse_standard_strings(const char *text) {
    const int nest_level = NewGUCNestLevel();
    set_config_option("standard_conforming_strings", "on", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    List *statements = raw_parser(text, RAW_PARSE_DEFAULT);
    AtEOXact_GUC(true, nest_level);
    return statements;
}

struct Script {
    const char *text;
    int location;
    int length;
};

// CREATE TABLE AS is only understood in its analysed form; other utility statements pass unchanged.
Node *analysed(Node *statement, const Script &script) {
    if (!IsA(statement, CreateTableAsStmt)) {
        return statement;
    }
    RawStmt *raw = makeNode(RawStmt);
    raw->stmt = statement;
    raw->stmt_location = script.location;
    raw->stmt_len = script.length;
    return parse_analyze_fixedparams(raw, script.text, nullptr, 0, nullptr)->utilityStmt;
}

void execute(Node *statement, const Script &script) {
    PushActiveSnapshot(GetTransactionSnapshot());
    PlannedStmt *planned = makeNode(PlannedStmt);
    planned->commandType = CMD_UTILITY;
    planned->utilityStmt = analysed(statement, script);
    planned->stmt_location = script.location;
    planned->stmt_len = script.length;
    // A subcommand fires no event trigger: nothing of this will ever be.
    ProcessUtility(planned, script.text, false, PROCESS_UTILITY_SUBCOMMAND, nullptr, nullptr, None_Receiver, nullptr);
    PopActiveSnapshot();
    CommandCounterIncrement();
}

// The server lets nobody use a label that was added to an enum before that is committed. Here it never will
// be, and whatever used it is rolled back as well; labels that the caller's transaction added stay guarded.
void execute_alter_enum(Node *statement, const Script &script) {
    const Size size = EstimateUncommittedEnumsSpace();
    void *labels = palloc(size);
    SerializeUncommittedEnums(labels, size);
    execute(statement, script);
    AtEOXact_Enum();
    RestoreUncommittedEnums(labels);
}

void remember_cast(ModelDdl *ddl, const CreateCastStmt *statement) {
    const MemoryContext saved = MemoryContextSwitchTo(ddl->names->context);
    ddl->casts = lappend_oid(ddl->casts, get_cast_oid(typenameTypeId(nullptr, statement->sourcetype),
                                                      typenameTypeId(nullptr, statement->targettype), false));
    MemoryContextSwitchTo(saved);
}

void settle(ModelDdl *ddl, Node *statement) {
    if (IsA(statement, CreateStmt) || IsA(statement, CreateForeignTableStmt)) {
        ++ddl->tables;
        settle_foreign_keys(ddl, reinterpret_cast<CreateStmt *>(statement)->relation, false);
    } else if (IsA(statement, AlterTableStmt)) {
        auto *alter = castNode(AlterTableStmt, statement);
        settle_foreign_keys(ddl, alter->relation, alter->missing_ok);
    } else if (IsA(statement, CreateCastStmt)) {
        remember_cast(ddl, castNode(CreateCastStmt, statement));
    }
}

void run_statement(ModelDdl *ddl, Node *statement, const Script &script);

void run_create_schema(ModelDdl *ddl, const CreateSchemaStmt *statement, const Script &script) {
    const char *schema =
        statement->schemaname != nullptr ? statement->schemaname : get_rolespec_name(statement->authrole);
    scratch_for(ddl->names, schema)->declared = true;
    List *outer = ddl->names->path;
    List *outer_as_said = ddl->names->said_path;
    const bool outer_is_empty = ddl->names->path_is_empty;
    set_model_path(ddl->names, lcons(const_cast<char *>(schema), list_copy(outer)));
    ListCell *cell = nullptr;
    foreach (cell, statement->schemaElts) {
        run_statement(ddl, static_cast<Node *>(lfirst(cell)), script);
    }
    set_model_path(ddl->names, outer);
    ddl->names->said_path = outer_as_said;
    ddl->names->path_is_empty = outer_is_empty;
}

void run_statement(ModelDdl *ddl, Node *statement, const Script &script) {
    apply_model_path(ddl->names);
    if (IsA(statement, CreateSchemaStmt)) {
        run_create_schema(ddl, castNode(CreateSchemaStmt, statement), script);
        return;
    }
    if (!prepare_statement(ddl, statement)) {
        return;
    }
    apply_model_path(ddl->names);
    if (IsA(statement, AlterEnumStmt)) {
        execute_alter_enum(statement, script);
    } else {
        execute(statement, script);
    }
    ddl->made_objects = ddl->made_objects || !IsA(statement, GrantStmt);
    settle_library_function(ddl);
    settle(ddl, statement);
    ListCell *cell = nullptr;
    foreach (cell, ddl->further) {
        execute(static_cast<Node *>(lfirst(cell)), script);
    }
    ddl->further = NIL;
}

bool has_objects(const ScratchSchema *schema) {
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(NamespaceRelationId));
    ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(schema->oid));
    Relation depend = table_open(DependRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(depend, DependReferenceIndexId, true, nullptr, 2, keys);
    const bool found = HeapTupleIsValid(systable_getnext(scan));
    systable_endscan(scan);
    table_close(depend, AccessShareLock);
    return found;
}

// Byte offset of a character position, which counts from 1.
std::size_t byte_offset(const char *text, int position) {
    const char *at = text;
    while (*at != '\0' && --position > 0) {
        at += pg_mblen(at);
    }
    return static_cast<std::size_t>(at - text);
}

const char *real_schema_of(const ModelDdl *ddl, Oid relation) {
    const Oid oid = get_rel_namespace(relation);
    ListCell *cell = nullptr;
    foreach (cell, ddl->names->schemas) {
        const auto *schema = static_cast<ScratchSchema *>(lfirst(cell));
        if (schema->oid == oid) {
            return schema->real;
        }
    }
    return nullptr;
}

// A fact as the end of the DDL left its table. Names are null when table or column are gone, and the
// foreign key with them.
struct ResolvedFact {
    const char *schema;
    const char *table;
    const char *const *columns;
};

ResolvedFact resolve(const ModelDdl *ddl, const ForeignKeyFact *fact) {
    const char *table = get_rel_name(fact->table);
    auto **columns = static_cast<const char **>(palloc(sizeof(char *) * static_cast<std::size_t>(fact->column_count)));
    for (int i = 0; i < fact->column_count; ++i) {
        if (table != nullptr && !OidIsValid(get_atttype(fact->table, fact->columns[i]))) {
            table = nullptr;
        }
        columns[i] = table != nullptr ? get_attname(fact->table, fact->columns[i], false) : nullptr;
    }
    return {table != nullptr ? real_schema_of(ddl, fact->table) : nullptr, table, columns};
}

// ---- C++ ----

template <class Item, class Visit>
void for_each(const List *list, Visit visit) {
    for (int i = 0; i < list_length(list); ++i) {
        visit(static_cast<Item *>(list_nth(list, i)));
    }
}

const char *palloc_text(const std::string &text) {
    return server_call([&] { return static_cast<const char *>(MemoryContextStrdup(entry_context(), text.c_str())); });
}

enum class Quotes : std::uint8_t { none, where_needed };

std::string with_real_names(const ModelNames *names, std::string_view text, Quotes quotes) {
    std::string result(text);
    for_each<ScratchSchema>(names->schemas, [&](const ScratchSchema *schema) {
        const std::string_view scratch = schema->scratch;
        const std::string real = quotes == Quotes::none ? schema->real : schema_audit::quote_identifier(schema->real);
        for (std::size_t at = result.find(scratch); at != std::string::npos; at = result.find(scratch, at)) {
            result.replace(at, scratch.size(), real);
            at += real.size();
        }
    });
    return result;
}

// Texts of the server mention scratch schemas; people know the real ones.
char *with_real_names(const ModelNames *names, char *text) {
    if (text == nullptr || names == nullptr) {
        return text;
    }
    const std::string result = with_real_names(names, text, Quotes::none);
    return result == text ? text : const_cast<char *>(palloc_text(result));
}

std::string excerpt(std::string_view text, std::size_t from, std::size_t to) {
    std::string_view statement = text.substr(from, to - from);
    while (!statement.empty() && (statement.back() == ' ' || statement.back() == '\n' || statement.back() == '\r')) {
        statement.remove_suffix(1);
    }
    const int length = static_cast<int>(statement.size());
    const int clipped = server_call(
        [&] { return length <= excerpt_length ? length : pg_mbcliplen(statement.data(), length, excerpt_length); });
    return std::string(statement.substr(0, static_cast<std::size_t>(clipped))) + (clipped < length ? "..." : "");
}

// Where it happened, in the words of the person who wrote the DDL. `from`, `to`: bytes of the statement.
void add_place(ErrorData *error, std::string_view text, std::size_t from, std::size_t to) {
    const int line = line_of(text, from);
    std::string detail = error->detail != nullptr ? std::string(error->detail) + "\n" : std::string();
    detail += format("line {} of the DDL: {}", line, excerpt(text, from, to));
    if (error->cursorpos > 0) {
        const std::size_t at = server_call([&] { return byte_offset(text.data(), error->cursorpos); });
        if (const int error_line = line_of(text, at); error_line != line) {
            detail += format("\nThe error is in line {}.", error_line);
        }
    }
    // The position counts in the DDL; the client would point into the statement that it sent.
    error->cursorpos = 0;
    error->detail = const_cast<char *>(palloc_text(detail));
}

void add_lock_hint(ErrorData *error, int tables) {
    if (error->sqlerrcode == ERRCODE_OUT_OF_MEMORY && error->message != nullptr &&
        std::strstr(error->message, "shared memory") != nullptr) {
        error->hint = const_cast<char *>(palloc_text(
            format("{} tables of the DDL were created so far, and each holds locks until the end. Increase "
                   "max_locks_per_transaction, or register the model from a database with register_schema().",
                   tables)));
    }
}

class DdlReader {
public:
    DdlReader(const DdlRequest &request, std::string_view text, const DdlScript &script)
        : request_(request), text_(text), script_(script) {}

    List *parse() {
        try {
            return server_call([&] {
                error_context_stack = nullptr;
                return parse_standard_strings(script_.text.c_str());
            });
        } catch (const ServerError &error) {
            error_ = error.data();
        }
        const std::size_t at = server_call([&] { return byte_offset(script_.text.c_str(), error_->cursorpos); });
        const std::size_t line_start = at == 0 ? 0 : text_.rfind('\n', at - 1) + 1;
        add_place(error_, text_, line_start, std::min(text_.find('\n', at), text_.size()));
        throw ServerError(error_);
    }

    DdlSummary read(Schema &schema, TextPool &pool, List *statements) {
        start();
        for_each<RawStmt>(statements, [&](RawStmt *statement) {
            check_for_interrupts();
            run(statement);
        });
        DdlSummary summary;
        const std::vector<NamespaceToRead> namespaces = namespaces_with_objects(summary.schemas);
        if (namespaces.empty() && ddl_->names->objects == NIL && ddl_->object_facts == NIL) {
            throw AuditError(
                ErrorKind::invalid_argument, "the DDL creates nothing", {},
                "Pass the CREATE statements of the model, as the ORM or pg_dump --schema-only prints them.");
        }
        // The reader sees what its caller's snapshot sees: one that knows what has just been created.
        server_call([&] {
            take_back_default_grants(ddl_);
            PushActiveSnapshot(GetTransactionSnapshot());
        });
        ReadScope scope;
        scope.objects = kinds_of_schemas | kinds_in_scratch;
        scope.database = false;
        // In a scratch schema everything belongs to whoever registers.
        scope.items = without(scope.items, AttributeGroup::owner);
        scope.holds_rows = false;
        read_live(schema, pool, namespaces, SequenceOwners::read, scope, scratch_names());
        server_call([] { PopActiveSnapshot(); });
        add_facts(schema, pool);
        add_object_facts(schema, pool);
        summary.skipped = skipped();
        return summary;
    }

private:
    void start() {
        std::vector<const char *> path;
        for (const std::string &schema : request_.path) {
            path.push_back(schema.c_str());
        }
        server_call([&] {
            pin_settings();
            List *names = NIL;
            for (const char *schema : path) {
                names = lappend(names, pstrdup(schema));
            }
            ddl_ = static_cast<ModelDdl *>(palloc0(sizeof(ModelDdl)));
            ddl_->names = make_model_names(names);
            statement_context_ =
                AllocSetContextCreate(CurrentMemoryContext, "statement of a model's DDL", ALLOCSET_DEFAULT_SIZES);
        });
    }

    void run(RawStmt *statement) {
        const auto from = static_cast<std::size_t>(statement->stmt_location);
        const std::size_t to =
            statement->stmt_len > 0 ? from + static_cast<std::size_t>(statement->stmt_len) : text_.size();
        const Script script{script_.text.c_str(), statement->stmt_location, statement->stmt_len};
        try {
            server_call([&] {
                // The caller's contexts would take the error's position for one in their own query, and would
                // repeat all of the DDL.
                error_context_stack = nullptr;
                const MemoryContext saved = MemoryContextSwitchTo(statement_context_);
                run_statement(ddl_, statement->stmt, script);
                MemoryContextSwitchTo(saved);
                MemoryContextReset(statement_context_);
            });
            return;
        } catch (const ServerError &error) {
            error_ = error.data();
        }
        error_->message = with_real_names(ddl_->names, error_->message);
        error_->detail = with_real_names(ddl_->names, error_->detail);
        error_->hint = with_real_names(ddl_->names, error_->hint);
        error_->context = with_real_names(ddl_->names, error_->context);
        error_->schema_name = with_real_names(ddl_->names, error_->schema_name);
        add_lock_hint(error_, ddl_->tables);
        add_place(error_, text_, statement_start(script_.text, from), to);
        throw ServerError(error_);
    }

    // `filled`: those that the DDL puts something into.
    [[nodiscard]] std::vector<NamespaceToRead> namespaces_with_objects(std::vector<std::string> &filled) const {
        std::vector<NamespaceToRead> result;
        for_each<ScratchSchema>(ddl_->names->schemas, [&](const ScratchSchema *schema) {
            const bool is_filled = server_call([&] { return has_objects(schema); });
            if (is_filled || schema->declared) {
                result.push_back({schema->oid, schema->real});
            }
            if (is_filled) {
                filled.emplace_back(schema->real);
            }
        });
        std::ranges::sort(filled);
        std::sort(result.begin(), result.end(), [](const auto &a, const auto &b) { return a.name < b.name; });
        return result;
    }

    [[nodiscard]] std::vector<ScratchName> scratch_names() const {
        std::vector<ScratchName> result;
        for_each<ScratchObject>(ddl_->names->objects, [&](const ScratchObject *object) {
            result.push_back({object->scratch, object->real});
        });
        return result;
    }

    // Objects of the whole database.
    void add_object_facts(Schema &schema, TextPool &pool) const {
        for_each<ObjectFact>(ddl_->object_facts, [&](const ObjectFact *fact) {
            SchemaObject object;
            object.kind = fact->kind;
            object.schema = fact->schema == nullptr ? TextId::none : pool.intern(fact->schema);
            object.name = pool.intern(with_real_names(ddl_->names, fact->name, Quotes::where_needed));
            for_each<AttributeFact>(fact->attributes, [&](const AttributeFact *item) {
                schema.attach(object.attributes,
                              {item->id, pool.intern(with_real_names(ddl_->names, item->text, Quotes::where_needed))});
            });
            schema.objects.push_back(object);
        });
    }

    void add_facts(Schema &schema, TextPool &pool) const {
        if (ddl_->facts == NIL) {
            return;
        }
        std::unordered_map<std::uint64_t, std::uint32_t> tables;
        const auto key = [](TextId space, TextId name) {
            return static_cast<std::uint64_t>(space) << 32 | static_cast<std::uint64_t>(name);
        };
        for (std::size_t i = 0; i < schema.tables.size(); ++i) {
            tables.emplace(key(schema.tables[i].schema, schema.tables[i].name), static_cast<std::uint32_t>(i));
        }
        for_each<ForeignKeyFact>(ddl_->facts, [&](const ForeignKeyFact *fact) {
            const ResolvedFact resolved = server_call([&] { return resolve(ddl_, fact); });
            if (resolved.schema == nullptr) {
                return;
            }
            const auto table = tables.find(key(pool.find(resolved.schema), pool.find(resolved.table)));
            if (table != tables.end()) {
                schema.constraints.push_back(constraint_of(*fact, resolved, table->second, schema, pool));
            }
        });
        schema.finish();
    }

    static schema_audit::Constraint constraint_of(const ForeignKeyFact &fact, const ResolvedFact &resolved,
                                                  std::uint32_t table, Schema &schema, TextPool &pool) {
        std::vector<TextId> columns;
        for (int i = 0; i < fact.column_count; ++i) {
            columns.push_back(pool.intern(resolved.columns[i]));
        }
        std::vector<TextId> referenced;
        for_each<char>(fact.target_columns, [&](const char *column) { referenced.push_back(pool.intern(column)); });
        schema_audit::Constraint constraint;
        constraint.table = table;
        constraint.name = pool.intern(fact.name);
        constraint.kind = ConstraintKind::foreign_key;
        constraint.on_update = fact.on_update;
        constraint.on_delete = fact.on_delete;
        constraint.match_type = fact.match_type;
        constraint.deferrable = fact.deferrable;
        constraint.initially_deferred = fact.initially_deferred;
        constraint.validated = fact.validated;
        constraint.enforced = fact.enforced;
        constraint.columns = schema.add_ids(columns);
        constraint.referenced_columns = schema.add_ids(referenced);
        constraint.referenced_schema = pool.intern(fact.target_schema);
        constraint.referenced_table = pool.intern(fact.target_table);
        std::vector<std::string> set_columns;
        for (int i = 0; i < fact.column_count; ++i) {
            if (fact.sets[i]) {
                set_columns.push_back(schema_audit::quote_identifier(resolved.columns[i]));
            }
        }
        std::ranges::sort(set_columns);
        std::string set_text;
        for (const std::string &column : set_columns) {
            set_text += (set_text.empty() ? "" : ", ") + column;
        }
        const auto attach = [&](std::string_view name, std::string_view text) {
            if (!text.empty()) {
                schema.attach(constraint.attributes,
                              {find_attribute(ObjectKind::constraint, name).value(), pool.intern(text)});
            }
        };
        attach("set_columns", set_text);
        attach("enforced", fact.enforced ? "" : "not enforced");
        attach("period", fact.period ? "period" : "");
        attach("comment", fact.comment == nullptr ? "" : fact.comment);
        return constraint;
    }

    [[nodiscard]] std::string skipped() const {
        std::vector<std::string> kinds;
        for_each<SkippedKind>(ddl_->skipped, [&](const SkippedKind *kind) {
            kinds.push_back(format("{} {}", kind->count, kind->label));
        });
        if (script_.psql_lines > 0) {
            kinds.push_back(format("{} psql {}", script_.psql_lines, script_.psql_lines == 1 ? "line" : "lines"));
        }
        std::string result;
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            result += i == 0 ? "" : i + 1 < kinds.size() ? ", " : " and ";
            result += kinds[i];
        }
        return result;
    }

    const DdlRequest &request_;
    std::string_view text_;  // zero-terminated
    const DdlScript &script_;
    ModelDdl *ddl_ = nullptr;
    MemoryContext statement_context_ = nullptr;
    ErrorData *error_ = nullptr;
};

}  // namespace

DdlSummary read_ddl(Schema &schema, TextPool &pool, const DdlRequest &request) {
    const DdlScript script = strip_client_lines(request.ddl);
    DdlReader reader(request, request.ddl, script);
    List *statements = reader.parse();
    DdlSummary summary;
    const GuardPause pause;
    in_subtransaction(Keep::nothing, [&] { summary = reader.read(schema, pool, statements); });
    return summary;
}

}  // namespace schema_audit::server
