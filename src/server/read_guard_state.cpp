#include "server/read_guard_state.hpp"

#include "core/guard/event_trigger_names.hpp"
#include "core/guard/policy.hpp"
#include "core/guard/stored_settings.hpp"
#include "core/schema/identifier.hpp"

#include "server/settings.hpp"
#include "server/table_scan.hpp"
#include "server/utility_hook.hpp"

namespace schema_audit::server {
namespace {

// Columns of schema_audit.guard, by number.
namespace guard_column {
constexpr int mode = 1;
constexpr int expects_preload = 4;
}  // namespace guard_column

std::string name_of_role(Oid role) {
    const char *name = server_call([=] { return static_cast<const char *>(GetUserNameFromId(role, true)); });
    return name != nullptr ? quote_identifier(name) : std::to_string(role);
}

std::string scope_of(Oid database, Oid role) {
    std::string where;
    if (OidIsValid(database)) {
        const char *name = server_call([=] { return get_database_name(database); });
        where = "DATABASE " + quote_identifier(name != nullptr ? name : "");
    }
    if (!OidIsValid(role)) {
        return where.empty() ? "ROLE ALL" : where;
    }
    return "ROLE " + name_of_role(role) + (where.empty() ? "" : " IN " + where);
}

void read_settings(GuardState &state) {
    struct Found {
        Oid database, role;
        std::string text;
    };
    std::vector<Found> found;
    scan_table(DbRoleSettingRelationId, [&](const RowView &row) {
        const Oid database = DatumGetObjectId(row.datum(Anum_pg_db_role_setting_setdatabase));
        if (database != InvalidOid && database != MyDatabaseId) {
            return;
        }
        const Oid role = DatumGetObjectId(row.datum(Anum_pg_db_role_setting_setrole));
        row.texts(Anum_pg_db_role_setting_setconfig, [&](std::string_view text) {
            found.push_back({database, role, std::string(text)});
        });
    });
    for (const Found &item : found) {
        const std::size_t equals = item.text.find('=');
        const std::string name = item.text.substr(0, equals);
        if (equals != std::string::npos && guard::bypass_by(name) != guard::Bypass::none) {
            state.settings.push_back({scope_of(item.database, item.role), name, item.text.substr(equals + 1)});
        }
    }
    std::ranges::sort(state.settings, {}, [](const auto &item) {
        return std::pair<std::string_view, std::string_view>(item.scope, item.name);
    });
}

void read_grants(GuardState &state) {
    struct Found {
        std::string setting;
        Oid role;
    };
    std::vector<Found> found;
    scan_table(ParameterAclRelationId, [&](const RowView &row) {
        const std::string setting(row.text(Anum_pg_parameter_acl_parname));
        if (row.is_null(Anum_pg_parameter_acl_paracl) || guard::bypass_by(setting) == guard::Bypass::none) {
            return;
        }
        const Acl *acl = DatumGetAclP(row.datum(Anum_pg_parameter_acl_paracl));
        for (int i = 0; i < ACL_NUM(acl); ++i) {
            const AclItem &item = ACL_DAT(acl)[i];
            const bool may = (ACLITEM_GET_PRIVS(item) & (ACL_SET | ACL_ALTER_SYSTEM)) != 0;
            if (may && (item.ai_grantee == ACL_ID_PUBLIC || !superuser_arg(item.ai_grantee))) {
                found.push_back({setting, item.ai_grantee});
            }
        }
    });
    for (const Found &item : found) {
        state.grants.push_back(
            {item.setting, item.role == ACL_ID_PUBLIC ? std::string("PUBLIC") : name_of_role(item.role)});
    }
    std::ranges::sort(state.grants, {}, [](const auto &item) {
        return std::pair<std::string_view, std::string_view>(item.setting, item.role);
    });
}

}  // namespace

FoundTrigger find_event_trigger(const char *name, std::string_view function) noexcept {
    const HeapTuple tuple = SearchSysCache1(EVENTTRIGGERNAME, CStringGetDatum(name));
    if (!HeapTupleIsValid(tuple)) {
        return {'\0', false};
    }
    const auto &row = *reinterpret_cast<const FormData_pg_event_trigger *>(GETSTRUCT(tuple));
    FoundTrigger found{row.evtenabled, false};
    const HeapTuple routine = SearchSysCache1(PROCOID, ObjectIdGetDatum(row.evtfoid));
    ReleaseSysCache(tuple);
    if (HeapTupleIsValid(routine)) {
        bool is_null = false;
        const Datum source = SysCacheGetAttr(PROCOID, routine, Anum_pg_proc_prosrc, &is_null);
        found.ours = reinterpret_cast<const FormData_pg_proc *>(GETSTRUCT(routine))->prolang == ClanguageId &&
                     !is_null && function == TextDatumGetCString(source);
        ReleaseSysCache(routine);
    }
    return found;
}

GuardState read_guard_state() {
    GuardState state;
    scan_table(own_table("guard"), [&](const RowView &row) {
        state.mode = guard::mode_from(row.text(guard_column::mode));
        state.expects_preload = row.boolean(guard_column::expects_preload);
    });
    for (const guard::EventTriggerName &trigger : guard::event_triggers) {
        const char *name = trigger.name.data();
        const FoundTrigger found = server_call([&] { return find_event_trigger(name, trigger.function); });
        if (found.enabled != '\0') {
            state.triggers.push_back({std::string(trigger.name), found.enabled, found.ours});
        }
    }
    if (!state.mode && state.triggers.empty()) {
        return state;
    }
    state.preloaded = is_preloaded();
    state.session_mode = settings::explicit_mode();
    state.event_triggers_on = schema_audit_event_triggers_on();
    read_settings(state);
    read_grants(state);
    return state;
}

}  // namespace schema_audit::server
