// Columns of the live catalogs: types, defaults, collations, retained values, enum labels.
#include "core/schema/identifier.hpp"
#include "server/live_reader.hpp"
#include "server/vanished.hpp"

namespace schema_audit::server {
namespace {

// A value of a type as SQL.
const char *literal_of(Oid type, Datum value) {
    Oid output = InvalidOid;
    bool is_varlena = false;
    getTypeOutputInfo(type, &output, &is_varlena);
    char *text = OidOutputFunctionCall(output, value);
    switch (type) {
        case BOOLOID:
            return *text == 't' ? "true" : "false";
        case INT2OID:
        case INT4OID:
        case INT8OID:
            return text;
        case NUMERICOID:  // NaN and Infinity are words
            return strpbrk(text, "NI") == nullptr ? text : quote_literal_cstr(text);
        default:
            return quote_literal_cstr(text);
    }
}

struct ServerType {
    const char *text;
    Oid collation;
    bool has_default;
    char kind;
};

// Whether the row came into being after the snapshot: then it says what the other rows do not say yet.
bool is_newer(HeapTuple tuple, Snapshot snapshot) {
    const TransactionId xmin = HeapTupleHeaderGetXmin(tuple->t_data);
    return !TransactionIdIsCurrentTransactionId(xmin) && XidInMVCCSnapshot(xmin, snapshot);
}

// No text when the type is gone, or was changed after the snapshot.
ServerType look_up_type(Oid type, std::int32_t typmod, Snapshot snapshot) {
    ServerType result{nullptr, InvalidOid, false, '\0'};
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple)) {
        return result;
    }
    if (is_newer(tuple, snapshot)) {
        ReleaseSysCache(tuple);
        return result;
    }
    const auto &row = *reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
    bool is_null = false;
    (void)SysCacheGetAttr(TYPEOID, tuple, Anum_pg_type_typdefault, &is_null);
    result.collation = row.typcollation;
    result.has_default = !is_null;
    result.kind = row.typtype;
    ReleaseSysCache(tuple);
    result.text = format_type_extended(type, typmod, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_INVALID_AS_NULL);
    return result;
}

struct SequenceName {
    const char *schema_name;
    const char *name;
};

bool owns_sequence(Oid table, std::int16_t column, Oid sequence) {
    Oid owner_table = InvalidOid;
    std::int32_t owner_column = 0;
    return sequenceIsOwned(sequence, DEPENDENCY_AUTO, &owner_table, &owner_column) && owner_table == table &&
           owner_column == column;
}

}  // namespace

std::uint32_t LiveReader::type_number(Oid type, std::int32_t typmod) {
    const std::uint64_t key = (static_cast<std::uint64_t>(type) << 32U) | static_cast<std::uint32_t>(typmod);
    const auto [found, added] = type_numbers_.try_emplace(key, static_cast<std::uint32_t>(types_.size()));
    if (added) {
        types_.push_back({type, typmod});
    }
    return found->second;
}

// Of the row itself, in numbers: apply_columns() puts texts into their place.
Column LiveReader::raw_column(const FormData_pg_attribute &row) {
    Column column;
    column.name = pool_.intern(NameStr(row.attname));
    column.position = row.attnum;
    column.not_null = row.attnotnull;
    column.type = static_cast<TextId>(type_number(row.atttypid, row.atttypmod));
    column.collation = static_cast<TextId>(row.attcollation);
    if (row.attidentity != '\0') {
        column.identity = row.attidentity == ATTRIBUTE_IDENTITY_ALWAYS ? Identity::always : Identity::by_default;
    }
    if (row.attgenerated != '\0') {
        column.generated = row.attgenerated == ATTRIBUTE_GENERATED_STORED ? Generated::stored : Generated::virtual_;
    }
    read_column_attributes(column, row);
    return column;
}

