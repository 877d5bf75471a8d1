// Indexes that cost every write and that no query has used: findings of the audit where it is asked for.
#pragma once

#include "core/rule/finding.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace schema_audit {

struct UnusedIndex {
    std::string schema, table, name, model;
    std::int64_t bytes = 0;
    std::string since;  // as printed: from when on the statistics tell
};

[[nodiscard]] std::vector<Finding> unused_index_findings(std::span<const UnusedIndex> indexes);

}  // namespace schema_audit
