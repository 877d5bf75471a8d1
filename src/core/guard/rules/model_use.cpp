#include "core/guard/rules/model_use.hpp"

#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {

std::vector<std::string> models_with_column(const TableFacts &table, std::string_view column) {
    std::vector<std::string> models;
    for (const ModelColumn &item : table.model_columns) {
        if (item.name == column && std::ranges::find(models, item.model) == models.end()) {
            models.push_back(item.model);
        }
    }
    return models;
}

bool unused_by_models(const TableFacts &table) noexcept { return table.governed && table.models.empty(); }

bool unused_by_models(const TableFacts &table, std::string_view column) {
    return table.governed && models_with_column(table, column).empty();
}

std::string code_of(std::span<const std::string> models) {
    if (models.empty()) {
        return "code that still knows it";
    }
    std::string names = models.front();
    for (std::size_t i = 1; i < models.size(); ++i) {
        names += (i + 1 == models.size() ? " and " : ", ") + models[i];
    }
    return format("code of {} {}", models.size() == 1 ? "model" : "models", names);
}

std::string code_of_at_start(std::span<const std::string> models) {
    std::string text = code_of(models);
    text.front() = 'C';
    return text;
}

}  // namespace schema_audit::guard
