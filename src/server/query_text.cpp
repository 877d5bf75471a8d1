#include "server/query_text.hpp"

#include "server/normal_form_parts.hpp"

namespace schema_audit::server {
namespace {

// In the text no user's name or literal can be taken for it: only bare words are looked at.
constexpr char marker_prefix[] = "schema_audit_relation_";

// A relation that was taken out of the query; its place in the list is its number.
struct Detached {
    Oid relid;
    bool only;
    int known_columns;  // when the query was made
};

struct Level {
    Query *query;
    Level *outer;
};

struct Detachment {
    Level *level;
    QueryForm form;
    List *relations;  // Detached *
    List *kept;       // RangeTblEntry *: relations that the server must see
};

int column_count(Oid relid) {
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
    if (!HeapTupleIsValid(tuple)) {
        return 0;
    }
    const int count = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relnatts;
    ReleaseSysCache(tuple);
    return count;
}

// Null for one that was dropped.
const char *column_name(Oid relid, int number) {
    HeapTuple tuple = SearchSysCacheAttNum(relid, static_cast<AttrNumber>(number));
    if (!HeapTupleIsValid(tuple)) {
        return nullptr;
    }
    const char *name = pstrdup(NameStr(reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple))->attname));
    ReleaseSysCache(tuple);
    return name;
}

// ---- what has to stay, and is locked if it is free ----

void lock_if_free(Oid relid) {
    if (!ConditionalLockRelationOid(relid, AccessShareLock)) {
        ereport(ERROR,
                (errcode(ERRCODE_LOCK_NOT_AVAILABLE), errmsg("could not obtain lock on relation with OID %u", relid)));
    }
}

// Printing a value, or a field, of a composite type opens the type's relation.
void lock_row_type(Oid type) {
    check_stack_depth();
    type = getBaseType(type);
    if (const Oid element = get_element_type(type); OidIsValid(element)) {
        lock_row_type(element);
    } else if (const Oid subtype = get_range_subtype(type); OidIsValid(subtype)) {
        lock_row_type(subtype);
    } else if (const Oid range = get_multirange_range(type); OidIsValid(range)) {
        lock_row_type(range);
    } else if (const Oid relid = get_typ_typrelid(type); OidIsValid(relid)) {
        lock_if_free(relid);
        const int columns = column_count(relid);
        for (int number = 1; number <= columns; ++number) {
            if (const Oid column = get_atttype(relid, static_cast<AttrNumber>(number)); OidIsValid(column)) {
                lock_row_type(column);
            }
        }
    }
}

bool is_type_pinned(Oid type) { return type < FirstUnpinnedObjectId; }

void lock_if_composite(Oid type) {
    if (!is_type_pinned(type)) {
        lock_row_type(type);
    }
}

// As the server does for relations that it has opened: columns that were dropped meanwhile leave the joins.
void forget_dropped_columns(const Query *query) {
    ListCell *entry;
    foreach (entry, query->rtable) {
        const auto *join = lfirst_node(RangeTblEntry, entry);
        if (join->rtekind != RTE_JOIN) {
            continue;
        }
        ListCell *column;
        foreach (column, join->joinaliasvars) {
            auto *var = reinterpret_cast<Var *>(strip_implicit_coercions(static_cast<Node *>(lfirst(column))));
            if (var != nullptr && IsA(var, Var) &&
                get_rte_attribute_is_dropped(rt_fetch(var->varno, query->rtable), var->varattno)) {
                lfirst(column) = nullptr;
            }
        }
    }
}

bool has_name(const List *names, const char *name) {
    ListCell *cell;
    foreach (cell, names) {
        if (std::strcmp(strVal(lfirst(cell)), name) == 0) {
            return true;
        }
    }
    return false;
}

