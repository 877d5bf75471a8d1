#include "server/rehearse_effects.hpp"

#include "core/schema/identifier.hpp"

#include "server/before_image.hpp"
#include "server/table_scan.hpp"

namespace schema_audit::server {
namespace {

// ---- server functions ----

std::int64_t clock_now() noexcept {
    instr_time now;
    INSTR_TIME_SET_CURRENT(now);
    return static_cast<std::int64_t>(INSTR_TIME_GET_MICROSEC(now));
}

struct RawRelation {
    const char *schema, *name;
    char kind;
    Oid file, tablespace;
};

// The row of pg_class that a snapshot sees, whatever has become of it since.
RawRelation read_relation(Oid relation, Snapshot snapshot) noexcept {
    RawRelation found{nullptr, nullptr, '\0', InvalidOid, InvalidOid};
    Oid space = InvalidOid;
    const Relation catalog = table_open(RelationRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relation));
    const SysScanDesc scan = systable_beginscan(catalog, ClassOidIndexId, true, snapshot, 1, &key);
    const HeapTuple tuple = systable_getnext(scan);
    if (HeapTupleIsValid(tuple)) {
        const auto *row = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple));
        if (row->relpersistence != RELPERSISTENCE_TEMP && row->relnamespace != PG_TOAST_NAMESPACE) {
            space = row->relnamespace;
            found = {nullptr, pstrdup(NameStr(row->relname)), row->relkind, row->relfilenode, row->reltablespace};
        }
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    if (!OidIsValid(space)) {
        return found;
    }
    const Relation spaces = table_open(NamespaceRelationId, AccessShareLock);
    ScanKeyInit(&key, Anum_pg_namespace_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(space));
    const SysScanDesc named = systable_beginscan(spaces, NamespaceOidIndexId, true, snapshot, 1, &key);
    const HeapTuple row = systable_getnext(named);
    if (HeapTupleIsValid(row)) {
        found.schema = pstrdup(NameStr(reinterpret_cast<const FormData_pg_namespace *>(GETSTRUCT(row))->nspname));
    }
    systable_endscan(named);
    table_close(spaces, AccessShareLock);
    return found;
}

RawRelation read_old_relation(Oid relation, CommandId start) noexcept {
    SnapshotData before;
    BeforeImage::begin(&before);
    before.curcid = start;
    const RawRelation found = read_relation(relation, &before);
    BeforeImage::end();
    return found;
}

struct File {
    Oid file, tablespace;
};

// Where it is stored now. Nothing where it is gone.
File read_file(Oid relation) noexcept {
    File found{InvalidOid, InvalidOid};
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (HeapTupleIsValid(tuple)) {
        const auto *row = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple));
        found = {row->relfilenode, row->reltablespace};
        ReleaseSysCache(tuple);
    }
    return found;
}

std::int64_t rows_read(Oid table) noexcept {
    const PgStat_TableStatus *entry = find_tabstat_entry(table);
    return entry != nullptr ? schema_audit_rows_read(entry) : 0;
}

bool is_read(Oid relation) noexcept {
    const char kind = get_rel_relkind(relation);
    return kind == RELKIND_RELATION || kind == RELKIND_MATVIEW;
}

LOCKMODE strongest(LOCKMASK modes) noexcept {
    for (LOCKMODE mode = AccessExclusiveLock; mode > NoLock; --mode) {
        if ((modes & LOCKBIT_ON(mode)) != 0) {
            return mode;
        }
    }
    return NoLock;
}

const char *name_of(LOCKMODE mode) noexcept { return GetLockmodeName(DEFAULT_LOCKMETHOD, mode); }

template <class Visit>
void visit_held(Visit visit) noexcept {
    const MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "locks held", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext saved = MemoryContextSwitchTo(scratch);
    const LockData *locks = GetLockStatusData();
    for (int i = 0; i < locks->nelements; ++i) {
        const LockInstanceData &lock = locks->locks[i];
        if (lock.pid == MyProcPid && lock.holdMask != 0 && lock.locktag.locktag_type == LOCKTAG_RELATION &&
            lock.locktag.locktag_field1 == MyDatabaseId && lock.locktag.locktag_field2 >= FirstNormalObjectId) {
            visit(lock);
        }
    }
    MemoryContextSwitchTo(saved);
    MemoryContextDelete(scratch);
}

}  // namespace

// ---- C++ ----

EffectMeter::EffectMeter() : start_(GetCurrentCommandId(false)) { count_all_tables(); }

// Rows that the session has read before, and not told the statistics yet, are none of the script's.
void EffectMeter::count_all_tables() {
    server_call([&] {
        const Relation catalog = table_open(RelationRelationId, AccessShareLock);
        const SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 0, nullptr);
        for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
            const auto *row = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple));
            if (row->oid >= FirstNormalObjectId &&
                (row->relkind == RELKIND_RELATION || row->relkind == RELKIND_MATVIEW)) {
                if (const std::int64_t rows = rows_read(row->oid); rows > 0) {
                    rows_[row->oid] = rows;
                }
            }
        }
        systable_endscan(scan);
        table_close(catalog, AccessShareLock);
    });
}

