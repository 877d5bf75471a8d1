#include "server/facts_holders.hpp"

namespace schema_audit::server {
namespace {

using guard::LockMode;

static_assert(static_cast<int>(LockMode::share_update_exclusive) == ShareUpdateExclusiveLock);
static_assert(static_cast<int>(LockMode::share) == ShareLock);
static_assert(static_cast<int>(LockMode::share_row_exclusive) == ShareRowExclusiveLock);
static_assert(static_cast<int>(LockMode::exclusive) == ExclusiveLock);
static_assert(static_cast<int>(LockMode::access_exclusive) == AccessExclusiveLock);

// A relation that is locked with the one that the statement names.
struct Target {
    Oid relation;
    LOCKMODE mode;
    int wanted;  // whose
};
struct Targets {
    Target *items;
    int count, room;
};

void add_target(Targets *targets, Oid relation, LOCKMODE mode, int wanted) noexcept {
    if (targets->count == targets->room) {
        targets->room = std::max(8, targets->room * 2);
        auto *items = static_cast<Target *>(palloc(sizeof(Target) * targets->room));
        std::copy_n(targets->items, targets->count, items);
        targets->items = items;
    }
    targets->items[targets->count++] = {relation, mode, wanted};
}

// With the leaves of a partitioned table, the table of an index and the parent of a partition.
void add_targets(Targets *targets, const WantedLock *wanted, int number) noexcept {
    const auto mode = static_cast<LOCKMODE>(wanted->mode);
    add_target(targets, wanted->relation, mode, number);
    const char kind = get_rel_relkind(wanted->relation);
    if (kind == RELKIND_PARTITIONED_TABLE && wanted->with_partitions) {
        const ListCell *cell = nullptr;
        foreach (cell, find_all_inheritors(wanted->relation, NoLock, nullptr)) {
            if (lfirst_oid(cell) != wanted->relation) {
                add_target(targets, lfirst_oid(cell), mode, number);
            }
        }
    } else if (kind == RELKIND_INDEX) {
        add_target(targets, IndexGetRelation(wanted->relation, true), mode, number);
    }
}

struct Holder {
    int process, wanted;
    const char *user, *application;
    int64 seconds;
    bool wraparound;
};
struct Found {
    Holder *holders;
    int holder_count;
};

// The age of its transaction and who runs it; false where it has ended meanwhile.
bool describe(Holder *holder) noexcept {
    const int count = pgstat_fetch_stat_numbackends();
    for (int i = 1; i <= count; ++i) {
        const PgBackendStatus *entry = &schema_audit_local_backend(i)->backendStatus;
        if (entry->st_procpid != holder->process) {
            continue;
        }
        const char *user = OidIsValid(entry->st_userid) ? GetUserNameFromId(entry->st_userid, true) : nullptr;
        holder->user = user != nullptr ? user : "";
        holder->application = pstrdup(entry->st_appname);
        holder->seconds = entry->st_xact_start_timestamp == 0
                              ? 0
                              : (GetCurrentTimestamp() - entry->st_xact_start_timestamp) / USECS_PER_SEC;
        return true;
    }
    return false;
}

// An autovacuum gives way to whoever waits for it, but for one that prevents wraparound.
bool gives_way(int process, bool *wraparound) noexcept {
    const PGPROC *backend = BackendPidGetProc(process);
    const uint8 flags = backend != nullptr ? backend->statusFlags : 0;
    *wraparound = (flags & PROC_VACUUM_FOR_WRAPAROUND) != 0;
    return (flags & PROC_IS_AUTOVACUUM) != 0 && !*wraparound;
}

bool conflicts(LOCKMASK held, LOCKMODE mode) noexcept {
    for (LOCKMODE one = AccessShareLock; one <= AccessExclusiveLock; ++one) {
        if ((held & LOCKBIT_ON(one)) != 0 && DoLockModesConflict(one, mode)) {
            return true;
        }
    }
    return false;
}

bool is_known(const Found *found, int process, int wanted) noexcept {
    for (int i = 0; i < found->holder_count; ++i) {
        if (found->holders[i].process == process && found->holders[i].wanted == wanted) {
            return true;
        }
    }
    return false;
}

void note_holder(const LockInstanceData *lock, const Targets *targets, Found *found) noexcept {
    for (int i = 0; i < targets->count; ++i) {
        const Target &target = targets->items[i];
        if (target.relation != lock->locktag.locktag_field2 || !conflicts(lock->holdMask, target.mode) ||
            is_known(found, lock->pid, target.wanted)) {
            continue;
        }
        Holder holder{lock->pid, target.wanted, "", "", 0, false};
        if (!gives_way(lock->pid, &holder.wraparound) && describe(&holder)) {
            found->holders[found->holder_count++] = holder;
        }
    }
}

// Is somebody in the way? Looks at the locks of these relations alone: those of all sessions are only listed then.
bool anybody(const Targets *targets) noexcept {
    for (int i = 0; i < targets->count; ++i) {
        LOCKTAG tag;
        SET_LOCKTAG_RELATION(tag, MyDatabaseId, targets->items[i].relation);
        int count = 0;
        VirtualTransactionId *const holders = GetLockConflicts(&tag, targets->items[i].mode, &count);
        pfree(holders);
        if (count > 0) {
            return true;
        }
    }
    return false;
}

Found look(const WantedLock *wanted, int count) noexcept {
    Targets targets{nullptr, 0, 0};
    for (int i = 0; i < count; ++i) {
        add_targets(&targets, &wanted[i], i);
    }
    Found found{};
    if (!anybody(&targets)) {
        return found;
    }
    const LockData *locks = GetLockStatusData();
    found.holders = static_cast<Holder *>(palloc(sizeof(Holder) * (locks->nelements * count + 1)));
    // Whoever began after the last look of this transaction would be missing.
    pgstat_clear_backend_activity_snapshot();
    for (int i = 0; i < locks->nelements; ++i) {
        const LockInstanceData *lock = &locks->locks[i];
        if (lock->locktag.locktag_type == LOCKTAG_RELATION && lock->locktag.locktag_field1 == MyDatabaseId &&
            lock->holdMask != 0 && lock->pid != MyProcPid) {
            note_holder(lock, &targets, &found);
        }
    }
    pgstat_clear_backend_activity_snapshot();
    return found;
}

}  // namespace

void read_lock_holders(std::span<const WantedLock> wanted, guard::StatementFacts &facts) {
    const WantedLock *items = wanted.data();
    const int count = static_cast<int>(wanted.size());
    const Found found = server_call([=] { return look(items, count); });
    for (int i = 0; i < found.holder_count; ++i) {
        const Holder &raw = found.holders[i];
        facts.holders.push_back({*wanted[static_cast<std::size_t>(raw.wanted)].name, raw.process, raw.user,
                                 raw.application, raw.seconds, raw.wraparound});
    }
}

}  // namespace schema_audit::server
