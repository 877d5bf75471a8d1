// One file for each family of statements: each leads the statements that it knows to the scratch schemas.
//
// Server functions, to be called inside server_call.
#pragma once

#include "server/model_ddl_rewrite.hpp"

namespace schema_audit::server {

[[noreturn]] void refuse(const char *what);                                // not supported in the DDL of a model
bool skip(ModelDdl *ddl, const char *label);                               // counts it; false: nothing to run
bool follow_set_path(ModelDdl *ddl, const VariableSetStmt *statement);     // whether it was about the search_path
bool follow_set_default(ModelDdl *ddl, const VariableSetStmt *statement);  // or about another default of places
// What counts objects of the whole database: another of that name may be in use, and a model's DDL must not
// touch it. Null: the type is none of them.
const char *label_of_database_object(ObjectType type);

// Whether the statement has to run; `known` becomes false when it is of another family.
bool prepare_relation_statement(ModelDdl *ddl, Node *statement, bool *known);
bool prepare_on_table_statement(ModelDdl *ddl, Node *statement, bool *known);
bool prepare_type_statement(ModelDdl *ddl, Node *statement, bool *known);
bool prepare_function_statement(ModelDdl *ddl, Node *statement, bool *known);
bool prepare_database_statement(ModelDdl *ddl, Node *statement, bool *known);
bool prepare_rights_statement(ModelDdl *ddl, Node *statement, bool *known);
bool prepare_any_object_statement(ModelDdl *ddl, Node *statement, bool *known);
bool prepare_select(ModelDdl *ddl, SelectStmt *select);

}  // namespace schema_audit::server
