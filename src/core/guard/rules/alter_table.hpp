// What the rules about steps of ALTER TABLE share.
#pragma once

#include "core/guard/rules/hints.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {

// Does the command have such a step?
template <class Step, class Wanted>
[[nodiscard]] Need when_step(const DdlStatement &statement, Wanted wanted, Need needs) noexcept {
    const auto *alter = std::get_if<AlterTable>(&statement);
    return when(alter != nullptr && std::ranges::any_of(alter->steps,
                                                        [&](const TableStep &step) {
                                                            const auto *found = std::get_if<Step>(&step);
                                                            return found != nullptr && wanted(*found);
                                                        }),
                needs);
}
template <class Step>
[[nodiscard]] Need when_step(const DdlStatement &statement, Need needs) noexcept {
    return when(has_step<Step>(statement), needs);
}

// The relation of the command; null where nothing of it is judged.
[[nodiscard]] inline const TableFacts *altered_relation(const Situation &situation) noexcept {
    const auto *alter = std::get_if<AlterTable>(&situation.statement);
    return alter != nullptr ? situation.facts.table(alter->table) : nullptr;
}
// The same where it has rows of its own, or its partitions have.
[[nodiscard]] inline const TableFacts *altered_table(const Situation &situation) noexcept {
    const TableFacts *table = altered_relation(situation);
    const bool stored =
        table != nullptr && (table->kind == RelationKind::table || table->kind == RelationKind::partitioned_table);
    return stored ? table : nullptr;
}

[[nodiscard]] inline bool exists(const TableFacts &table, const AddColumn &add) {
    return std::ranges::find(table.columns, add.column) != table.columns.end();
}
[[nodiscard]] inline std::string name_of(const TableFacts &table) { return quote_qualified(table.schema, table.name); }
// Where the command has no gentle form. `options`: what CREATE TABLE says after the columns.
[[nodiscard]] inline std::string new_table(const TableFacts &table, std::string_view options,
                                           std::string_view kind = "") {
    return format(
        "CREATE {}TABLE {} (LIKE {} INCLUDING ALL){}; /* then this command on it, the rows in batches while a trigger "
        "keeps both in step, and the names exchanged; or a quiet hour with an exemption */",
        kind, quote_qualified(table.schema, table.name + "_new"), name_of(table), options);
}
[[nodiscard]] inline std::string quoted_list(const std::vector<std::string> &names) {
    std::string text;
    for (const std::string &name : names) {
        text += (text.empty() ? "" : ", ") + quote_identifier(name);
    }
    return text;
}
// Written in the command, else as the server would choose it.
[[nodiscard]] inline std::string constraint_name(const AddConstraint &constraint, const TableFacts &table,
                                                 std::string_view suffix, bool with_columns = true) {
    if (!constraint.name.empty()) {
        return quote_identifier(constraint.name);
    }
    std::string name = table.name;
    for (const std::string &column : constraint.columns) {
        name += with_columns ? "_" + column : "";
    }
    return quote_identifier(name + "_" + std::string(suffix));
}

}  // namespace schema_audit::guard
