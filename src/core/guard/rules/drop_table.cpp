// DROP TABLE: its rows are gone, and code that still reads it fails.
#include "core/guard/rules/model_use.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

bool drops(const DdlStatement &statement, std::string_view one, std::string_view other) noexcept {
    const auto *drop = std::get_if<DropObjects>(&statement);
    return drop != nullptr && (drop->object_type == one || drop->object_type == other);
}

template <class Describe>
std::vector<GuardFinding> findings_on_dropped(const Situation &situation, Describe describe) {
    std::vector<GuardFinding> findings;
    for (const RelationName &name : std::get<DropObjects>(situation.statement).names) {
        const TableFacts *relation = situation.facts.table(name);
        if (relation == nullptr || unused_by_models(*relation)) {
            continue;
        }
        GuardFinding finding = finding_on(*relation);
        if (describe(*relation, finding)) {
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

bool describe_table(const TableFacts &table, GuardFinding &finding) {
    const bool is_table = table.kind == RelationKind::table || table.kind == RelationKind::partitioned_table ||
                          table.kind == RelationKind::foreign_table;
    // Empty and never read: nobody misses it.
    if (!is_table || (table.models.empty() && table.size.empty() && table.scans == 0)) {
        return false;
    }
    const std::string target = quote_qualified(table.schema, table.name);
    finding.message = table.size.empty()
                          ? format("{} fails from the commit on", code_of_at_start(table.models))
                          : format("Its rows are lost, and {} fails from the commit on", code_of(table.models));
    finding.fix =
        table.models.empty()
            ? format(
                  "/* first see whether somebody reads it: */ SELECT seq_scan, idx_scan, n_tup_ins FROM "
                  "pg_stat_all_tables WHERE relid = to_regclass({});",
                  quote_literal(target))
            : format("/* first deploy code without the table, and register its model */ DROP TABLE {};", target);
    return true;
}

bool describe_view(const TableFacts &view, GuardFinding &finding) {
    if (view.kind != RelationKind::view && view.kind != RelationKind::materialized_view) {
        return false;
    }
    finding.message =
        format("{} fails from the commit on, and the grants on the view are lost", code_of_at_start(view.models));
    finding.fix =
        "/* to change a view use CREATE OR REPLACE VIEW, which keeps its grants; drop it when no code reads it */";
    return true;
}

}  // namespace

namespace rules {

const StatementRule drop_table{
    {"drop-table", Family::compatibility, Severity::error, Action::warn, "ddl_command_start",
     "DROP TABLE of a table that has rows, is read or belongs to a model",
     "deploy code without the table first, and register its model"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(drops(statement, "TABLE", "FOREIGN TABLE"), Need::size | Need::models);
    },
    [](const Situation &situation) { return findings_on_dropped(situation, describe_table); }};

const StatementRule drop_view{{"drop-view", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
                               "DROP VIEW or DROP MATERIALIZED VIEW: its readers fail, its grants are lost",
                               "CREATE OR REPLACE VIEW, or drop it when no code reads it"},
                              false,
                              [](const DdlStatement &statement) noexcept {
                                  return when(drops(statement, "VIEW", "MATERIALIZED VIEW"), Need::models);
                              },
                              [](const Situation &situation) { return findings_on_dropped(situation, describe_view); }};

}  // namespace rules
}  // namespace schema_audit::guard
