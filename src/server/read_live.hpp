// Reads live schemas from the system catalogs into core value types.
#pragma once

#include "core/compare/tenants.hpp"
#include "core/schema/id_map.hpp"
#include "core/schema/schema.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// A namespace to read, and the name under which it is presented: scratch schemas of register_ddl carry the
// name of the schema that they stand for, in every text that mentions them.
struct NamespaceToRead {
    Oid oid;
    std::string name;
    // A live schema that a pattern of tenants stands for: its own name may be a word of other meaning in texts.
    bool tenant = false;
};

// A database-wide object that register_ddl made under another name, since that may be taken.
struct ScratchName {
    std::string scratch, real;
};

// Reads the tables of the namespaces with columns, constraints, indexes, insert triggers and enum types,
// under one snapshot, in catalog order, without a lock on any user object. What concurrent DDL removed
// meanwhile is left out. Throws ServerError.
//
// What the scope leaves out is not read: their catalogs are not opened.
// Who owns the sequence of a nextval() default is looked up only for registrations: a comparison needs it of
// the model's side alone, and it costs an index scan for each serial column.
enum class SequenceOwners { read, skip };
void read_live(Schema &schema, TextPool &pool, const std::vector<NamespaceToRead> &namespaces,
               SequenceOwners owners = SequenceOwners::read, ReadScope scope = {},
               const std::vector<ScratchName> &scratch_names = {});

// The tables of these OIDs alone, as far as they are there and in one of the namespaces; no objects. Of what else they
// name, `known` tells what an earlier look under the same state found: a schema, and its tables by OID. Its lists are
// lent to `part`: see core/schema/patch.hpp.
struct KnownTables {
    const Schema &schema;
    const IdMap &places;
};
void read_live_tables(Schema &part, TextPool &pool, const std::vector<NamespaceToRead> &namespaces, ReadScope scope,
                      const std::vector<Oid> &tables, const KnownTables &known);

// OID of a schema by name, InvalidOid when there is none.
Oid find_namespace(std::string_view name);

// The schemas that neither the server nor an extension owns, by name.
std::vector<LiveSchema> read_schemas();

}  // namespace schema_audit::server
