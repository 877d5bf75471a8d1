#include "server/log_retention.hpp"

#include "server/entry.hpp"
#include "server/log_worker.hpp"
#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

constexpr int seconds_between = 3600;

// When it was done last, in minutes of the server's epoch: a sequence, which no roll back takes back.
Oid marker() noexcept {
    const Oid schema = get_namespace_oid("schema_audit", true);
    return OidIsValid(schema) ? get_relname_relid("log_pruned", schema) : InvalidOid;
}

bool is_due() noexcept {
    const Oid sequence = marker();
    if (!OidIsValid(sequence) || !ConditionalLockRelationOid(sequence, AccessShareLock)) {
        return false;
    }
    LOCAL_FCINFO(fcinfo, 1);
    InitFunctionCallInfoData(*fcinfo, nullptr, 1, InvalidOid, nullptr, nullptr);
    fcinfo->args[0].value = ObjectIdGetDatum(sequence);
    fcinfo->args[0].isnull = false;
    const Datum minutes = pg_sequence_last_value(fcinfo);
    const int64 last = fcinfo->isnull ? 0 : DatumGetInt64(minutes);
    return GetCurrentTimestamp() / USECS_PER_MINUTE - last >= seconds_between / SECS_PER_MINUTE;
}

void start_pruner() noexcept {
    BackgroundWorker worker{};
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = BGW_NEVER_RESTART;
    worker.bgw_main_arg = ObjectIdGetDatum(MyDatabaseId);
    strlcpy(worker.bgw_name, "schema_audit log retention", sizeof worker.bgw_name);
    strlcpy(worker.bgw_type, "schema_audit log retention", sizeof worker.bgw_type);
    strlcpy(worker.bgw_library_name, "schema_audit", sizeof worker.bgw_library_name);
    strlcpy(worker.bgw_function_name, "schema_audit_log_pruner", sizeof worker.bgw_function_name);
    RegisterDynamicBackgroundWorker(&worker, nullptr);  // without a slot: next time
}

// One transaction; how many rows went.
int64 prune_some() noexcept {
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    const bool there = hold_extension();
    PushActiveSnapshot(GetTransactionSnapshot());
    int64 gone = 0;
    if (there && OidIsValid(marker())) {
        SPI_connect();
        SPI_execute(
            "SELECT CASE WHEN "
            "pg_catalog.pg_try_advisory_xact_lock('schema_audit.ddl_log'::pg_catalog.regclass::integer, 0) "
            "THEN schema_audit.prune_log(10000) END, pg_catalog.setval('schema_audit.log_pruned', "
            "(extract(epoch FROM pg_catalog.clock_timestamp() - '2000-01-01 00:00:00+00') / 60)::bigint)",
            false, 0);
        bool is_null = true;
        const Datum count =
            SPI_processed == 1 ? SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null) : Datum{0};
        gone = is_null ? 0 : DatumGetInt64(count);
        SPI_finish();
    }
    PopActiveSnapshot();
    CommitTransactionCommand();
    return gone;
}

}  // namespace

bool prune_may_be_due() noexcept {
    if (settings::log_retention_minutes() == 0 && settings::log_max_megabytes() == 0) {
        return false;
    }
    static TimestampTz asked = 0;
    const TimestampTz now = GetCurrentTimestamp();
    const bool due = asked == 0 || now - asked >= seconds_between * USECS_PER_SEC;
    asked = due ? now : asked;
    return due;
}

void prune_when_due() {
    server_call([] {
        if (is_due()) {
            start_pruner();
        }
    });
}

}  // namespace schema_audit::server

namespace server = schema_audit::server;

SCHEMA_AUDIT_WORKER(schema_audit_log_pruner) {
    const Oid database = DatumGetObjectId(argument);
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnectionByOid(database, InvalidOid, 0);
    SetConfigOption("lock_timeout", "5s", PGC_SUSET, PGC_S_OVERRIDE);
    server::callback_entry([] {
        while (server::server_call([] { return server::prune_some(); }) > 0) {
            server::check_for_interrupts();
        }
    });
}
