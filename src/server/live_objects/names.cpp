#include "server/live_objects/names.hpp"

namespace schema_audit::server {
namespace {

int compare_texts(const ListCell *a, const ListCell *b) {
    return std::strcmp(static_cast<const char *>(lfirst(a)), static_cast<const char *>(lfirst(b)));
}

}  // namespace

void raise_vanished(const char *what, Oid oid) {
    elog(ERROR, "cache lookup failed for %s %u", what, oid);
    pg_unreachable();
}

char *qualified_text(Oid name_space, const char *name) {
    if (name_space == PG_CATALOG_NAMESPACE) {
        return pstrdup(quote_identifier(name));
    }
    return quote_qualified_identifier(found_or_raise(get_namespace_name(name_space), "namespace", name_space), name);
}

char *type_text(Oid type, std::int32_t typmod) {
    return found_or_raise(format_type_extended(type, typmod, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_INVALID_AS_NULL),
                          "type", type);
}

char *function_text(Oid function) {
    const char *name = found_or_raise(get_func_name(function), "function", function);
    return qualified_text(get_func_namespace(function), name);
}

char *function_signature_text(Oid function) {
    return found_or_raise(format_procedure_extended(function, FORMAT_PROC_INVALID_AS_NULL), "function", function);
}

char *operator_text(Oid oper) {
    HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(oper));
    if (!HeapTupleIsValid(tuple)) {
        raise_vanished("operator", oper);
    }
    const auto &row = *reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple));
    const char *name = pstrdup(NameStr(row.oprname));
    const Oid name_space = row.oprnamespace;
    ReleaseSysCache(tuple);
    if (name_space == PG_CATALOG_NAMESPACE) {
        return pstrdup(name);
    }
    const char *schema = found_or_raise(get_namespace_name(name_space), "namespace", name_space);
    return psprintf("%s.%s", quote_identifier(schema), name);
}

char *operator_signature_text(Oid oper) {
    return found_or_raise(format_operator_extended(oper, FORMAT_OPERATOR_INVALID_AS_NULL), "operator", oper);
}

char *operator_class_text(Oid opclass) {
    HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
    if (!HeapTupleIsValid(tuple)) {
        raise_vanished("operator class", opclass);
    }
    const auto &row = *reinterpret_cast<Form_pg_opclass>(GETSTRUCT(tuple));
    char *text = qualified_text(row.opcnamespace, NameStr(row.opcname));
    ReleaseSysCache(tuple);
    return text;
}

char *access_method_text(Oid method) {
    return pstrdup(quote_identifier(found_or_raise(get_am_name(method), "access method", method)));
}

void append_option(StringInfo ddl, const char *keyword, const char *value) {
    if (value != nullptr) {
        const bool first = ddl->len > 0 && ddl->data[ddl->len - 1] == '(';
        appendStringInfo(ddl, "%s%s = %s", first ? "" : ", ", keyword, value);
    }
}

char *joined_texts(List *texts, const char *separator, bool sorted) {
    if (texts == NIL) {
        return nullptr;
    }
    if (sorted) {
        list_sort(texts, compare_texts);
    }
    StringInfoData result;
    initStringInfo(&result);
    ListCell *cell = nullptr;
    foreach (cell, texts) {
        appendStringInfo(&result, "%s%s", result.len == 0 ? "" : separator, static_cast<const char *>(lfirst(cell)));
    }
    return result.data;
}

}  // namespace schema_audit::server
