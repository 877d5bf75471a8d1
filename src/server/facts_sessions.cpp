// Need::sessions: roles in whose name somebody is connected.
#include "server/facts.hpp"

namespace schema_audit::server {
namespace {

bool has_sessions(const char *name) noexcept {
    const Oid role = get_role_oid(name, true);
    if (!OidIsValid(role)) {
        return false;
    }
    const int count = pgstat_fetch_stat_numbackends();
    for (int i = 1; i <= count; ++i) {
        const PgBackendStatus *entry = &schema_audit_local_backend(i)->backendStatus;
        const bool other = entry->st_procpid != MyProcPid && OidIsValid(entry->st_userid);
        if (other && entry->st_databaseid == MyDatabaseId && is_member_of_role_nosuper(entry->st_userid, role)) {
            return true;
        }
    }
    return false;
}

}  // namespace

void read_roles_in_use(const guard::DdlStatement &statement, guard::StatementFacts &facts) {
    const auto *grant = std::get_if<guard::Grant>(&statement);
    if (grant == nullptr) {
        return;
    }
    for (const std::string &role : grant->roles) {
        const char *name = role.c_str();
        if (server_call([=] { return has_sessions(name); })) {
            facts.roles_in_use.push_back(role);
        }
    }
}

}  // namespace schema_audit::server
