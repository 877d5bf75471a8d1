// Statements about objects of any kind: DROP, COMMENT, RENAME, SET SCHEMA.
#include "server/model_ddl_facts.hpp"
#include "server/model_ddl_statement.hpp"

namespace schema_audit::server {
namespace {

// Leads a cast to scratch. False: it is none of the DDL, and another one's.
bool place_cast(ModelDdl *ddl, Node *object) {
    auto *types = castNode(List, object);
    Oid oids[2];
    for (int i = 0; i < 2; ++i) {
        auto *type = static_cast<TypeName *>(list_nth(types, i));
        place_type(ddl->names, type, NameUse::read);
        apply_model_path(ddl->names);
        oids[i] = LookupTypeNameOid(nullptr, type, true);
    }
    const Oid cast = OidIsValid(oids[0]) && OidIsValid(oids[1]) ? get_cast_oid(oids[0], oids[1], true) : InvalidOid;
    return OidIsValid(cast) && list_member_oid(ddl->casts, cast);
}

// Of objects of the whole database those that the DDL has made.
bool prepare_drop_of_database(ModelDdl *ddl, const DropStmt *statement, const char *label) {
    ListCell *cell = nullptr;
    foreach (cell, statement->objects) {
        auto *object = static_cast<Node *>(lfirst(cell));
        const char *name = IsA(object, String) ? strVal(object) : "";
        ScratchObject *scratch = find_scratch_object(ddl->names, statement->removeType, name);
        forget_scratch_object(ddl->names, scratch);
        if (!drop_object_fact(ddl, statement->removeType, object) && scratch == nullptr) {
            count_skipped(ddl, label);
        }
    }
    return false;
}

bool prepare_drop(ModelDdl *ddl, DropStmt *statement) {
    if (statement->removeType == OBJECT_CAST && place_cast(ddl, static_cast<Node *>(linitial(statement->objects)))) {
        return true;
    }
    if (const char *label = label_of_database_object(statement->removeType)) {
        return prepare_drop_of_database(ddl, statement, label);
    }
    List *kept = NIL;
    ListCell *cell = nullptr;
    foreach (cell, statement->objects) {
        auto *object = static_cast<Node *>(lfirst(cell));
        if (statement->removeType == OBJECT_SCHEMA && find_scratch(ddl->names, strVal(object)) == nullptr &&
            statement->missing_ok) {
            continue;
        }
        const char *schema = statement->removeType == OBJECT_SCHEMA ? strVal(object) : nullptr;
        if (!place_named_object(ddl, statement->removeType, &object, NameUse::target)) {
            refuse(GetCommandTagName(CreateCommandTag(reinterpret_cast<Node *>(statement))));
        }
        kept = lappend(kept, object);
        if (schema != nullptr) {
            forget_scratch(ddl->names, schema);
        }
    }
    statement->objects = kept;
    statement->concurrent = false;
    return kept != NIL;
}

bool prepare_comment(ModelDdl *ddl, CommentStmt *statement) {
    if (statement->objtype == OBJECT_CAST && place_cast(ddl, statement->object)) {
        return true;
    }
    if (label_of_database_object(statement->objtype) != nullptr) {
        const char *name = IsA(statement->object, String) ? strVal(statement->object) : "";
        if (const ScratchObject *scratch = find_scratch_object(ddl->names, statement->objtype, name)) {
            statement->object = reinterpret_cast<Node *>(makeString(pstrdup(scratch->scratch)));
            return true;
        }
        if (comment_object_fact(ddl, statement->objtype, statement->object, statement->comment)) {
            return false;
        }
        return skip(ddl, statement->objtype == OBJECT_EXTENSION ? "COMMENT ON EXTENSION" : "COMMENT");
    }
    if (!place_named_object(ddl, statement->objtype, &statement->object, NameUse::target)) {
        refuse("COMMENT on this kind of object");
    }
    if (statement->objtype == OBJECT_TABCONSTRAINT) {
        auto *names = castNode(List, statement->object);
        RangeVar *relation = makeRangeVar(strVal(linitial(names)), strVal(lsecond(names)), -1);
        const Oid table = RangeVarGetRelid(relation, NoLock, true);
        return !comment_foreign_key_fact(ddl, table, strVal(lthird(names)), statement->comment);
    }
    return true;
}

bool prepare_rename(ModelDdl *ddl, RenameStmt *statement) {
    if (statement->relation != nullptr) {
        place_relation(ddl->names, statement->relation, NameUse::target);
        return statement->renameType != OBJECT_TABCONSTRAINT ||
               !rename_foreign_key_fact(ddl, statement->relation, statement->subname, statement->newname);
    }
    if (rename_object_fact(ddl, statement->renameType, statement->object, statement->newname)) {
        return false;
    }
    if (statement->object != nullptr && IsA(statement->object, String)) {
        if (ScratchObject *scratch =
                find_scratch_object(ddl->names, statement->renameType, strVal(statement->object))) {
            scratch->real = MemoryContextStrdup(ddl->names->context, statement->newname);
            return false;
        }
    }
    if (statement->renameType == OBJECT_SCHEMA || label_of_database_object(statement->renameType) != nullptr ||
        statement->object == nullptr ||
        !place_named_object(ddl, statement->renameType, &statement->object, NameUse::target)) {
        refuse("this RENAME");
    }
    return true;
}

bool prepare_set_schema(ModelDdl *ddl, AlterObjectSchemaStmt *statement) {
    if (label_of_database_object(statement->objectType) != nullptr) {
        return move_extension_fact(ddl, statement) ? false : skip(ddl, "EXTENSION");
    }
    if (statement->relation != nullptr) {
        place_relation(ddl->names, statement->relation, NameUse::target);
    } else if (!place_named_object(ddl, statement->objectType, &statement->object, NameUse::target)) {
        refuse("this SET SCHEMA");
    }
    statement->newschema = pstrdup(scratch_for(ddl->names, statement->newschema)->scratch);
    return true;
}

}  // namespace

bool prepare_any_object_statement(ModelDdl *ddl, Node *statement, bool *known) {
    switch (nodeTag(statement)) {
        case T_DropStmt:
            return prepare_drop(ddl, castNode(DropStmt, statement));
        case T_CommentStmt:
            return prepare_comment(ddl, castNode(CommentStmt, statement));
        case T_RenameStmt:
            return prepare_rename(ddl, castNode(RenameStmt, statement));
        case T_AlterObjectSchemaStmt:
            return prepare_set_schema(ddl, castNode(AlterObjectSchemaStmt, statement));
        default:
            *known = false;
            return false;
    }
}

}  // namespace schema_audit::server
