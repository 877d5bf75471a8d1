#include "server/unchanged.hpp"

namespace schema_audit::server {
namespace {

// False: the page is there no more. The file of a relation has another name from 16 on.
template <class RelationData>
bool read_recent_buffer(RelationData *relation, BlockNumber block, Buffer buffer) {
    if constexpr (requires { relation->rd_locator; }) {
        return ReadRecentBuffer(relation->rd_locator, MAIN_FORKNUM, block, buffer);
    } else {
        return ReadRecentBuffer(relation->rd_node, MAIN_FORKNUM, block, buffer);
    }
}

constexpr std::uint32_t most_unknown = 10000;  // transactions to look at one by one

// Not catalogs that no audit reads and that change all the time. (Owners and grants are in the objects themselves.)
bool is_watched(const FormData_pg_class &row) noexcept {
    return row.oid != StatisticRelationId && row.oid != StatisticExtDataRelationId &&
           row.oid != LargeObjectRelationId && std::strcmp(NameStr(row.relname), "pg_shdepend") != 0;
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

// The oldest transaction that may have written before the moment and is running for its snapshot and completed for the
// other. The next number: there is none. Null: the snapshots cannot be compared.
std::optional<TransactionId> first_completed(const Moment &moment, const Running &now) {
    const Running &then = moment.running;
    if (then.in_recovery != now.in_recovery || TransactionIdPrecedes(now.until, then.until) ||
        std::ranges::any_of(now.between, [&](TransactionId item) { return !is_running(then, item); })) {
        return std::nullopt;
    }
    const auto next = static_cast<TransactionId>(moment.next);
    TransactionId first = next;
    const auto note = [&](TransactionId item) {
        if (TransactionIdIsNormal(item) && TransactionIdPrecedes(item, first) && !is_running(now, item)) {
            first = item;
        }
    };
    std::ranges::for_each(then.between, note);
    for (TransactionId item = then.until; TransactionIdPrecedes(item, first); ++item) {
        note(item);
    }
    return first;
}

// Places of the WAL, each with the transaction number to be given next: what had none by then has written nothing
// before that place. The last few of this session.
struct Mark {
    XLogRecPtr wal;
    std::uint64_t next;
};
constexpr std::size_t most_marks = 8;
std::array<Mark, most_marks> marks{};
std::size_t mark_count = 0;

void set_mark(const Moment &moment) { marks[mark_count++ % most_marks] = {moment.wal, moment.next}; }

// The place of the WAL before which nothing was written that the one snapshot shows and the other does not.
std::optional<XLogRecPtr> first_difference(const Moment &moment, const Running &now, std::uint64_t next) {
    constexpr std::uint64_t comparable = 1000000000;  // numbers without epoch wrap around behind twice as many
    const auto first = next - moment.next < comparable ? first_completed(moment, now) : std::nullopt;
    if (!first || *first == static_cast<TransactionId>(moment.next)) {
        return first ? std::optional(moment.wal) : std::nullopt;
    }
    std::optional<XLogRecPtr> result;
    for (const Mark &mark : std::span(marks).first(std::min(mark_count, most_marks))) {
        if (moment.next - mark.next < comparable &&
            TransactionIdPrecedesOrEquals(static_cast<TransactionId>(mark.next), *first)) {
            result = std::max(result.value_or(InvalidXLogRecPtr), mark.wal);
        }
    }
    return result;
}

// Where the pages of a table were in memory: to look there first costs half of looking them up.
using RecentBuffers = std::vector<Buffer>;
constexpr std::size_t most_recent_buffers = std::size_t{1} << 20U;  // of all tables, 4 bytes each

RecentBuffers &recent_buffers(Oid table, BlockNumber blocks) {
    static auto *const all = new std::unordered_map<Oid, RecentBuffers>;  // never destroyed: the session ends first
    std::size_t others = 0;
    for (const auto &[oid, buffers] : *all) {
        others += oid == table ? 0 : buffers.size();
    }
    RecentBuffers &result = (*all)[table];
    result.resize(std::min<std::size_t>(blocks, most_recent_buffers - std::min(others, most_recent_buffers)));
    return result;
}

Buffer read_page(Relation relation, BlockNumber block, BufferAccessStrategy strategy, RecentBuffers &recent) {
    constexpr std::size_t ahead = 8;
    if (block >= recent.size()) {
        return ReadBufferExtended(relation, MAIN_FORKNUM, block, RBM_NORMAL, strategy);
    }
    if (block + ahead < recent.size() && BufferIsValid(recent[block + ahead])) {
        __builtin_prefetch(BufferGetPage(recent[block + ahead]));
    }
    Buffer &buffer = recent[block];
    if (!BufferIsValid(buffer) || !read_recent_buffer(relation, block, buffer)) {
        buffer = ReadBufferExtended(relation, MAIN_FORKNUM, block, RBM_NORMAL, strategy);
    }
    return buffer;
}

// Server function; appends to blocks, up to `most`. False: more, or it cannot be told.
bool find_written(Relation relation, XLogRecPtr wal, WrittenPages &pages, std::size_t most) {
    if (!RelationNeedsWAL(relation) || relation->rd_rel->relam != HEAP_TABLE_AM_OID) {
        return false;
    }
    pages.count = RelationGetNumberOfBlocks(relation);
    BufferAccessStrategy strategy =
        pages.count > static_cast<BlockNumber>(NBuffers) / 4 ? GetAccessStrategy(BAS_BULKREAD) : nullptr;
    RecentBuffers &recent = recent_buffers(RelationGetRelid(relation), pages.count);
    for (BlockNumber block = 0; block < pages.count && pages.written.size() <= most; ++block) {
        const Buffer buffer = read_page(relation, block, strategy, recent);
        const bool written = BufferGetLSNAtomic(buffer) > wal;
        ReleaseBuffer(buffer);
        if (written) {
            pages.written.push_back(block);
        }
        CHECK_FOR_INTERRUPTS();
    }
    if (strategy != nullptr) {
        FreeAccessStrategy(strategy);
    }
    return pages.written.size() <= most;
}

bool find_written(Oid table, XLogRecPtr wal, WrittenPages &pages, std::size_t most) {
    Relation relation = try_relation_open(table, AccessShareLock);
    if (relation == nullptr) {
        return false;
    }
    pages.table = table;
    const bool told = find_written(relation, wal, pages, most);
    relation_close(relation, AccessShareLock);
    return told;
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
        return catalog && is_watched(row) ? row.oid : InvalidOid;
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

}  // namespace

bool is_running(const Running &running, TransactionId transaction) noexcept {
    if (TransactionIdPrecedes(transaction, running.from)) {
        return false;
    }
    return TransactionIdFollowsOrEquals(transaction, running.until) ||
           std::ranges::find(running.between, transaction) != running.between.end();
}

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
    set_mark(moment);
    const auto unknown = static_cast<TransactionId>(moment.next) - moment.running.until;
    return unknown <= most_unknown ? std::optional(std::move(moment)) : std::nullopt;
}

std::optional<std::vector<WrittenPages>> written_since(const Moment &moment, const Moment &now, std::size_t most) {
    const auto wal = first_difference(moment, now.running, now.next);
    std::vector<WrittenPages> result;
    const auto find_all = [&] {
        const List *tables = list_concat(own_tables(), catalogs());
        for (int i = 0; i < list_length(tables); ++i) {
            if (!find_written(list_nth_oid(tables, i), *wal, result.emplace_back(), most)) {
                return false;
            }
        }
        return true;
    };
    return wal && server_call(find_all) ? std::optional(std::move(result)) : std::nullopt;
}

bool unchanged_since(const Moment &moment) {
    const auto now = this_moment();
    const auto pages = now ? written_since(moment, *now, 0) : std::nullopt;
    return pages.has_value();
}

}  // namespace schema_audit::server
