// SET LOGGED, SET ACCESS METHOD, SET TABLESPACE: the whole relation is written or copied.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

bool has_storage(const TableFacts &relation) noexcept {
    return relation.kind == RelationKind::table || relation.kind == RelationKind::materialized_view ||
           relation.kind == RelationKind::index;
}

template <class Step, class Differs>
std::vector<GuardFinding> judge(const Situation &situation, Differs differs, std::string_view message, auto fix) {
    const TableFacts *relation = altered_relation(situation);
    if (relation == nullptr || !has_storage(*relation) || relation->size.empty()) {
        return {};
    }
    for (const Step *step : steps_of<Step>(situation.statement)) {
        if (differs(*relation, *step)) {
            GuardFinding finding = finding_on(*relation);
            finding.message = message;
            finding.fix = fix(*relation, *step);
            return {finding};
        }
    }
    return {};
}

constexpr Need storage_and_size = Need::facts | Need::size;

std::vector<GuardFinding> judge_logged(const Situation &situation) {
    return judge<SetLogged>(
        situation, [](const TableFacts &table, const SetLogged &set) { return table.logged != set.logged; },
        "The whole table and its indexes are written anew, while nobody can read or write it (ACCESS EXCLUSIVE lock); "
        "what is unlogged is empty after a crash and on every replica",
        [](const TableFacts &table, const SetLogged &set) {
            return new_table(table, "", set.logged ? "" : "UNLOGGED ");
        });
}

std::vector<GuardFinding> judge_method(const Situation &situation) {
    return judge<SetAccessMethod>(
        situation,
        [](const TableFacts &table, const SetAccessMethod &set) {
            return !set.method.empty() && table.access_method != set.method;
        },
        "The whole table is written anew and every index is built again, while nobody can read or write it (ACCESS "
        "EXCLUSIVE lock)",
        [](const TableFacts &table, const SetAccessMethod &set) {
            return new_table(table, " USING " + quote_identifier(set.method));
        });
}

std::vector<GuardFinding> judge_tablespace(const Situation &situation) {
    return judge<SetTablespace>(
        situation, [](const TableFacts &table, const SetTablespace &set) { return table.tablespace != set.tablespace; },
        "Every file of it is copied, while nobody can read or write it (ACCESS EXCLUSIVE lock)",
        [](const TableFacts &table, const SetTablespace &set) {
            const std::string tablespace = quote_identifier(set.tablespace);
            return table.kind == RelationKind::index
                       ? format("{}REINDEX (TABLESPACE {}) INDEX CONCURRENTLY {};", outside, tablespace, name_of(table))
                       : new_table(table, " TABLESPACE " + tablespace);
        });
}

}  // namespace

namespace rules {

const StatementRule set_logged_unlogged{
    {"set-logged-unlogged", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "SET LOGGED or SET UNLOGGED: the whole table is rewritten; an unlogged one is empty after a crash",
     "a new table of the wanted kind, filled in batches"},
    true,
    [](const DdlStatement &statement) noexcept { return when_step<SetLogged>(statement, storage_and_size); },
    judge_logged};

const StatementRule set_access_method{
    {"set-access-method", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "SET ACCESS METHOD to another one: the whole table is rewritten",
     "a new table with the wanted access method, filled in batches"},
    false,
    [](const DdlStatement &statement) noexcept { return when_step<SetAccessMethod>(statement, storage_and_size); },
    judge_method};

const StatementRule set_tablespace{
    {"set-tablespace", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "SET TABLESPACE to another one: every file is copied under an exclusive lock",
     "REINDEX (TABLESPACE ...) CONCURRENTLY for an index, pg_repack for a table"},
    false,
    [](const DdlStatement &statement) noexcept { return when_step<SetTablespace>(statement, storage_and_size); },
    judge_tablespace};

}  // namespace rules
}  // namespace schema_audit::guard
