// ADD COLUMN with REFERENCES, CHECK, UNIQUE or PRIMARY KEY written in it.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

bool has_value(const AddColumn &add) noexcept {
    return (add.has_default && !add.default_is_null) || add.type_has_default || add.identity || add.generated ||
           add.serial;
}
bool refers(const AddColumn &add) noexcept { return add.references && (has_value(add) || add.not_null); }
bool checks(const AddColumn &add) noexcept { return add.check; }
bool is_key(const AddColumn &add) noexcept { return add.unique || add.primary_key; }

template <class Describe>
std::vector<GuardFinding> judge(const Situation &situation, bool (*wanted)(const AddColumn &) noexcept,
                                Describe describe) {
    std::vector<GuardFinding> findings;
    const TableFacts *table = altered_table(situation);
    if (table == nullptr) {
        return findings;
    }
    for (const AddColumn *add : steps_of<AddColumn>(situation.statement)) {
        if (wanted(*add) && !exists(*table, *add)) {
            GuardFinding finding = finding_on(*table, add->column, add->type);
            describe(*table, *add, finding);
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

std::string add_alone(const TableFacts &table, const AddColumn &add) {
    return format("ALTER TABLE {} ADD COLUMN {} {}; ", name_of(table), quote_identifier(add.column), add.type);
}

std::vector<GuardFinding> judge_references(const Situation &situation) {
    return judge(situation, refers, [&](const TableFacts &table, const AddColumn &add, GuardFinding &finding) {
        const TableFacts *known = situation.facts.table(*add.references);
        const std::string other = known != nullptr ? name_of(*known) : quote_identifier(add.references->name);
        finding.message = format(
            "Every row is looked up in {} while nobody can read or write the table (ACCESS EXCLUSIVE lock), nor write "
            "the other (SHARE ROW EXCLUSIVE lock)",
            other);
        const std::string name = quote_identifier(table.name + "_" + add.column + "_fkey");
        finding.fix = add_alone(table, add) +
                      format(
                          "fill it; ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}) REFERENCES {3} NOT VALID; in "
                          "a later transaction: ALTER TABLE {0} VALIDATE CONSTRAINT {1};",
                          name_of(table), name, quote_identifier(add.column), other);
    });
}

std::vector<GuardFinding> judge_check(const Situation &situation) {
    return judge(situation, checks, [](const TableFacts &table, const AddColumn &add, GuardFinding &finding) {
        finding.message = "Every row is checked while nobody can read or write the table (ACCESS EXCLUSIVE lock)";
        const std::string name = quote_identifier(table.name + "_" + add.column + "_check");
        finding.fix = add_alone(table, add) +
                      format(
                          "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK (...) NOT VALID; in a later transaction: ALTER "
                          "TABLE {0} VALIDATE CONSTRAINT {1};",
                          name_of(table), name);
    });
}

std::vector<GuardFinding> judge_key(const Situation &situation) {
    return judge(situation, is_key, [](const TableFacts &table, const AddColumn &add, GuardFinding &finding) {
        finding.message = "Its index is built while nobody can read or write the table (ACCESS EXCLUSIVE lock)";
        const std::string name =
            quote_identifier(add.primary_key ? table.name + "_pkey" : table.name + "_" + add.column + "_key");
        finding.fix =
            add_alone(table, add) +
            format(
                "fill it{0}; outside of a transaction block: CREATE UNIQUE INDEX CONCURRENTLY {1} ON {2} ({3}); "
                "ALTER TABLE {2} ADD CONSTRAINT {1} {4} USING INDEX {1};",
                add.primary_key ? " and make it NOT NULL by a validated check" : "", name, name_of(table),
                quote_identifier(add.column), add.primary_key ? "PRIMARY KEY" : "UNIQUE");
    });
}

}  // namespace

namespace rules {

const StatementRule add_column_inline_references{
    {"add-column-inline-references", Family::constraint, Severity::warning, Action::warn, "ddl_command_start",
     "ADD COLUMN ... REFERENCES with a default: every row is looked up under an exclusive lock",
     "add the column alone, then the foreign key as NOT VALID"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddColumn>(statement, refers, Need::size | Need::columns);
    },
    judge_references};

const StatementRule add_column_inline_check{
    {"add-column-inline-check", Family::constraint, Severity::warning, Action::warn, "ddl_command_start",
     "ADD COLUMN ... CHECK: every row is read under an exclusive lock, even where the column is NULL",
     "add the column alone, then the check as NOT VALID"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddColumn>(statement, checks, Need::size | Need::columns);
    },
    judge_check};

const StatementRule add_column_inline_unique{
    {"add-column-inline-unique", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "ADD COLUMN ... UNIQUE or PRIMARY KEY: an index is built under an exclusive lock",
     "add the column alone, then a unique index CONCURRENTLY and the constraint USING INDEX"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddColumn>(statement, is_key, Need::size | Need::columns);
    },
    judge_key};

}  // namespace rules
}  // namespace schema_audit::guard
