// Numbers of rows: columns and keys that run out of them, and where their values come from.
#include "core/guard/rules/made_columns.hpp"

namespace schema_audit::guard {
namespace {

bool is_short_serial(const AddColumn &column) noexcept {
    return column.serial && column.type != "bigserial" && column.type != "serial8";
}
bool is_short(const AddColumn &column) noexcept {
    return column.type == "integer" || column.type == "smallint" || is_short_serial(column);
}
// What a serial would need besides, ALTER TYPE of the column alone gives: its sequence keeps its own type.
std::string bigint(const AddColumn & /*column*/) { return "bigint"; }

std::string runs_out(const AddColumn &column) {
    const bool small = column.type == "smallint" || column.type == "smallserial" || column.type == "serial2";
    return format("Ends at {}, and a wider type later means that the whole table is written anew",
                  small ? "32767" : "2147483647");
}

// Columns of a PRIMARY KEY that is a constraint of the table.
std::vector<std::string> key_of(const std::vector<AddConstraint> &constraints) {
    for (const AddConstraint &constraint : constraints) {
        if (constraint.sort == ConstraintSort::primary_key) {
            return constraint.columns;
        }
    }
    return {};
}

GuardFinding about_key(GuardFinding finding, std::string fix) {
    finding.message = format("A primary key of type {}: it ends at {}, and INSERT fails from there on", finding.type,
                             finding.type.starts_with("small") || finding.type == "serial2" ? "32767" : "2147483647");
    finding.fix = std::move(fix);
    return finding;
}

// A key of several columns does not run out with one of them.
std::vector<GuardFinding> judge_key(const Situation &situation) {
    std::vector<GuardFinding> findings;
    const CreateTable *create = made_table(situation);
    const std::vector<std::string> key = create != nullptr ? key_of(create->constraints) : std::vector<std::string>{};
    for_each_new_column(situation, [&](const AddColumn &column, GuardFinding finding) {
        const bool is_key = column.primary_key || (key.size() == 1 && key.front() == column.column);
        if (is_key && !column.references && is_short(column)) {
            std::string fix = with_type(situation, column, finding, "bigint");
            findings.push_back(about_key(std::move(finding), std::move(fix)));
        }
    });
    const auto *alter = std::get_if<AlterTable>(&situation.statement);
    const TableFacts *table = alter != nullptr ? situation.facts.table(alter->table) : nullptr;
    for (const AddConstraint *add : steps_of<AddConstraint>(situation.statement)) {
        const NamedColumn *column =
            table != nullptr && add->columns.size() == 1 ? table->column(add->columns.front()) : nullptr;
        if (add->sort == ConstraintSort::primary_key && column != nullptr &&
            (column->type == "integer" || column->type == "smallint")) {
            findings.push_back(
                about_key(finding_on(*table, column->name, column->type),
                          format("ALTER TABLE {} ALTER COLUMN {} TYPE bigint;",
                                 quote_qualified(table->schema, table->name), quote_identifier(column->name))));
        }
    }
    return findings;
}

Need needs_of_key(const DdlStatement &statement) noexcept {
    const bool adds_key =
        has_step<AddConstraint>(statement) &&
        std::ranges::any_of(std::get_if<AlterTable>(&statement)->steps, [](const TableStep &step) {
            const auto *add = std::get_if<AddConstraint>(&step);
            return add != nullptr && add->sort == ConstraintSort::primary_key && add->columns.size() == 1;
        });
    return adds_key ? Need::columns : when_column(statement, is_short);
}

bool is_serial(const AddColumn &column) noexcept { return column.serial; }
std::string of_its_own(const AddColumn & /*column*/) {
    return "The sequence of a serial column has rights and an owner of its own; those of an identity belong to the "
           "column";
}
std::string identity_of(const AddColumn &column) {
    const std::string type = column.type == "bigserial" || column.type == "serial8"     ? "bigint"
                             : column.type == "smallserial" || column.type == "serial2" ? "smallint"
                                                                                        : "integer";
    return type + " GENERATED ALWAYS AS IDENTITY";
}

std::vector<GuardFinding> judge_serial(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for_each_new_column(situation, [&](const AddColumn &column, GuardFinding finding) {
        if (!is_serial(column)) {
            return;
        }
        finding.message = of_its_own(column);
        const std::string table = quote_qualified(finding.schema, finding.table);
        const std::string name = quote_identifier(column.column);
        finding.fix =
            made_table(situation.statement) != nullptr
                ? format(
                      "ALTER TABLE {0} ALTER COLUMN {1} DROP DEFAULT, ALTER COLUMN {1} ADD GENERATED ALWAYS AS "
                      "IDENTITY; DROP SEQUENCE {2};",
                      table, name, quote_qualified(finding.schema, finding.table + "_" + column.column + "_seq"))
                : format("ALTER TABLE {} ADD COLUMN {} {};", table, name, identity_of(column));
        findings.push_back(std::move(finding));
    });
    return findings;
}

bool is_by_default(const AddColumn &column) noexcept { return column.identity && column.by_default; }
std::vector<GuardFinding> judge_by_default(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for_each_new_column(situation, [&](const AddColumn &column, GuardFinding finding) {
        if (!is_by_default(column)) {
            return;
        }
        const std::string table = quote_qualified(finding.schema, finding.table);
        const std::string name = quote_identifier(column.column);
        finding.message = "INSERT may give a number of its own, which the sequence gives again later";
        finding.fix =
            made_table(situation.statement) != nullptr
                ? format("ALTER TABLE {} ALTER COLUMN {} SET GENERATED ALWAYS;", table, name)
                : format("ALTER TABLE {} ADD COLUMN {} {} GENERATED ALWAYS AS IDENTITY;", table, name, column.type);
        findings.push_back(std::move(finding));
    });
    return findings;
}

}  // namespace

namespace rules {

const StatementRule prefer_bigint{
    {"prefer-bigint", Family::type, Severity::info, Action::none, "ddl_command_start",
     "a new column of type integer, smallint or serial", "bigint"},
    false,
    [](const DdlStatement &statement) noexcept { return when_column(statement, is_short); },
    judge_columns<is_short, runs_out, bigint>};

const StatementRule short_primary_key{
    {"short-primary-key", Family::type, Severity::warning, Action::none, "ddl_command_start",
     "a primary key of type integer or smallint: it runs out of numbers, and a wider type rewrites the table",
     "bigint from the beginning"},
    false,
    needs_of_key,
    judge_key};

const StatementRule prefer_identity{
    {"prefer-identity", Family::type, Severity::info, Action::none, "ddl_command_start",
     "a new column of type serial: its sequence has rights and an owner of its own", "GENERATED ALWAYS AS IDENTITY"},
    false,
    [](const DdlStatement &statement) noexcept { return when_column(statement, is_serial); },
    judge_serial};

const StatementRule identity_by_default{
    {"identity-by-default", Family::type, Severity::info, Action::none, "ddl_command_start",
     "a new column that is GENERATED BY DEFAULT AS IDENTITY: INSERT may give numbers of its own",
     "GENERATED ALWAYS AS IDENTITY"},
    false,
    [](const DdlStatement &statement) noexcept { return when_column(statement, is_by_default); },
    judge_by_default};

}  // namespace rules
}  // namespace schema_audit::guard
