#include "core/compare/renames.hpp"

#include "core/compare/describe.hpp"
#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

// What somebody has accepted as missing or as extra is no candidate.
bool is_accepted(const Context &context, const AuditInput &input, std::string_view rule, const Table &table,
                 Object object) {
    Finding finding;
    finding.rule = rule;
    finding.schema_name = context.view(table.schema);
    finding.table_name = context.view(table.name);
    finding.object_type = object.type;
    finding.object_name = object.name;
    finding.key = finding_key(finding);
    return std::ranges::any_of(input.suppressions, [&](const Suppression &suppression) {
        return !suppression.expired && matches(suppression, finding);
    });
}

bool is_accepted(const Context &context, const AuditInput &input, const RenamedTable &renamed) {
    const Table &model = context.model.tables[renamed.model];
    const Table &live = context.live.tables[renamed.live];
    return is_accepted(context, input, "missing-table", model, {"table", context.view(model.name)}) ||
           is_accepted(context, input, "extra-table", live, {"table", context.view(live.name)});
}

bool is_accepted(const Context &context, const AuditInput &input, const RenamedColumn &renamed) {
    const Table &live = context.live.tables[renamed.live];
    return is_accepted(context, input, "missing-column", live, {"column", context.view(renamed.expected)}) ||
           is_accepted(context, input, renamed.required ? "orphan-required-column" : "extra-column", live,
                       {"column", context.view(renamed.actual)});
}

// What the server cannot read of the model is like nothing.
bool is_unreadable(const Context &context, const AuditInput &input, const RenamedColumn &renamed) {
    const Table &live = context.live.tables[renamed.live];
    return std::ranges::any_of(input.problems, [&](const ModelProblem &problem) {
        const Table &table = context.model.tables[problem.table];
        return table.schema == live.schema && table.name == live.name && problem.object_type == "column" &&
               problem.object_name == context.view(renamed.expected);
    });
}

std::string join(const std::vector<std::string> &items) {
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
    }
    return text;
}

std::string likeness(const RenamedColumn &renamed) {
    std::vector<std::string> same{"type"};
    const auto add = [&same](bool condition, std::string_view word) {
        if (condition) {
            same.emplace_back(word);
        }
    };
    add(renamed.same_place, "place");
    add(renamed.same_constraints, "constraints");
    add(renamed.same_index, "indexes");
    add(renamed.same_comment, "comment");
    return join(same);
}

void report_column(Context &context, const Table &model, const Column &expected, const RenamedColumn &renamed) {
    Finding &finding = context.report("renamed-column", model, &model, {"column", context.view(renamed.expected)});
    const std::string name = quote_identifier(context.view(renamed.expected));
    const std::string actual = quote_identifier(context.view(renamed.actual));
    finding.expected = context.view(renamed.expected);
    finding.actual = context.view(renamed.actual);
    finding.fix = alter_table(context, model, format("RENAME COLUMN {} TO {}", actual, name));
    finding.message = format(
        "column {} of {} is in the model and not in the database, {} is in the database and in no model, and they have "
        "the same {}: either it was renamed (fix: {}), or one was dropped and the other added (fix: {}, and when "
        "nothing needs its data {}); until then every statement that names {} fails{}",
        name, qualified(context, model), actual, likeness(renamed), finding.fix, add_column(context, model, expected),
        alter_table(context, model, format("DROP COLUMN {}", actual)), name,
        renamed.required ? format(", and so does every INSERT, since {} is NOT NULL without default", actual) : "");
}

void report_table(Context &context, const Table &model, const RenamedTable &renamed) {
    Finding &finding = context.report("renamed-table", model, &model, {"table", context.view(model.name)});
    const std::string actual = quote_qualified(context.view(model.schema), context.view(renamed.actual));
    finding.expected = context.view(model.name);
    finding.actual = context.view(renamed.actual);
    finding.fix = format("ALTER TABLE {} RENAME TO {};", actual, quote_identifier(context.view(model.name)));
    std::vector<std::string> same{format("{} of {} columns", renamed.alike, model.columns.count)};
    if (renamed.same_names) {
        same.emplace_back("names of constraints or indexes");
    }
    if (renamed.referenced) {
        same.emplace_back("foreign keys to them");
    }
    finding.message = format(
        "table {} is in the model and not in the database, {} is in the database and in no model, and they have the "
        "same {}: either it was renamed (fix: {}), or one was dropped and the other added (fix: run the migrations "
        "that create {}, and when nothing needs its data DROP TABLE {};)",
        qualified(context, model), actual, join(same), finding.fix, qualified(context, model), actual);
}

