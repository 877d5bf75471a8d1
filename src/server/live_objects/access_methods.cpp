// Access methods for tables and indexes, beside the server's own.
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

struct MethodDetails {
    Oid handler;
    char type;
};

void describe_method(ObjectReader &reader, const MethodDetails &row) {
    const char *type = row.type == AMTYPE_TABLE ? "table" : "index";
    const char *handler = function_text(row.handler);
    reader.set(attribute(ObjectKind::access_method, "type"), type);
    reader.set(attribute(ObjectKind::access_method, "handler"), handler);
    if (reader.wants_ddl()) {
        reader.set(attribute(ObjectKind::access_method, "ddl"),
                   psprintf("CREATE ACCESS METHOD %s TYPE %s HANDLER %s;", quote_identifier(reader.name()),
                            row.type == AMTYPE_TABLE ? "TABLE" : "INDEX", handler));
    }
}

}  // namespace

void read_access_methods(ObjectReader &reader) {
    std::unordered_map<Oid, MethodDetails> rows;
    scan_catalog(AccessMethodRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_am>(GETSTRUCT(tuple));
        if (row.oid >= FirstNormalObjectId &&
            reader.begin(ObjectKind::access_method, AccessMethodRelationId, row.oid, InvalidOid, NameStr(row.amname))) {
            rows.emplace(row.oid, MethodDetails{row.amhandler, row.amtype});
        }
    });
    reader.for_each(ObjectKind::access_method, [&](Oid method) { describe_method(reader, rows.find(method)->second); });
}

}  // namespace schema_audit::server
