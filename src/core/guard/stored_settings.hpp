// Settings by which a session gets around the guard, and what a value of them means.
#pragma once

#include "core/guard/facts.hpp"

#include <string_view>

namespace schema_audit::guard {

// As the server reads a boolean: off, false, no, 0 and what these begin with. In any case of letters.
[[nodiscard]] bool is_false(std::string_view value) noexcept;

enum class Bypass : std::uint8_t {
    none,
    mode,         // schema_audit.mode is weaker than that of the database
    override_,    // schema_audit.override: rejections become overrides, which are logged
    thresholds,   // schema_audit.min_rows, min_bytes: what is judged by size passes
    replica,      // session_replication_role: triggers and foreign keys of tables are silent; the guard is not
    all_triggers  // event_triggers = off (17)
};
// What the setting may do when it is set at all.
[[nodiscard]] Bypass bypass_by(std::string_view setting) noexcept;
// What this value of it does, where the database has that mode.
[[nodiscard]] Bypass bypass_by(std::string_view setting, std::string_view value, Mode database_mode) noexcept;

// A sentence without full stop about the sessions that have the setting.
[[nodiscard]] std::string_view effect_of(Bypass bypass) noexcept;

}  // namespace schema_audit::guard
