// ALTER COLUMN TYPE: what the conversion costs, by the server's own test.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    return when_step<AlterColumnType>(statement, Need::size | Need::type_changes);
}

template <class Judge>
std::vector<GuardFinding> for_each_change(const Situation &situation, Judge judge) {
    std::vector<GuardFinding> findings;
    const TableFacts *table = altered_table(situation);
    if (table != nullptr) {
        for (const TypeChange &change : situation.facts.type_changes) {
            judge(*table, change, findings);
        }
    }
    return findings;
}

std::string expand_and_contract(const TableFacts &table, const TypeChange &change) {
    const std::string name = table.name + "_" + change.column + "_new";
    return format(
        "ALTER TABLE {0} ADD COLUMN {1} {2}; CREATE FUNCTION {3}() RETURNS trigger LANGUAGE plpgsql AS $fill$BEGIN "
        "NEW.{1} := NEW.{4}; RETURN NEW; END$fill$; CREATE TRIGGER {5} BEFORE INSERT OR UPDATE ON {0} FOR EACH ROW "
        "EXECUTE FUNCTION {3}(); {6}UPDATE {0} SET {4} = {4} WHERE {1} IS NULL AND {4} IS NOT NULL; /* then let the "
        "code use the new column */",
        name_of(table), quote_identifier(change.column + "_new"), change.base.empty() ? change.to : change.base,
        quote_qualified(table.schema, name), quote_identifier(change.column), quote_identifier(name), in_batches);
}

std::vector<GuardFinding> judge_rewrite(const Situation &situation) {
    return for_each_change(
        situation, [](const TableFacts &table, const TypeChange &change, std::vector<GuardFinding> &findings) {
            if (!change.rewrites) {
                return;
            }
            GuardFinding finding = finding_on(table, change.column, change.from);
            finding.message = format(
                "To become {} the whole table is written anew and every index is built again, while nobody can read or "
                "write it (ACCESS EXCLUSIVE lock)",
                change.to);
            finding.fix = expand_and_contract(table, change);
            findings.push_back(std::move(finding));
        });
}

std::vector<GuardFinding> judge_rescan(const Situation &situation) {
    return for_each_change(situation, [](const TableFacts &table, const TypeChange &change,
                                         std::vector<GuardFinding> &findings) {
        if (change.rewrites || (change.rechecked.empty() && change.rebuilt.empty())) {
            return;
        }
        GuardFinding finding = finding_on(table, change.column, change.from);
        std::string what;
        if (!change.rechecked.empty()) {
            what = format("constraint {} is checked again for every row", quoted_list(change.rechecked));
            for (const std::string &name : change.rechecked) {
                finding.fix += format("ALTER TABLE {} DROP CONSTRAINT {}; ", name_of(table), quote_identifier(name));
            }
        }
        if (!change.rebuilt.empty()) {
            what += format("{}index {} is built again", what.empty() ? "" : ", ", quoted_list(change.rebuilt));
            finding.fix += outside;
            for (const std::string &name : change.rebuilt) {
                finding.fix += format("DROP INDEX CONCURRENTLY {}; ", quote_qualified(table.schema, name));
            }
        }
        finding.fix += this_command;
        finding.fix += change.rechecked.empty() ? "" : " /* then the constraint again as NOT VALID, and VALIDATE */";
        finding.fix += change.rebuilt.empty() ? "" : " /* then CREATE INDEX CONCURRENTLY */";
        finding.message = format(
            "To become {} no row changes, but {} while nobody can read or write the table (ACCESS EXCLUSIVE "
            "lock)",
            change.to, what);
        findings.push_back(std::move(finding));
    });
}

bool is_key_of(const ReferenceFacts &reference, const std::string &column) {
    return std::ranges::find(reference.referenced_columns, column) != reference.referenced_columns.end();
}

std::vector<GuardFinding> judge_key(const Situation &situation) {
    return for_each_change(
        situation, [](const TableFacts &table, const TypeChange &change, std::vector<GuardFinding> &findings) {
            std::vector<std::string> others;
            bool all_empty = table.size.empty();
            for (const ReferenceFacts &reference : table.referenced_by) {
                const std::string other = quote_qualified(reference.table.schema, reference.table.name);
                if (is_key_of(reference, change.column) && other != name_of(table) &&
                    std::ranges::find(others, other) == others.end()) {
                    others.push_back(other);
                    all_empty = all_empty && reference.size.empty();
                }
            }
            if (others.empty() || all_empty) {
                return;
            }
            std::string names;
            for (const std::string &other : others) {
                names += (names.empty() ? "" : ", ") + other;
            }
            GuardFinding finding = finding_on(table, change.column, change.from);
            finding.message = format(
                "Foreign keys to it are made anew: nobody can read or write {} either until the command ends (ACCESS "
                "EXCLUSIVE lock on both sides)",
                names);
            finding.fix = expand_and_contract(table, change);
            findings.push_back(std::move(finding));
        });
}

}  // namespace

namespace rules {

const StatementRule alter_column_type_rewrite{
    {"alter-column-type-rewrite", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "ALTER COLUMN TYPE that changes what is stored: the whole table is rewritten",
     "a new column, kept in step by a trigger and filled in batches"},
    true,
    needs,
    judge_rewrite};

const StatementRule alter_column_type_rescan{
    {"alter-column-type-rescan", Family::rewrite, Severity::warning, Action::warn, "ddl_command_start",
     "ALTER COLUMN TYPE that changes no row, but checks constraints of the column for every row or builds its indexes "
     "again",
     "drop the constraint, change the type, add it again NOT VALID and validate it later"},
    true,
    needs,
    judge_rescan};

const StatementRule alter_referenced_key_type{
    {"alter-referenced-key-type", Family::rewrite, Severity::error, Action::reject, "ddl_command_start",
     "ALTER COLUMN TYPE of a key that foreign keys refer to: the referencing tables are locked, too",
     "a new key beside the old one, and the referencing columns one by one"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when_step<AlterColumnType>(statement, Need::size | Need::type_changes | Need::references);
    },
    judge_key};

}  // namespace rules
}  // namespace schema_audit::guard
