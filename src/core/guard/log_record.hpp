// A row of schema_audit.ddl_log as a value, and its two other forms: a line of JSON for the server log, and
// bytes that another process turns into the row.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schema_audit::guard {

// The text columns, in the table's order.
enum class LogText : std::uint8_t {
    session_user_name,
    current_user_name,
    application_name,
    client_addr,
    migration,
    command_tag,
    object_type,
    object_identity,
    statement,
    decision,
    rule,
    message,
    reason,
    decided_by,
    rewrite_reason,
};
constexpr std::size_t log_text_count = 15;

// The columns that hold lists.
enum class LogList : std::uint8_t { lock_modes, objects, changes };
constexpr std::size_t log_list_count = 3;

struct LogRecord {
    std::int64_t at = 0;                  // microseconds, the server's own epoch
    std::uint64_t transaction_id = 0;     // 0 = none was assigned
    std::uint64_t subtransaction_id = 0;  // the innermost one; 0 = none
    double duration_ms = -1;              // negative = unknown
    bool table_rewritten = false;
    std::int64_t setting_id = 0;                                 // 0 = NULL
    std::array<std::string, log_text_count> texts;               // empty = NULL
    std::array<std::vector<std::string>, log_list_count> lists;  // empty = NULL

    [[nodiscard]] std::string &operator[](LogText text) noexcept { return texts.at(static_cast<std::size_t>(text)); }
    [[nodiscard]] const std::string &operator[](LogText text) const noexcept {
        return texts.at(static_cast<std::size_t>(text));
    }
    [[nodiscard]] std::vector<std::string> &operator[](LogList list) noexcept {
        return lists.at(static_cast<std::size_t>(list));
    }
    [[nodiscard]] const std::vector<std::string> &operator[](LogList list) const noexcept {
        return lists.at(static_cast<std::size_t>(list));
    }
};

[[nodiscard]] std::string_view name_of(LogText text) noexcept;
[[nodiscard]] std::string json_line(const LogRecord &record);

[[nodiscard]] std::string encode(const std::vector<LogRecord> &records);
// Empty when the bytes are not what encode() made.
[[nodiscard]] std::vector<LogRecord> decode(std::string_view bytes);

}  // namespace schema_audit::guard
