// What a command leaves for the rules that judge several commands of a transaction together.
#pragma once

#include "core/guard/facts.hpp"

namespace schema_audit::guard {

// `facts`: of the relations before the command.
[[nodiscard]] std::vector<PastCommand> past_commands(const DdlStatement &statement, const StatementFacts &facts);

}  // namespace schema_audit::guard
