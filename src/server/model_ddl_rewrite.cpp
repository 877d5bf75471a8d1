// Names in expressions, queries and definitions.
#include "server/model_ddl_rewrite.hpp"

namespace schema_audit::server {
namespace {

bool walk(Node *node, void *context);

void place_function_name(ModelDdl *ddl, List **list) {
    place_object(ddl->names, list, NameKind::function, NameUse::read);
}
void place_any_name(ModelDdl *ddl, List **list) {
    if (list_length(*list) > 1) {
        place_object(ddl->names, list, NameKind::any, NameUse::read);
    }
}

bool is_visible_cte(ModelDdl *ddl, const RangeVar *relation) {
    ListCell *cell = nullptr;
    foreach (cell, relation->schemaname == nullptr ? ddl->cte_names : NIL) {
        if (std::strcmp(static_cast<const char *>(lfirst(cell)), relation->relname) == 0) {
            return true;
        }
    }
    return false;
}

WithClause **with_clause_of(Node *node) {
    switch (nodeTag(node)) {
        case T_SelectStmt:
            return &castNode(SelectStmt, node)->withClause;
        case T_InsertStmt:
            return &castNode(InsertStmt, node)->withClause;
        case T_UpdateStmt:
            return &castNode(UpdateStmt, node)->withClause;
        case T_DeleteStmt:
            return &castNode(DeleteStmt, node)->withClause;
        case T_MergeStmt:
            return &castNode(MergeStmt, node)->withClause;
        default:
            return nullptr;
    }
}

// A name of WITH hides a relation, in the query and, when recursive, in all its members.
void place_with(ModelDdl *ddl, WithClause *with) {
    ListCell *cell = nullptr;
    foreach (cell, with->recursive ? with->ctes : NIL) {
        ddl->cte_names = lcons(static_cast<CommonTableExpr *>(lfirst(cell))->ctename, ddl->cte_names);
    }
    foreach (cell, with->ctes) {
        auto *cte = static_cast<CommonTableExpr *>(lfirst(cell));
        walk(cte->ctequery, ddl);
        if (!with->recursive) {
            ddl->cte_names = lcons(cte->ctename, ddl->cte_names);
        }
    }
}

void place_query(ModelDdl *ddl, Node *query, WithClause **with) {
    WithClause *clause = *with;
    List *outer = ddl->cte_names;
    if (clause != nullptr) {
        place_with(ddl, clause);
    }
    *with = nullptr;
    walk_raw_expression(query, walk, ddl);
    *with = clause;
    ddl->cte_names = outer;
}

// schema.table.column, in the longer forms with the database before.
void place_column_reference(ModelDdl *ddl, ColumnRef *reference) {
    const int length = list_length(reference->fields);
    if (length < 3 || !IsA(list_nth(reference->fields, length - 3), String)) {
        return;
    }
    ListCell *schema = list_nth_cell(reference->fields, length - 3);
    RangeVar *relation = makeRangeVar(strVal(lfirst(schema)), strVal(list_nth(reference->fields, length - 2)), -1);
    place_relation(ddl->names, relation, NameUse::read);
    lfirst(schema) = makeString(relation->schemaname);
}

A_Const *text_constant(Node *node) {
    if (node == nullptr || !IsA(node, A_Const)) {
        return nullptr;
    }
    auto *constant = castNode(A_Const, node);
    return !constant->isnull && IsA(&constant->val.node, String) ? constant : nullptr;
}

void place_text_constant(ModelDdl *ddl, Node *node) {
    if (A_Const *constant = text_constant(node)) {
        constant->val.sval.sval = place_relation_text(ddl->names, constant->val.sval.sval);
    }
}

bool is_sequence_function(const List *name) {
    const char *last = strVal(llast(name));
    return (list_length(name) == 1 || std::strcmp(strVal(linitial(name)), "pg_catalog") == 0) &&
           (std::strcmp(last, "nextval") == 0 || std::strcmp(last, "currval") == 0 || std::strcmp(last, "setval") == 0);
}

bool is_regclass(const TypeName *type) {
    return type->names != NIL && type->arrayBounds == NIL && std::strcmp(strVal(llast(type->names)), "regclass") == 0 &&
           (list_length(type->names) == 1 || std::strcmp(strVal(linitial(type->names)), "pg_catalog") == 0);
}

void place_constraint(ModelDdl *ddl, ::Constraint *constraint) {
    walk(constraint->raw_expr, ddl);
    walk(constraint->where_clause, ddl);
    constraint->indexspace = nullptr;
    if (constraint->contype == CONSTR_IDENTITY) {
        place_definition(ddl, constraint->options);
    }
    ListCell *cell = nullptr;
    foreach (cell, constraint->exclusions) {
        auto *pair = static_cast<List *>(lfirst(cell));
        walk(static_cast<Node *>(linitial(pair)), ddl);
        auto *operator_name = static_cast<List *>(lsecond(pair));
        place_any_name(ddl, &operator_name);
    }
}

void place_index_element(ModelDdl *ddl, IndexElem *element) {
    walk(element->expr, ddl);
    place_any_name(ddl, &element->collation);
    place_any_name(ddl, &element->opclass);
}

void place_partition_bound(ModelDdl *ddl, PartitionBoundSpec *bound) {
    place_names(ddl, bound->listdatums);
    place_names(ddl, bound->lowerdatums);
    place_names(ddl, bound->upperdatums);
}

// Nodes that the server's walker passes by or stops at. False: it has to look further into the node.
bool place_definition_node(ModelDdl *ddl, Node *node) {
    switch (nodeTag(node)) {
        case T_ColumnDef: {
            auto *column = castNode(ColumnDef, node);
            place_names(ddl, column->constraints);
            walk(reinterpret_cast<Node *>(column->typeName), ddl);
            walk(column->raw_default, ddl);
            walk(reinterpret_cast<Node *>(column->collClause), ddl);
            place_definition(ddl, column->fdwoptions);
            return true;
        }
        case T_Constraint:
            place_constraint(ddl, reinterpret_cast<::Constraint *>(node));
            return true;
        case T_IndexElem:
            place_index_element(ddl, castNode(IndexElem, node));
            return true;
        case T_TableLikeClause:
            place_relation(ddl->names, castNode(TableLikeClause, node)->relation, NameUse::target);
            return true;
        case T_PartitionSpec:
            place_names(ddl, castNode(PartitionSpec, node)->partParams);
            return true;
        case T_PartitionElem: {
            auto *element = castNode(PartitionElem, node);
            walk(element->expr, ddl);
            place_any_name(ddl, &element->collation);
            place_any_name(ddl, &element->opclass);
            return true;
        }
        case T_PartitionBoundSpec:
            place_partition_bound(ddl, castNode(PartitionBoundSpec, node));
            return true;
        case T_StatsElem:
            walk(castNode(StatsElem, node)->expr, ddl);
            return true;
        case T_FunctionParameter:
            walk(reinterpret_cast<Node *>(castNode(FunctionParameter, node)->argType), ddl);
            walk(castNode(FunctionParameter, node)->defexpr, ddl);
            return true;
        case T_NotifyStmt:  // of a rule
            return true;
        case T_ReturnStmt:
            walk(castNode(ReturnStmt, node)->returnval, ddl);
            return true;
        default:
            return false;
    }
}

bool walk(Node *node, void *context) {
    if (node == nullptr) {
        return false;
    }
    check_stack_depth();
    auto *ddl = static_cast<ModelDdl *>(context);
    if (WithClause **with = with_clause_of(node)) {
        place_query(ddl, node, with);
        return false;
    }
    switch (nodeTag(node)) {
        case T_RangeVar:
            if (!is_visible_cte(ddl, castNode(RangeVar, node))) {
                place_relation(ddl->names, castNode(RangeVar, node), NameUse::read);
            }
            return false;
        case T_LockingClause:  // names aliases, not relations
            return false;
        case T_TypeName:
            place_type(ddl->names, castNode(TypeName, node), NameUse::read);
            return false;
        case T_ColumnRef:
            place_column_reference(ddl, castNode(ColumnRef, node));
            return false;
        case T_FuncCall: {
            auto *call = castNode(FuncCall, node);
            if (is_sequence_function(call->funcname) && call->args != NIL) {
                place_text_constant(ddl, static_cast<Node *>(linitial(call->args)));
            }
            place_function_name(ddl, &call->funcname);
            break;
        }
        case T_TypeCast:
            if (is_regclass(castNode(TypeCast, node)->typeName)) {
                place_text_constant(ddl, castNode(TypeCast, node)->arg);
            }
            break;
        case T_A_Expr:
            place_any_name(ddl, &castNode(A_Expr, node)->name);
            break;
        case T_SubLink:
            place_any_name(ddl, &castNode(SubLink, node)->operName);
            break;
        case T_SortBy:
            place_any_name(ddl, &castNode(SortBy, node)->useOp);
            break;
        case T_CollateClause:
            place_any_name(ddl, &castNode(CollateClause, node)->collname);
            break;
        default:
            if (place_definition_node(ddl, node)) {
                return false;
            }
            break;
    }
    return walk_raw_expression(node, walk, ddl);
}

// SFUNC = public.f parses as a type name; so do types, collations and templates.
void place_option_type(ModelDdl *ddl, TypeName *type) {
    if (list_length(type->names) > 1 && !type->pct_type) {
        place_object(ddl->names, &type->names, NameKind::any, NameUse::read);
    } else {
        place_type(ddl->names, type, NameUse::read);
    }
}

void place_option(ModelDdl *ddl, DefElem *option) {
    Node *value = option->arg;
    if (value == nullptr) {
        return;
    }
    if (IsA(value, TypeName)) {
        if (std::strcmp(option->defname, "multirange_type_name") == 0) {
            place_type(ddl->names, castNode(TypeName, value), NameUse::create);
        } else {
            place_option_type(ddl, castNode(TypeName, value));
        }
        return;
    }
    if (!IsA(value, List) || castNode(List, value) == NIL || !IsA(linitial(castNode(List, value)), String)) {
        return;
    }
    auto *list = castNode(List, value);
    if (std::strcmp(option->defname, "owned_by") == 0) {
        if (list_length(list) > 1) {
            place_relation_list(ddl->names, &list, 1, NameUse::target);
        }
    } else if (std::strcmp(option->defname, "sequence_name") == 0) {
        place_relation_list(ddl->names, &list, 0, NameUse::create);
    } else if (std::strcmp(option->defname, "as") != 0) {
        place_any_name(ddl, &list);
    }
    option->arg = reinterpret_cast<Node *>(list);
}

bool place_relation_object(ModelDdl *ddl, ObjectType type, List **list, NameUse use) {
    switch (type) {
        case OBJECT_TABLE:
        case OBJECT_FOREIGN_TABLE:
        case OBJECT_SEQUENCE:
        case OBJECT_VIEW:
        case OBJECT_MATVIEW:
        case OBJECT_INDEX:
            place_relation_list(ddl->names, list, 0, use);
            return true;
        case OBJECT_COLUMN:
        case OBJECT_TABCONSTRAINT:
        case OBJECT_TRIGGER:
        case OBJECT_RULE:
        case OBJECT_POLICY:
            place_relation_list(ddl->names, list, 1, use);
            return true;
        default:
            return false;
    }
}

}  // namespace

void place_names(ModelDdl *ddl, Node *node) { walk(node, ddl); }

void place_names(ModelDdl *ddl, List *nodes) {
    ListCell *cell = nullptr;
    foreach (cell, nodes) {
        walk(static_cast<Node *>(lfirst(cell)), ddl);
    }
}

void place_definition(ModelDdl *ddl, List *options) {
    ListCell *cell = nullptr;
    foreach (cell, options) {
        place_option(ddl, static_cast<DefElem *>(lfirst(cell)));
    }
}

void place_function(ModelDdl *ddl, ObjectWithArgs *function, NameUse use) {
    if (use == NameUse::read) {
        place_any_name(ddl, &function->objname);
    } else {
        place_object(ddl->names, &function->objname, NameKind::any, use);
    }
    place_names(ddl, function->objargs);
    place_names(ddl, function->objfuncargs);
}

bool place_named_object(ModelDdl *ddl, ObjectType type, Node **object, NameUse use) {
    if (type == OBJECT_SCHEMA) {
        *object = reinterpret_cast<Node *>(makeString(pstrdup(scratch_for(ddl->names, strVal(*object))->scratch)));
        return true;
    }
    switch (nodeTag(*object)) {
        case T_TypeName:
            place_type(ddl->names, castNode(TypeName, *object), use);
            return true;
        case T_ObjectWithArgs:
            place_function(ddl, castNode(ObjectWithArgs, *object), use);
            return true;
        case T_List:
            break;
        default:
            return false;
    }
    auto *list = castNode(List, *object);
    bool known = true;
    if (type == OBJECT_CAST || type == OBJECT_TRANSFORM) {
        return false;
    }
    if (IsA(linitial(list), TypeName)) {  // a domain and its constraint
        place_type(ddl->names, static_cast<TypeName *>(linitial(list)), use);
    } else if (type == OBJECT_OPCLASS || type == OBJECT_OPFAMILY) {
        List *name = list_copy_tail(list, 1);
        place_object(ddl->names, &name, NameKind::any, use);
        list = lcons(linitial(list), name);
    } else if (!place_relation_object(ddl, type, &list, use)) {
        known = type != OBJECT_EXTENSION;
        place_object(ddl->names, &list, NameKind::any, use);
    }
    *object = reinterpret_cast<Node *>(list);
    return known;
}

}  // namespace schema_audit::server
