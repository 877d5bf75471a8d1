// What the guard knows about a table and about the session that changes it.
#pragma once

#include "core/guard/ddl_statement.hpp"
#include "core/shared_list.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace schema_audit::guard {

// What a look into the table has shown; statistics may be older than the rows.
enum class RowsSeen : std::uint8_t { unread, none, none_in_sample, some };

struct TableSize {
    std::int64_t rows = -1;  // estimate; -1 = unknown
    std::int64_t bytes = 0;
    RowsSeen seen = RowsSeen::unread;
    bool assumed = false;  // lint(): the table is not here, and taken for a large one

    [[nodiscard]] bool known() const noexcept { return assumed || rows >= 0 || bytes > 0 || seen != RowsSeen::unread; }
    [[nodiscard]] bool empty() const noexcept { return seen == RowsSeen::none || (rows == 0 && bytes == 0); }
    [[nodiscard]] bool has_rows() const noexcept {
        return assumed || seen == RowsSeen::some || (seen == RowsSeen::unread && rows > 0);
    }
};

enum class RelationKind : std::uint8_t {
    table,
    partitioned_table,
    foreign_table,
    view,
    materialized_view,
    index,
    partitioned_index,
    sequence,
    composite_type,
    other
};

struct ConstraintFacts {
    std::string name;
    ConstraintSort sort = ConstraintSort::check;
    bool validated = true;
    std::vector<std::string> columns;
    RelationName referenced;       // of a foreign key
    std::string index;             // that carries it
    bool not_null_helper = false;  // CHECK (column IS NOT NULL) on a column that is NOT NULL
};

struct IndexFacts {
    std::string name;
    bool unique = false, valid = true, primary = false, partial = false;
    std::vector<std::string> columns;  // keys; an expression is ""
    std::int64_t scans = 0;            // by the statistics
    bool plain = false;                // a btree of these columns as they are, ascending
};

// A foreign key of another table to this one.
struct ReferenceFacts {
    RelationName table;
    std::string name;
    std::vector<std::string> columns, referenced_columns;
    TableSize size;  // of the referencing table
};

struct TriggerFacts {
    std::string name;
    bool internal = false, before_insert_row = false;
};

struct NamedColumn {
    std::string name, type;
    bool not_null = false, has_default = false, identity = false, generated = false, stored = false;
    // Need::not_null_proof: a validated CHECK implies that it holds no NULL, by the server's own test.
    bool not_null_proven = false;
    bool not_null_unvalidated = false;  // Need::not_null_proof: NOT NULL, but NOT VALID (18)
};

struct PublicationFacts {
    std::string name;
    bool all_columns = true;
    std::vector<std::string> columns;  // where not all
};

// A column as a registered model has it.
struct ModelColumn {
    std::string model, name;
    bool not_null = false;
};

// A relation as it is before the command. What no rule asked for is empty.
struct TableFacts {
    std::string schema, name, owner;
    std::uint32_t id = 0;  // its OID
    RelationKind kind = RelationKind::table;
    TableSize size;                                 // Need::size; with the partitions of a partitioned table
    std::uint32_t partitions = 0;                   // Need::partitions: leaves
    std::vector<RelationName> leaves;               // Need::partitions: the first of them
    std::vector<std::string> columns;               // Need::columns: names, without dropped ones
    std::vector<NamedColumn> column_facts;          // Need::columns
    bool has_insert_trigger = false;                // Need::triggers: BEFORE INSERT, for each row
    std::vector<TriggerFacts> triggers;             // Need::triggers
    std::vector<ConstraintFacts> constraints;       // Need::constraints
    std::vector<IndexFacts> indexes;                // Need::indexes; of an index: itself
    std::vector<ReferenceFacts> referenced_by;      // Need::references
    std::vector<PublicationFacts> publications;     // Need::publications: also by way of its parent or schema
    std::vector<std::string> models;                // Need::models: registered ones that have the relation
    std::vector<ModelColumn> model_columns;         // Need::models: what they say of its columns
    bool governed = false;                          // Need::models: one is complete for such relations of the schema
    std::int64_t scans = -1;                        // Need::models: read so often, by the statistics; -1: unknown
    std::optional<RelationName> of_table;           // of an index: its table; of a partition: its parent
    std::optional<RelationName> default_partition;  // Need::partitions
    bool populated = true;                          // of a materialized view
    bool logged = true;
    bool row_security = false;
    std::int64_t bytes_with_indexes = 0, free_bytes = -1;  // Need::disk: what is free where it lies; -1: unknown
    std::string access_method, tablespace;                 // Need::facts: by name, also the default one
    bool held_strongly = false;  // Need::constraints, Need::holders: by this transaction, so that others cannot write

