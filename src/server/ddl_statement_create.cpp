// CREATE of tables and of what is no table, GRANT and REVOKE.
#include "server/ddl_statement_parts.hpp"

namespace schema_audit::server {
namespace {

void add_foreign_key(const Node *element, guard::CreateTable &create) {
    if (IsA(element, Constraint)) {
        const auto *constraint = reinterpret_cast<const Constraint *>(element);
        if (constraint->contype == CONSTR_FOREIGN && constraint->pktable != nullptr) {
            create.foreign_keys.push_back({name_from(constraint->pktable)});
        }
    } else if (IsA(element, ColumnDef)) {
        const ListCell *cell = nullptr;
        foreach (cell, reinterpret_cast<const ColumnDef *>(element)->constraints) {
            add_foreign_key(static_cast<const Node *>(lfirst(cell)), create);
        }
    }
}

void read_table_element(const Node *element, guard::CreateTable &create) {
    add_foreign_key(element, create);
    if (IsA(element, ColumnDef)) {
        create.columns.push_back(column_from(reinterpret_cast<const ColumnDef *>(element)));
    } else if (IsA(element, Constraint)) {
        create.constraints.push_back(constraint_from(reinterpret_cast<const Constraint *>(element)));
    } else if (IsA(element, TableLikeClause)) {
        create.copies = true;
    }
}

void read_function_options(const List *options, guard::CreateFunction &function) {
    const ListCell *cell = nullptr;
    foreach (cell, options) {
        const auto *option = lfirst_node(DefElem, cell);
        if (std::strcmp(option->defname, "security") == 0 && option->arg != nullptr) {
            function.security_definer = boolVal(option->arg);
        } else if (std::strcmp(option->defname, "set") == 0 && option->arg != nullptr &&
                   IsA(option->arg, VariableSetStmt)) {
            const auto *set = reinterpret_cast<const VariableSetStmt *>(option->arg);
            function.sets_search_path =
                function.sets_search_path || (set->name != nullptr && std::strcmp(set->name, "search_path") == 0);
        }
    }
}

const char *role_name(const RoleSpec *role) noexcept {
    switch (role->roletype) {
        case ROLESPEC_CSTRING:
            return role->rolename;
        case ROLESPEC_CURRENT_ROLE:
            return "CURRENT_ROLE";
        case ROLESPEC_CURRENT_USER:
            return "CURRENT_USER";
        case ROLESPEC_SESSION_USER:
            return "SESSION_USER";
        default:
            return "PUBLIC";
    }
}

guard::RelationName name_from_granted(const Node *object) {
    if (IsA(object, RangeVar)) {
        return name_from(reinterpret_cast<const RangeVar *>(object));
    }
    return name_from_object(object);
}

}  // namespace

guard::DdlStatement create_table_from(const CreateStmt *tree) {
    guard::CreateTable create;
    create.table = name_from(tree->relation);
    create.if_not_exists = tree->if_not_exists;
    create.unlogged = tree->relation->relpersistence == RELPERSISTENCE_UNLOGGED;
    create.temporary = tree->relation->relpersistence == RELPERSISTENCE_TEMP;
    create.of_type = tree->ofTypename != nullptr;
    create.partition_keys = tree->partspec != nullptr ? list_length(tree->partspec->partParams) : 0;
    if (tree->partbound != nullptr && tree->inhRelations != NIL) {
        create.partition_of = name_from(linitial_node(RangeVar, tree->inhRelations));
        create.is_default_partition = tree->partbound->is_default;
    } else {
        create.inherits = static_cast<std::size_t>(list_length(tree->inhRelations));
    }
    const ListCell *cell = nullptr;
    foreach (cell, tree->tableElts) {
        read_table_element(static_cast<const Node *>(lfirst(cell)), create);
    }
    foreach (cell, tree->constraints) {
        read_table_element(static_cast<const Node *>(lfirst(cell)), create);
    }
    return create;
}

guard::DdlStatement create_table_as_from(const CreateTableAsStmt *tree) {
    guard::CreateTable create;
    create.table = name_from(tree->into->rel);
    create.if_not_exists = tree->if_not_exists;
    create.temporary = tree->into->rel->relpersistence == RELPERSISTENCE_TEMP;
    create.unlogged = tree->into->rel->relpersistence == RELPERSISTENCE_UNLOGGED;
    create.as_query = true;
    return create;
}

guard::DdlStatement create_view_from(const ViewStmt *tree) {
    return guard::CreateView{name_from(tree->view), tree->replace, tree->view->relpersistence == RELPERSISTENCE_TEMP};
}

guard::DdlStatement create_function_from(const CreateFunctionStmt *tree) {
    guard::CreateFunction function;
    function.function = name_from_list(tree->funcname);
    function.object_type = tree->is_procedure ? "PROCEDURE" : "FUNCTION";
    function.replace = tree->replace;
    read_function_options(tree->options, function);
    return function;
}

guard::DdlStatement alter_function_from(const AlterFunctionStmt *tree) {
    guard::CreateFunction function;
    function.function = name_from_object(reinterpret_cast<const Node *>(tree->func));
    function.object_type = object_type_text(tree->objtype);
    function.alters = true;
    read_function_options(tree->actions, function);
    return function;
}

guard::DdlStatement create_domain_from(const CreateDomainStmt *tree) {
    guard::CreateType create{name_from_list(tree->domainname), "DOMAIN", false};
    const ListCell *cell = nullptr;
    foreach (cell, tree->constraints) {
        const auto *constraint = static_cast<const Constraint *>(lfirst(cell));
        create.constrained =
            create.constrained || (IsA(constraint, Constraint) &&
                                   (constraint->contype == CONSTR_CHECK || constraint->contype == CONSTR_NOTNULL));
    }
    return create;
}

guard::DdlStatement create_schema_from(const CreateSchemaStmt *tree) {
    const char *name = tree->schemaname;
    if (name == nullptr && tree->authrole != nullptr && tree->authrole->roletype == ROLESPEC_CSTRING) {
        name = tree->authrole->rolename;
    }
    return guard::CreateSchema{text_or_empty(name), tree->if_not_exists};
}

guard::DdlStatement create_policy_from(const CreatePolicyStmt *tree) {
    guard::CreatePolicy policy{name_from(tree->table), tree->policy_name};
    policy.permissive = tree->permissive;
    policy.command = text_or_empty(tree->cmd_name);
    policy.using_true = is_true(tree->qual);
    policy.check_true = is_true(tree->with_check);
    policy.has_check = tree->with_check != nullptr;
    return policy;
}

guard::DdlStatement alter_policy_from(const AlterPolicyStmt *tree) {
    guard::CreatePolicy policy{name_from(tree->table), tree->policy_name};
    policy.alters = true;
    policy.using_true = is_true(tree->qual);
    policy.check_true = is_true(tree->with_check);
    policy.has_check = tree->with_check != nullptr;
    return policy;
}

guard::DdlStatement grant_from(const GrantStmt *tree) {
    guard::Grant grant;
    grant.revokes = !tree->is_grant;
    grant.object_type =
        tree->targtype == ACL_TARGET_ALL_IN_SCHEMA ? "SCHEMA" : std::string(object_type_text(tree->objtype));
    grant.with_grant_option = tree->grant_option;
    grant.all = tree->privileges == NIL;
    const ListCell *cell = nullptr;
    foreach (cell, tree->privileges) {
        const auto *privilege = lfirst_node(AccessPriv, cell);
        std::string name = text_or_empty(privilege->priv_name);
        std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(pg_ascii_toupper(c)); });
        grant.privileges += (grant.privileges.empty() ? "" : ", ") + name;
        grant.all = grant.all || privilege->priv_name == nullptr;
    }
    foreach (cell, tree->grantees) {
        const auto *role = lfirst_node(RoleSpec, cell);
        if (role->roletype == ROLESPEC_PUBLIC) {
            grant.to_public = true;
        } else {
            grant.roles.emplace_back(role_name(role));
        }
    }
    foreach (cell, tree->objects) {
        grant.objects.push_back(name_from_granted(static_cast<const Node *>(lfirst(cell))));
    }
    return grant;
}

guard::DdlStatement change_owner_from(const AlterOwnerStmt *tree) {
    return guard::ChangeObjectOwner{
        object_type_text(tree->objectType),
        tree->relation != nullptr ? name_from(tree->relation) : name_from_object(tree->object),
        role_name(tree->newowner)};
}

}  // namespace schema_audit::server
