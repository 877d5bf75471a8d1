// ADD CONSTRAINT that reads every row while it holds its lock: CHECK, FOREIGN KEY, EXCLUDE.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

bool validates(const AddConstraint &add, ConstraintSort sort) noexcept {
    return add.sort == sort && !add.not_valid && !add.not_enforced;
}

Need needs(const DdlStatement &statement, ConstraintSort sort) noexcept {
    const Need of_hint = sort == ConstraintSort::foreign_key ? Need::partitions : Need::none;
    return when_step<AddConstraint>(
        statement, [=](const AddConstraint &add) { return validates(add, sort); }, Need::size | of_hint);
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
        situation, ConstraintSort::check,
        [&](const TableFacts &table, const AddConstraint &add, GuardFinding &finding) {
            const StepTexts &texts = texts_of(situation, add);
            AddConstraint named = add;
            if (!texts.condition_column.empty()) {
                named.columns = {texts.condition_column};
            }
            finding.message = "Every row is checked while nobody can read or write the table (ACCESS EXCLUSIVE lock)";
            finding.fix = format(
                "ALTER TABLE {0} ADD CONSTRAINT {1} CHECK ({2}){3} NOT VALID; {4}ALTER TABLE {0} VALIDATE CONSTRAINT "
                "{1};",
                name_of(table), constraint_name(named, table, "check"), or_placeholder(texts.condition, "<condition>"),
                add.no_inherit ? " NO INHERIT" : "", later);
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

std::string steps_for(const std::string &table, const std::string &name, const std::string &key) {
    return format("ALTER TABLE {0} ADD CONSTRAINT {1} {2}; {3}ALTER TABLE {0} VALIDATE CONSTRAINT {1};", table, name,
                  key, later);
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
            const std::string key = format("FOREIGN KEY ({}) REFERENCES {}{}{}{} NOT VALID", quoted_list(add.columns),
                                           referenced, columns, add.reference_options, add.deferral);
            if (!by_partition) {
                finding.fix = steps_for(name_of(table), name, key);
                return;
            }
            finding.message += "; a partitioned table takes no NOT VALID before PostgreSQL 18";
            for (const RelationName &leaf : table.leaves) {
                finding.fix += steps_for(quote_qualified(leaf.schema, leaf.name), name, key) + " ";
            }
            if (table.leaves.empty()) {
                finding.fix = steps_for("<each partition>", name, key) + " ";
            }
            finding.fix += table.partitions > table.leaves.size() ? "/* and so on for the other partitions */ " : "";
            finding.fix +=
                "/* then, with an exemption, the key of the partitioned table, which takes over those of the "
                "partitions */";
        });
}

std::vector<GuardFinding> judge_exclusion(const Situation &situation) {
    return judge(situation, ConstraintSort::exclusion,
                 [](const TableFacts &table, const AddConstraint & /*add*/, GuardFinding &finding) {
                     finding.message =
                         "Its index is built while nobody can read or write the table (ACCESS EXCLUSIVE lock), and "
                         "such a constraint takes neither NOT VALID nor USING INDEX";
                     finding.fix = new_table(table, "");
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
