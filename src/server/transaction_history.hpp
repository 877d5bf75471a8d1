// What the commands of this transaction have done that rules about several commands ask for. A stack in time, so
// that a subtransaction that rolls back takes exactly its own away.
#pragma once

#include "core/guard/facts.hpp"

#include "server/server.hpp"

namespace schema_audit::server::transaction_history {

// Called for each command, also of those that have done nothing of it.
void add(std::vector<guard::PastCommand> &&commands);
// Has there been a command, be it rolled back meanwhile?
[[nodiscard]] bool any_command() noexcept;
[[nodiscard]] SharedList<guard::PastCommand> all();
void subtransaction_committed(SubTransactionId ended, SubTransactionId parent) noexcept;
void subtransaction_aborted(SubTransactionId ended) noexcept;
void clear() noexcept;

}  // namespace schema_audit::server::transaction_history
