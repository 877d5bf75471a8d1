// TRUNCATE: rows are lost at once, in tables that the command does not even name where it says CASCADE.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

const Truncate *truncate_of(const DdlStatement &statement) noexcept { return std::get_if<Truncate>(&statement); }

std::vector<GuardFinding> judge(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for (const auto &[name, table] : situation.facts.tables) {
        if (table.size.empty()) {
            continue;
        }
        GuardFinding finding = finding_on(table);
        finding.message =
            "Its rows are lost, and until the transaction ends nobody can even read it (ACCESS EXCLUSIVE "
            "lock)";
        finding.fix = format("DELETE FROM {}; /* keeps its readers going; in batches where the rows are many */",
                             quote_qualified(table.schema, table.name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

std::vector<GuardFinding> judge_cascade(const Situation &situation) {
    constexpr std::size_t most = 10;
    std::vector<GuardFinding> findings;
    for (const ObjectFacts &object : situation.facts.objects) {
        const TableFacts *table = situation.facts.table(object.name);
        if (table == nullptr || object.dependents.empty()) {
            continue;
        }
        std::string listed;
        for (std::size_t i = 0; i < object.dependents.size() && i < most; ++i) {
            listed += (i == 0 ? "" : ", ") + object.dependents[i];
        }
        const std::string more =
            object.dependents.size() > most ? format(" and {} more", object.dependents.size() - most) : "";
        GuardFinding finding = finding_on(*table);
        finding.message = format("CASCADE empties {} more: {}{}", object.dependents.size(), listed, more);
        finding.fix = format("TRUNCATE {}, {}; /* names what is to be emptied */", object.identity, listed);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule truncate{
    {"truncate", Family::compatibility, Severity::error, Action::warn, "utility hook",
     "TRUNCATE of a table that has rows: they are lost, and readers wait", "DELETE in batches"},
    false,
    [](const DdlStatement &statement) noexcept { return when(truncate_of(statement) != nullptr, Need::size); },
    judge};

const StatementRule truncate_cascade{
    {"truncate-cascade", Family::compatibility, Severity::error, Action::warn, "utility hook",
     "TRUNCATE ... CASCADE where other tables reference it: they are emptied too", "name the tables"},
    false,
    [](const DdlStatement &statement) noexcept {
        const Truncate *wanted = truncate_of(statement);
        return when(wanted != nullptr && wanted->cascade, Need::facts | Need::objects);
    },
    judge_cascade};

}  // namespace rules
}  // namespace schema_audit::guard
