// Which column of a table may be another one under a new name. A wrong guess is worse than none: a pair needs the
// same type, nullability, filling and constraints, something beside these that speaks for it, and no rival.
#include "core/compare/renames.hpp"

#include "core/schema/identifier.hpp"
#include "core/schema/rename_in_sql.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace schema_audit {
namespace {

constexpr std::size_t most_columns = 64;  // on either side; beyond that nobody has renamed, but replaced the table
constexpr std::string_view this_column = "\x01";
constexpr std::string_view another_unpaired = "\x02";

bool fills_alike(const Column &one, const Column &other) noexcept {
    return one.identity == other.identity && one.generated == other.generated &&
           (one.default_normal == other.default_normal || (one.owns_sequence && other.owns_sequence));
}

bool alike(const Column &one, const Column &other) noexcept {
    return one.type == other.type && one.collation == other.collation && one.not_null == other.not_null &&
           fills_alike(one, other);
}

// One side of a table: its columns, and those that the other side does not have.
struct TableSide {
    const TextPool &pool;
    const Schema &schema;
    const Table &table;
    std::vector<const Column *> unpaired;
};

// What hangs on a column, in a form that is the same for the column that it may be renamed to.
class Dependents {
public:
    Dependents(const TableSide &side, const Column &column) : side_(side) {
        for (const Column *other : side.unpaired) {
            const std::string_view mark = other == &column ? this_column : another_unpaired;
            marks_.push_back({quote_identifier(side.pool.view(other->name)), std::string(mark)});
        }
        for (const Constraint &constraint : side.schema.constraints_of(side.table)) {
            add(constraint_text(constraint), constraints);
        }
        for (const Index &index : side.schema.indexes_of(side.table)) {
            if (!index.backs_constraint) {
                add(texts(index.keys) + texts(index.include) +
                        rename_in_sql(side.pool.view(index.predicate_normal), marks_),
                    indexes);
            }
        }
        std::ranges::sort(constraints);
        std::ranges::sort(indexes);
    }

    std::vector<std::string> constraints, indexes;

private:
    static void add(std::string text, std::vector<std::string> &to) {
        if (text.find(this_column) != std::string::npos) {
            to.push_back(std::move(text));
        }
    }
    [[nodiscard]] std::string texts(IdList keys) const {
        std::string text;
        for (const TextId key : side_.schema.view(keys)) {
            text += rename_in_sql(side_.pool.view(key), marks_) + ",";
        }
        return text;
    }
    [[nodiscard]] std::string columns(const Constraint &constraint) const {
        std::vector<std::string> names;
        for (const TextId name : side_.schema.view(constraint.columns)) {
            names.push_back(rename_in_sql(quote_identifier(side_.pool.view(name)), marks_));
        }
        if (constraint.kind != ConstraintKind::primary_key) {
            std::ranges::sort(names);
        }
        std::string text;
        for (const std::string &name : names) {
            text += name + ",";
        }
        return text;
    }
    [[nodiscard]] std::string constraint_text(const Constraint &constraint) const {
        const std::string kind = std::to_string(static_cast<int>(constraint.kind)) + ":";
        switch (constraint.kind) {
            case ConstraintKind::primary_key:
            case ConstraintKind::unique:
                return kind + columns(constraint);
            case ConstraintKind::foreign_key:
                return kind + columns(constraint) + std::string(side_.pool.view(constraint.referenced_schema)) + "." +
                       std::string(side_.pool.view(constraint.referenced_table));
            default:
                return kind + rename_in_sql(side_.pool.view(constraint.expression_normal), marks_);
        }
    }

