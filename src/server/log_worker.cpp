#include "server/log_worker.hpp"

#include "server/entry.hpp"
#include "server/log_table.hpp"
#include "server/log_writer.hpp"
#include "server/subtransaction.hpp"

namespace schema_audit::server {
namespace {

using guard::LogRecord;
using guard::LogText;

constexpr std::size_t payload_limit = 256 * 1024;
constexpr std::size_t statement_limit = 4 * 1024;

struct Payload {
    Oid database;
    uint32 size;
};

// A loop of failing migrations must not eat the server's worker slots: a burst, then a few a second.
bool may_start_worker() noexcept {
    constexpr double burst = 20;
    constexpr double each_second = 5;
    static double tokens = burst;
    static TimestampTz last = 0;
    const TimestampTz now = GetCurrentTimestamp();
    if (last != 0 && now > last) {
        tokens = std::min(burst, tokens + each_second * static_cast<double>(now - last) / USECS_PER_SEC);
    }
    last = now;
    if (tokens < 1) {
        return false;
    }
    tokens -= 1;
    return true;
}

bool start_worker(const char *bytes, uint32 size) noexcept {
    dsm_segment *segment = dsm_create(sizeof(Payload) + size, DSM_CREATE_NULL_IF_MAXSEGMENTS);
    if (segment == nullptr) {
        return false;
    }
    const Payload payload{MyDatabaseId, size};
    auto *memory = static_cast<char *>(dsm_segment_address(segment));
    std::memcpy(memory, &payload, sizeof payload);
    std::memcpy(memory + sizeof payload, bytes, size);
    // Our own mapping goes with the transaction that is about to fail; the worker unpins.
    dsm_pin_segment(segment);
    const dsm_handle handle = dsm_segment_handle(segment);

    BackgroundWorker worker{};
    worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
    worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = BGW_NEVER_RESTART;
    worker.bgw_main_arg = UInt32GetDatum(handle);
    strlcpy(worker.bgw_name, "schema_audit log", sizeof worker.bgw_name);
    strlcpy(worker.bgw_type, "schema_audit log", sizeof worker.bgw_type);
    strlcpy(worker.bgw_library_name, "schema_audit", sizeof worker.bgw_library_name);
    strlcpy(worker.bgw_function_name, "schema_audit_log_worker", sizeof worker.bgw_function_name);
    const bool started = RegisterDynamicBackgroundWorker(&worker, nullptr);
    if (!started) {
        dsm_unpin_segment(handle);
    }
    dsm_detach(segment);
    return started;
}

struct Received {
    Oid database;
    const char *bytes;
    uint32 size;
};

// Takes the payload over before anything can fail: a segment that nobody unpins stays until a restart.
Received receive(Datum argument) noexcept {
    const auto handle = static_cast<dsm_handle>(DatumGetUInt32(argument));
    dsm_segment *segment = dsm_attach(handle);
    if (segment == nullptr) {
        return {InvalidOid, nullptr, 0};
    }
    dsm_unpin_segment(handle);
    Payload payload;
    const auto *memory = static_cast<const char *>(dsm_segment_address(segment));
    std::memcpy(&payload, memory, sizeof payload);
    auto *bytes = static_cast<char *>(MemoryContextAlloc(TopMemoryContext, payload.size + 1));
    std::memcpy(bytes, memory + sizeof payload, payload.size);
    dsm_detach(segment);
    return {payload.database, bytes, payload.size};
}

bool begin() noexcept {
    SetCurrentStatementStartTimestamp();
    StartTransactionCommand();
    const bool there = hold_extension();
    PushActiveSnapshot(GetTransactionSnapshot());
    return there;
}

void end() noexcept {
    PopActiveSnapshot();
    CommitTransactionCommand();
}

void report_failure(const char *message) {
    server_call([=] {
        ereport(LOG, (errmsg_internal("schema_audit: a rejected attempt could not be stored: %s",
                                      message != nullptr ? message : "unknown")));
    });
}

void store_all(const std::vector<LogRecord> &records) {
    const bool there = server_call([] { return begin(); });
    std::vector<LogRow> rows;
    for (const LogRecord &record : records) {
        rows.push_back(row_from(record));
    }
    const std::span<LogRow> all = rows;
    bool stored = false;
    try {
        in_subtransaction(Keep::on_success, [&] {
            stored = server_call([=] { return there && !all.empty() && insert_log_rows(all, true); });
        });
    } catch (const ServerError &error) {
        if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
            throw;
        }
        stored = false;
        report_failure(error.data()->message);
    }
    server_call([=] {
        count(stored ? "log_written" : "log_failed");
        end();
    });
}

}  // namespace

bool queue_for_worker(const std::vector<LogRecord> &records) {
    std::vector<LogRecord> small = records;
    // Many findings of one command: rather a shorter statement than a finding less.
    std::string bytes;
    for (std::size_t limit = statement_limit; limit >= 64; limit /= 2) {
        for (LogRecord &record : small) {
            record[LogText::statement] = shortened(record[LogText::statement], limit);
        }
        bytes = guard::encode(small);
        if (bytes.size() <= payload_limit) {
            break;
        }
    }
    while (bytes.size() > payload_limit && small.size() > 1) {
        small.resize(small.size() / 2);
        bytes = guard::encode(small);
    }
    const char *data = bytes.data();
    const auto size = static_cast<uint32>(bytes.size());
    return server_call([=] { return may_start_worker() && start_worker(data, size); });
}

bool hold_extension() noexcept {
    const Oid extension = get_extension_oid("schema_audit", true);
    if (!OidIsValid(extension)) {
        return false;
    }
    LockDatabaseObject(ExtensionRelationId, extension, 0, AccessShareLock);
    return get_extension_oid("schema_audit", true) == extension;
}

void count(const char *sequence) noexcept {
    const Oid schema = get_namespace_oid("schema_audit", true);
    const Oid relation = OidIsValid(schema) ? get_relname_relid(sequence, schema) : InvalidOid;
    if (OidIsValid(relation) && ConditionalLockRelationOid(relation, RowExclusiveLock)) {
        nextval_internal(relation, false);
    }
}

}  // namespace schema_audit::server

namespace server = schema_audit::server;

SCHEMA_AUDIT_WORKER(schema_audit_log_worker) {
    const server::Received received = server::receive(argument);
    if (received.bytes == nullptr) {
        return;
    }
    pqsignal(SIGTERM, die);
    BackgroundWorkerUnblockSignals();
    BackgroundWorkerInitializeConnectionByOid(received.database, InvalidOid, 0);
    SetConfigOption("lock_timeout", "5s", PGC_SUSET, PGC_S_OVERRIDE);
    server::callback_entry([&] {
        const auto records = schema_audit::guard::decode({received.bytes, received.size});
        server::store_all(records);
    });
}
