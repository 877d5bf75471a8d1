// The tables that this transaction's DDL has touched: what the commit has to judge.
//
// A stack of touches in time, so that a subtransaction that rolls back takes exactly its own away.
#pragma once

#include "server/log_queue.hpp"

namespace schema_audit::server {

struct Touch {
    Oid table = InvalidOid;
    Oid parent = InvalidOid;  // touched only because this table was
    SubTransactionId subtransaction = InvalidSubTransactionId;
    std::ptrdiff_t previous = -1;  // the touch of the same table before this one
    std::vector<std::shared_ptr<StatementNote>> statements;
    std::vector<std::string> gone_defaults;           // columns whose default a DROP … CASCADE removed
    std::vector<std::string> judged;                  // columns that were judged before the command ran
    bool look = false;                                // the command may have left a required column
    bool triggers = false;                            // one that filled a column may be gone
    bool row_security = false, foreign_keys = false;  // changed or added
};

// What all touches of one table say together.
struct TouchedTable {
    Oid table = InvalidOid;
    Oid parent = InvalidOid;
    std::vector<std::shared_ptr<StatementNote>> statements;  // the last ones, in the order in which they ran
    std::vector<std::string> gone_defaults, judged;
    bool look = false, triggers = false, row_security = false, foreign_keys = false;
};

namespace touched_tables {

[[nodiscard]] bool empty() noexcept;
Touch &touch(Oid table, Oid parent, const std::shared_ptr<StatementNote> &statement);
// Those that the commit has to look at.
[[nodiscard]] std::vector<TouchedTable> all();
// A command has run that the guard did not follow, since its mode was off: then it looks at all that were touched.
void note_unseen();
void subtransaction_committed(SubTransactionId ended, SubTransactionId parent) noexcept;
void subtransaction_aborted(SubTransactionId ended) noexcept;
void clear() noexcept;

}  // namespace touched_tables
}  // namespace schema_audit::server
