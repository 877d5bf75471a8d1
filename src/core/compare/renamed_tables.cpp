// Which table of a schema may be another one under a new name. A wrong guess is worse than none: a pair needs nearly
// the same columns and the same primary key, something that tells it from tables that are made alike, and no rival.
#include "core/compare/renames.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <unordered_map>

namespace schema_audit {
namespace {

constexpr std::uint32_t telling_columns = 3;  // that no other table has, where no name and no reference tells
constexpr std::size_t most_sharers = 8;       // extra tables with one column: beyond that it says nothing

struct ColumnKey {
    TextId schema, name, type;
    bool operator==(const ColumnKey &) const = default;
};
struct ColumnKeyHash {
    std::size_t operator()(const ColumnKey &key) const noexcept {
        std::size_t hash = 0;
        for (const TextId part : {key.schema, key.name, key.type}) {
            constexpr std::size_t mixer = 0x9E3779B97F4A7C15;
            hash = (hash ^ static_cast<std::size_t>(part)) * mixer;
        }
        return hash ^ (hash >> 32U);
    }
};

// A column of a table that may have been renamed.
struct SharedColumn {
    std::vector<std::uint32_t> extras;  // live tables
    std::set<TextId> tables;            // names of the schema's tables with it, in models and database
};

class Finder {
public:
    explicit Finder(const Context &context) : context_(context) {}

    std::vector<RenamedTable> find() {
        for (std::uint32_t i = 0; i < context_.model.tables.size(); ++i) {
            if (is_missing(context_.model.tables[i])) {
                missing_.push_back(i);
            }
        }
        if (missing_.empty()) {
            return {};
        }
        list_extras();
        count_sharers(context_.model);
        count_sharers(context_.live);
        list_references();
        for (const std::uint32_t missing : missing_) {
            add_candidates(missing);
        }
        return without_rivals();
    }

private:
    const Table &model_table(std::uint32_t i) const noexcept { return context_.model.tables[i]; }
    const Table &live_table(std::uint32_t i) const noexcept { return context_.live.tables[i]; }
    [[nodiscard]] bool compares_tables(const Table &claim) const noexcept {
        return is_compared(context_.model.models[claim.model].compared, ObjectKind::table);
    }

    [[nodiscard]] bool is_missing(const Table &table) const {
        if ((table.kind != TableKind::table && table.kind != TableKind::partitioned_table) || !table.managed ||
            context_.live_table(table.schema, table.name) != nullptr ||
            context_.claim(table.schema, table.name) != &table) {
            return false;
        }
        for (const Table *claim = &table; claim != nullptr; claim = context_.next_claim(*claim)) {
            if (context_.selected(*claim) && compares_tables(*claim)) {
                return true;
            }
        }
        return false;  // nobody would tell
    }

    void list_extras() {
        std::set<TextId> governed;
        for (const Model &model : context_.model.models) {
            if (is_compared(model.compared, ObjectKind::table)) {
                const auto schemas = context_.model.view(model.governed);
                governed.insert(schemas.begin(), schemas.end());
            }
        }
        for (std::uint32_t i = 0; i < context_.live.tables.size(); ++i) {
            const Table &live = live_table(i);
            if (!governed.contains(live.schema) || !is_extra_table(context_, live) || live.vanished || live.inherits ||
                is_junction(context_, live) || has_lost_rows(live)) {
                continue;
            }
            for (const Column &column : context_.live.columns_of(live)) {
                shared_[{live.schema, column.name, column.type}].extras.push_back(i);
            }
        }
    }

    // A model knew the table and has lost its row.
    [[nodiscard]] bool has_lost_rows(const Table &live) const {
        return std::ranges::any_of(context_.model.lost, [&](const LostRows &lost) {
            return lost.schema == live.schema && lost.table == live.name;
        });
    }

    void count_sharers(const Schema &schema) {
        for (const Table &table : schema.tables) {
            for (const Column &column : schema.columns_of(table)) {
                const auto found = shared_.find({table.schema, column.name, column.type});
                // Three say as much as a thousand: more than the two of a pair.
                if (found != shared_.end() && found->second.tables.size() < 3) {
                    found->second.tables.insert(table.name);
                }
            }
        }
    }

    // Foreign keys, by where they are and where they lead.
    struct Reference {
        TextId schema, table, column, target_schema, target;
        [[nodiscard]] auto key() const noexcept { return std::tie(schema, table, column, target_schema, target); }
        bool operator<(const Reference &other) const noexcept { return key() < other.key(); }
    };
    template <class Visit>
    static void each_reference(const Schema &schema, Visit visit) {
        for (const Constraint &constraint : schema.constraints) {
            if (constraint.kind == ConstraintKind::foreign_key && constraint.columns.count == 1) {
                const Table &table = schema.tables[constraint.table];
                visit(Reference{table.schema, table.name, schema.view(constraint.columns).front(),
                                constraint.referenced_schema, constraint.referenced_table});
            }
        }
    }
    // (missing table, what the database has there instead)
    using NamePair = std::array<TextId, 3>;
    void list_references() {
        std::set<std::pair<TextId, TextId>> names;
        for (const std::uint32_t missing : missing_) {
            names.emplace(model_table(missing).schema, model_table(missing).name);
        }
        std::set<Reference> wanted;
        each_reference(context_.model, [&](const Reference &reference) {
            if (names.contains({reference.target_schema, reference.target})) {
                wanted.insert(reference);
            }
        });
        each_reference(context_.live, [&](const Reference &reference) {
            const Reference first{reference.schema, reference.table, reference.column, reference.target_schema,
                                  TextId::none};
            for (auto at = wanted.lower_bound(first);
                 at != wanted.end() && at->table == reference.table && at->schema == reference.schema &&
                 at->column == reference.column && at->target_schema == reference.target_schema;
                 ++at) {
                referenced_instead_.insert({reference.target_schema, at->target, reference.target});
            }
        });
    }