// The live table that a finding is about.
const Table *table_of(const Context &context, const Finding &finding) {
    return context.live_table(context.pool.find(finding.schema_name), context.pool.find(finding.table_name));
}
std::uint32_t number_of(const Context &context, const Table &live) noexcept {
    return static_cast<std::uint32_t>(&live - context.live.tables.data());
}

// What else is told of a renamed table names it as the model does.
void add_present_name(const Context &context, const Renames &renames, Finding &finding) {
    const Table *live = table_of(context, finding);
    const RenamedTable *renamed = live == nullptr ? nullptr : renames.table(number_of(context, *live));
    if (renamed != nullptr) {
        finding.message +=
            format("; the table is {} now{}", quote_qualified(finding.schema_name, context.view(renamed->actual)),
                   finding.fix.empty() ? "" : ", and the fix is for when it is renamed");
    }
}

// The name of a constraint or an index is made of those of its table and its columns, by the server or an ORM:
// another one that differs just by them is no news.
class NamesThatFollow {
public:
    NamesThatFollow(Context &context, const Renames &renames) : context_(context), renames_(renames) {}

    [[nodiscard]] bool explain(const Finding &finding) const {
        if (finding.rule != "name-mismatch") {
            return false;
        }
        const Table *live = table_of(context_, finding);
        if (live == nullptr) {
            return false;
        }
        const std::uint32_t number = number_of(context_, *live);
        std::string name = finding.actual;
        if (const RenamedTable *table = renames_.table(number)) {
            replace(name, table->actual, live->name);
        }
        for (const RenamedColumn &column : renames_.columns_of(number)) {
            replace(name, column.actual, column.expected);
        }
        return name == finding.expected;
    }

private:
    void replace(std::string &text, TextId from, TextId to) const {
        const std::string_view before = context_.view(from);
        if (const std::size_t at = text.find(before); at != std::string::npos) {
            text.replace(at, before.size(), context_.view(to));
        }
    }

    Context &context_;
    const Renames &renames_;
};

}  // namespace

const RenamedTable *Renames::table(std::uint32_t live_table) const noexcept {
    const auto found = std::ranges::lower_bound(tables, live_table, {}, &RenamedTable::live);
    return found == tables.end() || found->live != live_table ? nullptr : &*found;
}

std::span<const RenamedColumn> Renames::columns_of(std::uint32_t live_table) const noexcept {
    const auto first = std::ranges::lower_bound(columns, live_table, {}, &RenamedColumn::live);
    const auto last = std::ranges::upper_bound(columns, live_table, {}, &RenamedColumn::live);
    return {first, last};
}

std::optional<Renames> find_renames(const Context &context, const AuditInput &input) {
    Renames result;
    result.tables = find_renamed_tables(context);
    std::erase_if(result.tables, [&](const RenamedTable &item) { return is_accepted(context, input, item); });
    std::ranges::sort(result.tables, {}, &RenamedTable::live);
    AuditInput followed = input;
    if (!result.tables.empty()) {
        result.live = context.live;
        follow_tables(result.live, context.pool, context.model, result.tables);
        followed.live = &result.live;
    }
    const Context tables_followed(followed, context.filter, context.options);
    result.columns = find_renamed_columns(tables_followed);
    std::erase_if(result.columns, [&](const RenamedColumn &item) {
        return is_accepted(tables_followed, input, item) || is_unreadable(tables_followed, input, item);
    });
    std::ranges::stable_sort(result.columns, {}, &RenamedColumn::live);
    if (result.tables.empty() && result.columns.empty()) {
        return std::nullopt;
    }
    if (result.tables.empty()) {
        result.live = context.live;
    }
    follow_columns(result.live, context.pool, result.columns);
    return result;
}

void report_renames(Context &context, const Renames &renames) {
    std::erase_if(context.findings, [following = NamesThatFollow(context, renames)](const Finding &finding) {
        return following.explain(finding);
    });
    for (Finding &finding : context.findings) {
        add_present_name(context, renames, finding);
    }
    for (const RenamedColumn &renamed : renames.columns) {
        const Table &live = context.live.tables[renamed.live];
        for (const Table *claim = context.claim(live.schema, live.name); claim != nullptr;
             claim = context.next_claim(*claim)) {
            const Column *expected = context.model.column(*claim, renamed.expected);
            if (expected != nullptr && !renamed.told_by_parent && context.selected(*claim) &&
                is_compared(context.model.models[claim->model].compared, ObjectKind::column)) {
                report_column(context, *claim, *expected, renamed);
            }
        }
    }
    for (const RenamedTable &renamed : renames.tables) {
        const Table &live = context.live.tables[renamed.live];
        for (const Table *claim = context.claim(live.schema, live.name); claim != nullptr;
             claim = context.next_claim(*claim)) {
            if (context.selected(*claim)) {
                report_table(context, *claim, renamed);
            }
        }
    }
}

}  // namespace schema_audit
