#include "core/compare/context.hpp"
#include "core/compare/describe.hpp"
#include "core/compare/renames.hpp"

#include "core/error.hpp"
#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

constexpr std::uint32_t no_claim = 0xFFFFFFFF;

bool contains(const std::optional<std::vector<std::string>> &filter, std::string_view value) {
    return !filter || std::ranges::find(*filter, value) != filter->end();
}

std::string join(const std::vector<std::string> &items) {
    std::string result;
    for (const std::string &item : items) {
        result += (result.empty() ? "" : ", ") + item;
    }
    return result;
}

// Every name of a filter must be known: a typo must not read as an all-clear.
template <class Known>
void require_known(const std::optional<std::vector<std::string>> &filter, std::string_view what,
                   std::string_view complaint, const std::vector<std::string> &names, Known known) {
    if (!filter) {
        return;
    }
    if (filter->empty()) {
        throw AuditError(ErrorKind::invalid_argument,
                         format("the list of {}s is empty, so that nothing would be audited", what), {},
                         "Pass NULL, or leave the argument out, for all of them.");
    }
    for (const std::string &item : *filter) {
        if (!known(item)) {
            throw AuditError(ErrorKind::undefined_object, format("{} \"{}\" {}", what, item, complaint), {},
                             names.empty() ? std::string{} : format("Known: {}.", join(names)));
        }
    }
}

