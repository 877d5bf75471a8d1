// Objects as SQL spells them, for `expected`, `actual` and `fix`.
#pragma once

#include "core/compare/context.hpp"

#include <string>

namespace schema_audit {

[[nodiscard]] std::string describe_default(const Context &context, const Column &column);  // '' = none
[[nodiscard]] std::string describe_column(const Context &context, const Column &column);   // type, DEFAULT, NOT NULL
[[nodiscard]] std::string describe_constraint(const Context &context, const Schema &schema,
                                              const Constraint &constraint);
[[nodiscard]] std::string describe_index(const Context &context, const Schema &schema, const Table &table,
                                         const Index &index, std::string_view name);
[[nodiscard]] std::string describe_table(const Context &context,
                                         const Table &table);  // CREATE TABLE of a model's table
[[nodiscard]] std::string column_list(const Context &context, const Schema &schema, IdList columns);
// ALTER TABLE schema.table …;
[[nodiscard]] std::string alter_table(const Context &context, const Table &table, std::string_view action);
[[nodiscard]] std::string alter_column(const Context &context, const Table &table, const Column &column,
                                       std::string_view action);

}  // namespace schema_audit
