// The guard's policy as the database stores it: the mode of enable() and the rows of rule_setting.
#pragma once

#include "core/guard/policy.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

struct Policy {
    std::optional<guard::Mode> database_mode;  // of schema_audit.guard; empty where enable() was never called
    std::vector<guard::RuleSetting> settings;
    guard::RuleSet rules = guard::rules_on_by_default();  // that are asked
    // False in a session that could not read its tables yet: then DDL is logged, and nothing is rejected by a
    // policy that nobody has made.
    bool known = false;
};

// Cached for the session until one of the two tables changes. While they are locked by somebody the last policy
// that was read holds: the guard waits for nobody.
const Policy &current_policy();
[[nodiscard]] bool policy_is_cached() noexcept;
// The setting where it is explicit, else the database's mode, else enforce; at most `log` while the policy is
// unknown.
guard::Mode current_mode(const Policy &policy) noexcept;
guard::SessionFacts session_facts(const Policy &policy);

// Registers the relcache callback; once, in _PG_init.
void watch_policy();

}  // namespace schema_audit::server
