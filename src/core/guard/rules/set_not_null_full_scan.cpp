// SET NOT NULL that reads the whole table under ACCESS EXCLUSIVE, unless validated CHECK constraints prove it.
#include "core/guard/rules/hints.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

std::vector<std::string> columns_of(const DdlStatement &statement) {
    std::vector<std::string> columns;
    for (const SetNotNull *set : steps_of<SetNotNull>(statement)) {
        columns.push_back(set->column);
    }
    for (const AddConstraint *add : steps_of<AddConstraint>(statement)) {
        if (add->sort == ConstraintSort::not_null && !add->not_valid && !add->columns.empty()) {
            columns.push_back(add->columns.front());
        }
    }
    return columns;
}

std::string safe_steps(const TableFacts &table, const NamedColumn &column, std::int32_t version) {
    if (!column.not_null_unvalidated) {
        return not_null_steps(table, column.name, version);
    }
    return format(
        "SELECT format('ALTER TABLE %s VALIDATE CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint WHERE "
        "conrelid = {}::regclass AND contype = 'n' AND NOT convalidated; /* and run what it says */",
        quote_literal(quote_qualified(table.schema, table.name)));
}

Need needs(const DdlStatement &statement) noexcept {
    const bool constraint = has_step<AddConstraint>(statement) && !columns_of(statement).empty();
    return when(has_step<SetNotNull>(statement) || constraint, Need::size | Need::columns | Need::not_null_proof);
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const auto &alter = std::get<AlterTable>(situation.statement);
    const TableFacts *table = situation.facts.table(alter.table);
    if (table == nullptr || table->size.empty() ||
        (table->kind != RelationKind::table && (table->kind != RelationKind::partitioned_table || alter.only))) {
        return {};
    }
    std::vector<GuardFinding> findings;
    for (const std::string &name : columns_of(situation.statement)) {
        const NamedColumn *column = table->column(name);
        if (column == nullptr || column->not_null_proven || (column->not_null && !column->not_null_unvalidated)) {
            continue;
        }
        GuardFinding finding = finding_on(*table, column->name, column->type);
        finding.message =
            "SET NOT NULL reads the whole table, and nobody reads or writes it meanwhile (ACCESS EXCLUSIVE lock)";
        finding.fix = safe_steps(*table, *column, situation.session.server_version);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule set_not_null_full_scan{
    {"set-not-null-full-scan", Family::column, Severity::error, Action::reject, "ddl_command_start",
     "SET NOT NULL without a validated CHECK that proves it: the whole table is read under ACCESS EXCLUSIVE",
     "add CHECK (column IS NOT NULL) NOT VALID, validate it, then SET NOT NULL and drop the check"},
    true,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
