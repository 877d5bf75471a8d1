// DROP CONSTRAINT of a primary key.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

Need needs(const DdlStatement &statement) noexcept {
    return when(has_step<DropConstraint>(statement), Need::indexes | Need::publications);
}

bool adds_another(const DdlStatement &statement) {
    return std::ranges::any_of(steps_of<AddConstraint>(statement),
                               [](const AddConstraint *add) { return add->sort == ConstraintSort::primary_key; });
}

std::vector<GuardFinding> judge(const Situation &situation) {
    const TableFacts *table = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    if (table == nullptr || adds_another(situation.statement)) {
        return {};
    }
    std::vector<GuardFinding> findings;
    for (const DropConstraint *drop : steps_of<DropConstraint>(situation.statement)) {
        const auto key = std::ranges::find_if(
            table->indexes, [&](const IndexFacts &index) { return index.primary && index.name == drop->name; });
        if (key == table->indexes.end()) {
            continue;
        }
        GuardFinding finding = finding_on(*table);
        finding.object_type = "table constraint";
        finding.object = quote_qualified(table->schema, table->name) + "." + quote_identifier(drop->name);
        finding.message = format(
            "Nothing tells its rows apart any more{}{}",
            drop->cascade ? ", and the foreign keys to it go as well (ACCESS EXCLUSIVE lock on their tables)" : "",
            table->publications.empty() ? "" : ", and publications refuse its UPDATE and DELETE");
        std::string columns;
        for (const std::string &column : key->columns) {
            columns += (columns.empty() ? "" : ", ") + quote_identifier(column);
        }
        const std::string target = quote_qualified(table->schema, table->name);
        finding.fix = format(
            "/* outside of a transaction block: */ CREATE UNIQUE INDEX CONCURRENTLY {0} ON {1} ({2}); ALTER TABLE "
            "{1} "
            "DROP CONSTRAINT {3}, ADD PRIMARY KEY USING INDEX {0};",
            quote_identifier(drop->name + "_new"), target, columns, quote_identifier(drop->name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace

namespace rules {

const StatementRule drop_primary_key{
    {"drop-primary-key", Family::compatibility, Severity::error, Action::warn, "ddl_command_start",
     "DROP CONSTRAINT of a primary key: rows are no longer told apart, replication loses their identity",
     "replace it in one command: DROP CONSTRAINT, ADD PRIMARY KEY USING INDEX"},
    false,
    needs,
    judge};

}  // namespace rules
}  // namespace schema_audit::guard
