// What a DDL command asks for, as a value: made from the parse tree at the door (server/ddl_statement*.cpp),
// so that rules are pure functions over it. Nothing here was looked up: what the catalogs say of the names is
// in StatementFacts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace schema_audit::guard {

// As written; an empty schema means: found by search_path.
struct RelationName {
    std::string schema, name;
    [[nodiscard]] bool operator==(const RelationName &) const = default;
};

// ---- steps of ALTER TABLE ----

struct AddColumn {
    std::string column;
    std::string type;       // as the server prints it; as written where the server does not know it
    bool not_null = false;  // also by PRIMARY KEY
    bool has_default = false;
    bool default_is_null = false;  // DEFAULT NULL, NULL::type
    std::string constant_default;  // as SQL, where it is a constant
    bool identity = false;
    bool generated = false;  // also VIRTUAL
    bool stored = false;     // GENERATED ... STORED
    bool serial = false;
    bool type_has_default = false;  // a domain with a default
    bool if_not_exists = false;
    bool unique = false, primary_key = false, check = false;  // constraints written with the column
    std::optional<RelationName> references = {};
};
struct DropColumn {
    std::string column;
    bool cascade = false, if_exists = false;
};
struct AlterColumnType {
    std::string column;
    bool has_using = false;
};
struct SetDefault {
    std::string column;
    bool is_null = false;
};
struct DropDefault {
    std::string column;
};
struct SetNotNull {
    std::string column;
};
struct DropNotNull {
    std::string column;
};
struct AddIdentity {
    std::string column;
};
struct DropIdentity {
    std::string column;
};
struct DropExpression {
    std::string column;
};
struct SetExpression {  // 17
    std::string column;
};
enum class ConstraintSort : std::uint8_t { check, not_null, unique, primary_key, exclusion, foreign_key };
struct AddConstraint {
    ConstraintSort sort = ConstraintSort::check;
    std::string name;                  // empty: the server chooses
    std::vector<std::string> columns;  // of a key; the column of NOT NULL (18)
    std::string using_index;           // UNIQUE, PRIMARY KEY USING INDEX
    RelationName referenced;           // of a foreign key
    bool not_valid = false, not_enforced = false;
    bool cascades = false;                        // a foreign key that deletes or changes rows of this table
    std::string only_not_null_check;              // CHECK (column IS NOT NULL): the column
    std::vector<std::string> referenced_columns;  // of a foreign key; empty: the primary key
    // As SQL: what follows the columns of a key's index, what follows REFERENCES …, and DEFERRABLE …
    std::string index_options, reference_options, deferral;
};
struct ValidateConstraint {
    std::string name;
};
struct DropConstraint {
    std::string name;
    bool cascade = false, if_exists = false;
};
struct AlterConstraint {
    std::string name;
};
struct SetLogged {
    bool logged = true;
};
struct SetAccessMethod {
    std::string method;
};
struct SetTablespace {
    std::string tablespace;
};
struct ToggleTrigger {
    std::string name;  // empty: ALL or USER
    bool enable = false;
    bool all = false;  // with those of constraints
};
struct SetRowSecurity {
    bool enable = true;
    bool force = false;  // FORCE, NO FORCE
};
struct SetReplicaIdentity {};
struct AttachPartition {
    RelationName partition;
    bool is_default = false;
};
struct DetachPartition {
    RelationName partition;
    bool concurrently = false, finalize = false;
};
struct ChangeOwner {
    std::string owner;
};
// What no rule is about; its lock by the number of the server (core/guard/locks.hpp).
struct OtherStep {
    std::uint8_t lock = 0;
};

using TableStep =
    std::variant<OtherStep, AddColumn, DropColumn, AlterColumnType, SetDefault, DropDefault, SetNotNull, DropNotNull,
                 AddIdentity, DropIdentity, DropExpression, SetExpression, AddConstraint, ValidateConstraint,
                 DropConstraint, AlterConstraint, SetLogged, SetAccessMethod, SetTablespace, ToggleTrigger,
                 SetRowSecurity, SetReplicaIdentity, AttachPartition, DetachPartition, ChangeOwner>;

// ---- statements ----

