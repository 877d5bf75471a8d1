// What the rules about new tables and columns share.
#pragma once

#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {

// CREATE TABLE of one that others will see.
[[nodiscard]] inline const CreateTable *made_table(const DdlStatement &statement) noexcept {
    const auto *create = std::get_if<CreateTable>(&statement);
    return create != nullptr && !create->temporary ? create : nullptr;
}

// The same where it makes one: not IF NOT EXISTS of one that is there.
[[nodiscard]] inline const CreateTable *made_table(const Situation &situation) noexcept {
    return situation.facts.target_exists ? nullptr : made_table(situation.statement);
}

[[nodiscard]] inline std::string schema_of_new(const RelationName &name, const StatementFacts &facts) {
    return name.schema.empty() ? facts.creation_schema : name.schema;
}

[[nodiscard]] inline GuardFinding finding_on_new(const CreateTable &create, const StatementFacts &facts) {
    GuardFinding finding;
    finding.schema = schema_of_new(create.table, facts);
    finding.table = create.table.name;
    finding.object_type = "table";
    return finding;
}

// By CREATE TABLE, ADD COLUMN or ADD ATTRIBUTE.
template <class Wanted>
[[nodiscard]] Need when_column(const DdlStatement &statement, Wanted wanted) noexcept {
    if (const CreateTable *create = made_table(statement)) {
        return when(std::ranges::any_of(create->columns, wanted), Need::target);
    }
    const auto *alter = std::get_if<AlterTable>(&statement);
    return when(alter != nullptr && std::ranges::any_of(alter->steps,
                                                        [&](const TableStep &step) {
                                                            const auto *add = std::get_if<AddColumn>(&step);
                                                            return add != nullptr && wanted(*add);
                                                        }),
                Need::columns);
}

template <class Visit>
void for_each_new_column(const Situation &situation, Visit visit) {
    if (const CreateTable *create = made_table(situation)) {
        for (const AddColumn &column : create->columns) {
            GuardFinding finding = finding_on_new(*create, situation.facts);
            finding.column = column.column;
            finding.type = column.type;
            finding.object_type = "table column";
            visit(column, std::move(finding));
        }
        return;
    }
    const auto *alter = std::get_if<AlterTable>(&situation.statement);
    const TableFacts *table = alter != nullptr ? situation.facts.table(alter->table) : nullptr;
    for (const AddColumn *add : steps_of<AddColumn>(situation.statement)) {
        if (table != nullptr && table->column(add->column) == nullptr) {
            visit(*add, finding_on(*table, add->column, add->type));
        }
    }
}

// The column as another type, after CREATE TABLE or instead of ADD COLUMN.
[[nodiscard]] inline std::string with_type(const Situation &situation, const AddColumn &column,
                                           const GuardFinding &finding, std::string_view type) {
    const std::string table = quote_qualified(finding.schema, finding.table);
    const std::string name = quote_identifier(column.column);
    if (std::holds_alternative<CreateTable>(situation.statement)) {
        return format("ALTER TABLE {} ALTER COLUMN {} TYPE {};", table, name, type);
    }
    const std::string default_value =
        column.constant_default.empty() ? "" : format(" DEFAULT {}", column.constant_default);
    return format("ALTER TABLE {} ADD COLUMN {} {}{}{};", table, name, type, default_value,
                  column.not_null && !default_value.empty() ? " NOT NULL" : "");
}

// A rule that wants another type for some columns.
template <auto wanted, auto message, auto type>
[[nodiscard]] std::vector<GuardFinding> judge_columns(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for_each_new_column(situation, [&](const AddColumn &column, GuardFinding finding) {
        if (wanted(column)) {
            finding.message = message(column);
            const std::string better = type(column);
            finding.fix = better.empty() ? "" : with_type(situation, column, finding, better);
            findings.push_back(std::move(finding));
        }
    });
    return findings;
}

}  // namespace schema_audit::guard
