// Renames and moves of whole relations: code that knows the old name fails.
#include "core/guard/rules/model_use.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

bool holds_rows(RelationKind kind) noexcept {
    return kind == RelationKind::table || kind == RelationKind::partitioned_table ||
           kind == RelationKind::foreign_table || kind == RelationKind::view || kind == RelationKind::materialized_view;
}

bool is_index(RelationKind kind) noexcept {
    return kind == RelationKind::index || kind == RelationKind::partitioned_index;
}

// Also ALTER TABLE, which takes an index, a view or a sequence as well.
bool renames_relation(const DdlStatement &statement) noexcept {
    const auto *rename = std::get_if<Rename>(&statement);
    return rename != nullptr &&
           (rename->object_type == "TABLE" || rename->object_type == "FOREIGN TABLE" || rename->object_type == "VIEW" ||
            rename->object_type == "MATERIALIZED VIEW" || rename->object_type == "INDEX");
}

std::string compatible_view(const TableFacts &table, const std::string &schema, const std::string &name) {
    return format("CREATE VIEW {} AS SELECT * FROM {};", quote_qualified(table.schema, table.name),
                  quote_qualified(schema, name));
}

std::string unless_view(const Situation &situation) {
    return situation.session.single_command ? "" : ", unless a view of the old name follows in this transaction";
}

std::vector<GuardFinding> judge_rename(const Situation &situation) {
    const auto &rename = std::get<Rename>(situation.statement);
    const TableFacts *table = situation.facts.table(rename.object);
    if (table == nullptr || !holds_rows(table->kind) || unused_by_models(*table)) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message =
        format("{} fails from the commit on, since the name is {} then{}", code_of_at_start(table->models),
               quote_qualified(table->schema, rename.to), unless_view(situation));
    finding.fix =
        format("BEGIN; /* then this command */ {} COMMIT;", compatible_view(*table, table->schema, rename.to));
    return {finding};
}

std::vector<GuardFinding> judge_move(const Situation &situation) {
    const auto &move = std::get<SetSchema>(situation.statement);
    const TableFacts *table = situation.facts.table(move.object);
    if (table == nullptr || !holds_rows(table->kind) || table->schema == move.to || unused_by_models(*table)) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message = format("{} fails from the commit on, or finds another table by its search_path{}",
                             code_of_at_start(table->models), unless_view(situation));
    finding.fix = format("BEGIN; /* then this command */ {} COMMIT;", compatible_view(*table, move.to, table->name));
    return {finding};
}

Need needs_of_name(const DdlStatement &statement) noexcept {
    const auto *rename = std::get_if<Rename>(&statement);
    return when(renames_relation(statement) || (rename != nullptr && rename->object_type == "CONSTRAINT"),
                Need::facts | Need::indexes);
}

std::vector<GuardFinding> judge_name(const Situation &situation) {
    const auto &rename = std::get<Rename>(situation.statement);
    const TableFacts *relation = situation.facts.table(rename.object);
    if (relation == nullptr || (rename.object_type != "CONSTRAINT" && !is_index(relation->kind))) {
        return {};
    }
    GuardFinding finding = finding_on(*relation);
    finding.message = "Code that names it in ON CONFLICT ON CONSTRAINT, or matches it in an error, fails";
    finding.fix = "/* use ON CONFLICT (columns), which needs no name */";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule rename_table{
    {"rename-table", Family::compatibility, Severity::error, Action::warn, "ddl_command_start",
     "RENAME of a table or view that code may still know by its old name",
     "make a view of the old name in the same transaction, and drop it when no code uses it"},
    false,
    [](const DdlStatement &statement) noexcept { return when(renames_relation(statement), Need::models); },
    judge_rename};

const StatementRule set_schema{
    {"set-schema", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
     "SET SCHEMA of a table or view: a rename for all who name its schema or have another search_path",
     "make a view in the old schema in the same transaction"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(std::holds_alternative<SetSchema>(statement), Need::models);
    },
    judge_move};

const StatementRule rename_constraint_or_index{
    {"rename-constraint-or-index", Family::compatibility, Severity::info, Action::log, "ddl_command_start",
     "RENAME of a constraint or an index, which ON CONFLICT ON CONSTRAINT and error handlers may name",
     "ON CONFLICT (columns) needs no name"},
    false,
    needs_of_name,
    judge_name};

}  // namespace rules
}  // namespace schema_audit::guard
