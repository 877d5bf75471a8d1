// Parts of ddl_statement.cpp: one function for each family of parse trees.
#pragma once

#include "core/guard/ddl_statement.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

guard::RelationName name_from(const RangeVar *relation);
guard::RelationName name_from_list(const List *names);             // of String nodes
guard::RelationName name_from_list(const List *names, int count);  // of the first ones

guard::RelationName name_from_object(const Node *object);  // ALTER … of what is no relation

// As in ALTER … and DROP …
const char *object_type_text(ObjectType type) noexcept;

guard::AddColumn column_from(const ColumnDef *definition);
guard::AddConstraint constraint_from(const Constraint *constraint);

guard::DdlStatement alter_table_from(const AlterTableStmt *tree);
guard::DdlStatement create_table_from(const CreateStmt *tree);
guard::DdlStatement create_table_as_from(const CreateTableAsStmt *tree);
guard::DdlStatement create_view_from(const ViewStmt *tree);
guard::DdlStatement create_function_from(const CreateFunctionStmt *tree);
guard::DdlStatement alter_function_from(const AlterFunctionStmt *tree);
guard::DdlStatement create_domain_from(const CreateDomainStmt *tree);
guard::DdlStatement create_schema_from(const CreateSchemaStmt *tree);
guard::DdlStatement create_policy_from(const CreatePolicyStmt *tree);
guard::DdlStatement alter_policy_from(const AlterPolicyStmt *tree);
bool is_true(const Node *condition) noexcept;  // TRUE, as it is written
guard::DdlStatement update_from(const UpdateStmt *tree);
guard::DdlStatement delete_from(const DeleteStmt *tree);
guard::DdlStatement insert_from(const InsertStmt *tree);
guard::DdlStatement merge_from(const MergeStmt *tree);
guard::DdlStatement grant_from(const GrantStmt *tree);
guard::DdlStatement change_owner_from(const AlterOwnerStmt *tree);
guard::DdlStatement create_index_from(const IndexStmt *tree);
guard::DdlStatement drop_from(const DropStmt *tree);
guard::DdlStatement rename_from(const RenameStmt *tree);
guard::DdlStatement set_schema_from(const AlterObjectSchemaStmt *tree);
guard::DdlStatement reindex_from(const ReindexStmt *tree);
guard::DdlStatement alter_domain_from(const AlterDomainStmt *tree);
guard::DdlStatement alter_enum_from(const AlterEnumStmt *tree);
guard::DdlStatement transaction_from(const TransactionStmt *tree);
guard::DdlStatement set_variable_from(const VariableSetStmt *tree);
guard::DdlStatement do_from(const DoStmt *tree);
guard::DdlStatement truncate_from(const TruncateStmt *tree);
guard::DdlStatement lock_from(const LockStmt *tree);
guard::DdlStatement vacuum_from(const VacuumStmt *tree);
guard::DdlStatement cluster_from(const ClusterStmt *tree);
guard::DdlStatement drop_role_from(const DropRoleStmt *tree);
guard::DdlStatement drop_event_trigger_from(const DropStmt *tree);
guard::DdlStatement alter_event_trigger_from(const AlterEventTrigStmt *tree);
guard::DdlStatement role_setting_from(const AlterRoleSetStmt *tree);
guard::DdlStatement database_setting_from(const AlterDatabaseSetStmt *tree);
guard::DdlStatement system_setting_from(const AlterSystemStmt *tree);
guard::DdlStatement grant_setting_from(const GrantStmt *tree);  // OtherStatement where it is about something else

}  // namespace schema_audit::server
