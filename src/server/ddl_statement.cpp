#include "server/ddl_statement.hpp"

#include "server/ddl_statement_parts.hpp"

namespace schema_audit::server {

guard::RelationName name_from(const RangeVar *relation) {
    return {relation->schemaname != nullptr ? relation->schemaname : "", relation->relname};
}

guard::RelationName name_from_list(const List *names) { return name_from_list(names, list_length(names)); }

guard::RelationName name_from_list(const List *names, int count) {
    guard::RelationName name;
    if (count > 0) {
        name.name = strVal(list_nth(names, count - 1));
    }
    if (count > 1) {
        name.schema = strVal(list_nth(names, count - 2));
    }
    return name;
}

bool is_true(const Node *condition) noexcept {
    if (condition != nullptr && IsA(condition, TypeCast)) {
        condition = reinterpret_cast<const TypeCast *>(condition)->arg;
    }
    if (condition == nullptr || !IsA(condition, A_Const)) {
        return false;
    }
    const auto *constant = reinterpret_cast<const A_Const *>(condition);
    return !constant->isnull && IsA(&constant->val.node, Boolean) && constant->val.boolval.boolval;
}

guard::DdlStatement statement_from(const Node *tree) {
    switch (nodeTag(tree)) {
        case T_AlterTableStmt:
            return alter_table_from(reinterpret_cast<const AlterTableStmt *>(tree));
        case T_CreateStmt:
            return create_table_from(reinterpret_cast<const CreateStmt *>(tree));
        case T_CreateTableAsStmt:
            return create_table_as_from(reinterpret_cast<const CreateTableAsStmt *>(tree));
        case T_IndexStmt:
            return create_index_from(reinterpret_cast<const IndexStmt *>(tree));
        case T_DropStmt:
            return drop_from(reinterpret_cast<const DropStmt *>(tree));
        case T_RenameStmt:
            return rename_from(reinterpret_cast<const RenameStmt *>(tree));
        case T_AlterObjectSchemaStmt:
            return set_schema_from(reinterpret_cast<const AlterObjectSchemaStmt *>(tree));
        case T_ReindexStmt:
            return reindex_from(reinterpret_cast<const ReindexStmt *>(tree));
        case T_AlterDomainStmt:
            return alter_domain_from(reinterpret_cast<const AlterDomainStmt *>(tree));
        case T_AlterEnumStmt:
            return alter_enum_from(reinterpret_cast<const AlterEnumStmt *>(tree));
        case T_CreateTrigStmt: {
            const auto *create = reinterpret_cast<const CreateTrigStmt *>(tree);
            return guard::CreateTrigger{name_from(create->relation), create->trigname};
        }
        case T_CreatePolicyStmt:
            return create_policy_from(reinterpret_cast<const CreatePolicyStmt *>(tree));
        case T_AlterPolicyStmt:
            return alter_policy_from(reinterpret_cast<const AlterPolicyStmt *>(tree));
        case T_ViewStmt:
            return create_view_from(reinterpret_cast<const ViewStmt *>(tree));
        case T_CreateFunctionStmt:
            return create_function_from(reinterpret_cast<const CreateFunctionStmt *>(tree));
        case T_AlterFunctionStmt:
            return alter_function_from(reinterpret_cast<const AlterFunctionStmt *>(tree));
        case T_CreateDomainStmt:
            return create_domain_from(reinterpret_cast<const CreateDomainStmt *>(tree));
        case T_CreateEnumStmt:
            return guard::CreateType{name_from_list(reinterpret_cast<const CreateEnumStmt *>(tree)->typeName), "ENUM",
                                     false};
        case T_CreateSchemaStmt:
            return create_schema_from(reinterpret_cast<const CreateSchemaStmt *>(tree));
        case T_RuleStmt: {
            const auto *create = reinterpret_cast<const RuleStmt *>(tree);
            return guard::CreateRule{name_from(create->relation), create->rulename};
        }
        case T_CreateExtensionStmt: {
            const auto *create = reinterpret_cast<const CreateExtensionStmt *>(tree);
            return guard::CreateExtension{create->extname, false, create->if_not_exists};
        }
        case T_AlterExtensionStmt:
            return guard::CreateExtension{reinterpret_cast<const AlterExtensionStmt *>(tree)->extname, true, false};
        case T_GrantStmt: {
            const auto *grant = reinterpret_cast<const GrantStmt *>(tree);
            if (grant->objtype == OBJECT_PARAMETER_ACL) {
                return grant_setting_from(grant);
            }
            return grant_from(grant);
        }
        case T_AlterOwnerStmt:
            return change_owner_from(reinterpret_cast<const AlterOwnerStmt *>(tree));
        case T_RefreshMatViewStmt: {
            const auto *refresh = reinterpret_cast<const RefreshMatViewStmt *>(tree);
            return guard::RefreshMaterializedView{name_from(refresh->relation), refresh->concurrent, refresh->skipData};
        }
        case T_TransactionStmt:
            return transaction_from(reinterpret_cast<const TransactionStmt *>(tree));
        case T_VariableSetStmt:
            return set_variable_from(reinterpret_cast<const VariableSetStmt *>(tree));
        case T_DoStmt:
            return do_from(reinterpret_cast<const DoStmt *>(tree));
        case T_UpdateStmt:
            return update_from(reinterpret_cast<const UpdateStmt *>(tree));
        case T_DeleteStmt:
            return delete_from(reinterpret_cast<const DeleteStmt *>(tree));
        case T_InsertStmt:
            return insert_from(reinterpret_cast<const InsertStmt *>(tree));
        case T_MergeStmt:
            return merge_from(reinterpret_cast<const MergeStmt *>(tree));
        case T_TruncateStmt:
            return truncate_from(reinterpret_cast<const TruncateStmt *>(tree));
        case T_LockStmt:
            return lock_from(reinterpret_cast<const LockStmt *>(tree));
        case T_VacuumStmt:
            return vacuum_from(reinterpret_cast<const VacuumStmt *>(tree));
        case T_ClusterStmt:
            return cluster_from(reinterpret_cast<const ClusterStmt *>(tree));
        case T_DropdbStmt:
            return guard::DropGlobal{"DATABASE", {reinterpret_cast<const DropdbStmt *>(tree)->dbname}};
        case T_DropTableSpaceStmt:
            return guard::DropGlobal{"TABLESPACE",
                                     {reinterpret_cast<const DropTableSpaceStmt *>(tree)->tablespacename}};
        case T_DropRoleStmt:
            return drop_role_from(reinterpret_cast<const DropRoleStmt *>(tree));
        case T_AlterEventTrigStmt:
            return alter_event_trigger_from(reinterpret_cast<const AlterEventTrigStmt *>(tree));
        case T_AlterRoleSetStmt:
            return role_setting_from(reinterpret_cast<const AlterRoleSetStmt *>(tree));
        case T_AlterDatabaseSetStmt:
            return database_setting_from(reinterpret_cast<const AlterDatabaseSetStmt *>(tree));
        case T_AlterSystemStmt:
            return system_setting_from(reinterpret_cast<const AlterSystemStmt *>(tree));
        default:
            return guard::OtherStatement{};
    }
}

}  // namespace schema_audit::server
