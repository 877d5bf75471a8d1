// What this transaction has locked so that writers wait, remembered from command to command: a transaction that has
// locked a thousand tables must not look each of them up again at the next one.
#pragma once

#include "core/guard/facts.hpp"

#include "server/call.hpp"

namespace schema_audit::server::held_tables {

// Fills `held` and `held_from_all`: tables that others see and that existed before the transaction, without
// partitions, which are locked with their parents. A name is that of the first command that saw the lock.
void read(guard::StatementFacts &facts);

// At the end of the transaction.
void clear() noexcept;

// So that writers wait.
bool is_held(Oid relation) noexcept;

}  // namespace schema_audit::server::held_tables
