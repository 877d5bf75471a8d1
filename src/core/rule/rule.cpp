#include "core/rule/finding.hpp"
#include "core/schema/identifier.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace schema_audit {
namespace {

constexpr auto severity_names = std::to_array<std::string_view>({"error", "warning", "info"});
constexpr auto action_names = std::to_array<std::string_view>({"off", "log", "warn", "reject"});
constexpr auto family_names = std::to_array<std::string_view>(
    {"table", "column", "constraint", "index", "object", "model", "required column", "policy", "guard", "lock",
     "rewrite", "compatibility", "type", "transaction", "partition", "privilege", "style"});

template <class Enum, std::size_t size>
std::optional<Enum> enum_from(const std::array<std::string_view, size> &names, std::string_view text) {
    const auto *found = std::ranges::find(names, text);
    return found == names.end() ? std::nullopt : std::optional(static_cast<Enum>(found - names.begin()));
}

}  // namespace

const Rule *find_rule(std::string_view name) noexcept {
    const auto all = rules();
    const auto found = std::ranges::lower_bound(all, name, {}, &Rule::name);
    return found != all.end() && found->name == name ? &*found : nullptr;
}

std::string_view text_of(Severity severity) noexcept { return severity_names.at(static_cast<std::size_t>(severity)); }
std::optional<Severity> severity_from(std::string_view text) noexcept {
    return enum_from<Severity>(severity_names, text);
}
std::string_view text_of(Action action) noexcept { return action_names.at(static_cast<std::size_t>(action)); }
std::optional<Action> action_from(std::string_view text) noexcept { return enum_from<Action>(action_names, text); }
std::string_view text_of(Family family) noexcept { return family_names.at(static_cast<std::size_t>(family)); }

std::string finding_key(const Finding &finding) {
    std::string key(finding.rule);
    key += ':';
    if (!finding.schema_name.empty()) {
        key += quote_identifier(finding.schema_name);
    }
    if (!finding.table_name.empty()) {
        key += '.';
        key += quote_identifier(finding.table_name);
    }
    key += ':';
    key += finding.object_type;
    key += ':';
    key += quote_identifier(finding.object_name);
    return key;
}

void sort_findings(std::vector<Finding> &findings) {
    std::ranges::stable_sort(findings, {}, [](const Finding &f) {
        return std::tie(f.severity, f.schema_name, f.table_name, f.object_type, f.object_name, f.rule, f.model,
                        f.expected, f.actual);
    });
}

}  // namespace schema_audit
