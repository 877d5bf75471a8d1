// A new unique key: rows that are there may break it, and so may code that runs.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

bool is_unique(const AddConstraint &add) noexcept {
    return add.using_index.empty() && (add.sort == ConstraintSort::unique || add.sort == ConstraintSort::primary_key);
}

const CreateIndex *unique_index(const DdlStatement &statement) noexcept {
    const auto *create = std::get_if<CreateIndex>(&statement);
    return create != nullptr && create->unique ? create : nullptr;
}

Need needs(const DdlStatement &statement) noexcept {
    const Need wanted = Need::size | Need::indexes;
    return unique_index(statement) != nullptr ? wanted : when_step<AddConstraint>(statement, is_unique, wanted);
}

// Another unique index of some of the columns proves it.
bool is_proven(const TableFacts &table, const std::vector<std::string> &columns) {
    return std::ranges::any_of(table.indexes, [&](const IndexFacts &index) {
        return index.unique && index.valid && !index.partial &&
               std::ranges::all_of(index.columns, [&](const auto &name) {
                   return !name.empty() && std::ranges::find(columns, name) != columns.end();
               });
    });
}

// Calls visit(table, columns, plain) for each unique key that the statement makes.
template <class Visit>
void for_each_key(const Situation &situation, Visit visit) {
    if (const CreateIndex *create = unique_index(situation.statement)) {
        const TableFacts *table = situation.facts.table(create->table);
        if (table != nullptr) {
            visit(*table, create->columns, create->plain);
        }
        return;
    }
    const TableFacts *table = altered_table(situation);
    for (const AddConstraint *add : steps_of<AddConstraint>(situation.statement)) {
        if (table != nullptr && is_unique(*add)) {
            visit(*table, add->columns, add->index_options.empty());
        }
    }
}

std::vector<GuardFinding> judge_rows(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for_each_key(situation, [&](const TableFacts &table, const std::vector<std::string> &columns, bool plain) {
        if (table.size.empty() || is_proven(table, columns)) {
            return;
        }
        const CreateIndex *create = unique_index(situation.statement);
        GuardFinding finding = finding_on(table);
        finding.message = format(
            "Fails with the first value that is there twice{}",
            create != nullptr && create->concurrently ? ", and leaves an invalid index that costs every write" : "");
        if (plain) {
            finding.fix = format("SELECT {0}, count(*) FROM {1} GROUP BY {0} HAVING count(*) > 1;",
                                 quoted_list(columns), name_of(table));
        }
        findings.push_back(std::move(finding));
    });
    return findings;
}

std::vector<GuardFinding> judge_writers(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for_each_key(situation, [&](const TableFacts &table, const std::vector<std::string> &columns, bool /*plain*/) {
        if (!is_proven(table, columns)) {
            GuardFinding finding = finding_on(table);
            finding.message = format("Code that writes the same {} twice fails from the commit on (error 23505)",
                                     quoted_list(columns));
            findings.push_back(std::move(finding));
        }
    });
    return findings;
}

}  // namespace

namespace rules {

const StatementRule unique_may_fail_on_duplicates{
    {"unique-may-fail-on-duplicates", Family::constraint, Severity::info, Action::log, "ddl_command_start",
     "a new unique index or constraint on a table with rows: it fails where a value is there twice",
     "look for such values first"},
    false,
    needs,
    judge_rows};

const StatementRule unique_breaks_writers{
    {"unique-breaks-writers", Family::constraint, Severity::info, Action::log, "ddl_command_start",
     "a new unique index or constraint: code that writes a value twice fails", "deploy code that does not, first"},
    false,
    needs,
    judge_writers};

}  // namespace rules
}  // namespace schema_audit::guard
