// What the server knows of the relations of a statement: one function for each sort of facts, in a file
// facts_*.cpp of its own, called by relation_facts.cpp and statement_facts.cpp. None waits for a lock.
#pragma once

#include "core/guard/facts.hpp"
#include "server/call.hpp"

namespace schema_audit::server {

void read_constraints(Oid table, guard::TableFacts &facts);
void read_references(Oid table, guard::TableFacts &facts);
void read_storage(Oid table, guard::TableFacts &facts);
void read_disk(Oid table, guard::TableFacts &facts);            // after the size
void read_not_null_proof(Oid table, guard::TableFacts &facts);  // after the columns
void read_publications(Oid table, guard::TableFacts &facts);
void read_models(Oid relation, guard::TableFacts &facts);

// Runs what the server may find wrong with the command itself, and takes back what it did. Only a cancel goes on.
void survive_analysis(const std::function<void()> &analyse);

// Of the steps of ALTER TABLE. What cannot be analysed is left out: the server tells of it when it runs the command.
void read_type_changes(Oid table, const AlterTableStmt *tree, guard::StatementFacts &facts);
void read_new_columns(Oid table, const AlterTableStmt *tree, guard::StatementFacts &facts);

// What uses the columns that the statement drops or changes.
void read_dependents(Oid table, const guard::DdlStatement &statement, guard::StatementFacts &facts);

// Of the roles that GRANT or REVOKE names, those whose members have sessions.
void read_roles_in_use(const guard::DdlStatement &statement, guard::StatementFacts &facts);

// How the server would write the expressions of a command, while `tree` lasts; `table` is what it alters or indexes,
// if it is there.
guard::TextsOnDemand texts_on_demand(Oid table, const Node *tree);

// The tables with columns of a domain of the caller's: what ALTER DOMAIN would read.
void read_domain_users(const AlterDomainStmt *tree, guard::Need needs, guard::StatementFacts &facts);

}  // namespace schema_audit::server
