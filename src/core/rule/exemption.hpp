// Rows of schema_audit.rule_setting that have had their time: findings of the audit.
#pragma once

#include "core/rule/finding.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace schema_audit {

struct Exemption {
    std::int64_t id = 0;
    std::string what;        // as its row says it: (rule drop-column, schema public)
    std::string reason;      // empty = NULL
    std::string expired_at;  // as printed; empty: it holds
    // Since when the log has seen every command and none that needed it; empty: it was used, or nobody can tell.
    std::string unused_since;
};

// exemption-expired and exemption-unused; a row that has expired is not told to be unused.
[[nodiscard]] std::vector<Finding> exemption_findings(std::span<const Exemption> exemptions);

}  // namespace schema_audit
