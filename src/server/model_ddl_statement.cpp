// What happens to each kind of statement: led to scratch and run, or skipped and counted.
#include "server/model_ddl_statement.hpp"

namespace schema_audit::server {
namespace {

// What changes no schema, or nothing that a model says. Null: the statement has to run.
const char *label_of_skipped(const Node *statement) {
    switch (nodeTag(statement)) {
        case T_VariableSetStmt:
        case T_VariableShowStmt:
        case T_ConstraintsSetStmt:
            return "SET";
        case T_GrantRoleStmt:
            return "GRANT or REVOKE of roles";
        case T_AlterOwnerStmt:
            return "OWNER";
        case T_DoStmt:
            return "DO";
        case T_CopyStmt:
            return "COPY";
        case T_InsertStmt:
            return "INSERT";
        case T_UpdateStmt:
            return "UPDATE";
        case T_DeleteStmt:
            return "DELETE";
        case T_MergeStmt:
            return "MERGE";
        case T_SecLabelStmt:
            return "SECURITY LABEL";
        case T_VacuumStmt:
        case T_ClusterStmt:
        case T_ReindexStmt:
        case T_RefreshMatViewStmt:
        case T_TruncateStmt:
        case T_LockStmt:
            return "maintenance";
        case T_CreateRoleStmt:
        case T_AlterRoleStmt:
        case T_AlterRoleSetStmt:
        case T_DropRoleStmt:
            return "ROLE";
        case T_CreatedbStmt:
        case T_DropdbStmt:
        case T_AlterDatabaseStmt:
        case T_AlterDatabaseSetStmt:
        case T_AlterDatabaseRefreshCollStmt:
            return "DATABASE";
        case T_AlterExtensionContentsStmt:
            return "ALTER EXTENSION";
        default:
            return nullptr;
    }
}

}  // namespace

void refuse(const char *what) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("%s is not supported in the DDL of a model", what)));
    pg_unreachable();
}

bool skip(ModelDdl *ddl, const char *label) {
    count_skipped(ddl, label);
    return false;
}

void count_skipped(ModelDdl *ddl, const char *label, int count) {
    ListCell *cell = nullptr;
    foreach (cell, ddl->skipped) {
        auto *kind = static_cast<SkippedKind *>(lfirst(cell));
        if (std::strcmp(kind->label, label) == 0) {
            kind->count += count;
            return;
        }
    }
    const MemoryContext saved = MemoryContextSwitchTo(ddl->names->context);
    auto *kind = static_cast<SkippedKind *>(palloc(sizeof(SkippedKind)));
    *kind = {label, count};
    ddl->skipped = lappend(ddl->skipped, kind);
    MemoryContextSwitchTo(saved);
}

bool prepare_statement(ModelDdl *ddl, Node *statement) {
    if (IsA(statement, VariableSetStmt) && (follow_set_path(ddl, castNode(VariableSetStmt, statement)) ||
                                            follow_set_default(ddl, castNode(VariableSetStmt, statement)))) {
        return false;
    }
    if (IsA(statement, TransactionStmt)) {
        return false;  // every sqlmigrate prints BEGIN and COMMIT: nothing that anybody would miss
    }
    if (IsA(statement, SelectStmt)) {
        return prepare_select(ddl, castNode(SelectStmt, statement));
    }
    if (const char *label = label_of_skipped(statement)) {
        return skip(ddl, label);
    }
    for (const auto prepare :
         {prepare_relation_statement, prepare_on_table_statement, prepare_type_statement, prepare_function_statement,
          prepare_database_statement, prepare_rights_statement, prepare_any_object_statement}) {
        bool known = true;
        const bool run = prepare(ddl, statement, &known);
        if (known) {
            return run;
        }
    }
    refuse(GetCommandTagName(CreateCommandTag(statement)));
}

}  // namespace schema_audit::server
