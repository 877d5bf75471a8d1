// A rewrite of a table that is larger than what is free on its disk.
#include "core/guard/statement_rules.hpp"
#include "core/guard/work.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

bool may_rewrite(const TableStep &step) noexcept {
    if (const auto *add = std::get_if<AddColumn>(&step)) {
        return add->serial || add->identity || (add->generated && add->stored) ||
               (add->has_default && add->constant_default.empty());
    }
    return std::holds_alternative<AlterColumnType>(step) || std::holds_alternative<SetLogged>(step) ||
           std::holds_alternative<SetAccessMethod>(step) || std::holds_alternative<SetExpression>(step);
}

Need needs(const DdlStatement &statement) noexcept {
    const auto *alter = std::get_if<AlterTable>(&statement);
    if (alter != nullptr) {
        return std::ranges::any_of(alter->steps, may_rewrite) ? needs_of_work(statement) | Need::size | Need::disk
                                                              : Need::none;
    }
    const auto *rewrite = std::get_if<RewriteTable>(&statement);
    return when(rewrite != nullptr && !rewrite->tables.empty(), Need::size | Need::disk);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const bool by_alter = std::holds_alternative<AlterTable>(situation.statement);
    if (by_alter && work_of(situation.statement, situation.facts) != Work::rewrites) {
        return {};
    }
    std::vector<GuardFinding> findings;
    for (const RelationName &name : relations_of(situation.statement)) {
        const TableFacts *table = situation.facts.table(name);
        if (table == nullptr || table->free_bytes < 0 || table->free_bytes > table->bytes_with_indexes) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.message = format(
            "The table and its indexes are written anew, {} bytes beside the old ones and as much into the log, and {} "
            "bytes are free on the disk",
            table->bytes_with_indexes, table->free_bytes);
        findings.push_back(std::move(finding));
        if (by_alter) {
            break;  // the others are only referred to
        }
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule disk_headroom{
    {"disk-headroom", Family::rewrite, Severity::warning, Action::warn, "ddl_command_start",
     "a command that writes a table anew where less is free on the disk than the table and its indexes take",
     "make room first, or change the table in steps that rewrite nothing"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