std::vector<std::string> distinct_sorted(std::vector<std::string> names) {
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

void check_filter(const Context &context) {
    if (context.model.models.empty()) {
        throw AuditError(ErrorKind::wrong_state, "no model is registered, so there is nothing to audit against", {},
                         "Register one: SELECT schema_audit.register_ddl('my_app', $$CREATE TABLE ...$$); or take the "
                         "present state: "
                         "SELECT schema_audit.register_schema('my_app', '{public}');");
    }
    const AuditFilter &filter = context.filter;
    std::vector<std::string> models;
    std::vector<std::string> schemas;
    std::vector<std::string> apps;
    std::vector<std::string> tenants;
    std::vector<std::string> patterns;
    for (const Model &model : context.model.models) {
        models.push_back(context.str(model.name));
        for (const TextId schema : context.model.view(model.governed)) {
            schemas.push_back(context.str(schema));
        }
        for (const TextId tenant : context.model.view(model.tenants)) {
            tenants.push_back(context.str(tenant));
        }
        if (model.tenant_pattern != TextId::none) {
            patterns.push_back(context.str(model.tenant_pattern));
        }
    }
    bool table_known = !filter.tables;
    for (const Table &table : context.model.tables) {
        table_known = table_known || like(context.view(table.name), *filter.tables);
        if (filter.schemas) {
            schemas.push_back(context.str(table.schema));
        }
        if (filter.apps && table.app != TextId::none) {
            apps.push_back(context.str(table.app));
        }
    }
    const auto among = [](const std::vector<std::string> &names) {
        return [&names](const std::string &item) { return std::ranges::binary_search(names, item); };
    };
    models = distinct_sorted(std::move(models));
    schemas = distinct_sorted(std::move(schemas));
    apps = distinct_sorted(std::move(apps));
    require_known(filter.models, "model", "is not registered", models, among(models));
    // Of hundreds of tenants the hint names the pattern.
    tenants = distinct_sorted(std::move(tenants));
    std::erase_if(schemas, among(tenants));
    schemas.insert(schemas.end(), patterns.begin(), patterns.end());
    schemas = distinct_sorted(std::move(schemas));
    require_known(filter.schemas, "schema", "is governed by no registered model", schemas,
                  [&](const std::string &item) { return among(schemas)(item) || among(tenants)(item); });
    require_known(filter.apps, "app", "is not known to any registered model", apps, among(apps));
    for (const Table &table : context.live.tables) {
        table_known = table_known || like(context.view(table.name), *filter.tables);
    }
    if (!table_known) {
        throw AuditError(
            ErrorKind::undefined_object,
            format("no table matches the pattern \"{}\", neither in a model nor in a governed schema", *filter.tables),
            {},
            "tables is a LIKE pattern on the table's name without schema: % stands for any text, _ for one character.");
    }
}

// Filters on what a finding is about; a finding without table (a suppression) only shows in a full audit.
bool passes(const AuditFilter &filter, const Finding &finding) {
    // Whoever asks for a table by the name that it has now must not read that nothing was found.
    const auto table = [&] {
        return like(finding.table_name, *filter.tables) ||
               (finding.rule == "renamed-table" && like(finding.actual, *filter.tables));
    };
    return contains(filter.schemas, finding.schema_name) && contains(filter.apps, finding.app) &&
           (!filter.tables || table());
}

// What cannot be read cannot be compared: the object has this finding and no other, and above all no fix
// made of text that nobody understood.
void report_problems(Context &context, const std::vector<ModelProblem> &problems) {
    for (const ModelProblem &problem : problems) {
        const Table &table = context.model.tables[problem.table];
        if (!context.selected(table)) {
            continue;
        }
        const auto same_table = [&](const Finding &other) {
            return other.table_name == context.view(table.name) && other.schema_name == context.view(table.schema) &&
                   other.model == context.view(context.model.models[table.model].name);
        };
        std::erase_if(context.findings, [&](const Finding &other) {
            return other.object_name == problem.object_name && other.object_type == problem.object_type &&
                   same_table(other) && other.rule != "unreadable-model";
        });
        for (Finding &other : context.findings) {
            if (other.rule == "missing-table" && same_table(other)) {
                other.fix.clear();
            }
        }
        if (problem.told) {
            continue;
        }
        Finding &finding =
            context.report("unreadable-model", table, &table, {problem.object_type, problem.object_name});
        finding.message = problem.message;
    }
}

// Rows whose table or model is not there are in no comparison: better told than passed over.
void report_lost_rows(Context &context) {
    for (const LostRows &lost : context.model.lost) {
        if (!contains(context.filter.models, context.view(lost.model))) {
            continue;
        }
        Table table;
        table.schema = lost.schema;
        table.name = lost.table;
        const bool model_is_lost = lost.table == TextId::none;
        // Above all no fix that would drop the table.
        std::erase_if(context.findings, [&](const Finding &other) {
            return !model_is_lost && other.table_name == context.view(lost.table) &&
                   other.schema_name == context.view(lost.schema);
        });
        Finding &finding = context.report(
            "unreadable-model", table, nullptr,
            model_is_lost ? Object{"model", context.view(lost.model)} : Object{"table", context.view(lost.table)});
        finding.model = context.view(lost.model);
        finding.message =
            model_is_lost
                ? format(
                      "model \"{}\" has rows but is not in schema_audit.model; nothing of it was compared: register "
                      "it again, or remove the rows with SELECT schema_audit.unregister({});",
                      finding.model, quote_literal(finding.model))
                : format(
                      "model \"{}\" has columns, constraints or indexes of table {}, which is not in "
                      "schema_audit.model_table; they were not compared: register the model again",
                      finding.model, qualified(context, table));
    }
}

void compare_all(Context &context, const AuditInput &input) {
    report_missing_schemas(context, input.missing_schemas);
    report_missing_tenants(context);
    find_renamed_types(context);
    compare_tables(context);
    drop_inherited_findings(context);
    compare_objects(context);
    report_duplicate_models(context);
}

// Where a name of the models is missing, it may be there under another one. Then all is compared again as if it
// had the model's: renames are rare, and an audit without any pays nothing.
void compare_renamed(Context &context, const AuditInput &input) {
    const bool misses = std::ranges::any_of(context.findings, [](const Finding &finding) {
        return finding.rule == "missing-column" || finding.rule == "missing-table";
    });
    const std::optional<Renames> renames = misses ? find_renames(context, input) : std::nullopt;
    if (!renames) {
        return;
    }
    AuditInput followed = input;
    followed.live = &renames->live;
    followed.alike = nullptr;
    Context second(followed, context.filter, context.options);
    compare_all(second, input);
    report_renames(second, *renames);
    context.findings = std::move(second.findings);
}

}  // namespace

