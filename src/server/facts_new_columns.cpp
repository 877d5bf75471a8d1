// What the server makes of the columns that ALTER TABLE adds.
#include "server/facts.hpp"
#include "server/subtransaction.hpp"

namespace schema_audit::server {
namespace {

struct ColumnType {
    Oid oid;
    int32 modifier;
};

// Of a type that does not exist (or is serial, which is none) nothing is known.
ColumnType type_of(const TypeName *name) noexcept {
    ColumnType found{InvalidOid, -1};
    if (name == nullptr || name->pct_type) {
        return found;
    }
    const Type type = LookupTypeName(nullptr, name, &found.modifier, true);
    if (type != nullptr) {
        found.oid = typeTypeId(type);
        ReleaseSysCache(type);
    }
    return found;
}

const char *base_type_of(ColumnType type) noexcept {
    const Oid base = getBaseTypeAndTypmod(type.oid, &type.modifier);
    return format_type_with_typemod(base, type.modifier);
}

const Node *raw_default_of(const ColumnDef *definition) noexcept {
    const Node *found = definition->raw_default;
    const ListCell *cell = nullptr;
    foreach (cell, definition->constraints) {
        const auto *constraint = static_cast<const Constraint *>(lfirst(cell));
        if (IsA(constraint, Constraint) && constraint->contype == CONSTR_DEFAULT) {
            found = constraint->raw_expr;
        }
    }
    return found;
}

Node *with_null_for_value(Node *node, void *context) noexcept {
    if (node != nullptr && IsA(node, CoerceToDomainValue)) {
        const auto *value = reinterpret_cast<const CoerceToDomainValue *>(node);
        return reinterpret_cast<Node *>(makeNullConst(value->typeId, value->typeMod, value->collation));
    }
    return mutate_tree(node, with_null_for_value, context);
}

// As ADD COLUMN tests it: after constant folding and inlining.
bool is_volatile(const Node *raw, ColumnType type) noexcept {
    ParseState *const state = make_parsestate(nullptr);
    Node *expression = transformExpr(state, static_cast<Node *>(copyObjectImpl(raw)), EXPR_KIND_COLUMN_DEFAULT);
    Node *const coerced = coerce_to_target_type(state, expression, exprType(expression), type.oid, type.modifier,
                                                COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
    if (coerced == nullptr) {
        return false;
    }
    assign_expr_collations(state, coerced);
    return contain_volatile_functions(reinterpret_cast<Node *>(expression_planner(reinterpret_cast<Expr *>(coerced))));
}

// Does a constraint of the domain refuse NULL? By constant folding: nothing volatile runs.
bool refuses_null(Oid type) noexcept {
    if (get_typtype(type) != TYPTYPE_DOMAIN) {
        return false;
    }
    // The memory context calls it back when it ends: it must not be on the stack.
    auto *constraints = static_cast<DomainConstraintRef *>(palloc0(sizeof(DomainConstraintRef)));
    InitDomainConstraintRef(type, constraints, CurrentMemoryContext, false);
    const ListCell *cell = nullptr;
    foreach (cell, constraints->constraints) {
        const auto *constraint = static_cast<const DomainConstraintState *>(lfirst(cell));
        if (constraint->constrainttype == DOM_CONSTRAINT_NOTNULL) {
            return true;
        }
        auto *condition = static_cast<Node *>(copyObjectImpl(constraint->check_expr));
        const auto *value =
            reinterpret_cast<const Const *>(eval_const_expressions(nullptr, with_null_for_value(condition, nullptr)));
        if (IsA(value, Const) && !value->constisnull && !DatumGetBool(value->constvalue)) {
            return true;
        }
    }
    return false;
}

bool has_volatile_default(const Node *raw, ColumnType type) {
    bool found = false;
    survive_analysis([&] { found = server_call([=] { return is_volatile(raw, type); }); });
    return found;
}

}  // namespace

void survive_analysis(const std::function<void()> &analyse) {
    try {
        in_subtransaction(Keep::nothing, analyse);
    } catch (const ServerError &error) {
        const int category = ERRCODE_TO_CATEGORY(error.sqlstate());
        if (category == ERRCODE_OPERATOR_INTERVENTION || error.sqlstate() == ERRCODE_OUT_OF_MEMORY) {
            throw;
        }
    }
}

void read_new_columns(Oid table, const AlterTableStmt *tree, guard::StatementFacts &facts) {
    const ListCell *cell = nullptr;
    foreach (cell, tree->cmds) {
        const auto *command = lfirst_node(AlterTableCmd, cell);
        if (command->subtype != AT_AddColumn) {
            continue;
        }
        const auto *definition = castNode(ColumnDef, command->def);
        const ColumnType type = server_call([=] { return type_of(definition->typeName); });
        const bool exists = command->missing_ok &&
                            server_call([=] { return get_attnum(table, definition->colname); }) != InvalidAttrNumber;
        if (!OidIsValid(type.oid) || exists) {
            continue;
        }
        guard::NewColumn column;
        column.column = definition->colname;
        column.constrained_domain = server_call([=] { return DomainHasConstraints(type.oid); });
        if (column.constrained_domain) {
            survive_analysis([&] { column.domain_without_null = server_call([=] { return refuses_null(type.oid); }); });
            column.base_type = server_call([=] { return base_type_of(type); });
        }
        const Node *raw = raw_default_of(definition);
        column.volatile_default = raw != nullptr && !IsA(raw, A_Const) && has_volatile_default(raw, type);
        facts.new_columns.push_back(std::move(column));
    }
}

}  // namespace schema_audit::server
