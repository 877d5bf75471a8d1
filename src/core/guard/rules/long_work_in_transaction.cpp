// Commands that read a table while this transaction keeps another, or the same, from all others.
#include "core/guard/statement_rules.hpp"
#include "core/guard/work.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

const RelationName &relation_of(const DdlStatement &statement) {
    if (const auto *create = std::get_if<CreateIndex>(&statement)) {
        return create->table;
    }
    if (const auto *refresh = std::get_if<RefreshMaterializedView>(&statement)) {
        return refresh->view;
    }
    const auto *reindex = std::get_if<Reindex>(&statement);
    return reindex != nullptr ? reindex->object : std::get<AlterTable>(statement).table;
}

std::vector<GuardFinding> judge_holding(const Situation &situation) {
    const SharedList<RelationName> &held = situation.facts.held_from_all;
    if (held.empty() || work_of(situation.statement, situation.facts) == Work::catalog) {
        return {};
    }
    const TableFacts &table = *situation.facts.table(relation_of(situation.statement));
    GuardFinding finding = finding_on(table);
    finding.message = format("Every row is read while this transaction keeps everybody from {} (ACCESS EXCLUSIVE lock)",
                             quote_qualified(held.front().schema, held.front().name));
    finding.fix = "COMMIT; /* then this command */";
    return {finding};
}

std::vector<GuardFinding> judge_repeated(const Situation &situation) {
    const auto &alter = std::get<AlterTable>(situation.statement);
    const TableFacts *table = situation.facts.table(alter.table);
    if (table == nullptr || work_of(situation.statement, situation.facts) == Work::catalog) {
        return {};
    }
    const bool before = std::ranges::any_of(situation.facts.earlier, [&](const PastCommand &past) {
        return past.sort == PastCommand::Sort::read_rows && past.table == RelationName{table->schema, table->name};
    });
    if (!before) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message =
        "An earlier command of this transaction has read every row already: as steps of one ALTER TABLE they would be "
        "read once";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule statement_while_holding_access_exclusive{
    {"statement-while-holding-access-exclusive", Family::lock, Severity::warning, Action::warn, "ddl_command_start",
     "A command that reads every row in a transaction that holds ACCESS EXCLUSIVE on a table: it is closed for as long",
     "end the transaction first"},
    true,
    [](const DdlStatement &statement) noexcept {
        const Need needs = needs_of_work(statement);
        return needs == Need::none ? needs : needs | Need::size | Need::holders;
    },
    judge_holding};

const StatementRule multiple_alter_table{
    {"multiple-alter-table", Family::lock, Severity::info, Action::log, "ddl_command_start",
     "Several ALTER TABLE of one transaction read every row of the same table: it is read once for each",
     "one ALTER TABLE with several steps"},
    true,
    [](const DdlStatement &statement) noexcept {
        const Need needs = needs_of_work(statement);
        return needs == Need::none ? needs : needs | Need::size | Need::earlier;
    },
    judge_repeated};

}  // namespace rules
}  // namespace schema_audit::guard
