// From rows of catalogs that have changed to the tables that have to be read again.
#pragma once

#include "core/schema/id_map.hpp"

#include "server/read_live.hpp"
#include "server/row_places.hpp"

namespace schema_audit::server {

// What a session knows of the database.
struct KnownRelations {
    const IdMap &tables;      // those that were read, by OID
    const RowPlaces &places;  // with the other relations that were read
    const std::vector<NamespaceToRead> &namespaces;
};

// OIDs of tables that are there now or were there before; null when that is not enough. Under the active snapshot.
std::optional<std::vector<Oid>> tables_to_read(const std::vector<Subject> &changed, const KnownRelations &known);

// What may name a table and its columns, beside what is read with the table itself.
struct Dependents {
    bool others = false;      // what cannot be read by itself
    std::vector<Oid> tables;  // those with a foreign key to it
};
// `more_columns`: nothing else about it has changed.
Dependents dependents_of(Oid table, bool more_columns);

}  // namespace schema_audit::server
