// Indexes that do not belong to a constraint; paired by method, keys, included columns and predicate.
#include "core/compare/attributes.hpp"
#include "core/compare/describe.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

class TableIndexes {
public:
    TableIndexes(Context &context, const Table &model, const Table &live)
        : context_(context),
          model_(model),
          live_(live),
          expected_(by_name(context, context.model.indexes_of(model))),
          actual_(by_name(context, context.live.indexes_of(live))),
          used_(actual_.size(), false) {}

    void compare() {
        // Same name and same thing first, then the same thing, so that of two equal indexes each finds its own; one
        // that is invalid is what REINDEX CONCURRENTLY left beside it.
        std::vector<const Index *> open;
        for (const Index &expected : expected_) {
            if (!expected.backs_constraint) {
                open.push_back(&expected);
            }
        }
        pair_up(open, [this](const Index &expected, const Index &actual) {
            return expected.name == actual.name && same(expected, actual);
        });
        pair_up(open,
                [this](const Index &expected, const Index &actual) { return actual.valid && same(expected, actual); });
        pair_up(open, [this](const Index &expected, const Index &actual) { return same(expected, actual); });
        for (const Index *expected : open) {
            compare_unpaired(*expected);
        }
        for (std::size_t i = 0; i < actual_.size(); ++i) {
            report_rest(actual_[i], used_[i]);
        }
    }

private:
    template <class Predicate>
    const Index *take(const Index &expected, Predicate predicate) {
        const Index *found = nullptr;
        for (std::size_t i = 0; i < actual_.size(); ++i) {
            if (used_[i] || actual_[i].backs_constraint || !predicate(actual_[i])) {
                continue;
            }
            if (found == nullptr || actual_[i].name == expected.name) {
                found = &actual_[i];
            }
        }
        if (found != nullptr) {
            used_[static_cast<std::size_t>(found - actual_.data())] = true;
        }
        return found;
    }

    template <class Same>
    void pair_up(std::vector<const Index *> &open, Same is_same) {
        std::erase_if(open, [&](const Index *expected) {
            const Index *actual = take(*expected, [&](const Index &item) { return is_same(*expected, item); });
            if (actual != nullptr) {
                compare_pair(*expected, *actual);
            }
            return actual != nullptr;
        });
    }

    [[nodiscard]] bool same_list(IdList expected, IdList actual) const noexcept {
        const auto left = context_.model.view(expected);
        const auto right = context_.live.view(actual);
        return std::equal(left.begin(), left.end(), right.begin(), right.end());
    }
    [[nodiscard]] bool same(const Index &expected, const Index &actual) const noexcept {
        return expected.method == actual.method && expected.unique == actual.unique &&
               expected.predicate_normal == actual.predicate_normal &&
               expected.nulls_not_distinct == actual.nulls_not_distinct && same_list(expected.keys, actual.keys) &&
               same_list(expected.include, actual.include);
    }
    [[nodiscard]] bool same_keys(const Index &one, const Index &other) const {
        const auto left = context_.live.view(one.keys);
        const auto right = context_.live.view(other.keys);
        return left.size() == right.size() && std::is_permutation(left.begin(), left.end(), right.begin());
    }
    [[nodiscard]] std::string name_of(TextId name) const { return quote_identifier(context_.view(name)); }
    [[nodiscard]] std::string index_name(TextId name) const {
        return quote_qualified(context_.view(live_.schema), context_.view(name));
    }
    [[nodiscard]] std::string expected_sql(const Index &index) const {
        return describe_index(context_, context_.model, model_, index, context_.view(index.name));
    }
    [[nodiscard]] std::string actual_sql(const Index &index) const {
        return describe_index(context_, context_.live, live_, index, context_.view(index.name));
    }

    void report_invalid(const Index &actual) {
        Finding &finding = context_.report("invalid-index", live_, &model_, {"index", context_.view(actual.name)});
        finding.severity = actual.backs_constraint ? Severity::error : Severity::warning;
        finding.actual = actual_sql(actual);
        if (live_.partitioned) {
            // REINDEX does not mend it: it becomes valid when every partition's index is attached to it.
            finding.message = format("index {} is invalid: not every partition has an index attached to it{}",
                                     index_name(actual.name),
                                     actual.backs_constraint ? ", and its constraint does not hold for all rows" : "");
            return;
        }
        finding.message =
            format("index {} is invalid: it costs every write and serves no query{}", index_name(actual.name),
                   actual.backs_constraint ? ", and its constraint does not hold for all rows" : "");
        finding.fix = format("REINDEX INDEX CONCURRENTLY {};", index_name(actual.name));
    }

    void compare_pair(const Index &expected, const Index &actual) {
        if (!actual.valid) {
            report_invalid(actual);
        }
        compare_further(expected, actual);
        if (expected.name != actual.name) {
            Finding &finding =
                context_.report("name-mismatch", model_, &model_, {"index", context_.view(expected.name)});
            finding.expected = context_.str(expected.name);
            finding.actual = context_.str(actual.name);
            finding.message = format("index of {} is named {} in the database and {} in the model",
                                     qualified(context_, model_), name_of(actual.name), name_of(expected.name));
            finding.fix = format("ALTER INDEX {} RENAME TO {};", index_name(actual.name), name_of(expected.name));
        }
    }