// ALTER TABLE, also of an index, a view or a sequence where it is of the same form.
struct AlterTable {
    RelationName table = {};
    std::string object_type = "TABLE";  // as in ALTER …
    bool if_exists = false, only = false;
    std::vector<TableStep> steps;  // as written; the server executes them in an order of its own
};
struct ForeignKey {
    RelationName referenced;
};
struct CreateTable {
    RelationName table;
    bool if_not_exists = false, unlogged = false, as_query = false;
    std::optional<RelationName> partition_of;
    bool is_default_partition = false;
    std::vector<ForeignKey> foreign_keys;
};
struct CreateIndex {
    RelationName table;
    std::string name;  // empty: the server chooses
    std::string method;
    bool concurrently = false, unique = false, only = false, if_not_exists = false;
    std::vector<std::string> columns;  // keys; an expression is ""
    bool plain = false;                // a btree of these columns as they are: nothing else is written
};
struct DropObjects {
    std::string object_type;  // as in DROP …
    std::vector<RelationName> names;
    std::string of_table_part;  // DROP TRIGGER, POLICY, RULE name ON table: the name; `names` has the table
    bool cascade = false, concurrently = false, if_exists = false;
};
struct Rename {
    std::string object_type;  // as in ALTER …; COLUMN, CONSTRAINT, ATTRIBUTE for a part of `object`
    RelationName object;
    std::string part;  // the column or constraint
    std::string to;
};
struct SetSchema {
    std::string object_type;
    RelationName object;
    std::string to;
};
struct Reindex {
    std::string object_type;  // INDEX, TABLE, SCHEMA, DATABASE, SYSTEM
    RelationName object;
    bool concurrently = false;
};
struct CreateTrigger {
    RelationName table;
    std::string name;
};
struct CreatePolicy {  // and ALTER POLICY
    RelationName table;
    std::string name;
};
struct RefreshMaterializedView {
    RelationName view;
    bool concurrently = false, with_no_data = false;
};
struct AlterDomain {
    RelationName domain;
    bool adds_constraint = false, sets_not_null = false, not_valid = false;
};
struct AlterEnum {
    RelationName type;
    bool renames = false;  // else it adds
    std::string value, to;
};
// What no event trigger sees: only the utility hook, lint and rehearse.
struct Truncate {
    std::vector<RelationName> tables;
    bool cascade = false;
};
struct LockTable {
    std::vector<RelationName> tables;
    std::string mode;  // ACCESS EXCLUSIVE
    bool nowait = false;
};
struct RewriteTable {  // VACUUM FULL, CLUSTER
    std::string command;
    std::vector<RelationName> tables;  // empty: all
};
// BEGIN, COMMIT, ROLLBACK, also of a savepoint; lint() and rehearse() follow them.
enum class TransactionStep : std::uint8_t { begin, commit, rollback, savepoint, release, rollback_to };
struct Transaction {
    TransactionStep step = TransactionStep::begin;
    std::string savepoint;
};
struct SetVariable {
    std::string name, value;  // lower case; empty: the default
};
// DO, or a function whose body the server reads only when it runs.
struct OpaqueCode {
    std::string language;
};
// What belongs to no schema.
struct DropGlobal {
    std::string object_type;  // DATABASE, ROLE, TABLESPACE, EVENT TRIGGER
    std::vector<std::string> names;
};
struct AlterEventTrigger {
    enum class Change : std::uint8_t { disable, enable, enable_replica, enable_always, rename, other };
    std::string name;
    Change change = Change::other;
};
// ALTER ROLE, DATABASE or SYSTEM … SET: the settings of sessions to come.
struct StoreSetting {
    std::string scope;     // as SQL: ROLE alice IN DATABASE shop, DATABASE shop, SYSTEM
    std::string database;  // for whose sessions; empty: all
    std::string name, value;
    bool resets = false;  // to the default; `name` is empty for RESET ALL
};
struct GrantSetting {  // GRANT SET, ALTER SYSTEM ON PARAMETER
    std::vector<std::string> settings, roles;
};
// DROP EXTENSION schema_audit: the guard itself goes.
struct DropThisExtension {
    bool cascade = false;
};
struct OtherStatement {};

using DdlStatement = std::variant<OtherStatement, AlterTable, CreateTable, CreateIndex, DropObjects, Rename, SetSchema,
                                  Reindex, CreateTrigger, CreatePolicy, RefreshMaterializedView, AlterDomain, AlterEnum,
                                  Truncate, LockTable, RewriteTable, DropGlobal, AlterEventTrigger, StoreSetting,
                                  GrantSetting, Transaction, SetVariable, OpaqueCode, DropThisExtension>;

// The relations that a statement names, its own first: those whose facts may be asked for.
[[nodiscard]] std::vector<RelationName> relations_of(const DdlStatement &statement);

// The steps of one sort, in the order in which they are written.
template <class Step>
[[nodiscard]] std::vector<const Step *> steps_of(const DdlStatement &statement) {
    std::vector<const Step *> found;
    if (const auto *alter = std::get_if<AlterTable>(&statement)) {
        for (const TableStep &step : alter->steps) {
            if (const auto *wanted = std::get_if<Step>(&step)) {
                found.push_back(wanted);
            }
        }
    }
    return found;
}

template <class Step>
[[nodiscard]] bool has_step(const DdlStatement &statement) noexcept {
    const auto *alter = std::get_if<AlterTable>(&statement);
    if (alter != nullptr) {
        for (const TableStep &step : alter->steps) {
            if (std::holds_alternative<Step>(step)) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace schema_audit::guard
