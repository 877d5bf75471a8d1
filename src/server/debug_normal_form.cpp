// SQL doors to the normal form, for the regression tests of debug builds only.
#ifdef SCHEMA_AUDIT_DEBUG

#include "server/entry.hpp"
#include "server/normal_form.hpp"
#include "server/query_text.hpp"
#include "server/subtransaction.hpp"

namespace schema_audit::server {
namespace {

NamedColumns columns_of(Oid relid) {
    NamedColumns columns{};
    if (!OidIsValid(relid)) {
        return columns;
    }
    const Relation relation = table_open(relid, AccessShareLock);
    const TupleDesc descriptor = RelationGetDescr(relation);
    const int count = descriptor->natts;
    auto **names = static_cast<const char **>(palloc0(sizeof(char *) * count));
    auto *types = static_cast<Oid *>(palloc0(sizeof(Oid) * count));
    auto *typmods = static_cast<int32 *>(palloc0(sizeof(int32) * count));
    auto *collations = static_cast<Oid *>(palloc0(sizeof(Oid) * count));
    for (int i = 0; i < count; ++i) {
        const auto *attribute = TupleDescAttr(descriptor, i);
        names[i] = attribute->attisdropped ? nullptr : pstrdup(NameStr(attribute->attname));
        types[i] = attribute->atttypid;
        typmods[i] = attribute->atttypmod;
        collations[i] = attribute->attcollation;
    }
    table_close(relation, AccessShareLock);
    return NamedColumns{count, names, types, typmods, collations};
}

Datum text_or_null(FunctionCallInfo fcinfo, const char *text) {
    fcinfo->isnull = text == nullptr;
    return text == nullptr ? Datum{0} : CStringGetTextDatum(text);
}

Datum of_node(FunctionCallInfo fcinfo) {
    const char *node = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const int level = pin_settings();
    const char *normal = normal_form_of_node_text(node, PG_GETARG_OID(1));
    unpin_settings(level);
    return text_or_null(fcinfo, normal);
}

Datum of_sql(FunctionCallInfo fcinfo) {
    const char *expression = text_to_cstring(PG_GETARG_TEXT_PP(0));
    Oid type = InvalidOid;
    int32 typmod = -1;
    const NamedColumns columns = columns_of(PG_GETARG_OID(2));
    type_text_of_sql(text_to_cstring(PG_GETARG_TEXT_PP(1)), &type, &typmod);
    const int level = pin_settings(namespace_search_path);
    const char *normal = normal_form_of_sql(expression, type, typmod, &columns);
    unpin_settings(level);
    return text_or_null(fcinfo, normal);
}

Datum type_text(FunctionCallInfo fcinfo) {
    Oid type;
    int32 typmod;
    const char *spelling = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const int level = pin_settings();
    const char *text = type_text_of_sql(spelling, &type, &typmod);
    unpin_settings(level);
    return text_or_null(fcinfo, text);
}

List *names_of(ArrayType *array) {
    Datum *values = nullptr;
    int count = 0;
    deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &values, nullptr, &count);
    List *names = NIL;
    for (int i = 0; i < count; ++i) {
        names = lappend(names, makeString(TextDatumGetCString(values[i])));
    }
    return names;
}

// The members of pg_rewrite.ev_action, or a condition when a relation is given.
char *query_text(FunctionCallInfo fcinfo) {
    auto *node = static_cast<Node *>(stringToNode(text_to_cstring(PG_GETARG_TEXT_PP(0))));
    const QueryForm form = PG_GETARG_BOOL(1) ? QueryForm::normal : QueryForm::exact;
    if (OidIsValid(PG_GETARG_OID(3))) {
        const auto rows = PG_GETARG_BOOL(4) ? ConditionRows::old_and_new : ConditionRows::of_relation;
        return text_of_condition(node, form, PG_GETARG_OID(3), rows);
    }
    const List *columns = names_of(PG_GETARG_ARRAYTYPE_P(2));
    StringInfoData result;
    initStringInfo(&result);
    ListCell *cell = nullptr;
    foreach (cell, castNode(List, node)) {
        appendStringInfo(&result, "%s;", text_of_query(lfirst_node(Query, cell), form, columns));
    }
    return result.data;
}

}  // namespace

SCHEMA_AUDIT_FUNCTION(schema_audit_debug_query_text) {
    return server_entry([fcinfo] {
        const char *text = nullptr;
        in_subtransaction(Keep::nothing, [&] {
            text = server_call([fcinfo] {
                const int level = pin_settings();
                const char *result = query_text(fcinfo);
                unpin_settings(level);
                return result;
            });
        });
        return server_call([=] { return text_or_null(fcinfo, text); });
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_debug_normal_form) {
    return server_entry([fcinfo] { return server_call([fcinfo] { return of_node(fcinfo); }); });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_debug_normal_form_sql) {
    return server_entry([fcinfo] { return server_call([fcinfo] { return of_sql(fcinfo); }); });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_debug_type_text) {
    return server_entry([fcinfo] { return server_call([fcinfo] { return type_text(fcinfo); }); });
}

}  // namespace schema_audit::server

#endif
