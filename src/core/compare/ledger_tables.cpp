// Tables in which migration tools write down what they applied: no model names them, and they are no extras.
// Recognised by their columns, since most tools let users rename them.
#include "core/compare/context.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace schema_audit {
namespace {

struct Ledger {
    std::string_view name;  // needed where the columns alone say too little; empty = any name
    std::array<std::string_view, 5> columns;
};

constexpr auto ledgers = std::to_array<Ledger>({
    {"", {"id", "app", "name", "applied"}},                                     // Django
    {"", {"version_num"}},                                                      // Alembic
    {"schema_migrations", {"version"}},                                         // Rails, dbmate, golang-migrate, Ecto
    {"ar_internal_metadata", {"key", "value"}},                                 // Rails
    {"", {"installed_rank", "version", "script", "checksum", "success"}},       // Flyway
    {"", {"orderexecuted", "exectype", "md5sum", "dateexecuted", "filename"}},  // Liquibase
    {"databasechangeloglock", {"id", "locked", "lockgranted", "lockedby"}},     // Liquibase
    {"", {"checksum", "migration_name", "applied_steps_count", "rolled_back_at"}},       // Prisma
    {"__diesel_schema_migrations", {"version", "run_on"}},                               // Diesel
    {"_sqlx_migrations", {"version", "checksum", "execution_time", "installed_on"}},     // sqlx
    {"", {"id", "version_id", "is_applied", "tstamp"}},                                  // goose
    {"", {"id", "name", "batch", "migration_time"}},                                     // Knex
    {"", {"index", "is_locked"}},                                                        // Knex
    {"SequelizeMeta", {"name"}},                                                         // Sequelize
    {"migrations", {"id", "timestamp", "name"}},                                         // TypeORM
    {"migrations", {"id", "migration", "batch"}},                                        // Laravel
    {"phinxlog", {"version", "migration_name", "start_time", "end_time"}},               // Phinx
    {"doctrine_migration_versions", {"version", "executed_at"}},                         // Doctrine
    {"pgmigrations", {"id", "name", "run_on"}},                                          // node-pg-migrate
    {"kysely_migration", {"name", "timestamp"}},                                         // Kysely
    {"kysely_migration_lock", {"id", "is_locked"}},                                      // Kysely
    {"refinery_schema_history", {"version", "name", "applied_on", "checksum"}},          // refinery
    {"__EFMigrationsHistory", {"MigrationId", "ProductVersion"}},                        // EF Core
    {"__drizzle_migrations", {"id", "hash", "created_at"}},                              // Drizzle
    {"atlas_schema_revisions", {"version", "description", "applied", "total", "hash"}},  // Atlas
});

constexpr std::size_t spare_columns = 10;  // tools add a few over the years; a real table has more of its own

}  // namespace

bool is_ledger_table(const Context &context, const Table &live) {
    const auto columns = context.live.columns_of(live);
    return std::ranges::any_of(ledgers, [&](const Ledger &ledger) {
        if (!ledger.name.empty() && context.view(live.name) != ledger.name) {
            return false;
        }
        std::size_t count = 0;
        for (const std::string_view wanted : ledger.columns) {
            if (wanted.empty()) {
                break;
            }
            ++count;
            const auto is_wanted = [&](const Column &column) { return context.view(column.name) == wanted; };
            if (std::ranges::none_of(columns, is_wanted)) {
                return false;
            }
        }
        const bool exact = ledger.name.empty() && count <= 4;
        return exact ? columns.size() == count || (count >= 3 && columns.size() <= count + 4)
                     : columns.size() <= count + spare_columns;
    });
}

}  // namespace schema_audit
