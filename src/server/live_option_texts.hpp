// Options as the catalogs hold them, text[] of "name=value", as texts that are compared and that statements take.
// Server functions; null when there are none.
#pragma once

#include "server/server.hpp"

namespace schema_audit::server {

// Storage parameters, sorted: "autovacuum_enabled=false, fillfactor=70". Spellings of a value that mean the same become
// one, since they are stored as written.
char *parameters_text(Datum options, const char *prefix = "");

// Of foreign tables and their columns: "schema_name 'a', table_name 'b'".
char *foreign_options_text(Datum options);

// As in SET STORAGE.
const char *storage_text(char storage) noexcept;

// Of operator classes: "siglen='32'".
char *class_options_text(Datum options);

}  // namespace schema_audit::server
