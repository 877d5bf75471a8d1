// An audit for those who want its findings, not rows.
#pragma once

#include "core/compare/audit.hpp"

namespace schema_audit::server {

// Looks anew, with the active snapshot. Throws AuditError where no model is registered, or not the one that is asked
// for.
std::vector<Finding> audit_now(AuditFilter filter);

}  // namespace schema_audit::server
