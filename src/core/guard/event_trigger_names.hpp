// The event triggers of the guard, as schema_audit.enable() makes them.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace schema_audit::guard {

struct EventTriggerName {
    std::string_view name, event, function;  // function: the symbol of the library
};
inline constexpr auto event_triggers = std::to_array<EventTriggerName>({
    {"schema_audit_guard_start", "ddl_command_start", "schema_audit_guard_start"},
    {"zz_schema_audit_guard_drop", "sql_drop", "schema_audit_guard_drop"},
    {"zz_schema_audit_guard_end", "ddl_command_end", "schema_audit_guard_end"},
    {"zz_schema_audit_guard_rewrite", "table_rewrite", "schema_audit_guard_rewrite"},
});

[[nodiscard]] constexpr bool is_guard_trigger(std::string_view name) noexcept {
    return std::ranges::find(event_triggers, name, &EventTriggerName::name) != event_triggers.end();
}

}  // namespace schema_audit::guard
