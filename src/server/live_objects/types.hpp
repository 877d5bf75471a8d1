// What the readers of the kinds of types get from the one scan of pg_type.
#pragma once

#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {

struct TypeDetails {
    Oid relation;  // of a composite type
    Oid base;
    std::int32_t typmod;
    Oid collation;
    Oid element;
    Oid input, output, receive, send, modifier_input, modifier_output, analyze, subscript;
    std::int16_t length;
    bool by_value, preferred, not_null, defined;
    char alignment, storage, category, delimiter;
    std::string default_node;  // of a domain
    std::string default_text;
};
using TypeRows = std::unordered_map<Oid, TypeDetails>;

// Each sets the attributes of the types of its kind that were begun.
void describe_domains(ObjectReader &reader, const TypeRows &rows);          // domains.cpp
void describe_composite_types(ObjectReader &reader, const TypeRows &rows);  // composite_types.cpp
void describe_range_types(ObjectReader &reader);                            // range_types.cpp
void describe_base_types(ObjectReader &reader, const TypeRows &rows);       // base_types.cpp

}  // namespace schema_audit::server
