#include "server/utility_target.hpp"

#include "core/guard/statement_rules.hpp"
#include "core/schema/identifier.hpp"

namespace schema_audit::server {
namespace {

void append(std::string &list, const std::string &item) { list += (list.empty() ? "" : ", ") + item; }

std::string role_name(const RoleSpec *role) {
    if (role == nullptr) {
        return "ALL";
    }
    const char *name = role->rolename;
    if (role->roletype == ROLESPEC_CURRENT_USER || role->roletype == ROLESPEC_CURRENT_ROLE) {
        name = server_call([] { return static_cast<const char *>(GetUserNameFromId(GetUserId(), true)); });
    } else if (role->roletype == ROLESPEC_SESSION_USER) {
        name = server_call([] { return static_cast<const char *>(GetUserNameFromId(GetSessionUserId(), true)); });
    }
    return name != nullptr ? quote_identifier(name) : "PUBLIC";
}

std::string role_names(const List *roles) {
    std::string names;
    const ListCell *cell = nullptr;
    foreach (cell, roles) {
        append(names, role_name(lfirst_node(RoleSpec, cell)));
    }
    return names;
}

// Of String nodes, or of the names of roles that GRANT wraps.
std::string string_names(const List *strings) {
    std::string names;
    const ListCell *cell = nullptr;
    foreach (cell, strings) {
        const auto *item = static_cast<const Node *>(lfirst(cell));
        if (IsA(item, String)) {
            append(names, quote_identifier(strVal(const_cast<Node *>(item))));
        } else if (IsA(item, AccessPriv) && reinterpret_cast<const AccessPriv *>(item)->priv_name != nullptr) {
            append(names, quote_identifier(reinterpret_cast<const AccessPriv *>(item)->priv_name));
        }
    }
    return names;
}

std::string name_of_object(const Node *object) {
    return object != nullptr && IsA(object, String) ? quote_identifier(strVal(const_cast<Node *>(object)))
                                                    : std::string();
}

std::string_view word_of_type(ObjectType type) noexcept {
    switch (type) {
        case OBJECT_DATABASE:
            return "database";
        case OBJECT_TABLESPACE:
            return "tablespace";
        case OBJECT_ROLE:
            return "role";
        case OBJECT_EVENT_TRIGGER:
            return "event trigger";
        case OBJECT_PARAMETER_ACL:
            return "setting";
        default:
            return "object";
    }
}

std::string quoted(const char *name) { return name != nullptr ? quote_identifier(name) : std::string(); }

// Of all the relations that are judged; none where it reached only new and temporary ones.
UtilityTarget relations(const guard::StatementFacts &facts, bool with_rows = false) {
    UtilityTarget target;
    for (const guard::StatementFacts::Known &known : facts.tables) {
        if (with_rows && known.facts.size.empty()) {
            continue;
        }
        target.object_type = guard::word_of(known.facts.kind);
        append(target.identity, quote_qualified(known.facts.schema, known.facts.name));
    }
    return target;
}

UtilityTarget this_database() {
    return {"database", quoted(server_call([] { return get_database_name(MyDatabaseId); }))};
}

UtilityTarget target_of_role_ddl(const Node *tree) {
    switch (nodeTag(tree)) {
        case T_CreateRoleStmt:
            return {"role", quoted(reinterpret_cast<const CreateRoleStmt *>(tree)->role)};
        case T_AlterRoleStmt:
            return {"role", role_name(reinterpret_cast<const AlterRoleStmt *>(tree)->role)};
        case T_AlterRoleSetStmt:
            return {"role", role_name(reinterpret_cast<const AlterRoleSetStmt *>(tree)->role)};
        case T_DropRoleStmt:
            return {"role", role_names(reinterpret_cast<const DropRoleStmt *>(tree)->roles)};
        case T_GrantRoleStmt:
            return {"role", string_names(reinterpret_cast<const GrantRoleStmt *>(tree)->granted_roles)};
        default:
            return {"role", role_names(reinterpret_cast<const ReassignOwnedStmt *>(tree)->roles)};
    }
}

UtilityTarget target_of_database_ddl(const Node *tree) {
    switch (nodeTag(tree)) {
        case T_CreatedbStmt:
            return {"database", quoted(reinterpret_cast<const CreatedbStmt *>(tree)->dbname)};
        case T_AlterDatabaseStmt:
            return {"database", quoted(reinterpret_cast<const AlterDatabaseStmt *>(tree)->dbname)};
        case T_AlterDatabaseSetStmt:
            return {"database", quoted(reinterpret_cast<const AlterDatabaseSetStmt *>(tree)->dbname)};
        case T_DropdbStmt:
            return {"database", quoted(reinterpret_cast<const DropdbStmt *>(tree)->dbname)};
        case T_CreateTableSpaceStmt:
            return {"tablespace", quoted(reinterpret_cast<const CreateTableSpaceStmt *>(tree)->tablespacename)};
        case T_AlterTableSpaceOptionsStmt:
            return {"tablespace", quoted(reinterpret_cast<const AlterTableSpaceOptionsStmt *>(tree)->tablespacename)};
        default:
            return {"tablespace", quoted(reinterpret_cast<const DropTableSpaceStmt *>(tree)->tablespacename)};
    }
}

// Commands that are also about objects for which events are fired.
UtilityTarget target_of_common_command(const Node *tree) {
    switch (nodeTag(tree)) {
        case T_DropStmt: {
            const auto *drop = reinterpret_cast<const DropStmt *>(tree);
            return {std::string(word_of_type(drop->removeType)), string_names(drop->objects)};
        }
        case T_RenameStmt: {
            const auto *rename = reinterpret_cast<const RenameStmt *>(tree);
            return {std::string(word_of_type(rename->renameType)),
                    rename->object != nullptr ? name_of_object(rename->object) : quoted(rename->subname)};
        }
        case T_AlterOwnerStmt: {
            const auto *alter = reinterpret_cast<const AlterOwnerStmt *>(tree);
            return {std::string(word_of_type(alter->objectType)), name_of_object(alter->object)};
        }
        case T_CommentStmt: {
            const auto *comment = reinterpret_cast<const CommentStmt *>(tree);
            return {std::string(word_of_type(comment->objtype)), name_of_object(comment->object)};
        }
        case T_SecLabelStmt: {
            const auto *label = reinterpret_cast<const SecLabelStmt *>(tree);
            return {std::string(word_of_type(label->objtype)), name_of_object(label->object)};
        }
        default: {
            const auto *grant = reinterpret_cast<const GrantStmt *>(tree);
            return {std::string(word_of_type(grant->objtype)), string_names(grant->objects)};
        }
    }
}

}  // namespace

UtilityTarget target_of(const Node *tree, const guard::DdlStatement &statement, const guard::StatementFacts &facts) {
    switch (nodeTag(tree)) {
        case T_TruncateStmt:
            return relations(facts, true);  // of an empty one nothing is lost
        case T_LockStmt:
            return relations(facts);
        case T_VacuumStmt:
        case T_ClusterStmt: {
            const auto *rewrite = std::get_if<guard::RewriteTable>(&statement);
            return rewrite != nullptr && rewrite->tables.empty() ? this_database() : relations(facts);
        }
        case T_ReindexStmt: {
            const auto *reindex = reinterpret_cast<const ReindexStmt *>(tree);
            if (reindex->relation != nullptr) {
                return relations(facts);
            }
            return reindex->kind == REINDEX_OBJECT_SCHEMA ? UtilityTarget{"schema", quoted(reindex->name)}
                                                          : this_database();
        }
        case T_VariableSetStmt:
            return {"setting", quoted(reinterpret_cast<const VariableSetStmt *>(tree)->name)};
        case T_AlterSystemStmt: {
            const VariableSetStmt *set = reinterpret_cast<const AlterSystemStmt *>(tree)->setstmt;
            return {"setting", set->name != nullptr ? set->name : "ALL"};
        }
        case T_CreateEventTrigStmt:
            return {"event trigger", quoted(reinterpret_cast<const CreateEventTrigStmt *>(tree)->trigname)};
        case T_AlterEventTrigStmt:
            return {"event trigger", quoted(reinterpret_cast<const AlterEventTrigStmt *>(tree)->trigname)};
        case T_CreateRoleStmt:
        case T_AlterRoleStmt:
        case T_AlterRoleSetStmt:
        case T_DropRoleStmt:
        case T_GrantRoleStmt:
        case T_ReassignOwnedStmt:
            return target_of_role_ddl(tree);
        case T_DropStmt:
        case T_RenameStmt:
        case T_AlterOwnerStmt:
        case T_CommentStmt:
        case T_SecLabelStmt:
        case T_GrantStmt:
            return target_of_common_command(tree);
        default:
            return target_of_database_ddl(tree);
    }
}

}  // namespace schema_audit::server
