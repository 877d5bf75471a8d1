// Rules that judge what a transaction leaves: pure functions. Those that judge a statement before it runs are in
// statement_rules.hpp.
#pragma once

#include "core/guard/decision.hpp"
#include "core/guard/facts.hpp"

#include <span>
#include <vector>

namespace schema_audit::guard {

// At commit: columns that are required now and were not before, or whose trigger filled them, and what
// judge_table_state() tells.
[[nodiscard]] std::vector<GuardFinding> judge_end_state(std::span<const TableChange> tables);

// Could it leave such a column in its table? Where it could not, the commit need not look at the table.
[[nodiscard]] bool may_require_column(const DdlStatement &statement);

// At commit: row security without policies or policies without row security, and foreign keys without an index.
[[nodiscard]] std::vector<GuardFinding> judge_table_state(const TableChange &table);

}  // namespace schema_audit::guard
