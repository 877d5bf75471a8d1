// Tables, views, sequences, indexes and statistics.
#include "server/model_ddl_statement.hpp"

namespace schema_audit::server {
namespace {

bool prepare_create_table(ModelDdl *ddl, CreateStmt *statement) {
    if (statement->relation->relpersistence == RELPERSISTENCE_TEMP) {
        refuse("CREATE TEMPORARY TABLE");
    }
    take_foreign_keys_of_create(ddl, statement);
    place_relation(ddl->names, statement->relation, NameUse::create);
    if (statement->if_not_exists && OidIsValid(RangeVarGetRelid(statement->relation, NoLock, true))) {
        ddl->taken = NIL;
        return false;
    }
    place_names(ddl, statement->tableElts);
    ListCell *cell = nullptr;
    foreach (cell, statement->inhRelations) {
        place_relation(ddl->names, static_cast<RangeVar *>(lfirst(cell)), NameUse::target);
    }
    place_names(ddl, reinterpret_cast<Node *>(statement->partbound));
    place_names(ddl, reinterpret_cast<Node *>(statement->partspec));
    place_names(ddl, reinterpret_cast<Node *>(statement->ofTypename));
    statement->tablespacename = nullptr;
    return true;
}

void place_alter_command(ModelDdl *ddl, AlterTableCmd *command) {
    if (command->def == nullptr) {
        return;
    }
    switch (nodeTag(command->def)) {
        case T_RangeVar:
            place_relation(ddl->names, castNode(RangeVar, command->def), NameUse::target);
            break;
        case T_PartitionCmd: {
            auto *partition = castNode(PartitionCmd, command->def);
            place_relation(ddl->names, partition->name, NameUse::target);
            place_names(ddl, reinterpret_cast<Node *>(partition->bound));
            partition->concurrent = false;
            break;
        }
        case T_List:
            if (command->subtype == AT_SetIdentity) {
                place_definition(ddl, castNode(List, command->def));
            }
            break;
        case T_Constraint:
        case T_ColumnDef:
        case T_TypeName:
            place_names(ddl, command->def);
            break;
        default:
            if (command->subtype == AT_ColumnDefault || is_set_expression(command->subtype)) {
                place_names(ddl, command->def);
            }
            break;
    }
}

bool prepare_alter_table(ModelDdl *ddl, AlterTableStmt *statement) {
    List *kept = NIL;
    ListCell *cell = nullptr;
    foreach (cell, statement->cmds) {
        auto *command = static_cast<AlterTableCmd *>(lfirst(cell));
        if (command->subtype == AT_ChangeOwner || command->subtype == AT_SetTableSpace) {
            count_skipped(ddl, command->subtype == AT_ChangeOwner ? "OWNER" : "TABLESPACE");
        } else {
            kept = lappend(kept, command);
        }
    }
    statement->cmds = kept;
    if (kept == NIL) {
        return false;
    }
    place_relation(ddl->names, statement->relation, NameUse::target);
    take_foreign_keys_of_alter(ddl, statement);
    foreach (cell, statement->cmds) {
        place_alter_command(ddl, static_cast<AlterTableCmd *>(lfirst(cell)));
    }
    if (statement->cmds == NIL) {
        settle_foreign_keys(ddl, statement->relation, statement->missing_ok);
        return false;
    }
    return true;
}

bool prepare_index(ModelDdl *ddl, IndexStmt *statement) {
    place_relation(ddl->names, statement->relation, NameUse::target);
    place_names(ddl, statement->indexParams);
    place_names(ddl, statement->indexIncludingParams);
    place_names(ddl, statement->whereClause);
    statement->concurrent = false;
    statement->tableSpace = nullptr;
    return true;
}

bool prepare_create_table_as(ModelDdl *ddl, CreateTableAsStmt *statement) {
    if (!IsA(statement->query, SelectStmt)) {
        refuse("CREATE TABLE AS EXECUTE");
    }
    place_relation(ddl->names, statement->into->rel, NameUse::create);
    place_names(ddl, statement->query);
    statement->into->skipData = true;
    statement->into->tableSpaceName = nullptr;
    return true;
}

bool prepare_statistics(ModelDdl *ddl, CreateStatsStmt *statement) {
    if (statement->defnames != NIL) {
        place_object(ddl->names, &statement->defnames, NameKind::any, NameUse::create);
    }
    ListCell *cell = nullptr;
    foreach (cell, statement->relations) {
        if (IsA(lfirst(cell), RangeVar)) {
            place_relation(ddl->names, static_cast<RangeVar *>(lfirst(cell)), NameUse::target);
        }
    }
    place_names(ddl, statement->exprs);
    return true;
}

bool prepare_sequence(ModelDdl *ddl, RangeVar *sequence, List *options, NameUse use) {
    place_relation(ddl->names, sequence, use);
    place_definition(ddl, options);
    return true;
}

}  // namespace

bool prepare_relation_statement(ModelDdl *ddl, Node *statement, bool *known) {
    switch (nodeTag(statement)) {
        case T_CreateForeignTableStmt:  // begins with a CreateStmt
        case T_CreateStmt:
            return prepare_create_table(ddl, reinterpret_cast<CreateStmt *>(statement));
        case T_AlterTableStmt:
            return prepare_alter_table(ddl, castNode(AlterTableStmt, statement));
        case T_IndexStmt:
            return prepare_index(ddl, castNode(IndexStmt, statement));
        case T_CreateSeqStmt:
            return prepare_sequence(ddl, castNode(CreateSeqStmt, statement)->sequence,
                                    castNode(CreateSeqStmt, statement)->options, NameUse::create);
        case T_AlterSeqStmt:
            return prepare_sequence(ddl, castNode(AlterSeqStmt, statement)->sequence,
                                    castNode(AlterSeqStmt, statement)->options, NameUse::target);
        case T_ViewStmt:
            place_relation(ddl->names, castNode(ViewStmt, statement)->view, NameUse::create);
            place_names(ddl, castNode(ViewStmt, statement)->query);
            return true;
        case T_CreateTableAsStmt:
            return prepare_create_table_as(ddl, castNode(CreateTableAsStmt, statement));
        case T_CreateStatsStmt:
            return prepare_statistics(ddl, castNode(CreateStatsStmt, statement));
        case T_AlterStatsStmt:
            place_object(ddl->names, &castNode(AlterStatsStmt, statement)->defnames, NameKind::any, NameUse::target);
            return true;
        default:
            *known = false;
            return false;
    }
}

}  // namespace schema_audit::server
