// Tables: missing, extra, and junction tables that a removed many-to-many relation left behind.
#include "core/compare/attributes.hpp"
#include "core/compare/describe.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <unordered_map>

namespace schema_audit {
namespace {

std::string table_text(const Table &table) {
    return table.columns.count == 1 ? "table with 1 column" : format("table with {} columns", table.columns.count);
}

// Partitions of the models that the database lacks, by the parent that it lacks too: those are told with it.
class MissingPartitions {
public:
    explicit MissingPartitions(const Context &context) : context_(context) {}

    [[nodiscard]] bool is_told_with_parent(const Table &model) {
        const std::string_view parent = parent_of(model);
        if (parent.empty()) {
            return false;
        }
        find_missing();
        return missing_.contains(key_of(model, parent));
    }
    // Those below it, the nearer ones first.
    [[nodiscard]] std::vector<const Table *> below(const Table &model) {
        find_missing();
        std::vector<const Table *> result;
        add_below(model, result);
        return result;
    }

private:
    [[nodiscard]] std::string_view parent_of(const Table &model) const noexcept {
        return model.kind == TableKind::partition ? context_.view(context_.model.attribute_of(
                                                        model.attributes, attribute(ObjectKind::table, "inherits")))
                                                  : std::string_view{};
    }
    [[nodiscard]] static std::string key_of(const Table &model, std::string_view name) {
        return std::to_string(model.model).append(1, ' ').append(name);
    }
    void find_missing() {
        if (!missing_.empty()) {
            return;
        }
        for (const Table &table : context_.model.tables) {
            if ((table.kind == TableKind::partition || table.kind == TableKind::partitioned_table) && table.managed &&
                context_.live_table(table.schema, table.name) == nullptr) {
                missing_[key_of(table, qualified(context_, table))];
            }
        }
        for (const Table &table : context_.model.tables) {
            const std::string_view parent = parent_of(table);
            if (parent.empty() || context_.live_table(table.schema, table.name) != nullptr) {
                continue;
            }
            if (const auto found = missing_.find(key_of(table, parent)); found != missing_.end()) {
                found->second.push_back(&table);
            }
        }
    }
    void add_below(const Table &model, std::vector<const Table *> &result) const {
        const auto found = missing_.find(key_of(model, qualified(context_, model)));
        if (found == missing_.end()) {
            return;
        }
        for (const Table *partition : found->second) {
            result.push_back(partition);
            add_below(*partition, result);
        }
    }

