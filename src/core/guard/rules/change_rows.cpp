// What a migration does to rows: many of them under the locks of its DDL, or all of them at once.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

bool is_large(const TableFacts &table, const SessionFacts &session) noexcept {
    return table.size.assumed || (table.size.has_rows() && table.size.rows >= session.min_rows) ||
           (table.size.bytes > 0 && table.size.bytes >= session.min_bytes);
}

// WHERE says which row of a unique index: few, however large the table is.
bool takes_single_rows(const ChangeRows &change, const TableFacts &table) {
    return std::ranges::any_of(table.indexes, [&](const IndexFacts &index) {
        return index.unique && index.valid && !index.partial && !index.columns.empty() &&
               std::ranges::all_of(index.columns, [&](const std::string &column) {
                   return std::ranges::find(change.fixed, column) != change.fixed.end();
               });
    });
}

bool changes_own_rows(const ChangeRows &change) noexcept {
    return change.command == "UPDATE" || change.command == "DELETE";
}

// Of a command that has not run: those that it may be about. A join with few rows changes few.
bool may_change_many(const ChangeRows &change, const Situation &situation) {
    const auto large = [&](const RelationName &name) {
        const TableFacts *table = situation.facts.table(name);
        return table != nullptr && is_large(*table, situation.session);
    };
    const bool from_others = !change.sources.empty() || !changes_own_rows(change);
    if (from_others && !std::ranges::any_of(change.sources, large)) {
        return false;
    }
    return !changes_own_rows(change) ||
           (large(change.table) && !takes_single_rows(change, *situation.facts.table(change.table)));
}

// One that this transaction has made has no facts.
GuardFinding finding_on_target(const ChangeRows &change, const Situation &situation) {
    if (const TableFacts *table = situation.facts.table(change.table)) {
        return finding_on(*table);
    }
    GuardFinding finding;
    finding.schema = change.table.schema.empty() ? situation.facts.creation_schema : change.table.schema;
    finding.table = change.table.name;
    finding.object_type = "table";
    return finding;
}

std::string what_is_done(const ChangeRows &change) {
    return change.rows                ? format("{} rows were changed", *change.rows)
           : changes_own_rows(change) ? "Rows of a large table are changed"
                                      : "Rows are made of those of a large table";
}

std::vector<GuardFinding> judge_backfill(const Situation &situation) {
    const auto &change = std::get<ChangeRows>(situation.statement);
    const SharedList<RelationName> &held = situation.facts.held;
    const bool many = change.rows ? *change.rows > 0 && *change.rows >= situation.session.min_rows
                                  : may_change_many(change, situation);
    if (held.empty() || !many) {
        return {};
    }
    GuardFinding finding = finding_on_target(change, situation);
    finding.message = format("{} while DDL of this transaction keeps others from {}: they wait until it ends",
                             what_is_done(change), quote_qualified(held.front().schema, held.front().name));
    finding.fix = "COMMIT; /* then this command */";
    return {finding};
}

std::vector<GuardFinding> judge_every_row(const Situation &situation) {
    const auto &change = std::get<ChangeRows>(situation.statement);
    const TableFacts *table = situation.facts.table(change.table);
    if (table == nullptr || !is_large(*table, situation.session)) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    const bool deletes = change.command == "DELETE";
    finding.message =
        deletes ? "Without WHERE: every row of a large table goes in one transaction, and nobody is asked"
                : "Without WHERE: every row of a large table is written again in one transaction, which locks them all";
    if (deletes && table->kind == RelationKind::table) {
        const std::string name = quote_qualified(table->schema, table->name);
        finding.fix = format("DELETE FROM {0} WHERE ctid = ANY (ARRAY (SELECT ctid FROM {0} LIMIT 10000));", name);
    }
    return {finding};
}

Need needs_of_every_row(const DdlStatement &statement, std::string_view command) noexcept {
    const auto *change = std::get_if<ChangeRows>(&statement);
    return when(change != nullptr && change->every_row && change->command == command, Need::size);
}

}  // namespace

namespace rules {

const StatementRule backfill_in_ddl_transaction{
    {"backfill-in-ddl-transaction", Family::lock, Severity::warning, Action::warn, "executor hook",
     "INSERT, UPDATE, DELETE or MERGE of many rows in a transaction whose DDL has locked a table",
     "COMMIT the DDL first, and change the rows in batches"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *change = std::get_if<ChangeRows>(&statement);
        return change == nullptr ? Need::none
               : change->rows    ? Need::facts | Need::holders | Need::target
                                 : Need::size | Need::indexes | Need::holders | Need::target;
    },
    judge_backfill};

const StatementRule delete_without_where{
    {"delete-without-where", Family::compatibility, Severity::warning, Action::warn, "lint, rehearse",
     "a migration has a DELETE without WHERE of a large table", "DELETE in batches"},
    false,
    [](const DdlStatement &statement) noexcept { return needs_of_every_row(statement, "DELETE"); },
    judge_every_row};

const StatementRule update_without_where{
    {"update-without-where", Family::compatibility, Severity::warning, Action::warn, "lint, rehearse",
     "a migration has an UPDATE without WHERE of a large table", "UPDATE in batches"},
    false,
    [](const DdlStatement &statement) noexcept { return needs_of_every_row(statement, "UPDATE"); },
    judge_every_row};

}  // namespace rules
}  // namespace schema_audit::guard