Context::Context(const AuditInput &input, const AuditFilter &audit_filter, const AuditOptions &audit_options)
    : model(*input.model),
      live(*input.live),
      pool(*input.pool),
      filter(audit_filter),
      options(audit_options),
      alike(input.alike) {
    live_tables_.reserve(live.tables.size());
    for (std::uint32_t i = 0; i < live.tables.size(); ++i) {
        live_tables_.set(pair_of(live.tables[i].schema, live.tables[i].name), i);
    }
    claims_.reserve(model.tables.size());
    next_claims_.assign(model.tables.size(), no_claim);
    for (std::uint32_t i = 0; i < model.tables.size(); ++i) {
        const std::uint64_t name = pair_of(model.tables[i].schema, model.tables[i].name);
        if (std::uint32_t last = claims_.get(name); last == PairMap::absent) {
            claims_.set(name, i);
        } else {
            while (next_claims_[last] != no_claim) {
                last = next_claims_[last];
            }
            next_claims_[last] = i;
        }
    }
    has_partitioned_tables_.assign(model.models.size(), false);
    for (const Table &table : model.tables) {
        if (table.kind == TableKind::partitioned_table) {
            has_partitioned_tables_[table.model] = true;
        }
    }
    for (const Model &item : model.models) {
        selected_models_.push_back(contains(filter.models, view(item.name)));
    }
    for (std::uint32_t i = 0; i < model.objects.size(); ++i) {
        const SchemaObject &object = model.objects[i];
        if (is_view(object.kind) && model_selected(object.model) &&
            is_compared(model.models[object.model].compared, object.kind)) {
            view_claims_.set(pair_of(object.schema, object.name), i);
        }
    }
}

const Table *Context::find(const PairMap &map, const Schema &schema, TextId schema_name, TextId name) noexcept {
    const std::uint32_t found = map.get(pair_of(schema_name, name));
    return found == PairMap::absent ? nullptr : &schema.tables[found];
}

const Table *Context::next_claim(const Table &table) const noexcept {
    const std::uint32_t next = next_claims_[static_cast<std::size_t>(&table - model.tables.data())];
    return next == no_claim ? nullptr : &model.tables[next];
}

bool Context::selected(const Table &model_table) const noexcept { return selected_models_[model_table.model]; }

bool Context::answers_for_extras(const Table &model_table, bool Model::*describes) const noexcept {
    for (const Table *item = claim(model_table.schema, model_table.name); item != nullptr; item = next_claim(*item)) {
        if (selected(*item) && item->managed && (describes == nullptr || model.models[item->model].*describes)) {
            return item == &model_table;
        }
    }
    return false;
}

Finding &Context::report(std::string_view rule, const Table &table, const Table *owner, Object object) {
    Finding &finding = findings.emplace_back();
    const Rule *known = find_rule(rule);
    if (known == nullptr) {
        throw AuditError(ErrorKind::internal, format("rule \"{}\" is not in the registry", rule));
    }
    finding.rule = known->name;
    finding.severity = known->severity;
    finding.schema_name = view(table.schema);
    finding.table_name = view(table.name);
    finding.object_type = object.type;
    finding.object_name = object.name;
    if (owner != nullptr) {
        finding.model = view(model.models[owner->model].name);
        finding.app = view(owner->app);
    }
    finding.key = finding_key(finding);
    return finding;
}

std::vector<Finding> audit(const AuditInput &input, const AuditFilter &filter, const AuditOptions &options) {
    Context context(input, filter, options);
    check_filter(context);
    compare_all(context, input);
    compare_renamed(context, input);
    report_problems(context, input.problems);
    report_lost_rows(context);
    const bool complete = !filter.models && !filter.schemas && !filter.tables && !filter.apps;
    if (complete) {
        context.findings.insert(context.findings.end(), input.besides.begin(), input.besides.end());
    } else {
        std::erase_if(context.findings, [&](const Finding &finding) { return !passes(filter, finding); });
    }
    context.findings.insert(context.findings.end(), input.about_migrations.begin(), input.about_migrations.end());
    apply_suppressions(context.findings, input.suppressions, complete);
    std::erase_if(context.findings, [&](const Finding &finding) {
        return finding.severity > filter.min_severity || (finding.suppressed && !filter.suppressed);
    });
    sort_findings(context.findings);
    return std::move(context.findings);
}

