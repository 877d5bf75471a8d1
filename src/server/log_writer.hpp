// What goes into schema_audit.ddl_log, and the ways on which a rejected attempt outlives its roll back.
#pragma once

#include "core/guard/log_record.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

// The text of the running statement: of a query with several, the one that runs.
std::string_view running_statement() noexcept;

// A record with what the session knows: who, from where, when, which migration.
guard::LogRecord new_record();

// At most `limit` bytes of the database's encoding, with a mark that something is missing.
std::string shortened(std::string_view text, std::size_t limit);

// Rejected attempts: a line of JSON each for the server log, and a background worker that stores the rows;
// nobody waits for it. Never raises.
void keep_rejected(const std::vector<guard::LogRecord> &records) noexcept;

// A line of JSON for the server log alone.
void write_server_log(const guard::LogRecord &record);

}  // namespace schema_audit::server
