// What the guard found and what it does about it.
#pragma once

#include "core/guard/facts.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schema_audit::guard {

struct GuardFinding {
    std::string_view rule;  // a name of the registry
    std::string schema, table, column, type;
    std::string_view object_type = "table column";  // as ddl_log tells it
    std::string object;                             // as SQL names it, where it is neither a table nor a column of it
    TableSize size;
    std::string message;  // one sentence without full stop: the end state and why it hurts
    std::string fix;      // the statements to use instead
    std::string note;     // what else the log should say
    std::uint32_t table_id = 0;
    bool filled_by_trigger = false;  // only logged
    bool by_size = false;            // under the session's thresholds only logged
    bool required_column = false;    // that the column is required and nothing fills it
};

// Words of ddl_log.decision. In mode `log` a finding is `allowed`, with its rule.
enum class Outcome : std::uint8_t { allowed, warned, rejected, overridden };
[[nodiscard]] std::string_view text_of(Outcome outcome) noexcept;

// What made a decision what it is.
enum class DecidedBy : std::uint8_t {
    rule_default,
    size,  // under the session's thresholds
    rule_setting,
    trigger,  // one that fills the column
    mode,
    exempt,
    override_reason
};
[[nodiscard]] std::string_view text_of(DecidedBy decider) noexcept;

struct Decision {
    GuardFinding finding;
    Outcome outcome = Outcome::allowed;
    std::string reason;  // of the override, the exemption or the rule_setting that decided
    DecidedBy by = DecidedBy::rule_default;
    std::int64_t setting_id = 0;  // of the rule_setting whose action it is; 0 = none
};

// The one error that names everything rejected.
struct Rejection {
    std::string message, detail, hint;
};
[[nodiscard]] Rejection compose_rejection(std::span<const Decision> decisions);

[[nodiscard]] std::string object_identity(const GuardFinding &finding);  // schema.table.column, schema.table, object
[[nodiscard]] std::string size_text(const TableSize &size);
[[nodiscard]] bool any_rejected(std::span<const Decision> decisions) noexcept;

}  // namespace schema_audit::guard
