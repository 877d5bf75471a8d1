#include "core/guard/history.hpp"

#include "core/guard/work.hpp"

namespace schema_audit::guard {
namespace {

RelationName name_of(const TableFacts &table) { return {table.schema, table.name}; }

void add_dropped(const DropObjects &drop, const StatementFacts &facts, std::vector<PastCommand> &past) {
    for (const RelationName &name : drop.names) {
        const TableFacts *relation = facts.table(name);
        if (relation == nullptr) {
            continue;
        }
        if (drop.object_type == "TABLE") {
            past.push_back({PastCommand::Sort::dropped_table, name_of(*relation), relation->size, {}});
        } else if (drop.object_type == "INDEX" && relation->of_table && relation->indexes.size() == 1) {
            past.push_back(
                {PastCommand::Sort::dropped_index, *relation->of_table, relation->size, relation->indexes.front()});
        }
    }
}

void add_referenced(const RelationName &name, const StatementFacts &facts, std::vector<PastCommand> &past) {
    const TableFacts *table = facts.table(name);
    if (table != nullptr) {
        past.push_back({PastCommand::Sort::referenced, name_of(*table), {}, {}});
    }
}

}  // namespace

std::vector<PastCommand> past_commands(const DdlStatement &statement, const StatementFacts &facts) {
    std::vector<PastCommand> past;
    if (facts.tables.empty()) {
        return past;
    }
    if (const auto *drop = std::get_if<DropObjects>(&statement)) {
        add_dropped(*drop, facts, past);
    } else if (const auto *create = std::get_if<CreateTable>(&statement)) {
        for (const ForeignKey &key : create->foreign_keys) {
            add_referenced(key.referenced, facts, past);
        }
    } else if (const auto *alter = std::get_if<AlterTable>(&statement)) {
        const TableFacts *table = facts.table(alter->table);
        if (table != nullptr && work_of(statement, facts) != Work::catalog) {
            past.push_back({PastCommand::Sort::read_rows, name_of(*table), {}, {}});
        }
        if (table != nullptr && has_step<SetRowSecurity>(statement)) {
            past.push_back({PastCommand::Sort::row_security, name_of(*table), {}, {}});
        }
        for (const AddConstraint *add : steps_of<AddConstraint>(statement)) {
            if (add->sort == ConstraintSort::foreign_key) {
                add_referenced(add->referenced, facts, past);
            }
        }
        for (const AddColumn *add : steps_of<AddColumn>(statement)) {
            if (add->references) {
                add_referenced(*add->references, facts, past);
            }
        }
    }
    return past;
}

}  // namespace schema_audit::guard
