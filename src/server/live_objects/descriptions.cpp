// Comments and security labels, from the catalogs that describe objects of all kinds. What they say of parts of an
// object (columns of a view, attributes of a composite type, constraints of a domain, indexes of a materialized view)
// is a list in an attribute of the object: a 'first', b 'second'. Roles and subscriptions have theirs in catalogs that
// all databases share.
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

// The domain of a constraint, or InvalidOid, and the constraint's name.
Oid domain_of(Oid constraint, const char **name) {
    HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    const auto &row = *reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
    const Oid domain = row.contypid;
    *name = OidIsValid(domain) ? pstrdup(NameStr(row.conname)) : nullptr;
    ReleaseSysCache(tuple);
    return domain;
}

AttributeId columns_attribute(ObjectKind kind, bool label) {
    switch (kind) {
        case ObjectKind::view:
            return label ? attribute(ObjectKind::view, "column_labels")
                         : attribute(ObjectKind::view, "column_comments");
        case ObjectKind::materialized_view:
            return label ? attribute(ObjectKind::materialized_view, "column_labels")
                         : attribute(ObjectKind::materialized_view, "column_comments");
        default:
            return label ? attribute(ObjectKind::composite_type, "attribute_labels")
                         : attribute(ObjectKind::composite_type, "attribute_comments");
    }
}

}  // namespace

std::optional<ObjectReader::PartOf> ObjectReader::described_part(Oid catalog, Oid oid, int column, bool label) const {
    const auto found_at = [this](Oid of_catalog, Oid of_oid) -> std::optional<std::uint32_t> {
        const auto found = by_address_.find(address(of_catalog, of_oid));
        return found == by_address_.end() ? std::nullopt : std::optional(found->second);
    };
    const char *part = nullptr;
    if (catalog == ConstraintRelationId && !label) {
        const Oid domain = domain_of(oid, &part);
        const auto object = OidIsValid(domain) ? found_at(TypeRelationId, domain) : std::nullopt;
        return object ? std::optional(PartOf{*object, attribute(ObjectKind::domain, "constraint_comments"), part})
                      : std::nullopt;
    }
    // Parts of tables are described with them.
    if (catalog != RelationRelationId || parts_.tables.get(oid) != IdMap::absent) {
        return std::nullopt;
    }
    if (column == 0) {
        const Oid relation = label ? InvalidOid : IndexGetRelation(oid, true);
        const auto view = OidIsValid(relation) ? found_at(RelationRelationId, relation) : std::nullopt;
        part = view ? get_rel_name(oid) : nullptr;
        return part == nullptr
                   ? std::nullopt
                   : std::optional(PartOf{*view, attribute(ObjectKind::materialized_view, "index_comments"), part});
    }
    auto object = found_at(RelationRelationId, oid);
    object = object ? object : found_at(TypeRelationId, get_rel_type_id(oid));
    part = object ? get_attname(oid, static_cast<AttrNumber>(column), true) : nullptr;
    return part == nullptr
               ? std::nullopt
               : std::optional(PartOf{*object, columns_attribute(parts_.schema.objects[*object].kind, label), part});
}

// Each list sorted by part: the catalogs hold them in any order.
void ObjectReader::set_part_texts(std::vector<PartText> &texts) {
    std::ranges::sort(texts, [](const PartText &a, const PartText &b) {
        return std::tie(a.object, a.attribute, a.part, a.text) < std::tie(b.object, b.attribute, b.part, b.text);
    });
    for (std::size_t i = 0; i < texts.size();) {
        const PartText &first = texts[i];
        std::string list;
        for (; i < texts.size() && texts[i].object == first.object && texts[i].attribute == first.attribute; ++i) {
            list.append(list.empty() ? "" : ", ").append(texts[i].part).append(" ").append(texts[i].text);
        }
        current_ = first.object;
        set(first.attribute, std::string_view(list));
    }
}

void ObjectReader::read_comments() {
    std::vector<PartText> of_parts;
    const auto add = [&](Oid catalog, Oid oid, int part, Datum comment) {
        const auto found = by_address_.find(address(catalog, oid));
        if (part == 0 && found != by_address_.end()) {
            current_ = found->second;
            set(attribute(ObjectKind::view, "comment"), TextDatumGetCString(comment));
        } else if (const auto described = described_part(catalog, oid, part, false)) {
            const char *name = ::quote_identifier(described->part);
            const char *literal = quote_literal_cstr(TextDatumGetCString(comment));
            of_parts.push_back({described->object, described->attribute, name, literal});
        }
    };
    scan_catalog(DescriptionRelationId, snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_description>(GETSTRUCT(tuple));
        bool is_null = false;
        add(row.classoid, row.objoid, row.objsubid,
            heap_getattr(tuple, Anum_pg_description_description, descriptor, &is_null));
    });
    set_part_texts(of_parts);
    if (!wants(ObjectKind::role)) {
        return;
    }
    scan_catalog(SharedDescriptionRelationId, snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_shdescription>(GETSTRUCT(tuple));
        bool is_null = false;
        add(row.classoid, row.objoid, 0, heap_getattr(tuple, Anum_pg_shdescription_description, descriptor, &is_null));
    });
}

void ObjectReader::read_security_labels() {
    std::vector<PartText> of_parts;
    // An object has one label of each provider.
    const auto add = [&](Oid catalog, Oid oid, int part, Datum provider, Datum label) {
        const char *from = psprintf("%s:", TextDatumGetCString(provider));
        const char *words = TextDatumGetCString(label);
        const auto found = by_address_.find(address(catalog, oid));
        if (part == 0 && found != by_address_.end()) {
            of_parts.push_back({found->second, attribute(ObjectKind::view, "security_labels"), from, words});
        } else if (const auto described = described_part(catalog, oid, part, true)) {
            const char *name = ::quote_identifier(described->part);
            words = psprintf("%s %s", from, quote_literal_cstr(words));
            of_parts.push_back({described->object, described->attribute, name, words});
        }
    };
    scan_catalog(SecLabelRelationId, snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<FormData_pg_seclabel *>(GETSTRUCT(tuple));
        bool is_null = false;
        add(row.classoid, row.objoid, row.objsubid,
            heap_getattr(tuple, Anum_pg_seclabel_provider, descriptor, &is_null),
            heap_getattr(tuple, Anum_pg_seclabel_label, descriptor, &is_null));
    });
    if (wants(ObjectKind::role) || wants(ObjectKind::subscription)) {
        scan_catalog(SharedSecLabelRelationId, snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
            const auto &row = *reinterpret_cast<FormData_pg_shseclabel *>(GETSTRUCT(tuple));
            bool is_null = false;
            add(row.classoid, row.objoid, 0, heap_getattr(tuple, Anum_pg_shseclabel_provider, descriptor, &is_null),
                heap_getattr(tuple, Anum_pg_shseclabel_label, descriptor, &is_null));
        });
    }
    set_part_texts(of_parts);
}

}  // namespace schema_audit::server
