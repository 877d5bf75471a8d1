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
            describe(*table, *add, texts_of(situation, *add), finding);
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

// With what is safe of it: a constant default fills old rows without writing them.
std::string add_alone(const TableFacts &table, const AddColumn &add, const StepTexts &texts) {
    const bool with_default = add.has_default && !texts.default_value.empty();
    return format("ALTER TABLE {} ADD COLUMN {} {}{}{}; ", name_of(table), quote_identifier(add.column), add.type,
                  with_default ? " DEFAULT " + texts.default_value : "",
                  add.not_null && !add.primary_key ? " NOT NULL" : "");
}

std::string name_or(const std::string &name, const std::string &otherwise) {
    return quote_identifier(name.empty() ? otherwise : name);
}

std::vector<GuardFinding> judge_references(const Situation &situation) {
    return judge(
        situation, refers,
        [&](const TableFacts &table, const AddColumn &add, const StepTexts &texts, GuardFinding &finding) {
            const TableFacts *known = situation.facts.table(*add.references);
            const std::string other = known != nullptr ? name_of(*known) : quote_identifier(add.references->name);
            finding.message = format(
                "Every row is looked up in {} while nobody can read or write the table (ACCESS EXCLUSIVE lock), nor "
                "write "
                "the other (SHARE ROW EXCLUSIVE lock)",
                other);
            finding.fix = add_alone(table, add, texts) +
                          format(
                              "ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}) REFERENCES {3}{4} NOT VALID; "
                              "{5}ALTER TABLE {0} "
                              "VALIDATE CONSTRAINT {1};",
                              name_of(table), name_or(add.reference_name, table.name + "_" + add.column + "_fkey"),
                              quote_identifier(add.column), other, add.reference_options, later);
        });
}

std::vector<GuardFinding> judge_check(const Situation &situation) {
    return judge(
        situation, checks,
        [](const TableFacts &table, const AddColumn &add, const StepTexts &texts, GuardFinding &finding) {
            finding.message = "Every row is checked while nobody can read or write the table (ACCESS EXCLUSIVE lock)";
            finding.fix = add_alone(table, add, texts) +
                          format(
                              "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK ({2}) NOT VALID; {3}ALTER TABLE {0} VALIDATE "
                              "CONSTRAINT {1};",
                              name_of(table), name_or(add.check_name, table.name + "_" + add.column + "_check"),
                              or_placeholder(texts.condition, "<condition>"), later);
        });
}

std::vector<GuardFinding> judge_key(const Situation &situation) {
    return judge(
        situation, is_key,
        [&](const TableFacts &table, const AddColumn &add, const StepTexts &texts, GuardFinding &finding) {
            finding.message = "Its index is built while nobody can read or write the table (ACCESS EXCLUSIVE lock)";
            const std::string name =
                name_or(add.key_name, add.primary_key ? table.name + "_pkey" : table.name + "_" + add.column + "_key");
            finding.fix =
                add_alone(table, add, texts) +
                format(
                    "/* fill it */ {0}{1}CREATE UNIQUE INDEX CONCURRENTLY {2} ON {3} ({4}); ALTER TABLE {3} ADD "
                    "CONSTRAINT "
                    "{2} {5} USING INDEX {2};",
                    add.primary_key ? not_null_steps(table, add.column, situation.session.server_version) + " " : "",
                    outside, name, name_of(table), quote_identifier(add.column),
                    add.primary_key ? "PRIMARY KEY" : "UNIQUE");
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