    const TableSide &side_;
    std::vector<NewName> marks_;
};

// The nearest columns before and behind that both sides have.
std::pair<TextId, TextId> neighbours(const TableSide &side, const TableSide &other, const Column &column) {
    std::pair<TextId, TextId> result{TextId::none, TextId::none};
    bool passed = false;
    for (const Column &item : side.schema.columns_of(side.table)) {
        if (&item == &column) {
            passed = true;
        } else if (other.schema.column(other.table, item.name) != nullptr) {
            (passed ? result.second : result.first) = item.name;
            if (passed) {
                break;
            }
        }
    }
    return result;
}

bool share(const std::vector<std::string> &one, const std::vector<std::string> &other) {
    std::vector<std::string> both;
    std::ranges::set_intersection(one, other, std::back_inserter(both));
    return !both.empty();
}

bool same_comment(const TableSide &model, const Column &missing, const TableSide &live, const Column &extra) {
    constexpr AttributeId comment = attribute(ObjectKind::column, "comment");
    const TextId text = model.schema.attribute_of(missing.attributes, comment);
    return text != TextId::none && text == live.schema.attribute_of(extra.attributes, comment);
}

// A model's claim to a live table.
class Claim {
public:
    Claim(const Context &context, const Table &claim, const TableSide &live)
        : live_(live), model_{context.pool, context.model, claim, {}} {
        for (const Column &column : context.model.columns_of(claim)) {
            if (live.schema.column(live.table, column.name) == nullptr) {
                model_.unpaired.push_back(&column);
            }
        }
        compares_constraints_ = claim.managed && context.options.scope.constraints &&
                                context.model.models[claim.model].describes_constraints;
        compares_indexes_ = claim.managed && context.options.scope.indexes;
    }

    [[nodiscard]] std::vector<RenamedColumn> pairs() const {
        const std::size_t common = model_.table.columns.count - model_.unpaired.size();
        if (model_.unpaired.empty() || live_.unpaired.empty() || model_.unpaired.size() > common ||
            model_.unpaired.size() > most_columns || live_.unpaired.size() > most_columns) {
            return {};
        }
        std::vector<Dependents> on_extra;
        for (const Column *extra : live_.unpaired) {
            on_extra.emplace_back(live_, *extra);
        }
        std::vector<RenamedColumn> candidates;
        for (const Column *missing : model_.unpaired) {
            const Dependents on_missing(model_, *missing);
            for (std::size_t i = 0; i < live_.unpaired.size(); ++i) {
                const Column &extra = *live_.unpaired[i];
                RenamedColumn candidate{.expected = missing->name, .actual = extra.name};
                if (alike(*missing, extra) && weigh(candidate, *missing, on_missing, extra, on_extra[i])) {
                    candidates.push_back(candidate);
                }
            }
        }
        return without_rivals(candidates);
    }

private:
    [[nodiscard]] bool weigh(RenamedColumn &candidate, const Column &missing, const Dependents &on_missing,
                             const Column &extra, const Dependents &on_extra) const {
        if (compares_constraints_ && on_missing.constraints != on_extra.constraints) {
            return false;
        }
        candidate.same_constraints = compares_constraints_ && !on_missing.constraints.empty();
        candidate.same_index = share(on_missing.indexes, on_extra.indexes);
        // A rename takes the indexes along; one more may have been made by hand.
        if (compares_indexes_ && !on_missing.indexes.empty() && !candidate.same_index) {
            return false;
        }
        candidate.same_comment = same_comment(model_, missing, live_, extra);
        candidate.same_place = neighbours(model_, live_, missing) == neighbours(live_, model_, extra);
        return candidate.same_constraints || candidate.same_index || candidate.same_comment || candidate.same_place;
    }
    static std::vector<RenamedColumn> without_rivals(const std::vector<RenamedColumn> &candidates) {
        std::vector<RenamedColumn> result;
        for (const RenamedColumn &candidate : candidates) {
            const auto is_rival = [&](const RenamedColumn &other) {
                return other.expected == candidate.expected || other.actual == candidate.actual;
            };
            if (std::ranges::count_if(candidates, is_rival) == 1) {
                result.push_back(candidate);
            }
        }
        return result;
    }

    const TableSide &live_;
    TableSide model_;
    bool compares_constraints_ = false, compares_indexes_ = false;
};

using NamePair = std::pair<TextId, TextId>;

class Finder {
public:
    explicit Finder(const Context &context) : context_(context) {}

