// The rewriting of expression trees behind the normal form.
#include "server/normal_form_parts.hpp"

namespace schema_audit::server::normal {
namespace {

template <class T>
Node *as_node(T *node) {
    return reinterpret_cast<Node *>(node);
}

Oid type_of(Node *node) { return text_for_varchar(exprType(node)); }

// Coercions directly above a CaseTestExpr stay implicit: by that ruleutils knows CASE x WHEN y.
CoercionForm cast_form(Node *argument) {
    return IsA(strip_implicit_coercions(argument), CaseTestExpr) ? COERCE_IMPLICIT_CAST : COERCE_EXPLICIT_CAST;
}

FuncExpr *cast_by(Oid function, Oid type, List *arguments) {
    return makeFuncExpr(function, type, arguments, InvalidOid, InvalidOid, COERCE_EXPLICIT_CAST);
}

Node *now() { return as_node(makeFuncExpr(F_NOW, TIMESTAMPTZOID, NIL, InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL)); }

Node *now_as(Oid function, Oid type) { return as_node(cast_by(function, type, list_make1(now()))); }

Node *rounded(Node *value, Oid function, int32 typmod) {
    auto *digits = makeConst(INT4OID, -1, InvalidOid, sizeof(int32), Int32GetDatum(typmod), false, true);
    return as_node(cast_by(function, exprType(value), list_make2(value, digits)));
}

// CURRENT_DATE and its relatives are defined as casts of now(); they round as the length coercions do.
Node *rewrite_value_function(const SQLValueFunction *function) {
    switch (function->op) {
        case SVFOP_CURRENT_TIMESTAMP:
            return now();
        case SVFOP_CURRENT_TIMESTAMP_N:
            return rounded(now(), F_TIMESTAMPTZ_TIMESTAMPTZ_INT4, function->typmod);
        case SVFOP_CURRENT_DATE:
            return now_as(F_DATE_TIMESTAMPTZ, DATEOID);
        case SVFOP_LOCALTIMESTAMP:
            return now_as(F_TIMESTAMP_TIMESTAMPTZ, TIMESTAMPOID);
        case SVFOP_LOCALTIMESTAMP_N:
            return rounded(now_as(F_TIMESTAMP_TIMESTAMPTZ, TIMESTAMPOID), F_TIMESTAMP_TIMESTAMP_INT4, function->typmod);
        case SVFOP_CURRENT_TIME:
            return now_as(F_TIMETZ_TIMESTAMPTZ, TIMETZOID);
        case SVFOP_CURRENT_TIME_N:
            return rounded(now_as(F_TIMETZ_TIMESTAMPTZ, TIMETZOID), F_TIMETZ_TIMETZ_INT4, function->typmod);
        case SVFOP_LOCALTIME:
            return now_as(F_TIME_TIMESTAMPTZ, TIMEOID);
        case SVFOP_LOCALTIME_N:
            return rounded(now_as(F_TIME_TIMESTAMPTZ, TIMEOID), F_TIME_TIME_INT4, function->typmod);
        default:
            break;
    }
    auto *copy = static_cast<SQLValueFunction *>(copyObjectImpl(function));
    if (copy->op == SVFOP_CURRENT_ROLE || copy->op == SVFOP_USER) {
        copy->op = SVFOP_CURRENT_USER;
    }
    return as_node(copy);
}

Node *value_function(SQLValueFunctionOp op) {
    auto *function = makeNode(SQLValueFunction);
    function->op = op;
    function->type = NAMEOID;
    function->typmod = -1;
    function->location = -1;
    return as_node(function);
}

// Functions with another name for what SQL has a word for, and pgcrypto's wrapper of the built-in one.
Node *other_name(const FuncExpr *call) {
    if (call->args != NIL) {
        return nullptr;
    }
    switch (call->funcid) {
        case F_TRANSACTION_TIMESTAMP:
            return now();
        case F_CURRENT_USER:
            return value_function(SVFOP_CURRENT_USER);
        case F_SESSION_USER:
            return value_function(SVFOP_SESSION_USER);
        case F_CURRENT_DATABASE:
            return value_function(SVFOP_CURRENT_CATALOG);
        case F_CURRENT_SCHEMA:
            return value_function(SVFOP_CURRENT_SCHEMA);
        default:
            break;
    }
    if (call->funcresulttype != UUIDOID || call->funcid < FirstNormalObjectId) {
        return nullptr;
    }
    const char *name = get_func_name(call->funcid);
    const Oid extension = getExtensionOfObject(ProcedureRelationId, call->funcid);
    const char *extension_name = OidIsValid(extension) ? get_extension_name(extension) : nullptr;
    if (name == nullptr || extension_name == nullptr || std::strcmp(name, "gen_random_uuid") != 0 ||
        std::strcmp(extension_name, "pgcrypto") != 0) {
        return nullptr;
    }
    return as_node(makeFuncExpr(F_GEN_RANDOM_UUID, UUIDOID, NIL, InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL));
}

bool is_cast(const FuncExpr *call) {
    if (call->funcformat == COERCE_IMPLICIT_CAST || call->funcformat == COERCE_EXPLICIT_CAST) {
        return true;
    }
    if (call->funcformat != COERCE_EXPLICIT_CALL || call->funcid >= FirstUnpinnedObjectId ||
        list_length(call->args) != 1) {
        return false;
    }
    Oid function = InvalidOid;
    const Oid source = exprType(static_cast<Node *>(linitial(call->args)));
    return find_coercion_pathway(call->funcresulttype, source, COERCION_EXPLICIT, &function) == COERCION_PATH_FUNC &&
           function == call->funcid;
}

Node *rewrite_function(FuncExpr *call) {
    call->location = -1;
    if (Node *renamed = other_name(call)) {
        return renamed;
    }
    if (!is_cast(call)) {
        call->funcformat = COERCE_EXPLICIT_CALL;
        return as_node(call);
    }
    call->funcformat = cast_form(static_cast<Node *>(linitial(call->args)));
    Node *folded = fold_cast_function(call);
    return folded != nullptr ? folded : as_node(call);
}

Node *rewrite_relabel(RelabelType *relabel) {
    Node *argument = as_node(relabel->arg);
    relabel->resulttype = text_for_varchar(relabel->resulttype);
    if (type_of(argument) == relabel->resulttype) {
        return argument;
    }
    if (IsA(argument, Const)) {
        auto *constant = reinterpret_cast<Const *>(argument);
        if (constant->constisnull || (constant->consttype == TEXTOID && relabel->resulttype == BPCHAROID)) {
            return as_node(make_constant(relabel->resulttype, constant->constvalue, constant->constisnull));
        }
    }
    relabel->relabelformat = cast_form(argument);
    return as_node(relabel);
}

// ('now'::text)::date is how servers before 10 stored CURRENT_DATE.
Node *old_current(const CoerceViaIO *cast) {
    if (!IsA(cast->arg, Const)) {
        return nullptr;
    }
    const auto *value = reinterpret_cast<const Const *>(cast->arg);
    if (value->consttype != TEXTOID || value->constisnull ||
        std::strcmp(TextDatumGetCString(value->constvalue), "now") != 0) {
        return nullptr;
    }
    switch (cast->resulttype) {
        case DATEOID:
            return now_as(F_DATE_TIMESTAMPTZ, DATEOID);
        case TIMESTAMPOID:
            return now_as(F_TIMESTAMP_TIMESTAMPTZ, TIMESTAMPOID);
        case TIMESTAMPTZOID:
            return now();
        default:
            return nullptr;
    }
}

Node *rewrite_io_cast(CoerceViaIO *cast) {
    if (Node *current = old_current(cast)) {
        return current;
    }
    if (Node *folded = fold_io_cast(cast)) {
        return folded;
    }
    cast->resulttype = text_for_varchar(cast->resulttype);
    cast->coerceformat = cast_form(as_node(cast->arg));
    return as_node(cast);
}

Node *rewrite_array_cast(ArrayCoerceExpr *cast) {
    if (IsA(cast->elemexpr, CaseTestExpr) && exprType(as_node(cast->arg)) == cast->resulttype) {
        return as_node(cast->arg);
    }
    if (Node *folded = fold_array_cast(cast)) {
        return folded;
    }
    cast->coerceformat = COERCE_EXPLICIT_CAST;
    return as_node(cast);
}

Node *rewrite_array(ArrayExpr *array) {
    Node *folded = fold_array(array);
    return folded != nullptr ? folded : as_node(array);
}

Node *without_widening(Node *node) {
    if (IsA(node, Const)) {
        return as_node(narrow_integer(reinterpret_cast<Const *>(node)));
    }
    if (IsA(node, FuncExpr)) {
        const auto *call = reinterpret_cast<FuncExpr *>(node);
        if (call->funcid == F_INT4_INT2 || call->funcid == F_INT8_INT2 || call->funcid == F_INT8_INT4) {
            return static_cast<Node *>(linitial(call->args));
        }
    }
    return node;
}

// Comparisons of integers mean the same in every width, and each pair of widths has its operator.
// `right_type` is the element type when the right side is an array. False when nothing is to be done.
bool same_comparison(Oid *operator_oid, Oid left_type, Oid right_type) {
    Oid old_left;
    Oid old_right;
    op_input_types(*operator_oid, &old_left, &old_right);
    if (*operator_oid >= FirstUnpinnedObjectId || !is_integer(old_left) || !is_integer(old_right) ||
        get_op_rettype(*operator_oid) != BOOLOID || !is_integer(left_type) || !is_integer(right_type)) {
        return false;
    }
    List *name = list_make2(makeString(pstrdup("pg_catalog")), makeString(get_opname(*operator_oid)));
    const Oid found = OpernameGetOprid(name, left_type, right_type);
    if (OidIsValid(found)) {
        *operator_oid = found;
    }
    return OidIsValid(found);
}

Node *rewrite_operator(OpExpr *operation) {
    operation->location = -1;
    if (Node *folded = fold_unary_minus(operation)) {
        return folded;
    }
    if (list_length(operation->args) == 2) {
        Node *left = without_widening(static_cast<Node *>(linitial(operation->args)));
        Node *right = without_widening(static_cast<Node *>(lsecond(operation->args)));
        if (same_comparison(&operation->opno, exprType(left), exprType(right))) {
            operation->opfuncid = InvalidOid;
            operation->args = list_make2(left, right);
        }
    }
    return as_node(operation);
}

List *narrowed(List *elements) {
    List *narrow = NIL;
    ListCell *cell;
    foreach (cell, elements) {
        auto *constant = narrow_integer(lfirst_node(Const, cell));
        if (constant->consttype != INT4OID) {
            return NIL;
        }
        narrow = lappend(narrow, constant);
    }
    return narrow;
}

// = ANY (one element) is =; else the array becomes an ordered set, integers in it as narrow as they go.
Node *rewrite_array_operator(ScalarArrayOpExpr *operation) {
    operation->location = -1;
    if (!IsA(lsecond(operation->args), Const) || lsecond_node(Const, operation->args)->constisnull) {
        return as_node(operation);
    }
    Node *left = static_cast<Node *>(linitial(operation->args));
    auto *array = lsecond_node(Const, operation->args);
    List *elements;
    Oid element_type;
    if (!set_of_elements(array, &elements, &element_type)) {
        return as_node(operation);
    }
    if (list_length(elements) == 1) {
        auto *single = makeNode(OpExpr);
        single->opno = operation->opno;
        single->opresulttype = BOOLOID;
        single->inputcollid = operation->inputcollid;
        single->args = list_make2(left, linitial(elements));
        return rewrite_operator(single);
    }
    Oid array_type = array->consttype;
    if (is_integer(element_type)) {
        List *narrow = narrowed(elements);
        Node *plain = without_widening(left);
        if (narrow != NIL && same_comparison(&operation->opno, exprType(plain), INT4OID)) {
            left = plain;
            elements = narrow;
            element_type = INT4OID;
            array_type = INT4ARRAYOID;
        }
    }
    operation->args = list_make2(left, array_of_constants(array_type, element_type, elements));
    return as_node(operation);
}

// AND and OR without nesting: how deep they nest depends on how the text was written. NOT goes inwards.
Node *rewrite_boolean(BoolExpr *expression) {
    expression->location = -1;
    if (expression->boolop == NOT_EXPR) {
        Node *negated = negate_clause(static_cast<Node *>(linitial(expression->args)));
        const bool still_not = IsA(negated, BoolExpr) && reinterpret_cast<BoolExpr *>(negated)->boolop == NOT_EXPR;
        return still_not || !IsA(negated, BoolExpr) ? negated : rewrite_boolean(reinterpret_cast<BoolExpr *>(negated));
    }
    List *flat = NIL;
    ListCell *cell;
    foreach (cell, expression->args) {
        Node *argument = static_cast<Node *>(lfirst(cell));
        if (IsA(argument, BoolExpr) && reinterpret_cast<BoolExpr *>(argument)->boolop == expression->boolop) {
            flat = list_concat(flat, reinterpret_cast<BoolExpr *>(argument)->args);
        } else {
            flat = lappend(flat, argument);
        }
    }
    expression->args = flat;
    return as_node(expression);
}

Node *rewrite_leaf(Node *node) {
    switch (nodeTag(node)) {
        case T_Var: {
            auto *var = static_cast<Var *>(copyObjectImpl(node));
            var->vartype = text_for_varchar(var->vartype);
            var->location = -1;
            return as_node(var);
        }
        case T_Const:
            return as_node(normal_constant(reinterpret_cast<const Const *>(node)));
        case T_CaseTestExpr: {
            auto *test = static_cast<CaseTestExpr *>(copyObjectImpl(node));
            test->typeId = text_for_varchar(test->typeId);
            return as_node(test);
        }
        case T_CoerceToDomainValue: {
            auto *value = static_cast<CoerceToDomainValue *>(copyObjectImpl(node));
            value->typeId = text_for_varchar(value->typeId);
            return as_node(value);
        }
        case T_SQLValueFunction:
            return rewrite_value_function(reinterpret_cast<const SQLValueFunction *>(node));
        default:
            return nullptr;
    }
}

// The context says whether subqueries are rewritten as well.
char into_queries;

Node *rewrite_node(Node *node, void *context);

// What compares the rows of a subquery with an expression has a form that is not to be touched.
Node *rewrite_sublink(const SubLink *link, void *context) {
    auto *copy = static_cast<SubLink *>(copyObjectImpl(link));
    copy->subselect = rewrite_node(copy->subselect, context);
    copy->location = -1;
    return as_node(copy);
}

Node *rewrite_subquery(Node *query, const void *context) {
    return context == &into_queries ? as_node(rewrite_query(reinterpret_cast<const Query *>(query)))
                                    : static_cast<Node *>(copyObjectImpl(query));
}

// What only carries a type, or the form of a coercion.
void even_type(Node *node) {
    switch (nodeTag(node)) {
        case T_CaseExpr:
            reinterpret_cast<CaseExpr *>(node)->casetype = text_for_varchar(exprType(node));
            break;
        case T_CoalesceExpr:
            reinterpret_cast<CoalesceExpr *>(node)->coalescetype = text_for_varchar(exprType(node));
            break;
        case T_MinMaxExpr:
            reinterpret_cast<MinMaxExpr *>(node)->minmaxtype = text_for_varchar(exprType(node));
            break;
        case T_ConvertRowtypeExpr:
            reinterpret_cast<ConvertRowtypeExpr *>(node)->convertformat = COERCE_EXPLICIT_CAST;
            break;
        case T_CoerceToDomain: {
            auto *domain = reinterpret_cast<CoerceToDomain *>(node);
            domain->coercionformat = cast_form(as_node(domain->arg));
            break;
        }
        default:
            break;
    }
}

Node *rewrite_node(Node *node, void *context) {
    if (node == nullptr) {
        return nullptr;
    }
    if (Node *leaf = rewrite_leaf(node)) {
        return leaf;
    }
    if (IsA(node, Query)) {
        return rewrite_subquery(node, context);
    }
    if (IsA(node, SubLink) && context == &into_queries) {
        return rewrite_sublink(reinterpret_cast<SubLink *>(node), context);
    }
    Node *copy = mutate_tree(node, rewrite_node, context);
    switch (nodeTag(copy)) {
        case T_FuncExpr:
            return rewrite_function(reinterpret_cast<FuncExpr *>(copy));
        case T_RelabelType:
            return rewrite_relabel(reinterpret_cast<RelabelType *>(copy));
        case T_CoerceViaIO:
            return rewrite_io_cast(reinterpret_cast<CoerceViaIO *>(copy));
        case T_ArrayCoerceExpr:
            return rewrite_array_cast(reinterpret_cast<ArrayCoerceExpr *>(copy));
        case T_ArrayExpr:
            return rewrite_array(reinterpret_cast<ArrayExpr *>(copy));
        case T_OpExpr:
            return rewrite_operator(reinterpret_cast<OpExpr *>(copy));
        case T_ScalarArrayOpExpr:
            return rewrite_array_operator(reinterpret_cast<ScalarArrayOpExpr *>(copy));
        case T_BoolExpr:
            return rewrite_boolean(reinterpret_cast<BoolExpr *>(copy));
        default:
            even_type(copy);
            return copy;
    }
}

// The argument of a cast, whatever kind of node it is; null for anything else.
Node *cast_argument(Node *node) {
    switch (nodeTag(node)) {
        case T_FuncExpr: {
            const auto *call = reinterpret_cast<FuncExpr *>(node);
            return call->funcformat == COERCE_EXPLICIT_CAST ? static_cast<Node *>(linitial(call->args)) : nullptr;
        }
        case T_RelabelType:
            return as_node(reinterpret_cast<RelabelType *>(node)->arg);
        case T_CoerceViaIO:
            return as_node(reinterpret_cast<CoerceViaIO *>(node)->arg);
        case T_ArrayCoerceExpr:
            return as_node(reinterpret_cast<ArrayCoerceExpr *>(node)->arg);
        default:
            return nullptr;
    }
}

}  // namespace

Node *rewrite(Node *node) { return rewrite_node(node, nullptr); }

// Names of columns merged by joins are found behind implicit coercions, which would not be implicit any more.
Query *rewrite_query(const Query *query) {
    return mutate_query(const_cast<Query *>(query), rewrite_node, &into_queries, QTW_IGNORE_JOINALIASES);
}

Node *rewrite_value(Node *value) {
    while (IsA(value, CoerceToDomain)) {
        value = as_node(reinterpret_cast<CoerceToDomain *>(value)->arg);
    }
    // An explicit length was written, and need not be the column's: now()::timestamptz(0).
    const bool has_implicit_length = IsA(value, FuncExpr) &&
                                     reinterpret_cast<FuncExpr *>(value)->funcformat == COERCE_IMPLICIT_CAST &&
                                     list_length(reinterpret_cast<FuncExpr *>(value)->args) > 1;
    Node *node = rewrite(value);
    Node *argument = cast_argument(node);
    if (has_implicit_length && argument != nullptr && type_of(argument) == type_of(node)) {
        // A constant is still under a cast when it does not fit: without it, it would look as if it did.
        if (IsA(argument, Const)) {
            return node;
        }
        node = argument;
        argument = cast_argument(node);
    }
    const bool converts = argument != nullptr && !IsA(argument, Const) && type_of(argument) != type_of(node);
    return converts ? argument : node;
}

}  // namespace schema_audit::server::normal
