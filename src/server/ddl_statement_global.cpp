// What is about the whole server, or about event triggers: no event trigger fires for it.
#include "core/schema/identifier.hpp"

#include "server/ddl_statement_parts.hpp"

namespace schema_audit::server {
namespace {

// As SQL writes it.
std::string role_text(const RoleSpec *role) {
    switch (role->roletype) {
        case ROLESPEC_CSTRING:
            return quote_identifier(role->rolename);
        case ROLESPEC_PUBLIC:
            return "PUBLIC";
        case ROLESPEC_SESSION_USER:
            return "SESSION_USER";
        default:
            return "CURRENT_USER";
    }
}

guard::DdlStatement store_setting_from(std::string scope, const char *database, const VariableSetStmt *set) {
    guard::StoreSetting store;
    store.scope = std::move(scope);
    store.database = database != nullptr ? database : "";
    const guard::DdlStatement as_set = set_variable_from(set);
    if (const auto *variable = std::get_if<guard::SetVariable>(&as_set)) {
        store.name = variable->name;
        store.value = variable->value;
    }
    store.resets = set->kind != VAR_SET_VALUE && set->kind != VAR_SET_CURRENT;
    return store;
}

}  // namespace

guard::DdlStatement drop_role_from(const DropRoleStmt *tree) {
    guard::DropGlobal drop{"ROLE", {}};
    const ListCell *cell = nullptr;
    foreach (cell, tree->roles) {
        const auto *role = lfirst_node(RoleSpec, cell);
        if (role->roletype == ROLESPEC_CSTRING) {
            drop.names.emplace_back(role->rolename);
        }
    }
    return drop;
}

guard::DdlStatement drop_event_trigger_from(const DropStmt *tree) {
    guard::DropGlobal drop{"EVENT TRIGGER", {}};
    const ListCell *cell = nullptr;
    foreach (cell, tree->objects) {
        drop.names.emplace_back(strVal(lfirst(cell)));
    }
    return drop;
}

guard::DdlStatement alter_event_trigger_from(const AlterEventTrigStmt *tree) {
    using Change = guard::AlterEventTrigger::Change;
    switch (tree->tgenabled) {
        case TRIGGER_DISABLED:
            return guard::AlterEventTrigger{tree->trigname, Change::disable};
        case TRIGGER_FIRES_ON_ORIGIN:
            return guard::AlterEventTrigger{tree->trigname, Change::enable};
        case TRIGGER_FIRES_ON_REPLICA:
            return guard::AlterEventTrigger{tree->trigname, Change::enable_replica};
        case TRIGGER_FIRES_ALWAYS:
            return guard::AlterEventTrigger{tree->trigname, Change::enable_always};
        default:
            return guard::AlterEventTrigger{tree->trigname, Change::other};
    }
}

guard::DdlStatement role_setting_from(const AlterRoleSetStmt *tree) {
    std::string scope = "ROLE " + (tree->role != nullptr ? role_text(tree->role) : "ALL");
    if (tree->database != nullptr) {
        scope += " IN DATABASE " + quote_identifier(tree->database);
    }
    return store_setting_from(std::move(scope), tree->database, tree->setstmt);
}

guard::DdlStatement database_setting_from(const AlterDatabaseSetStmt *tree) {
    return store_setting_from("DATABASE " + quote_identifier(tree->dbname), tree->dbname, tree->setstmt);
}

guard::DdlStatement system_setting_from(const AlterSystemStmt *tree) {
    return store_setting_from("SYSTEM", nullptr, tree->setstmt);
}

guard::DdlStatement grant_setting_from(const GrantStmt *tree) {
    if (tree->objtype != OBJECT_PARAMETER_ACL || !tree->is_grant) {
        return guard::OtherStatement{};
    }
    guard::GrantSetting grant;
    const ListCell *cell = nullptr;
    foreach (cell, tree->objects) {
        grant.settings.emplace_back(strVal(lfirst(cell)));
    }
    foreach (cell, tree->grantees) {
        grant.roles.push_back(role_text(lfirst_node(RoleSpec, cell)));
    }
    return grant;
}

}  // namespace schema_audit::server
