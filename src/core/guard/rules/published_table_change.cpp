// Changes of a table that a publication sends to subscribers.
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

// A publication with a list of columns does not send what is not in it, a new column least of all.
std::string publications_of(const TableFacts &table, const std::string &column, bool is_new) {
    std::vector<std::string> names;
    for (const PublicationFacts &publication : table.publications) {
        const bool sends = publication.all_columns ||
                           (!is_new && std::ranges::find(publication.columns, column) != publication.columns.end());
        if (sends && std::ranges::find(names, publication.name) == names.end()) {
            names.push_back(publication.name);
        }
    }
    std::string text;
    for (const std::string &name : names) {
        text += (text.empty() ? "" : ", ") + quote_identifier(name);
    }
    return text;
}

struct Change {
    std::string message, fix;
};

void tell(const TableFacts &table, const std::string &column, const std::string &type, bool is_new,
          const Change &change, std::vector<GuardFinding> &findings) {
    const std::string publications = publications_of(table, column, is_new);
    if (publications.empty()) {
        return;
    }
    GuardFinding finding = finding_on(table, column, type);
    finding.message = format("Published by {}: {}", publications, change.message);
    finding.fix = change.fix;
    findings.push_back(std::move(finding));
}

std::vector<GuardFinding> judge_change(const Situation &situation) {
    const TableFacts *table = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    std::vector<GuardFinding> findings;
    if (table == nullptr || table->publications.empty()) {
        return findings;
    }
    const std::string target = quote_qualified(table->schema, table->name);
    for (const AddColumn *add : steps_of<AddColumn>(situation.statement)) {
        if (table->column(add->column) == nullptr && !add->generated) {
            tell(*table, add->column, add->type, true,
                 {"a subscriber without the column stops applying with the first row that comes with it",
                  format("/* first on every subscriber: */ ALTER TABLE {} ADD COLUMN {} {};", target,
                         quote_identifier(add->column), add->type)},
                 findings);
        }
    }
    for (const DropColumn *drop : steps_of<DropColumn>(situation.statement)) {
        const NamedColumn *column = table->column(drop->column);
        if (column != nullptr) {
            tell(*table, column->name, column->type, false,
                 {"a subscriber where it is NOT NULL without a default stops applying",
                  format("/* first on every subscriber: */ ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;", target,
                         quote_identifier(column->name))},
                 findings);
        }
    }
    for (const AlterColumnType *alter : steps_of<AlterColumnType>(situation.statement)) {
        const NamedColumn *column = table->column(alter->column);
        if (column != nullptr) {
            tell(*table, column->name, column->type, false,
                 {"a subscriber whose type does not take the new values stops applying",
                  "/* run the same command on every subscriber first */"},
                 findings);
        }
    }
    return findings;
}

std::vector<GuardFinding> judge_identity(const Situation &situation) {
    const TableFacts *table = situation.facts.table(std::get<AlterTable>(situation.statement).table);
    if (table == nullptr || table->publications.empty()) {
        return {};
    }
    GuardFinding finding = finding_on(*table);
    finding.message =
        "Subscribers and readers of the log get other old values with UPDATE and DELETE (ACCESS EXCLUSIVE lock)";
    finding.fix = "/* see that every subscriber has an index for the new identity first */";
    return {finding};
}

}  // namespace

namespace rules {

const StatementRule published_table_change{
    {"published-table-change", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
     "ADD, DROP or ALTER COLUMN ... TYPE on a published table: logical replication carries no DDL, a subscriber that "
     "does not fit stops",
     "change the subscribers first"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(
            has_step<AddColumn>(statement) || has_step<DropColumn>(statement) || has_step<AlterColumnType>(statement),
            Need::columns | Need::publications);
    },
    judge_change};

const StatementRule replica_identity_change{
    {"replica-identity-change", Family::compatibility, Severity::warning, Action::warn, "ddl_command_start",
     "REPLICA IDENTITY of a published table: what subscribers get with UPDATE and DELETE changes",
     "see to the subscribers first"},
    false,
    [](const DdlStatement &statement) noexcept {
        return when(has_step<SetReplicaIdentity>(statement), Need::publications);
    },
    judge_identity};

}  // namespace rules
}  // namespace schema_audit::guard
