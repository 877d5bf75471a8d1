#include "core/rule/migration.hpp"

#include <gtest/gtest.h>

#include <array>

using namespace schema_audit;

namespace {

Finding about(MigrationState state) { return migration_findings({&state, 1}).front(); }

}  // namespace

TEST(Migrations, EachStatusIsAFinding) {
    using Status = MigrationState::Status;
    const Finding pending = about({"shop", "django", "crm", "0002_x", Status::pending});
    EXPECT_EQ(pending.rule, "pending-migration");
    EXPECT_EQ(pending.severity, Severity::warning);
    EXPECT_EQ(pending.expected, "crm.0002_x");
    EXPECT_TRUE(pending.actual.empty());
    EXPECT_EQ(pending.fix, "python manage.py migrate crm 0002_x");
    EXPECT_EQ(pending.key, "pending-migration:django:crm.0002_x");
    EXPECT_EQ(pending.message, "migration crm.0002_x of django is expected by the model and not applied");
    const Finding failed = about({"shop", "flyway", "", "V2.sql", Status::failed});
    EXPECT_EQ(failed.rule, "failed-migration");
    EXPECT_EQ(failed.severity, Severity::error);
    EXPECT_TRUE(failed.fix.empty());
    const Finding unknown = about({"shop", "alembic", "", "c3", Status::unknown});
    EXPECT_EQ(unknown.rule, "unknown-migration");
    EXPECT_EQ(unknown.actual, "c3");
    EXPECT_TRUE(unknown.expected.empty());
    EXPECT_EQ(about({"shop", "alembic", "", "c3", Status::unreadable}).rule, "unreadable-ledger");
    EXPECT_EQ(about({"shop", "alembic", "", "c3", Status::pending}).fix, "alembic upgrade head");
    EXPECT_TRUE(about({"shop", "knex", "", "init.js", Status::pending}).fix.empty());
}

TEST(Migrations, WhatIsAppliedIsNone) {
    MigrationState::Status status = MigrationState::Status::failed;
    EXPECT_FALSE(status_from("applied", status));
    EXPECT_TRUE(status_from("pending", status));
    EXPECT_EQ(status, MigrationState::Status::pending);
}
