// A schema as value types: what a model says and what a database holds, in the same shape.
//
// Everything is a flat array of small structs; texts are ids of a TextPool that both sides of a comparison
// share. Readers (server/read_live, server/read_model) fill one with add_…, then call finish() once, which
// groups columns, constraints and indexes by table.
#pragma once

#include "core/schema/object_kind.hpp"
#include "core/schema/text_pool.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace schema_audit {

enum class TableKind : std::uint8_t {
    table,
    partitioned_table,
    partition,
    foreign_table,
    view,
    materialized_view,
    other
};

// A run of ids in Schema::ids.
struct IdList {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    bool operator==(const IdList &) const = default;
};

struct Range {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    bool operator==(const Range &) const = default;
};

// A further attribute of an object: see object_kind.hpp. What is as PostgreSQL makes it has none.
struct Attribute {
    AttributeId id = 0;
    TextId value = TextId::none;
    bool operator==(const Attribute &) const = default;
};

struct Table {
    TextId schema = TextId::none;
    TextId name = TextId::none;
    TableKind kind = TableKind::table;
    bool managed = true;                  // model: false = the ORM does not create it; only its existence is known
    bool extension_member = false;        // live
    bool inherits = false;                // live: child of a partitioned or inherited table
    bool partitioned = false;             // live: has partitions, and may be one itself
    bool vanished = false;                // live: it, or what it uses, was dropped or changed while it was read
    bool unreadable = false;              // live: as vanished, but the table itself is still there
    std::uint32_t model = 0;              // index into Schema::models
    std::uint32_t live_id = 0;            // live: the relation's OID
    TextId app = TextId::none;            // model: `unit` of the annotations
    Range columns, constraints, indexes;  // set by finish()
    Range attributes;
    bool operator==(const Table &) const = default;
};

enum class Identity : std::uint8_t { none, always, by_default };
enum class Generated : std::uint8_t { none, stored, virtual_ };
// How the model's own writer fills a column that the database does not fill (annotations, design section 7).
enum class ClientDefault : std::uint8_t { none, constant, callable, automatic };

struct Column {
    std::uint32_t table = 0;  // index into Schema::tables
    TextId name = TextId::none;
    TextId type = TextId::none;            // format_type text under search_path = pg_catalog
    TextId collation = TextId::none;       // qualified; none = the type's own
    TextId default_text = TextId::none;    // as the server prints it, for people; also the generation expression
    TextId default_normal = TextId::none;  // the form that is compared; none = no default
    TextId retained_value =
        TextId::none;  // live: value kept from ADD COLUMN … DEFAULT after DROP DEFAULT, as a literal
    TextId client_default = TextId::none;       // model: normal form of a constant client default
    TextId client_default_text = TextId::none;  // model: its SQL
    std::int16_t position = 0;
    Identity identity = Identity::none;
    Generated generated = Generated::none;
    ClientDefault client_default_kind = ClientDefault::none;
    bool not_null = false;
    bool owns_sequence = false;     // default is nextval of a sequence that this column owns (serial)
    bool type_has_default = false;  // a domain with a default
    bool choices = false;           // reserved for the data audit
    bool list = false;              // model: ORM list column, whose DDL never says NOT NULL
    Range attributes;
    bool operator==(const Column &) const = default;
};

enum class ConstraintKind : std::uint8_t { primary_key, unique, foreign_key, check, exclusion, not_null };

struct Constraint {
    std::uint32_t table = 0;
    TextId name = TextId::none;
    ConstraintKind kind = ConstraintKind::check;
    char on_update = 'a', on_delete = 'a', match_type = 's';  // pg_constraint's own letters
    bool deferrable = false, initially_deferred = false, validated = true, no_inherit = false;
    bool nulls_not_distinct = false, enforced = true;
    bool inherited = false;              // live: conislocal is false
    IdList columns, referenced_columns;  // names, in key order; check: the columns it reads, sorted
    TextId referenced_schema = TextId::none, referenced_table = TextId::none;
    TextId expression = TextId::none;         // check: as printed; exclusion: the whole definition
    TextId expression_normal = TextId::none;  // check and exclusion: what is compared
    Range attributes;
    bool operator==(const Constraint &) const = default;
};

struct Index {
    std::uint32_t table = 0;
    TextId name = TextId::none;
    TextId method = TextId::none;  // btree, gin …
    bool unique = false, primary = false, exclusion = false, valid = true, nulls_not_distinct = false;
    bool backs_constraint = false;
    bool inherited = false;  // live: attached to an index of the partitioned parent
    IdList keys;  // each: column or expression (normal form) with what is not default: collation, opclass, order
    IdList include;
    TextId predicate = TextId::none, predicate_normal = TextId::none;
    Range attributes;
    bool operator==(const Index &) const = default;
};

// A row trigger that fires before INSERT: it may fill columns that it names.
struct InsertTrigger {
    std::uint32_t table = 0;
    TextId name = TextId::none;
    TextId source = TextId::none;  // the function's source text
};