    void compare_further(const Index &expected, const Index &actual) {
        if (expected.attributes.count == 0 && actual.attributes.count == 0) {
            return;
        }
        compare_attributes(context_,
                           {.kind = ObjectKind::index,
                            .model = model_.model,
                            .place = &model_,
                            .owner = &model_,
                            .object = {"index", context_.view(expected.name)},
                            .sql = index_name(actual.name),
                            .rule = "index-mismatch",
                            .replacement = {},
                            .table = qualified(context_, model_),
                            .name = name_of(actual.name),
                            .index = index_name(actual.name)},
                           expected.attributes, actual.attributes);
    }

    // The unique constraint or primary key of the database that does what the model's unique index does.
    [[nodiscard]] const Constraint *enforcing_constraint(const Index &expected) const {
        if (!expected.unique || expected.predicate_normal != TextId::none) {
            return nullptr;
        }
        for (const Constraint &constraint : context_.live.constraints_of(live_)) {
            const bool same_rule = (constraint.kind == ConstraintKind::unique &&
                                    constraint.nulls_not_distinct == expected.nulls_not_distinct) ||
                                   constraint.kind == ConstraintKind::primary_key;
            if (!same_rule || constraint.deferrable) {
                continue;
            }
            std::vector<TextId> keys;
            for (const TextId column : context_.live.view(constraint.columns)) {
                keys.push_back(context_.pool.find(name_of(column)));
            }
            const auto wanted = context_.model.view(expected.keys);
            if (std::is_permutation(keys.begin(), keys.end(), wanted.begin(), wanted.end())) {
                return &constraint;
            }
        }
        return nullptr;
    }
    // The model has that constraint too, beside the index.
    [[nodiscard]] bool is_constraint_of_model(const Constraint &actual) const {
        const auto has = context_.live.view(actual.columns);
        return std::ranges::any_of(context_.model.constraints_of(model_), [&](const Constraint &item) {
            const auto wanted = context_.model.view(item.columns);
            return item.kind == actual.kind &&
                   std::is_permutation(wanted.begin(), wanted.end(), has.begin(), has.end());
        });
    }
    void report_enforced_by(const Index &expected, const Constraint &constraint) {
        Finding &finding =
            context_.report("unique-kind-mismatch", model_, &model_, {"index", context_.view(expected.name)});
        finding.expected = expected_sql(expected);
        finding.actual = describe_constraint(context_, context_.live, constraint);
        finding.message = format("the model has a unique index on {}, the database a constraint: the same rule",
                                 qualified(context_, model_));
    }

    // One of its keys or included columns is a column that the other side has not: it is told with that.
    template <class IsGone>
    [[nodiscard]] bool is_told_with_column(const Schema &schema, const Index &index, const Table &table,
                                           IsGone is_gone) const {
        if (!is_compared(context_.model.models[model_.model].compared, ObjectKind::column)) {
            return false;
        }
        return std::ranges::any_of(schema.columns_of(table), [&](const Column &column) {
            if (!is_gone(column.name)) {
                return false;
            }
            const std::string name = quote_identifier(context_.view(column.name));
            const auto reads = [&](TextId key) {
                const std::string_view text = context_.view(key);
                return text.starts_with(name) && (text.size() == name.size() || text[name.size()] == ' ');
            };
            return std::ranges::any_of(schema.view(index.keys), reads) ||
                   std::ranges::any_of(schema.view(index.include), reads);
        });
    }

    void compare_unpaired(const Index &expected) {
        const Constraint *enforcing = enforcing_constraint(expected);
        if (enforcing != nullptr && !is_constraint_of_model(*enforcing)) {
            return report_enforced_by(expected, *enforcing);
        }
        if (const Index *actual = take(expected, [&](const Index &item) { return item.name == expected.name; })) {
            Finding &finding =
                context_.report("index-mismatch", model_, &model_, {"index", context_.view(expected.name)});
            finding.severity = expected.unique && !actual->unique ? Severity::error : Severity::warning;
            finding.expected = expected_sql(expected);
            finding.actual = actual_sql(*actual);
            finding.message = format("index {} is defined differently than the model says", index_name(actual->name));
            finding.fix = format("{} {};", drop_index(actual->name), concurrently(finding.expected));
            return;
        }
        if (is_told_with_column(context_.model, expected, model_,
                                [&](TextId name) { return context_.live.column(live_, name) == nullptr; })) {
            return;
        }
        const bool twin = enforcing != nullptr || std::ranges::any_of(actual_, [&](const Index &item) {
                              return item.valid && !item.backs_constraint && same(expected, item);
                          });
        Finding &finding = context_.report(expected.unique && !twin ? "missing-unique" : "missing-index", model_,
                                           &model_, {"index", context_.view(expected.name)});
        finding.expected = expected_sql(expected);
        if (twin) {
            finding.severity = Severity::info;
            finding.message = format("index {} of {} is in the model twice and in the database once: nothing is lost",
                                     name_of(expected.name), qualified(context_, model_));
            return;
        }
        finding.message = format("index {} of {} is in the model and not in the database: {}", name_of(expected.name),
                                 qualified(context_, model_),
                                 expected.unique ? "duplicates are accepted, and ON CONFLICT on its keys fails"
                                                 : "queries that count on it read the whole table");
        finding.fix = concurrently(finding.expected) + ";";
    }