// Each column goes to its place, which read_relations() laid out. Columns of the same number tend to be alike
// from one table to the next, so that most rows need no look at what they say.
void LiveReader::read_columns() {
    scan(AttributeRelationId, [this](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
        if (row.attnum <= 0 || row.attisdropped) {
            return;
        }
        const std::uint32_t table = table_of(row.attrelid);
        if (table == IdMap::absent || static_cast<std::uint32_t>(row.attnum) > schema_.tables[table].columns.count) {
            if (says_more(tuple) || fixed_statistics_target(row) >= 0) {
                read_index_column(tuple, descriptor);
            }
            return;
        }
        const auto number = static_cast<std::size_t>(row.attnum);
        if (number >= likely_columns_.size()) {
            likely_columns_.resize(number + 1);
        }
        LikelyColumn &likely = likely_columns_[number];
        const char *image = reinterpret_cast<const char *>(&row) + offsetof(FormData_pg_attribute, attname);
        if (std::memcmp(likely.image.data(), image, likely.image.size()) != 0) {
            std::memcpy(likely.image.data(), image, likely.image.size());
            likely.column = raw_column(row);
        }
        const std::size_t place = schema_.tables[table].columns.first + number - 1;
        Column &column = schema_.columns[place];
        column = likely.column;
        column.table = table;
        ++columns_read_;
        if (says_more(tuple)) {
            read_more_of_column(column, tuple, descriptor);
        }
        if (row.atthasmissing && row.attnotnull && !row.atthasdef && column.identity == Identity::none) {
            bool is_null = false;
            const Datum array = heap_getattr(tuple, Anum_pg_attribute_attmissingval, descriptor, &is_null);
            if (!is_null) {
                const auto *bytes = PG_DETOAST_DATUM(array);
                retained_.push_back({place, row.atttypid, row.attlen, row.attbyval, row.attalign,
                                     std::string(reinterpret_cast<const char *>(bytes), VARSIZE(bytes))});
            }
        }
    });
    describe_retained_values();
    describe_types();
}

// What ADD COLUMN … DEFAULT left in pg_attribute. The output function of a type that was dropped meanwhile
// raises, hence not within the scan.
void LiveReader::describe_retained_values() {
    for (const RetainedValue &item : retained_) {
        const char *text = nullptr;
        const bool there = unless_vanished([&] {
            text = server_call([&]() -> const char * {
                int one = 1;
                bool is_null = false;
                const Datum value = array_get_element(PointerGetDatum(item.array.data()), 1, &one, -1, item.length,
                                                      item.by_value, item.align, &is_null);
                return is_null ? nullptr : literal_of(item.type, value);
            });
        });
        if (there && text != nullptr) {
            schema_.columns[item.column].retained_value = pool_.intern(text);
        }
    }
}

char *collation_text(Oid collation) {
    char *name = get_collation_name(collation);
    if (name == nullptr) {
        return nullptr;
    }
    HeapTuple tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
    if (!HeapTupleIsValid(tuple)) {
        return nullptr;
    }
    const Oid name_space = reinterpret_cast<Form_pg_collation>(GETSTRUCT(tuple))->collnamespace;
    ReleaseSysCache(tuple);
    if (get_namespace_name(name_space) == nullptr) {
        return nullptr;
    }
    return name_space == PG_CATALOG_NAMESPACE ? pstrdup(::quote_identifier(name))
                                              : quote_qualified_identifier(get_namespace_name(name_space), name);
}

void LiveReader::describe_types() {
    for (LiveType &type : types_) {
        ServerType found{nullptr, InvalidOid, false, '\0'};
        const bool there = unless_vanished(
            [&] { found = server_call([&] { return look_up_type(type.oid, type.typmod, snapshot_); }); });
        if (!there || found.text == nullptr) {
            continue;  // dropped or changed meanwhile
        }
        type.text = pool_.intern(present(found.text));
        type.collation = found.collation;
        type.has_default = found.has_default;
        if (found.kind == TYPTYPE_ENUM) {
            read_enum(type);
        }
    }
}

void LiveReader::read_enum(const LiveType &type) {
    EnumType result;
    result.type = type.text;
    std::string labels;
    server_call([&] {
        HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type.oid));
        if (HeapTupleIsValid(tuple)) {
            const auto &row = *reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
            const std::uint32_t known = namespace_names_.get(row.typnamespace);
            result.name = pool_.intern(NameStr(row.typname));
            result.governed = known != IdMap::absent;
            if (result.governed) {
                result.schema = static_cast<TextId>(known);
            } else if (const char *name = get_namespace_name(row.typnamespace); name != nullptr) {
                result.schema = pool_.intern(name);
            }
            ReleaseSysCache(tuple);
        }
        ScanKeyData key;
        ScanKeyInit(&key, Anum_pg_enum_enumtypid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(type.oid));
        Relation relation = table_open(EnumRelationId, AccessShareLock);
        Relation order = index_open(EnumTypIdSortOrderIndexId, AccessShareLock);
        SysScanDesc scan = systable_beginscan_ordered(relation, order, snapshot_, 1, &key);
        HeapTuple label;
        while (HeapTupleIsValid(label = systable_getnext_ordered(scan, ForwardScanDirection))) {
            append_label(labels, NameStr(reinterpret_cast<Form_pg_enum>(GETSTRUCT(label))->enumlabel));
        }
        systable_endscan_ordered(scan);
        index_close(order, AccessShareLock);
        table_close(relation, AccessShareLock);
    });
    result.labels = pool_.intern(labels);
    schema_.enums.push_back(result);
}

