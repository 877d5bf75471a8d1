// What is special when some tables alone are read: by the indexes of the catalogs.
#include "server/live_reader.hpp"

namespace schema_audit::server {

RelationIndex relation_index(Oid catalog) noexcept {
    switch (catalog) {
        case RelationRelationId:
            return {ClassOidIndexId, Anum_pg_class_oid};
        case AttributeRelationId:
            return {AttributeRelidNumIndexId, Anum_pg_attribute_attrelid};
        case AttrDefaultRelationId:
            return {AttrDefaultIndexId, Anum_pg_attrdef_adrelid};
        case ConstraintRelationId:
            return {ConstraintRelidTypidNameIndexId, Anum_pg_constraint_conrelid};
        case IndexRelationId:
            return {IndexIndrelidIndexId, Anum_pg_index_indrelid};
        case TriggerRelationId:
            return {TriggerRelidNameIndexId, Anum_pg_trigger_tgrelid};
        case PartitionedRelationId:
            return {PartitionedRelidIndexId, Anum_pg_partitioned_table_partrelid};
        case InheritsRelationId:
            return {InheritsRelidSeqnoIndexId, Anum_pg_inherits_inhrelid};
        case DescriptionRelationId:
            return {DescriptionObjIndexId, Anum_pg_description_objoid};
        case SecLabelRelationId:
            return {SecLabelObjectIndexId, Anum_pg_seclabel_objoid};
        default:
            return {};
    }
}

void LiveReader::find_parts() {
    if (only_ == nullptr) {
        return;
    }
    scan_rows(IndexRelationId, *only_, snapshot_, [this](HeapTuple tuple, TupleDesc) {
        part_relations_.push_back(reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple))->indexrelid);
    });
    scan_rows(RelationRelationId, *only_, snapshot_, [this](HeapTuple tuple, TupleDesc) {
        if (const Oid toast = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->reltoastrelid; OidIsValid(toast)) {
            part_relations_.push_back(toast);
        }
    });
}

std::vector<Oid> LiveReader::oids_of(Oid catalog) const {
    std::vector<Oid> result = *only_;
    const bool of_parts = catalog == RelationRelationId || catalog == AttributeRelationId ||
                          catalog == DescriptionRelationId || catalog == SecLabelRelationId;
    if (of_parts) {
        result.insert(result.end(), part_relations_.begin(), part_relations_.end());
    }
    if (catalog == DescriptionRelationId || catalog == SecLabelRelationId) {
        for (const RawConstraint &constraint : constraints_) {
            result.push_back(constraint.oid);
        }
        result.insert(result.end(), not_nulls_.begin(), not_nulls_.end());
    }
    return result;
}

// A scan of the whole catalog meets all sequences.
void LiveReader::read_sequence_name(Oid sequence) {
    if (only_ == nullptr || sequences_.get(sequence) != IdMap::absent) {
        return;
    }
    scan_rows(RelationRelationId, {sequence}, snapshot_, [this](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple));
        if (row.relkind == RELKIND_SEQUENCE && row.relpersistence != RELPERSISTENCE_TEMP &&
            namespace_names_.get(row.relnamespace) != IdMap::absent) {
            sequences_.set(row.oid, static_cast<std::uint32_t>(other_relations_.size()));
            read_other_relation(tuple, descriptor);
        }
    });
}

TextId LiveReader::known_column_name(const Table &table, std::int16_t attnum) const noexcept {
    for (const Column &column : known_->schema.columns_of(table)) {
        if (column.position == attnum) {
            return column.name;
        }
    }
    return TextId::none;
}

}  // namespace schema_audit::server
