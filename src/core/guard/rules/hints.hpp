// What a HINT consists of: statements that can be pasted as they are. What has to be said between them is in comments.
#pragma once

#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {

// Where the command itself comes in.
inline constexpr std::string_view this_command = "/* then this command */";
inline constexpr std::string_view short_timeout =
    "SET lock_timeout = '2s'; /* then this command */ /* and again when it times out */";
inline constexpr std::string_view later = "/* in a later transaction: */ ";
inline constexpr std::string_view outside = "/* outside of a transaction block: */ ";
inline constexpr std::string_view in_batches = "/* in batches: */ ";

inline constexpr std::int32_t not_null_constraints = 180000;  // NOT NULL … NOT VALID

// Makes a column NOT NULL without a scan that anybody waits for.
[[nodiscard]] inline std::string not_null_steps(const TableFacts &table, const std::string &column,
                                                std::int32_t version) {
    const std::string target = quote_qualified(table.schema, table.name);
    const std::string name = quote_identifier(table.name + "_" + column + "_not_null");
    if (version >= not_null_constraints) {
        return format(
            "ALTER TABLE {0} ADD CONSTRAINT {1} NOT NULL {2} NOT VALID; {3}ALTER TABLE {0} VALIDATE CONSTRAINT {1};",
            target, name, quote_identifier(column), later);
    }
    return format(
        "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK ({2} IS NOT NULL) NOT VALID; {3}ALTER TABLE {0} VALIDATE CONSTRAINT "
        "{1}; ALTER TABLE {0} ALTER COLUMN {2} SET NOT NULL; ALTER TABLE {0} DROP CONSTRAINT {1};",
        target, name, quote_identifier(column), later);
}

// The texts of a step; those of a step of another command are empty.
template <class Step>
[[nodiscard]] StepTexts texts_of(const Situation &situation, const Step &step) {
    const std::vector<StepTexts> &texts = situation.facts.texts.get().steps;
    const auto *alter = std::get_if<AlterTable>(&situation.statement);
    for (std::size_t i = 0; alter != nullptr && i < alter->steps.size() && i < texts.size(); ++i) {
        if (std::get_if<Step>(&alter->steps[i]) == &step) {
            return texts[i];
        }
    }
    return {};
}

// A part of the command that is not known: of a table that is not here.
[[nodiscard]] inline std::string or_placeholder(const std::string &text, std::string_view placeholder) {
    return text.empty() ? std::string(placeholder) : text;
}

}  // namespace schema_audit::guard
