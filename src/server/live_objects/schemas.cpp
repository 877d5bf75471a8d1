// Schemas and extensions, without the server's own and without this one.
#include "server/live_objects/reader.hpp"
#include "server/model_ddl_names.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_extension(std::string_view name) { return attribute(ObjectKind::extension, name); }

}  // namespace

void read_schemas(ObjectReader &reader) {
    scan_catalog(NamespaceRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_namespace>(GETSTRUCT(tuple));
        const std::string_view presented = reader.presented_schema(row.oid);
        if ((presented.empty() && !reader.reads_database()) || is_system_schema(NameStr(row.nspname)) ||
            !reader.begin(ObjectKind::schema, NamespaceRelationId, row.oid, InvalidOid,
                          presented.empty() ? std::string_view(NameStr(row.nspname)) : presented)) {
            return;
        }
        if (reader.wants_ddl()) {
            reader.set(attribute(ObjectKind::schema, "ddl"),
                       psprintf("CREATE SCHEMA %s;", quote_identifier(reader.name())));
        }
        bool is_null = false;
        const Datum acl = heap_getattr(tuple, Anum_pg_namespace_nspacl, descriptor, &is_null);
        reader.set_owner(row.nspowner);
        reader.set_grants(acl, is_null, OBJECT_SCHEMA, row.nspowner);
    });
}

void read_extensions(ObjectReader &reader) {
    scan_catalog(ExtensionRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_extension>(GETSTRUCT(tuple));
        // plpgsql comes with each database.
        if (row.oid < FirstNormalObjectId || std::strcmp(NameStr(row.extname), "schema_audit") == 0 ||
            !reader.begin(ObjectKind::extension, ExtensionRelationId, row.oid, InvalidOid, NameStr(row.extname))) {
            return;
        }
        bool is_null = false;
        const char *version =
            TextDatumGetCString(heap_getattr(tuple, Anum_pg_extension_extversion, descriptor, &is_null));
        const char *name = get_namespace_name(row.extnamespace);
        const char *schema = name == nullptr ? nullptr : quote_identifier(name);
        reader.set(of_extension("version"), version);
        reader.set(of_extension("schema"), schema);
        if (reader.wants_ddl()) {
            reader.set(of_extension("ddl"), extension_ddl(quote_identifier(NameStr(row.extname)), schema, version));
        }
    });
}

char *extension_ddl(const char *name, const char *schema, const char *version) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "CREATE EXTENSION %s", name);
    if (schema != nullptr) {
        appendStringInfo(&text, " SCHEMA %s", schema);
    }
    if (version != nullptr) {
        appendStringInfo(&text, " VERSION %s", quote_literal_cstr(version));
    }
    appendStringInfoChar(&text, ';');
    return text.data;
}

}  // namespace schema_audit::server
