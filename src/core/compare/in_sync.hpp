// Is a database what its models say? The end of a deploy asks, and goes no further where it is not.
#pragma once

#include "core/rule/finding.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace schema_audit {

// Differences between database and models; what is told about the bookkeeping of suppressions is none.
[[nodiscard]] bool is_drift(const Finding &finding) noexcept;

// Throws AuditError of the kind `drift`, which names the first findings, if there is any. `model`: the one that was
// asked about, none for all of them.
void require_in_sync(std::span<const Finding> findings, const std::optional<std::string> &model);

// What one look has and the other has not: keys, sorted.
struct DriftChange {
    std::vector<Finding> added;
    std::vector<std::string> resolved;
};
[[nodiscard]] DriftChange drift_change(std::span<const Finding> before, std::span<const Finding> after);

}  // namespace schema_audit
