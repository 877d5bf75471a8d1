// The event trigger functions. They are SQL functions; this is what the commit check needs of them.
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

// A (sub)transaction failed: what was running in it, or in its children, is over.
void forget_running_statements(SubTransactionId from) noexcept;

[[nodiscard]] std::size_t running_statements() noexcept;

// A transaction is committed: only what goes on in another one may still run.
void forget_ended_statements() noexcept;

}  // namespace schema_audit::server
