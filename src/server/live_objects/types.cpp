// Types of their own: no row types of tables, no arrays, no multiranges, which come with what they belong to.
#include "server/live_objects/types.hpp"

#include "core/schema/identifier.hpp"

namespace schema_audit::server {
namespace {

struct Label {
    Oid type;
    float order;
    std::string text;
};

using Labels = std::unordered_map<Oid, std::string>;

Labels read_labels(const ObjectReader &reader) {
    std::vector<Label> rows;
    scan_catalog(EnumRelationId, reader.snapshot(), [&rows](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_enum>(GETSTRUCT(tuple));
        rows.push_back({row.enumtypid, row.enumsortorder, NameStr(row.enumlabel)});
    });
    std::ranges::sort(
        rows, [](const Label &a, const Label &b) { return std::tie(a.type, a.order) < std::tie(b.type, b.order); });
    Labels labels;
    for (const Label &row : rows) {
        append_label(labels[row.type], row.text);
    }
    return labels;
}

// Relations of composite types; those of tables are row types.
std::unordered_set<Oid> read_composite_relations(const ObjectReader &reader) {
    std::unordered_set<Oid> relations;
    for (const OtherRelation &relation : reader.relations()) {
        if (relation.kind == RELKIND_COMPOSITE_TYPE) {
            relations.insert(relation.oid);
        }
    }
    return relations;
}

std::optional<ObjectKind> kind_of(const FormData_pg_type &row, const std::unordered_set<Oid> &composite_relations) {
    if (!row.typisdefined) {
        return ObjectKind::base_type;  // a shell
    }
    switch (row.typtype) {
        case TYPTYPE_ENUM:
            return ObjectKind::enum_type;
        case TYPTYPE_DOMAIN:
            return ObjectKind::domain;
        case TYPTYPE_COMPOSITE:
            return composite_relations.contains(row.typrelid) ? std::optional(ObjectKind::composite_type)
                                                              : std::nullopt;
        case TYPTYPE_RANGE:
            return ObjectKind::range_type;
        case TYPTYPE_BASE:
            return row.typinput == F_ARRAY_IN ? std::nullopt : std::optional(ObjectKind::base_type);
        default:
            return std::nullopt;
    }
}

TypeDetails details_of(const FormData_pg_type &row) {
    TypeDetails details{};
    details.relation = row.typrelid;
    details.base = row.typbasetype;
    details.typmod = row.typtypmod;
    details.collation = row.typcollation;
    details.element = row.typelem;
    details.input = row.typinput;
    details.output = row.typoutput;
    details.receive = row.typreceive;
    details.send = row.typsend;
    details.modifier_input = row.typmodin;
    details.modifier_output = row.typmodout;
    details.analyze = row.typanalyze;
    details.subscript = row.typsubscript;
    details.length = row.typlen;
    details.by_value = row.typbyval;
    details.preferred = row.typispreferred;
    details.not_null = row.typnotnull;
    details.defined = row.typisdefined;
    details.alignment = row.typalign;
    details.storage = row.typstorage;
    details.category = row.typcategory;
    details.delimiter = row.typdelim;
    return details;
}

void keep_text(std::string &text, HeapTuple tuple, int attnum, TupleDesc descriptor) {
    if (const auto value = node_text_of(tuple, attnum, descriptor)) {
        text = *value;
    }
}

void describe_enums(ObjectReader &reader, const Labels &labels) {
    reader.for_each(ObjectKind::enum_type, [&](Oid type) {
        const auto found = labels.find(type);
        const char *list = found == labels.end() ? "" : found->second.c_str();
        reader.set(attribute(ObjectKind::enum_type, "labels"), list);
        if (reader.wants_ddl()) {
            reader.set(attribute(ObjectKind::enum_type, "ddl"),
                       psprintf("CREATE TYPE %s AS ENUM (%s);", reader.qualified_name(), list));
        }
    });
}

}  // namespace

void read_types(ObjectReader &reader) {
    const std::unordered_set<Oid> composite_relations =
        reader.wants(ObjectKind::composite_type) ? read_composite_relations(reader) : std::unordered_set<Oid>();
    TypeRows rows;
    scan_catalog(TypeRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
        if (!reader.reads_schema(row.typnamespace)) {
            return;
        }
        const std::optional<ObjectKind> kind = kind_of(row, composite_relations);
        if (!kind || !reader.begin(*kind, TypeRelationId, row.oid, row.typnamespace, NameStr(row.typname))) {
            return;
        }
        reader.set_owner(row.typowner);
        bool is_null = false;
        const Datum acl = heap_getattr(tuple, Anum_pg_type_typacl, descriptor, &is_null);
        reader.set_grants(acl, is_null, *kind == ObjectKind::domain ? OBJECT_DOMAIN : OBJECT_TYPE, row.typowner);
        if (*kind != ObjectKind::enum_type && *kind != ObjectKind::range_type) {
            TypeDetails &details = rows.emplace(row.oid, details_of(row)).first->second;
            keep_text(details.default_node, tuple, Anum_pg_type_typdefaultbin, descriptor);
            keep_text(details.default_text, tuple, Anum_pg_type_typdefault, descriptor);
        }
    });
    if (reader.wants(ObjectKind::enum_type)) {
        describe_enums(reader, read_labels(reader));
    }
    if (reader.wants(ObjectKind::domain)) {
        describe_domains(reader, rows);
    }
    if (reader.wants(ObjectKind::composite_type)) {
        describe_composite_types(reader, rows);
    }
    if (reader.wants(ObjectKind::range_type)) {
        describe_range_types(reader);
    }
    if (reader.wants(ObjectKind::base_type)) {
        describe_base_types(reader, rows);
    }
}

}  // namespace schema_audit::server
