// audit_schema() and schema_audit.columns().
#include "core/compare/tenant_summary.hpp"
#include "core/compare/tenants.hpp"
#include "core/error.hpp"
#include "core/text/format.hpp"

#include "server/entry.hpp"
#include "server/known_answers.hpp"
#include "server/read_live.hpp"
#include "server/read_model.hpp"
#include "server/result_rows.hpp"
#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

// Both sides of an audit, read under one snapshot.
struct Sides {
    TextPool pool;
    Schema model, live;
    AuditInput input;
};

// The schemas that the models name; those that are not there go into `missing`.
std::vector<NamespaceToRead> namespaces_of(const Schema &model, const TextPool &pool, std::vector<TextId> &missing) {
    std::vector<TextId> names;
    for (const Model &item : model.models) {
        const auto governed = model.view(item.governed);
        names.insert(names.end(), governed.begin(), governed.end());
    }
    for (const Table &table : model.tables) {
        if (names.empty() || names.back() != table.schema) {
            names.push_back(table.schema);
        }
    }
    std::ranges::sort(names);
    const auto rest = std::ranges::unique(names);
    names.erase(rest.begin(), rest.end());
    std::vector<NamespaceToRead> result;
    for (const TextId name : names) {
        if (const Oid oid = find_namespace(pool.view(name)); OidIsValid(oid)) {
            result.push_back({oid, std::string(pool.view(name))});
        } else {
            missing.push_back(name);
        }
    }
    return result;
}

// Nothing is read that no model has compared.
void narrow(ReadScope &scope, const Schema &model) {
    KindMask kinds = 0;
    scope.items = 0;
    scope.ddl = false;
    for (const Model &item : model.models) {
        kinds |= item.describes & item.compared;
        // Of those that columns own a model says nothing when they are as the server makes them.
        kinds |= item.hand_written ? 0 : mask_of(ObjectKind::sequence) & item.compared;
        scope.items |= item.compared;
    }
    for (const SchemaObject &object : model.objects) {
        kinds |= mask_of(object.kind) & model.models[object.model].compared;
    }
    scope.objects &= kinds;
    scope.constraints = scope.constraints && is_compared(scope.items, ObjectKind::constraint);
    scope.indexes = scope.indexes && is_compared(scope.items, ObjectKind::index);
}

void read_sides(Sides &sides, ReadScope scope) {
    read_models(sides.model, sides.pool, scope);
    if (has_tenants(sides.model)) {
        write_out_tenants(sides.model, sides.pool, read_schemas());
    }
    narrow(scope, sides.model);
    read_live(sides.live, sides.pool, namespaces_of(sides.model, sides.pool, sides.input.missing_schemas),
              SequenceOwners::skip, scope);
    sides.input.problems = normalize_model(sides.model, sides.live, sides.pool);
    sides.input.model = &sides.model;
    sides.input.live = &sides.live;
    sides.input.pool = &sides.pool;
}

AuditFilter filter_of(FunctionCallInfo fcinfo) {
    AuditFilter filter;
    filter.models = texts_argument(fcinfo, 0, "models");
    filter.schemas = texts_argument(fcinfo, 1, "schemas");
    filter.tables = text_argument(fcinfo, 2);
    filter.apps = texts_argument(fcinfo, 3, "apps");
    return filter;
}

AuditOptions options_now() {
    AuditOptions options;
    options.require_database_defaults = settings::require_database_defaults();
    options.column_order = settings::compare_column_order();
    return options;
}

