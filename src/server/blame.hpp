// Findings beside schema_audit.ddl_log: which statement brought them about.
#pragma once

#include "core/rule/finding.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

// introduced_by of each finding, as the text of a jsonb. Empty where no statement is known for certain, for a caller
// who may not read the log, and while somebody has locked it: an audit waits for nobody.
std::vector<std::optional<std::string>> introductions(const std::vector<Finding> &findings);

}  // namespace schema_audit::server
