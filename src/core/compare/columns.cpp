// Columns: type, length, precision, nullability, default, identity, generation, collation.
#include "core/compare/attributes.hpp"
#include "core/compare/describe.hpp"
#include "core/compare/types.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>
#include <vector>

namespace schema_audit {
namespace {

struct Pair {
    Context &context;
    const Table &table;  // the model's
    const Column &expected;
    const Table &live_table;
    const Column &actual;

    [[nodiscard]] Finding &report(std::string_view rule) const {
        return context.report(rule, table, &table, {"column", context.view(expected.name)});
    }
    [[nodiscard]] std::string name() const { return quote_identifier(context.view(expected.name)); }
};

// A primary key that the model has not, or has on other columns, makes its columns NOT NULL: it is told alone.
bool is_told_with_primary_key(const Pair &pair) {
    const Model &model = pair.context.model.models[pair.table.model];
    return pair.actual.not_null && pair.table.managed && pair.context.options.scope.constraints &&
           model.describes_constraints && is_compared(model.compared, ObjectKind::constraint) &&
           std::ranges::any_of(pair.context.live.constraints_of(pair.live_table), [&](const Constraint &item) {
               const auto columns = pair.context.live.view(item.columns);
               return item.kind == ConstraintKind::primary_key &&
                      std::ranges::find(columns, pair.actual.name) != columns.end();
           });
}

bool has_key_on(const Schema &schema, const Table &table, TextId column) {
    for (const Constraint &constraint : schema.constraints_of(table)) {
        if (constraint.kind != ConstraintKind::primary_key && constraint.kind != ConstraintKind::foreign_key) {
            continue;
        }
        for (const TextId key : schema.view(constraint.columns)) {
            if (key == column) {
                return true;
            }
        }
    }
    return false;
}

const EnumType *enum_of(const Schema &schema, TextId type) noexcept {
    for (const EnumType &item : schema.enums) {
        if (item.type == type) {
            return &item;
        }
    }
    return nullptr;
}

// The same labels in the same order under another name: applications send and receive the same texts.
bool same_enum(const Pair &pair) noexcept {
    const EnumType *expected = enum_of(pair.context.model, pair.expected.type);
    const EnumType *actual = enum_of(pair.context.live, pair.actual.type);
    return expected != nullptr && actual != nullptr && expected->labels == actual->labels;
}

// A type under another name is one finding, not one for each column.
bool is_renamed_type(const Context &context, std::string_view expected, std::string_view actual) {
    while (expected.ends_with("[]") && actual.ends_with("[]")) {
        expected.remove_suffix(2);
        actual.remove_suffix(2);
    }
    return std::ranges::any_of(context.renamed_types, [&](const RenamedType &type) {
        return type.expected_type == expected && type.actual_type == actual;
    });
}

void compare_type(const Pair &pair) {
    if (pair.expected.type == pair.actual.type) {
        return;
    }
    Context &context = pair.context;
    const std::string_view expected = context.view(pair.expected.type);
    const std::string_view actual = context.view(pair.actual.type);
    const TypeDifference difference = compare_types(expected, actual);
    if (difference == TypeDifference::none || is_renamed_type(context, expected, actual)) {
        return;
    }
    const bool integer = difference == TypeDifference::narrower_integer || difference == TypeDifference::wider_integer;
    const bool key = integer && (has_key_on(context.model, pair.table, pair.expected.name) ||
                                 has_key_on(context.live, pair.live_table, pair.actual.name));
    std::string_view rule = "type-mismatch";
    Severity severity = Severity::error;
    std::string why = "values of the model's type may be refused or read differently";
    switch (difference) {
        case TypeDifference::shorter:
        case TypeDifference::longer:
            rule = "length-mismatch";
            severity = difference == TypeDifference::shorter ? Severity::error : Severity::warning;
            why = difference == TypeDifference::shorter
                      ? "the database refuses values that the application believes to fit"
                      : "the database accepts longer values than the application expects";
            break;
        case TypeDifference::less_precise:
        case TypeDifference::more_precise:
            rule = "precision-mismatch";
            severity = difference == TypeDifference::less_precise ? Severity::error : Severity::warning;
            why = difference == TypeDifference::less_precise
                      ? "the database rounds or refuses values that the application believes to fit"
                      : "the database keeps more digits than the application expects";
            break;
        case TypeDifference::narrower_integer:
            rule = key ? "key-width-mismatch" : rule;
            severity = key ? Severity::warning : Severity::error;
            why = "numbers beyond the narrower type are refused";
            break;
        case TypeDifference::wider_integer:
            rule = key ? "key-width-mismatch" : rule;
            severity = key ? Severity::info : Severity::warning;
            why = "the database holds every value of the model's type";
            break;
        case TypeDifference::compatible:
            severity = Severity::warning;
            why = "every value fits on both sides";
            break;
        default:
            if (same_enum(pair)) {
                severity = Severity::warning;
                why = "the enum has the same labels under another name";
            }
            break;
    }
    Finding &finding = pair.report(rule);
    finding.severity = severity;
    finding.expected = expected;
    finding.actual = actual;
    finding.message = format("column {} of {} is {} in the database and {} in the model: {}", pair.name(),
                             qualified(context, pair.table), actual, expected, why);
    const bool needs_using = rule == "type-mismatch" && difference == TypeDifference::other;
    finding.fix = alter_column(
        context, pair.table, pair.expected,
        needs_using ? format("TYPE {} USING {}::{}", expected, pair.name(), expected) : format("TYPE {}", expected));
}

void compare_nullability(const Pair &pair) {
    if (pair.expected.not_null == pair.actual.not_null || (pair.expected.list && pair.actual.not_null) ||
        is_told_with_primary_key(pair)) {
        return;
    }
    Context &context = pair.context;
    Finding &finding = pair.report("nullability-mismatch");
    finding.expected = pair.expected.not_null ? "NOT NULL" : "NULL";
    finding.actual = pair.actual.not_null ? "NOT NULL" : "NULL";
    finding.message =
        pair.actual.not_null
            ? format("column {} of {} is NOT NULL in the database and may be null in the model: writing a null fails",
                     pair.name(), qualified(context, pair.table))
            : format(
                  "column {} of {} may be null in the database and is NOT NULL in the model: readers may meet a null",
                  pair.name(), qualified(context, pair.table));
    finding.fix =
        alter_column(context, pair.table, pair.expected, pair.expected.not_null ? "SET NOT NULL" : "DROP NOT NULL");
}

bool numbers_itself(const Column &column) noexcept { return column.identity != Identity::none || column.owns_sequence; }

bool is_nextval(const Context &context, const Column &column) noexcept {
    return column.owns_sequence || context.view(column.default_normal).starts_with("nextval(");
}

// The numbers go on behind the highest one that is there.
std::string start_numbering(const Pair &pair) {
    Context &context = pair.context;
    const std::string table = qualified(context, pair.table);
    const std::string_view kind = pair.expected.identity == Identity::always ? "ALWAYS" : "BY DEFAULT";
    const std::string set_not_null = pair.actual.not_null ? "" : format("ALTER COLUMN {} SET NOT NULL, ", pair.name());
    return alter_table(context, pair.table,
                       format("{}ALTER COLUMN {} ADD GENERATED {} AS IDENTITY", set_not_null, pair.name(), kind)) +
           format(
               " SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), coalesce(max({}), 0) + 1, false) "
               "FROM {};",
               quote_literal(table), quote_literal(context.view(pair.expected.name)), pair.name(), table);
}

// A column's own sequence lies in the schema of its table, whatever its name. A default that takes from another
// schema is what copying a schema leaves: two tables share their numbers.
bool takes_from_elsewhere(const Pair &pair) {
    const Context &context = pair.context;
    if (!pair.expected.owns_sequence || pair.expected.default_normal == TextId::none ||
        pair.expected.default_normal == pair.actual.default_normal || pair.actual.identity != Identity::none) {
        return false;
    }
    std::string own = "nextval(" + quote_literal(quote_identifier(context.view(pair.table.schema)) + ".");
    own.pop_back();
    const std::string_view text = context.view(pair.actual.default_normal);
    return text.starts_with("nextval(") && !text.starts_with(own);
}

// Identity columns and serials: what counts is that the database numbers the rows. True when that settles
// the question of the default.
bool compare_identity(const Pair &pair) {
    const Column &expected = pair.expected;
    const Column &actual = pair.actual;
    Context &context = pair.context;
    if (!numbers_itself(expected) && !numbers_itself(actual)) {
        return false;
    }
    const bool expected_numbers = numbers_itself(expected) || is_nextval(context, expected);
    const bool actual_numbers = numbers_itself(actual) || is_nextval(context, actual);
    const bool always = (expected.identity == Identity::always) != (actual.identity == Identity::always);
    if (expected_numbers && actual_numbers && !always) {
        return !takes_from_elsewhere(pair);
    }
    if (expected_numbers != actual_numbers && actual.identity == Identity::none &&
        actual.default_normal != TextId::none) {
        return false;  // another default: compare_default says so
    }
    Finding &finding = pair.report("identity-mismatch");
    finding.expected = describe_default(context, expected);
    finding.actual = describe_default(context, actual);
    const std::string where = format("column {} of {}", pair.name(), qualified(context, pair.table));
    if (expected_numbers && actual_numbers) {
        finding.severity = Severity::warning;
        finding.message =
            format("{} is {} in the database and {} in the model: they differ in whether a writer may give the value",
                   where, finding.actual, finding.expected);
        finding.fix =
            alter_column(context, pair.table, expected,
                         expected.identity == Identity::always ? "SET GENERATED ALWAYS" : "SET GENERATED BY DEFAULT");
    } else if (expected_numbers) {
        finding.severity = actual.not_null ? Severity::error : Severity::warning;
        finding.message =
            format("{} numbers itself in the model, in the database nothing does: an INSERT that omits it {}", where,
                   actual.not_null ? "fails" : "stores a null");
        finding.fix = start_numbering(pair);
    } else {
        finding.severity = actual.identity == Identity::always ? Severity::error : Severity::warning;
        finding.message = format("{} numbers itself in the database, not in the model{}", where,
                                 actual.identity == Identity::always ? ": an INSERT that gives a value fails" : "");
        finding.fix = actual.identity != Identity::none ? alter_column(context, pair.table, expected, "DROP IDENTITY")
                                                        : alter_column(context, pair.table, expected, "DROP DEFAULT");
    }
    return true;
}

bool compare_generated(const Pair &pair) {
    if (pair.expected.generated == Generated::none && pair.actual.generated == Generated::none) {
        return false;
    }
    if (pair.expected.generated == pair.actual.generated &&
        pair.expected.default_normal == pair.actual.default_normal) {
        return true;
    }
    Context &context = pair.context;
    Finding &finding = pair.report("generated-mismatch");
    finding.expected = describe_default(context, pair.expected);
    finding.actual = describe_default(context, pair.actual);
    const std::string where = format("column {} of {}", pair.name(), qualified(context, pair.table));
    if (pair.expected.generated == Generated::none) {
        finding.message =
            format("{} is generated in the database and an ordinary column in the model: writing it fails", where);
        if (pair.actual.generated == Generated::stored) {
            finding.fix = alter_column(context, pair.table, pair.expected, "DROP EXPRESSION");
            return true;
        }
    } else if (pair.actual.generated == Generated::none) {
        finding.message =
            format("{} is generated in the model and an ordinary column in the database: nobody fills it", where);
    } else {
        finding.message = format("{} is generated from another expression than the model says", where);
    }
    finding.message += "; the fix makes the column anew, without the indexes and constraints that read it";
    finding.fix = alter_table(
        context, pair.table,
        format("DROP COLUMN {}, ADD COLUMN {} {}", pair.name(), pair.name(), describe_column(context, pair.expected)));
    return true;
}

void compare_default(const Pair &pair) {
    const Column &expected = pair.expected;
    const Column &actual = pair.actual;
    if (expected.default_normal == actual.default_normal) {
        return;
    }
    if (expected.default_text != TextId::none && expected.default_normal == TextId::none) {
        return;  // the server cannot read the model's: unreadable-model tells
    }
    Context &context = pair.context;
    const std::string where = format("column {} of {}", pair.name(), qualified(context, pair.table));
    if (actual.default_normal == TextId::none) {
        Finding &finding = pair.report("default-missing");
        finding.expected = describe_default(context, expected);
        finding.message =
            format("{} has the default {} in the model and none in the database: {}", where, finding.expected,
                   actual.type_has_default ? "an INSERT that omits it stores the default of its type"
                   : actual.not_null       ? "an INSERT that omits it fails"
                                           : "an INSERT that omits it stores a null");
        finding.fix = alter_column(context, pair.table, expected, format("SET DEFAULT {}", finding.expected));
        return;
    }
    Finding &finding = pair.report("default-mismatch");
    finding.expected = describe_default(context, expected);
    finding.actual = describe_default(context, actual);
    if (expected.default_normal == TextId::none) {
        finding.severity = expected.client_default_kind == ClientDefault::none ? Severity::warning : Severity::info;
        const bool agree = expected.client_default != TextId::none && expected.client_default == actual.default_normal;
        finding.message = format("{} has the default {} in the database and none in the model{}", where, finding.actual,
                                 agree ? "; the application fills in the same value" : "");
        finding.fix = alter_column(context, pair.table, expected, "DROP DEFAULT");
    } else {
        finding.message = format("{} has the default {} in the database and {} in the model", where, finding.actual,
                                 finding.expected);
        finding.fix = alter_column(context, pair.table, expected, format("SET DEFAULT {}", finding.expected));
    }
}

void compare_collation(const Pair &pair) {
    if (pair.expected.collation == pair.actual.collation) {
        return;
    }
    Context &context = pair.context;
    const auto text = [&](TextId id) { return id == TextId::none ? std::string("the type's own") : context.str(id); };
    Finding &finding = pair.report("collation-mismatch");
    finding.expected = text(pair.expected.collation);
    finding.actual = text(pair.actual.collation);
    finding.message = format("column {} of {} sorts by collation {} in the database and {} in the model", pair.name(),
                             qualified(context, pair.table), finding.actual, finding.expected);
    finding.fix = alter_column(
        context, pair.table, pair.expected,
        pair.expected.collation == TextId::none
            ? format("TYPE {} COLLATE \"default\"", context.view(pair.expected.type))
            : format("TYPE {} COLLATE {}", context.view(pair.expected.type), context.view(pair.expected.collation)));
}

// What a server since 18 keeps of a NOT NULL as a constraint.
class NotNull {
public:
    explicit NotNull(const Pair &pair) : pair_(pair) {}