namespace {

ColumnRow base_row(const Context &context, const Table &table, const Table *owner, TextId column) {
    ColumnRow row;
    if (owner != nullptr) {
        row.model = context.str(context.model.models[owner->model].name);
        row.app = context.str(owner->app);
    }
    row.schema_name = context.str(table.schema);
    row.table_name = context.str(table.name);
    row.column_name = context.str(column);
    return row;
}

void set_expected(const Context &context, ColumnRow &row, const Column &column) {
    row.expected_type = context.str(column.type);
    row.expected_default = describe_default(context, column);
    row.expected_not_null = column.not_null;
}

void set_actual(const Context &context, ColumnRow &row, const Column &column) {
    row.actual_type = context.str(column.type);
    row.actual_default = describe_default(context, column);
    row.actual_not_null = column.not_null;
}

bool in_filter(const Context &context, const Table &table, const Table *owner) {
    const AuditFilter &filter = context.filter;
    return contains(filter.schemas, context.view(table.schema)) &&
           (!filter.tables || like(context.view(table.name), *filter.tables)) &&
           (!filter.apps || (owner != nullptr && contains(filter.apps, context.view(owner->app))));
}

void judge(Context &context, ColumnRow &row) {
    row.matched = row.expected_not_null && row.actual_not_null;
    for (const Finding &finding : context.findings) {
        row.differences.emplace_back(finding.rule);
        row.matched = row.matched && finding.severity == Severity::info;
    }
    context.findings.clear();
}

// The finding about the table or the column itself, which compare_column() does not know.
void add_renames(const Context &context, const std::optional<Renames> &renames, const Table &live, TextId column,
                 ColumnRow &row) {
    if (!renames) {
        return;
    }
    const auto number = static_cast<std::uint32_t>(&live - context.live.tables.data());
    const auto add = [&row](std::string_view rule) {
        row.differences.emplace_back(rule);
        row.matched = false;
    };
    const auto columns = renames->columns_of(number);
    if (std::ranges::find(columns, column, &RenamedColumn::expected) != columns.end()) {
        add("renamed-column");
    }
    if (renames->table(number) != nullptr) {
        add("renamed-table");
    }
}

void add_model_columns(Context &context, const Table &model, const std::optional<Renames> &renames,
                       std::vector<ColumnRow> &rows) {
    const Table *live = context.live_table(model.schema, model.name);
    const bool stands_for_view = live != nullptr && !holds_rows(*live) && !model.managed;
    if (live != nullptr && !holds_rows(*live)) {
        live = nullptr;
    }
    const bool unreadable = live != nullptr && live->vanished;
    if (unreadable) {
        live = nullptr;
    }
    for (const Column &expected : context.model.columns_of(model)) {
        ColumnRow row = base_row(context, model, &model, expected.name);
        set_expected(context, row, expected);
        const Column *actual = live == nullptr ? nullptr : context.live.column(*live, expected.name);
        if (actual != nullptr) {
            set_actual(context, row, *actual);
            compare_column(context, model, expected, *live, *actual);
        } else if (live != nullptr) {
            report_missing_column(context, model, expected);
        } else if (!stands_for_view) {
            row.differences.emplace_back(unreadable ? "unreadable-table" : "missing-table");
        }
        judge(context, row);
        if (actual != nullptr) {
            add_renames(context, renames, *live, expected.name, row);
        }
        rows.push_back(std::move(row));
    }
    if (live == nullptr) {
        return;
    }
    report_extra_columns(context, model, *live);
    std::vector<Finding> extras = std::move(context.findings);
    context.findings.clear();
    for (const Finding &extra : extras) {
        const Column *actual = context.live.column(*live, context.pool.find(extra.object_name));
        ColumnRow row = base_row(context, *live, &model, actual->name);
        set_actual(context, row, *actual);
        row.differences.emplace_back(extra.rule);
        rows.push_back(std::move(row));
    }
}

}  // namespace

std::vector<ColumnRow> compare_columns(const AuditInput &input, const AuditFilter &filter,
                                       const AuditOptions &options) {
    const Context unchanged(input, filter, options);
    check_filter(unchanged);
    const std::optional<Renames> renames = find_renames(unchanged, input);
    AuditInput followed = input;
    followed.live = renames ? &renames->live : input.live;
    Context context(followed, filter, options);
    std::vector<ColumnRow> rows;
    for (const Table &model : context.model.tables) {
        if (context.selected(model) && in_filter(context, model, &model)) {
            add_model_columns(context, model, renames, rows);
        }
    }
    std::ranges::stable_sort(rows, {},
                             [](const ColumnRow &row) { return std::tie(row.model, row.schema_name, row.table_name); });
    return rows;
}

}  // namespace schema_audit
