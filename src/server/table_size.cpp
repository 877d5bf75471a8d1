#include "server/table_size.hpp"

namespace schema_audit::server {
namespace {

int64 file_bytes(Oid table) noexcept {
    const Datum path = OidFunctionCall1(F_PG_RELATION_FILEPATH, ObjectIdGetDatum(table));
    const char *first = TextDatumGetCString(path);
    int64 bytes = 0;
    for (int segment = 0;; ++segment) {
        const char *file = segment == 0 ? first : psprintf("%s.%d", first, segment);
        struct stat info;
        if (stat(file, &info) != 0) {
            return bytes;
        }
        bytes += info.st_size;
    }
}

using guard::RowsSeen;

// Is there a visible row in these pages?
bool finds_row(Relation relation, BlockNumber first, BlockNumber count) noexcept {
    // Nobody's query: the statistics of the table do not count it.
    PgStat_TableStatus *counters = std::exchange(relation->pgstat_info, nullptr);
    const bool counts = std::exchange(relation->pgstat_enabled, false);
    const Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
    const TableScanDesc scan = table_beginscan_strat(relation, snapshot, 0, nullptr, true, false);
    heap_setscanlimits(scan, first, count);
    const bool found = HeapTupleIsValid(heap_getnext(scan, ForwardScanDirection));
    table_endscan(scan);
    UnregisterSnapshot(snapshot);
    relation->pgstat_enabled = counts;
    relation->pgstat_info = counters;
    return found;
}

// Bytes and a look into the first and the last pages. Waits for nobody and leaves no lock behind: where somebody has
// locked the table, it is left unread, and the file system asked for its size.
void look(Oid table, guard::TableSize *size) noexcept {
    constexpr BlockNumber pages = 16;
    Relation relation = nullptr;
    const bool locked = ConditionalLockRelationOid(table, AccessShareLock);
    if (locked) {
        relation = try_relation_open(table, NoLock);
    }
    if (relation != nullptr && relation->rd_rel->relkind == RELKIND_RELATION &&
        relation->rd_rel->relam == HEAP_TABLE_AM_OID && !RELATION_IS_OTHER_TEMP(relation)) {
        const BlockNumber blocks = RelationGetNumberOfBlocks(relation);
        size->bytes = static_cast<int64>(blocks) * BLCKSZ;
        bool found = blocks > 0 && finds_row(relation, 0, std::min(blocks, pages));
        if (!found && blocks > pages) {
            found = finds_row(relation, std::max(blocks - pages, pages), std::min(blocks - pages, pages));
        }
        size->seen = found ? RowsSeen::some : blocks <= 2 * pages ? RowsSeen::none : RowsSeen::none_in_sample;
    } else {
        size->bytes = file_bytes(table);
    }
    if (relation != nullptr) {
        relation_close(relation, NoLock);
    }
    if (locked) {
        UnlockRelationOid(table, AccessShareLock);
    }
}

guard::TableSize size_of_one(Oid table) noexcept {
    guard::TableSize size;
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    if (!HeapTupleIsValid(tuple)) {
        return size;
    }
    const auto *relation = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple));
    const bool has_file = relation->relkind == RELKIND_RELATION;
    size.rows = relation->reltuples < 0 ? -1 : static_cast<int64>(relation->reltuples);
    ReleaseSysCache(tuple);
    if (has_file) {
        look(table, &size);
    }
    if (size.bytes == 0 && has_file) {
        size.rows = 0;
    } else if (size.rows == 0 && size.seen == RowsSeen::some) {
        size.rows = -1;  // counted when it was empty
    }
    return size;
}

}  // namespace

guard::TableSize read_size(Oid table) noexcept {
    if (get_rel_relkind(table) != RELKIND_PARTITIONED_TABLE) {
        guard::TableSize size = size_of_one(table);
        // The statistics collector knows rows that no ANALYZE has counted. Small numbers arrive late, and
        // are not worth a text that changes from run to run.
        constexpr int64 worth_telling = 10'000;
        if (size.rows < 0) {
            const PgStat_StatTabEntry *entry = pgstat_fetch_stat_tabentry(table);
            if (entry != nullptr && schema_audit_live_tuples(entry) >= worth_telling) {
                size.rows = schema_audit_live_tuples(entry);
            }
        }
        return size;
    }
    guard::TableSize total;
    total.rows = 0;
    bool unknown = false;
    bool every_one_read = true;
    bool sampled = false;
    const ListCell *cell = nullptr;
    foreach (cell, find_all_inheritors(table, NoLock, nullptr)) {
        if (lfirst_oid(cell) == table || get_rel_relkind(lfirst_oid(cell)) == RELKIND_PARTITIONED_TABLE) {
            continue;
        }
        const guard::TableSize one = read_size(lfirst_oid(cell));
        unknown = unknown || one.rows < 0;
        every_one_read = every_one_read && one.seen != RowsSeen::unread;
        sampled = sampled || one.seen == RowsSeen::none_in_sample;
        total.seen = one.seen == RowsSeen::some ? RowsSeen::some : total.seen;
        total.rows += std::max<int64>(one.rows, 0);
        total.bytes += one.bytes;
    }
    if (unknown && total.rows == 0) {
        total.rows = -1;
    }
    if (total.seen != RowsSeen::some && every_one_read) {
        total.seen = sampled ? RowsSeen::none_in_sample : RowsSeen::none;
    }
    return total;
}

}  // namespace schema_audit::server
