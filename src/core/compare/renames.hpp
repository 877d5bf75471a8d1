// Columns and tables that were renamed, perhaps: one is missing, one is extra, and they are alike. One finding
// tells both readings, and the rest of the comparison goes on as if they had the model's names, so that what
// merely follows the rename is not told again.
#pragma once

#include "core/compare/context.hpp"

#include <optional>
#include <vector>

namespace schema_audit {

struct RenamedTable {
    std::uint32_t model = 0;  // index into the model schema's tables: the first claim
    std::uint32_t live = 0;   // index into the live schema's tables
    TextId actual = TextId::none;
    std::uint32_t alike = 0;  // columns of the same name and type
    bool referenced = false, same_names = false;
};

struct RenamedColumn {
    std::uint32_t live = 0;  // index into the live schema's tables
    TextId expected = TextId::none, actual = TextId::none;
    bool same_place = false, same_constraints = false, same_index = false, same_comment = false;
    bool told_by_parent = false;  // renamed with the column that it inherits
    bool required = false;        // live: NOT NULL, and nothing fills it
};

struct Renames {
    Schema live;                       // the live schema with the model's names
    std::vector<RenamedTable> tables;  // by live
    std::vector<RenamedColumn> columns;

    [[nodiscard]] const RenamedTable *table(std::uint32_t live_table) const noexcept;
    [[nodiscard]] std::span<const RenamedColumn> columns_of(std::uint32_t live_table) const noexcept;
};

// Nothing where the names of the model are all there. `context` compares the schemas as they are.
[[nodiscard]] std::optional<Renames> find_renames(const Context &context, const AuditInput &input);
// `context` compares with Renames::live; its other findings are there already.
void report_renames(Context &context, const Renames &renames);

// The parts, each in its own file.
[[nodiscard]] std::vector<RenamedTable> find_renamed_tables(const Context &context);    // renamed_tables.cpp
[[nodiscard]] std::vector<RenamedColumn> find_renamed_columns(const Context &context);  // renamed_columns.cpp
void follow_tables(Schema &live, TextPool &pool, const Schema &model,
                   std::span<const RenamedTable> renamed);                                  // follow_renames.cpp
void follow_columns(Schema &live, TextPool &pool, std::span<const RenamedColumn> renamed);  // table by table

}  // namespace schema_audit
