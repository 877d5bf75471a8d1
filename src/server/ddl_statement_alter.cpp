// ALTER TABLE, and what has its form: ALTER INDEX, VIEW, SEQUENCE …
#include "core/schema/identifier.hpp"

#include "server/ddl_statement_parts.hpp"

namespace schema_audit::server {
namespace {

using guard::AddColumn;
using guard::AlterTable;
using guard::ConstraintSort;
using guard::TableStep;

bool is_null_constant(const Node *node) noexcept {
    while (node != nullptr) {
        if (IsA(node, A_Const)) {
            return reinterpret_cast<const A_Const *>(node)->isnull;
        }
        if (IsA(node, TypeCast)) {
            node = reinterpret_cast<const TypeCast *>(node)->arg;
        } else if (IsA(node, CollateClause)) {
            node = reinterpret_cast<const CollateClause *>(node)->arg;
        } else {
            return false;
        }
    }
    return false;
}

bool is_serial(const TypeName *type) noexcept {
    constexpr auto names =
        std::to_array<std::string_view>({"smallserial", "serial2", "serial", "serial4", "bigserial", "serial8"});
    if (list_length(type->names) != 1 || type->setof || type->pct_type) {
        return false;
    }
    return std::ranges::find(names, std::string_view(strVal(linitial(type->names)))) != names.end();
}

// A constant as SQL, casts left out; empty for anything else.
std::string constant_sql(const Node *node) {
    while (node != nullptr && IsA(node, TypeCast)) {
        node = reinterpret_cast<const TypeCast *>(node)->arg;
    }
    if (node == nullptr || !IsA(node, A_Const) || reinterpret_cast<const A_Const *>(node)->isnull) {
        return {};
    }
    const auto &value = reinterpret_cast<const A_Const *>(node)->val;
    switch (nodeTag(&value.node)) {
        case T_Integer:
            return std::to_string(value.ival.ival);
        case T_Float:
            return value.fval.fval;
        case T_Boolean:
            return value.boolval.boolval ? "true" : "false";
        case T_String:
            return quote_literal(value.sval.sval);
        default:
            return {};
    }
}

struct TypeFacts {
    const char *text;
    bool has_default, domain;
};

TypeFacts read_type(const TypeName *name) noexcept {
    int32 modifier = -1;
    const Type type = LookupTypeName(nullptr, name, &modifier, true);
    if (type == nullptr) {
        return {TypeNameToString(name), false, false};
    }
    const Oid oid = typeTypeId(type);
    const bool domain = reinterpret_cast<const FormData_pg_type *>(GETSTRUCT(type))->typtype == TYPTYPE_DOMAIN;
    ReleaseSysCache(type);
    return {format_type_with_typemod(oid, modifier), get_typdefault(oid) != nullptr, domain};
}

ConstraintSort sort_of(ConstrType type) noexcept {
    switch (type) {
        case CONSTR_NOTNULL:
            return ConstraintSort::not_null;
        case CONSTR_UNIQUE:
            return ConstraintSort::unique;
        case CONSTR_PRIMARY:
            return ConstraintSort::primary_key;
        case CONSTR_EXCLUSION:
            return ConstraintSort::exclusion;
        case CONSTR_FOREIGN:
            return ConstraintSort::foreign_key;
        default:
            return ConstraintSort::check;
    }
}

// CHECK (column IS NOT NULL): the column, else empty.
std::string column_of_not_null_check(const Node *expression) {
    if (expression == nullptr || !IsA(expression, NullTest)) {
        return {};
    }
    const auto *test = reinterpret_cast<const NullTest *>(expression);
    const auto *column = reinterpret_cast<const ColumnRef *>(test->arg);
    if (test->nulltesttype != IS_NOT_NULL || !IsA(column, ColumnRef) || list_length(column->fields) != 1 ||
        !IsA(linitial(column->fields), String)) {
        return {};
    }
    return strVal(linitial(column->fields));
}

std::string list_text(const List *names) {
    std::string text;
    const ListCell *cell = nullptr;
    foreach (cell, names) {
        text += (text.empty() ? "" : ", ") + quote_identifier(std::string_view(strVal(lfirst(cell))));
    }
    return text;
}

std::string action_text(std::string_view event, char action, const List *columns) {
    std::string text;
    switch (action) {
        case FKCONSTR_ACTION_RESTRICT:
            text = "RESTRICT";
            break;
        case FKCONSTR_ACTION_CASCADE:
            text = "CASCADE";
            break;
        case FKCONSTR_ACTION_SETNULL:
            text = "SET NULL";
            break;
        case FKCONSTR_ACTION_SETDEFAULT:
            text = "SET DEFAULT";
            break;
        default:
            return text;
    }
    return " ON " + std::string(event) + " " + text + (columns != NIL ? " (" + list_text(columns) + ")" : "");
}

// What a statement that replaces this one has to say after the columns.
void read_constraint_options(const Constraint *constraint, guard::AddConstraint &added) {
    if (constraint->deferrable) {
        added.deferral = constraint->initdeferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
    }
    if (constraint->contype == CONSTR_FOREIGN) {
        const ListCell *cell = nullptr;
        foreach (cell, constraint->pk_attrs) {
            added.referenced_columns.emplace_back(strVal(lfirst(cell)));
        }
        added.reference_options = constraint->fk_matchtype == FKCONSTR_MATCH_FULL ? " MATCH FULL" : "";
        added.reference_options += action_text("DELETE", constraint->fk_del_action, constraint->fk_del_set_cols);
        added.reference_options += action_text("UPDATE", constraint->fk_upd_action, NIL);
        return;
    }
    if (constraint->including != NIL) {
        added.index_options = " INCLUDE (" + list_text(constraint->including) + ")";
    }
    if (constraint->nulls_not_distinct) {
        added.index_options += " NULLS NOT DISTINCT";
    }
}

bool cascades(const Constraint *constraint) noexcept {
    return constraint->fk_del_action == FKCONSTR_ACTION_CASCADE || constraint->fk_upd_action == FKCONSTR_ACTION_CASCADE;
}

void read_inline_constraint(const Constraint *constraint, AddColumn &add) {
    const bool is_named_sort = constraint->contype == CONSTR_PRIMARY || constraint->contype == CONSTR_UNIQUE ||
                               constraint->contype == CONSTR_CHECK || constraint->contype == CONSTR_FOREIGN;
    if (constraint->conname != nullptr) {
        add.constraint_names.emplace_back(constraint->conname);
    } else if (is_named_sort) {
        add.constraint_without_name = true;
    }
    switch (constraint->contype) {
        case CONSTR_PRIMARY:
            add.primary_key = true;
            add.key_name = text_or_empty(constraint->conname);
            add.not_null = true;
            break;
        case CONSTR_NOTNULL:
            add.not_null = true;
            break;
        case CONSTR_DEFAULT:
            add.has_default = true;
            add.default_is_null = is_null_constant(constraint->raw_expr);
            add.constant_default = constant_sql(constraint->raw_expr);
            break;
        case CONSTR_IDENTITY:
            add.identity = true;
            add.by_default = constraint->generated_when == ATTRIBUTE_IDENTITY_BY_DEFAULT;
            break;
        case CONSTR_GENERATED:
            add.generated = true;
            add.stored = schema_audit_is_stored(constraint);
            break;
        case CONSTR_UNIQUE:
            add.unique = true;
            add.key_name = text_or_empty(constraint->conname);
            break;
        case CONSTR_CHECK:
            add.check = !constraint->skip_validation;
            add.check_name = text_or_empty(constraint->conname);
            break;
        case CONSTR_FOREIGN:
            if (constraint->pktable != nullptr) {
                guard::AddConstraint key;
                read_constraint_options(constraint, key);
                add.references = name_from(constraint->pktable);
                add.cascades = cascades(constraint);
                add.reference_name = text_or_empty(constraint->conname);
                add.reference_options =
                    constraint->pk_attrs != NIL ? " (" + list_text(constraint->pk_attrs) + ")" : std::string();
                add.reference_options += key.reference_options;
            }
            break;
        default:
            break;
    }
}

AddColumn add_column_from(const AlterTableCmd *command) {
    AddColumn add = column_from(castNode(ColumnDef, command->def));
    add.if_not_exists = command->missing_ok;
    return add;
}

guard::DetachPartition detach_from(const PartitionCmd *command) {
    return {name_from(command->name), command->concurrent, false};
}

guard::AttachPartition attach_from(const PartitionCmd *command) {
    return {name_from(command->name), command->bound != nullptr && command->bound->is_default};
}

// By the server's own table. It may not know a step that only the parser makes.
TableStep other_step(const AlterTableCmd *command) {
    const int lock =
        server_call([=] { return AlterTableGetLockLevel(list_make1(const_cast<AlterTableCmd *>(command))); });
    return guard::OtherStep{static_cast<std::uint8_t>(lock)};
}

std::string owner_name(const RoleSpec *role) {
    if (role == nullptr || role->roletype == ROLESPEC_CSTRING) {
        return role != nullptr ? text_or_empty(role->rolename) : "";
    }
    const bool session = role->roletype == ROLESPEC_SESSION_USER;
    const char *name = server_call([=] { return GetUserNameFromId(session ? GetSessionUserId() : GetUserId(), true); });
    return name != nullptr ? name : "";
}

TableStep column_step_from(const AlterTableCmd *command, const std::string &column) {
    switch (command->subtype) {
        case AT_AddColumn:
            return add_column_from(command);
        case AT_DropColumn:
            return guard::DropColumn{column, command->behavior == DROP_CASCADE, command->missing_ok};
        case AT_AlterColumnType:
            return guard::AlterColumnType{column, castNode(ColumnDef, command->def)->raw_default != nullptr};
        case AT_ColumnDefault:
            if (command->def == nullptr) {
                return guard::DropDefault{column};
            }
            return guard::SetDefault{column, is_null_constant(command->def)};
        case AT_SetNotNull:
            return guard::SetNotNull{column};
        case AT_DropNotNull:
            return guard::DropNotNull{column};
        case AT_AddIdentity:
            return guard::AddIdentity{column};
        case AT_DropIdentity:
            return guard::DropIdentity{column};
        case AT_DropExpression:
            return guard::DropExpression{column};
        default:
            return is_set_expression(command->subtype) ? TableStep{guard::SetExpression{column}} : other_step(command);
    }
}

TableStep step_from(const AlterTableCmd *command) {
    const std::string name = text_or_empty(command->name);
    switch (command->subtype) {
        case AT_AddConstraint:
            return constraint_from(castNode(Constraint, command->def));
        case AT_ValidateConstraint:
            return guard::ValidateConstraint{name};
        case AT_DropConstraint:
            return guard::DropConstraint{name, command->behavior == DROP_CASCADE, command->missing_ok};
        case AT_AlterConstraint:
            return guard::AlterConstraint{altered_constraint_name(command->def)};
        case AT_SetLogged:
        case AT_SetUnLogged:
            return guard::SetLogged{command->subtype == AT_SetLogged};
        case AT_SetAccessMethod:
            return guard::SetAccessMethod{name};
        case AT_SetTableSpace:
            return guard::SetTablespace{name};
        case AT_EnableTrig:
        case AT_EnableAlwaysTrig:
        case AT_EnableReplicaTrig:
            return guard::ToggleTrigger{name, true, false};
        case AT_DisableTrig:
            return guard::ToggleTrigger{name, false, false};
        case AT_EnableTrigAll:
        case AT_EnableTrigUser:
            return guard::ToggleTrigger{{}, true, command->subtype == AT_EnableTrigAll};
        case AT_DisableTrigAll:
        case AT_DisableTrigUser:
            return guard::ToggleTrigger{{}, false, command->subtype == AT_DisableTrigAll};
        case AT_EnableRowSecurity:
        case AT_DisableRowSecurity:
            return guard::SetRowSecurity{command->subtype == AT_EnableRowSecurity, false};
        case AT_ForceRowSecurity:
        case AT_NoForceRowSecurity:
            return guard::SetRowSecurity{command->subtype == AT_ForceRowSecurity, true};
        case AT_ReplicaIdentity:
            return guard::SetReplicaIdentity{};
        case AT_AttachPartition:
            return attach_from(castNode(PartitionCmd, command->def));
        case AT_DetachPartition:
            return detach_from(castNode(PartitionCmd, command->def));
        case AT_DetachPartitionFinalize: {
            guard::DetachPartition detach = detach_from(castNode(PartitionCmd, command->def));
            detach.finalize = true;
            return detach;
        }
        case AT_ChangeOwner:
            return guard::ChangeOwner{owner_name(command->newowner)};
        default:
            return column_step_from(command, name);
    }
}

}  // namespace

guard::AddConstraint constraint_from(const Constraint *constraint) {
    guard::AddConstraint added;
    added.sort = sort_of(constraint->contype);
    added.name = text_or_empty(constraint->conname);
    added.using_index = text_or_empty(constraint->indexname);
    added.not_valid = constraint->skip_validation;
    added.not_enforced = !is_enforced(constraint);
    const ListCell *cell = nullptr;
    foreach (cell, constraint->contype == CONSTR_FOREIGN ? constraint->fk_attrs : constraint->keys) {
        added.columns.emplace_back(strVal(lfirst(cell)));
    }
    if (constraint->contype == CONSTR_FOREIGN && constraint->pktable != nullptr) {
        added.referenced = name_from(constraint->pktable);
        added.cascades = cascades(constraint);
    }
    read_constraint_options(constraint, added);
    if (constraint->contype == CONSTR_CHECK) {
        added.only_not_null_check = column_of_not_null_check(constraint->raw_expr);
    }
    return added;
}

guard::AddColumn column_from(const ColumnDef *definition) {
    AddColumn add;
    add.column = definition->colname;
    add.not_null = definition->is_not_null;
    if (definition->raw_default != nullptr) {
        add.has_default = true;
        add.default_is_null = is_null_constant(definition->raw_default);
    }
    const ListCell *cell = nullptr;
    foreach (cell, definition->constraints) {
        const auto *constraint = static_cast<const Constraint *>(lfirst(cell));
        if (IsA(constraint, Constraint)) {
            read_inline_constraint(constraint, add);
        }
    }
    const TypeName *type = definition->typeName;
    if (type != nullptr) {
        add.serial = is_serial(type);
        if (add.serial) {
            add.type = strVal(linitial(type->names));
        } else {
            const TypeFacts facts = server_call([&] { return read_type(type); });
            add.type = facts.text;
            add.type_has_default = facts.has_default;
            add.type_is_domain = facts.domain;
        }
    }
    return add;
}

guard::DdlStatement alter_table_from(const AlterTableStmt *tree) {
    AlterTable statement;
    statement.table = name_from(tree->relation);
    statement.object_type = object_type_text(tree->objtype);
    statement.if_exists = tree->missing_ok;
    statement.only = !tree->relation->inh;
    const ListCell *cell = nullptr;
    foreach (cell, tree->cmds) {
        statement.steps.push_back(step_from(castNode(AlterTableCmd, lfirst(cell))));
    }
    return statement;
}

}  // namespace schema_audit::server
