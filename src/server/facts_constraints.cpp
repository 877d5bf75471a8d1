// Constraints of a table, and the foreign keys of others to it.
#include "server/facts.hpp"
#include "server/held_tables.hpp"
#include "server/relation_facts.hpp"
#include "server/table_size.hpp"

namespace schema_audit::server {
namespace {

using guard::ConstraintSort;

std::optional<ConstraintSort> sort_of(char type) noexcept {
    switch (type) {
        case CONSTRAINT_CHECK:
            return ConstraintSort::check;
        case CONSTRAINT_FOREIGN:
            return ConstraintSort::foreign_key;
        case CONSTRAINT_PRIMARY:
            return ConstraintSort::primary_key;
        case CONSTRAINT_UNIQUE:
            return ConstraintSort::unique;
        case CONSTRAINT_EXCLUSION:
            return ConstraintSort::exclusion;
        case 'n':  // from 18 on
            return ConstraintSort::not_null;
        default:
            return std::nullopt;  // of a constraint trigger
    }
}

void read_column_names(Oid table, Datum array, std::vector<std::string> &names) {
    ArrayType *const numbers = DatumGetArrayTypeP(array);
    const auto *values = reinterpret_cast<const int16 *>(ARR_DATA_PTR(numbers));
    for (int i = 0; i < ARR_DIMS(numbers)[0]; ++i) {
        const char *name = get_attname(table, values[i], true);
        names.emplace_back(name != nullptr ? name : "");
    }
}

void read_name(Oid relation, guard::RelationName &name) {
    const char *schema = get_namespace_name(get_rel_namespace(relation));
    const char *relation_name = get_rel_name(relation);
    if (schema != nullptr && relation_name != nullptr) {
        name.schema = schema;
        name.name = relation_name;
    }
}

// CHECK (column IS NOT NULL) that SET NOT NULL has made superfluous.
bool is_not_null_helper(HeapTuple constraint, TupleDesc descriptor, Oid table) noexcept {
    bool is_null = false;
    const Datum condition = heap_getattr(constraint, Anum_pg_constraint_conbin, descriptor, &is_null);
    if (is_null) {
        return false;
    }
    const auto *test = static_cast<const NullTest *>(stringToNode(TextDatumGetCString(condition)));
    if (!IsA(test, NullTest) || test->nulltesttype != IS_NOT_NULL || !IsA(test->arg, Var)) {
        return false;
    }
    const AttrNumber column = reinterpret_cast<const Var *>(test->arg)->varattno;
    const HeapTuple attribute = SearchSysCache2(ATTNUM, ObjectIdGetDatum(table), Int16GetDatum(column));
    const bool not_null = HeapTupleIsValid(attribute) &&
                          reinterpret_cast<const FormData_pg_attribute *>(GETSTRUCT(attribute))->attnotnull;
    if (HeapTupleIsValid(attribute)) {
        ReleaseSysCache(attribute);
    }
    return not_null;
}

struct ReferenceRow {
    Oid table;
    bool is_reference;
};

// The columns are read into vectors that live above.
ReferenceRow read_reference(Oid constraint, Oid referenced, guard::ReferenceFacts &facts) noexcept {
    const HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
    if (!HeapTupleIsValid(tuple)) {
        return {InvalidOid, false};
    }
    const auto *row = reinterpret_cast<const FormData_pg_constraint *>(GETSTRUCT(tuple));
    const ReferenceRow found{row->conrelid, row->contype == CONSTRAINT_FOREIGN && row->confrelid == referenced};
    if (found.is_reference) {
        facts.name = NameStr(row->conname);
        read_name(row->conrelid, facts.table);
        bool is_null = false;
        const Datum own = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conkey, &is_null);
        read_column_names(row->conrelid, own, facts.columns);
        const Datum other = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_confkey, &is_null);
        read_column_names(referenced, other, facts.referenced_columns);
    }
    ReleaseSysCache(tuple);
    return found;
}

}  // namespace

void read_constraints(Oid table, guard::TableFacts &facts) {
    for_each_row(ConstraintRelationId, ConstraintRelidTypidNameIndexId, Anum_pg_constraint_conrelid, table,
                 [&](HeapTuple tuple, TupleDesc descriptor) {
                     const auto &row = *reinterpret_cast<const FormData_pg_constraint *>(GETSTRUCT(tuple));
                     const std::optional<ConstraintSort> sort = sort_of(row.contype);
                     if (!sort) {
                         return;
                     }
                     guard::ConstraintFacts &constraint = facts.constraints.emplace_back();
                     constraint.name = NameStr(row.conname);
                     constraint.sort = *sort;
                     constraint.validated = row.convalidated;
                     constraint.not_null_helper =
                         row.contype == CONSTRAINT_CHECK && is_not_null_helper(tuple, descriptor, table);
                     bool is_null = false;
                     const Datum columns = heap_getattr(tuple, Anum_pg_constraint_conkey, descriptor, &is_null);
                     if (!is_null) {
                         read_column_names(table, columns, constraint.columns);
                     }
                     if (OidIsValid(row.confrelid)) {
                         read_name(row.confrelid, constraint.referenced);
                     } else if (OidIsValid(row.conindid)) {
                         const char *index = get_rel_name(row.conindid);
                         constraint.index = index != nullptr ? index : "";
                     }
                 });
    facts.held_strongly = server_call([=] { return held_tables::is_held(table); });
}

// No index leads from the referenced table to the constraint, but its triggers are on that table.
void read_references(Oid table, guard::TableFacts &facts) {
    std::vector<Oid> constraints;
    for_each_row(TriggerRelationId, TriggerRelidNameIndexId, Anum_pg_trigger_tgrelid, table,
                 [&](HeapTuple tuple, TupleDesc) {
                     const auto &row = *reinterpret_cast<const FormData_pg_trigger *>(GETSTRUCT(tuple));
                     if (OidIsValid(row.tgconstraint)) {
                         constraints.push_back(row.tgconstraint);
                     }
                 });
    std::ranges::sort(constraints);
    const auto rest = std::ranges::unique(constraints);
    constraints.erase(rest.begin(), rest.end());
    for (const Oid constraint : constraints) {
        guard::ReferenceFacts reference;
        const ReferenceRow row = server_call([&] { return read_reference(constraint, table, reference); });
        if (row.is_reference) {
            reference.size = server_call([&] { return read_size(row.table); });
            facts.referenced_by.push_back(std::move(reference));
        }
    }
}

}  // namespace schema_audit::server
