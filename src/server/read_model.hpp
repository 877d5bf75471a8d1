// Reads the registered models from schema_audit.model and its siblings into core value types.
#pragma once

#include "core/compare/audit.hpp"
#include "core/schema/schema.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// All registered models, under the active snapshot, by direct scans; the caller needs SELECT on the tables
// (42501 otherwise). Hand-written rows come as they were written: see normalize_model.
void read_models(Schema &schema, TextPool &pool, ReadScope scope = {});

// Brings hand-written rows into the form in which the live side comes: type spellings, defaults, checks and
// predicates without normal form, and the constants that the application fills in. What the server cannot
// read becomes a problem. `live` is read before, so that its spellings need no second look.
std::vector<ModelProblem> normalize_model(Schema &model, const Schema &live, TextPool &pool);

// Rows of schema_audit.suppression.
std::vector<Suppression> read_suppressions();

}  // namespace schema_audit::server
