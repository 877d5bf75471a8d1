// audit_schema(), schema_audit.columns() and what tells the same in other words.
#include "core/compare/in_sync.hpp"
#include "core/compare/tenant_summary.hpp"
#include "core/compare/tenants.hpp"
#include "core/error.hpp"
#include "core/text/format.hpp"

#include "server/audit_now.hpp"
#include "server/audit_sides.hpp"
#include "server/blame.hpp"
#include "server/entry.hpp"
#include "server/exemptions.hpp"
#include "server/kept_sides.hpp"
#include "server/known_answers.hpp"
#include "server/migration_states.hpp"
#include "server/read_guard_state.hpp"
#include "server/read_model.hpp"
#include "server/result_rows.hpp"
#include "server/settings.hpp"
#include "server/unused_indexes.hpp"

namespace schema_audit::server {
namespace {

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

struct Request {
    AuditFilter filter;
    AuditOptions options;
    std::vector<Suppression> suppressions;
    std::vector<Finding> besides = {};
    std::vector<Finding> about_migrations = {};
};

// All that an answer depends on beside catalogs and own tables.
std::string question_of(const Request &request, const std::string &reading) {
    const AuditFilter &filter = request.filter;
    const AuditOptions &options = request.options;
    std::string result = reading;
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
    for (const Suppression &item : request.suppressions) {
        add(std::to_string(item.id) + (item.expired ? " expired" : ""));
        for (const auto &text : {item.finding_key, item.rule, item.schema_pattern, item.table_pattern,
                                 item.object_pattern, std::optional(item.reason), std::optional(item.expires_at)}) {
            add(text ? "is " + *text : "any");
        }
    }
    for (const std::vector<Finding> *findings : {&request.besides, &request.about_migrations}) {
        for (const Finding &finding : *findings) {
            add(finding.key);
            add(finding.model);
            add(finding.message);
        }
    }
    return result;
}

std::vector<Finding> compare(Sides &sides, Request request) {
    name_tenants(request.filter, sides.model, sides.pool);
    sides.input.suppressions = std::move(request.suppressions);
    sides.input.besides = std::move(request.besides);
    sides.input.about_migrations = std::move(request.about_migrations);
    return audit(sides.input, request.filter, request.options);
}

std::vector<Finding> look(Sides &sides, Request request) {
    read_sides(sides, request.options.scope);
    return compare(sides, std::move(request));
}

Severity severity_argument(FunctionCallInfo fcinfo, int number) {
    const std::string severity = text_argument(fcinfo, number).value_or("warning");
    const auto known = severity_from(severity);
    if (!known) {
        throw AuditError(ErrorKind::invalid_argument, format("unknown severity \"{}\"", severity), {},
                         "Use error, warning or info.");
    }
    return *known;
}

// The arguments of audit_schema() and of what tells the same in other words.
AuditFilter audit_filter_of(FunctionCallInfo fcinfo) {
    constexpr int min_severity = 4;
    constexpr int suppressed = 5;
    AuditFilter filter = filter_of(fcinfo);
    filter.min_severity = severity_argument(fcinfo, min_severity);
    filter.suppressed = !fcinfo->args[suppressed].isnull && DatumGetBool(fcinfo->args[suppressed].value);
    return filter;
}

#ifdef SCHEMA_AUDIT_DEBUG
void check(const std::vector<Finding> &known, const Moment &moment, const Request &request) {
    Sides fresh;
    if (is_same_answer(known, look(fresh, request))) {
        return;
    }
    // A commit is in the caches a moment before or after it is in snapshots: what was seen in between proves nothing.
    server_call([] {
        constexpr long moment_later = 50'000;  // microseconds
        pg_usleep(moment_later);
        AcceptInvalidationMessages();
        PushActiveSnapshot(GetLatestSnapshot());
    });
    Sides later;
    check_answer(known, look(later, request), moment);
    server_call([] { PopActiveSnapshot(); });
}
#endif

// Reads everything, and keeps it for the next time.
std::vector<Finding> new_answer(const Request &request, const std::string &question, const std::string &reading) {
    std::optional<Moment> moment = this_moment();
    auto fresh = std::make_unique<KeptSides>(reading);
    {
        const Recording recording(moment ? &fresh->places : nullptr);
        read_sides(fresh->sides, request.options.scope);
    }
    fresh->sides.input.alike = fresh->alike(request.filter, request.options);
    std::vector<Finding> findings = compare(fresh->sides, request);
    if (moment && !is_torn(fresh->sides.live)) {
        fresh->moment = *moment;
        const KeptSides *kept = keep(std::move(fresh));
        remember_answer(question, kept == nullptr ? AnswerBasis(std::move(*moment)) : AnswerBasis(kept->version()),
                        findings);
    }
    return findings;
}

std::vector<Finding> answer_from(KeptSides &kept, const Request &request, const std::string &question) {
    if (const auto *known = known_answer(question, kept.version()); known != nullptr) {
        return *known;
    }
    kept.sides.input.alike = kept.alike(request.filter, request.options);
    std::vector<Finding> findings = compare(kept.sides, request);
    remember_answer(question, kept.version(), findings);
    return findings;
}

bool is_complete(const AuditFilter &filter) {
    return !filter.models && !filter.schemas && !filter.tables && !filter.apps;
}

// Like suppressions they are told by an audit of everything. They are no part of what is kept: their time passes, and
// the log goes on.
std::vector<Finding> with_exemptions(std::vector<Finding> findings, const AuditFilter &filter) {
    if (!is_complete(filter)) {
        return findings;
    }
    const std::vector<Finding> about_policy = exemption_findings(read_exemptions());
    if (!about_policy.empty()) {
        std::ranges::copy_if(about_policy, std::back_inserter(findings),
                             [&](const Finding &finding) { return finding.severity <= filter.min_severity; });
        sort_findings(findings);
    }
    return findings;
}

// With introduced_by as the last column.
void return_findings(FunctionCallInfo fcinfo, std::vector<Finding> found, const AuditFilter &filter) {
    const std::vector<Finding> findings = with_exemptions(std::move(found), filter);
    std::vector<std::optional<std::string>> introduced = introductions(findings);
    std::vector<ResultRow> rows;
    rows.reserve(findings.size());
    for (std::size_t i = 0; i < findings.size(); ++i) {
        rows.push_back(row_of(findings[i]));
        rows.back().push_back(std::move(introduced[i]));
    }
    return_rows(fcinfo, rows);
}

void run_audit(FunctionCallInfo fcinfo) {
    const GuardState guard = read_guard_state();
    Request request{audit_filter_of(fcinfo), options_now(), read_suppressions(), judge_guard(guard)};
    request.about_migrations = migration_findings(read_migration_states(request.filter));
    std::ranges::move(unused_index_findings(read_unused_indexes()), std::back_inserter(request.besides));
    const std::string reading = present_reading();
    const std::string question = question_of(request, reading) + text_of(guard);
    if (KeptSides *kept = kept_sides(reading); kept != nullptr) {
        const std::vector<Finding> findings = answer_from(*kept, request, question);
#ifdef SCHEMA_AUDIT_DEBUG
        check(findings, kept->moment, request);
#endif
        return return_findings(fcinfo, findings, request.filter);
    }
    if (const auto *known = known_answer(question); known != nullptr) {
#ifdef SCHEMA_AUDIT_DEBUG
        check(*known, moment_of_answer(question), request);
#endif
        return return_findings(fcinfo, *known, request.filter);
    }
    return_findings(fcinfo, new_answer(request, question, reading), request.filter);
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
    std::vector<Finding> findings = look(sides, {filter, options_now(), read_suppressions()});
    name_tenants(filter, sides.model, sides.pool);
    return summarize_tenants(sides.input, filter, std::move(findings), share);
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

void run_check_in_sync(FunctionCallInfo fcinfo) {
    const std::optional<std::string> model = text_argument(fcinfo, 0);
    AuditFilter filter;
    if (model) {
        filter.models = std::vector{*model};
    }
    filter.min_severity = severity_argument(fcinfo, 1);
    require_in_sync(audit_now(std::move(filter)), model);
}

}  // namespace

std::vector<Finding> audit_now(AuditFilter filter) {
    Sides sides;
    return look(sides, {std::move(filter), options_now(), read_suppressions()});
}

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

SCHEMA_AUDIT_FUNCTION(schema_audit_check_in_sync) {
    return schema_audit::server::server_entry([=] {
        schema_audit::server::run_check_in_sync(fcinfo);
        return Datum{0};
    });
}