// Columns that came after the query was made change its text where joins list or merge columns by name.
bool new_columns_matter(const Query *query, const RangeTblEntry *relation, QueryForm form) {
    const int known = list_length(relation->eref->colnames);
    const int now = column_count(relation->relid);
    if (now <= known) {
        return false;
    }
    ListCell *entry;
    foreach (entry, query->rtable) {
        const auto *join = lfirst_node(RangeTblEntry, entry);
        if (join->rtekind == RTE_JOIN && join->alias != nullptr) {
            return true;
        }
    }
    for (int number = known + 1; number <= now; ++number) {
        const char *name = column_name(relation->relid, number);
        if (name == nullptr) {
            continue;
        }
        if (form == QueryForm::exact && relation->alias != nullptr && has_name(relation->alias->colnames, name)) {
            return true;
        }
        foreach (entry, query->rtable) {
            const auto *join = lfirst_node(RangeTblEntry, entry);
            // The merged columns are the first of a join.
            for (int i = 0; join->rtekind == RTE_JOIN && i < join->joinmergedcols; ++i) {
                if (std::strcmp(strVal(list_nth(join->eref->colnames, i)), name) == 0) {
                    return true;
                }
            }
        }
    }
    return false;
}

void keep_where_needed(Query *query, Detachment *detachment) {
    int number = 0;
    ListCell *entry;
    foreach (entry, query->rtable) {
        auto *relation = lfirst_node(RangeTblEntry, entry);
        ++number;
        if (relation->rtekind == RTE_FUNCTION) {
            ListCell *function;
            foreach (function, relation->functions) {
                lock_if_composite(exprType(lfirst_node(RangeTblFunction, function)->funcexpr));
            }
        } else if (relation->rtekind == RTE_RELATION &&
                   (number == query->resultRelation || relation->tablesample != nullptr ||
                    new_columns_matter(query, relation, detachment->form))) {
            detachment->kept = list_append_unique_ptr(detachment->kept, relation);
        }
    }
    forget_dropped_columns(query);
}

void keep_of_system_column(const Var *var, Detachment *detachment) {
    Level *level = detachment->level;
    for (Index up = 0; up < var->varlevelsup && level != nullptr; ++up) {
        level = level->outer;
    }
    if (level != nullptr) {
        auto *entry = rt_fetch(var->varno, level->query->rtable);
        if (entry->rtekind == RTE_RELATION) {
            detachment->kept = list_append_unique_ptr(detachment->kept, entry);
        }
    }
}

bool find_kept(Node *node, void *context) {
    auto *detachment = static_cast<Detachment *>(context);
    if (node == nullptr) {
        return false;
    }
    switch (nodeTag(node)) {
        case T_Var:
            if (reinterpret_cast<Var *>(node)->varattno < 0) {
                keep_of_system_column(reinterpret_cast<Var *>(node), detachment);
            }
            return false;
        case T_Const:
            lock_if_composite(reinterpret_cast<Const *>(node)->consttype);
            return false;
        case T_FieldSelect:
            lock_if_composite(exprType(reinterpret_cast<Node *>(reinterpret_cast<FieldSelect *>(node)->arg)));
            break;
        case T_FieldStore:
            lock_if_composite(exprType(node));
            break;
        case T_RowExpr:
            lock_if_composite(reinterpret_cast<RowExpr *>(node)->row_typeid);
            break;
        case T_Query: {
            check_stack_depth();
            auto *query = reinterpret_cast<Query *>(node);
            Level level{query, detachment->level};
            keep_where_needed(query, detachment);
            detachment->level = &level;
            walk_query(query, find_kept, context);
            detachment->level = level.outer;
            return false;
        }
        default:
            break;
    }
    return walk_tree(node, find_kept, context);
}

// ---- taking relations out ----

char *relation_name(Oid relid) {
    char *name = get_rel_name(relid);
    if (name == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", relid)));
    }
    return name;
}

char *qualified_relation_name(Oid relid) {
    const char *name = relation_name(relid);
    const char *schema = get_namespace_name(get_rel_namespace(relid));
    if (schema == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA), errmsg("schema of relation \"%s\" does not exist", name)));
    }
    return quote_qualified_identifier(schema, name);
}

List *column_names(Oid relid, int count) {
    List *names = NIL;
    for (int number = 1; number <= count; ++number) {
        const char *name = column_name(relid, number);
        names = lappend(names, makeString(pstrdup(name == nullptr ? "" : name)));
    }
    return names;
}

// An entry for a common table expression has column names and nothing that could be locked.
void detach(RangeTblEntry *relation, Detachment *detachment) {
    auto *detached = static_cast<Detached *>(palloc(sizeof(Detached)));
    *detached = {relation->relid, !relation->inh, list_length(relation->eref->colnames)};
    relation->eref = makeAlias(relation_name(relation->relid), column_names(detached->relid, detached->known_columns));
    relation->rtekind = RTE_CTE;
    relation->ctename = psprintf("%s%d_", marker_prefix, list_length(detachment->relations));
    relation->ctelevelsup = 0;
    relation->self_reference = false;
    relation->relid = InvalidOid;
    relation->inh = false;
    detachment->relations = lappend(detachment->relations, detached);
}

