#include "server/unchanged.hpp"

namespace schema_audit::server {
namespace {

constexpr std::uint32_t most_unknown = 10000;  // transactions to look at one by one

// Catalogs that no audit reads and that change all the time.
bool is_watched(Oid catalog) noexcept {
    return catalog != StatisticRelationId && catalog != StatisticExtDataRelationId && catalog != LargeObjectRelationId;
}

std::optional<Running> running_now() {
    Running result;
    const bool known = server_call([&] {
        if (IsolationUsesXactSnapshot() || TransactionIdIsValid(GetTopTransactionIdIfAny()) || !ActiveSnapshotSet() ||
            !XLogIsNeeded()) {
            return false;
        }
        const Snapshot snapshot = GetActiveSnapshot();
        if (snapshot->snapshot_type != SNAPSHOT_MVCC || snapshot->suboverflowed) {
            return false;
        }
        result.from = snapshot->xmin;
        result.until = snapshot->xmax;
        result.in_recovery = snapshot->takenDuringRecovery;
        result.between.assign(snapshot->xip, snapshot->xip + snapshot->xcnt);
        result.between.insert(result.between.end(), snapshot->subxip, snapshot->subxip + snapshot->subxcnt);
        return true;
    });
    return known ? std::optional(std::move(result)) : std::nullopt;
}

bool is_running(const Running &running, TransactionId transaction) {
    if (TransactionIdPrecedes(transaction, running.from)) {
        return false;
    }
    return TransactionIdFollowsOrEquals(transaction, running.until) ||
           std::ranges::find(running.between, transaction) != running.between.end();
}

// No transaction that may have written before the moment is completed for one snapshot and running for the other.
bool same_transactions(const Moment &moment, const Running &now) {
    const Running &then = moment.running;
    if (then.in_recovery != now.in_recovery || TransactionIdPrecedes(now.until, then.until) ||
        std::ranges::any_of(now.between, [&](TransactionId item) { return !is_running(then, item); })) {
        return false;
    }
    const auto next = static_cast<TransactionId>(moment.next);
    const auto completed = [&](TransactionId item) {
        return TransactionIdPrecedes(item, next) && !is_running(now, item);
    };
    if (std::ranges::any_of(then.between, completed)) {
        return false;
    }
    for (TransactionId item = then.until; TransactionIdPrecedes(item, next); ++item) {
        if (TransactionIdIsNormal(item) && completed(item)) {
            return false;
        }
    }
    return true;
}

bool is_written_after(Oid table, XLogRecPtr wal) {
    Relation relation = try_relation_open(table, AccessShareLock);
    if (relation == nullptr) {
        return true;
    }
    bool written = !RelationNeedsWAL(relation) || relation->rd_rel->relam != HEAP_TABLE_AM_OID;
    const BlockNumber blocks = written ? 0 : RelationGetNumberOfBlocks(relation);
    BufferAccessStrategy strategy =
        blocks > static_cast<BlockNumber>(NBuffers) / 4 ? GetAccessStrategy(BAS_BULKREAD) : nullptr;
    for (BlockNumber block = 0; block < blocks && !written; ++block) {
        const Buffer buffer = ReadBufferExtended(relation, MAIN_FORKNUM, block, RBM_NORMAL, strategy);
        written = BufferGetLSNAtomic(buffer) > wal;
        ReleaseBuffer(buffer);
        CHECK_FOR_INTERRUPTS();
    }
    if (strategy != nullptr) {
        FreeAccessStrategy(strategy);
    }
    relation_close(relation, AccessShareLock);
    return written;
}

// The tables among the rows of a catalog that one key names.
template <class TableOf>
List *tables_of(Oid catalog, Oid index, ScanKey keys, int count, TableOf table_of) {
    List *result = NIL;
    Relation relation = table_open(catalog, AccessShareLock);
    SysScanDesc scan = systable_beginscan(relation, index, true, GetActiveSnapshot(), count, keys);
    HeapTuple tuple;
    while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
        if (const Oid table = table_of(tuple); OidIsValid(table)) {
            result = lappend_oid(result, table);
        }
    }
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
    return result;
}

List *catalogs() {
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_class_oid, BTLessStrategyNumber, F_OIDLT, ObjectIdGetDatum(FirstNormalObjectId));
    return tables_of(RelationRelationId, ClassOidIndexId, &key, 1, [](HeapTuple tuple) {
        const auto &row = *reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
        const bool catalog = row.relkind == RELKIND_RELATION && row.relnamespace == PG_CATALOG_NAMESPACE;
        return catalog && is_watched(row.oid) ? row.oid : InvalidOid;
    });
}

// Those of the extension, but for the log, which no audit reads.
List *own_tables() {
    const Oid extension = get_extension_oid("schema_audit", false);
    const Oid log = get_relname_relid("ddl_log", get_namespace_oid("schema_audit", false));
    std::array<ScanKeyData, 2> keys{};
    ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                ObjectIdGetDatum(ExtensionRelationId));
    ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(extension));
    return tables_of(DependRelationId, DependReferenceIndexId, keys.data(), 2, [log](HeapTuple tuple) {
        const auto &row = *reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
        const bool table =
            row.classid == RelationRelationId && row.objid != log && get_rel_relkind(row.objid) == RELKIND_RELATION;
        return table ? row.objid : InvalidOid;
    });
}

bool is_any_written_after(XLogRecPtr wal) {
    const List *tables = list_concat(own_tables(), catalogs());
    for (int i = 0; i < list_length(tables); ++i) {
        if (is_written_after(list_nth_oid(tables, i), wal)) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<Moment> this_moment() {
    auto running = running_now();
    if (!running) {
        return std::nullopt;
    }
    Moment moment;
    moment.running = std::move(*running);
    server_call([&] {
        // In this order: who has written before has its number by then.
        moment.wal = RecoveryInProgress() ? GetXLogReplayRecPtr(nullptr) : GetXLogInsertRecPtr();
        moment.next = U64FromFullTransactionId(ReadNextFullTransactionId());
    });
    const auto unknown = static_cast<TransactionId>(moment.next) - moment.running.until;
    return unknown <= most_unknown ? std::optional(std::move(moment)) : std::nullopt;
}

bool unchanged_since(const Moment &moment) {
    constexpr std::uint64_t comparable = 1000000000;  // numbers without epoch wrap around behind twice as many
    const auto now = running_now();
    if (!now) {
        return false;
    }
    const auto next = server_call([] { return U64FromFullTransactionId(ReadNextFullTransactionId()); });
    return next - moment.next < comparable && same_transactions(moment, *now) &&
           !server_call([&] { return is_any_written_after(moment.wal); });
}

}  // namespace schema_audit::server
