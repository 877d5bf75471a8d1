// CREATE, DROP, ALTER … RENAME and the like.
#include "server/ddl_statement_parts.hpp"

namespace schema_audit::server {
namespace {

bool names_this_extension(const DropStmt *tree) noexcept {
    const ListCell *cell = nullptr;
    foreach (cell, tree->objects) {
        const auto *object = static_cast<const Node *>(lfirst(cell));
        if (object != nullptr && IsA(object, String) && std::strcmp(strVal(object), "schema_audit") == 0) {
            return true;
        }
    }
    return false;
}

// DROP TRIGGER name ON table: the list is the table's name and then the part's.
bool is_part_of_table(ObjectType type) noexcept {
    return type == OBJECT_TRIGGER || type == OBJECT_POLICY || type == OBJECT_RULE;
}

const char *reindex_word(ReindexObjectType type) noexcept {
    switch (type) {
        case REINDEX_OBJECT_INDEX:
            return "INDEX";
        case REINDEX_OBJECT_TABLE:
            return "TABLE";
        case REINDEX_OBJECT_SCHEMA:
            return "SCHEMA";
        case REINDEX_OBJECT_SYSTEM:
            return "SYSTEM";
        default:
            return "DATABASE";
    }
}

bool is_plain(const IndexStmt *tree) noexcept {
    const ListCell *cell = nullptr;
    foreach (cell, tree->indexParams) {
        const IndexElem *key = lfirst_node(IndexElem, cell);
        if (key->name == nullptr || key->collation != NIL || key->opclass != NIL || key->ordering != SORTBY_DEFAULT ||
            key->nulls_ordering != SORTBY_NULLS_DEFAULT) {
            return false;
        }
    }
    return tree->indexIncludingParams == NIL && tree->whereClause == nullptr && tree->options == NIL &&
           tree->tableSpace == nullptr && !tree->nulls_not_distinct &&
           (tree->accessMethod == nullptr || std::strcmp(tree->accessMethod, "btree") == 0);
}

}  // namespace

guard::RelationName name_from_object(const Node *object) {
    if (object == nullptr) {
        return {};
    }
    if (IsA(object, List)) {
        return name_from_list(reinterpret_cast<const List *>(object));
    }
    if (IsA(object, String)) {
        return {{}, strVal(const_cast<Node *>(object))};
    }
    if (IsA(object, TypeName)) {
        return name_from_list(reinterpret_cast<const TypeName *>(object)->names);
    }
    if (IsA(object, ObjectWithArgs)) {
        return name_from_list(reinterpret_cast<const ObjectWithArgs *>(object)->objname);
    }
    return {};
}

const char *object_type_text(ObjectType type) noexcept {
    switch (type) {
        case OBJECT_TABLE:
            return "TABLE";
        case OBJECT_FOREIGN_TABLE:
            return "FOREIGN TABLE";
        case OBJECT_VIEW:
            return "VIEW";
        case OBJECT_MATVIEW:
            return "MATERIALIZED VIEW";
        case OBJECT_INDEX:
            return "INDEX";
        case OBJECT_SEQUENCE:
            return "SEQUENCE";
        case OBJECT_LANGUAGE:
            return "LANGUAGE";
        case OBJECT_FOREIGN_SERVER:
            return "SERVER";
        case OBJECT_FDW:
            return "FOREIGN DATA WRAPPER";
        case OBJECT_LARGEOBJECT:
            return "LARGE OBJECT";
        case OBJECT_TYPE:
            return "TYPE";
        case OBJECT_DOMAIN:
            return "DOMAIN";
        case OBJECT_COLUMN:
            return "COLUMN";
        case OBJECT_ATTRIBUTE:
            return "ATTRIBUTE";
        case OBJECT_TABCONSTRAINT:
        case OBJECT_DOMCONSTRAINT:
            return "CONSTRAINT";
        case OBJECT_SCHEMA:
            return "SCHEMA";
        case OBJECT_TRIGGER:
            return "TRIGGER";
        case OBJECT_POLICY:
            return "POLICY";
        case OBJECT_RULE:
            return "RULE";
        case OBJECT_FUNCTION:
            return "FUNCTION";
        case OBJECT_PROCEDURE:
            return "PROCEDURE";
        case OBJECT_ROUTINE:
            return "ROUTINE";
        case OBJECT_AGGREGATE:
            return "AGGREGATE";
        case OBJECT_EXTENSION:
            return "EXTENSION";
        case OBJECT_EVENT_TRIGGER:
            return "EVENT TRIGGER";
        case OBJECT_PUBLICATION:
            return "PUBLICATION";
        case OBJECT_SUBSCRIPTION:
            return "SUBSCRIPTION";
        case OBJECT_ROLE:
            return "ROLE";
        case OBJECT_DATABASE:
            return "DATABASE";
        case OBJECT_TABLESPACE:
            return "TABLESPACE";
        default:
            return "OBJECT";
    }
}

guard::DdlStatement create_index_from(const IndexStmt *tree) {
    guard::CreateIndex create;
    create.table = name_from(tree->relation);
    create.name = text_or_empty(tree->idxname);
    create.method = text_or_empty(tree->accessMethod);
    create.concurrently = tree->concurrent;
    create.unique = tree->unique;
    create.only = !tree->relation->inh;
    create.if_not_exists = tree->if_not_exists;
    create.plain = is_plain(tree);
    const ListCell *cell = nullptr;
    foreach (cell, tree->indexParams) {
        create.columns.push_back(text_or_empty(lfirst_node(IndexElem, cell)->name));
    }
    return create;
}

guard::DdlStatement drop_from(const DropStmt *tree) {
    if (tree->removeType == OBJECT_EXTENSION && names_this_extension(tree)) {
        return guard::DropThisExtension{tree->behavior == DROP_CASCADE};
    }
    if (tree->removeType == OBJECT_EVENT_TRIGGER) {
        return drop_event_trigger_from(tree);
    }
    guard::DropObjects drop;
    drop.object_type = object_type_text(tree->removeType);
    drop.cascade = tree->behavior == DROP_CASCADE;
    drop.concurrently = tree->concurrent;
    drop.if_exists = tree->missing_ok;
    const ListCell *cell = nullptr;
    foreach (cell, tree->objects) {
        const auto *object = static_cast<const Node *>(lfirst(cell));
        if (is_part_of_table(tree->removeType) && IsA(object, List)) {
            const List *names = reinterpret_cast<const List *>(object);
            drop.of_table_part = strVal(llast(names));
            drop.names.push_back(name_from_list(names, list_length(names) - 1));
        } else {
            drop.names.push_back(name_from_object(object));
        }
    }
    return drop;
}

guard::DdlStatement rename_from(const RenameStmt *tree) {
    if (tree->renameType == OBJECT_EVENT_TRIGGER && tree->object != nullptr) {
        return guard::AlterEventTrigger{strVal(tree->object), guard::AlterEventTrigger::Change::rename};
    }
    guard::Rename rename;
    rename.object_type = object_type_text(tree->renameType);
    rename.object = tree->relation != nullptr           ? name_from(tree->relation)
                    : tree->renameType == OBJECT_SCHEMA ? guard::RelationName{{}, text_or_empty(tree->subname)}
                                                        : name_from_object(tree->object);
    rename.part = text_or_empty(tree->subname);
    rename.to = text_or_empty(tree->newname);
    return rename;
}

guard::DdlStatement set_schema_from(const AlterObjectSchemaStmt *tree) {
    return guard::SetSchema{object_type_text(tree->objectType),
                            tree->relation != nullptr ? name_from(tree->relation) : name_from_object(tree->object),
                            text_or_empty(tree->newschema)};
}

guard::DdlStatement reindex_from(const ReindexStmt *tree) {
    guard::Reindex reindex;
    reindex.object_type = reindex_word(tree->kind);
    reindex.object =
        tree->relation != nullptr ? name_from(tree->relation) : guard::RelationName{{}, text_or_empty(tree->name)};
    const ListCell *cell = nullptr;
    foreach (cell, tree->params) {
        const auto *option = lfirst_node(DefElem, cell);
        if (std::strcmp(option->defname, "concurrently") == 0) {
            reindex.concurrently = server_call([=] { return defGetBoolean(const_cast<DefElem *>(option)); });
        }
    }
    return reindex;
}

guard::DdlStatement alter_domain_from(const AlterDomainStmt *tree) {
    guard::AlterDomain alter;
    alter.domain = name_from_list(tree->typeName);
    alter.adds_constraint = tree->subtype == 'C';
    alter.sets_not_null = tree->subtype == 'O';
    if (tree->def != nullptr && IsA(tree->def, Constraint)) {
        const auto *constraint = reinterpret_cast<const Constraint *>(tree->def);
        alter.not_valid = constraint->skip_validation;
        alter.constraint = text_or_empty(constraint->conname);
    }
    return alter;
}

guard::DdlStatement transaction_from(const TransactionStmt *tree) {
    using guard::TransactionStep;
    const std::string savepoint = text_or_empty(tree->savepoint_name);
    switch (tree->kind) {
        case TRANS_STMT_BEGIN:
        case TRANS_STMT_START:
            return guard::Transaction{TransactionStep::begin, {}};
        case TRANS_STMT_COMMIT:
        case TRANS_STMT_PREPARE:
            return guard::Transaction{TransactionStep::commit, {}};
        case TRANS_STMT_ROLLBACK:
            return guard::Transaction{TransactionStep::rollback, {}};
        case TRANS_STMT_SAVEPOINT:
            return guard::Transaction{TransactionStep::savepoint, savepoint};
        case TRANS_STMT_RELEASE:
            return guard::Transaction{TransactionStep::release, savepoint};
        case TRANS_STMT_ROLLBACK_TO:
            return guard::Transaction{TransactionStep::rollback_to, savepoint};
        default:
            return guard::OtherStatement{};
    }
}

guard::DdlStatement set_variable_from(const VariableSetStmt *tree) {
    if (tree->name == nullptr) {
        return guard::OtherStatement{};
    }
    guard::SetVariable set{tree->name, {}};
    const auto *argument =
        tree->kind == VAR_SET_VALUE && tree->args != NIL ? static_cast<const A_Const *>(linitial(tree->args)) : nullptr;
    if (argument != nullptr && IsA(argument, A_Const) && !argument->isnull) {
        if (IsA(&argument->val.node, String)) {
            set.value = argument->val.sval.sval;
        } else if (IsA(&argument->val.node, Integer)) {
            set.value = std::to_string(argument->val.ival.ival);
        } else if (IsA(&argument->val.node, Float)) {
            set.value = argument->val.fval.fval;
        }
    }
    return set;
}

guard::DdlStatement do_from(const DoStmt *tree) {
    guard::OpaqueCode code{"plpgsql"};
    const ListCell *cell = nullptr;
    foreach (cell, tree->args) {
        const auto *option = lfirst_node(DefElem, cell);
        if (std::strcmp(option->defname, "language") == 0 && option->arg != nullptr && IsA(option->arg, String)) {
            code.language = strVal(option->arg);
        }
    }
    return code;
}

guard::DdlStatement truncate_from(const TruncateStmt *tree) {
    guard::Truncate truncate;
    truncate.cascade = tree->behavior == DROP_CASCADE;
    const ListCell *cell = nullptr;
    foreach (cell, tree->relations) {
        truncate.tables.push_back(name_from(lfirst_node(RangeVar, cell)));
    }
    return truncate;
}

guard::DdlStatement lock_from(const LockStmt *tree) {
    guard::LockTable lock;
    const ListCell *cell = nullptr;
    foreach (cell, tree->relations) {
        lock.tables.push_back(name_from(lfirst_node(RangeVar, cell)));
    }
    constexpr auto modes =
        std::to_array<std::string_view>({"", "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE",
                                         "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"});
    lock.mode = modes.at(static_cast<std::size_t>(tree->mode));
    lock.nowait = tree->nowait;
    return lock;
}

guard::DdlStatement vacuum_from(const VacuumStmt *tree) {
    bool full = false;
    const ListCell *cell = nullptr;
    foreach (cell, tree->options) {
        auto *option = lfirst_node(DefElem, cell);
        if (std::strcmp(option->defname, "full") == 0) {
            full = server_call([=] { return defGetBoolean(option); });
        }
    }
    if (!tree->is_vacuumcmd || !full) {
        return guard::OtherStatement{};
    }
    guard::RewriteTable rewrite{"VACUUM FULL", {}};
    foreach (cell, tree->rels) {
        const auto *relation = lfirst_node(VacuumRelation, cell);
        if (relation->relation != nullptr) {
            rewrite.tables.push_back(name_from(relation->relation));
        }
    }
    return rewrite;
}

guard::DdlStatement cluster_from(const ClusterStmt *tree) {
    guard::RewriteTable rewrite{"CLUSTER", {}};
    if (tree->relation != nullptr) {
        rewrite.tables.push_back(name_from(tree->relation));
    }
    return rewrite;
}

guard::DdlStatement alter_enum_from(const AlterEnumStmt *tree) {
    const bool renames = tree->oldVal != nullptr;
    return guard::AlterEnum{name_from_list(tree->typeName), renames,
                            text_or_empty(renames ? tree->oldVal : tree->newVal),
                            renames ? text_or_empty(tree->newVal) : "", tree->newValNeighbor != nullptr};
}

}  // namespace schema_audit::server
