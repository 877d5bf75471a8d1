// The statements of a model's DDL, led to the scratch schemas: names in raw parse trees are rewritten,
// foreign keys that would reach out are taken out and kept as facts, and what is no part of a schema is
// counted instead of run.
//
// Server functions, to be called inside server_call.
#pragma once

#include "core/schema/object_kind.hpp"

#include "server/model_ddl_names.hpp"

namespace schema_audit::server {

// A foreign key whose target is not in scratch. Its own table and columns are known by number, so that a
// later rename of them is followed.
struct ForeignKeyFact {
    Oid table;
    const char *name;
    const char *first_column;  // until the table exists, columns are names
    List *column_names;        // char *
    int column_count;
    AttrNumber *columns;
    List *set_names;  // char *: columns that ON DELETE sets, where not all
    const char *comment;
    const char *target_schema;
    const char *target_table;
    List *target_columns;  // char *
    char on_update, on_delete, match_type;
    bool deferrable, initially_deferred, validated, enforced, period;
    bool *sets;  // beside columns: is it one of set_names
};

// An object of the whole database as the DDL describes it: its attributes, taken from the parse tree. Such a
// statement does not run, or runs only so that what follows finds the object.
struct AttributeFact {
    AttributeId id;
    const char *text;
};
struct ObjectFact {
    ObjectKind kind;
    const char *name;
    List *attributes;    // AttributeFact *
    const char *schema;  // null: none
    Acl *privileges;     // of kinds that are nothing else
};

struct SkippedKind {
    const char *label;
    int count;
};

// What a function of LANGUAGE c says of its library, taken out of the statement at hand.
struct LibraryFunction {
    ObjectWithArgs *function;
    const char *library, *symbol;
};

struct ModelDdl {
    ModelNames *names;
    List *cte_names;     // char *, of the queries around the node at hand
    List *taken;         // ForeignKeyFact *, out of the statement at hand
    List *facts;         // ForeignKeyFact *, settled
    List *object_facts;  // ObjectFact *
    List *casts;         // OIDs of those that the DDL made: they lie in no schema
    List *skipped;       // SkippedKind *
    int tables;          // created so far
    LibraryFunction *library_function;
    List *further;        // Node *, to run after the statement at hand
    bool made_objects;    // since the last GRANT
    Oid grants_known_to;  // the last scratch object that a GRANT has found
};

// Expressions, queries, column definitions and constraints: everything that is only read there.
void place_names(ModelDdl *ddl, Node *node);
void place_names(ModelDdl *ddl, List *nodes);
void place_definition(ModelDdl *ddl, List *options);  // DefElem
void place_function(ModelDdl *ddl, ObjectWithArgs *function, NameUse use);
// An object as DROP, COMMENT and their like name it. False for objects of the whole database.
bool place_named_object(ModelDdl *ddl, ObjectType type, Node **object, NameUse use);

// Leads one statement to scratch. False when nothing is left to run: it was skipped, or is done.
// CREATE SCHEMA with its elements is the caller's.
bool prepare_statement(ModelDdl *ddl, Node *statement);
void count_skipped(ModelDdl *ddl, const char *label, int count = 1);
// After the statement ran: gives its function of LANGUAGE c the library that it names.
void settle_library_function(ModelDdl *ddl);

// model_ddl_object_fact.cpp: null removes an attribute; texts may name scratch schemas.
ObjectFact *add_object_fact(ModelDdl *ddl, ObjectKind kind, const char *name);  // without attributes
ObjectFact *find_object_fact(ModelDdl *ddl, ObjectKind kind, const char *name, const char *schema = nullptr);
void set_fact(ModelDdl *ddl, ObjectFact *fact, AttributeId id, const char *text);
// What DROP, COMMENT and RENAME name. False: no fact is meant.
bool drop_object_fact(ModelDdl *ddl, ObjectType type, Node *object);
bool comment_object_fact(ModelDdl *ddl, ObjectType type, Node *object, const char *comment);
bool rename_object_fact(ModelDdl *ddl, ObjectType type, Node *object, const char *name);
bool take_event_trigger(ModelDdl *ddl, CreateEventTrigStmt *statement);  // false: it is the guard's
bool alter_event_trigger_fact(ModelDdl *ddl, const AlterEventTrigStmt *statement);
void take_language(ModelDdl *ddl, CreatePLangStmt *statement);
bool take_transform(ModelDdl *ddl, CreateTransformStmt *statement);  // whether it can run: none such lives

// model_ddl_foreign_key.cpp
void take_foreign_keys_of_create(ModelDdl *ddl, CreateStmt *statement);
// Takes foreign keys out and lets the facts follow ADD, DROP, VALIDATE and ALTER CONSTRAINT.
void take_foreign_keys_of_alter(ModelDdl *ddl, AlterTableStmt *statement);
bool rename_foreign_key_fact(ModelDdl *ddl, const RangeVar *relation, const char *from, const char *to);
bool comment_foreign_key_fact(ModelDdl *ddl, Oid table, const char *name, const char *comment);
// After the statement ran: the facts taken out of it belong to this relation.
void settle_foreign_keys(ModelDdl *ddl, const RangeVar *relation, bool missing_ok);

}  // namespace schema_audit::server