    std::vector<RenamedColumn> find() {
        // Those that inherit come after what they may inherit from.
        for (const bool inherits : {false, true}) {
            for (const Table &table : context_.model.tables) {
                const Table *live = context_.live_table(table.schema, table.name);
                if (live != nullptr && live->inherits == inherits && holds_rows(*live) && !live->vanished &&
                    context_.claim(table.schema, table.name) == &table) {
                    find_in(table, *live);
                }
            }
        }
        return std::move(result_);
    }

private:
    void find_in(const Table &first, const Table &live) {
        std::vector<const Table *> claims;
        bool complete = false;  // is there a claim for which a further column is an extra?
        for (const Table *claim = &first; claim != nullptr; claim = context_.next_claim(*claim)) {
            claims.push_back(claim);
            complete = complete || (claim->managed && compares_columns(*claim));
        }
        TableSide side{context_.pool, context_.live, live, {}};
        for (const Column &column : context_.live.columns_of(live)) {
            const auto names = [&](const Table *claim) {
                return context_.model.column(*claim, column.name) != nullptr;
            };
            if (std::ranges::none_of(claims, names)) {
                side.unpaired.push_back(&column);
            }
        }
        if (!complete || side.unpaired.empty()) {
            return;
        }
        std::vector<RenamedColumn> pairs = inherited(claims, side);
        if (!live.inherits || first.kind != TableKind::partition) {
            for (const Table *claim : claims) {
                for (const RenamedColumn &pair : Claim(context_, *claim, side).pairs()) {
                    pairs.push_back(pair);
                }
            }
        }
        accept(pairs, claims, side);
    }

    [[nodiscard]] bool compares_columns(const Table &claim) const noexcept {
        return is_compared(context_.model.models[claim.model].compared, ObjectKind::column) &&
               is_compared(context_.model.models[claim.model].compared, ObjectKind::table);
    }

    // What a parent's column was renamed to, so was the child's.
    [[nodiscard]] std::vector<RenamedColumn> inherited(const std::vector<const Table *> &claims,
                                                       TableSide &side) const {
        std::vector<RenamedColumn> pairs;
        if (!side.table.inherits) {
            return pairs;
        }
        std::erase_if(side.unpaired, [&](const Column *extra) {
            for (const Table *claim : claims) {
                for (const Column &column : context_.model.columns_of(*claim)) {
                    if (of_parents_.contains({column.name, extra->name}) &&
                        side.schema.column(side.table, column.name) == nullptr) {
                        pairs.push_back({.expected = column.name, .actual = extra->name, .told_by_parent = true});
                        return true;
                    }
                }
            }
            return false;
        });
        return pairs;
    }

    // Where models would pair differently, neither is right. Some model that is audited must miss the column, or
    // nobody would tell.
    void accept(const std::vector<RenamedColumn> &pairs, const std::vector<const Table *> &claims,
                const TableSide &side) {
        std::set<NamePair> seen;
        for (RenamedColumn pair : pairs) {
            const bool contradicted = std::ranges::any_of(pairs, [&](const RenamedColumn &other) {
                return (other.expected == pair.expected) != (other.actual == pair.actual);
            });
            const bool told = std::ranges::any_of(claims, [&](const Table *claim) {
                return context_.selected(*claim) && compares_columns(*claim) &&
                       context_.model.column(*claim, pair.expected) != nullptr;
            });
            if (contradicted || !told || !seen.insert({pair.expected, pair.actual}).second) {
                continue;
            }
            const Column &actual = *side.schema.column(side.table, pair.actual);
            pair.live = static_cast<std::uint32_t>(&side.table - side.schema.tables.data());
            pair.required = actual.not_null && !is_filled(side.schema, side.pool, side.table, actual);
            if (!side.table.inherits) {
                of_parents_.emplace(pair.expected, pair.actual);
            }
            result_.push_back(pair);
        }
    }

    const Context &context_;
    std::vector<RenamedColumn> result_;
    std::set<NamePair> of_parents_;
};

}  // namespace

std::vector<RenamedColumn> find_renamed_columns(const Context &context) { return Finder(context).find(); }

}  // namespace schema_audit
