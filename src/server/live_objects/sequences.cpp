// Sequences: alone, or owned by a column (serial, identity).
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_sequence(std::string_view name) { return attribute(ObjectKind::sequence, name); }

struct SequenceParameters {
    Oid type;
    std::int64_t start, increment, minimum, maximum, cache;
    bool cycles;
};

struct Limits {
    std::int64_t minimum, maximum;
};

Limits limits_of(Oid type) {
    switch (type) {
        case INT2OID:
            return {PG_INT16_MIN, PG_INT16_MAX};
        case INT4OID:
            return {PG_INT32_MIN, PG_INT32_MAX};
        default:
            return {PG_INT64_MIN, PG_INT64_MAX};
    }
}

std::string_view type_name(Oid type) { return type == INT2OID ? "smallint" : type == INT4OID ? "integer" : "bigint"; }

// Only what differs from CREATE SEQUENCE without options, or from what serial and identity make.
void set_parameters(ObjectReader &reader, const SequenceParameters &row, std::string_view usual_type) {
    const Limits limits = limits_of(row.type);
    const bool ascending = row.increment > 0;
    const std::int64_t minimum = ascending ? 1 : limits.minimum;
    const std::int64_t maximum = ascending ? limits.maximum : -1;
    const auto number = [&](AttributeId id, std::int64_t value, std::int64_t usual) {
        if (value != usual) {
            std::array<char, 24> text{};
            const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
            reader.set(id, std::string_view(text.data(), static_cast<std::size_t>(end - text.data())));
        }
    };
    reader.set_if(type_name(row.type) != usual_type, of_sequence("type"), type_name(row.type));
    number(of_sequence("start"), row.start, ascending ? row.minimum : row.maximum);
    number(of_sequence("increment"), row.increment, 1);
    number(of_sequence("minimum"), row.minimum, minimum);
    number(of_sequence("maximum"), row.maximum, maximum);
    number(of_sequence("cache"), row.cache, 1);
    reader.set_if(row.cycles, of_sequence("cycle"), "cycle");
}

struct Owner {
    Oid table = InvalidOid;
    std::int16_t column = 0;
};

// By place of the sequence in relations(), as far as there is one.
using Parameters = std::vector<std::optional<SequenceParameters>>;
using Owners = std::vector<Owner>;

Parameters read_parameters(const ObjectReader &reader) {
    Parameters result(reader.relations().size());
    scan_catalog(SequenceRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_sequence>(GETSTRUCT(tuple));
        if (const std::uint32_t place = reader.sequence(row.seqrelid); place != IdMap::absent) {
            result[place] = {row.seqtypid, row.seqstart, row.seqincrement, row.seqmin,
                             row.seqmax,   row.seqcache, row.seqcycle};
        }
    });
    return result;
}

// One scan: an index scan for each sequence costs more from a few hundred on.
Owners read_owners(const ObjectReader &reader) {
    Owners result(reader.relations().size());
    scan_catalog(DependRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
        if (row.classid != RelationRelationId || row.refclassid != RelationRelationId || row.refobjsubid <= 0 ||
            (row.deptype != DEPENDENCY_AUTO && row.deptype != DEPENDENCY_INTERNAL)) {
            return;
        }
        if (const std::uint32_t place = reader.sequence(row.objid); place != IdMap::absent) {
            result[place] = {row.refobjid, static_cast<std::int16_t>(row.refobjsubid)};
        }
    });
    return result;
}

void read_sequence(ObjectReader &reader, const OtherRelation &relation, const SequenceParameters &parameters,
                   const Owner &owner) {
    if (!reader.begin(ObjectKind::sequence, relation)) {
        return;
    }
    const Table *table = reader.table(owner.table);
    const Column *column = table == nullptr ? nullptr : reader.column(*table, owner.column);
    std::string_view usual_type = "bigint";
    if (column != nullptr) {
        reader.set_table(table->name);
        reader.set_name(of_sequence("owned_by"), column->name);
        if (reader.is_numbered_by(*column, relation.name_space, reader.name_of(relation))) {
            usual_type = reader.view(column->type);
        }
    }
    set_parameters(reader, parameters, usual_type);
    reader.set_if(relation.unlogged, of_sequence("persistence"), "unlogged");
}

}  // namespace

void read_sequences(ObjectReader &reader) {
    const Parameters parameters = read_parameters(reader);
    const Owners owners = read_owners(reader);
    server_call([&] {
        for (std::size_t place = 0; place < reader.relations().size(); ++place) {
            if (parameters[place]) {
                read_sequence(reader, reader.relations()[place], *parameters[place], owners[place]);
            }
        }
    });
}

}  // namespace schema_audit::server
