// Collations and conversions.
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_collation(std::string_view name) { return attribute(ObjectKind::collation, name); }
consteval AttributeId of_conversion(std::string_view name) { return attribute(ObjectKind::conversion, name); }

const char *text_or_null(HeapTuple tuple, int attnum, TupleDesc descriptor) {
    bool is_null = true;
    const Datum value = attnum == 0 ? Datum{0} : heap_getattr(tuple, attnum, descriptor, &is_null);
    return is_null ? nullptr : TextDatumGetCString(value);
}

const char *provider_text(char provider) {
    switch (provider) {
        case COLLPROVIDER_ICU:
            return "icu";
        case 'b':
            return "builtin";
        default:
            return nullptr;
    }
}

const char *quoted(const char *text) { return text == nullptr ? nullptr : quote_literal_cstr(text); }

void read_collation(ObjectReader &reader, HeapTuple tuple, TupleDesc descriptor) {
    const auto &row = *reinterpret_cast<Form_pg_collation>(GETSTRUCT(tuple));
    // Of another encoding than the database's it cannot be used, and another may have its name.
    if ((row.collencoding != -1 && row.collencoding != GetDatabaseEncoding()) ||
        !reader.begin(ObjectKind::collation, CollationRelationId, row.oid, row.collnamespace, NameStr(row.collname))) {
        return;
    }
    const char *provider = provider_text(row.collprovider);
    const char *order = text_or_null(tuple, Anum_pg_collation_collcollate, descriptor);
    const char *type = text_or_null(tuple, Anum_pg_collation_collctype, descriptor);
    const char *locale = text_or_null(tuple, collation_locale_column, descriptor);
    const char *rules = text_or_null(tuple, collation_rules_column, descriptor);
    const bool one = type == nullptr || (order != nullptr && std::strcmp(order, type) == 0);
    locale = locale == nullptr ? order : locale;
    reader.set(of_collation("provider"), provider);
    reader.set(of_collation("locale"), locale);
    reader.set(of_collation("character_type"), one ? nullptr : type);
    reader.set_if(!row.collisdeterministic, of_collation("deterministic"), "not deterministic");
    reader.set(of_collation("rules"), rules);
    reader.set_owner(row.collowner);
    if (reader.wants_ddl()) {
        StringInfoData ddl;
        initStringInfo(&ddl);
        appendStringInfo(&ddl, "CREATE COLLATION %s (", reader.qualified_name());
        append_option(&ddl, "PROVIDER", provider == nullptr ? "libc" : provider);
        append_option(&ddl, one ? "LOCALE" : "LC_COLLATE", quoted(locale));
        append_option(&ddl, "LC_CTYPE", one ? nullptr : quoted(type));
        append_option(&ddl, "DETERMINISTIC", row.collisdeterministic ? nullptr : "false");
        append_option(&ddl, "RULES", quoted(rules));
        appendStringInfoString(&ddl, ");");
        reader.set(of_collation("ddl"), ddl.data);
    }
}

struct Conversion {
    int from, to;
    Oid function;
    bool is_default;
};

void describe_conversion(ObjectReader &reader, const Conversion &row) {
    const char *from = pg_encoding_to_char(row.from);
    const char *to = pg_encoding_to_char(row.to);
    const char *function = function_text(row.function);
    reader.set(of_conversion("source"), from);
    reader.set(of_conversion("destination"), to);
    reader.set(of_conversion("function"), function);
    reader.set_if(row.is_default, of_conversion("default"), "default");
    if (reader.wants_ddl()) {
        reader.set(of_conversion("ddl"),
                   psprintf("CREATE %sCONVERSION %s FOR %s TO %s FROM %s;", row.is_default ? "DEFAULT " : "",
                            reader.qualified_name(), quote_literal_cstr(from), quote_literal_cstr(to), function));
    }
}

void read_conversions(ObjectReader &reader) {
    std::unordered_map<Oid, Conversion> rows;
    scan_catalog(ConversionRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_conversion>(GETSTRUCT(tuple));
        if (reader.begin(ObjectKind::conversion, ConversionRelationId, row.oid, row.connamespace,
                         NameStr(row.conname))) {
            reader.set_owner(row.conowner);
            rows.emplace(row.oid, Conversion{row.conforencoding, row.contoencoding, row.conproc, row.condefault});
        }
    });
    reader.for_each(ObjectKind::conversion,
                    [&](Oid conversion) { describe_conversion(reader, rows.find(conversion)->second); });
}

}  // namespace

void read_collations(ObjectReader &reader) {
    if (reader.wants(ObjectKind::collation)) {
        scan_catalog(CollationRelationId, reader.snapshot(),
                     [&](HeapTuple tuple, TupleDesc descriptor) { read_collation(reader, tuple, descriptor); });
    }
    if (reader.wants(ObjectKind::conversion)) {
        read_conversions(reader);
    }
}

}  // namespace schema_audit::server
