// Views and materialized views.
#include "server/live_objects/reader.hpp"
#include "server/live_objects/view_columns.hpp"
#include "server/live_option_texts.hpp"
#include "server/normal_form.hpp"
#include "server/query_text.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_view(std::string_view name) { return attribute(ObjectKind::view, name); }
consteval AttributeId of_stored(std::string_view name) { return attribute(ObjectKind::materialized_view, name); }

// ---- server functions ----

template <class Row>
const Row &row_of(HeapTuple tuple) {
    return *reinterpret_cast<const Row *>(GETSTRUCT(tuple));
}

[[noreturn]] void raise_gone(Oid view) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("view with OID %u does not exist", view)));
    pg_unreachable();
}

struct Columns {
    List *names;  // of String
    char *text;   // id integer, name text COLLATE "C"
    bool has_defaults;
};

void append_column(StringInfo text, const FormData_pg_attribute &column) {
    appendStringInfo(text, "%s%s %s", text->len == 0 ? "" : ", ", ::quote_identifier(NameStr(column.attname)),
                     format_type_with_typemod(column.atttypid, column.atttypmod));
    if (OidIsValid(column.attcollation) && column.attcollation != get_typcollation(column.atttypid)) {
        const char *collation = collation_text(column.attcollation);
        appendStringInfo(text, " COLLATE %s", collation == nullptr ? "" : collation);
    }
}

Columns columns_of(Oid view, int count) {
    Columns columns{NIL, nullptr, false};
    StringInfoData text;
    initStringInfo(&text);
    for (int number = 1; number <= count; ++number) {
        HeapTuple tuple = SearchSysCacheAttNum(view, static_cast<AttrNumber>(number));
        if (!HeapTupleIsValid(tuple)) {
            raise_gone(view);
        }
        const auto &column = row_of<FormData_pg_attribute>(tuple);
        columns.names = lappend(columns.names, makeString(pstrdup(NameStr(column.attname))));
        columns.has_defaults = columns.has_defaults || column.atthasdef;
        append_column(&text, column);
        ReleaseSysCache(tuple);
    }
    columns.text = text.data;
    return columns;
}

const Query *query_of(Oid view) {
    HeapTuple rule = SearchSysCache2(RULERELNAME, ObjectIdGetDatum(view), CStringGetDatum("_RETURN"));
    if (!HeapTupleIsValid(rule)) {
        raise_gone(view);
    }
    bool is_null = false;
    const Datum action = SysCacheGetAttr(RULERELNAME, rule, Anum_pg_rewrite_ev_action, &is_null);
    auto *queries = static_cast<List *>(stringToNode(TextDatumGetCString(action)));
    ReleaseSysCache(rule);
    return linitial_node(Query, queries);
}

// Runs visit for each row of a catalog whose column `relid_column`, the first of its index, is the view.
template <class Visit>
void scan_rows_of(Oid catalog_id, Oid index, int relid_column, Oid view, Snapshot snapshot, Visit visit) {
    ScanKeyData key;
    ScanKeyInit(&key, static_cast<AttrNumber>(relid_column), BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(view));
    Relation catalog = table_open(catalog_id, AccessShareLock);
    SysScanDesc scan = systable_beginscan(catalog, index, true, snapshot, 1, &key);
    HeapTuple tuple = nullptr;
    while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
        visit(tuple, RelationGetDescr(catalog));
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
}

struct ViewRelation {
    const char *name;  // as SQL
    char *options;     // a=1, b=2; null for none
    int columns;
    Oid access_method, tablespace;
    bool populated;
};

// A boolean has more spellings here than elsewhere, where 1 may be a number; and that it is off may be said or not.
char *view_options(char *options) {
    StringInfoData result;
    initStringInfo(&result);
    char *rest = nullptr;
    for (const char *option = strtok_r(options, ", ", &rest); option != nullptr;
         option = strtok_r(nullptr, ", ", &rest)) {
        const char *value = strchr(option, '=');
        bool on = false;
        if (value == nullptr || !parse_bool(value + 1, &on)) {
            appendStringInfo(&result, "%s%s", result.len == 0 ? "" : ", ", option);
        } else if (on) {
            const int length = static_cast<int>(value - option);
            appendStringInfo(&result, "%s%.*s=true", result.len == 0 ? "" : ", ", length, option);
        }
    }
    return result.data;
}

