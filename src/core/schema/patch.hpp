// Some tables of a schema read anew, put into the place of what was read before.
#pragma once

#include "core/schema/schema.hpp"

#include <span>
#include <vector>

namespace schema_audit {

// Whether they are alike: parts of one pool, whose lists of ids and attributes are those of `lists`. A field that this
// does not know of makes them differ.
[[nodiscard]] bool same_column(const Schema &lists, const Column &first, const Column &second);
[[nodiscard]] bool same_table(const Schema &lists, const Schema &a, const Table &first, const Schema &b,
                              const Table &second);

// The tables of `part` replace those of the same live_id, or are new; those of `gone` leave. `part` was read with the
// ids and attributes of `schema` in front of its own, so that its lists need no change. Both are grouped. Triggers go
// with their tables; enums and objects stay as they are. False: all were as before.
void lend_lists(Schema &schema, Schema &part);
void take_back_lists(Schema &schema, Schema &part);
bool patch_tables(Schema &schema, Schema &part, std::span<const std::uint32_t> gone);

}  // namespace schema_audit
