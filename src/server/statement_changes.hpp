// What a command did, for ddl_log: objects and changes, lock modes, why a table was rewritten.
#pragma once

#include "core/guard/changes.hpp"
#include "core/guard/log_record.hpp"

#include "server/ddl_effect.hpp"
#include "server/guard.hpp"

namespace schema_audit::server {

// Gathered between start and end of a command.
struct StatementChanges {
    guard::DdlStatement statement;
    std::vector<guard::PartChange> parts;  // without those that change nothing
    std::vector<guard::ObjectChange> dropped;
};

// At ddl_command_start: the steps of ALTER TABLE without those that find things as they want them.
std::vector<guard::PartChange> real_changes(const guard::DdlStatement &statement, const Node *tree);
// SET SCHEMA: the schema that search_path finds the object in.
void name_old_schema(guard::DdlStatement &statement, const Node *tree);

// At ddl_command_end: what the server's own list says, the steps of ALTER TABLE, new names, and what it dropped.
std::vector<guard::ObjectChange> changes_of(const StatementChanges &statement, const DdlEffect &effect);

std::vector<std::string> lock_modes(const guard::DdlStatement &statement);

// At table_rewrite: bits of the server, and their words.
int rewrite_reasons() noexcept;
std::string rewrite_text(int reasons);

// A rejected command has changed nothing, but belongs to the history of what it was about.
void set_attempted(guard::LogRecord &record, const guard::GuardFinding &finding);

}  // namespace schema_audit::server