// Those of the TOAST table are part of them.
char *storage_options(char *own, Oid toast) {
    HeapTuple tuple = OidIsValid(toast) ? SearchSysCache1(RELOID, ObjectIdGetDatum(toast)) : nullptr;
    if (!HeapTupleIsValid(tuple)) {
        return own;
    }
    bool is_null = false;
    const Datum options = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &is_null);
    char *result = own;
    if (!is_null) {
        const char *of_toast = parameters_text(options, "toast.");
        result = own == nullptr ? pstrdup(of_toast) : psprintf("%s, %s", own, of_toast);
    }
    ReleaseSysCache(tuple);
    return result;
}

ViewRelation relation_of(Oid view) {
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(view));
    const char *schema =
        HeapTupleIsValid(tuple) ? get_namespace_name(row_of<FormData_pg_class>(tuple).relnamespace) : nullptr;
    if (schema == nullptr) {
        raise_gone(view);
    }
    const auto &row = row_of<FormData_pg_class>(tuple);
    bool is_null = false;
    const Datum options = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &is_null);
    char *sorted = is_null ? nullptr : parameters_text(options);
    const ViewRelation result{quote_qualified_identifier(schema, NameStr(row.relname)),
                              row.relkind != RELKIND_VIEW ? storage_options(sorted, row.reltoastrelid)
                              : sorted != nullptr         ? view_options(sorted)
                                                          : nullptr,
                              row.relnatts,
                              row.relam,
                              row.reltablespace,
                              row.relispopulated};
    ReleaseSysCache(tuple);
    return result;
}

const char *with_options(const char *options) {
    return options == nullptr || *options == '\0' ? "" : psprintf(" WITH (%s)", options);
}

// ---- what for_each prints ----

void print_defaults(ObjectReader &reader, Oid view, const ViewRelation &relation, const List *names, StringInfo ddl) {
    StringInfoData shown;
    initStringInfo(&shown);
    const auto print = [&](HeapTuple tuple, TupleDesc descriptor) {
        bool is_null = false;
        const Datum stored = heap_getattr(tuple, Anum_pg_attrdef_adbin, descriptor, &is_null);
        const char *node = TextDatumGetCString(stored);
        const int number = row_of<FormData_pg_attrdef>(tuple).adnum;
        const char *normal = normal_form_of_node_text(node, view);
        if (normal == nullptr || number > list_length(names)) {
            return;
        }
        const char *column = ::quote_identifier(strVal(list_nth(names, number - 1)));
        appendStringInfo(&shown, "%s%s %s", shown.len == 0 ? "" : ", ", column, normal);
        appendStringInfo(ddl, " ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s;", relation.name, column,
                         text_of_node(static_cast<Node *>(stringToNode(node)), view));
    };
    scan_rows_of(AttrDefaultRelationId, AttrDefaultIndexId, Anum_pg_attrdef_adrelid, view, reader.snapshot(), print);
    reader.set(of_view("column_defaults"), shown.data);
}

void print_view(ObjectReader &reader, Oid view) {
    const ViewRelation relation = relation_of(view);
    const Columns columns = columns_of(view, relation.columns);
    const Query *query = query_of(view);
    StringInfoData ddl;
    initStringInfo(&ddl);
    if (reader.wants_ddl()) {
        appendStringInfo(&ddl, "CREATE OR REPLACE VIEW %s%s AS %s;", relation.name, with_options(relation.options),
                         text_of_query(query, QueryForm::exact, columns.names));
    }
    if (columns.has_defaults) {
        print_defaults(reader, view, relation, columns.names, &ddl);
    }
    reader.set(of_view("definition"), text_of_query(query, QueryForm::normal, columns.names));
    reader.set(of_view("columns"), columns.text);
    reader.set(of_view("options"), relation.options);
    reader.set(of_view("column_grants"), view_columns(reader, view, relation.name, relation.columns).grants);
    if (reader.wants_ddl()) {
        reader.set(of_view("ddl"), ddl.data);
    }
}

int compare_list_texts(const ListCell *a, const ListCell *b) {
    return std::strcmp(static_cast<const char *>(lfirst(a)), static_cast<const char *>(lfirst(b)));
}

