// ADD UNIQUE and ADD PRIMARY KEY: they build an index, or make columns NOT NULL.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

bool builds(const AddConstraint &add, ConstraintSort sort) noexcept {
    return add.sort == sort && add.using_index.empty();
}
bool is_key_of_index(const AddConstraint &add) noexcept {
    return add.sort == ConstraintSort::primary_key && !add.using_index.empty();
}

// On the partitioned table alone no index is built.
const TableFacts *building_table(const Situation &situation) {
    const TableFacts *table = altered_table(situation);
    const bool alone = table != nullptr && table->kind == RelationKind::partitioned_table &&
                       std::get<AlterTable>(situation.statement).only;
    return alone ? nullptr : table;
}

std::string not_null_first(const Situation &situation, const TableFacts &table,
                           const std::vector<std::string> &columns) {
    std::string text;
    for (const std::string &column : columns) {
        text += not_null_steps(table, column, situation.session.server_version) + " ";
    }
    return text;
}

// Columns that may hold a NULL as far as anybody knows.
std::vector<std::string> nullable(const TableFacts &table, const std::vector<std::string> &columns) {
    std::vector<std::string> found;
    for (const std::string &name : columns) {
        const NamedColumn *column = table.column(name);
        if (column != nullptr && !column->not_null && !column->not_null_proven) {
            found.push_back(name);
        }
    }
    return found;
}

std::string concurrent_fix(const TableFacts &table, const AddConstraint &add, std::string_view kind,
                           const std::string &name) {
    if (table.kind == RelationKind::partitioned_table) {
        std::string text = format("ALTER TABLE ONLY {0} ADD CONSTRAINT {1} {2} ({3}){4}{5};", name_of(table), name,
                                  kind, quoted_list(add.columns), add.index_options, add.deferral);
        for (const RelationName &leaf : table.leaves) {
            TableFacts partition;
            partition.schema = leaf.schema;
            partition.name = leaf.name;
            AddConstraint own = add;
            own.name.clear();
            const std::string key =
                constraint_name(own, partition, kind == "UNIQUE" ? "key" : "pkey", kind == "UNIQUE");
            text += " " + concurrent_fix(partition, add, kind, key) +
                    format(" ALTER INDEX {}.{} ATTACH PARTITION {}.{};", quote_identifier(table.schema), name,
                           quote_identifier(leaf.schema), key);
        }
        return table.partitions > table.leaves.size() ? text + " /* and so on for the other partitions */" : text;
    }
    return format(
        "{6}CREATE UNIQUE INDEX CONCURRENTLY {0} ON {1} ({2}){3}; ALTER TABLE {1} ADD CONSTRAINT {0} {4} USING INDEX "
        "{0}{5};",
        name, name_of(table), quoted_list(add.columns), add.index_options, kind, add.deferral, outside);
}

std::vector<GuardFinding> judge_unique(const Situation &situation) {
    std::vector<GuardFinding> findings;
    const TableFacts *table = building_table(situation);
    if (table == nullptr) {
        return findings;
    }
    for (const AddConstraint *add : steps_of<AddConstraint>(situation.statement)) {
        if (builds(*add, ConstraintSort::unique)) {
            GuardFinding finding = finding_on(*table);
            finding.message = "Its index is built while nobody can read or write the table (ACCESS EXCLUSIVE lock)";
            finding.fix = concurrent_fix(*table, *add, "UNIQUE", constraint_name(*add, *table, "key"));
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

std::vector<GuardFinding> judge_primary(const Situation &situation) {
    std::vector<GuardFinding> findings;
    const TableFacts *table = building_table(situation);
    if (table == nullptr) {
        return findings;
    }
    for (const AddConstraint *add : steps_of<AddConstraint>(situation.statement)) {
        if (builds(*add, ConstraintSort::primary_key)) {
            GuardFinding finding = finding_on(*table);
            finding.message =
                "Its index is built, and its columns are read for NULL, while nobody can read or write the table "
                "(ACCESS EXCLUSIVE lock)";
            finding.fix = not_null_first(situation, *table, nullable(*table, add->columns)) +
                          concurrent_fix(*table, *add, "PRIMARY KEY", constraint_name(*add, *table, "pkey", false));
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

std::vector<GuardFinding> judge_using_index(const Situation &situation) {
    std::vector<GuardFinding> findings;
    const TableFacts *table = altered_table(situation);
    if (table == nullptr) {
        return findings;
    }
    for (const AddConstraint *add : steps_of<AddConstraint>(situation.statement)) {
        const auto index = std::ranges::find(table->indexes, add->using_index, &IndexFacts::name);
        if (!is_key_of_index(*add) || index == table->indexes.end()) {
            continue;
        }
        const std::vector<std::string> columns = nullable(*table, index->columns);
        if (columns.empty()) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.message = format(
            "Nullable columns ({}): every row is read for NULL while nobody can read or write the table (ACCESS "
            "EXCLUSIVE lock)",
            quoted_list(columns));
        finding.fix = not_null_first(situation, *table, columns) + std::string(this_command);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule add_unique_builds_index{
    {"add-unique-builds-index", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "ADD UNIQUE: its index is built under an exclusive lock",
     "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... UNIQUE USING INDEX"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddConstraint>(
            statement, [](const AddConstraint &add) { return builds(add, ConstraintSort::unique); },
            Need::size | Need::partitions);
    },
    judge_unique};

const StatementRule add_primary_key_builds_index{
    {"add-primary-key-builds-index", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "ADD PRIMARY KEY: its index is built and its columns are read for NULL under an exclusive lock",
     "NOT NULL by a validated check, CREATE UNIQUE INDEX CONCURRENTLY, then PRIMARY KEY USING INDEX"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddConstraint>(
            statement, [](const AddConstraint &add) { return builds(add, ConstraintSort::primary_key); },
            Need::size | Need::columns | Need::partitions | Need::not_null_proof);
    },
    judge_primary};

const StatementRule primary_key_using_index_nullable{
    {"primary-key-using-index-nullable", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "ADD PRIMARY KEY USING INDEX on nullable columns: every row is read under an exclusive lock",
     "make the columns NOT NULL by a validated check first"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when_step<AddConstraint>(statement, is_key_of_index,
                                        Need::size | Need::columns | Need::indexes | Need::not_null_proof);
    },
    judge_using_index};

}  // namespace rules
}  // namespace schema_audit::guard