std::optional<std::string> text_or_null(const std::string &text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::string> text_or_null(std::optional<bool> value) {
    return value ? std::optional<std::string>(*value ? "true" : "false") : std::nullopt;
}

ResultRow row_of(const Finding &finding) {
    return {std::string(text_of(finding.severity)),
            std::string(finding.rule),
            text_or_null(finding.schema_name),
            text_or_null(finding.table_name),
            finding.object_type,
            finding.object_name,
            text_or_null(finding.expected),
            text_or_null(finding.actual),
            finding.message,
            text_or_null(finding.fix),
            text_or_null(finding.model),
            text_or_null(finding.app),
            finding.key,
            text_or_null(finding.suppression_reason)};
}

ResultRow row_of(const ColumnRow &row) {
    return {text_or_null(row.model),
            text_or_null(row.app),
            row.schema_name,
            row.table_name,
            row.column_name,
            text_or_null(row.expected_type),
            text_or_null(row.actual_type),
            text_or_null(row.expected_not_null),
            text_or_null(row.actual_not_null),
            text_or_null(row.expected_default),
            text_or_null(row.actual_default),
            std::string(row.matched ? "true" : "false"),
            array_text(row.differences)};
}

ResultRow row_of(const TenantDifference &row) {
    const auto first_of = [](const std::vector<std::string> &names) {
        const std::size_t sample = std::min<std::size_t>(names.size(), 3);
        return array_text(std::vector(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(sample)));
    };
    const Finding &finding = row.finding;
    return {std::string(text_of(finding.severity)),
            std::string(finding.rule),
            text_or_null(finding.schema_name),
            text_or_null(finding.table_name),
            finding.object_type,
            finding.object_name,
            text_or_null(finding.expected),
            text_or_null(finding.actual),
            finding.message,
            std::to_string(row.tenants.size()),
            std::to_string(row.without.size()),
            first_of(row.tenants),
            first_of(row.without),
            std::string(row.outlier ? "true" : "false"),
            text_or_null(finding.model),
            text_or_null(finding.app)};
}

ResultRow row_of(const Tenant &row) {
    return {row.model,
            row.schema_name,
            std::to_string(row.errors),
            std::to_string(row.warnings),
            std::to_string(row.infos),
            std::to_string(row.only_here),
            std::string(row.outlier ? "true" : "false")};
}

template <class Item>
void return_items(FunctionCallInfo fcinfo, const std::vector<Item> &items) {
    std::vector<ResultRow> rows;
    rows.reserve(items.size());
    for (const Item &item : items) {
        rows.push_back(row_of(item));
    }
    return_rows(fcinfo, rows);
}

// All that an answer depends on beside catalogs and own tables.
std::string question_of(const AuditFilter &filter, const AuditOptions &options,
                        const std::vector<Suppression> &suppressions) {
    std::string result;
    const auto add = [&](std::string_view text) { (result += std::to_string(text.size()) + ":") += text; };
    const auto add_list = [&](const std::optional<std::vector<std::string>> &list) {
        add(list ? std::to_string(list->size()) : "all");
        for (const std::string &item : list.value_or(std::vector<std::string>{})) {
            add(item);
        }
    };
    add_list(filter.models);
    add_list(filter.schemas);
    add_list(filter.apps);
    add(filter.tables ? "like " + *filter.tables : "all");
    add(text_of(filter.min_severity));
    add(filter.suppressed ? "suppressed" : "");
    add(options.require_database_defaults ? "defaults" : "");
    add(options.column_order ? "order" : "");
    const Oid role = server_call([] { return GetUserId(); });
    const char *language = server_call([] { return GetConfigOption("lc_messages", true, false); });
    add(std::to_string(role));
    add(language == nullptr ? "" : language);  // what the server says of unreadable models
    for (const Suppression &item : suppressions) {
        add(item.expired ? std::to_string(item.id) : "");
    }
    return result;
}

struct Look {
    std::vector<Finding> findings;
    bool complete;  // nothing was dropped while it was read
};

Look look(Sides &sides, std::vector<Suppression> suppressions, AuditFilter &filter, const AuditOptions &options) {
    read_sides(sides, options.scope);
    name_tenants(filter, sides.model, sides.pool);
    sides.input.suppressions = std::move(suppressions);
    const bool torn = std::ranges::any_of(sides.live.tables, [](const Table &item) { return item.vanished; }) ||
                      std::ranges::any_of(sides.live.objects, [](const SchemaObject &item) { return item.vanished; });
    return {audit(sides.input, filter, options), !torn};
}

// The arguments of audit_schema() and of what tells the same in other words.
AuditFilter audit_filter_of(FunctionCallInfo fcinfo) {
    constexpr int min_severity = 4;
    constexpr int suppressed = 5;
    AuditFilter filter = filter_of(fcinfo);
    const std::string severity = text_argument(fcinfo, min_severity).value_or("warning");
    const auto known = severity_from(severity);
    if (!known) {
        throw AuditError(ErrorKind::invalid_argument, format("unknown severity \"{}\"", severity), {},
                         "Use error, warning or info.");
    }
    filter.min_severity = *known;
    filter.suppressed = !fcinfo->args[suppressed].isnull && DatumGetBool(fcinfo->args[suppressed].value);
    return filter;
}

void run_audit(FunctionCallInfo fcinfo) {
    AuditFilter filter = audit_filter_of(fcinfo);
    const AuditOptions options = options_now();
    std::vector<Suppression> suppressions = read_suppressions();
    std::string question = question_of(filter, options, suppressions);
    Sides sides;
    if (const auto *known_findings = known_answer(question); known_findings != nullptr) {
#ifdef SCHEMA_AUDIT_DEBUG
        check_answer(question, look(sides, std::move(suppressions), filter, options).findings);
#endif
        return return_items(fcinfo, *known_findings);
    }
    std::optional<Moment> moment = this_moment();
    const Look look_now = look(sides, std::move(suppressions), filter, options);
    if (moment && look_now.complete) {
        remember_answer(std::move(question), std::move(*moment), look_now.findings);
    }
    return_items(fcinfo, look_now.findings);
}

TenantSummary summary_of(FunctionCallInfo fcinfo) {
    constexpr int outlier_share = 6;
    AuditFilter filter = audit_filter_of(fcinfo);
    const bool given = !fcinfo->args[outlier_share].isnull;
    const double share = given ? DatumGetFloat8(fcinfo->args[outlier_share].value) : 0.1;
    if (!(share >= 0 && share <= 1)) {
        throw AuditError(ErrorKind::invalid_argument, "outlier_share must be from 0 to 1", {},
                         "It is a share of the tenants: 0.1 is a tenth of them.");
    }
    Sides sides;
    Look look_now = look(sides, read_suppressions(), filter, options_now());
    return summarize_tenants(sides.input, filter, std::move(look_now.findings), share);
}

void run_tenant_summary(FunctionCallInfo fcinfo) { return_items(fcinfo, summary_of(fcinfo).differences); }

void run_tenants(FunctionCallInfo fcinfo) { return_items(fcinfo, summary_of(fcinfo).tenants); }

void run_columns(FunctionCallInfo fcinfo) {
    AuditFilter filter = filter_of(fcinfo);
    const AuditOptions options = options_now();
    Sides sides;
    read_sides(sides, options.scope);
    sides.input.suppressions = read_suppressions();  // what is accepted as an extra is no renamed column
    name_tenants(filter, sides.model, sides.pool);
    return_items(fcinfo, compare_columns(sides.input, filter, options));
}

}  // namespace
}  // namespace schema_audit::server

SCHEMA_AUDIT_FUNCTION(schema_audit_audit) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_audit(fcinfo);
        return Datum{0};
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_columns) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_columns(fcinfo);
        return Datum{0};
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_tenant_summary) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_tenant_summary(fcinfo);
        return Datum{0};
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_tenants) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_tenants(fcinfo);
        return Datum{0};
    });
}
