// Where the names of a model's DDL lead while it runs: every schema that the DDL puts something into has a
// scratch schema, and nothing but the members of live extensions is ever reached outside of those.
//
// Server functions: they ereport, so call them inside server_call. What they allocate lives in
// ModelNames::context.
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

struct ScratchSchema {
    const char *real;
    const char *scratch;  // needs no quotes, so that texts that mention it can be searched for it
    Oid oid;
    bool declared;  // by CREATE SCHEMA: it belongs to the model even if nothing is in it
};

// An object of the whole database that the DDL creates: its name may be in use, so that it is made under another one.
struct ScratchObject {
    ObjectType type;
    const char *real;
    const char *scratch;
};

struct ModelNames {
    MemoryContext context;
    char prefix[64];
    int created;    // scratch schemas so far
    List *schemas;  // ScratchSchema *, those that exist
    List *objects;  // ScratchObject *
    const char *default_schema;
    List *initial_path;       // char *, real names
    List *path;               // as SET search_path left it
    List *said_path;          // the same with what holds nothing of a model
    bool path_is_empty;       // SET search_path = '': the server would create nothing without a schema
    List *extension_schemas;  // char *, where live extensions have their objects
    bool path_changed;
};

// What a name is for. A new object and the target of an ALTER, DROP or COMMENT are always in scratch.
enum class NameUse { create, target, read };
// What a name without relation means. Overlaps between kinds are harmless for `any`.
enum class NameKind { type, function, any };

// `path`: real names, not empty; its first is the default schema.
ModelNames *make_model_names(List *path);

// Creates the scratch schema where it does not exist yet; refuses the server's own schemas.
ScratchSchema *scratch_for(ModelNames *names, const char *real);
ScratchSchema *find_scratch(ModelNames *names, const char *real);
// Null: the DDL has created none of that name.
ScratchObject *find_scratch_object(ModelNames *names, ObjectType type, const char *real);
const char *add_scratch_object(ModelNames *names, ObjectType type, const char *real);
void forget_scratch_object(ModelNames *names, ScratchObject *object);
// Where an unqualified new object goes.
const char *first_schema(ModelNames *names);
ScratchSchema *default_scratch(ModelNames *names);
void forget_scratch(ModelNames *names, const char *real);
// An extension that the DDL creates is found like those that live.
void add_extension_schema(ModelNames *names, const char *real);

void set_model_path(ModelNames *names, List *path);  // NIL: nothing is found without its schema
// Makes the server's search_path agree with the model's; for the rest of the subtransaction.
void apply_model_path(ModelNames *names);

bool is_system_schema(const char *name);

// The relation gets the schema where it is or will be.
void place_relation(ModelNames *names, RangeVar *relation, NameUse use);
// Whether the relation exists in scratch; then it is placed there.
bool place_existing_relation(ModelNames *names, RangeVar *relation);
// The real schema that an unqualified relation outside of scratch is taken to be in.
const char *assumed_schema(ModelNames *names, const RangeVar *relation);
// A relation name as a list of Strings, with further names behind it (column, constraint, trigger …).
void place_relation_list(ModelNames *names, List **list, int further, NameUse use);

// Other objects: the list gets the schema where the object is or will be.
void place_object(ModelNames *names, List **list, NameKind kind, NameUse use);
void place_type(ModelNames *names, TypeName *type, NameUse use);

// "schema.relation" as regclass reads it.
char *place_relation_text(ModelNames *names, const char *text);

}  // namespace schema_audit::server
