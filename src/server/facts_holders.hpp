// Who holds locks that are in the way of a statement, as the lock manager's memory says: nothing is waited for.
#pragma once

#include "core/guard/facts.hpp"
#include "core/guard/locks.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

struct WantedLock {
    const guard::RelationName *name;
    Oid relation;
    guard::LockMode mode;
    bool with_partitions;
};

// Fills `holders`.
void read_lock_holders(std::span<const WantedLock> wanted, guard::StatementFacts &facts);

}  // namespace schema_audit::server
