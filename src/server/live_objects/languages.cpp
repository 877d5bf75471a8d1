// Procedural languages, and how types are transformed for them.
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_language(std::string_view name) { return attribute(ObjectKind::language, name); }
consteval AttributeId of_transform(std::string_view name) { return attribute(ObjectKind::transform, name); }

char *function_or_null(Oid function) { return OidIsValid(function) ? function_name(function) : nullptr; }

// "app.from_sql(internal)": transforms name their functions with arguments.
char *function_with_arguments(Oid function) {
    return OidIsValid(function) ? format_procedure_extended(function, FORMAT_PROC_INVALID_AS_NULL) : nullptr;
}

void read_language_rows(ObjectReader &reader) {
    scan_catalog(LanguageRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_language>(GETSTRUCT(tuple));
        if (!row.lanispl || row.oid < FirstNormalObjectId ||
            !reader.begin(ObjectKind::language, LanguageRelationId, row.oid, InvalidOid, NameStr(row.lanname))) {
            return;
        }
        const LanguageParts parts{quote_identifier(NameStr(row.lanname)), function_or_null(row.lanplcallfoid),
                                  function_or_null(row.laninline), function_or_null(row.lanvalidator),
                                  row.lanpltrusted};
        reader.set(of_language("handler"), parts.handler);
        reader.set(of_language("inline_handler"), parts.inline_handler);
        reader.set(of_language("validator"), parts.validator);
        reader.set_if(parts.trusted, of_language("trusted"), "trusted");
        if (reader.wants_ddl()) {
            reader.set(of_language("ddl"), language_ddl(parts));
        }
        bool is_null = false;
        const Datum acl = heap_getattr(tuple, Anum_pg_language_lanacl, descriptor, &is_null);
        reader.set_owner(row.lanowner);
        reader.set_grants(acl, is_null, OBJECT_LANGUAGE, row.lanowner);
    });
}

void read_transform_rows(ObjectReader &reader) {
    scan_catalog(TransformRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_transform>(GETSTRUCT(tuple));
        const char *type = reader.type_text(row.trftype);
        const char *language = get_language_name(row.trflang, true);
        if (type == nullptr || language == nullptr ||
            !reader.begin(ObjectKind::transform, TransformRelationId, row.oid, InvalidOid,
                          psprintf("FOR %s LANGUAGE %s", type, quote_identifier(language)))) {
            return;
        }
        const char *from_sql = function_with_arguments(row.trffromsql);
        const char *to_sql = function_with_arguments(row.trftosql);
        reader.set(of_transform("from_sql"), from_sql);
        reader.set(of_transform("to_sql"), to_sql);
        if (reader.wants_ddl()) {
            reader.set(of_transform("ddl"), transform_ddl(type, quote_identifier(language), from_sql, to_sql));
        }
    });
}

}  // namespace

char *language_ddl(const LanguageParts &parts) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "CREATE OR REPLACE %sLANGUAGE %s HANDLER %s", parts.trusted ? "TRUSTED " : "", parts.name,
                     parts.handler);
    if (parts.inline_handler != nullptr) {
        appendStringInfo(&text, " INLINE %s", parts.inline_handler);
    }
    if (parts.validator != nullptr) {
        appendStringInfo(&text, " VALIDATOR %s", parts.validator);
    }
    appendStringInfoChar(&text, ';');
    return text.data;
}

char *transform_ddl(const char *type, const char *language, const char *from_sql, const char *to_sql) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "CREATE OR REPLACE TRANSFORM FOR %s LANGUAGE %s (", type, language);
    if (from_sql != nullptr) {
        appendStringInfo(&text, "FROM SQL WITH FUNCTION %s", from_sql);
    }
    if (to_sql != nullptr) {
        appendStringInfo(&text, "%sTO SQL WITH FUNCTION %s", from_sql == nullptr ? "" : ", ", to_sql);
    }
    appendStringInfoString(&text, ");");
    return text.data;
}

void read_languages(ObjectReader &reader) {
    if (reader.wants(ObjectKind::language)) {
        read_language_rows(reader);
    }
    if (reader.wants(ObjectKind::transform)) {
        read_transform_rows(reader);
    }
}

}  // namespace schema_audit::server
