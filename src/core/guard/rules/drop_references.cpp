// What DROP TABLE and DROP CONSTRAINT lock besides, and what goes with a constraint.
#include "core/guard/rules/alter_table.hpp"

namespace schema_audit::guard {
namespace {

bool drops_table(const DdlStatement &statement) noexcept {
    const auto *drop = std::get_if<DropObjects>(&statement);
    return drop != nullptr && drop->object_type == "TABLE";
}

bool is_named(const DropObjects &drop, const StatementFacts &facts, const RelationName &table) {
    return std::ranges::any_of(drop.names, [&](const RelationName &name) {
        const TableFacts *known = facts.table(name);
        return known != nullptr && RelationName{known->schema, known->name} == table;
    });
}

std::string qualified(const RelationName &name) { return quote_qualified(name.schema, name.name); }

std::vector<GuardFinding> judge_table(const Situation &situation) {
    const auto &drop = std::get<DropObjects>(situation.statement);
    std::vector<GuardFinding> findings;
    for (const RelationName &name : drop.names) {
        const TableFacts *table = situation.facts.table(name);
        if (table == nullptr) {
            continue;
        }
        std::string tables;
        std::string fix;
        for (const ConstraintFacts &key : table->constraints) {
            if (key.sort != ConstraintSort::foreign_key || is_named(drop, situation.facts, key.referenced)) {
                continue;
            }
            const std::string other = qualified(key.referenced);
            if (tables.find(other) == std::string::npos) {
                tables += (tables.empty() ? "" : ", ") + other;
            }
            fix += format("ALTER TABLE {} DROP CONSTRAINT {}; ", name_of(*table), quote_identifier(key.name));
        }
        if (tables.empty()) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.message =
            format("Its foreign keys go as well: {} {} locked from all others, too (ACCESS EXCLUSIVE lock)", tables,
                   tables.find(", ") == std::string::npos ? "is" : "are");
        finding.fix = fix + format("DROP TABLE {};", name_of(*table));
        findings.push_back(std::move(finding));
    }
    return findings;
}

// Calls visit(table, constraint) for the constraints that are there.
template <class Visit>
void for_each_dropped(const Situation &situation, Visit visit) {
    const TableFacts *table = altered_relation(situation);
    for (const DropConstraint *drop : steps_of<DropConstraint>(situation.statement)) {
        if (table == nullptr) {
            continue;
        }
        const auto known = std::ranges::find(table->constraints, drop->name, &ConstraintFacts::name);
        if (known != table->constraints.end()) {
            visit(*table, *known);
        }
    }
}

GuardFinding finding_about(const TableFacts &table, const ConstraintFacts &constraint) {
    GuardFinding finding = finding_on(table);
    finding.object_type = "table constraint";
    finding.object = name_of(table) + "." + quote_identifier(constraint.name);
    return finding;
}

std::vector<GuardFinding> judge_foreign_key(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for_each_dropped(situation, [&](const TableFacts &table, const ConstraintFacts &key) {
        const bool other = key.referenced != RelationName{table.schema, table.name};
        if (key.sort == ConstraintSort::foreign_key && other) {
            GuardFinding finding = finding_about(table, key);
            finding.message =
                format("The referenced table {} is locked from all others, too (ACCESS EXCLUSIVE lock on both)",
                       qualified(key.referenced));
            finding.fix = format("SET lock_timeout = '2s'; ALTER TABLE {} DROP CONSTRAINT {};", name_of(table),
                                 quote_identifier(key.name));
            findings.push_back(std::move(finding));
        }
    });
    return findings;
}

std::string_view what_it_kept(ConstraintSort sort) noexcept {
    switch (sort) {
        case ConstraintSort::foreign_key:
            return "rows may refer to what does not exist";
        case ConstraintSort::unique:
            return "the same values may come twice, ON CONFLICT of them fails, and their index is gone";
        case ConstraintSort::exclusion:
            return "rows may overlap, and their index is gone";
        default:
            return "any value is taken";
    }
}

// Of a primary key drop-primary-key tells; NOT NULL has its own rules.
std::vector<GuardFinding> judge_constraint(const Situation &situation) {
    std::vector<GuardFinding> findings;
    for_each_dropped(situation, [&](const TableFacts &table, const ConstraintFacts &constraint) {
        if (constraint.sort == ConstraintSort::primary_key || constraint.sort == ConstraintSort::not_null ||
            constraint.not_null_helper) {
            return;
        }
        GuardFinding finding = finding_about(table, constraint);
        finding.message = format("Nothing keeps the rows right any more: {}", what_it_kept(constraint.sort));
        findings.push_back(std::move(finding));
    });
    return findings;
}

}  // namespace

namespace rules {

const StatementRule drop_table_locks_referenced{
    {"drop-table-locks-referenced", Family::lock, Severity::warning, Action::warn, "ddl_command_start",
     "DROP TABLE of one with foreign keys: every table that they refer to is locked, too",
     "drop the foreign keys first, each in a transaction of its own"},
    false,
    [](const DdlStatement &statement) noexcept { return when(drops_table(statement), Need::constraints); },
    judge_table};

const StatementRule drop_foreign_key_locks_both{
    {"drop-foreign-key-locks-both", Family::lock, Severity::info, Action::log, "ddl_command_start",
     "DROP CONSTRAINT of a foreign key: both tables are locked", "a short lock_timeout"},
    false,
    [](const DdlStatement &statement) noexcept { return when_step<DropConstraint>(statement, Need::constraints); },
    judge_foreign_key};

const StatementRule drop_constraint{
    {"drop-constraint", Family::compatibility, Severity::info, Action::log, "ddl_command_start",
     "DROP CONSTRAINT of a check, a unique key, an exclusion or a foreign key", "see that nothing relies on it first"},
    false,
    [](const DdlStatement &statement) noexcept { return when_step<DropConstraint>(statement, Need::constraints); },
    judge_constraint};

}  // namespace rules
}  // namespace schema_audit::guard
