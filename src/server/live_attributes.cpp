// Further attributes of tables, columns and indexes in the live catalogs: what most of them do not have. The scans of
// the other files ask cheaply whether there is anything to say, and this file says it.
#include "server/live_objects/reader.hpp"
#include "server/live_option_texts.hpp"
#include "server/live_reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_table(std::string_view name) { return attribute(ObjectKind::table, name); }
consteval AttributeId of_column(std::string_view name) { return attribute(ObjectKind::column, name); }
consteval AttributeId of_constraint(std::string_view name) { return attribute(ObjectKind::constraint, name); }
consteval AttributeId of_index(std::string_view name) { return attribute(ObjectKind::index, name); }

struct Value {
    Datum datum;
    bool is_null;
};

Value value_of(HeapTuple tuple, int attnum, TupleDesc descriptor) {
    Value value{};
    value.datum = heap_getattr(tuple, attnum, descriptor, &value.is_null);
    return value;
}

constexpr std::uint32_t key_of(std::uint32_t relation, std::uint32_t number) noexcept { return relation * 64 + number; }

}  // namespace

// ---- within the scan of pg_class ----

bool LiveReader::has_attributes(HeapTuple tuple, const FormData_pg_class &row) const noexcept {
    return row.relpersistence != RELPERSISTENCE_PERMANENT || row.relrowsecurity || row.relforcerowsecurity ||
           (row.relreplident != REPLICA_IDENTITY_DEFAULT && row.relkind != RELKIND_FOREIGN_TABLE) ||
           OidIsValid(row.reltablespace) || (OidIsValid(row.relam) && row.relam != HEAP_TABLE_AM_OID) ||
           OidIsValid(row.reloftype) || row.relispartition || row.relkind == RELKIND_FOREIGN_TABLE ||
           !heap_attisnull(tuple, Anum_pg_class_reloptions, nullptr) || wants(AttributeGroup::owner) ||
           (wants(AttributeGroup::grants) && !heap_attisnull(tuple, Anum_pg_class_relacl, nullptr));
}

void LiveReader::read_table_attributes(Table &table, HeapTuple tuple, TupleDesc descriptor) {
    const auto &row = *reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
    const auto number = static_cast<std::uint32_t>(schema_.tables.size());
    Range &attributes = table.attributes;
    const auto named = [&](bool condition, AttributeId id, Named what, Oid oid) {
        if (condition && OidIsValid(oid)) {
            named_.push_back({ObjectKind::table, number, id, what, oid});
        }
    };
    set(attributes, of_table("persistence"), row.relpersistence == RELPERSISTENCE_UNLOGGED ? "unlogged" : nullptr);
    set(attributes, of_table("row_security"),
        row.relrowsecurity ? (row.relforcerowsecurity ? "enabled, forced" : "enabled")
                           : (row.relforcerowsecurity ? "forced" : nullptr));
    if (row.relreplident == REPLICA_IDENTITY_INDEX) {
        replica_identity_tables_.push_back(number);
    } else if (row.relkind != RELKIND_FOREIGN_TABLE) {
        set(attributes, of_table("replica_identity"),
            row.relreplident == REPLICA_IDENTITY_FULL      ? "FULL"
            : row.relreplident == REPLICA_IDENTITY_NOTHING ? "NOTHING"
                                                           : nullptr);
    }
    named(row.relam != HEAP_TABLE_AM_OID, of_table("access_method"), Named::access_method, row.relam);
    named(wants(AttributeGroup::tablespace), of_table("tablespace"), Named::tablespace, row.reltablespace);
    named(true, of_table("of_type"), Named::type, row.reloftype);
    named(wants(AttributeGroup::owner), of_table("owner"), Named::role, row.relowner);
    const Value options = value_of(tuple, Anum_pg_class_reloptions, descriptor);
    if (!options.is_null && wants(AttributeGroup::storage)) {
        set(attributes, of_table("storage_parameters"), parameters_text(options.datum));
    }
    const Value acl = value_of(tuple, Anum_pg_class_relacl, descriptor);
    if (!acl.is_null && wants(AttributeGroup::grants)) {
        set(attributes, of_table("grants"), grants_text(acl.datum, false, OBJECT_TABLE, row.relowner));
    }
    if (row.relispartition) {
        if (const auto node = node_text_of(tuple, Anum_pg_class_relpartbound, descriptor)) {
            partitions_.push_back({number, std::string(*node)});
        }
    }
    has_foreign_tables_ |= row.relkind == RELKIND_FOREIGN_TABLE;
}

TextId LiveReader::index_parameters(HeapTuple tuple, TupleDesc descriptor) {
    const Value options = value_of(tuple, Anum_pg_class_reloptions, descriptor);
    return options.is_null || !wants(AttributeGroup::storage) ? TextId::none
                                                              : pool_.intern(parameters_text(options.datum));
}

// ---- within the scan of pg_attribute ----

