// REINDEX without CONCURRENTLY. Event triggers see it from 17 on.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    const auto *reindex = std::get_if<Reindex>(&statement);
    return when(reindex != nullptr && !reindex->concurrently &&
                    (reindex->object_type == "INDEX" || reindex->object_type == "TABLE"),
                Need::size);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &reindex = std::get<Reindex>(situation.statement);
    const TableFacts *object = situation.facts.table(reindex.object);
    // Those of the system take no CONCURRENTLY.
    if (object == nullptr || object->schema == "pg_catalog") {
        return {};
    }
    const bool index = reindex.object_type == "INDEX";
    GuardFinding finding = finding_on(*object);
    finding.message =
        index ? format(
                    "Every write of {} waits until it is built, and every query that would use it (SHARE lock, ACCESS "
                    "EXCLUSIVE on the index)",
                    object->of_table ? quote_qualified(object->of_table->schema, object->of_table->name)
                                     : std::string("its table"))
              : "Every write waits until all its indexes are built (SHARE lock)";
    finding.fix = format("/* outside of a transaction block: */ REINDEX {} CONCURRENTLY {};", reindex.object_type,
                         quote_qualified(object->schema, object->name));
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule reindex_blocking{
    {"reindex-blocking", Family::index, Severity::error, Action::reject, "ddl_command_start",
     "REINDEX without CONCURRENTLY: writes to the table wait until its indexes are built",
     "REINDEX ... CONCURRENTLY, outside of a transaction block"},
    true,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
