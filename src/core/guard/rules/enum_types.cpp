// Enum types: made, grown, and used too early.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

bool adds_value(const DdlStatement &statement) noexcept {
    const auto *alter = std::get_if<AlterEnum>(&statement);
    return alter != nullptr && !alter->renames;
}

GuardFinding about(const RelationName &type, std::string message, std::string fix) {
    GuardFinding finding;
    finding.schema = type.schema;
    finding.object = quote_qualified(type.schema, type.name);
    finding.object_type = "type";
    finding.message = std::move(message);
    finding.fix = std::move(fix);
    return finding;
}

std::vector<GuardFinding> judge_new(const Situation &situation) {
    const auto &create = std::get<CreateType>(situation.statement);
    return {about(
        create.type, "A value of an enum can never be removed, and all who use the type share its order",
        format("CREATE TABLE {} (value text PRIMARY KEY);", quote_qualified(create.type.schema, create.type.name)))};
}

std::vector<GuardFinding> judge_place(const Situation &situation) {
    const auto &alter = std::get<AlterEnum>(situation.statement);
    if (alter.has_place) {
        return {};
    }
    const std::string type = quote_qualified(alter.type.schema, alter.type.name);
    return {about(alter.type, format("{} comes after all others, and stays there", quote_literal(alter.value)),
                  format("ALTER TYPE {} ADD VALUE {} AFTER '<value>';", type, quote_literal(alter.value)))};
}

std::vector<GuardFinding> judge_in_transaction(const Situation &situation) {
    const auto &alter = std::get<AlterEnum>(situation.statement);
    if (!situation.session.in_transaction_block) {
        return {};
    }
    const std::string type = quote_qualified(alter.type.schema, alter.type.name);
    return {about(
        alter.type,
        format("{} cannot be used before this transaction is committed (error 55P04)", quote_literal(alter.value)),
        format("COMMIT; ALTER TYPE {} ADD VALUE {};", type, quote_literal(alter.value)))};
}

}  // namespace

namespace rules {

const StatementRule avoid_enum{
    {"avoid-enum", Family::type, Severity::info, Action::none, "ddl_command_start",
     "CREATE TYPE ... AS ENUM: its values can never be removed", "a table of the values and a foreign key, or a CHECK"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *create = std::get_if<CreateType>(&statement);
        return when(create != nullptr && create->object_type == "ENUM", Need::target);
    },
    judge_new};

const StatementRule enum_add_value_position{
    {"enum-add-value-position", Family::type, Severity::info, Action::none, "ddl_command_start",
     "ALTER TYPE ... ADD VALUE without BEFORE or AFTER", "say where the value belongs"},
    false,
    [](const DdlStatement &statement) noexcept { return when(adds_value(statement), Need::target); },
    judge_place};

const StatementRule enum_value_used_in_same_transaction{
    {"enum-value-used-in-same-transaction", Family::type, Severity::info, Action::none, "ddl_command_start",
     "ALTER TYPE ... ADD VALUE in a transaction block: later commands of it cannot use the value",
     "add the value in a transaction of its own"},
    false,
    [](const DdlStatement &statement) noexcept { return when(adds_value(statement), Need::target); },
    judge_in_transaction};

}  // namespace rules
}  // namespace schema_audit::guard
