// House rules about indexes.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

constexpr std::size_t most_columns = 3;
constexpr std::size_t most_indexes = 10;

template <class Wanted>
std::vector<GuardFinding> judge(const Situation &situation, Wanted wanted, auto describe) {
    const auto &create = std::get<CreateIndex>(situation.statement);
    const TableFacts *table = situation.facts.table(create.table);
    if (table == nullptr || !wanted(create, *table)) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    describe(create, *table, finding);
    return {finding};
}

std::vector<GuardFinding> judge_width(const Situation &situation) {
    return judge(
        situation,
        [](const CreateIndex &create, const TableFacts & /*table*/) {
            return !create.unique && create.columns.size() > most_columns;
        },
        [](const CreateIndex &create, const TableFacts & /*table*/, GuardFinding &finding) {
            finding.message = format("An index of {} columns: the later ones rarely help a query, and all cost writes",
                                     create.columns.size());
        });
}

std::vector<GuardFinding> judge_count(const Situation &situation) {
    return judge(
        situation,
        [](const CreateIndex & /*create*/, const TableFacts &table) { return table.indexes.size() >= most_indexes; },
        [](const CreateIndex & /*create*/, const TableFacts &table, GuardFinding &finding) {
            finding.message = format("It has {} indexes already, and each costs every write", table.indexes.size());
            finding.fix = format(
                "SELECT indexrelname, idx_scan FROM pg_stat_all_indexes WHERE relid = {}::regclass ORDER BY idx_scan;",
                quote_literal(quote_qualified(table.schema, table.name)));
        });
}

std::vector<GuardFinding> judge_hash(const Situation &situation) {
    return judge(
        situation, [](const CreateIndex &create, const TableFacts & /*table*/) { return create.method == "hash"; },
        [](const CreateIndex & /*create*/, const TableFacts & /*table*/, GuardFinding &finding) {
            finding.message = "A hash index serves = alone: no order, no ranges, no uniqueness, no second column";
        });
}

bool has_expression(const CreateIndex &create) {
    return std::ranges::find(create.columns, std::string()) != create.columns.end();
}

std::vector<GuardFinding> judge_expression(const Situation &situation) {
    return judge(
        situation, [](const CreateIndex &create, const TableFacts & /*table*/) { return has_expression(create); },
        [](const CreateIndex & /*create*/, const TableFacts &table, GuardFinding &finding) {
            finding.message = "The planner knows nothing of the values of the expression before the next ANALYZE";
            finding.fix = format("ANALYZE {};", quote_qualified(table.schema, table.name));
        });
}

bool creates_index(const DdlStatement &statement) noexcept { return std::holds_alternative<CreateIndex>(statement); }

}  // namespace

namespace rules {

const StatementRule wide_index{
    {"wide-index", Family::index, Severity::info, Action::none, "ddl_command_start",
     "CREATE INDEX of more than three columns", "the columns that queries choose by"},
    false,
    [](const DdlStatement &statement) noexcept { return when(creates_index(statement), Need::facts); },
    judge_width};

const StatementRule too_many_indexes{
    {"too-many-indexes", Family::index, Severity::info, Action::none, "ddl_command_start",
     "CREATE INDEX on a table that has ten", "drop those that no query uses"},
    false,
    [](const DdlStatement &statement) noexcept { return when(creates_index(statement), Need::indexes); },
    judge_count};

const StatementRule hash_index{
    {"hash-index", Family::index, Severity::info, Action::none, "ddl_command_start", "CREATE INDEX ... USING hash",
     "a btree"},
    false,
    [](const DdlStatement &statement) noexcept { return when(creates_index(statement), Need::facts); },
    judge_hash};

const StatementRule analyze_after_index{
    {"analyze-after-index", Family::index, Severity::info, Action::none, "ddl_command_start",
     "CREATE INDEX of an expression: the planner knows nothing of it before ANALYZE", "ANALYZE the table after it"},
    false,
    [](const DdlStatement &statement) noexcept { return when(creates_index(statement), Need::facts); },
    judge_expression};

}  // namespace rules
}  // namespace schema_audit::guard
