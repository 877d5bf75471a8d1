// Stores a schema as a registered model: rows of schema_audit.model_table and its siblings.
#pragma once

#include "core/schema/schema.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// Of what a model is complete beyond the kinds that it has objects of.
struct ModelExtent {
    KindMask describes = 0;
    bool whole_database = false;
};

// Writes the tables, columns, constraints, indexes and other objects of `schema` under the model's name, by
// SPI with the caller's rights. The row of schema_audit.model must exist and the model must be empty.
// Returns the number of objects: tables, indexes without constraint, constraints and types.
std::int64_t write_model(const Schema &schema, const TextPool &pool, std::string_view model, ModelExtent extent = {});

// The same rows as JSON objects, without the model's name; nothing is written. Of the model itself what it is complete
// of.
struct PartDocument {
    std::string_view part;  // the table that would hold it
    std::string text;
};
std::vector<PartDocument> describe_model(const Schema &schema, const TextPool &pool, ModelExtent extent);

}  // namespace schema_audit::server
