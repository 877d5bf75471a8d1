// The reader behind read_live: its parts are live_columns.cpp, live_constraints.cpp and live_indexes.cpp.
#pragma once

#include "core/schema/id_map.hpp"
#include "server/live_expressions.hpp"
#include "server/read_live.hpp"
#include "server/row_places.hpp"

namespace schema_audit::server {

constexpr std::string_view version_option = "pg_attver=";
constexpr std::uint32_t no_expression = 0xFFFFFFFF;
constexpr int interrupt_interval = 256;  // rows between two looks for a cancel and resets of scratch memory

struct ShortList {  // a run of attribute numbers in LiveReader::attnums_
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

struct RawConstraint {
    std::uint32_t constraint;  // index into Schema::constraints
    Oid oid;
    ShortList keys, referenced_keys;
    ShortList set_keys;   // of ON DELETE SET NULL (…)
    ShortList operators;  // in LiveReader::operators_, of an exclusion constraint
    Oid referenced;
    Oid index;
    std::uint32_t expression;
};

struct RawIndex {
    std::uint32_t index;  // index into Schema::indexes
    Oid oid;
    std::uint32_t relation;  // index into LiveReader::index_relation_rows_
    Oid access_method;
    ShortList keys;
    std::uint32_t options_first;  // into options_: opclass, collation, option, for each key column
    int key_count;
    std::uint32_t expressions_first;  // into index_expressions_
    std::uint32_t expressions_count;
    std::uint32_t predicate;
};

struct KeyOption {
    Oid opclass;
    Oid collation;
    std::int16_t option;
};

struct IndexRelation {
    TextId name;
    Oid access_method;
    bool partition;
    Oid tablespace;
    TextId parameters;
};

// What is special of a column of an index.
struct IndexColumn {
    std::uint32_t relation;  // index into LiveReader::index_relation_rows_
    std::int16_t number;
    int statistics_target;
    TextId options;  // of its operator class
};

// An attribute whose text has to be looked up outside of the scan that met it.
enum class Named : std::uint8_t { tablespace, access_method, role, type };
struct NamedAttribute {
    ObjectKind part;      // table, constraint or index
    std::uint32_t place;  // in Schema's list of them
    AttributeId id;
    Named named;
    Oid oid;
};

struct RawPartition {
    std::uint32_t table;
    std::string bound;  // node text
};

constexpr std::uint32_t no_relation = 0xFFFFFFFF;

struct PartitionKey {
    std::uint32_t table;
    char strategy;
    RawIndex columns;  // as the keys of an index
};

struct MarkedIndex {
    std::uint32_t table;
    Oid oid;
    TextId name;
    bool clustered, replica_identity;
};

// The last column of a number, and the row of pg_attribute that said so, without the table's OID.
struct LikelyColumn {
    std::array<char, ATTRIBUTE_FIXED_PART_SIZE - offsetof(FormData_pg_attribute, attname)> image{};
    Column column;
};

// A relation that is no table, for the readers of objects.
struct OtherRelation {
    Oid oid, name_space, owner;
    std::uint32_t name, length;  // in LiveReader::other_names_: most are never asked for
    TextId grants;
    char kind;
    bool unlogged;
};

struct RetainedValue {
    std::size_t column;  // index into Schema::columns, until close_gaps()
    Oid type;
    std::int16_t length;
    bool by_value;
    char align;
    std::string array;  // pg_attribute.attmissingval
};

struct LiveType {
    Oid oid;
    std::int32_t typmod;
    TextId text = TextId::none;
    Oid collation = InvalidOid;
    bool has_default = false;
};

// Scans a whole catalog in heap order under one snapshot. Visit runs inside server_call: it may append to
// objects that live above, and must not keep pointers into the tuple.
template <class Visit>
void scan_catalog(Oid catalog, Snapshot snapshot, Visit visit) {
    RowPlaces::Catalog *places = Recording::begin(catalog);
    server_call([&] {
        Relation relation = table_open(catalog, AccessShareLock);
        TableScanDesc scan = table_beginscan_strat(relation, snapshot, 0, nullptr, true, false);
        const MemoryContext scratch =
            AllocSetContextCreate(CurrentMemoryContext, "schema_audit scan", ALLOCSET_DEFAULT_SIZES);
        const MemoryContext old = MemoryContextSwitchTo(scratch);
        int rows = 0;
        HeapTuple tuple;
        while ((tuple = heap_getnext(scan, ForwardScanDirection)) != nullptr) {
            if (places != nullptr) {
                places->note(tuple);
            }
            visit(tuple, RelationGetDescr(relation));
            if (++rows % interrupt_interval == 0) {
                MemoryContextReset(scratch);
                CHECK_FOR_INTERRUPTS();
            }
        }
        MemoryContextSwitchTo(old);
        MemoryContextDelete(scratch);
        table_endscan(scan);
        table_close(relation, AccessShareLock);
    });
}

// An index of a catalog whose first column is the OID of a relation, or of what belongs to one.
struct RelationIndex {
    Oid index = InvalidOid;
    AttrNumber column = 0;
};
[[nodiscard]] RelationIndex relation_index(Oid catalog) noexcept;

// The rows of a catalog that such an index finds for each of the OIDs.
template <class Visit>
void scan_rows(Oid catalog, const std::vector<Oid> &oids, Snapshot snapshot, Visit visit) {
    const RelationIndex index = relation_index(catalog);
    server_call([&] {
        Relation relation = table_open(catalog, AccessShareLock);
        for (const Oid oid : oids) {
            ScanKeyData key;
            ScanKeyInit(&key, index.column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
            SysScanDesc scan = systable_beginscan(relation, index.index, true, snapshot, 1, &key);
            HeapTuple tuple;
            while (HeapTupleIsValid(tuple = systable_getnext(scan))) {
                visit(tuple, RelationGetDescr(relation));
            }
            systable_endscan(scan);
            CHECK_FOR_INTERRUPTS();
        }
        table_close(relation, AccessShareLock);
    });
}

// Appends the members of a one-dimensional array without nulls, as catalogs hold them. Reads small ones where
// they lie, which is not aligned.
template <class Value>
ShortList append_array(Datum datum, std::vector<Value> &out) {
    const auto *array = PG_DETOAST_DATUM_PACKED(datum);
    const char *data = VARDATA_ANY(array);
    constexpr std::size_t header = sizeof(ArrayType) - VARHDRSZ;  // dimensions, null bitmap, type; then
    std::array<std::int32_t, 2> shape{};                          // length and lower bound of the dimension
    const auto first = static_cast<std::uint32_t>(out.size());
    if (static_cast<std::size_t>(VARSIZE_ANY_EXHDR(array)) < header + sizeof shape) {
        return {first, 0};  // of no dimension
    }
    std::memcpy(shape.data(), data + header, sizeof shape);
    const auto count = static_cast<std::uint32_t>(shape[0]);
    out.resize(first + count);
    std::memcpy(out.data() + first, data + header + sizeof shape, count * sizeof(Value));
    return {first, count};
}

// A node tree column as text, null when the column is null.
std::optional<std::string_view> node_text_of(HeapTuple tuple, int attnum, TupleDesc descriptor);
// The not-null varlena value that follows the first `fixed` bytes of a row's data.
std::string_view text_behind(const char *row, std::size_t fixed);
// Appends the members of an int2vector or int2[] column.
ShortList attribute_numbers(HeapTuple tuple, int attnum, TupleDesc descriptor, std::vector<std::int16_t> &out);
// Whether a row of pg_attribute says more than its fixed part. Late minor releases keep a number of their own, the
// column's version, in the options of every column: that alone is nothing.
inline bool says_more(HeapTuple tuple) {
    if (tuple->t_len - tuple->t_data->t_hoff == ATTRIBUTE_FIXED_PART_SIZE) {
        return false;
    }
    for (int number = Anum_pg_attribute_attcollation + 1; number <= HeapTupleHeaderGetNatts(tuple->t_data); ++number) {
        if (number != Anum_pg_attribute_attoptions && !heap_attisnull(tuple, number, nullptr)) {
            return true;
        }
    }
    const char *options =
        reinterpret_cast<const char *>(tuple->t_data) + tuple->t_data->t_hoff + ATTRIBUTE_FIXED_PART_SIZE;
    // An array of one text, in the short form: its length, then numbers of four bytes (dimensions, nulls, type, count,
    // lower bound, length of the text).
    constexpr std::size_t count_at = 1 + 12;
    constexpr std::size_t text_at = 1 + 24;
    std::int32_t count = 0;
    if (!VARATT_IS_SHORT(options) || VARSIZE_SHORT(options) < text_at + version_option.size()) {
        return true;
    }
    std::memcpy(&count, options + count_at, sizeof count);
    return count != 1 || std::memcmp(options + text_at, version_option.data(), version_option.size()) != 0;
}
// Name of an operator class, or the empty text when it is the default one of its type; null when it is gone.
char *special_opclass_text(Oid opclass);
char *opclass_text(Oid opclass);  // also of a default one
// The operator as an exclusion constraint spells it; null when it is gone.
char *exclusion_operator_text(Oid operator_id);
// Qualified name of a collation outside of pg_catalog; null when it is gone.
char *collation_text(Oid collation);

class LiveReader {
public:
    LiveReader(Schema &schema, TextPool &pool, const std::vector<NamespaceToRead> &namespaces, SequenceOwners owners,
               ReadScope scope, const std::vector<ScratchName> &scratch_names, const std::vector<Oid> *only = nullptr,
               const KnownTables *known = nullptr)
        : schema_(schema),
          pool_(pool),
          namespaces_(namespaces),
          owners_(owners),
          scope_(scope),
          scratch_names_(scratch_names),
          only_(only),
          known_(known) {}

    void read() {
        snapshot_ = server_call([] {
            InvalidateCatalogSnapshot();  // look-ups must not be older than what is scanned
            return RegisterSnapshot(GetActiveSnapshot());
        });
        read_namespaces();
        find_parts();
        read_relations();
        make_room();
        read_extension_members();
        read_columns();
        read_defaults();
        if (scope_.reads_keys()) {
            read_constraints();
            read_indexes();
        }
        read_insert_triggers();
        read_partition_keys();
        expressions_.deparse(pool_, [this](std::string_view text) { return present(text); });
        apply_columns();
        apply_constraints();
        apply_indexes();
        apply_partition_keys();
        apply_table_attributes();
        close_gaps();
        schema_.group_keys();
        read_objects();
        server_call([&] { UnregisterSnapshot(snapshot_); });
    }

private:
    // All rows of the catalog, or those about the relations that alone are read.
    template <class Visit>
    void scan(Oid catalog, Visit visit) {
        if (only_ == nullptr || !OidIsValid(relation_index(catalog).index)) {
            scan_catalog(catalog, snapshot_, visit);
        } else {
            scan_rows(catalog, oids_of(catalog), snapshot_, visit);
        }
    }
    void find_parts();
    [[nodiscard]] std::vector<Oid> oids_of(Oid catalog) const;
    void read_sequence_name(Oid sequence);
    // A table that is not read and was before.
    [[nodiscard]] const Table *known_table(Oid oid) const noexcept {
        const std::uint32_t place = known_ == nullptr ? IdMap::absent : known_->places.get(oid);
        return place == IdMap::absent ? nullptr : &known_->schema.tables[place];
    }
    [[nodiscard]] TextId known_column_name(const Table &table, std::int16_t attnum) const noexcept;
    void read_namespaces();
    void read_relations();
    void read_other_relation(HeapTuple tuple, TupleDesc descriptor);
    void read_unknown_relation(const FormData_pg_class &row, TextId schema, std::uint32_t next_column);
    void make_room();
    void read_extension_members();
    void read_columns();
    void read_defaults();
    void read_constraints();
    void read_not_null(HeapTuple tuple, TupleDesc descriptor);  // within read_constraints
    void read_indexes();
    void read_insert_triggers();
    void apply_columns();
    void apply_default(Column &column, std::uint32_t expression);
    void read_objects();
    void apply_constraints();
    void apply_indexes();
    void close_gaps();
    // ---- further attributes: live_attributes.cpp ----
    [[nodiscard]] bool wants(AttributeGroup group) const noexcept { return is_compared(scope_.items, group); }
    [[nodiscard]] bool has_attributes(HeapTuple tuple, const FormData_pg_class &row) const noexcept;
    void read_table_attributes(Table &table, HeapTuple tuple, TupleDesc descriptor);
    void read_column_attributes(Column &column, const FormData_pg_attribute &row);  // of the fixed part of the row
    void read_more_of_column(Column &column, HeapTuple tuple, TupleDesc descriptor);
    void read_index_column(HeapTuple tuple, TupleDesc descriptor);
    void read_toast_relation(HeapTuple tuple, TupleDesc descriptor);
    [[nodiscard]] TextId index_parameters(HeapTuple tuple, TupleDesc descriptor);
    [[nodiscard]] const IndexColumn *index_column(std::uint32_t relation, std::uint32_t number) const noexcept;
    void set_statistics_target(Range &attributes, AttributeId id, int target);
    void read_partition_keys();
    void apply_partition_keys();
    void apply_table_attributes();
    void apply_partition_bounds();
    void read_toast_parameters();
    void read_parents();
    void read_marked_indexes();
    void read_foreign_tables();
    void read_comments();
    void read_labels();
    [[nodiscard]] Range *part_at(Oid catalog, Oid oid, std::int32_t column);
    [[nodiscard]] Column *column_of_not_null(Oid constraint);
    void number_parts();
    void attach_names();
    void attach_to_index(const RawIndex &raw, std::uint32_t backed);
    [[nodiscard]] Range &attributes_of(ObjectKind part, std::uint32_t place);
    void set(Range &attributes, AttributeId id, const char *text) {
        if (text != nullptr) {
            schema_.attach(attributes, {id, pool_.intern(present(text))});
        }
    }

    [[nodiscard]] std::uint32_t table_of(Oid relid) noexcept {
        if (relid != last_relid_) {
            last_relid_ = relid;
            last_table_ = tables_.get(relid);
        }
        return last_table_;
    }
    [[nodiscard]] Column raw_column(const FormData_pg_attribute &row);
    [[nodiscard]] Column *column_at(const Table &table, std::int16_t attnum) noexcept;  // until close_gaps()
    [[nodiscard]] TextId column_name(const Table &table, std::int16_t attnum) noexcept;
    [[nodiscard]] IdList column_names(const Table &table, ShortList keys);
    [[nodiscard]] std::uint32_t type_number(Oid type, std::int32_t typmod);
    void describe_types();
    void describe_retained_values();
    void read_enum(const LiveType &type);
    std::uint32_t add_expression(std::string_view node_text, Oid relid, std::uint32_t table, std::size_t neighbour = 0);
    void add_index_expressions(std::string_view node_text, Oid relid, std::uint32_t table);
    void describe_sequence_default(Column &column, const Table &table, Oid sequence);
    void describe_referenced(Constraint &constraint, const RawConstraint &raw);
    void describe_set_columns(Constraint &constraint, const RawConstraint &raw, const Table &table);
    void describe_exclusion(Constraint &constraint, const RawConstraint &raw, const Index &index);
    TextId key_text(Table &table, const RawIndex &raw, std::uint32_t key, std::uint32_t &next_expression);
    TextId quoted(TextId name);
    TextId name_of(IdMap &cache, Oid oid, char *(*look_up)(Oid));
    std::string present(std::string_view text) const;

    Schema &schema_;
    TextPool &pool_;
    const std::vector<NamespaceToRead> &namespaces_;
    SequenceOwners owners_;
    ReadScope scope_;
    const std::vector<ScratchName> &scratch_names_;
    const std::vector<Oid> *only_;  // null: all
    const KnownTables *known_;
    std::vector<Oid> part_relations_;  // indexes and TOAST tables of those
    IdMap sequences_;                  // OID -> index into other_relations_
    std::vector<OtherRelation> other_relations_;
    std::string other_names_;
    Snapshot snapshot_ = nullptr;
    std::vector<std::pair<std::string, std::string>> renames_;   // scratch name -> presented name, quoted
    std::optional<std::pair<std::string, std::string>> tenant_;  // name -> pattern, quoted
    IdMap namespace_names_;                                      // namespace OID -> TextId
    IdMap tables_{4096};
    IdMap index_relations_{4096};
    std::vector<IndexRelation> index_relation_rows_;
    Oid last_relid_ = InvalidOid;
    std::uint32_t last_table_ = IdMap::absent;
    std::vector<LiveType> types_;
    std::unordered_map<std::uint64_t, std::uint32_t> type_numbers_;
    TextPool::Cursors cursors_, constraint_cursors_;
    std::vector<LikelyColumn> likely_columns_;  // by attribute number
    std::size_t columns_read_ = 0;
    std::vector<RetainedValue> retained_;
    IdMap collations_, methods_, opclasses_, opclass_names_, operator_names_;
    std::vector<Oid> operators_;
    std::vector<TextId> quoted_;                 // by TextId
    std::unordered_set<std::uint64_t> members_;  // of extensions: class and OID
    LiveExpressions expressions_;
    std::vector<RawConstraint> constraints_;
    std::vector<RawIndex> indexes_;
    std::vector<IndexColumn> index_columns_;
    IdMap index_column_numbers_;  // relation and number -> index into index_columns_
    std::vector<NamedAttribute> named_;
    std::array<IdMap, 4> names_;                    // by Named
    std::vector<Oid> not_nulls_;                    // constraints of the tables that alone are read, for their comments
    std::vector<std::uint32_t> unknown_relations_;  // indexes into Schema::tables
    std::vector<RawPartition> partitions_;
    std::vector<PartitionKey> partition_keys_;
    std::vector<MarkedIndex> marked_indexes_;
    std::vector<std::uint32_t> replica_identity_tables_;  // whose identity is an index
    std::unordered_map<Oid, TextId> toast_parameters_;    // by the TOAST table's OID
    bool has_foreign_tables_ = false;
    IdMap type_storage_;
    IdMap constraint_places_, index_places_;  // by OID, for comments
    IdMap backed_places_;                     // by OID of its index, the constraint
    std::vector<std::int16_t> attnums_;
    std::vector<KeyOption> options_;
    std::vector<std::uint32_t> index_expressions_;
};

}  // namespace schema_audit::server
