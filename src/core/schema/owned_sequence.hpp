// Sequences that belong to a column.
#pragma once

#include "core/schema/schema.hpp"

namespace schema_audit {

// Does the column get its numbers from the sequence of that name, which it owns?
[[nodiscard]] bool is_numbered_by(const TextPool &pool, const Column &column, std::string_view schema,
                                  std::string_view sequence);

// Is it the sequence that numbers the column which owns it (serial, identity)? One that only goes with its column is
// an object like others. `table`: the owner's, null when it is not known.
[[nodiscard]] bool numbers_its_column(const Schema &schema, const TextPool &pool, const Table *table,
                                      const SchemaObject &sequence);

}  // namespace schema_audit