    // Indexes of partitioned tables are neither built nor dropped CONCURRENTLY.
    [[nodiscard]] std::string drop_index(TextId name) const {
        return format("DROP INDEX {}{};", live_.partitioned ? "" : "CONCURRENTLY ", index_name(name));
    }
    [[nodiscard]] std::string concurrently(std::string_view create_index) const {
        std::string text(create_index);
        if (live_.partitioned) {
            return text;
        }
        const std::string_view word = "INDEX ";
        return text.insert(text.find(word) + word.size(), "CONCURRENTLY ");
    }

    void report_rest(const Index &actual, bool used) {
        if (used) {
            return;
        }
        if (!actual.valid) {
            if (context_.answers_for_extras(model_) && !named_by_other_claim(actual)) {
                report_invalid(actual);
            }
            return;
        }
        if (actual.backs_constraint || actual.inherited ||
            !context_.answers_for_extras(model_, &Model::describes_indexes) || serves_unique_of_model(actual) ||
            named_by_other_claim(actual) || is_told_with_column(context_.live, actual, live_, [&](TextId name) {
                return is_extra_column(context_, live_, name);
            })) {
            return;
        }
        Finding &finding = context_.report("extra-index", live_, &model_, {"index", context_.view(actual.name)});
        finding.severity = actual.unique ? Severity::warning : Severity::info;
        finding.actual = actual_sql(actual);
        finding.message =
            format("index {} is in the database and not in the model{}", index_name(actual.name),
                   actual.unique ? ": it refuses duplicates that the application believes to be allowed" : "");
        finding.fix = drop_index(actual.name);
    }

    // A unique index that stands for a unique constraint of the model: constraints.cpp tells. Not where a
    // constraint of the database already does.
    [[nodiscard]] bool serves_unique_of_model(const Index &actual) const {
        if (!actual.unique || actual.predicate_normal != TextId::none) {
            return false;
        }
        for (const Index &other : actual_) {
            if (other.backs_constraint && other.unique && same_keys(other, actual)) {
                return false;
            }
        }
        return std::ranges::any_of(context_.model.constraints_of(model_), [&](const Constraint &constraint) {
            if (constraint.kind != ConstraintKind::unique || constraint.columns.count != actual.keys.count ||
                constraint.nulls_not_distinct != actual.nulls_not_distinct) {
                return false;
            }
            std::vector<TextId> keys;
            for (const TextId column : context_.model.view(constraint.columns)) {
                keys.push_back(context_.pool.find(name_of(column)));
            }
            const auto has = context_.live.view(actual.keys);
            return std::is_permutation(keys.begin(), keys.end(), has.begin(), has.end());
        });
    }

    [[nodiscard]] bool named_by_other_claim(const Index &actual) const {
        for (const Table *claim = context_.claim(live_.schema, live_.name); claim != nullptr;
             claim = context_.next_claim(*claim)) {
            if (claim != &model_ && std::ranges::any_of(context_.model.indexes_of(*claim),
                                                        [&](const Index &other) { return same(other, actual); })) {
                return true;
            }
        }
        return false;
    }

    Context &context_;
    const Table &model_;
    const Table &live_;
    std::vector<Index> expected_, actual_;
    std::vector<bool> used_;
};

// The usual case: the live indexes that back no constraint are the model's, in order and under their names.
bool identical(const Context &context, CompareMask compared, std::span<const Index> expected,
               std::span<const Index> actual) {
    const auto same_ids = [&](IdList left, IdList right) {
        const auto a = context.model.view(left);
        const auto b = context.live.view(right);
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    };
    auto next = expected.begin();
    for (const Index &index : actual) {
        if (!index.valid) {
            return false;
        }
        if (index.backs_constraint) {
            continue;
        }
        if (next == expected.end() || next->name != index.name || next->method != index.method ||
            next->unique != index.unique || next->nulls_not_distinct != index.nulls_not_distinct ||
            next->predicate_normal != index.predicate_normal || !same_ids(next->keys, index.keys) ||
            !same_ids(next->include, index.include) ||
            !same_attributes(context, compared, next->attributes, index.attributes, ObjectKind::index)) {
            return false;
        }
        ++next;
    }
    return next == expected.end();
}

}  // namespace

void compare_indexes_of(Context &context, const Table &model, const Table &live) {
    if (!identical(context, context.model.models[model.model].compared, context.model.indexes_of(model),
                   context.live.indexes_of(live))) {
        TableIndexes(context, model, live).compare();
    }
}

}  // namespace schema_audit
