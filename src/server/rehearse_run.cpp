#include "server/rehearse_run.hpp"

namespace schema_audit::server {
namespace {

constexpr int default_lock_timeout = 2'000;
constexpr int default_statement_timeout = 30'000;

// ---- server functions ----

const char *refusal_of_copy(const CopyStmt *copy) noexcept {
    if (copy->filename == nullptr) {
        return "its data is with the client";
    }
    if (copy->is_program) {
        return "it runs a program outside of the database";
    }
    return copy->is_from ? nullptr : "it writes a file, which no roll back takes back";
}

const char *refusal_of_transaction(const TransactionStmt *statement) noexcept {
    switch (statement->kind) {
        case TRANS_STMT_ROLLBACK:
        case TRANS_STMT_ROLLBACK_TO:
            return "the rehearsal is one subtransaction: what this would undo stays until the end";
        default:
            return "transaction control is followed, and not run";
    }
}

// ---- time limits ----

int parse_milliseconds(const char *name, const char *text) noexcept {
    // The server's own check and message; the value is only looked at.
    const int nest_level = NewGUCNestLevel();
    set_config_option(name, text, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    const int value = std::strcmp(name, "lock_timeout") == 0 ? LockTimeout : StatementTimeout;
    AtEOXact_GUC(false, nest_level);
    return value;
}

// statement_timeout counts for what a client sends; within a function nobody starts the clock but us.
TimestampTz deadline = 0;        // of the statement that runs
TimestampTz outer_deadline = 0;  // of what the client has sent

void start_clock() noexcept {
    outer_deadline = get_timeout_active(STATEMENT_TIMEOUT) ? get_timeout_finish_time(STATEMENT_TIMEOUT) : 0;
    deadline = StatementTimeout > 0 ? TimestampTzPlusMilliseconds(GetCurrentTimestamp(), StatementTimeout) : 0;
    if (deadline != 0 && (outer_deadline == 0 || deadline < outer_deadline)) {
        enable_timeout_at(STATEMENT_TIMEOUT, deadline);
    }
}

void stop_clock() noexcept {
    if (deadline == 0 || (outer_deadline != 0 && outer_deadline <= deadline)) {
        return;
    }
    disable_timeout(STATEMENT_TIMEOUT, false);
    if (outer_deadline != 0) {
        enable_timeout_at(STATEMENT_TIMEOUT, outer_deadline);
    }
}

void execute(const char *text) {
    SPI_connect();
    start_clock();
    SPIExecuteOptions options{};
    options.dest = None_Receiver;
    const int result = SPI_execute_extended(text, &options);
    stop_clock();
    if (result < 0) {
        ereport(ERROR, (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                        errmsg("it cannot run within a function: %s", SPI_result_code_string(result))));
    }
    SPI_finish();
}

// ---- functions with lasting effects ----

int refusals = 0;
bool installed = false;
object_access_hook_type next_access_hook = nullptr;

// By the beginning of their names, which are the same in each major.
constexpr auto lasting_functions = std::to_array<std::string_view>(
    {"setval", "pg_advisory_lock", "pg_advisory_unlock", "pg_try_advisory_lock", "pg_terminate_backend",
     "pg_cancel_backend", "pg_reload_conf", "pg_rotate_logfile", "pg_switch_wal", "pg_promote",
     "pg_logical_emit_message", "pg_create_physical_replication_slot", "pg_create_logical_replication_slot",
     "pg_copy_physical_replication_slot", "pg_copy_logical_replication_slot", "pg_drop_replication_slot",
     "pg_replication_slot_advance", "pg_stat_reset", "lo_export"});

bool is_lasting(Oid function) noexcept {
    const char *name = function < FirstGenbkiObjectId ? get_func_name(function) : nullptr;
    return name != nullptr && std::ranges::any_of(lasting_functions, [=](std::string_view known) {
               return std::string_view(name).starts_with(known);
           });
}

void refuse_lasting(ObjectAccessType access, Oid catalog, Oid object, int part, void *argument) {
    if (next_access_hook != nullptr) {
        next_access_hook(access, catalog, object, part, argument);
    }
    if (refusals > 0 && access == OAT_FUNCTION_EXECUTE && is_lasting(object)) {
        ereport(ERROR, (errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
                        errmsg("%s() is not rehearsed: no roll back takes back what it does", get_func_name(object))));
    }
}

}  // namespace

const char *refusal_of(const Node *tree) noexcept {
    switch (nodeTag(tree)) {
        case T_TransactionStmt:
            return refusal_of_transaction(reinterpret_cast<const TransactionStmt *>(tree));
        case T_CopyStmt:
            return refusal_of_copy(reinterpret_cast<const CopyStmt *>(tree));
        case T_VariableSetStmt: {
            const auto *set = reinterpret_cast<const VariableSetStmt *>(tree);
            const bool transaction = set->kind == VAR_SET_MULTI && std::strcmp(set->name, "TRANSACTION") == 0;
            return transaction ? "it belongs to the begin of a transaction" : nullptr;
        }
        case T_PrepareStmt:
        case T_ExecuteStmt:
        case T_DeallocateStmt:
            return "prepared statements are not rolled back";
        case T_LoadStmt:
            return "a library stays loaded";
        case T_DiscardStmt:
            return "what it discards does not come back";
        case T_CheckPointStmt:
            return "it acts on the whole server";
        case T_VacuumStmt:
            return reinterpret_cast<const VacuumStmt *>(tree)->is_vacuumcmd
                       ? nullptr
                       : "the statistics that it writes are not rolled back";
        default:
            return nullptr;
    }
}

bool may_be_refused(const Node *tree) noexcept {
    switch (nodeTag(tree)) {
        case T_SelectStmt:
        case T_DoStmt:
        case T_CallStmt:
        case T_IndexStmt:
        case T_DropStmt:
        case T_ReindexStmt:
        case T_ClusterStmt:
        case T_VacuumStmt:
        case T_AlterTableStmt:
        case T_CreatedbStmt:
        case T_DropdbStmt:
        case T_AlterDatabaseStmt:
        case T_CreateTableSpaceStmt:
        case T_DropTableSpaceStmt:
        case T_AlterSystemStmt:
        case T_CreateSubscriptionStmt:
        case T_AlterSubscriptionStmt:
        case T_DropSubscriptionStmt:
            return true;
        default:
            return false;
    }
}

bool is_refusal(const ServerError &error) noexcept {
    return error.sqlstate() == ERRCODE_ACTIVE_SQL_TRANSACTION ||
           error.sqlstate() == ERRCODE_INVALID_TRANSACTION_TERMINATION;
}

bool is_cancel(const ServerError &error) noexcept {
    if (ERRCODE_TO_CATEGORY(error.sqlstate()) != ERRCODE_OPERATOR_INTERVENTION) {
        return false;
    }
    const TimestampTz now = GetCurrentTimestamp();
    const bool ours = error.sqlstate() == ERRCODE_QUERY_CANCELED && deadline != 0 && now >= deadline &&
                      (outer_deadline == 0 || now < outer_deadline);
    return !ours;
}

void run_statement(const char *text) {
    try {
        server_call([=] {
            // The caller's contexts would speak of the statement that calls rehearse().
            error_context_stack = nullptr;
            execute(text);
        });
    } catch (...) {
        stop_clock();
        throw;
    }
}

void check_deferred_constraints() {
    run_statement("SET CONSTRAINTS ALL IMMEDIATE");
    run_statement("SET CONSTRAINTS ALL DEFERRED");
    const char *immediate = server_call([]() -> const char * {
        const MemoryContext caller = CurrentMemoryContext;
        SPI_connect();
        const int result = SPI_execute(
            "SELECT pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, c.conname), ', ') "
            "FROM pg_catalog.pg_constraint AS c JOIN pg_catalog.pg_namespace AS n "
            "ON n.oid OPERATOR(pg_catalog.=) c.connamespace WHERE c.condeferrable AND NOT c.condeferred",
            false, 1);
        const char *names = result == SPI_OK_SELECT && SPI_processed == 1
                                ? SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)
                                : nullptr;
        const char *text = names == nullptr ? nullptr : MemoryContextStrdup(caller, names);
        SPI_finish();
        return text;
    });
    if (immediate != nullptr) {
        const std::string text = "SET CONSTRAINTS " + std::string(immediate) + " IMMEDIATE";
        run_statement(text.c_str());
    }
}

Limits::One Limits::make(const char *name, const int *variable, const std::optional<std::string> &asked,
                         int otherwise) {
    std::optional<int> value;
    if (asked) {
        const char *text = asked->c_str();
        value = server_call([=] { return parse_milliseconds(name, text); });
    }
    return {name, variable, guard::TimeLimit(value, *variable, otherwise), *variable};
}

Limits::Limits(const std::optional<std::string> &lock_timeout, const std::optional<std::string> &statement_timeout)
    : lock_(make("lock_timeout", &LockTimeout, lock_timeout, default_lock_timeout)),
      statement_(make("statement_timeout", &StatementTimeout, statement_timeout, default_statement_timeout)) {}

void Limits::impose() {
    impose(lock_);
    impose(statement_);
}

void Limits::impose(One &one) {
    one.imposed = one.limit.effective();
    if (*one.variable == one.imposed) {
        return;
    }
    const std::string value = std::to_string(one.imposed);
    const char *name = one.name;
    const char *text = value.c_str();
    server_call([=] { set_config_option(name, text, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false); });
}

void Limits::observe(std::string_view name) {
    observe(lock_, name);
    observe(statement_, name);
}

void Limits::observe(One &one, std::string_view name) {
    if (name == one.name || *one.variable != one.imposed) {
        one.limit.script_sets(*one.variable);
    }
}

LastingEffectsRefused::LastingEffectsRefused() noexcept {
    // Stays in the chain: somebody may have put himself before it meanwhile.
    if (!installed) {
        next_access_hook = object_access_hook;
        object_access_hook = refuse_lasting;
        installed = true;
    }
    ++refusals;
}

LastingEffectsRefused::~LastingEffectsRefused() { --refusals; }

bool LastingEffectsRefused::any() noexcept { return refusals > 0; }

EnumLabels::EnumLabels()
    : labels_(server_call([] {
          const Size size = EstimateUncommittedEnumsSpace();
          void *labels = palloc(size);
          SerializeUncommittedEnums(labels, size);
          return labels;
      })) {}

void EnumLabels::commit() const {
    void *labels = labels_;
    server_call([=] {
        AtEOXact_Enum();
        RestoreUncommittedEnums(labels);
    });
}

}  // namespace schema_audit::server
