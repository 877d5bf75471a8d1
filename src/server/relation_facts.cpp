#include "server/relation_facts.hpp"

#include "server/facts.hpp"
#include "server/facts_class.hpp"
#include "server/facts_indexes.hpp"
#include "server/facts_partitions.hpp"
#include "server/table_size.hpp"

namespace schema_audit::server {
namespace {

using guard::has;
using guard::Need;
using guard::RelationKind;

RelationKind kind_from(char kind) noexcept {
    switch (kind) {
        case RELKIND_RELATION:
            return RelationKind::table;
        case RELKIND_PARTITIONED_TABLE:
            return RelationKind::partitioned_table;
        case RELKIND_FOREIGN_TABLE:
            return RelationKind::foreign_table;
        case RELKIND_VIEW:
            return RelationKind::view;
        case RELKIND_MATVIEW:
            return RelationKind::materialized_view;
        case RELKIND_INDEX:
            return RelationKind::index;
        case RELKIND_PARTITIONED_INDEX:
            return RelationKind::partitioned_index;
        case RELKIND_SEQUENCE:
            return RelationKind::sequence;
        case RELKIND_COMPOSITE_TYPE:
            return RelationKind::composite_type;
        default:
            return RelationKind::other;
    }
}

void read_columns(Oid table, guard::TableFacts &facts) {
    for_each_row(AttributeRelationId, AttributeRelidNumIndexId, Anum_pg_attribute_attrelid, table,
                 [&](HeapTuple tuple, TupleDesc) {
                     const auto &row = *reinterpret_cast<const FormData_pg_attribute *>(GETSTRUCT(tuple));
                     if (row.attnum <= 0 || row.attisdropped) {
                         return;
                     }
                     guard::NamedColumn &column = facts.column_facts.emplace_back();
                     column.name = NameStr(row.attname);
                     column.type = format_type_with_typemod(row.atttypid, row.atttypmod);
                     column.not_null = row.attnotnull;
                     column.generated = row.attgenerated != '\0';
                     column.stored = row.attgenerated == ATTRIBUTE_GENERATED_STORED;
                     column.has_default = row.atthasdef && !column.generated;
                     column.identity = row.attidentity != '\0';
                     facts.columns.push_back(column.name);
                 });
}

void read_triggers(Oid table, guard::TableFacts &facts) {
    for_each_row(
        TriggerRelationId, TriggerRelidNameIndexId, Anum_pg_trigger_tgrelid, table, [&](HeapTuple tuple, TupleDesc) {
            const auto &row = *reinterpret_cast<const FormData_pg_trigger *>(GETSTRUCT(tuple));
            guard::TriggerFacts &trigger = facts.triggers.emplace_back();
            trigger.name = NameStr(row.tgname);
            trigger.internal = row.tgisinternal;
            trigger.before_insert_row =
                TRIGGER_FOR_BEFORE(row.tgtype) && TRIGGER_FOR_ROW(row.tgtype) && TRIGGER_FOR_INSERT(row.tgtype);
            facts.has_insert_trigger = facts.has_insert_trigger || trigger.before_insert_row;
        });
}

void read_index(HeapTuple tuple, TupleDesc descriptor, guard::TableFacts &facts) {
    const auto &row = *reinterpret_cast<const FormData_pg_index *>(GETSTRUCT(tuple));
    const char *name = get_rel_name(row.indexrelid);
    if (name == nullptr) {
        return;
    }
    guard::IndexFacts &index = facts.indexes.emplace_back();
    index.name = name;
    index.unique = row.indisunique;
    index.primary = row.indisprimary;
    index.valid = row.indisvalid;
    index.partial = !heap_attisnull(tuple, Anum_pg_index_indpred, descriptor);
    index.plain = is_plain_index(tuple, descriptor);
    index.scans = index_scans(row.indexrelid);
    for (int i = 0; i < row.indnkeyatts; ++i) {
        const char *column = row.indkey.values[i] > 0 ? get_attname(row.indrelid, row.indkey.values[i], true) : nullptr;
        index.columns.emplace_back(column != nullptr ? column : "");
    }
}

// Those of a table; of an index, itself.
void read_indexes(Oid relation, guard::TableFacts &facts) {
    const bool itself = facts.kind == RelationKind::index || facts.kind == RelationKind::partitioned_index;
    for_each_row(IndexRelationId, itself ? IndexRelidIndexId : IndexIndrelidIndexId,
                 itself ? Anum_pg_index_indexrelid : Anum_pg_index_indrelid, relation,
                 [&](HeapTuple tuple, TupleDesc descriptor) { read_index(tuple, descriptor, facts); });
}

}  // namespace

void read_relation_facts(Oid relation, char kind, Need needs, guard::TableFacts &facts) {
    facts.kind = kind_from(kind);
    read_class_facts(relation, needs, facts);
    if (has(needs, Need::size)) {
        facts.size = server_call([=] { return read_size(relation); });
    }
    if (has(needs, Need::partitions)) {
        read_partition_facts(relation, facts);
    }
    if (has(needs, Need::columns)) {
        read_columns(relation, facts);
    }
    if (has(needs, Need::triggers)) {
        read_triggers(relation, facts);
    }
    if (has(needs, Need::indexes)) {
        read_indexes(relation, facts);
    }
    if (has(needs, Need::not_null_proof)) {
        read_not_null_proof(relation, facts);
    }
    if (has(needs, Need::publications)) {
        read_publications(relation, facts);
    }
    if (has(needs, Need::models)) {
        read_models(relation, facts);
    }
    if (has(needs, Need::constraints)) {
        read_constraints(relation, facts);
    }
    if (has(needs, Need::references)) {
        read_references(relation, facts);
    }
    if (has(needs, Need::disk)) {
        read_disk(relation, facts);
    }
    if (has(needs, Need::facts)) {
        read_storage(relation, facts);
    }
}

}  // namespace schema_audit::server
