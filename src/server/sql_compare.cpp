// What audits compare, and what the tables of models accept: the core's table of kinds, for SQL.
#include "core/schema/object_kind.hpp"
#include "core/text/format.hpp"

#include "server/entry.hpp"
#include "server/result_rows.hpp"

namespace schema_audit::server {
namespace {

void run_compared(FunctionCallInfo fcinfo) {
    std::vector<ResultRow> rows;
    for (const CompareItem &item : compare_items()) {
        rows.push_back(
            {std::string(item.name), std::string(item.description), std::string(item.by_default ? "true" : "false")});
    }
    return_rows(fcinfo, rows);
}

void add_kind(std::vector<ResultRow> &rows, const KindSpec &kind) {
    if (kind.place != Place::part) {
        for (const char *existence : {"missing", "extra"}) {
            rows.push_back(
                {std::string(kind.word), existence, std::string(kind.plural), format("{}-{}", existence, kind.stem)});
        }
    }
    const std::size_t count = common_attributes.size() + kind.attributes.size();
    for (std::size_t i = 0; i < count; ++i) {
        const AttributeSpec &spec = attribute_spec(kind.kind, static_cast<AttributeId>(i));
        if (spec.group == AttributeGroup::never || !has_attribute(kind.kind, static_cast<AttributeId>(i))) {
            continue;
        }
        const std::string_view item = item_of(spec.group);
        rows.push_back({std::string(kind.word), std::string(spec.name), std::string(item.empty() ? kind.plural : item),
                        spec.rule.empty() ? format("{}-mismatch", kind.stem) : std::string(spec.rule)});
    }
}

void run_kinds(FunctionCallInfo fcinfo) {
    std::vector<ResultRow> rows;
    for (const KindSpec &kind : kinds) {
        add_kind(rows, kind);
    }
    return_rows(fcinfo, rows);
}

Datum text_or_null(FunctionCallInfo fcinfo, const std::optional<std::string> &text) {
    if (!text) {
        fcinfo->isnull = true;
        return Datum{0};
    }
    return server_call([&] { return CStringGetTextDatum(text->c_str()); });
}

std::optional<std::string> unknown_kind(FunctionCallInfo fcinfo) {
    const auto words = texts_argument(fcinfo, 0, "kinds").value_or(std::vector<std::string>{});
    for (const std::string &word : words) {
        const auto kind = kind_from(word);
        if (!kind || spec_of(*kind).place == Place::part) {
            return word;
        }
    }
    return std::nullopt;
}

struct Key {
    const char *text;
    bool is_text;  // its value
};

std::optional<std::string> unknown_attribute(FunctionCallInfo fcinfo) {
    const auto kind = kind_from(text_argument(fcinfo, 0).value_or(""));
    std::vector<Key> keys;
    const bool is_object = server_call([&] {
        Jsonb *document = PG_GETARG_JSONB_P(1);
        if (!JB_ROOT_IS_OBJECT(document)) {
            return false;
        }
        JsonbIterator *iterator = JsonbIteratorInit(&document->root);
        JsonbValue value;
        for (JsonbIteratorToken token = JsonbIteratorNext(&iterator, &value, true); token != WJB_DONE;
             token = JsonbIteratorNext(&iterator, &value, true)) {
            if (token == WJB_KEY) {
                keys.push_back({pnstrdup(value.val.string.val, value.val.string.len), false});
            } else if (token == WJB_VALUE && !keys.empty()) {
                // The labels of an enum may be a list.
                keys.back().is_text =
                    value.type == jbvString || (kind == ObjectKind::enum_type && value.type == jbvBinary &&
                                                JsonContainerIsArray(value.val.binary.data));
            }
        }
        return true;
    });
    if (!is_object) {
        return "not an object";
    }
    for (const Key &key : keys) {
        if (!kind || !key.is_text || !find_attribute(*kind, key.text)) {
            return key.text;
        }
    }
    return std::nullopt;
}

}  // namespace
}  // namespace schema_audit::server

SCHEMA_AUDIT_FUNCTION(schema_audit_compared) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_compared(fcinfo);
        return Datum{0};
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_kinds) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_kinds(fcinfo);
        return Datum{0};
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_unknown_kind) {
    using namespace schema_audit::server;
    return server_entry([=] { return text_or_null(fcinfo, unknown_kind(fcinfo)); });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_unknown_attribute) {
    using namespace schema_audit::server;
    return server_entry([=] { return text_or_null(fcinfo, unknown_attribute(fcinfo)); });
}
