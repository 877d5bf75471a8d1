// Rules that judge what a transaction leaves: pure functions. Those that judge a statement before it runs are in
// statement_rules.hpp.
#pragma once

#include "core/guard/decision.hpp"
#include "core/guard/facts.hpp"

#include <span>
#include <vector>

namespace schema_audit::guard {

// rule_required_column.cpp

// At commit: columns that are required now and were not before, or whose trigger filled them.
[[nodiscard]] std::vector<GuardFinding> judge_end_state(std::span<const TableChange> tables);

}  // namespace schema_audit::guard