    // The name that the database has.
    [[nodiscard]] std::string actual_name() const {
        return quote_identifier(name_or_usual(pair_.context.live.attribute_of(pair_.actual.attributes, not_null_name)));
    }
    [[nodiscard]] std::string name_or_usual(TextId name) const {
        Context &context = pair_.context;
        return name != TextId::none
                   ? context.str(name)
                   : format("{}_{}_not_null", context.view(pair_.table.name), context.view(pair_.expected.name));
    }
    // Where only one side has it, that is told; and what is valid though the model does not ask for it is no worse.
    [[nodiscard]] bool skips(AttributeId id, TextId expected, TextId actual) const {
        if (id < not_null_name) {
            return false;
        }
        if (!pair_.expected.not_null || !pair_.actual.not_null || !pair_.context.options.scope.reads_keys()) {
            return true;
        }
        return (id == not_null_name && (expected == actual || (is_made_up(expected) && is_made_up(actual)))) ||
               (id == not_null_validity && expected != TextId::none);
    }

private:
    // The server puts a number behind its name where a constraint of the schema has that already, which in a database
    // made from the same statements in another order is another one; and cuts what is too long.
    [[nodiscard]] bool is_made_up(TextId name) const {
        const std::string usual = name_or_usual(TextId::none);
        const std::string_view text = name == TextId::none ? usual : pair_.context.view(name);
        const std::string_view stem = text.substr(0, text.find_last_not_of("0123456789") + 1);
        return stem == usual || (usual.size() > longest_name && stem.ends_with("_not_null"));
    }
    static constexpr std::size_t longest_name = 63;
    static constexpr AttributeId not_null_name = attribute(ObjectKind::column, "not_null_name");
    static constexpr AttributeId not_null_validity = attribute(ObjectKind::column, "not_null_validity");
    const Pair &pair_;
};

void compare_column_attributes(const Pair &pair) {
    Context &context = pair.context;
    const std::string table = qualified(context, pair.table);
    const NotNull not_null(pair);
    compare_attributes(
        context,
        {.kind = ObjectKind::column,
         .model = pair.table.model,
         .place = &pair.table,
         .owner = &pair.table,
         .object = {"column", context.view(pair.expected.name)},
         .sql = format("{}.{}", table, pair.name()),
         .rule = "column-mismatch",
         .replacement = {},
         .table = table,
         .name = pair.name(),
         .not_null = not_null.actual_name(),
         .compares_own = pair.table.kind == pair.live_table.kind,
         .skipped = [&](AttributeId id, TextId expected,
                        TextId actual) { return not_null.skips(id, expected, actual); },
         .own_change =
             [&](std::string_view expected, std::string_view) {
                 return quote_identifier(expected.empty() ? not_null.name_or_usual(TextId::none) : expected);
             }},
        pair.expected.attributes, pair.actual.attributes);
}

bool identical(const Column &a, const Column &b) noexcept {
    return a.type == b.type && a.not_null == b.not_null && a.default_normal == b.default_normal &&
           a.identity == b.identity && a.generated == b.generated &&
           a.collation == b.collation;  // a serial's default names its sequence
}

}  // namespace

void compare_column(Context &context, const Table &model, const Column &expected, const Table &live,
                    const Column &actual) {
    if (!identical(expected, actual)) {
        const Pair pair{context, model, expected, live, actual};
        compare_type(pair);
        compare_nullability(pair);
        if (!compare_generated(pair) && !compare_identity(pair)) {
            compare_default(pair);
        }
        compare_collation(pair);
    }
    if (model.managed && (expected.attributes.count > 0 || actual.attributes.count > 0)) {
        compare_column_attributes({context, model, expected, live, actual});
    }
    if (actual.not_null && actual.default_normal == TextId::none) {
        report_required_column(context, model, expected, live, actual);
    }
}

std::string add_column(const Context &context, const Table &model, const Column &expected) {
    const std::string name = quote_identifier(context.view(expected.name));
    const bool fills_itself =
        expected.default_text != TextId::none || expected.identity != Identity::none || !expected.not_null;
    if (fills_itself) {
        return alter_table(context, model, format("ADD COLUMN {} {}", name, describe_column(context, expected)));
    }
    if (expected.client_default_kind == ClientDefault::constant) {
        return alter_table(context, model,
                           format("ADD COLUMN {} {} DEFAULT {} NOT NULL", name, context.view(expected.type),
                                  context.view(expected.client_default_text)));
    }
    return format("{} -- then fill it, and {}",
                  alter_table(context, model, format("ADD COLUMN {} {}", name, context.view(expected.type))),
                  alter_column(context, model, expected, "SET NOT NULL"));
}

void report_missing_column(Context &context, const Table &model, const Column &expected) {
    Finding &finding = context.report("missing-column", model, &model, {"column", context.view(expected.name)});
    finding.expected = describe_column(context, expected);
    const std::string name = quote_identifier(context.view(expected.name));
    finding.message =
        format("column {} of {} is in the model and not in the database: every statement that names it fails", name,
               qualified(context, model));
    finding.fix = add_column(context, model, expected);
}

namespace {

// Of the columns that both sides have; off unless asked for, since only programs that select by position care.
void compare_order(Context &context, const Table &model, const Table &live) {
    std::vector<TextId> expected;
    std::vector<TextId> actual;
    for (const Column &column : context.model.columns_of(model)) {
        if (context.live.column(live, column.name) != nullptr) {
            expected.push_back(column.name);
        }
    }
    for (const Column &column : context.live.columns_of(live)) {
        if (context.model.column(model, column.name) != nullptr) {
            actual.push_back(column.name);
        }
    }
    if (expected == actual) {
        return;
    }
    const auto names = [&](const std::vector<TextId> &columns) {
        std::string result;
        for (const TextId column : columns) {
            result += (result.empty() ? "" : ", ") + quote_identifier(context.view(column));
        }
        return result;
    };
    Finding &finding = context.report("column-order", model, &model, {"table", context.view(model.name)});
    finding.expected = names(expected);
    finding.actual = names(actual);
    finding.message = format("the columns of {} stand in another order than the model says", qualified(context, model));
}

}  // namespace

// A partition has the columns of its parent, which tells what differs in them; of its own are only defaults
// and a stricter NOT NULL.
void compare_partition_columns(Context &context, const Table &model, const Table &live) {
    for (const Column &expected : context.model.columns_of(model)) {
        const Column *actual = context.live.column(live, expected.name);
        if (actual == nullptr) {
            continue;
        }
        const Pair pair{context, model, expected, live, *actual};
        compare_column_attributes(pair);
        if (!identical(expected, *actual)) {
            compare_nullability(pair);
            if (expected.generated == Generated::none && actual->generated == Generated::none &&
                !compare_identity(pair)) {
                compare_default(pair);
            }
        }
    }
}

void compare_columns_of(Context &context, const Table &model, const Table &live) {
    if (model.kind == TableKind::partition && live.inherits && context.has_partitioned_tables(model.model)) {
        return compare_partition_columns(context, model, live);
    }
    const auto expected_columns = context.model.columns_of(model);
    const auto actual_columns = context.live.columns_of(live);
    // Both sides usually stand in the same order: look at the next column first.
    std::size_t cursor = 0;
    std::size_t matched = 0;
    for (const Column &expected : expected_columns) {
        const Column *actual = nullptr;
        if (cursor < actual_columns.size() && actual_columns[cursor].name == expected.name) {
            actual = &actual_columns[cursor];
        } else {
            actual = context.live.column(live, expected.name);
        }
        if (actual == nullptr) {
            report_missing_column(context, model, expected);
            continue;
        }
        cursor = static_cast<std::size_t>(actual - actual_columns.data()) + 1;
        ++matched;
        compare_column(context, model, expected, live, *actual);
    }
    if (matched < actual_columns.size()) {
        report_extra_columns(context, model, live);
    }
    if (context.options.column_order) {
        compare_order(context, model, live);
    }
}

}  // namespace schema_audit