std::vector<EffectMeter::Held> EffectMeter::read_held() {
    std::vector<Held> held;
    server_call([&] {
        visit_held([&](const LockInstanceData &lock) { held.push_back({lock.locktag.locktag_field2, lock.holdMask}); });
    });
    std::ranges::sort(held, {}, &Held::relation);
    // A weak lock may be held on the fast path, and a strong one of the same relation in the table of all.
    std::vector<Held> merged;
    for (const Held &item : held) {
        if (!merged.empty() && merged.back().relation == item.relation) {
            merged.back().modes |= item.modes;
        } else {
            merged.push_back(item);
        }
    }
    return merged;
}

void EffectMeter::begin() {
    held_ = read_held();
    wal_ = pgWalUsage.wal_bytes;
    clock_ = clock_now();
}

guard::StatementEffects EffectMeter::end() {
    guard::StatementEffects effects;
    effects.milliseconds = static_cast<double>(clock_now() - clock_) / 1000.0;
    effects.wal_bytes = static_cast<std::int64_t>(pgWalUsage.wal_bytes - wal_);
    std::vector<Held> held = read_held();
    tell_locks(held, effects);
    tell_rewrites(held, effects);
    effects.rows_read = newly_read(held);
    held_ = std::move(held);
    return effects;
}

void EffectMeter::tell_locks(const std::vector<Held> &held, guard::StatementEffects &effects) {
    for (const Held &item : held) {
        const auto before = std::ranges::lower_bound(held_, item.relation, {}, &Held::relation);
        const LOCKMASK known = before != held_.end() && before->relation == item.relation ? before->modes : 0;
        const LOCKMODE mode = strongest(item.modes & ~known);
        if (mode == NoLock || mode <= strongest(known)) {
            continue;
        }
        const OldRelation *relation = old_relation(item.relation);
        if (relation == nullptr) {
            continue;
        }
        const bool is_index = relation->kind == RELKIND_INDEX || relation->kind == RELKIND_PARTITIONED_INDEX;
        if (is_index && mode < ShareUpdateExclusiveLock) {
            continue;  // comes with every use of its table
        }
        // Values of a sequence that were drawn stay drawn.
        if (relation->kind == RELKIND_SEQUENCE && mode == RowExclusiveLock) {
            effects.sequences.push_back(relation->name);
        } else {
            effects.locks.push_back(relation->name + " " + name_of(mode));
        }
    }
    std::ranges::sort(effects.locks);
    std::ranges::sort(effects.sequences);
}

void EffectMeter::tell_rewrites(const std::vector<Held> &held, guard::StatementEffects &effects) {
    std::vector<Oid> tables;
    for (const bool indexes : {false, true}) {
        for (const Held &item : held) {
            if ((item.modes & LOCKBIT_ON(AccessExclusiveLock)) == 0 || old_relation(item.relation) == nullptr) {
                continue;
            }
            OldRelation &relation = *known_.at(item.relation);
            const bool is_table = relation.kind == RELKIND_RELATION || relation.kind == RELKIND_MATVIEW;
            if (indexes ? relation.kind != RELKIND_INDEX : !is_table) {
                continue;
            }
            const Oid oid = item.relation;
            const File now = server_call([=] { return read_file(oid); });
            if (!OidIsValid(now.file) || (now.file == relation.file && now.tablespace == relation.tablespace)) {
                continue;
            }
            relation.file = now.file;
            relation.tablespace = now.tablespace;
            if (!indexes) {
                tables.push_back(oid);
            } else if (const Oid table = server_call([=] { return IndexGetRelation(oid, true); });
                       std::ranges::find(tables, table) != tables.end()) {
                continue;  // of a table that is written anew all indexes are
            }
            effects.rewrites.push_back(relation.name);
        }
    }
    std::ranges::sort(effects.rewrites);
}

std::int64_t EffectMeter::newly_read(const std::vector<Held> &held) {
    std::int64_t total = 0;
    server_call([&] {
        for (const Held &item : held) {
            if (is_read(item.relation)) {
                const std::int64_t rows = rows_read(item.relation);
                total += rows - std::exchange(rows_[item.relation], rows);
            }
        }
    });
    return total;
}

std::vector<Oid> EffectMeter::held_strongly() const {
    std::vector<Oid> result;
    for (const Held &item : held_) {
        if (strongest(item.modes) >= ShareUpdateExclusiveLock) {
            result.push_back(item.relation);
        }
    }
    return result;
}

const OldRelation *EffectMeter::old_relation(Oid relation) {
    const auto known = known_.find(relation);
    if (known != known_.end()) {
        return known->second ? &*known->second : nullptr;
    }
    const CommandId start = start_;
    const RawRelation raw = server_call([=] { return read_old_relation(relation, start); });
    std::optional<OldRelation> &entry = known_[relation];
    if (raw.schema != nullptr) {
        entry = OldRelation{quote_qualified(raw.schema, raw.name), raw.kind, raw.file, raw.tablespace};
    }
    return entry ? &*entry : nullptr;
}

}  // namespace schema_audit::server
