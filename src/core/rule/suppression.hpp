// Accepted findings: rows of schema_audit.suppression.
#pragma once

#include "core/rule/finding.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace schema_audit {

struct Suppression {
    std::int64_t id = 0;
    std::optional<std::string> finding_key;
    std::optional<std::string> rule, schema_pattern, table_pattern, object_pattern;  // LIKE; nullopt = any
    std::string reason;
    std::string expires_at;  // as printed; empty = never
    bool expired = false;
};

[[nodiscard]] bool matches(const Suppression &suppression, const Finding &finding) noexcept;

// Marks suppressed findings and adds suppression-expired for each expired suppression that would have
// matched. With `complete` (an audit without filters) it also adds suppression-expired for every other
// expired one and suppression-unused for those that match nothing.
void apply_suppressions(std::vector<Finding> &findings, std::span<const Suppression> suppressions, bool complete);

}  // namespace schema_audit
