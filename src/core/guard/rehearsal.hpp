// A migration that ran and was rolled back: what is told of each of its statements.
#pragma once

#include "core/compare/in_sync.hpp"
#include "core/guard/decision.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace schema_audit::guard {

// How long a statement may wait for a lock, or run: in milliseconds, 0 = for ever. A rehearsal holds real locks, so
// that there is a limit unless the caller says 0.
class TimeLimit {
public:
    // `asked`: by the caller; `session`: what holds for the caller's session.
    TimeLimit(std::optional<int> asked, int session, int otherwise) noexcept
        : forced_(asked.value_or(session > 0 ? session : otherwise)), script_(session) {}

    void script_sets(int milliseconds) noexcept {
        script_ = milliseconds;
        by_script_ = true;
    }
    [[nodiscard]] int effective() const noexcept { return by_script_ && script_ > 0 ? script_ : forced_; }
    // What would hold without the rehearsal.
    [[nodiscard]] int of_script() const noexcept { return script_; }

private:
    int forced_, script_;
    bool by_script_ = false;
};

struct StatementEffects {
    double milliseconds = 0;
    std::vector<std::string> locks, rewrites, sequences;
    std::int64_t rows_read = 0, wal_bytes = 0;
};

enum class Ran : std::uint8_t { yes, failed, no };
[[nodiscard]] std::string_view text_of(Ran ran) noexcept;  // ran, failed, not run

struct RehearsedStatement {
    std::optional<int> number, line;  // none for what the rehearsal asks itself at the end
    std::string statement, command_tag;
    Ran ran = Ran::yes;
    std::optional<StatementEffects> effects;
    std::vector<Decision> decisions;
    std::optional<DriftChange> drift;
    std::string sqlstate, message;  // of the failure, or why it did not run
};

// What lint() and rehearse() call it.
[[nodiscard]] Severity severity_of(Outcome outcome) noexcept;

// A JSON array of severity, rule, object_identity, message, fix; empty where there is nothing.
[[nodiscard]] std::string findings_json(const RehearsedStatement &statement);

// Adds what is not there yet: a command in a function may repeat itself a thousand times.
void add_decisions(std::vector<Decision> &decisions, std::vector<Decision> more);

}  // namespace schema_audit::guard
