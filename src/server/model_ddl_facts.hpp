// What the text of a model's DDL says of objects of the whole database that cannot be made in scratch.
//
// Server functions, to be called inside server_call.
#pragma once

#include "server/model_ddl_rewrite.hpp"

namespace schema_audit::server {

// The fact that there is, or a new one.
ObjectFact *object_fact(ModelDdl *ddl, ObjectKind kind, const char *name, const char *schema = nullptr);
void forget_fact(ModelDdl *ddl, ObjectFact *fact);

// Each keeps what a statement says.
void take_extension(ModelDdl *ddl, const CreateExtensionStmt *statement);
void alter_extension_fact(ModelDdl *ddl, const AlterExtensionStmt *statement);
bool move_extension_fact(ModelDdl *ddl, const AlterObjectSchemaStmt *statement);
void take_user_mapping(ModelDdl *ddl, const CreateUserMappingStmt *statement);
void drop_user_mapping_fact(ModelDdl *ddl, const DropUserMappingStmt *statement);
void take_subscription(ModelDdl *ddl, const CreateSubscriptionStmt *statement);
bool alter_subscription_fact(ModelDdl *ddl, const AlterSubscriptionStmt *statement);

// model_ddl_grant.cpp
// What scratch objects were given by default privileges of the live database is taken from them again.
void take_back_default_grants(ModelDdl *ddl);

}  // namespace schema_audit::server
