// Columns that are NOT NULL and that nothing in the database fills: the fault that rolls back every INSERT of
// a writer that does not know them.
#include "core/compare/describe.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

bool filled_by_trigger(const Schema &schema, const TextPool &pool, const Table &table, const Column &column) {
    const auto number = static_cast<std::uint32_t>(&table - schema.tables.data());
    return std::ranges::any_of(schema.insert_triggers, [&](const InsertTrigger &trigger) {
        return trigger.table == number && mentions(pool.view(trigger.source), pool.view(column.name));
    });
}

bool is_key(const Context &context, const Table &live, const Column &column) {
    for (const Constraint &constraint : context.live.constraints_of(live)) {
        if (constraint.kind == ConstraintKind::primary_key || constraint.kind == ConstraintKind::foreign_key) {
            const auto columns = context.live.view(constraint.columns);
            if (std::ranges::find(columns, column.name) != columns.end()) {
                return true;
            }
        }
    }
    return false;
}

std::string writer_text(const Context &context, const Column &expected) {
    switch (expected.client_default_kind) {
        case ClientDefault::constant:
            return format("the application fills it with {}, other writers do not",
                          context.view(expected.client_default_text));
        case ClientDefault::callable:
        case ClientDefault::automatic:
            return "the application fills it, other writers do not";
        default:
            return "a writer that does not name it fails";
    }
}

}  // namespace

bool is_filled(const Schema &schema, const TextPool &pool, const Table &table, const Column &column) {
    return column.default_normal != TextId::none || column.identity != Identity::none ||
           column.generated != Generated::none || column.type_has_default ||
           filled_by_trigger(schema, pool, table, column);
}

void report_required_column(Context &context, const Table &model, const Column &expected, const Table &live,
                            const Column &actual) {
    // Another finding already says that the database should fill it, or that it should not be NOT NULL.
    const bool told = !expected.not_null || expected.default_normal != TextId::none ||
                      expected.identity != Identity::none || expected.generated != Generated::none;
    if (told || (actual.retained_value == TextId::none && !context.options.require_database_defaults) ||
        is_filled(context.live, context.pool, live, actual)) {
        return;
    }
    const std::string name = quote_identifier(context.view(expected.name));
    if (actual.retained_value != TextId::none) {
        if (context.model.models[model.model].from_database) {
            return;  // the model was taken from a database: this is what was agreed
        }
        const std::string_view value = context.view(actual.retained_value);
        Finding &finding =
            context.report("default-dropped-after-add", model, &model, {"column", context.view(expected.name)});
        finding.severity = expected.client_default_kind == ClientDefault::none ? Severity::warning : Severity::info;
        finding.expected = format("DEFAULT {}", value);
        finding.message = format(
            "column {} of {} was added with the default {}, which was dropped again: it is NOT NULL without default; "
            "{}",
            name, qualified(context, model), value, writer_text(context, expected));
        finding.fix = alter_column(context, model, expected, format("SET DEFAULT {}", value));
        return;
    }
    if (is_key(context, live, actual)) {
        return;  // a key has no sensible default
    }
    Finding &finding =
        context.report("required-column-without-default", model, &model, {"column", context.view(expected.name)});
    finding.message = format("column {} of {} is NOT NULL without a database default: {}", name,
                             qualified(context, model), writer_text(context, expected));
    if (expected.client_default_kind == ClientDefault::constant) {
        finding.expected = format("DEFAULT {}", context.view(expected.client_default_text));
        finding.fix = alter_column(context, model, expected,
                                   format("SET DEFAULT {}", context.view(expected.client_default_text)));
    }
}

void report_extra_columns(Context &context, const Table &model, const Table &live) {
    // A column that any model names is no extra. Of a table that its model does not create, the model may name
    // as few columns as it likes.
    if (!context.answers_for_extras(model)) {
        return;
    }
    for (const Column &actual : context.live.columns_of(live)) {
        bool named = false;
        for (const Table *claim = context.claim(live.schema, live.name); claim != nullptr && !named;
             claim = context.next_claim(*claim)) {
            named = context.model.column(*claim, actual.name) != nullptr;
        }
        if (named) {
            continue;
        }
        const std::string name = quote_identifier(context.view(actual.name));
        const bool required = actual.not_null && !is_filled(context.live, context.pool, live, actual);
        Finding &finding = context.report(required ? "orphan-required-column" : "extra-column", live, &model,
                                          {"column", context.view(actual.name)});
        finding.actual = describe_column(context, actual);
        if (!required) {
            finding.message =
                format("column {} of {} is in the database and in no model", name, qualified(context, live));
            finding.fix = alter_table(context, live, format("DROP COLUMN {}", name));
            continue;
        }
        finding.message =
            format("column {} of {} is NOT NULL without default and in no model: every INSERT of the application fails",
                   name, qualified(context, live));
        finding.fix =
            actual.retained_value != TextId::none
                ? alter_column(context, live, actual, format("SET DEFAULT {}", context.view(actual.retained_value)))
                : alter_column(context, live, actual, "DROP NOT NULL");
    }
}

}  // namespace schema_audit
