// Rules are data (registry.cpp says where), served by schema_audit.rules().
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace schema_audit {

enum class Severity : std::uint8_t { error, warning, info };
enum class Action : std::uint8_t { none, log, warn, reject };  // what the guard does by default; `none` for audit rules
enum class Family : std::uint8_t {
    table,
    column,
    constraint,
    index,
    object,
    model,
    required_column,
    policy,
    guard,
    lock,
    rewrite,
    compatibility,
    type,
    transaction,
    partition,
    privilege,
    style
};

struct Rule {
    std::string_view name;  // kebab-case, what users type
    Family family;
    Severity severity;  // usual; one finding may be lower or higher where the rule's page says so
    Action action;
    std::string_view acts_on;  // 'audit', 'ddl_command_start', 'commit', …
    std::string_view description;
    std::string_view help;  // what to do about it
};

[[nodiscard]] std::span<const Rule> rules() noexcept;
[[nodiscard]] const Rule *find_rule(std::string_view name) noexcept;

[[nodiscard]] std::string_view text_of(Severity severity) noexcept;
[[nodiscard]] std::optional<Severity> severity_from(std::string_view text) noexcept;
[[nodiscard]] std::string_view text_of(Action action) noexcept;
[[nodiscard]] std::optional<Action> action_from(std::string_view text) noexcept;
[[nodiscard]] std::string_view text_of(Family family) noexcept;

}  // namespace schema_audit