    const Context &context_;
    std::unordered_map<std::string, std::vector<const Table *>> missing_;
};

void tell_partitions(Context &context, Finding &finding, std::span<const Table *const> partitions) {
    if (partitions.empty() || finding.fix.empty()) {
        return;
    }
    finding.message += partitions.size() == 1 ? format(", nor its partition {}", qualified(context, *partitions[0]))
                                              : format(", nor its {} partitions", partitions.size());
    for (const Table *partition : partitions) {
        finding.fix += " " + describe_table(context, *partition);
    }
}

void report_missing_table(Context &context, const Table &model, const Table *view,
                          std::span<const Table *const> partitions) {
    const bool partition = model.kind == TableKind::partition;
    Finding &finding = context.report(partition ? "missing-partition" : "missing-table", model, &model,
                                      {partition ? "partition" : "table", context.view(model.name)});
    finding.expected = table_text(model);
    finding.fix = describe_table(context, model);
    if (view != nullptr) {
        finding.actual = view->kind == TableKind::view ? "view" : "materialized view";
        finding.message = format("table {} is in the model, the database has a {} of that name",
                                 qualified(context, model), finding.actual);
        finding.fix.clear();
        return;
    }
    finding.message = partition ? format(
                                      "partition {} is in the model and not in the database: rows that belong into it "
                                      "are refused, or go to the default partition",
                                      qualified(context, model))
                                : format("table {} is in the model and not in the database", qualified(context, model));
    tell_partitions(context, finding, partitions);
}

// The table is there, its parent has let it go. What it inherited (keys, indexes) is its own now: one fact.
void report_detached_partition(Context &context, const Table &model, const Table &live) {
    Finding &finding = context.report("missing-partition", model, &model, {"partition", context.view(model.name)});
    finding.expected = "partition";
    finding.actual = table_text(live);
    finding.message = format(
        "table {} is a partition in the model and attached to no table in the database: rows that belong into it are "
        "refused, or go to the default partition",
        qualified(context, model));
}

// Better told than passed over: an empty answer must mean "nothing found".
void report_unreadable_table(Context &context, const Table &model) {
    Finding &finding = context.report("unreadable-table", model, &model, {"table", context.view(model.name)});
    finding.message = format(
        "table {} was changed while it was read, or holds what the server cannot print; it was not "
        "compared: run the audit again",
        qualified(context, model));
}

// As a later server may have them. Whatever it is, the audit says nothing of it.
void report_unknown_relation(Context &context, const Table &live, std::uint32_t model) {
    Finding &finding = context.report("unreadable-table", live, nullptr, {"relation", context.view(live.name)});
    finding.model = context.str(context.model.models[model].name);
    finding.message = format("{} is of a kind that this version of schema_audit does not know; it was not compared",
                             qualified(context, live));
}

void report_extra_partition(Context &context, const Table &live, std::uint32_t model) {
    Finding &finding = context.report("extra-partition", live, nullptr, {"partition", context.view(live.name)});
    finding.model = context.str(context.model.models[model].name);
    finding.message = format("partition {} is in the database and in no model", qualified(context, live));
}

// A table is clustered and replicated by an index that the database has under no such name: missing-index or
// name-mismatch tells.
bool is_told_with_index(const Context &context, const Table &live, AttributeId id, TextId expected) {
    std::string_view text = context.view(expected);
    constexpr std::string_view by_cluster = "CLUSTER ON ";
    constexpr std::string_view by_identity = "USING INDEX ";
    if (id == attribute(ObjectKind::table, "clustered_on") && text.starts_with(by_cluster)) {
        text.remove_prefix(by_cluster.size());
    } else if (id == attribute(ObjectKind::table, "replica_identity") && text.starts_with(by_identity)) {
        text.remove_prefix(by_identity.size());
    } else {
        return false;
    }
    return context.options.scope.reads_keys() &&
           std::ranges::none_of(context.live.indexes_of(live),
                                [&](const Index &index) { return quote_identifier(context.view(index.name)) == text; });
}

std::string_view kind_text(const Table &table) noexcept {
    switch (table.kind) {
        case TableKind::partitioned_table:
            return "partitioned table";
        case TableKind::partition:
            return "partition";
        case TableKind::foreign_table:
            return "foreign table";
        default:
            return "table";
    }
}

// Its key, server and parents belong to what it is: one fact. A hand-written model says no kind unless it means it.
bool compare_kind(Context &context, const Table &model, const Table &live) {
    const bool says_nothing = model.kind == TableKind::table && context.model.models[model.model].hand_written;
    if (model.kind == live.kind || says_nothing) {
        return false;
    }
    Finding &finding = context.report("table-mismatch", model, &model, {"table", context.view(model.name)});
    finding.expected = kind_text(model);
    finding.actual = kind_text(live);
    finding.message = format("{} is a {} in the database and a {} in the model", qualified(context, model),
                             finding.actual, finding.expected);
    if (live.kind == TableKind::partition && model.kind == TableKind::table) {
        constexpr AttributeId inherits = attribute(ObjectKind::table, "inherits");
        const std::string_view parent = context.view(context.live.attribute_of(live.attributes, inherits));
        finding.fix = format("ALTER TABLE {} DETACH PARTITION {};", parent, qualified(context, model));
    }
    return true;
}

void compare_table_attributes(Context &context, const Table &model, const Table &live) {
    const bool other_kind = model.managed && compare_kind(context, model, live);
    if (!model.managed || (model.attributes.count == 0 && live.attributes.count == 0)) {
        return;
    }
    constexpr AttributeId inherits = attribute(ObjectKind::table, "inherits");
    compare_attributes(
        context,
        {.kind = ObjectKind::table,
         .model = model.model,
         .place = &model,
         .owner = &model,
         .object = {"table", context.view(model.name)},
         .sql = qualified(context, model),
         .rule = "table-mismatch",
         .replacement = {},
         .parent = live.kind == TableKind::partition ? context.str(context.live.attribute_of(live.attributes, inherits))
                                                     : std::string{},
         .sql_kind = live.kind == TableKind::foreign_table ? "FOREIGN TABLE" : "TABLE",
         .compares_own = !other_kind,
         .skipped = [&](AttributeId id, TextId expected,
                        TextId) { return is_told_with_index(context, live, id, expected); }},
        model.attributes, live.attributes);
}

}  // namespace

bool is_extra_column(const Context &context, const Table &live, TextId name) noexcept {
    for (const Table *claim = context.claim(live.schema, live.name); claim != nullptr;
         claim = context.next_claim(*claim)) {
        if (context.model.column(*claim, name) != nullptr) {
            return false;
        }
    }
    return true;
}

bool holds_rows(const Table &table) noexcept {
    return table.kind != TableKind::view && table.kind != TableKind::materialized_view &&
           table.kind != TableKind::other;
}

// Made of foreign keys to tables of the models and of nothing else but a key that numbers its rows.
bool is_junction(const Context &context, const Table &live) {
    std::vector<TextId> joined;
    int relations = 0;
    for (const Constraint &constraint : context.live.constraints_of(live)) {
        if (constraint.kind != ConstraintKind::foreign_key) {
            continue;
        }
        if (context.claim(constraint.referenced_schema, constraint.referenced_table) == nullptr) {
            return false;
        }
        ++relations;
        const auto columns = context.live.view(constraint.columns);
        joined.insert(joined.end(), columns.begin(), columns.end());
    }
    if (relations < 2) {
        return false;
    }
    return std::ranges::all_of(context.live.columns_of(live), [&](const Column &column) {
        const bool key =
            column.identity != Identity::none || context.view(column.default_normal).starts_with("nextval(");
        return key || std::ranges::find(joined, column.name) != joined.end();
    });
}

bool is_extra_table(const Context &context, const Table &live) {
    return holds_rows(live) && !live.extension_member && context.claim(live.schema, live.name) == nullptr &&
           !context.claims_view(live.schema, live.name) && !is_ledger_table(context, live);
}

void report_extra_table(Context &context, const Table &live, std::uint32_t model) {
    const bool junction = is_junction(context, live);
    Finding &finding = context.report(junction ? "orphaned-junction-table" : "extra-table", live, nullptr,
                                      {"table", context.view(live.name)});
    finding.model = context.str(context.model.models[model].name);
    finding.actual = table_text(live);
    finding.message =
        junction
            ? format(
                  "table {} joins tables of the models and is in no model: left from a removed many-to-many relation",
                  qualified(context, live))
            : format("table {} is in the database and in no model", qualified(context, live));
    finding.fix = format("DROP TABLE {};", qualified(context, live));
}

// Once for all models: of those that govern the schema, or have a table there that someone must create, the
// first answers. Its tables are told one by one as well, since each needs a statement of its own.
void report_missing_schemas(Context &context, std::span<const TextId> missing) {
    for (const TextId name : missing) {
        const auto names = [&](std::uint32_t model) {
            const auto governed = context.model.view(context.model.models[model].governed);
            return std::ranges::find(governed, name) != governed.end() ||
                   std::ranges::any_of(context.model.tables, [&](const Table &table) {
                       return table.model == model && table.schema == name && table.managed;
                   });
        };
        for (std::uint32_t i = 0; i < context.model.models.size(); ++i) {
            if (!context.model_selected(i) || !names(i)) {
                continue;
            }
            Table nothing;
            nothing.schema = name;
            Finding &finding = context.report("missing-schema", nothing, nullptr, {"schema", context.view(name)});
            finding.model = context.view(context.model.models[i].name);
            finding.expected = "schema";
            const std::string sql = quote_identifier(context.view(name));
            finding.message = format("schema {} is in the model and not in the database", sql);
            finding.fix = format("CREATE SCHEMA {};", sql);
            break;
        }
    }
}

// A pattern that no schema matches would otherwise read as: all is well.
void report_missing_tenants(Context &context) {
    for (std::uint32_t i = 0; i < context.model.models.size(); ++i) {
        const Model &model = context.model.models[i];
        if (model.tenant_pattern == TextId::none || model.tenants.count > 0 || !context.model_selected(i)) {
            continue;
        }
        Table nothing;
        nothing.schema = model.tenant_pattern;
        const std::string_view pattern = context.view(model.tenant_pattern);
        Finding &finding = context.report("missing-schema", nothing, nullptr, {"schema", pattern});
        finding.model = context.view(model.name);
        finding.expected = "schema";
        finding.message = format(
            "no schema matches the pattern {} of model {}, or each is governed by name by a model: nothing was "
            "compared "
            "with it",
            quote_literal(pattern), finding.model);
    }
}

void compare_tables(Context &context) {
    MissingPartitions missing_partitions(context);
    for (const Table &model : context.model.tables) {
        const CompareMask compared = context.model.models[model.model].compared;
        if (!context.selected(model) || !is_compared(compared, ObjectKind::table)) {
            continue;
        }
        const Table *live = context.live_table(model.schema, model.name);
        if (live == nullptr || (!holds_rows(*live) && model.managed)) {
            if (live != nullptr || !missing_partitions.is_told_with_parent(model)) {
                const bool may_have = model.kind == TableKind::partition || model.kind == TableKind::partitioned_table;
                report_missing_table(context, model, live,
                                     may_have ? missing_partitions.below(model) : std::vector<const Table *>());
            }
            continue;
        }
        if (!holds_rows(*live)) {
            continue;  // an unmanaged model often stands for a view
        }
        if (live->vanished) {
            report_unreadable_table(context, model);
            continue;
        }
        if (model.kind == TableKind::partition && !live->inherits) {
            report_detached_partition(context, model, *live);
            continue;
        }
        compare_table_attributes(context, model, *live);
        if (is_compared(compared, ObjectKind::column)) {
            compare_columns_of(context, model, *live);
        }
        if (model.managed && context.options.scope.constraints && is_compared(compared, ObjectKind::constraint)) {
            compare_constraints_of(context, model, *live);
        }
        if (model.managed && context.options.scope.indexes && is_compared(compared, ObjectKind::index)) {
            compare_indexes_of(context, model, *live);
        }
    }
    // The first selected model that governs a schema answers for its extras.
    std::unordered_map<std::uint32_t, std::uint32_t> governing;
    for (std::uint32_t i = 0; i < context.model.models.size(); ++i) {
        if (context.model_selected(i) && is_compared(context.model.models[i].compared, ObjectKind::table)) {
            for (const TextId schema : context.model.view(context.model.models[i].governed)) {
                governing.try_emplace(static_cast<std::uint32_t>(schema), i);
            }
        }
    }
    for (const Table &live : context.live.tables) {
        const auto model = governing.find(static_cast<std::uint32_t>(live.schema));
        if (model != governing.end() && live.kind == TableKind::other && !live.extension_member) {
            report_unknown_relation(context, live, model->second);
            continue;
        }
        if (model == governing.end() || (live.vanished && !live.unreadable) || !is_extra_table(context, live)) {
            continue;
        }
        if (live.inherits) {
            report_extra_partition(context, live, model->second);
        } else {
            report_extra_table(context, live, model->second);
        }
    }
}

}  // namespace schema_audit
