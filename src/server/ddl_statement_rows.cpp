// INSERT, UPDATE, DELETE and MERGE: of how many rows they may be.
#include "server/ddl_statement_parts.hpp"

namespace schema_audit::server {
namespace {

using Names = std::vector<guard::RelationName>;

bool has_limit(Node *node, void *context) noexcept {
    if (node == nullptr) {
        return false;
    }
    if (IsA(node, SelectStmt) && reinterpret_cast<const SelectStmt *>(node)->limitCount != nullptr) {
        return true;
    }
    return walk_raw_expression(node, has_limit, context);
}

bool depends_on_rows(Node *node, void *context) noexcept {
    if (node == nullptr) {
        return false;
    }
    return IsA(node, ColumnRef) || IsA(node, SubLink) || walk_raw_expression(node, depends_on_rows, context);
}

// A migration that goes on in batches does what it should.
bool is_bounded(const Node *tree) {
    return server_call([=] { return has_limit(const_cast<Node *>(tree), nullptr); });
}
bool is_value(const Node *node) {
    return server_call([=] { return !depends_on_rows(const_cast<Node *>(node), nullptr); });
}
bool is_cursor(const Node *condition) noexcept { return condition != nullptr && IsA(condition, CurrentOfExpr); }

// Of what a FROM names; views and functions count for nothing.
void add_relations(const Node *item, Names &names);
void add_relations(const List *items, Names &names) {
    const ListCell *cell = nullptr;
    foreach (cell, items) {
        add_relations(static_cast<const Node *>(lfirst(cell)), names);
    }
}
void add_relations(const Node *item, Names &names) {
    if (item == nullptr) {
        return;
    }
    if (IsA(item, RangeVar)) {
        names.push_back(name_from(reinterpret_cast<const RangeVar *>(item)));
    } else if (IsA(item, JoinExpr)) {
        add_relations(reinterpret_cast<const JoinExpr *>(item)->larg, names);
        add_relations(reinterpret_cast<const JoinExpr *>(item)->rarg, names);
    } else if (IsA(item, RangeSubselect)) {
        add_relations(reinterpret_cast<const RangeSubselect *>(item)->subquery, names);
    } else if (IsA(item, SelectStmt)) {
        const auto *select = reinterpret_cast<const SelectStmt *>(item);
        add_relations(select->fromClause, names);
        add_relations(reinterpret_cast<const Node *>(select->larg), names);
        add_relations(reinterpret_cast<const Node *>(select->rarg), names);
    }
}

// What WHERE says of the columns of one table.
struct Conditions {
    const RangeVar *table;
    std::vector<std::string> fixed, from, to;

    [[nodiscard]] const char *column(const Node *node) const noexcept {
        if (node == nullptr || !IsA(node, ColumnRef)) {
            return nullptr;
        }
        const List *fields = reinterpret_cast<const ColumnRef *>(node)->fields;
        const int count = list_length(fields);
        const auto *name = static_cast<const Node *>(llast(fields));
        if (!IsA(name, String)) {
            return nullptr;
        }
        const char *called = table->alias != nullptr ? table->alias->aliasname : table->relname;
        const bool ours = count == 1 || std::strcmp(strVal(list_nth(fields, count - 2)), called) == 0;
        return ours ? strVal(name) : nullptr;
    }
    void add(const A_Expr *expression) {
        const char *const left = column(expression->lexpr);
        const char *const right = column(expression->rexpr);
        const char *const named = left != nullptr ? left : right;
        if (named == nullptr || !is_value(left != nullptr ? expression->rexpr : expression->lexpr)) {
            return;
        }
        const std::string_view sign = strVal(llast(expression->name));
        switch (expression->kind) {
            case AEXPR_IN:
            case AEXPR_OP_ANY:
                if (sign == "=") {
                    fixed.emplace_back(named);
                }
                break;
            case AEXPR_BETWEEN:
                fixed.emplace_back(named);
                break;
            case AEXPR_OP:
                if (sign == "=") {
                    fixed.emplace_back(named);
                } else if (sign == "<" || sign == "<=") {
                    (left != nullptr ? to : from).emplace_back(named);
                } else if (sign == ">" || sign == ">=") {
                    (left != nullptr ? from : to).emplace_back(named);
                }
                break;
            default:
                break;
        }
    }
    void add(const Node *condition) {
        if (condition != nullptr && IsA(condition, A_Expr)) {
            add(reinterpret_cast<const A_Expr *>(condition));
        } else if (condition != nullptr && IsA(condition, BoolExpr) &&
                   reinterpret_cast<const BoolExpr *>(condition)->boolop == AND_EXPR) {
            const ListCell *cell = nullptr;
            foreach (cell, reinterpret_cast<const BoolExpr *>(condition)->args) {
                add(static_cast<const Node *>(lfirst(cell)));
            }
        }
    }
    // A range with two ends is a batch, as some values are.
    [[nodiscard]] std::vector<std::string> take() {
        for (std::string &name : from) {
            if (std::ranges::find(to, name) != to.end()) {
                fixed.push_back(std::move(name));
            }
        }
        return std::move(fixed);
    }
};

template <class Statement>
guard::DdlStatement change_from(const Statement *tree, const char *command, const Node *where, const List *others) {
    guard::ChangeRows change;
    change.command = command;
    change.table = name_from(tree->relation);
    change.every_row = where == nullptr || is_true(where);
    add_relations(others, change.sources);
    Conditions conditions{tree->relation, {}, {}, {}};
    conditions.add(where);
    change.fixed = conditions.take();
    return change;
}

}  // namespace

guard::DdlStatement update_from(const UpdateStmt *tree) {
    if (is_cursor(tree->whereClause) || is_bounded(reinterpret_cast<const Node *>(tree))) {
        return guard::OtherStatement{};
    }
    return change_from(tree, "UPDATE", tree->whereClause, tree->fromClause);
}

guard::DdlStatement delete_from(const DeleteStmt *tree) {
    if (is_cursor(tree->whereClause) || is_bounded(reinterpret_cast<const Node *>(tree))) {
        return guard::OtherStatement{};
    }
    return change_from(tree, "DELETE", tree->whereClause, tree->usingClause);
}

guard::DdlStatement insert_from(const InsertStmt *tree) {
    const auto *query = reinterpret_cast<const SelectStmt *>(tree->selectStmt);
    // Of VALUES a text has as many rows as somebody wrote.
    if (query == nullptr || query->valuesLists != NIL || is_bounded(reinterpret_cast<const Node *>(tree))) {
        return guard::OtherStatement{};
    }
    guard::ChangeRows change{"INSERT", name_from(tree->relation)};
    add_relations(tree->selectStmt, change.sources);
    return change;
}

guard::DdlStatement merge_from(const MergeStmt *tree) {
    if (is_bounded(reinterpret_cast<const Node *>(tree))) {
        return guard::OtherStatement{};
    }
    guard::ChangeRows change{"MERGE", name_from(tree->relation)};
    add_relations(tree->sourceRelation, change.sources);
    return change;
}

}  // namespace schema_audit::server
