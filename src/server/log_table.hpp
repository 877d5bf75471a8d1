// Direct access to schema_audit.ddl_log. Server functions: for use inside server_call.
#pragma once

#include "core/guard/log_record.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

struct LogRow {
    int64 at;
    uint64 transaction_id;
    double duration_ms;
    bool table_rewritten;
    int64 setting_id;
    uint64 subtransaction_id;
    std::array<const char *, guard::log_text_count> texts;                           // null = NULL
    std::array<const std::vector<std::string> *, guard::log_list_count> lists = {};  // of the record
    ItemPointerData place = {};                                                      // once it is inserted
};
LogRow row_from(const guard::LogRecord &record) noexcept;

// False when the table is locked by somebody else, gone, or not ours in shape. `wait` = the worker, which
// may wait as long as its lock_timeout says.
bool insert_log_rows(std::span<LogRow> rows, bool wait) noexcept;
// Rows that this transaction has inserted. False as above, without waiting.
bool delete_log_rows(std::span<const ItemPointerData> places) noexcept;

}  // namespace schema_audit::server
