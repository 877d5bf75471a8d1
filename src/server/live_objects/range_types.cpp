// Range types, with the name of their multirange.
#include "server/live_objects/types.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_range(std::string_view name) { return attribute(ObjectKind::range_type, name); }

using Ranges = std::unordered_map<Oid, FormData_pg_range>;

Ranges read_ranges(const ObjectReader &reader) {
    Ranges ranges;
    scan_catalog(RangeRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_range>(GETSTRUCT(tuple));
        ranges.emplace(row.rngtypid, row);
    });
    return ranges;
}

// The name that the server makes for the multirange of a range, as it does for one without its own.
char *usual_multirange_name(const char *range) {
    const char *at = std::strstr(range, "range");
    char *name = at == nullptr
                     ? psprintf("%.*s_multirange",
                                pg_mbcliplen(range, static_cast<int>(std::strlen(range)), NAMEDATALEN - 12), range)
                     : psprintf("%.*smulti%s", static_cast<int>(at - range), range, at);
    truncate_identifier(name, static_cast<int>(std::strlen(name)), false);
    return name;
}

// Null when it is named after the range and lies beside it.
const char *multirange_text(const FormData_pg_range &range, const char *name) {
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(range.rngmultitypid));
    if (!HeapTupleIsValid(tuple)) {
        raise_vanished("type", range.rngmultitypid);
    }
    const auto &row = *reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
    const char *multirange = pstrdup(NameStr(row.typname));
    const Oid name_space = row.typnamespace;
    ReleaseSysCache(tuple);
    HeapTuple own = SearchSysCache1(TYPEOID, ObjectIdGetDatum(range.rngtypid));
    if (!HeapTupleIsValid(own)) {
        raise_vanished("type", range.rngtypid);
    }
    const Oid own_space = reinterpret_cast<Form_pg_type>(GETSTRUCT(own))->typnamespace;
    ReleaseSysCache(own);
    return name_space == own_space && std::strcmp(multirange, usual_multirange_name(name)) == 0
               ? nullptr
               : qualified_text(name_space, multirange);
}

}  // namespace

void describe_range_types(ObjectReader &reader) {
    const Ranges ranges = read_ranges(reader);
    reader.for_each(ObjectKind::range_type, [&](Oid type) {
        const auto found = ranges.find(type);
        if (found == ranges.end()) {
            raise_vanished("range type", type);
        }
        const FormData_pg_range &row = found->second;
        const char *subtype = type_text(row.rngsubtype);
        const char *opclass = row.rngsubopc == GetDefaultOpClass(row.rngsubtype, BTREE_AM_OID)
                                  ? nullptr
                                  : operator_class_text(row.rngsubopc);
        const char *collation = OidIsValid(row.rngcollation) && row.rngcollation != get_typcollation(row.rngsubtype)
                                    ? found_or_raise(collation_text(row.rngcollation), "collation", row.rngcollation)
                                    : nullptr;
        const char *canonical = OidIsValid(row.rngcanonical) ? function_text(row.rngcanonical) : nullptr;
        const char *difference = OidIsValid(row.rngsubdiff) ? function_text(row.rngsubdiff) : nullptr;
        const char *multirange = multirange_text(row, reader.name());
        reader.set(of_range("subtype"), subtype);
        reader.set(of_range("operator_class"), opclass);
        reader.set(of_range("collation"), collation);
        reader.set(of_range("canonical"), canonical);
        reader.set(of_range("difference"), difference);
        reader.set(of_range("multirange"), multirange);
        if (reader.wants_ddl()) {
            StringInfoData ddl;
            initStringInfo(&ddl);
            appendStringInfo(&ddl, "CREATE TYPE %s AS RANGE (", reader.qualified_name());
            append_option(&ddl, "SUBTYPE", subtype);
            append_option(&ddl, "SUBTYPE_OPCLASS", opclass);
            append_option(&ddl, "COLLATION", collation);
            append_option(&ddl, "CANONICAL", canonical);
            append_option(&ddl, "SUBTYPE_DIFF", difference);
            append_option(&ddl, "MULTIRANGE_TYPE_NAME", multirange);
            appendStringInfoString(&ddl, ");");
            reader.set(of_range("ddl"), ddl.data);
        }
    });
}

}  // namespace schema_audit::server
