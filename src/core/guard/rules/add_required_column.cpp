// ADD COLUMN … NOT NULL that nothing fills, before any lock is taken. Silent where a later step or command may still
// fill the column; then the commit decides.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

// Does a later step of the same command fill the column, make it nullable or take it away?
bool mended_by_other_step(const AlterTable &statement, const std::string &column) {
    return std::ranges::any_of(statement.steps, [&](const TableStep &step) {
        if (const auto *set = std::get_if<SetDefault>(&step)) {
            return set->column == column && !set->is_null;
        }
        if (const auto *identity = std::get_if<AddIdentity>(&step)) {
            return identity->column == column;
        }
        if (const auto *nullable = std::get_if<DropNotNull>(&step)) {
            return nullable->column == column;
        }
        const auto *dropped = std::get_if<DropColumn>(&step);
        return dropped != nullptr && dropped->column == column;
    });
}

// Also made required: ADD COLUMN …, ALTER COLUMN … SET NOT NULL in one command.
bool set_not_null_later(const AlterTable &statement, const std::string &column) {
    return std::ranges::any_of(statement.steps, [&](const TableStep &step) {
        const auto *set = std::get_if<SetNotNull>(&step);
        return set != nullptr && set->column == column;
    });
}

bool is_required(const AddColumn &add, const AlterTable &statement) {
    const bool not_null = add.not_null || set_not_null_later(statement, add.column);
    const bool by_default = (add.has_default || add.type_has_default) && !add.default_is_null;
    return not_null && !by_default && !add.identity && !add.generated && !add.serial;
}

std::vector<GuardFinding> judge(const Situation &situation, bool default_is_null) {
    std::vector<GuardFinding> findings;
    const auto *statement = std::get_if<AlterTable>(&situation.statement);
    const TableFacts *table = situation.facts.table(statement->table);
    if (table == nullptr) {
        return findings;
    }
    for (const AddColumn *add : steps_of<AddColumn>(situation.statement)) {
        const bool exists = std::ranges::find(table->columns, add->column) != table->columns.end();
        if (add->default_is_null != default_is_null || exists || mended_by_other_step(*statement, add->column) ||
            !is_required(*add, *statement)) {
            continue;
        }
        // With rows the command fails in any case, after it has locked and read the table. On an empty table
        // it succeeds, and in a transaction a later command may still set a default: the commit decides.
        // A BEFORE INSERT trigger may fill the column: that is for the commit, too, which reads it.
        if ((!situation.session.single_command || table->has_insert_trigger) && !table->size.has_rows()) {
            continue;
        }
        GuardFinding finding = finding_on(*table, add->column, add->type);
        finding.required_column = true;
        const std::string_view has_rows = table->size.seen == RowsSeen::unread
                                              ? "the table has rows by its statistics, so the command would fail after "
                                                "locking it"
                                              : "the table has rows, so the command would fail after locking it";
        finding.message =
            format("{}: {}", default_is_null ? "NOT NULL with DEFAULT NULL" : "NOT NULL without a default",
                   table->size.has_rows() ? has_rows : "code that does not know the column cannot insert any more");
        finding.fix = format(
            "ALTER TABLE {} ADD COLUMN {} {} NOT NULL DEFAULT <value>; /* keep the default until every writer names "
            "the column */",
            quote_qualified(table->schema, table->name), quote_identifier(add->column), add->type);
        findings.push_back(std::move(finding));
    }
    return findings;
}

Need needs(const DdlStatement &statement, bool default_is_null) noexcept {
    const auto *alter = std::get_if<AlterTable>(&statement);
    const bool adds = alter != nullptr && std::ranges::any_of(alter->steps, [&](const TableStep &step) {
                          const auto *add = std::get_if<AddColumn>(&step);
                          return add != nullptr && add->default_is_null == default_is_null && is_required(*add, *alter);
                      });
    return when(adds, Need::size | Need::columns | Need::triggers);
}

}  // namespace

namespace rules {

const StatementRule add_column_not_null_no_default{
    {"add-column-not-null-no-default", Family::required_column, Severity::error, Action::reject, "ddl_command_start",
     "ADD COLUMN ... NOT NULL without a default: fails on a table with rows, and breaks every INSERT that does not "
     "know "
     "the column",
     "add it with a default, and keep the default until every writer names the column"},
    false,
    [](const DdlStatement &statement) noexcept { return needs(statement, false); },
    [](const Situation &situation) { return judge(situation, false); }};

const StatementRule default_null_on_not_null_column{
    {"default-null-on-not-null-column", Family::required_column, Severity::error, Action::reject, "ddl_command_start",
     "ADD COLUMN ... NOT NULL DEFAULT NULL: a default in name only", "give it a default that is not null"},
    false,
    [](const DdlStatement &statement) noexcept { return needs(statement, true); },
    [](const Situation &situation) { return judge(situation, true); }};

}  // namespace rules
}  // namespace schema_audit::guard
