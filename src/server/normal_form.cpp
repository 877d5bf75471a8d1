#include "server/normal_form_parts.hpp"

namespace schema_audit::server {
namespace {

using normal::bare_literal;
using normal::rewrite;
using normal::rewrite_value;

// What an expression names. Vars of the relation, also those in subqueries of policies.
struct Named {
    AttrNumber last;
    bool system_columns;
    bool any;
    bool subqueries;
    int level;
};

bool collect_names(Node *node, void *context) {
    auto *named = static_cast<Named *>(context);
    if (node == nullptr) {
        return false;
    }
    if (IsA(node, Var)) {
        const auto *var = reinterpret_cast<Var *>(node);
        if (static_cast<int>(var->varlevelsup) == named->level) {
            named->any = true;
            named->last = std::max(named->last, var->varattno);
            named->system_columns = named->system_columns || var->varattno < 0;
        }
        return false;
    }
    // The VALUE of a domain's check.
    if (IsA(node, CoerceToDomainValue)) {
        named->any = true;
        return false;
    }
    if (IsA(node, Query)) {
        named->subqueries = true;
        ++named->level;
        const bool stop = walk_query(reinterpret_cast<Query *>(node), collect_names, context);
        --named->level;
        return stop;
    }
    return walk_tree(node, collect_names, context);
}

const char *column_name(AttrNumber number, Oid relid, const NamedColumns *columns) {
    if (columns != nullptr) {
        return number <= columns->count && columns->names[number - 1] != nullptr ? columns->names[number - 1] : "";
    }
    const char *name = get_attname(relid, number, true);
    if (name == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("column %d of relation with OID %u does not exist", number, relid)));
    }
    return name;
}

// System columns get the numbers behind the last column, in the order of their negative numbers.
Node *renumber_system_columns(Node *node, void *context) {
    if (node != nullptr && IsA(node, Var) && reinterpret_cast<Var *>(node)->varattno < 0) {
        auto *var = static_cast<Var *>(copyObjectImpl(node));
        var->varattno = static_cast<AttrNumber>(*static_cast<AttrNumber *>(context) - var->varattno);
        var->varnosyn = 0;
        return reinterpret_cast<Node *>(var);
    }
    if (node != nullptr && IsA(node, Query)) {
        return node;
    }
    return node == nullptr ? nullptr : mutate_tree(node, renumber_system_columns, context);
}

// ruleutils has no door for "these are the names", but for plans it takes range-table entries as they are:
// one that only has column names serves, opens no relation and takes no lock.
List *deparse_context_of_names(List *names) {
    auto *entry = makeNode(RangeTblEntry);
    entry->rtekind = RTE_VALUES;
    entry->eref = makeAlias("new", names);
    auto *statement = makeNode(PlannedStmt);
    statement->rtable = list_make1(entry);
    return deparse_context_for_plan_tree(statement, list_make1(pstrdup("new")));
}

char *deparse(Node *node, Named named, Oid relid, const NamedColumns *columns, bool show_implicit = true) {
    if (!named.any && !named.subqueries) {
        return deparse_expression(node, NIL, false, show_implicit);
    }
    List *names = NIL;
    for (int number = 1; number <= named.last; ++number) {
        const auto *name = column_name(static_cast<AttrNumber>(number), relid, columns);
        names = lappend(names, makeString(pstrdup(name)));
    }
    if (named.system_columns) {
        node = renumber_system_columns(node, &named.last);
        for (int number = -1; number > FirstLowInvalidHeapAttributeNumber; --number) {
            const auto *attribute = SystemAttributeDefinition(static_cast<AttrNumber>(number));
            names = lappend(names, makeString(pstrdup(NameStr(attribute->attname))));
        }
    }
    return deparse_expression(node, deparse_context_of_names(names), false, show_implicit);
}

char *normal_form(Node *node, Oid relid, const NamedColumns *columns) {
    if (node == nullptr) {
        return nullptr;
    }
    Named named{};
    collect_names(node, &named);
    Node *normal = named.any ? rewrite(node) : rewrite_value(node);
    if (!named.any && IsA(normal, Const)) {
        return bare_literal(reinterpret_cast<const Const *>(normal));
    }
    return deparse(normal, named, relid, columns);
}

}  // namespace

char *text_of_node(Node *node, Oid relid) {
    Named named{};
    collect_names(node, &named);
    return deparse(node, named, relid, nullptr, false);
}

char *text_of_columns(Node *node, const NamedColumns *columns) {
    Named named{};
    collect_names(node, &named);
    return deparse(node, named, InvalidOid, columns, false);
}

char *normal_form_of_node(Node *node, Oid relid) { return normal_form(node, relid, nullptr); }

char *normal_form_of_columns(Node *node, const NamedColumns *columns) {
    static constexpr NamedColumns none{};
    return normal_form(node, InvalidOid, columns != nullptr ? columns : &none);
}

char *normal_form_of_node_text(const char *node_text, Oid relid) {
    return normal_form_of_node(static_cast<Node *>(stringToNode(node_text)), relid);
}

}  // namespace schema_audit::server
