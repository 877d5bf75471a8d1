// Proof that nothing an audit reads has changed since a moment, without reading it again.
//
// Whoever changes a catalog or a table of the extension writes a page, and a written page carries the place
// of its WAL record. If no page carries one from after the moment, then only transactions that had written
// before, and were still running, can have changed what a snapshot shows: those that were not completed then
// and are now. That covers every change by any session, comments and direct updates of catalogs too, and
// needs no message from anybody.
#pragma once

#include "server/call.hpp"

namespace schema_audit::server {

// What a snapshot takes for running.
struct Running {
    TransactionId from = InvalidTransactionId;   // all before are completed
    TransactionId until = InvalidTransactionId;  // this and all after are running, or to come
    std::vector<TransactionId> between;          // with subtransactions
    bool in_recovery = false;
};

[[nodiscard]] bool is_running(const Running &running, TransactionId transaction) noexcept;

struct Moment {
    XLogRecPtr wal = InvalidXLogRecPtr;
    std::uint64_t next = 0;  // transaction number that was not given yet, with epoch
    Running running;
};

// The present moment, under the active snapshot, to be taken before anything is read. Null where it would
// prove nothing: in a transaction that has written itself or sees an old state, or with wal_level = minimal.
std::optional<Moment> this_moment();

// The pages of a catalog or table of the extension that may hold what only one of two snapshots shows.
struct WrittenPages {
    Oid table = InvalidOid;
    BlockNumber count = 0;  // of all its pages
    std::vector<BlockNumber> written;
};
// Those of all of them, which includes those without any. Null when it cannot be told, or when there are more than
// `most` in one. `now` is the present moment.
std::optional<std::vector<WrittenPages>> written_since(const Moment &moment, const Moment &now, std::size_t most);

// Does the active snapshot show what that of the moment did? False also when that cannot be told.
bool unchanged_since(const Moment &moment);

}  // namespace schema_audit::server
