// ADD CONSTRAINT that reads every row while it holds its lock: CHECK, FOREIGN KEY, EXCLUDE.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

bool validates(const AddConstraint &add, ConstraintSort sort) noexcept {
    return add.sort == sort && !add.not_valid && !add.not_enforced;
}

Need needs(const DdlStatement &statement, ConstraintSort sort) noexcept {
    return when_step<AddConstraint>(
        statement, [=](const AddConstraint &add) { return validates(add, sort); }, Need::size);
}

template <class Describe>
std::vector<GuardFinding> judge(const Situation &situation, ConstraintSort sort, Describe describe) {
    std::vector<GuardFinding> findings;
    const TableFacts *table = altered_table(situation);
    if (table == nullptr) {
        return findings;
    }
    for (const AddConstraint *add : steps_of<AddConstraint>(situation.statement)) {
        if (validates(*add, sort)) {
            GuardFinding finding = finding_on(*table);
            describe(*table, *add, finding);
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

std::vector<GuardFinding> judge_check(const Situation &situation) {
    return judge(
        situation, ConstraintSort::check, [](const TableFacts &table, const AddConstraint &add, GuardFinding &finding) {
            const std::string name = constraint_name(add, table, "check");
            finding.message = "Every row is checked while nobody can read or write the table (ACCESS EXCLUSIVE lock)";
            finding.fix = format(
                "ALTER TABLE {} ADD CONSTRAINT {} CHECK ({}) NOT VALID; in a later transaction: ALTER TABLE {} "
                "VALIDATE CONSTRAINT {};",
                name_of(table), name,
                add.only_not_null_check.empty() ? "..." : quote_identifier(add.only_not_null_check) + " IS NOT NULL",
                name_of(table), name);
        });
}

// The name as it is, where it is known; as written where it is not.
std::string referenced_name(const Situation &situation, const AddConstraint &add) {
    const TableFacts *known = situation.facts.table(add.referenced);
    if (known != nullptr) {
        return name_of(*known);
    }
    return add.referenced.schema.empty() ? quote_identifier(add.referenced.name)
                                         : quote_qualified(add.referenced.schema, add.referenced.name);
}

std::vector<GuardFinding> judge_foreign_key(const Situation &situation) {
    constexpr std::int32_t not_valid_of_partitioned = 180000;
    return judge(
        situation, ConstraintSort::foreign_key,
        [&](const TableFacts &table, const AddConstraint &add, GuardFinding &finding) {
            const std::string name = constraint_name(add, table, "fkey");
            const std::string referenced = referenced_name(situation, add);
            finding.message = format(
                "Every row is looked up in {} while nobody can write either table (SHARE ROW EXCLUSIVE lock on both)",
                referenced);
            const bool by_partition = table.kind == RelationKind::partitioned_table &&
                                      situation.session.server_version < not_valid_of_partitioned;
            const std::string columns =
                add.referenced_columns.empty() ? "" : format(" ({})", quoted_list(add.referenced_columns));
            const std::string target = by_partition ? "<each partition>" : name_of(table);
            finding.fix = format(
                "{}ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {}{}{}{} NOT VALID; in a later "
                "transaction: ALTER TABLE {} VALIDATE CONSTRAINT {};{}",
                by_partition ? "A partitioned table takes no NOT VALID before PostgreSQL 18. " : "", target, name,
                quoted_list(add.columns), referenced, columns, add.reference_options, add.deferral, target, name,
                by_partition ? " then, with an exemption, the key of the partitioned table, which takes over those."
                             : "");
        });
}

std::vector<GuardFinding> judge_exclusion(const Situation &situation) {
    return judge(situation, ConstraintSort::exclusion,
                 [](const TableFacts & /*table*/, const AddConstraint & /*add*/, GuardFinding &finding) {
                     finding.message =
                         "Its index is built while nobody can read or write the table (ACCESS EXCLUSIVE lock)";
                     finding.fix =
                         "An exclusion constraint takes neither NOT VALID nor USING INDEX: make a new table with it, "
                         "copy the rows in batches while a trigger keeps both in step, then exchange the names; or "
                         "take a quiet hour and an exemption.";
                 });
}

}  // namespace

namespace rules {

const StatementRule add_check_validates{
    {"add-check-validates", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "ADD CHECK without NOT VALID: every row is read under an exclusive lock",
     "ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in a later transaction"},
    true,
    [](const DdlStatement &statement) noexcept { return needs(statement, ConstraintSort::check); },
    judge_check};

const StatementRule add_foreign_key_validates{
    {"add-foreign-key-validates", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "ADD FOREIGN KEY without NOT VALID: every row is looked up while both tables take no writes",
     "ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in a later transaction"},
    true,
    [](const DdlStatement &statement) noexcept { return needs(statement, ConstraintSort::foreign_key); },
    judge_foreign_key};

const StatementRule add_exclusion_constraint{
    {"add-exclusion-constraint", Family::constraint, Severity::error, Action::reject, "ddl_command_start",
     "ADD EXCLUDE: its index is built under an exclusive lock, and there is no other way",
     "a new table with the constraint, or a quiet hour"},
    true,
    [](const DdlStatement &statement) noexcept { return needs(statement, ConstraintSort::exclusion); },
    judge_exclusion};

}  // namespace rules
}  // namespace schema_audit::guard