// An enum type that a column uses, whatever schema it lies in.
struct EnumType {
    TextId schema = TextId::none, name = TextId::none;
    TextId type = TextId::none;    // as Column::type prints it
    TextId labels = TextId::none;  // 'new', 'done'
    std::uint32_t model = 0;       // index into Schema::models
    bool governed = true;          // live: of a schema that is read, with its other objects
};

// An object that is no table: everything that is compared of it is in its attributes.
struct SchemaObject {
    ObjectKind kind = ObjectKind::view;
    TextId schema = TextId::none;    // none: database-wide
    TextId table = TextId::none;     // the table that it hangs on or belongs to, in `schema`
    TextId name = TextId::none;      // what tells it from others of its kind: total(integer), <(app.t, app.t)
    TextId identity = TextId::none;  // as SQL names it after DROP <kind>; none: qualified name
    Range attributes;
    std::uint32_t model = 0;            // index into Schema::models
    std::uint32_t live_id = 0;          // live: OID
    bool vanished = false;              // live: changed or dropped by someone while it was read; not to be judged
    std::optional<AttributeId> hidden;  // live: an attribute that the caller may not see
};

// Which parts of a schema are compared; tables and columns always are. What no part needs is not read.
struct ReadScope {
    bool constraints = true, indexes = true;
    KindMask objects = ~KindMask{0};      // kinds of objects
    CompareMask items = ~CompareMask{0};  // groups of attributes
    bool ddl = true;                      // statements that create the objects: a model keeps them
    bool holds_rows = true;               // false: what a model's DDL made, where nothing is filled
    bool database = true;                 // also what lies in no schema
    // A key and its index explain each other: both are read when either is compared.
    [[nodiscard]] bool reads_keys() const noexcept { return constraints || indexes; }
};

struct Model {
    TextId name = TextId::none;
    IdList governed;             // schemas for which the model is complete
    bool from_database = false;  // made by register_schema()
    bool hand_written = false;   // rows not made by a registration: spellings are whoever's wrote them
    // A hand-written model without any constraint or index says nothing about them: none is then an extra.
    bool describes_constraints = true, describes_indexes = true;
    KindMask describes = 0;       // kinds of objects of which the model is complete in its governed schemas
    bool whole_database = false;  // also of database-wide ones
    CompareMask compared = default_compare_mask();  // schema_audit.compare
    TextId tenant_pattern = TextId::none;  // the model stands for each schema of that pattern: core/compare/tenants
    TextId tenant_schema = TextId::none;   // what its rows and texts call that schema
    IdList tenants;                        // those that there are
};

// Rows of a model that belong to no row of a table, or of a model when schema and table are none: a restore
// lost what they hang on.
struct LostRows {
    TextId model = TextId::none, schema = TextId::none, table = TextId::none;
    bool operator==(const LostRows &) const = default;
};

class Schema {
public:
    std::vector<Model> models;
    std::vector<LostRows> lost;
    std::vector<Table> tables;
    std::vector<Column> columns;
    std::vector<Constraint> constraints;
    std::vector<Index> indexes;
    std::vector<InsertTrigger> insert_triggers;
    std::vector<EnumType> enums;
    std::vector<SchemaObject> objects;
    std::vector<Attribute> attributes;
    std::vector<TextId> ids;

    IdList add_ids(std::span<const TextId> list);
    [[nodiscard]] std::span<const TextId> view(IdList list) const noexcept {
        return {ids.data() + list.first, list.count};
    }

    // Adds an attribute to an object's list, which stays sorted by id; an empty value adds none. Best called for
    // one object after the other. A list that was copied from another may share its place: it moves.
    void attach(Range &list, Attribute attribute);
    // Sets one that the list, shared with no other, may have already.
    void replace(Range &list, Attribute attribute);
    [[nodiscard]] std::span<const Attribute> view(Range list) const noexcept {
        return {attributes.data() + list.first, list.count};
    }
    [[nodiscard]] TextId attribute_of(Range list, AttributeId id) const noexcept;  // none: it has none

    // Groups the columns by table, and by position within a table. Column::table stays valid; a pointer to a
    // column does not.
    void group_columns();
    // Groups constraints and indexes by table.
    void group_keys();
    // Groups columns, constraints and indexes by table.
    void finish();

    [[nodiscard]] std::span<const Column> columns_of(const Table &table) const noexcept {
        return {columns.data() + table.columns.first, table.columns.count};
    }
    [[nodiscard]] std::span<const Constraint> constraints_of(const Table &table) const noexcept {
        return {constraints.data() + table.constraints.first, table.constraints.count};
    }
    [[nodiscard]] std::span<const Index> indexes_of(const Table &table) const noexcept {
        return {indexes.data() + table.indexes.first, table.indexes.count};
    }
    [[nodiscard]] const Column *column(const Table &table, TextId name) const noexcept;
    [[nodiscard]] std::size_t bytes() const noexcept;  // of memory

private:
    const Range *last_attached_ = nullptr;
};

}  // namespace schema_audit
