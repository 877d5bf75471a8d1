// What a command does with the rows of its table.
#pragma once

#include "core/guard/facts.hpp"

namespace schema_audit::guard {

enum class Work : std::uint8_t {
    catalog,  // none of them
    reads,    // all: to check them, or to build an index
    rewrites  // writes the table anew
};

// The facts that work_of() goes by; none where the command cannot do more than change the catalog.
[[nodiscard]] Need needs_of_work(const DdlStatement &statement) noexcept;
// A table that is not judged counts as one that is not there.
[[nodiscard]] Work work_of(const DdlStatement &statement, const StatementFacts &facts);

}  // namespace schema_audit::guard
