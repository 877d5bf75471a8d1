// DROP SEQUENCE: where it stood is lost.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &drop = std::get<DropObjects>(situation.statement);
    std::vector<GuardFinding> findings;
    for (const ObjectFacts &object : situation.facts.objects) {
        if (!drop.cascade && !object.dependents.empty()) {
            continue;  // the server refuses it
        }
        const TableFacts *sequence = situation.facts.table(object.name);
        if (sequence == nullptr) {
            continue;
        }
        GuardFinding finding = finding_on(*sequence);
        finding.message = object.dependents.empty()
                              ? "Where it stood is lost: one of the same name begins with numbers that are taken"
                              : format("Where it stood is lost, and CASCADE drops {}", object.dependents.front());
        finding.fix = format("SELECT last_value, is_called FROM {};", object.identity);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule drop_sequence{
    {"drop-sequence", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
     "DROP SEQUENCE: where it stood is lost, and with CASCADE the defaults that use it", "note where it stands first"},
    false,
    [](const DdlStatement &statement) noexcept {
        const auto *drop = std::get_if<DropObjects>(&statement);
        return when(drop != nullptr && drop->object_type == "SEQUENCE", Need::facts | Need::objects);
    },
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