void LiveReader::read_defaults() {
    scan(AttrDefaultRelationId, [this](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_attrdef>(GETSTRUCT(tuple));
        const std::uint32_t table = table_of(row.adrelid);
        if (table == IdMap::absent) {
            return;
        }
        if (Column *column = column_at(schema_.tables[table], row.adnum); column != nullptr) {
            // adbin is never null; heap_getattr would look for its place row by row.
            constexpr std::size_t fixed = offsetof(FormData_pg_attrdef, adnum) + sizeof row.adnum;
            const std::string_view node = text_behind(reinterpret_cast<const char *>(&row), fixed);
            column->default_text =
                static_cast<TextId>(1 + add_expression(node, row.adrelid, table, static_cast<std::size_t>(row.adnum)));
        }
    });
}

void LiveReader::describe_sequence_default(Column &column, const Table &table, Oid sequence) {
    std::string name;
    read_sequence_name(sequence);
    if (const std::uint32_t known = sequences_.get(sequence); known != IdMap::absent) {
        const OtherRelation &row = other_relations_[known];
        name = quote_qualified(pool_.view(static_cast<TextId>(namespace_names_.get(row.name_space))),
                               std::string_view(other_names_).substr(row.name, row.length));
    } else {
        const SequenceName found = server_call([&] {
            const char *relation = get_rel_name(sequence);
            return SequenceName{relation == nullptr ? nullptr : get_namespace_name(get_rel_namespace(sequence)),
                                relation};
        });
        if (found.name == nullptr || found.schema_name == nullptr) {
            schema_.tables[column.table].vanished = true;
            return;
        }
        name = present(quote_qualified(found.schema_name, found.name));
    }
    column.default_text = pool_.intern("nextval(" + quote_literal(name) + "::regclass)");
    column.default_normal = column.default_text;
    if (owners_ == SequenceOwners::read) {
        column.owns_sequence = server_call([&] { return owns_sequence(table.live_id, column.position, sequence); });
        // Of a sequence that was dropped meanwhile nobody is the owner.
        if (!column.owns_sequence && server_call([&] { return get_rel_relkind(sequence) == '\0'; })) {
            schema_.tables[column.table].vanished = true;
        }
    }
}

void LiveReader::apply_default(Column &column, std::uint32_t expression) {
    Table &table = schema_.tables[column.table];
    const LiveExpressions::Texts &texts = expressions_[expression];
    column.default_text = TextId::none;
    if (texts.vanished) {
        table.vanished = true;
    } else if (OidIsValid(texts.sequence)) {
        describe_sequence_default(column, table, texts.sequence);
    } else if (texts.normal != TextId::none) {
        column.default_text = texts.text;
        column.default_normal = texts.normal;
    } else if (column.type_has_default) {
        // DEFAULT NULL is none, but it keeps the domain's default away.
        column.default_text = pool_.intern("NULL");
        column.default_normal = column.default_text;
    }
}

void LiveReader::apply_columns() {
    for (Column &column : schema_.columns) {
        if (column.position == 0) {
            continue;  // the place of a dropped column
        }
        const LiveType &type = types_[static_cast<std::uint32_t>(column.type)];
        const auto collation = static_cast<Oid>(column.collation);
        column.type = type.text;
        column.type_has_default = type.has_default;
        column.collation = collation != type.collation && OidIsValid(collation)
                               ? name_of(collations_, collation, collation_text)
                               : TextId::none;
        if (type.text == TextId::none) {
            schema_.tables[column.table].vanished = true;
        }
        if (const auto expression = static_cast<std::uint32_t>(column.default_text); expression != 0) {
            apply_default(column, expression - 1);
        }
    }
}

// Dropped columns have left places without a column.
void LiveReader::close_gaps() {
    if (columns_read_ == schema_.columns.size()) {
        return;
    }
    std::uint32_t next = 0;
    for (Table &table : schema_.tables) {
        const Range places = table.columns;
        table.columns.first = next;
        for (std::uint32_t place = places.first; place < places.first + places.count; ++place) {
            if (schema_.columns[place].position != 0) {
                schema_.columns[next++] = schema_.columns[place];
            }
        }
        table.columns.count = next - table.columns.first;
    }
    schema_.columns.resize(next);
}

}  // namespace schema_audit::server
