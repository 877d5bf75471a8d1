// Composite types: their attributes in order.
#include "server/live_objects/types.hpp"

namespace schema_audit::server {
namespace {

char *attribute_text(const FormData_pg_attribute &row) {
    const char *type = type_text(row.atttypid, row.atttypmod);
    if (!OidIsValid(row.attcollation) || row.attcollation == get_typcollation(row.atttypid)) {
        return psprintf("%s %s", quote_identifier(NameStr(row.attname)), type);
    }
    return psprintf("%s %s COLLATE %s", quote_identifier(NameStr(row.attname)), type,
                    found_or_raise(collation_text(row.attcollation), "collation", row.attcollation));
}

// There are few composite types and many columns: each is looked for by itself.
List *attribute_texts(Oid relation, Snapshot snapshot) {
    List *texts = NIL;
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relation));
    ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTGreaterStrategyNumber, F_INT2GT, Int16GetDatum(0));
    Relation catalog = table_open(AttributeRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(catalog, AttributeRelidNumIndexId, true, snapshot, 2, keys);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        const auto &row = *reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
        if (!row.attisdropped) {
            texts = lappend(texts, attribute_text(row));
        }
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return texts;
}

}  // namespace

void describe_composite_types(ObjectReader &reader, const TypeRows &rows) {
    reader.for_each(ObjectKind::composite_type, [&](Oid type) {
        const char *attributes =
            joined_texts(attribute_texts(rows.find(type)->second.relation, reader.snapshot()), ", ", false);
        reader.set(attribute(ObjectKind::composite_type, "attributes"), attributes);
        if (reader.wants_ddl()) {
            reader.set(
                attribute(ObjectKind::composite_type, "ddl"),
                psprintf("CREATE TYPE %s AS (%s);", reader.qualified_name(), attributes == nullptr ? "" : attributes));
        }
    });
}

}  // namespace schema_audit::server
