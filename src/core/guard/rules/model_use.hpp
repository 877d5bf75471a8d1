// Who uses a column or a table, as far as the registered models tell.
#pragma once

#include "core/guard/facts.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schema_audit::guard {

[[nodiscard]] std::vector<std::string> models_with_column(const TableFacts &table, std::string_view column);

// Models speak of the table or its schema, and none of them names it: nobody needs it.
[[nodiscard]] bool unused_by_models(const TableFacts &table) noexcept;
[[nodiscard]] bool unused_by_models(const TableFacts &table, std::string_view column);

// "code of model shop", "code of models shop and crm"; without models "code that still knows it".
[[nodiscard]] std::string code_of(std::span<const std::string> models);
[[nodiscard]] std::string code_of_at_start(std::span<const std::string> models);

}  // namespace schema_audit::guard
