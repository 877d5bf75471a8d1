#include "server/held_tables.hpp"

#include "server/before_image.hpp"
#include "server/facts_class.hpp"

#include <unordered_map>

namespace schema_audit::server::held_tables {
namespace {

constexpr LOCKMASK from_all = LOCKBIT_ON(AccessExclusiveLock);
constexpr LOCKMASK from_writers = LOCKBIT_ON(ShareRowExclusiveLock) | LOCKBIT_ON(ExclusiveLock) | from_all;

struct Seen {
    bool counts = false;                       // it is told
    bool held = false, held_from_all = false;  // it is in the list
    guard::RelationName name;
};
struct Memory {
    std::unordered_map<Oid, Seen> seen;
    SharedList<guard::RelationName> held, held_from_all;
};
Memory *memory = nullptr;

struct Lock {
    Oid relation;
    bool from_all;
};
struct Locks {
    Lock *items;
    int count, room;
};

void note(Locks *locks, const PROCLOCK *holder) noexcept {
    const LOCKTAG &tag = holder->tag.myLock->tag;
    if (tag.locktag_type != LOCKTAG_RELATION || tag.locktag_field1 != MyDatabaseId ||
        tag.locktag_field2 < FirstNormalObjectId || (holder->holdMask & from_writers) == 0) {
        return;
    }
    if (locks->count < locks->room) {
        locks->items[locks->count] = {tag.locktag_field2, (holder->holdMask & from_all) != 0};
    }
    ++locks->count;
}

// Locks as strong as these are never on the fast path. Memory is not allocated while the partition is locked.
Locks own_locks() noexcept {
    Locks locks{nullptr, 0, 16};
    locks.items = static_cast<Lock *>(palloc(sizeof(Lock) * static_cast<std::size_t>(locks.room)));
    for (int partition = 0; partition < NUM_LOCK_PARTITIONS; ++partition) {
        const int before = locks.count;
        for (;;) {
            schema_audit_each_own_lock(partition, [&](const PROCLOCK *holder) { note(&locks, holder); });
            if (locks.count <= locks.room) {
                break;
            }
            locks.room = locks.count * 2;
            locks.items =
                static_cast<Lock *>(repalloc(locks.items, sizeof(Lock) * static_cast<std::size_t>(locks.room)));
            locks.count = before;
        }
    }
    return locks;
}

bool counts(Oid relation) noexcept {
    const char kind = get_rel_relkind(relation);
    const bool table = kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_MATVIEW;
    return table && !get_rel_relispartition(relation) && get_rel_persistence(relation) != RELPERSISTENCE_TEMP &&
           existed_before(relation);
}

Seen &see(Oid relation) {
    const auto [place, added] = memory->seen.try_emplace(relation);
    if (added && server_call([=] { return counts(relation); })) {
        const std::optional<guard::RelationName> name = qualified_name_of(relation);
        if (name && name->schema != "schema_audit") {
            place->second.counts = true;
            place->second.name = *name;
        }
    }
    return place->second;
}

// How many are held.
std::size_t add_new(const Locks &locks, bool only_from_all, bool Seen::*listed, SharedList<guard::RelationName> &list) {
    std::size_t count = 0;
    for (int i = 0; i < locks.count; ++i) {
        if (only_from_all && !locks.items[i].from_all) {
            continue;
        }
        Seen &table = see(locks.items[i].relation);
        if (table.counts && !std::exchange(table.*listed, true)) {
            list.push_back(table.name);
        }
        count += table.counts ? 1U : 0U;
    }
    return count;
}

// A list grows at its end as long as nothing is released, which only the roll back to a savepoint does.
void bring_up_to_date(const Locks &locks, bool only_from_all, bool Seen::*listed,
                      SharedList<guard::RelationName> &list) {
    if (add_new(locks, only_from_all, listed, list) == list.size()) {
        return;
    }
    list.clear();
    for (auto &[relation, table] : memory->seen) {
        table.*listed = false;
    }
    add_new(locks, only_from_all, listed, list);
}

}  // namespace

void read(guard::StatementFacts &facts) {
    const Locks locks = server_call([] { return own_locks(); });
    if (locks.count == 0) {
        return;
    }
    if (memory == nullptr) {
        memory = new Memory;
    }
    bring_up_to_date(locks, false, &Seen::held, memory->held);
    bring_up_to_date(locks, true, &Seen::held_from_all, memory->held_from_all);
    facts.held = memory->held;
    facts.held_from_all = memory->held_from_all;
}

void clear() noexcept { delete std::exchange(memory, nullptr); }

bool is_held(Oid relation) noexcept {
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
    return schema_audit_lock_held(&tag, AccessExclusiveLock) || schema_audit_lock_held(&tag, ExclusiveLock) ||
           schema_audit_lock_held(&tag, ShareRowExclusiveLock);
}

}  // namespace schema_audit::server::held_tables
