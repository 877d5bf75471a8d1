// schema_audit.migration_status() as the audit asks it: the only rows of the users' tables that it reads.
#pragma once

#include "core/compare/audit.hpp"
#include "core/rule/migration.hpp"

namespace schema_audit::server {

// Of the models and apps that the filter names; none where it is about schemas or tables, and where no model expects
// migrations. A ledger that somebody has locked for longer than a moment is unreadable: audits wait for nobody.
std::vector<MigrationState> read_migration_states(const AuditFilter &filter);

}  // namespace schema_audit::server
