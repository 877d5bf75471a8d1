// Migrations that models expect beside those that migration tools have written down: findings of the audit.
#pragma once

#include "core/rule/finding.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schema_audit {

struct MigrationState {
    // pending: expected and not applied; failed: also half done; unknown: applied, and of no model that knows its unit;
    // unreadable: nobody can tell.
    enum class Status : std::uint8_t { pending, failed, unknown, unreadable };
    std::string model, tool, app, name;  // app: empty where the tool has no units
    Status status = Status::pending;
};

// As schema_audit.migration_status() spells it; false for "applied", of which there is nothing to say.
[[nodiscard]] bool status_from(std::string_view word, MigrationState::Status &status) noexcept;

// pending-migration, failed-migration, unknown-migration and unreadable-ledger.
[[nodiscard]] std::vector<Finding> migration_findings(std::span<const MigrationState> migrations);

}  // namespace schema_audit
