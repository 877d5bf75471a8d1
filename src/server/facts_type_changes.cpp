// ALTER COLUMN TYPE by the server's own test: what the conversion is once it is planned.
#include "server/facts.hpp"

namespace schema_audit::server {
namespace {

struct ColumnType {
    Oid oid;
    int32 modifier;
    Oid collation;
};

struct Change {
    bool known;
    bool rewrites;
    AttrNumber column;
    ColumnType before, after;
    const char *from, *to, *base;
};

// Columns of the table, without opening it: that would take a lock.
Node *column_of_table(ParseState *state, ColumnRef *reference) noexcept {
    const Oid table = *static_cast<const Oid *>(state->p_ref_hook_state);
    const List *fields = reference->fields;
    const Node *last = static_cast<const Node *>(llast(fields));
    const bool other_table = list_length(fields) > 1 && IsA(linitial(fields), String) &&
                             std::strcmp(strVal(list_nth(fields, list_length(fields) - 2)), get_rel_name(table)) != 0;
    if (!IsA(last, String) || other_table) {
        return nullptr;
    }
    const AttrNumber number = get_attnum(table, strVal(last));
    if (number <= 0) {
        return nullptr;
    }
    ColumnType type{};
    get_atttypetypmodcoll(table, number, &type.oid, &type.modifier, &type.collation);
    return reinterpret_cast<Node *>(makeVar(1, number, type.oid, type.modifier, type.collation, 0));
}

// Nothing but the column, seen as another type?
bool changes_values(const Node *expression, AttrNumber column) noexcept {
    for (;;) {
        if (IsA(expression, Var)) {
            return reinterpret_cast<const Var *>(expression)->varattno != column;
        }
        if (IsA(expression, RelabelType)) {
            expression = reinterpret_cast<const Node *>(reinterpret_cast<const RelabelType *>(expression)->arg);
        } else if (IsA(expression, CoerceToDomain)) {
            const auto *domain = reinterpret_cast<const CoerceToDomain *>(expression);
            if (DomainHasConstraints(domain->resulttype)) {
                return true;
            }
            expression = reinterpret_cast<const Node *>(domain->arg);
        } else if (IsA(expression, FuncExpr)) {
            const auto *call = reinterpret_cast<const FuncExpr *>(expression);
            const bool of_zone = call->funcid == F_TIMESTAMP_TIMESTAMPTZ || call->funcid == F_TIMESTAMPTZ_TIMESTAMP;
            if (!of_zone || TimestampTimestampTzRequiresRewrite()) {
                return true;
            }
            expression = static_cast<const Node *>(linitial(call->args));
        } else {
            return true;
        }
    }
}

Change analyse(Oid table, const AlterTableCmd *command) noexcept {
    Change change{};
    auto *definition = castNode(ColumnDef, command->def);
    change.column = get_attnum(table, command->name);
    if (change.column <= 0) {
        return change;
    }
    get_atttypetypmodcoll(table, change.column, &change.before.oid, &change.before.modifier, &change.before.collation);
    typenameTypeIdAndMod(nullptr, definition->typeName, &change.after.oid, &change.after.modifier);
    change.after.collation = GetColumnDefCollation(nullptr, definition, change.after.oid);
    ParseState *const state = make_parsestate(nullptr);
    state->p_pre_columnref_hook = column_of_table;
    state->p_ref_hook_state = &table;
    Node *expression = nullptr;
    if (definition->raw_default != nullptr) {
        expression = transformExpr(state, static_cast<Node *>(copyObjectImpl(definition->raw_default)),
                                   EXPR_KIND_ALTER_COL_TRANSFORM);
    } else {
        expression = reinterpret_cast<Node *>(
            makeVar(1, change.column, change.before.oid, change.before.modifier, change.before.collation, 0));
    }
    expression = coerce_to_target_type(state, expression, exprType(expression), change.after.oid, change.after.modifier,
                                       COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
    if (expression == nullptr) {
        return change;
    }
    assign_expr_collations(state, expression);
    expression = reinterpret_cast<Node *>(expression_planner(reinterpret_cast<Expr *>(expression)));
    change.rewrites = changes_values(expression, change.column);
    change.from = format_type_with_typemod(change.before.oid, change.before.modifier);
    change.to = format_type_with_typemod(change.after.oid, change.after.modifier);
    if (DomainHasConstraints(change.after.oid)) {
        int32 modifier = change.after.modifier;
        const Oid base = getBaseTypeAndTypmod(change.after.oid, &modifier);
        change.base = format_type_with_typemod(base, modifier);
    }
    change.known = true;
    return change;
}

// The server keeps an index only where it is sure that nothing in it changes.
bool rebuilds(Oid index, const Change &change) noexcept {
    const HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
    if (!HeapTupleIsValid(tuple)) {
        return false;
    }
    const auto *row = reinterpret_cast<const FormData_pg_index *>(GETSTRUCT(tuple));
    bool built = !heap_attisnull(tuple, Anum_pg_index_indexprs, nullptr) ||
                 !heap_attisnull(tuple, Anum_pg_index_indpred, nullptr);
    bool is_null = false;
    const auto *collations = reinterpret_cast<const oidvector *>(
        DatumGetPointer(SysCacheGetAttr(INDEXRELID, tuple, Anum_pg_index_indcollation, &is_null)));
    const auto *classes = reinterpret_cast<const oidvector *>(
        DatumGetPointer(SysCacheGetAttr(INDEXRELID, tuple, Anum_pg_index_indclass, &is_null)));
    for (int i = 0; i < row->indnkeyatts; ++i) {
        if (row->indkey.values[i] == change.column) {
            const bool other_order =
                collations->values[i] == change.before.collation && change.before.collation != change.after.collation;
            const bool other_type =
                change.before.oid != change.after.oid && IsPolymorphicType(get_opclass_input_type(classes->values[i]));
            built = built || other_order || other_type;
        }
    }
    ReleaseSysCache(tuple);
    return built;
}

struct Dependent {
    const char *rechecked, *rebuilt;
};

Dependent of_constraint(Oid constraint, const Change &change) noexcept {
    Dependent found{nullptr, nullptr};
    const HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
    if (HeapTupleIsValid(tuple)) {
        const auto *row = reinterpret_cast<const FormData_pg_constraint *>(GETSTRUCT(tuple));
        if (row->contype == CONSTRAINT_CHECK && row->convalidated) {
            found.rechecked = pstrdup(NameStr(row->conname));
        } else if (row->contype != CONSTRAINT_FOREIGN && OidIsValid(row->conindid) && rebuilds(row->conindid, change)) {
            found.rebuilt = get_rel_name(row->conindid);
        }
        ReleaseSysCache(tuple);
    }
    return found;
}

Dependent dependent_of(const FormData_pg_depend &row, const Change &change) noexcept {
    if (row.classid == ConstraintRelationId) {
        return of_constraint(row.objid, change);
    }
    if (row.classid == RelationRelationId && get_rel_relkind(row.objid) == RELKIND_INDEX &&
        rebuilds(row.objid, change)) {
        return {nullptr, get_rel_name(row.objid)};
    }
    return {nullptr, nullptr};
}

void add_once(std::vector<std::string> &names, const char *name) {
    if (name != nullptr && std::ranges::find(names, name) == names.end()) {
        names.emplace_back(name);
    }
}

void read_dependents(Oid table, const Change &change, guard::TypeChange &found) {
    server_call([&] {
        const Relation depend = table_open(DependRelationId, AccessShareLock);
        std::array<ScanKeyData, 3> keys;
        ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                    ObjectIdGetDatum(RelationRelationId));
        ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
        ScanKeyInit(&keys[2], Anum_pg_depend_refobjsubid, BTEqualStrategyNumber, F_INT4EQ,
                    Int32GetDatum(change.column));
        const SysScanDesc scan = systable_beginscan(depend, DependReferenceIndexId, true, nullptr, 3, keys.data());
        for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
            const Dependent dependent =
                dependent_of(*reinterpret_cast<const FormData_pg_depend *>(GETSTRUCT(tuple)), change);
            add_once(found.rechecked, dependent.rechecked);
            add_once(found.rebuilt, dependent.rebuilt);
        }
        systable_endscan(scan);
        table_close(depend, AccessShareLock);
    });
    std::ranges::sort(found.rechecked);
    std::ranges::sort(found.rebuilt);
}

}  // namespace

void read_type_changes(Oid table, const AlterTableStmt *tree, guard::StatementFacts &facts) {
    const ListCell *cell = nullptr;
    foreach (cell, tree->cmds) {
        const auto *command = lfirst_node(AlterTableCmd, cell);
        if (command->subtype != AT_AlterColumnType) {
            continue;
        }
        Change change{};
        survive_analysis([&] { change = server_call([=] { return analyse(table, command); }); });
        if (!change.known) {
            continue;
        }
        guard::TypeChange found;
        found.column = command->name;
        found.from = change.from;
        found.to = change.to;
        found.rewrites = change.rewrites;
        found.same = !change.rewrites && change.before.oid == change.after.oid &&
                     change.before.modifier == change.after.modifier &&
                     change.before.collation == change.after.collation;
        found.base = change.base != nullptr ? change.base : "";
        if (!found.rewrites) {
            read_dependents(table, change, found);
        }
        facts.type_changes.push_back(std::move(found));
    }
}

}  // namespace schema_audit::server
