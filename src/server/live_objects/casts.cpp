// Casts. They lie in no schema: each is counted to that of its source, else of its target, else of its function; one
// that is all the server's own is an object of the database.
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_cast(std::string_view name) { return attribute(ObjectKind::cast, name); }

struct CastDetails {
    Oid source, target, function;
    char method, context;
};

Oid namespace_of_type(Oid type) {
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    const Oid name_space = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple))->typnamespace;
    ReleaseSysCache(tuple);
    return name_space;
}

// False: it belongs to schemas that are not read.
bool schema_of(const ObjectReader &reader, const FormData_pg_cast &row, Oid *name_space) {
    bool of_server = true;
    for (const Oid candidate : {namespace_of_type(row.castsource), namespace_of_type(row.casttarget),
                                OidIsValid(row.castfunc) ? get_func_namespace(row.castfunc) : PG_CATALOG_NAMESPACE}) {
        if (reader.reads_schema(candidate)) {
            *name_space = candidate;
            return true;
        }
        of_server = of_server && candidate == PG_CATALOG_NAMESPACE;
    }
    *name_space = InvalidOid;
    return of_server && reader.reads_database();
}

bool begin_cast(ObjectReader &reader, const FormData_pg_cast &row) {
    Oid name_space = InvalidOid;
    // The cast of a range to its multirange comes with it.
    if (row.oid < FirstNormalObjectId || !schema_of(reader, row, &name_space) ||
        get_range_multirange(row.castsource) == row.casttarget) {
        return false;
    }
    const char *source = format_type_extended(row.castsource, -1, FORMAT_TYPE_INVALID_AS_NULL);
    const char *target = format_type_extended(row.casttarget, -1, FORMAT_TYPE_INVALID_AS_NULL);
    if (source == nullptr || target == nullptr ||
        !reader.begin(ObjectKind::cast, CastRelationId, row.oid, name_space, psprintf("%s AS %s", source, target))) {
        return false;
    }
    reader.set_identity(psprintf("(%s AS %s)", source, target));
    return true;
}

void describe_cast(ObjectReader &reader, const CastDetails &row) {
    const char *method = row.method == COERCION_METHOD_INOUT ? "WITH INOUT"
                         : row.method == COERCION_METHOD_BINARY
                             ? "WITHOUT FUNCTION"
                             : psprintf("WITH FUNCTION %s", function_signature_text(row.function));
    const char *context = row.context == COERCION_CODE_ASSIGNMENT ? "assignment"
                          : row.context == COERCION_CODE_IMPLICIT ? "implicit"
                                                                  : nullptr;
    reader.set(of_cast("method"), method);
    reader.set(of_cast("context"), context);
    if (reader.wants_ddl()) {
        reader.set(of_cast("ddl"),
                   psprintf("CREATE CAST (%s AS %s) %s%s;", type_text(row.source), type_text(row.target), method,
                            row.context == COERCION_CODE_ASSIGNMENT ? " AS ASSIGNMENT"
                            : row.context == COERCION_CODE_IMPLICIT ? " AS IMPLICIT"
                                                                    : ""));
    }
}

}  // namespace

void read_casts(ObjectReader &reader) {
    std::unordered_map<Oid, CastDetails> rows;
    scan_catalog(CastRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_cast>(GETSTRUCT(tuple));
        if (begin_cast(reader, row)) {
            rows.emplace(row.oid,
                         CastDetails{row.castsource, row.casttarget, row.castfunc, row.castmethod, row.castcontext});
        }
    });
    reader.for_each(ObjectKind::cast, [&](Oid cast) { describe_cast(reader, rows.find(cast)->second); });
}

}  // namespace schema_audit::server