    [[nodiscard]] const NamedColumn *column(std::string_view wanted) const noexcept {
        for (const NamedColumn &item : column_facts) {
            if (item.name == wanted) {
                return &item;
            }
        }
        return nullptr;
    }
};

// Which facts a rule asks for: what nobody asks for is not looked up.
enum class Need : std::uint32_t {
    none = 0,
    facts = 1,  // name and kind
    size = 2,
    columns = 4,
    constraints = 8,
    indexes = 16,
    references = 32,
    triggers = 64,
    not_null_proof = 128,
    type_changes = 256,
    new_columns = 512,
    publications = 1024,
    partitions = 2048,
    models = 4096,
    holders = 8192,
    objects = 16384,
    dependents = 1U << 15U,
    earlier = 1U << 16U,
    source = 1U << 17U,
    target = 1U << 18U,
    sessions = 1U << 19U,
    disk = 1U << 20U
};
[[nodiscard]] constexpr Need operator|(Need one, Need other) noexcept {
    return static_cast<Need>(static_cast<std::uint32_t>(one) | static_cast<std::uint32_t>(other));
}
[[nodiscard]] constexpr bool has(Need needs, Need one) noexcept {
    return (static_cast<std::uint32_t>(needs) & static_cast<std::uint32_t>(one)) != 0;
}
[[nodiscard]] constexpr Need when(bool condition, Need needs) noexcept { return condition ? needs : Need::none; }

// ALTER COLUMN TYPE, by the server's own test of the conversion.
struct TypeChange {
    std::string column, from, to;
    bool rewrites = true;
    bool same = false;  // the very same type: nothing happens
    // What the server does all the same where it does not rewrite: checks that are run on every row, indexes that are
    // built anew.
    std::vector<std::string> rechecked, rebuilt;
    std::string base = {};  // where the new type is a domain with constraints: the type under it
};

// What the server makes of a column that ADD COLUMN would make.
struct NewColumn {
    std::string column;
    bool volatile_default = false;     // after constant folding and inlining: rewrites
    bool constrained_domain = false;   // rewrites
    bool domain_without_null = false;  // the domain, or a CHECK of it, refuses NULL
    std::string base_type = {};        // of a domain: the type under it
};

// What uses a column that the statement drops, renames or gives another type.
struct ColumnDependent {
    std::string column, kind;  // kind: index, constraint, view, policy, statistics object, function, trigger …
    std::string description;   // as the server describes it: index shop.i
    bool by_cascade = false;   // DROP COLUMN refuses without CASCADE; else it goes along
};

// What an earlier command of the transaction (in lint(): of the script) has done.
struct PastCommand {
    enum class Sort : std::uint8_t { dropped_table, dropped_index, read_rows, referenced, row_security };
    Sort sort = Sort::read_rows;
    RelationName table;  // qualified: the dropped, read, referenced or secured one, or that of the index
    TableSize size = {};
    IndexFacts index = {};
};

// Who holds a lock on a table that conflicts with what the command will ask for.
struct LockHolder {
    RelationName table;
    std::int32_t process = 0;
    std::string user, application;
    std::int64_t transaction_seconds = 0;
    bool wraparound_vacuum = false;  // an autovacuum that lock waiters do not cancel
};

// An object that a statement drops or renames, be it a relation or not.
struct ObjectFacts {
    RelationName name;                    // as the statement writes it
    std::string identity;                 // as SQL names it
    std::vector<std::string> dependents;  // what goes with it by CASCADE alone, as the server describes it
    std::vector<std::string> computed;    // of a function: indexes, generated columns and checks that use it
};

// Parts of a step of ALTER TABLE as the server would write them.
struct StepTexts {
    std::string default_value;                // of ADD COLUMN
    std::string generation;                   // GENERATED ALWAYS AS (…)
    std::string condition, condition_column;  // CHECK (…); its column where it names just one
};

// Of a command, for the statements of a HINT; empty where the server does not understand them.
struct CommandTexts {
    std::vector<StepTexts> steps;  // one for each of ALTER TABLE
    std::string index;             // what follows CREATE INDEX … ON table
    std::string domain_condition;  // of ALTER DOMAIN … ADD CHECK
};

// Read when the first finding asks for them: of most commands there is nothing to say.
class TextsOnDemand {
public:
    TextsOnDemand() = default;
    explicit TextsOnDemand(std::function<CommandTexts()> read) : read_(std::move(read)) {}

    [[nodiscard]] const CommandTexts &get() const {
        if (read_) {
            texts_ = std::exchange(read_, nullptr)();
        }
        return texts_;
    }

private:
    mutable std::function<CommandTexts()> read_;
    mutable CommandTexts texts_;
};