// Aliases come and go with dumps: a name like the table's own is none, and columns go by their own names.
void drop_needless_aliases(RangeTblEntry *relation) {
    if (relation->alias == nullptr || !relation->inFromCl) {
        return;
    }
    relation->alias->colnames = NIL;
    if (std::strcmp(relation->alias->aliasname, relation_name(relation->relid)) == 0) {
        relation->alias = nullptr;
    }
}

bool detach_relations(Node *node, void *context) {
    auto *detachment = static_cast<Detachment *>(context);
    if (node == nullptr) {
        return false;
    }
    if (!IsA(node, Query)) {
        return walk_tree(node, detach_relations, context);
    }
    auto *query = reinterpret_cast<Query *>(node);
    ListCell *entry;
    foreach (entry, query->rtable) {
        auto *relation = lfirst_node(RangeTblEntry, entry);
        if (relation->rtekind != RTE_RELATION) {
            continue;
        }
        if (detachment->form == QueryForm::normal) {
            drop_needless_aliases(relation);
        }
        if (list_member_ptr(detachment->kept, relation)) {
            lock_if_free(relation->relid);
        } else {
            detach(relation, detachment);
        }
    }
    return walk_query(query, detach_relations, context);
}

// Before 16 the query of a view began with entries for the rows OLD and NEW, which nothing refers to.
void drop_rule_entries(Query *query) {
    const auto is_rule_entry = [](const void *item, const char *name) {
        const auto *entry = static_cast<const RangeTblEntry *>(item);
        return entry->rtekind == RTE_RELATION && !entry->inFromCl && entry->alias != nullptr &&
               std::strcmp(entry->alias->aliasname, name) == 0;
    };
    if (list_length(query->rtable) >= 2 && is_rule_entry(linitial(query->rtable), "old") &&
        is_rule_entry(lsecond(query->rtable), "new")) {
        query->rtable = list_copy_tail(query->rtable, 2);
        OffsetVarNodes(reinterpret_cast<Node *>(query), -2, 0);
    }
}

void name_columns(const Query *query, const List *columns) {
    int number = 0;
    ListCell *cell;
    foreach (cell, query->targetList) {
        auto *target = lfirst_node(TargetEntry, cell);
        if (!target->resjunk && number < list_length(columns)) {
            target->resname = pstrdup(strVal(list_nth(columns, number)));
            ++number;
        }
    }
}

// The arms of a UNION name the columns as well.
void name_columns_of_arms(const Query *query, Node *arm, const List *columns) {
    check_stack_depth();
    if (arm == nullptr) {
        return;
    }
    if (IsA(arm, SetOperationStmt)) {
        name_columns_of_arms(query, reinterpret_cast<SetOperationStmt *>(arm)->larg, columns);
        name_columns_of_arms(query, reinterpret_cast<SetOperationStmt *>(arm)->rarg, columns);
        return;
    }
    const auto *reference = castNode(RangeTblRef, arm);
    const Query *leaf = rt_fetch(reference->rtindex, query->rtable)->subquery;
    name_columns(leaf, columns);
    name_columns_of_arms(leaf, leaf->setOperations, columns);
}

// ---- putting names in ----

// Behind a quoted name or literal that begins at `at`.
const char *behind_quotes(const char *at) {
    const char quote = *at++;
    while (*at != '\0' && *at != quote) {
        ++at;
    }
    return *at == '\0' ? at : at + 1;
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           IS_HIGHBIT_SET(c);
}

const char *behind_name(const char *at) {
    if (*at == '"') {
        do {
            at = behind_quotes(at);
        } while (*at == '"');
        return at;
    }
    while (is_word(*at)) {
        ++at;
    }
    return at;
}

