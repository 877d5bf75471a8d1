// What every part of the comparison needs: both schemas, the pool, and the way to report.
#pragma once

#include "core/compare/audit.hpp"
#include "core/schema/id_map.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace schema_audit {

struct Object {
    std::string_view type;  // PostgreSQL's word: table, column, constraint, index, …
    std::string_view name;
};

// A type of the model that the database has under another name.
struct RenamedType {
    std::uint32_t expected, actual;          // indexes into Schema::objects of model and database
    std::string expected_type, actual_type;  // as Column::type prints them
};

class Context {
public:
    Context(const AuditInput &input, const AuditFilter &filter, const AuditOptions &options);

    const Schema &model;
    const Schema &live;
    TextPool &pool;
    const AuditFilter &filter;
    const AuditOptions &options;
    std::vector<Finding> findings;
    std::vector<RenamedType> renamed_types;
    std::vector<bool> *alike;  // see AuditInput

    [[nodiscard]] std::string_view view(TextId id) const noexcept { return pool.view(id); }
    [[nodiscard]] std::string str(TextId id) const { return std::string(pool.view(id)); }

    // The live table (or view) of that name; null when there is none.
    [[nodiscard]] const Table *live_table(TextId schema, TextId name) const noexcept {
        return find(live_tables_, live, schema, name);
    }
    // The first model table of that name, in any registered model.
    [[nodiscard]] const Table *claim(TextId schema, TextId name) const noexcept {
        return find(claims_, model, schema, name);
    }
    // Does a selected model compare a view, stored or not, of that name?
    [[nodiscard]] bool claims_view(TextId schema, TextId name) const noexcept {
        return view_claims_.get(pair_of(schema, name)) != PairMap::absent;
    }
    // The next model's claim to the same table.
    [[nodiscard]] const Table *next_claim(const Table &table) const noexcept;
    [[nodiscard]] bool selected(const Table &model_table) const noexcept;
    // Is it this claim that tells what no model names on the table? The first selected one whose model creates
    // the table does, so that a fact is told once. `describes`: and whose model speaks of such objects at all.
    [[nodiscard]] bool answers_for_extras(const Table &model_table, bool Model::*describes = nullptr) const noexcept;
    // Does the model hold partitioned tables, and so the parents of its partitions?
    [[nodiscard]] bool has_partitioned_tables(std::uint32_t model_index) const noexcept {
        return has_partitioned_tables_[model_index];
    }
    [[nodiscard]] bool model_selected(std::uint32_t model_index) const noexcept {
        return selected_models_[model_index];
    }

    // Adds a finding with the rule's own severity and returns it for the rest of its fields. `owner` is the
    // model's table, or null for what no model names.
    Finding &report(std::string_view rule, const Table &table, const Table *owner, Object object);

private:
    static const Table *find(const PairMap &map, const Schema &schema, TextId schema_name, TextId name) noexcept;

    PairMap live_tables_, claims_, view_claims_;
    std::vector<std::uint32_t> next_claims_;
    std::vector<bool> selected_models_, has_partitioned_tables_;
};

// A table of any kind, not a view. In tables.cpp.
[[nodiscard]] bool holds_rows(const Table &table) noexcept;
// The table's constraints or indexes by name: catalogs hold them in no order that lasts.
template <class Item>
[[nodiscard]] std::vector<Item> by_name(const Context &context, std::span<const Item> items) {
    std::vector<Item> sorted(items.begin(), items.end());
    std::ranges::sort(sorted, {}, [&](const Item &item) { return context.view(item.name); });
    return sorted;
}

// A column of the database that no claim of its table names: what reads it is told with it.
[[nodiscard]] bool is_extra_column(const Context &context, const Table &live, TextId name) noexcept;

// `schema.table` as SQL.
[[nodiscard]] std::string qualified(const Context &context, const Table &table);

// The parts, each in its own file.
void compare_tables(Context &context);                                              // tables.cpp
void report_extra_table(Context &context, const Table &live, std::uint32_t model);  // tables.cpp
// In no model, and nobody's business but the models': not a partition's parent's, an extension's, a migration tool's.
[[nodiscard]] bool is_extra_table(const Context &context, const Table &live);      // tables.cpp
[[nodiscard]] bool is_junction(const Context &context, const Table &live);         // tables.cpp
void report_missing_schemas(Context &context, std::span<const TextId> missing);    // tables.cpp
void report_missing_tenants(Context &context);                                     // tables.cpp
void compare_columns_of(Context &context, const Table &model, const Table &live);  // columns.cpp
void compare_column(Context &context, const Table &model, const Column &expected, const Table &live,
                    const Column &actual);
void report_missing_column(Context &context, const Table &model, const Column &expected);
[[nodiscard]] std::string add_column(const Context &context, const Table &model, const Column &expected);  // SQL
void report_extra_columns(Context &context, const Table &model, const Table &live);
void compare_constraints_of(Context &context, const Table &model, const Table &live);  // constraints.cpp
void compare_indexes_of(Context &context, const Table &model, const Table &live);      // indexes.cpp
void report_required_column(Context &context, const Table &model, const Column &expected, const Table &live,
                            const Column &actual);
[[nodiscard]] bool is_filled(const Schema &schema, const TextPool &pool, const Table &table,
                             const Column &column);                             // required_columns.cpp
[[nodiscard]] bool is_ledger_table(const Context &context, const Table &live);  // ledger_tables.cpp
void drop_inherited_findings(Context &context);                                 // inherited.cpp
void find_renamed_types(Context &context);                                      // renamed_types.cpp
void compare_objects(Context &context);                                         // objects.cpp
void report_duplicate_models(Context &context);                                 // duplicate_models.cpp

}  // namespace schema_audit
