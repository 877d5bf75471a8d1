// The names that a statement gives.
#pragma once

#include "core/guard/facts.hpp"

namespace schema_audit::guard {

struct NewName {
    std::string_view kind;  // table, column, index, constraint …
    std::string_view name;  // lives in the statement
};

[[nodiscard]] bool gives_names(const DdlStatement &statement) noexcept;
// Those of temporary tables are nobody's business.
[[nodiscard]] std::vector<NewName> new_names(const DdlStatement &statement);

// What a finding about them is on: the table, where there is one; its facts or its new name.
[[nodiscard]] RelationName subject_of(const DdlStatement &statement);

}  // namespace schema_audit::guard
