// schema_audit.rule_setting as the audit looks at it.
#pragma once

#include "core/rule/exemption.hpp"

namespace schema_audit::server {

// Rows that have expired, and those that the log shows to be unused for 30 days. In the order of their ids.
std::vector<Exemption> read_exemptions();

}  // namespace schema_audit::server