    void add_candidates(std::uint32_t missing) {
        const Table &model = model_table(missing);
        std::unordered_map<std::uint32_t, RenamedTable> votes;
        std::unordered_map<std::uint32_t, std::uint32_t> telling;
        for (const Column &column : context_.model.columns_of(model)) {
            const auto found = shared_.find({model.schema, column.name, column.type});
            if (found == shared_.end() || found->second.extras.size() > most_sharers) {
                continue;
            }
            for (const std::uint32_t extra : found->second.extras) {
                RenamedTable &candidate = votes[extra];
                candidate.model = missing;
                candidate.live = extra;
                telling[extra] += found->second.tables.size() == 2 && !is_key(model, column.name) ? 1 : 0;
            }
        }
        for (auto &[extra, candidate] : votes) {
            if (weigh(candidate, telling[extra])) {
                candidates_.push_back(candidate);
            }
        }
    }

    [[nodiscard]] bool weigh(RenamedTable &candidate, std::uint32_t telling) const {
        const Table &model = model_table(candidate.model);
        const Table &live = live_table(candidate.live);
        if (model.kind != live.kind || !same_key(model, live)) {
            return false;
        }
        for (const Column &column : context_.model.columns_of(model)) {
            const Column *actual = context_.live.column(live, column.name);
            candidate.alike += actual != nullptr && actual->type == column.type ? 1 : 0;
        }
        if (candidate.alike * 4 < std::max(model.columns.count, live.columns.count) * 3) {
            return false;
        }
        candidate.actual = live.name;
        candidate.same_names = shares_a_name(model, live);
        candidate.referenced = referenced_instead_.contains({model.schema, model.name, live.name});
        return candidate.same_names || candidate.referenced || telling >= telling_columns;
    }

    static const Constraint *primary_key(const Schema &schema, const Table &table) noexcept {
        const auto constraints = schema.constraints_of(table);
        const auto found = std::ranges::find(constraints, ConstraintKind::primary_key, &Constraint::kind);
        return found == constraints.end() ? nullptr : &*found;
    }
    [[nodiscard]] bool is_key(const Table &model, TextId column) const {
        const Constraint *key = primary_key(context_.model, model);
        return key != nullptr &&
               std::ranges::find(context_.model.view(key->columns), column) != context_.model.view(key->columns).end();
    }
    [[nodiscard]] bool same_key(const Table &model, const Table &live) const {
        if (!context_.model.models[model.model].describes_constraints || !context_.options.scope.reads_keys()) {
            return true;
        }
        const Constraint *expected = primary_key(context_.model, model);
        const Constraint *actual = primary_key(context_.live, live);
        return expected == nullptr || actual == nullptr
                   ? expected == actual
                   : std::ranges::equal(context_.model.view(expected->columns), context_.live.view(actual->columns));
    }
    // Constraints and indexes keep their names when their table is renamed, and no two indexes of a schema have one
    // name.
    [[nodiscard]] bool shares_a_name(const Table &model, const Table &live) const {
        const auto has_index = [](ConstraintKind kind) {
            return kind == ConstraintKind::primary_key || kind == ConstraintKind::unique ||
                   kind == ConstraintKind::exclusion;
        };
        for (const Constraint &expected : context_.model.constraints_of(model)) {
            for (const Constraint &actual : context_.live.constraints_of(live)) {
                if (expected.name == actual.name && expected.kind == actual.kind && has_index(expected.kind)) {
                    return true;
                }
            }
        }
        for (const Index &expected : context_.model.indexes_of(model)) {
            for (const Index &actual : context_.live.indexes_of(live)) {
                if (expected.name == actual.name) {
                    return true;
                }
            }
        }
        return false;
    }

    [[nodiscard]] std::vector<RenamedTable> without_rivals() const {
        std::unordered_map<std::uint32_t, int> of_missing;
        std::unordered_map<std::uint32_t, int> of_extra;
        for (const RenamedTable &candidate : candidates_) {
            ++of_missing[candidate.model];
            ++of_extra[candidate.live];
        }
        std::vector<RenamedTable> result;
        for (const RenamedTable &candidate : candidates_) {
            if (of_missing[candidate.model] == 1 && of_extra[candidate.live] == 1) {
                result.push_back(candidate);
            }
        }
        return result;
    }

    const Context &context_;
    std::vector<std::uint32_t> missing_;
    std::unordered_map<ColumnKey, SharedColumn, ColumnKeyHash> shared_;
    std::set<NamePair> referenced_instead_;
    std::vector<RenamedTable> candidates_;
};

}  // namespace

std::vector<RenamedTable> find_renamed_tables(const Context &context) { return Finder(context).find(); }

}  // namespace schema_audit
