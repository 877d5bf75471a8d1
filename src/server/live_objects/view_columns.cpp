// What columns of views and materialized views have beside their type: grants, and how stored ones are stored. Lists
// by column: "a (…), b (…)".
#include "server/live_objects/view_columns.hpp"

#include "server/live_option_texts.hpp"

namespace schema_audit::server {
namespace {

void append_item(StringInfo list, const char *column, const char *text) {
    appendStringInfo(list, "%s%s (%s)", list->len == 0 ? "" : ", ", ::quote_identifier(column), text);
}

char *storage_of(HeapTuple tuple, const FormData_pg_attribute &column, const char *view, StringInfo ddl) {
    StringInfoData text;
    initStringInfo(&text);
    const char *name = ::quote_identifier(NameStr(column.attname));
    const auto add = [&](const char *setting) {
        appendStringInfo(&text, "%s%s", text.len == 0 ? "" : " ", setting);
        appendStringInfo(ddl, " ALTER MATERIALIZED VIEW %s ALTER COLUMN %s SET %s;", view, name, setting);
    };
    if (column.attlen == -1 && column.attstorage != get_typstorage(column.atttypid)) {
        add(psprintf("STORAGE %s", storage_text(column.attstorage)));
    }
    if (column.attcompression != '\0') {
        add(psprintf("COMPRESSION %s", column.attcompression == TOAST_PGLZ_COMPRESSION ? "pglz" : "lz4"));
    }
    bool is_null = false;
    const Datum options = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attoptions, &is_null);
    // An empty list for none, too.
    if (const char *parameters = is_null ? nullptr : parameters_text(options); parameters != nullptr) {
        add(psprintf("(%s)", parameters));
    }
    return text.data;
}

int statistics_target(HeapTuple tuple, const FormData_pg_attribute &column, TupleDesc descriptor) {
    return std::max(fixed_statistics_target(column), varying_statistics_target(tuple, descriptor));
}

}  // namespace

ViewColumns view_columns(const ObjectReader &reader, Oid view, const char *name, int count) {
    StringInfoData grants;
    StringInfoData storage;
    StringInfoData statistics;
    StringInfoData ddl;
    for (StringInfo text : {&grants, &storage, &statistics, &ddl}) {
        initStringInfo(text);
    }
    Relation catalog = table_open(AttributeRelationId, AccessShareLock);
    for (int number = 1; number <= count; ++number) {
        HeapTuple tuple = SearchSysCacheAttNum(view, static_cast<AttrNumber>(number));
        if (!HeapTupleIsValid(tuple)) {
            continue;  // whoever reads the columns tells
        }
        const auto &column = *reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
        const char *column_name = NameStr(column.attname);
        bool is_null = false;
        const Datum acl = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attacl, &is_null);
        const char *granted = is_null || !reader.wants(AttributeGroup::grants)
                                  ? nullptr
                                  : grants_text(acl, false, OBJECT_COLUMN, InvalidOid);
        if (granted != nullptr) {
            append_item(&grants, column_name, granted);
        }
        if (const char *stored = storage_of(tuple, column, name, &ddl); *stored != '\0') {
            append_item(&storage, column_name, stored);
        }
        if (const int target = statistics_target(tuple, column, RelationGetDescr(catalog)); target >= 0) {
            append_item(&statistics, column_name, psprintf("%d", target));
            appendStringInfo(&ddl, " ALTER MATERIALIZED VIEW %s ALTER COLUMN %s SET STATISTICS %d;", name,
                             ::quote_identifier(column_name), target);
        }
        ReleaseSysCache(tuple);
    }
    table_close(catalog, AccessShareLock);
    return {grants.data, storage.data, statistics.data, ddl.data};
}

}  // namespace schema_audit::server