void print_indexes(ObjectReader &reader, Oid view, const char *name, StringInfo ddl) {
    List *texts = NIL;
    List *statements = NIL;
    const char *clustered = nullptr;
    scan_rows_of(IndexRelationId, IndexIndrelidIndexId, Anum_pg_index_indrelid, view, reader.snapshot(),
                 [&](HeapTuple tuple, TupleDesc descriptor) {
                     const auto &row = row_of<FormData_pg_index>(tuple);
                     // An index that was not finished is none; nor does a dump hold it.
                     if (!row.indislive || !row.indisvalid) {
                         return;
                     }
                     texts = lappend(texts, index_text(tuple, descriptor, IndexForm::normal));
                     const char *index = row.indisclustered ? get_rel_name(row.indexrelid) : nullptr;
                     clustered = index == nullptr ? clustered : psprintf("CLUSTER ON %s", ::quote_identifier(index));
                     if (reader.wants_ddl()) {
                         statements = lappend(statements, index_text(tuple, descriptor, IndexForm::statement));
                     }
                 });
    list_sort(texts, compare_list_texts);
    list_sort(statements, compare_list_texts);
    StringInfoData text;
    initStringInfo(&text);
    ListCell *cell = nullptr;
    foreach (cell, texts) {
        appendStringInfo(&text, "%s%s", text.len == 0 ? "" : "; ", static_cast<char *>(lfirst(cell)));
    }
    foreach (cell, statements) {
        appendStringInfo(ddl, " %s;", static_cast<char *>(lfirst(cell)));
    }
    reader.set(of_stored("indexes"), text.data);
    if (clustered != nullptr) {
        appendStringInfo(ddl, " ALTER MATERIALIZED VIEW %s %s;", name, clustered);
    }
    if (reader.wants(AttributeGroup::storage)) {
        reader.set(of_stored("clustered_on"), clustered);
    }
}

void print_materialized_view(ObjectReader &reader, Oid view) {
    const ViewRelation relation = relation_of(view);
    const Columns columns = columns_of(view, relation.columns);
    const Query *query = query_of(view);
    const char *method = get_am_name(relation.access_method);
    const char *space = OidIsValid(relation.tablespace) ? get_tablespace_name(relation.tablespace) : nullptr;
    const bool unfilled = !relation.populated && reader.holds_rows();
    const bool usual_method = method == nullptr || std::strcmp(method, "heap") == 0;
    StringInfoData ddl;
    initStringInfo(&ddl);
    if (reader.wants_ddl()) {
        appendStringInfo(&ddl, "CREATE MATERIALIZED VIEW %s%s%s%s AS %s%s;", relation.name,
                         usual_method ? "" : psprintf(" USING %s", ::quote_identifier(method)),
                         with_options(relation.options),
                         space == nullptr ? "" : psprintf(" TABLESPACE %s", ::quote_identifier(space)),
                         text_of_query(query, QueryForm::exact, columns.names), unfilled ? " WITH NO DATA" : "");
    }
    const ViewColumns details = view_columns(reader, view, relation.name, relation.columns);
    appendStringInfoString(&ddl, details.ddl);
    print_indexes(reader, view, relation.name, &ddl);
    reader.set(of_stored("definition"), text_of_query(query, QueryForm::normal, columns.names));
    reader.set(of_stored("columns"), columns.text);
    reader.set(of_stored("storage_parameters"), relation.options);
    reader.set_if(!usual_method, of_stored("access_method"), usual_method ? "" : method);
    reader.set(of_stored("tablespace"), space);
    reader.set_if(unfilled, of_stored("populated"), "WITH NO DATA");
    reader.set_if(reader.wants(AttributeGroup::storage), of_stored("column_storage"), details.storage);
    reader.set_if(reader.wants(AttributeGroup::statistics_target), of_stored("column_statistics"), details.statistics);
    reader.set(of_stored("column_grants"), details.grants);
    if (reader.wants_ddl()) {
        reader.set(of_stored("ddl"), ddl.data);
    }
}

}  // namespace

void read_views(ObjectReader &reader) {
    server_call([&] {
        for (const OtherRelation &relation : reader.relations()) {
            if (relation.kind == RELKIND_VIEW || relation.kind == RELKIND_MATVIEW) {
                reader.begin(relation.kind == RELKIND_VIEW ? ObjectKind::view : ObjectKind::materialized_view,
                             relation);
            }
        }
    });
    reader.for_each(ObjectKind::view, [&](Oid view) { print_view(reader, view); });
    reader.for_each(ObjectKind::materialized_view, [&](Oid view) { print_materialized_view(reader, view); });
}

}  // namespace schema_audit::server
