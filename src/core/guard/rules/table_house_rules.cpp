// House rules about new tables and their columns.
#include "core/guard/rules/made_columns.hpp"

namespace schema_audit::guard {
namespace {

bool has_key(const CreateTable &create) {
    const auto is_key = [](const AddConstraint &add) { return add.sort == ConstraintSort::primary_key; };
    return std::ranges::any_of(create.columns, &AddColumn::primary_key) ||
           std::ranges::any_of(create.constraints, is_key);
}

template <class Describe>
std::vector<GuardFinding> judge_table(const Situation &situation, Describe describe) {
    const CreateTable *create = made_table(situation);
    if (create == nullptr) {
        return {};
    }
    GuardFinding finding = finding_on_new(*create, situation.facts);
    describe(*create, finding);
    return finding.message.empty() ? std::vector<GuardFinding>{} : std::vector{std::move(finding)};
}

std::string new_table(const GuardFinding &finding) { return quote_qualified(finding.schema, finding.table); }

// A partition has that of its parent; LIKE, OF and INHERITS may bring one.
std::vector<GuardFinding> judge_key(const Situation &situation) {
    return judge_table(situation, [](const CreateTable &create, GuardFinding &finding) {
        if (!create.partition_of && !create.copies && !create.of_type && create.inherits == 0 && !create.as_query &&
            !has_key(create)) {
            finding.message =
                "Without a primary key nothing tells its rows apart, and logical replication refuses "
                "UPDATE and DELETE";
            const bool has_id = std::ranges::find(create.columns, "id", &AddColumn::column) != create.columns.end();
            finding.fix =
                format("ALTER TABLE {} ADD {};", new_table(finding),
                       has_id ? "PRIMARY KEY (id)" : "COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
        }
    });
}

std::vector<GuardFinding> judge_as_query(const Situation &situation) {
    return judge_table(situation, [](const CreateTable &create, GuardFinding &finding) {
        if (create.as_query) {
            finding.message = "It has the columns and rows of a query, and no keys, constraints or defaults";
        }
    });
}

std::vector<GuardFinding> judge_unlogged(const Situation &situation) {
    return judge_table(situation, [](const CreateTable &create, GuardFinding &finding) {
        if (create.unlogged) {
            finding.message = "It is empty after a crash, and on every replica";
            finding.fix = format("ALTER TABLE {} SET LOGGED;", new_table(finding));
        }
    });
}

std::vector<GuardFinding> judge_inheritance(const Situation &situation) {
    return judge_table(situation, [](const CreateTable &create, GuardFinding &finding) {
        if (create.inherits > 0) {
            finding.message = "Keys and foreign keys of the parent do not hold for the rows of its children";
        }
    });
}

std::vector<GuardFinding> judge_typed(const Situation &situation) {
    return judge_table(situation, [](const CreateTable &create, GuardFinding &finding) {
        if (create.of_type) {
            finding.message = "Its columns are those of a type: none can be added to the table alone";
        }
    });
}

std::vector<GuardFinding> judge_partitioned(const Situation &situation) {
    return judge_table(situation, [](const CreateTable &create, GuardFinding &finding) {
        if (create.partition_keys > 0 || create.partition_of) {
            finding.message = "The house rules want no partitioned tables";
        }
    });
}

std::vector<GuardFinding> judge_partition_key(const Situation &situation) {
    return judge_table(situation, [](const CreateTable &create, GuardFinding &finding) {
        if (create.partition_keys > 1) {
            finding.message = format(
                "Partitioned by {} columns: a query that does not give all of them reads more "
                "partitions than it needs",
                create.partition_keys);
        }
    });
}

constexpr std::size_t most_key_columns = 4;

std::vector<GuardFinding> judge_wide_key(const Situation &situation) {
    return judge_table(situation, [](const CreateTable &create, GuardFinding &finding) {
        for (const AddConstraint &add : create.constraints) {
            if (add.sort == ConstraintSort::primary_key && add.columns.size() > most_key_columns) {
                finding.message = format(
                    "A primary key of {} columns: every table that refers to it has to have all "
                    "of them",
                    add.columns.size());
            }
        }
    });
}

std::vector<GuardFinding> judge_naming(const Situation &situation) {
    return judge_table(situation, [](const CreateTable & /*create*/, GuardFinding &finding) {
        finding.message = "No row of schema_audit.rule_setting allows a table of this name";
    });
}

// What the server fills needs no default; a key column is NOT NULL by its key.
bool is_nullable(const AddColumn &column) noexcept {
    return !column.not_null && !column.generated && !column.identity && !column.serial;
}
bool lacks_default(const AddColumn &column) noexcept {
    return !column.has_default && !column.type_has_default && !column.generated && !column.identity && !column.serial &&
           !column.primary_key;
}

std::vector<GuardFinding> judge_columns_of(const Situation &situation, bool (*wanted)(const AddColumn &) noexcept,
                                           std::string_view message, std::string_view change) {
    std::vector<GuardFinding> findings;
    const CreateTable *create = made_table(situation.statement);
    for_each_new_column(situation, [&](const AddColumn &column, GuardFinding finding) {
        const bool in_key =
            create != nullptr && std::ranges::any_of(create->constraints, [&](const AddConstraint &add) {
                return add.sort == ConstraintSort::primary_key &&
                       std::ranges::find(add.columns, column.column) != add.columns.end();
            });
        if (wanted(column) && !in_key) {
            finding.message = message;
            finding.fix = format("ALTER TABLE {} ALTER COLUMN {} {};", new_table(finding),
                                 quote_identifier(column.column), change);
            findings.push_back(std::move(finding));
        }
    });
    return findings;
}

Need needs_of_table(const DdlStatement &statement) noexcept {
    return when(made_table(statement) != nullptr, Need::target);
}

constexpr Rule off(std::string_view name, Family family, std::string_view description, std::string_view help) {
    return {name, family, Severity::info, Action::none, "ddl_command_start", description, help};
}

}  // namespace

namespace rules {

const StatementRule table_without_primary_key{
    {"table-without-primary-key", Family::style, Severity::warning, Action::none, "ddl_command_start",
     "CREATE TABLE without a primary key: nothing tells its rows apart", "give it one"},
    false,
    needs_of_table,
    judge_key};
const StatementRule create_table_as{
    off("create-table-as", Family::style, "CREATE TABLE AS, SELECT INTO: no keys, constraints or defaults",
        "CREATE TABLE, then INSERT ... SELECT"),
    false, needs_of_table, judge_as_query};
const StatementRule unlogged_table{
    off("unlogged-table", Family::style, "CREATE UNLOGGED TABLE: empty after a crash and on replicas",
        "leave out UNLOGGED"),
    false, needs_of_table, judge_unlogged};
const StatementRule table_inheritance{
    off("table-inheritance", Family::style, "CREATE TABLE ... INHERITS: keys do not hold over parent and children",
        "partitions, or a foreign key"),
    false, needs_of_table, judge_inheritance};
const StatementRule typed_table{off("typed-table", Family::style, "CREATE TABLE ... OF type", "write the columns"),
                                false, needs_of_table, judge_typed};
const StatementRule no_partitions_policy{
    off("no-partitions-policy", Family::partition, "a partitioned table or a partition, for houses that want none",
        "a table"),
    false, needs_of_table, judge_partitioned};
const StatementRule multi_column_partition_key{
    off("multi-column-partition-key", Family::partition, "PARTITION BY more than one column", "one column"), false,
    needs_of_table, judge_partition_key};
const StatementRule composite_key_too_wide{
    off("composite-key-too-wide", Family::style, "CREATE TABLE with a primary key of more than four columns",
        "a key of one column, and a unique constraint"),
    false, needs_of_table, judge_wide_key};
const StatementRule naming_pattern{
    off("naming-pattern", Family::style, "CREATE TABLE of a name that no row of schema_audit.rule_setting allows",
        "a name of the agreed form"),
    false, needs_of_table, judge_naming};

const StatementRule nullable_column_policy{
    off("nullable-column-policy", Family::column, "a new column that may be NULL, for houses that want none",
        "NOT NULL"),
    false, [](const DdlStatement &statement) noexcept { return when_column(statement, is_nullable); },
    [](const Situation &situation) {
        return judge_columns_of(situation, is_nullable, "The house rules want no column that may be NULL",
                                "SET NOT NULL");
    }};

const StatementRule require_default_policy{
    off("require-default-policy", Family::column, "a new column without a default, for houses that want one",
        "a default"),
    false, [](const DdlStatement &statement) noexcept { return when_column(statement, lacks_default); },
    [](const Situation &situation) {
        return judge_columns_of(situation, lacks_default, "The house rules want a default for every column",
                                "SET DEFAULT <value>");
    }};

}  // namespace rules
}  // namespace schema_audit::guard