// Need::partitions: the bound that ATTACH PARTITION or PARTITION OF writes, as the server understands it.
struct PartitionBound {
    std::string bound;            // FOR VALUES FROM (1) TO (2)
    std::string check;            // the condition that every row of the partition must meet
    bool proven = false;          // a validated constraint of the partition implies it: no scan
    std::string default_check;    // what the rows of the default partition must meet
    bool default_proven = false;  // as above
    TableSize default_size;       // of the default partition
};

// What the catalogs say of the relations that a statement names. A relation that is not here does not exist, is
// temporary, was made in this transaction, is ours, or is not the caller's: nothing of it is judged.
struct StatementFacts {
    struct Known {
        RelationName name;  // as the statement writes it
        TableFacts facts;
    };
    std::vector<Known> tables;
    std::vector<TypeChange> type_changes;
    std::vector<NewColumn> new_columns;
    std::vector<LockHolder> holders;
    std::vector<ObjectFacts> objects;         // Need::objects: those that exist and existed before the transaction
    SharedList<RelationName> held;            // Need::holders: what this transaction has locked so that writers wait
    SharedList<RelationName> held_from_all;   // those of them that nobody can even read
    std::optional<PartitionBound> bound;      // none where the server does not accept it
    bool target_exists = false;               // of CREATE TABLE: IF NOT EXISTS does nothing; of DropGlobal: any
    std::string creation_schema;              // Need::target: of what CREATE without a schema makes
    std::vector<ColumnDependent> dependents;  // Need::dependents
    SharedList<PastCommand> earlier;          // Need::earlier
    std::string source;                       // Need::source: the text of the command
    std::vector<std::string> roles_in_use;    // Need::sessions: those of the statement that have sessions
    TextsOnDemand texts;

    [[nodiscard]] const TableFacts *table(const RelationName &name) const noexcept {
        for (const Known &item : tables) {
            if (item.name == name) {
                return &item.facts;
            }
        }
        return nullptr;
    }
};

struct ColumnFacts {
    bool not_null = false;
    bool has_default = false;  // a default expression
    bool identity = false;
    bool generated = false;
    bool type_has_default = false;

    [[nodiscard]] bool filled() const noexcept { return has_default || identity || generated || type_has_default; }
    [[nodiscard]] bool required() const noexcept { return not_null && !filled(); }
};

// One column before the transaction and as it would be after commit.
struct ColumnChange {
    std::string name, type;
    std::optional<ColumnFacts> before;  // empty = the column did not exist
    ColumnFacts after;
    bool in_primary_key = false;        // after
    bool default_gone_by_drop = false;  // removed by a DROP … CASCADE, not by ALTER TABLE
    std::string old_default;            // SQL of the default that it had
    std::string retained_value;         // SQL literal that ADD COLUMN … DEFAULT left in the catalog
    std::string domain;                 // through which alone it is NOT NULL now
    std::string filling_trigger;        // a BEFORE INSERT row trigger whose function names the column
    std::string gone_trigger;           // the one that filled it before, where none does now
};

// A foreign key that the transaction leaves and that was not there before.
struct NewForeignKey {
    std::string name;
    std::vector<std::string> columns;
    RelationName referenced;
    bool has_index = false;  // that begins with the columns, in whatever order
};

struct RowSecurityChange {
    bool enabled_before = false, enabled = false;
    int policies_before = 0, policies = 0;
};

// A table that existed before the transaction.
struct TableChange {
    std::string schema, name;
    TableSize size;
    std::uint32_t id = 0, parent = 0;  // OIDs; parent: the changed table from which the change was inherited
    std::vector<ColumnChange> columns;
    std::vector<NewForeignKey> foreign_keys;
    std::optional<RowSecurityChange> row_security;  // where a command was about it
};

enum class Mode : std::uint8_t { enforce, warn, log, off };

struct SessionFacts {
    std::string current_user, session_user;
    Mode mode = Mode::enforce;
    std::string override_reason;  // empty = none
    std::vector<std::string> exempt_rules;
    std::string exempt_reason;
    std::int64_t now = 0;  // the clock of RuleSetting::expires_at
    // The command is a transaction of its own: no later command can mend what it leaves.
    bool single_command = false;
    bool in_transaction_block = false;                           // also in a function or a DO block
    std::int32_t server_version = 0;                             // 150004
    std::int64_t lock_timeout_ms = 0, statement_timeout_ms = 0;  // 0 = none
    std::int64_t idle_in_transaction_timeout_ms = 0;
    std::string application_name;
    bool in_code = false;  // run by a function or a DO block
    // Under both, what is decided by size is only logged.
    std::int64_t min_rows = 0, min_bytes = 0;
};

}  // namespace schema_audit::guard
