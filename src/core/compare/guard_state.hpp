// Is the guard of this database armed, and who gets around it? Only asked where it was enabled.
#pragma once

#include "core/guard/facts.hpp"
#include "core/rule/finding.hpp"

#include <optional>
#include <string>
#include <vector>

namespace schema_audit {

struct GuardState {
    struct Trigger {
        std::string name;
        char enabled = '\0';  // as in pg_event_trigger: O, D, R, A
        bool ours = false;    // runs the function of the guard
    };
    struct StoredSetting {
        std::string scope;  // as SQL: ROLE alice IN DATABASE shop
        std::string name, value;
    };
    struct Grant {
        std::string setting, role;
    };

    std::optional<guard::Mode> mode;  // of schema_audit.guard; none: it has no row
    bool expects_preload = false, preloaded = false;
    std::vector<Trigger> triggers;                 // of the guard, those that are there
    std::vector<StoredSetting> settings;           // that apply to sessions of this database
    std::vector<Grant> grants;                     // to others than superusers
    std::optional<guard::Mode> session_mode = {};  // that this session has by another way than enable()
    bool event_triggers_on = true;                 // in this session
};

[[nodiscard]] std::vector<Finding> judge_guard(const GuardState &state);

// All that the findings depend on.
[[nodiscard]] std::string text_of(const GuardState &state);

}  // namespace schema_audit