// Behind the marker there is an alias always, and perhaps a list of columns. The list is completed by columns
// that the query does not know of, as the server would.
const char *put_relation(StringInfo out, const Detached *relation, const char *at) {
    const char *own_name = ::quote_identifier(relation_name(relation->relid));
    appendStringInfo(out, "%s%s", relation->only ? "ONLY " : "", qualified_relation_name(relation->relid));
    const char *alias = at + 1;
    const char *end = behind_name(alias);
    const bool same =
        strlen(own_name) == static_cast<Size>(end - alias) && strncmp(own_name, alias, strlen(own_name)) == 0;
    if (*end != '(') {
        if (!same) {
            appendBinaryStringInfo(out, at, static_cast<int>(end - at));
        }
        return end;
    }
    while (*end != ')' && *end != '\0') {
        end = *end == '"' ? behind_quotes(end) : end + 1;
    }
    appendBinaryStringInfo(out, at, static_cast<int>(end - at));
    const int now = column_count(relation->relid);
    for (int number = relation->known_columns + 1; number <= now; ++number) {
        if (const char *name = column_name(relation->relid, number)) {
            appendStringInfo(out, ", %s", ::quote_identifier(name));
        }
    }
    return end;
}

// INT_MAX for any other word.
int marker_number(const char *word) {
    constexpr Size length = sizeof marker_prefix - 1;
    const bool marker = strncmp(word, marker_prefix, length) == 0 && word[length] >= '0' && word[length] <= '9';
    return marker ? atoi(word + length) : INT_MAX;
}

// VALUES is printed as (VALUES or ( VALUES: in the normal form nothing stands behind a parenthesis.
char *with_names(const char *text, const List *relations, QueryForm form) {
    StringInfoData out;
    initStringInfo(&out);
    for (const char *at = text + strspn(text, " \n"); *at != '\0';) {
        const char *end = at + 1;
        if (*at == '\'' || *at == '"') {
            end = behind_quotes(at);
        } else if (is_word(*at)) {
            end = behind_name(at);
            if (const int number = marker_number(at); number < list_length(relations) && *end == ' ') {
                at = put_relation(&out, static_cast<const Detached *>(list_nth(relations, number)), end);
                continue;
            }
        }
        appendBinaryStringInfo(&out, at, static_cast<int>(end - at));
        while (form == QueryForm::normal && *at == '(' && *end == ' ') {
            ++end;
        }
        at = end;
    }
    return out.data;
}

char *print(Query *query, QueryForm form) {
    Detachment detachment{nullptr, form, NIL, NIL};
    find_kept(reinterpret_cast<Node *>(query), &detachment);
    detach_relations(reinterpret_cast<Node *>(query), &detachment);
    if (form == QueryForm::normal) {
        query = normal::rewrite_query(query);
    }
    return with_names(pg_get_querydef(query, false), detachment.relations, form);
}

RangeTblEntry *entry_of(Oid relid, const char *alias) {
    auto *entry = makeNode(RangeTblEntry);
    entry->rtekind = RTE_RELATION;
    entry->relid = relid;
    entry->relkind = get_rel_relkind(relid);
    entry->rellockmode = AccessShareLock;
    entry->inh = true;
    entry->alias = alias != nullptr ? makeAlias(alias, NIL) : nullptr;
    entry->eref = makeAlias(alias != nullptr ? alias : relation_name(relid), column_names(relid, column_count(relid)));
    return entry;
}

}  // namespace

char *text_of_query(const Query *query, QueryForm form, const List *columns) {
    auto *copy = static_cast<Query *>(copyObjectImpl(query));
    if (columns != NIL) {
        drop_rule_entries(copy);
        name_columns(copy, columns);
        name_columns_of_arms(copy, copy->setOperations, columns);
    }
    return print(copy, form);
}

char *text_of_condition(const Node *condition, QueryForm form, Oid relid, ConditionRows rows) {
    if (condition == nullptr) {
        return nullptr;
    }
    auto *query = makeNode(Query);
    query->commandType = CMD_SELECT;
    query->canSetTag = true;
    query->rtable = rows == ConditionRows::of_relation ? list_make1(entry_of(relid, nullptr))
                                                       : list_make2(entry_of(relid, "old"), entry_of(relid, "new"));
    query->jointree = makeFromExpr(NIL, static_cast<Node *>(copyObjectImpl(condition)));
    const char *text = print(query, form);
    // "SELECT WHERE condition": nothing in front of the condition is a user's.
    constexpr char keyword[] = "WHERE ";
    const char *found = strstr(text, keyword);
    if (found == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("cannot read the text of a condition")));
    }
    return pstrdup(found + sizeof keyword - 1);
}

}  // namespace schema_audit::server