// From the fixed part alone: the row may stand for others that are alike.
void LiveReader::read_column_attributes(Column &column, const FormData_pg_attribute &row) {
    if (row.attlen == -1) {
        std::uint32_t usual = type_storage_.get(row.atttypid);
        if (usual == IdMap::absent) {
            usual = static_cast<unsigned char>(get_typstorage(row.atttypid));
            type_storage_.set(row.atttypid, usual);
        }
        if (static_cast<unsigned char>(row.attstorage) != usual && wants(AttributeGroup::storage)) {
            set(column.attributes, of_column("storage"), storage_text(row.attstorage));
        }
        if (row.attcompression != '\0' && wants(AttributeGroup::storage)) {
            set(column.attributes, of_column("compression"),
                row.attcompression == TOAST_PGLZ_COMPRESSION ? "pglz" : "lz4");
        }
    }
    set_statistics_target(column.attributes, of_column("statistics_target"), fixed_statistics_target(row));
}

void LiveReader::set_statistics_target(Range &attributes, AttributeId id, int target) {
    if (target >= 0 && wants(AttributeGroup::statistics_target)) {
        set(attributes, id, psprintf("%d", target));
    }
}

void LiveReader::read_more_of_column(Column &column, HeapTuple tuple, TupleDesc descriptor) {
    const Value options = value_of(tuple, Anum_pg_attribute_attoptions, descriptor);
    if (!options.is_null && wants(AttributeGroup::storage)) {
        set(column.attributes, of_column("options"), parameters_text(options.datum));
    }
    const Value foreign = value_of(tuple, Anum_pg_attribute_attfdwoptions, descriptor);
    if (!foreign.is_null) {
        set(column.attributes, of_column("foreign_options"), foreign_options_text(foreign.datum));
    }
    const Value acl = value_of(tuple, Anum_pg_attribute_attacl, descriptor);
    if (!acl.is_null && wants(AttributeGroup::grants)) {
        // Who owns the table is "owner" there; a column's default has no entry for it.
        set(column.attributes, of_column("grants"), grants_text(acl.datum, false, OBJECT_COLUMN, InvalidOid));
    }
    set_statistics_target(column.attributes, of_column("statistics_target"),
                          varying_statistics_target(tuple, descriptor));
}

void LiveReader::read_index_column(HeapTuple tuple, TupleDesc descriptor) {
    const auto &row = *reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
    const std::uint32_t relation = index_relations_.get(row.attrelid);
    if (relation == IdMap::absent) {
        return;
    }
    const Value options = value_of(tuple, Anum_pg_attribute_attoptions, descriptor);
    index_column_numbers_.set(key_of(relation, static_cast<std::uint32_t>(row.attnum)),
                              static_cast<std::uint32_t>(index_columns_.size()));
    index_columns_.push_back({relation, row.attnum,
                              std::max(fixed_statistics_target(row), varying_statistics_target(tuple, descriptor)),
                              options.is_null ? TextId::none : pool_.intern(class_options_text(options.datum))});
}

const IndexColumn *LiveReader::index_column(std::uint32_t relation, std::uint32_t number) const noexcept {
    const std::uint32_t found =
        index_columns_.empty() ? IdMap::absent : index_column_numbers_.get(key_of(relation, number));
    return found == IdMap::absent ? nullptr : &index_columns_[found];
}

// ---- constraints and indexes ----

// Storage of a constraint's index is the constraint's.
void LiveReader::attach_to_index(const RawIndex &raw, std::uint32_t backed) {
    const IndexRelation &relation = index_relation_rows_[raw.relation];
    const bool of_key = backed != IdMap::absent;
    const ObjectKind part = of_key ? ObjectKind::constraint : ObjectKind::index;
    const std::uint32_t place = of_key ? constraints_[backed].constraint : raw.index;
    Range &attributes = attributes_of(part, place);
    if (relation.parameters != TextId::none) {
        schema_.attach(attributes, {of_key ? of_constraint("storage_parameters") : of_index("storage_parameters"),
                                    relation.parameters});
    }
    if (OidIsValid(relation.tablespace) && wants(AttributeGroup::tablespace)) {
        named_.push_back({part, place, of_key ? of_constraint("tablespace") : of_index("tablespace"), Named::tablespace,
                          relation.tablespace});
    }
    const Index &index = schema_.indexes[raw.index];
    if (of_key && index.include.count > 0 && schema_.constraints[place].kind != ConstraintKind::exclusion) {
        std::string text;
        for (const TextId column : schema_.view(index.include)) {
            text.append(text.empty() ? "" : ", ").append(pool_.view(column));
        }
        schema_.attach(attributes, {of_constraint("include"), pool_.intern(text)});
    }
    if (!of_key && wants(AttributeGroup::statistics_target)) {
        std::string text;
        for (std::uint32_t key = 1; key <= raw.keys.count; ++key) {
            const IndexColumn *column = index_column(raw.relation, key);
            if (column != nullptr && column->statistics_target >= 0) {
                text +=
                    (text.empty() ? "" : ", ") + std::to_string(key) + "=" + std::to_string(column->statistics_target);
            }
        }
        if (!text.empty()) {
            schema_.attach(attributes, {of_index("statistics_targets"), pool_.intern(text)});
        }
    }
}

}  // namespace schema_audit::server
