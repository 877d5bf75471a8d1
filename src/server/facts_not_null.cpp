// Need::not_null_proof: which columns cannot hold a NULL, so that SET NOT NULL reads nothing. The server's own test:
// validated CHECK constraints imply `column IS NOT NULL`. Nothing is opened or locked but catalogs.
#include "server/facts.hpp"

namespace schema_audit::server {
namespace {

template <class Visit>
void for_each_constraint(Oid table, Visit visit) noexcept {
    const Relation catalog = table_open(ConstraintRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
    const SysScanDesc scan = systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        visit(tuple, *reinterpret_cast<const FormData_pg_constraint *>(GETSTRUCT(tuple)), RelationGetDescr(catalog));
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
}

// What the validated CHECK constraints say together, as a list of conditions that are all not false.
List *known_conditions(Oid table) noexcept {
    List *conditions = NIL;
    for_each_constraint(table, [&](HeapTuple tuple, const FormData_pg_constraint &row, TupleDesc descriptor) {
        if (row.contype != CONSTRAINT_CHECK || !row.convalidated || !is_enforced(row)) {
            return;
        }
        bool is_null = false;
        const Datum stored = heap_getattr(tuple, Anum_pg_constraint_conbin, descriptor, &is_null);
        if (is_null) {
            return;
        }
        Node *expression = static_cast<Node *>(stringToNode(TextDatumGetCString(stored)));
        expression = eval_const_expressions(nullptr, expression);
        expression = reinterpret_cast<Node *>(canonicalize_qual(reinterpret_cast<Expr *>(expression), true));
        conditions = list_concat(conditions, make_ands_implicit(reinterpret_cast<Expr *>(expression)));
    });
    return conditions;
}

bool is_implied(const List *conditions, Oid table, const char *column) noexcept {
    const HeapTuple tuple = conditions != NIL ? SearchSysCacheAttName(table, column) : nullptr;
    if (!HeapTupleIsValid(tuple)) {
        return false;
    }
    const auto &row = *reinterpret_cast<const FormData_pg_attribute *>(GETSTRUCT(tuple));
    NullTest *test = makeNode(NullTest);
    test->arg = reinterpret_cast<Expr *>(makeVar(1, row.attnum, row.atttypid, row.atttypmod, row.attcollation, 0));
    test->nulltesttype = IS_NOT_NULL;
    test->argisrow = false;
    test->location = -1;
    ReleaseSysCache(tuple);
    return predicate_implied_by(list_make1(test), const_cast<List *>(conditions), true);
}

// A partitioned table has no rows of its own: each partition may prove it by constraints of its own.
bool proven_in_partitions(Oid table, const char *column) noexcept {
    bool any = false;
    const ListCell *cell = nullptr;
    foreach (cell, find_all_inheritors(table, NoLock, nullptr)) {
        const Oid part = lfirst_oid(cell);
        if (part == table || get_rel_relkind(part) == RELKIND_PARTITIONED_TABLE) {
            continue;
        }
        any = true;
        if (!is_implied(known_conditions(part), part, column)) {
            return false;
        }
    }
    return any;
}

void mark_unvalidated(Oid table, std::vector<guard::NamedColumn> &columns) {
    for_each_constraint(table, [&](HeapTuple tuple, const FormData_pg_constraint &row, TupleDesc descriptor) {
        constexpr char not_null = 'n';  // 18
        bool is_null = true;
        const Datum keys = row.contype == not_null && !row.convalidated
                               ? heap_getattr(tuple, Anum_pg_constraint_conkey, descriptor, &is_null)
                               : Datum{0};
        if (is_null) {
            return;
        }
        const ArrayType *numbers = DatumGetArrayTypeP(keys);
        const char *name = get_attname(table, *reinterpret_cast<const int16 *>(ARR_DATA_PTR(numbers)), true);
        for (guard::NamedColumn &column : columns) {
            column.not_null_unvalidated = column.not_null_unvalidated || (name != nullptr && column.name == name);
        }
    });
}

}  // namespace

void read_not_null_proof(Oid table, guard::TableFacts &facts) {
    const List *conditions = server_call([=] { return known_conditions(table); });
    const bool partitioned = facts.kind == guard::RelationKind::partitioned_table;
    for (guard::NamedColumn &column : facts.column_facts) {
        const char *name = column.name.c_str();
        column.not_null_proven = server_call(
            [=] { return is_implied(conditions, table, name) || (partitioned && proven_in_partitions(table, name)); });
    }
    server_call([&] { mark_unvalidated(table, facts.column_facts); });
}

}  // namespace schema_audit::server
