// Loading of the module.
#include "server/commit_check.hpp"
#include "server/executor_hook.hpp"
#include "server/policy.hpp"
#include "server/settings.hpp"
#include "server/utility_hook.hpp"

SCHEMA_AUDIT_MODULE

SCHEMA_AUDIT_INIT(_PG_init) {
    namespace server = schema_audit::server;
    server::settings::define();
    // pg_upgrade restores what a guard once let pass.
    if (IsBinaryUpgrade) {
        return;
    }
    server::watch_policy();
    server::watch_transactions();
    server::install_utility_hook();
    server::install_executor_hook();
}
