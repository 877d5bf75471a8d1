// Constraints are paired by what they are; the name comes second, and a mere other name is `info`.
#include "core/compare/attributes.hpp"
#include "core/compare/describe.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

class TableConstraints {
public:
    TableConstraints(Context &context, const Table &model, const Table &live)
        : context_(context),
          model_(model),
          live_(live),
          expected_(by_name(context, context.model.constraints_of(model))),
          actual_(by_name(context, context.live.constraints_of(live))),
          used_(actual_.size(), false) {}

    void compare() {
        // What it is comes first: with all its attributes, then without; the name decides between twins. So a near
        // pair never takes the partner of an exact one.
        std::vector<const Constraint *> open;
        for (const Constraint &expected : expected_) {
            open.push_back(&expected);
        }
        const CompareMask compared = context_.model.models[model_.model].compared;
        const auto exact = [this, compared](const Constraint &expected, const Constraint &actual) {
            return same(expected, actual) && same_attributes(expected, actual) &&
                   schema_audit::same_attributes(context_, compared, expected.attributes, actual.attributes,
                                                 ObjectKind::constraint);
        };
        const auto alike = [this](const Constraint &expected, const Constraint &actual) {
            return same(expected, actual);
        };
        const auto near = [this](const Constraint &expected, const Constraint &actual) {
            return same_columns(expected, actual);
        };
        pair_up(open, exact, &TableConstraints::compare_pair);
        pair_up(open, alike, &TableConstraints::compare_pair);
        pair_up(open, near, &TableConstraints::compare_near_pair);
        for (const Constraint *expected : open) {
            compare_unpaired(*expected);
        }
        report_extras();
    }

private:
    template <class Predicate>
    const Constraint *take(const Constraint &expected, Predicate predicate) {
        const Constraint *found = nullptr;
        for (std::size_t i = 0; i < actual_.size(); ++i) {
            if (used_[i] || actual_[i].kind != expected.kind || !predicate(actual_[i])) {
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
    // Namesakes first, so that of two twins each finds its own.
    template <class Same>
    void pair_up(std::vector<const Constraint *> &open, Same is_same,
                 void (TableConstraints::*compare_two)(const Constraint &, const Constraint &)) {
        for (const bool by_name : {true, false}) {
            std::erase_if(open, [&](const Constraint *expected) {
                const Constraint *actual = take(*expected, [&](const Constraint &item) {
                    return (!by_name || item.name == expected->name) && is_same(*expected, item);
                });
                if (actual != nullptr) {
                    (this->*compare_two)(*expected, *actual);
                }
                return actual != nullptr;
            });
        }
    }

    [[nodiscard]] bool same_list(IdList expected, IdList actual) const noexcept {
        const auto left = context_.model.view(expected);
        const auto right = context_.live.view(actual);
        return std::equal(left.begin(), left.end(), right.begin(), right.end());
    }
    [[nodiscard]] bool same_set(IdList expected, IdList actual) const {
        const auto left = context_.model.view(expected);
        const auto right = context_.live.view(actual);
        return left.size() == right.size() && std::is_permutation(left.begin(), left.end(), right.begin());
    }
    // The pairs (column, referenced column) in any order.
    [[nodiscard]] bool same_reference(const Constraint &expected, const Constraint &actual) const {
        if (expected.referenced_table != actual.referenced_table ||
            expected.referenced_schema != actual.referenced_schema || !same_set(expected.columns, actual.columns)) {
            return false;
        }
        if (expected.referenced_columns.count == 0) {
            return true;  // the model leaves it to the referenced table's primary key
        }
        const auto columns = context_.model.view(expected.columns);
        const auto referenced = context_.model.view(expected.referenced_columns);
        const auto live_columns = context_.live.view(actual.columns);
        const auto live_referenced = context_.live.view(actual.referenced_columns);
        for (std::size_t i = 0; i < columns.size() && i < referenced.size(); ++i) {
            const auto at =
                static_cast<std::size_t>(std::ranges::find(live_columns, columns[i]) - live_columns.begin());
            if (at >= live_referenced.size() || live_referenced[at] != referenced[i]) {
                return false;
            }
        }
        return true;
    }
    [[nodiscard]] bool same(const Constraint &expected, const Constraint &actual) const {
        switch (expected.kind) {
            case ConstraintKind::primary_key:
                return same_list(expected.columns, actual.columns);
            case ConstraintKind::unique:
                return expected.nulls_not_distinct == actual.nulls_not_distinct &&
                       same_set(expected.columns, actual.columns);
            case ConstraintKind::foreign_key:
                return same_reference(expected, actual);
            default:
                return expected.expression_normal != TextId::none &&
                       expected.expression_normal == actual.expression_normal;
        }
    }

    static bool same_attributes(const Constraint &expected, const Constraint &actual) noexcept {
        return expected.on_update == actual.on_update && expected.on_delete == actual.on_delete &&
               expected.match_type == actual.match_type && expected.deferrable == actual.deferrable &&
               expected.initially_deferred == actual.initially_deferred && expected.validated == actual.validated &&
               expected.no_inherit == actual.no_inherit;
    }
    // Keys of the same columns that differ in what they do with them.
    [[nodiscard]] bool same_columns(const Constraint &expected, const Constraint &actual) const {
        return (expected.kind == ConstraintKind::unique || expected.kind == ConstraintKind::foreign_key) &&
               same_set(expected.columns, actual.columns);
    }

    Finding &report(std::string_view rule, std::string_view type, TextId name) {
        return context_.report(rule, model_, &model_, {type, context_.view(name)});
    }
    [[nodiscard]] std::string expected_sql(const Constraint &constraint) const {
        return describe_constraint(context_, context_.model, constraint);
    }
    [[nodiscard]] std::string actual_sql(const Constraint &constraint) const {
        return describe_constraint(context_, context_.live, constraint);
    }
    [[nodiscard]] std::string name_of(TextId name) const { return quote_identifier(context_.view(name)); }
    [[nodiscard]] std::string replacement(const Constraint &expected, TextId old_name) const {
        return alter_table(context_, model_,
                           format("DROP CONSTRAINT {}, ADD CONSTRAINT {} {}", name_of(old_name), name_of(expected.name),
                                  expected_sql(expected)));
    }

    static std::string_view type_of(ConstraintKind kind) noexcept {
        switch (kind) {
            case ConstraintKind::primary_key:
                return "primary key";
            case ConstraintKind::unique:
                return "unique constraint";
            case ConstraintKind::foreign_key:
                return "foreign key";
            case ConstraintKind::check:
                return "check constraint";
            default:
                return "exclusion constraint";
        }
    }
    static std::string_view mismatch_rule(ConstraintKind kind) noexcept {
        switch (kind) {
            case ConstraintKind::primary_key:
                return "primary-key-mismatch";
            case ConstraintKind::foreign_key:
                return "foreign-key-mismatch";
            case ConstraintKind::check:
                return "check-mismatch";
            case ConstraintKind::exclusion:
                return "exclusion-mismatch";
            default:
                return "unique-mismatch";
        }
    }

    void report_mismatch(const Constraint &expected, const Constraint &actual, Severity severity,
                         std::string_view why) {
        Finding &finding = report(mismatch_rule(expected.kind), type_of(expected.kind), expected.name);
        finding.severity = severity;
        finding.expected = expected_sql(expected);
        finding.actual = actual_sql(actual);
        finding.message =
            format("{} {} of {} {}", type_of(expected.kind), name_of(actual.name), qualified(context_, model_), why);
        finding.fix = replacement(expected, actual.name);
    }

    // Same thing on both sides: what is left are its attributes, its validity and its name.
    void compare_pair(const Constraint &expected, const Constraint &actual) {
        const bool timing =
            expected.deferrable != actual.deferrable || expected.initially_deferred != actual.initially_deferred;
        const bool foreign_key = expected.kind == ConstraintKind::foreign_key;
        const std::size_t before = context_.findings.size();
        if (foreign_key && (expected.on_delete != actual.on_delete || expected.on_update != actual.on_update)) {
            report_mismatch(expected, actual, Severity::warning,
                            "acts differently on delete or update than the model says");
        } else if (foreign_key && expected.match_type != actual.match_type) {
            report_mismatch(expected, actual, Severity::warning, "matches nulls differently than the model says");
        } else if (timing) {
            report_mismatch(expected, actual, Severity::warning,
                            "is checked at another time than the model says (deferrable, initially deferred)");
        } else if (expected.kind == ConstraintKind::check && expected.no_inherit != actual.no_inherit) {
            report_mismatch(expected, actual, Severity::warning, "differs in NO INHERIT");
        }
        compare_further(expected, actual, context_.findings.size() == before);
        // What is not enforced is not valid either.
        constexpr AttributeId enforced = attribute(ObjectKind::constraint, "enforced");
        if (expected.validated && !actual.validated &&
            context_.live.attribute_of(actual.attributes, enforced) == TextId::none) {
            Finding &finding = report("unvalidated-constraint", type_of(expected.kind), actual.name);
            finding.expected = "VALID";
            finding.actual = "NOT VALID";
            finding.message = format("{} {} of {} is NOT VALID: existing rows were never checked",
                                     type_of(expected.kind), name_of(actual.name), qualified(context_, model_));
            finding.fix = alter_table(context_, model_, format("VALIDATE CONSTRAINT {}", name_of(actual.name)));
        }
        if (expected.name != actual.name) {
            Finding &finding = report("name-mismatch", type_of(expected.kind), expected.name);
            finding.expected = context_.str(expected.name);
            finding.actual = context_.str(actual.name);
            finding.message = format("{} of {} is named {} in the database and {} in the model", type_of(expected.kind),
                                     qualified(context_, model_), name_of(actual.name), name_of(expected.name));
            finding.fix = alter_table(
                context_, model_, format("RENAME CONSTRAINT {} TO {}", name_of(actual.name), name_of(expected.name)));
        }
    }

    // `own`: also what belongs to its definition, unless a finding tells already that this differs.
    void compare_further(const Constraint &expected, const Constraint &actual, bool own) {
        if (expected.attributes.count == 0 && actual.attributes.count == 0) {
            return;
        }
        const std::string table = qualified(context_, model_);
        compare_attributes(context_,
                           {.kind = ObjectKind::constraint,
                            .model = model_.model,
                            .place = &model_,
                            .owner = &model_,
                            .object = {type_of(expected.kind), context_.view(expected.name)},
                            .sql = format("{} ON {}", name_of(actual.name), table),
                            .rule = mismatch_rule(expected.kind),
                            .replacement = replacement(expected, actual.name),
                            .table = table,
                            .name = name_of(actual.name),
                            .index = quote_qualified(context_.view(live_.schema), context_.view(actual.name)),
                            .compares_own = own},
                           expected.attributes, actual.attributes);
    }

    void compare_near_pair(const Constraint &expected, const Constraint &actual) {
        if (expected.kind == ConstraintKind::foreign_key) {
            report_mismatch(expected, actual, Severity::error, "references something else than the model says");
        } else {
            report_mismatch(expected, actual, Severity::warning, "differs in whether nulls are distinct");
        }
    }

    void compare_unpaired(const Constraint &expected) {
        switch (expected.kind) {
            case ConstraintKind::primary_key:
                return compare_primary_key(expected);
            case ConstraintKind::unique:
                return compare_unique(expected);
            case ConstraintKind::foreign_key:
                return compare_foreign_key(expected);
            case ConstraintKind::check:
                if (const Constraint *actual = take_namesake(expected)) {
                    if (expected.expression_normal == TextId::none) {
                        return;  // the server cannot read the model's: unreadable-model tells
                    }
                    return report_mismatch(expected, *actual, Severity::warning,
                                           "checks something else than the model says");
                }
                return report_missing("missing-check", expected, "rows that the model forbids are accepted");
            default:
                if (const Constraint *actual = take_namesake(expected)) {
                    return report_mismatch(expected, *actual, Severity::error,
                                           "excludes other rows than the model says");
                }
                return report_missing("missing-exclusion", expected, "rows that the model forbids are accepted");
        }
    }

    const Constraint *take_namesake(const Constraint &expected) {
        return take(expected, [&](const Constraint &item) { return item.name == expected.name; });
    }

    void report_missing(std::string_view rule, const Constraint &expected, std::string_view why) {
        if (is_compared(context_.model.models[model_.model].compared, ObjectKind::column) &&
            std::ranges::any_of(context_.model.view(expected.columns), [&](TextId name) {
                // An expression has no name.
                return !context_.view(name).empty() && context_.live.column(live_, name) == nullptr;
            })) {
            return;  // told with the column
        }
        Finding &finding = report(rule, type_of(expected.kind), expected.name);
        finding.expected = expected_sql(expected);
        finding.message = format("{} {} of {} is in the model and not in the database: {}", type_of(expected.kind),
                                 name_of(expected.name), qualified(context_, model_), why);
        // A partitioned table takes no foreign key that is NOT VALID (before 18). What is not enforced is never valid.
        constexpr AttributeId enforced = attribute(ObjectKind::constraint, "enforced");
        const bool can_wait = context_.model.attribute_of(expected.attributes, enforced) == TextId::none &&
                              (expected.kind == ConstraintKind::check ||
                               (expected.kind == ConstraintKind::foreign_key && !live_.partitioned));
        finding.fix = alter_table(
            context_, model_,
            format("ADD CONSTRAINT {} {}{}", name_of(expected.name), finding.expected, can_wait ? " NOT VALID" : ""));
        if (can_wait) {
            finding.fix +=
                " " + alter_table(context_, model_, format("VALIDATE CONSTRAINT {}", name_of(expected.name)));
        }
    }

    void compare_primary_key(const Constraint &expected) {
        const Constraint *actual = take(expected, [](const Constraint &) { return true; });
        if (actual == nullptr) {
            return report_missing("missing-primary-key", expected,
                                  "rows have no identity, and duplicates are accepted");
        }
        const bool order_only = same_set(expected.columns, actual->columns);
        report_mismatch(expected, *actual, order_only ? Severity::warning : Severity::error,
                        order_only ? "has its columns in another order than the model says"
                                   : "has other columns than the model says");
    }

    // A unique index, or the primary key, enforces the same rule.
    bool enforced_otherwise(const Constraint &expected) {
        for (const Constraint &actual : actual_) {
            if (actual.kind == ConstraintKind::primary_key && same_set(expected.columns, actual.columns)) {
                Finding &finding = report("unique-kind-mismatch", "unique constraint", expected.name);
                finding.expected = expected_sql(expected);
                finding.actual = actual_sql(actual);
                finding.message = format(
                    "the unique constraint {} of {} is not in the database, but its primary key has the same columns",
                    name_of(expected.name), qualified(context_, model_));
                return true;
            }
        }
        for (const Index &index : context_.live.indexes_of(live_)) {
            if (!index.unique || !index.valid || index.backs_constraint || index.predicate_normal != TextId::none ||
                index.nulls_not_distinct != expected.nulls_not_distinct || index.keys.count != expected.columns.count) {
                continue;
            }
            std::vector<TextId> keys;
            for (const TextId column : context_.model.view(expected.columns)) {
                keys.push_back(context_.pool.find(name_of(column)));
            }
            const auto actual = context_.live.view(index.keys);
            if (std::is_permutation(keys.begin(), keys.end(), actual.begin(), actual.end())) {
                if (is_index_of_model(index)) {
                    return report_lost_twin(expected, index);
                }
                Finding &finding = report("unique-kind-mismatch", "unique constraint", expected.name);
                finding.expected = expected_sql(expected);
                finding.actual = describe_index(context_, context_.live, live_, index, context_.view(index.name));
                finding.message =
                    format("the model has a unique constraint on {}, the database a unique index: the same rule",
                           qualified(context_, model_));
                finding.fix = alter_table(
                    context_, model_,
                    format("ADD CONSTRAINT {} UNIQUE USING INDEX {}", name_of(expected.name), name_of(index.name)));
                return true;
            }
        }
        return false;
    }

    // The model has the index too, as one of its own.
    [[nodiscard]] bool is_index_of_model(const Index &index) const {
        return std::ranges::any_of(context_.model.indexes_of(model_), [&](const Index &item) {
            return item.unique && !item.backs_constraint && item.predicate_normal == TextId::none &&
                   item.nulls_not_distinct == index.nulls_not_distinct && same_list(item.keys, index.keys);
        });
    }
    bool report_lost_twin(const Constraint &expected, const Index &index) {
        Finding &finding = report("missing-unique", "unique constraint", expected.name);
        finding.severity = Severity::info;
        finding.expected = expected_sql(expected);
        finding.message = format(
            "unique constraint {} of {} is in the model and not in the database: the unique index {} still "
            "keeps duplicates out",
            name_of(expected.name), qualified(context_, model_), name_of(index.name));
        finding.fix =
            alter_table(context_, model_, format("ADD CONSTRAINT {} {}", name_of(expected.name), finding.expected));
        return true;
    }

    void compare_unique(const Constraint &expected) {
        if (enforced_otherwise(expected)) {
            return;
        }
        if (const Constraint *actual = take_namesake(expected)) {
            report_mismatch(expected, *actual, Severity::error, "has other columns than the model says");
        } else {
            report_missing("missing-unique", expected,
                           "duplicates are accepted, and ON CONFLICT on these columns fails");
        }
    }

    void compare_foreign_key(const Constraint &expected) {
        if (const Constraint *namesake = take_namesake(expected)) {
            return report_mismatch(expected, *namesake, Severity::error, "has other columns than the model says");
        }
        report_missing("missing-foreign-key", expected, "rows without a parent are accepted");
    }

    void report_extras() {
        if (!context_.answers_for_extras(model_, &Model::describes_constraints)) {
            return;
        }
        for (std::size_t i = 0; i < actual_.size(); ++i) {
            const Constraint &actual = actual_[i];
            if (used_[i] || actual.inherited || reads_extra_column(actual) || is_unique_index_of_model(actual) ||
                named_by_other_claim(actual)) {
                continue;
            }
            const bool foreign_key = actual.kind == ConstraintKind::foreign_key;
            Finding &finding = context_.report(foreign_key ? "extra-foreign-key" : "extra-constraint", live_, &model_,
                                               {type_of(actual.kind), context_.view(actual.name)});
            finding.actual = actual_sql(actual);
            finding.message = format("{} {} of {} is in the database and not in the model", type_of(actual.kind),
                                     name_of(actual.name), qualified(context_, live_));
            finding.fix = alter_table(context_, live_, format("DROP CONSTRAINT {}", name_of(actual.name)));
        }
    }

    // It is told with the column, unless that is told as something else, and nobody may drop it.
    [[nodiscard]] bool reads_extra_column(const Constraint &actual) const {
        return is_compared(context_.model.models[model_.model].compared, ObjectKind::column) &&
               std::ranges::any_of(context_.live.view(actual.columns),
                                   [&](TextId name) { return is_extra_column(context_, live_, name); });
    }

    // A unique constraint where the model has a unique index on the same columns: indexes.cpp tells.
    [[nodiscard]] bool is_unique_index_of_model(const Constraint &actual) const {
        if (actual.kind != ConstraintKind::unique || actual.deferrable) {
            return false;
        }
        return std::ranges::any_of(context_.model.indexes_of(model_), [&](const Index &index) {
            if (!index.unique || index.predicate_normal != TextId::none || index.keys.count != actual.columns.count ||
                index.nulls_not_distinct != actual.nulls_not_distinct || is_live(index)) {
                return false;
            }
            std::vector<TextId> keys;
            for (const TextId column : context_.live.view(actual.columns)) {
                keys.push_back(context_.pool.find(name_of(column)));
            }
            const auto wanted = context_.model.view(index.keys);
            return std::is_permutation(keys.begin(), keys.end(), wanted.begin(), wanted.end());
        });
    }

    // The model's index itself is there too: then the constraint is one more.
    [[nodiscard]] bool is_live(const Index &index) const {
        return std::ranges::any_of(context_.live.indexes_of(live_), [&](const Index &item) {
            return item.unique && !item.backs_constraint && item.predicate_normal == TextId::none &&
                   same_list(index.keys, item.keys);
        });
    }

    // Another model that claims the table knows the constraint.
    [[nodiscard]] bool named_by_other_claim(const Constraint &actual) const {
        for (const Table *claim = context_.claim(live_.schema, live_.name); claim != nullptr;
             claim = context_.next_claim(*claim)) {
            if (claim == &model_) {
                continue;
            }
            for (const Constraint &other : context_.model.constraints_of(*claim)) {
                if (other.kind == actual.kind && same(other, actual)) {
                    return true;
                }
            }
        }
        return false;
    }

    Context &context_;
    const Table &model_;
    const Table &live_;
    std::vector<Constraint> expected_, actual_;
    std::vector<bool> used_;
};

// The usual case, told without any allocation: the same constraints in the same order under the same names.
bool identical(const Context &context, CompareMask compared, std::span<const Constraint> expected,
               std::span<const Constraint> actual) {
    const auto same_ids = [&](IdList left, IdList right) {
        const auto a = context.model.view(left);
        const auto b = context.live.view(right);
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    };
    return std::equal(
        expected.begin(), expected.end(), actual.begin(), actual.end(), [&](const Constraint &a, const Constraint &b) {
            return a.name == b.name && a.kind == b.kind && a.on_update == b.on_update && a.on_delete == b.on_delete &&
                   a.match_type == b.match_type && a.deferrable == b.deferrable &&
                   a.initially_deferred == b.initially_deferred && a.validated == b.validated &&
                   a.no_inherit == b.no_inherit && a.nulls_not_distinct == b.nulls_not_distinct &&
                   a.referenced_table == b.referenced_table && a.referenced_schema == b.referenced_schema &&
                   a.expression_normal == b.expression_normal && same_ids(a.columns, b.columns) &&
                   same_ids(a.referenced_columns, b.referenced_columns) &&
                   same_attributes(context, compared, a.attributes, b.attributes, ObjectKind::constraint);
        });
}

}  // namespace

void compare_constraints_of(Context &context, const Table &model, const Table &live) {
    if (!identical(context, context.model.models[model.model].compared, context.model.constraints_of(model),
                   context.live.constraints_of(live))) {
        TableConstraints(context, model, live).compare();
    }
}

}  // namespace schema_audit
