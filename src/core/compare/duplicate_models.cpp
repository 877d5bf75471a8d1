// Two models that claim one table: an error where they contradict each other.
#include "core/compare/describe.hpp"
#include "core/compare/tenants.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit {
namespace {

bool numbers_itself(const Column &column) noexcept { return column.identity != Identity::none || column.owns_sequence; }

// Two ways to number rows, serial and identity, are no contradiction, as they are none between model and database.
bool agree(const Column &one, const Column &other) noexcept {
    const bool same_source = (one.default_normal == other.default_normal && one.identity == other.identity) ||
                             (numbers_itself(one) && numbers_itself(other) &&
                              (one.identity == Identity::always) == (other.identity == Identity::always));
    return one.type == other.type && one.not_null == other.not_null && one.generated == other.generated && same_source;
}

// The columns on which both claims say something and disagree.
std::string contradictions(const Context &context, const Table &first, const Table &second) {
    std::string result;
    for (const Column &one : context.model.columns_of(first)) {
        const Column *other = context.model.column(second, one.name);
        if (other == nullptr || agree(one, *other)) {
            continue;
        }
        result +=
            format("{}{}: {} in {}, {} in {}", result.empty() ? "" : "; ", quote_identifier(context.view(one.name)),
                   describe_column(context, one), context.view(context.model.models[first.model].name),
                   describe_column(context, *other), context.view(context.model.models[second.model].name));
    }
    return result;
}

}  // namespace

void report_duplicate_models(Context &context) {
    for (const Table &first : context.model.tables) {
        if (!context.selected(first)) {
            continue;
        }
        for (const Table *second = context.next_claim(first); second != nullptr; second = context.next_claim(*second)) {
            if (!context.selected(*second)) {
                continue;
            }
            const std::string difference = contradictions(context, first, *second);
            if (difference.empty() && (!first.managed || !second->managed)) {
                continue;  // one says that it only uses the table of the other
            }
            Finding &finding = context.report("duplicate-model", first, &first, {"table", context.view(first.name)});
            finding.severity = difference.empty() ? Severity::warning : Severity::error;
            finding.expected = context.str(context.model.models[first.model].name);
            finding.actual = context.str(context.model.models[second->model].name);
            finding.message =
                difference.empty()
                    ? format("table {} is claimed by the models {} and {}", qualified(context, first), finding.expected,
                             finding.actual)
                    : format("table {} is claimed by the models {} and {}, which contradict each other: {}",
                             qualified(context, first), finding.expected, finding.actual, difference);
            const bool tenant = is_tenant(context.model, second->model, second->schema);
            const TextId stored_schema = tenant ? context.model.models[second->model].tenant_schema : second->schema;
            finding.fix = format(
                "DELETE FROM schema_audit.model_table WHERE model = {} AND schema_name = {} AND table_name = {};",
                quote_literal(finding.actual), quote_literal(context.view(stored_schema)),
                quote_literal(context.view(first.name)));
        }
    }
}

}  // namespace schema_audit
