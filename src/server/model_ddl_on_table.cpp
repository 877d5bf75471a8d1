// What hangs on a table or view: triggers, rules, policies.
#include "server/model_ddl_statement.hpp"

namespace schema_audit::server {
namespace {

bool prepare_trigger(ModelDdl *ddl, CreateTrigStmt *statement) {
    place_relation(ddl->names, statement->relation, NameUse::target);
    if (statement->constrrel != nullptr) {
        place_relation(ddl->names, statement->constrrel, NameUse::target);
    }
    place_object(ddl->names, &statement->funcname, NameKind::function, NameUse::read);
    place_names(ddl, statement->whenClause);
    return true;
}

}  // namespace

bool prepare_on_table_statement(ModelDdl *ddl, Node *statement, bool *known) {
    switch (nodeTag(statement)) {
        case T_CreateTrigStmt:
            return prepare_trigger(ddl, castNode(CreateTrigStmt, statement));
        case T_RuleStmt:
            place_relation(ddl->names, castNode(RuleStmt, statement)->relation, NameUse::target);
            place_names(ddl, castNode(RuleStmt, statement)->whereClause);
            place_names(ddl, castNode(RuleStmt, statement)->actions);
            return true;
        case T_CreatePolicyStmt:
            place_relation(ddl->names, castNode(CreatePolicyStmt, statement)->table, NameUse::target);
            place_names(ddl, castNode(CreatePolicyStmt, statement)->qual);
            place_names(ddl, castNode(CreatePolicyStmt, statement)->with_check);
            return true;
        case T_AlterPolicyStmt:
            place_relation(ddl->names, castNode(AlterPolicyStmt, statement)->table, NameUse::target);
            place_names(ddl, castNode(AlterPolicyStmt, statement)->qual);
            place_names(ddl, castNode(AlterPolicyStmt, statement)->with_check);
            return true;
        default:
            *known = false;
            return false;
    }
}

}  // namespace schema_audit::server
