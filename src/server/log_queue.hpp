// The rows of ddl_log that this transaction will leave: kept until the commit and written there, all at once,
// in a subtransaction, so that a log that cannot be written fails nobody's DDL. A transaction of many commands writes
// them in parts, so that its COMMIT, which holds all its locks, stays short.
#pragma once

#include "core/guard/log_record.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

// One DDL command, or one finding about it.
struct StatementNote {
    guard::LogRecord record;
    bool queued = false;
    std::optional<ItemPointerData> place;  // of its row in the log, once it is written
};

namespace log_queue {

[[nodiscard]] bool empty() noexcept;
void add(const std::shared_ptr<StatementNote> &note);
// What a row says is replaced, also where it has been written.
void replace(const std::shared_ptr<StatementNote> &note, const guard::LogRecord &record);
// So many rows of the running subtransaction, and of no other, that they should be written now.
[[nodiscard]] bool due() noexcept;
// To be called in a subtransaction: writes all of them. False while somebody has locked the log, and where it is
// gone or not ours in shape.
bool write();
// For rows that could not be written: the server log gets them, and they are counted. In a subtransaction, too.
void give_up();

void subtransaction_committed(SubTransactionId ended, SubTransactionId parent) noexcept;
void subtransaction_aborted(SubTransactionId ended) noexcept;
void clear() noexcept;

}  // namespace log_queue
}  // namespace schema_audit::server
