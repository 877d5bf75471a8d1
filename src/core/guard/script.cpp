#include "core/guard/script.hpp"

#include "core/guard/history.hpp"

#include <algorithm>
#include <utility>

namespace schema_audit::guard {
namespace {

ColumnFacts facts_of(const NamedColumn &column) {
    ColumnFacts facts;
    facts.not_null = column.not_null;
    facts.has_default = column.has_default;
    facts.identity = column.identity;
    facts.generated = column.generated;
    return facts;
}

ColumnFacts facts_of(const AddColumn &add) {
    ColumnFacts facts;
    facts.not_null = add.not_null;
    facts.has_default = (add.has_default && !add.default_is_null) || add.serial;
    facts.identity = add.identity;
    facts.generated = add.generated;
    facts.type_has_default = add.type_has_default && !add.default_is_null;
    return facts;
}

}  // namespace

bool Script::is_new(const RelationName &name) const {
    const Key key = key_of(name);
    return now_.created.contains(key) || (committed_.created.contains(key) && !now_.dropped.contains(key));
}

const std::string *Script::setting(const std::string &name) const {
    for (const State *state : {&now_, &committed_}) {
        const auto found = state->settings.find(name);
        if (found != state->settings.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

Script::Table *Script::table_of(const AlterTable &statement, const StatementFacts &facts) {
    const Key key = key_of(statement.table);
    if (is_new(statement.table)) {
        return nullptr;
    }
    const auto found = now_.tables.find(key);
    if (found != now_.tables.end()) {
        return &found->second;
    }
    const auto before = committed_.tables.find(key);
    if (before != committed_.tables.end()) {
        return &(now_.tables[key] = before->second);
    }
    const TableFacts *known = facts.table(statement.table);
    if (known == nullptr) {
        return nullptr;
    }
    Table &table = now_.tables[key];
    table.schema = known->schema;
    table.name = known->name;
    table.size = known->size;
    table.live = known->column_facts;
    return &table;
}

const Script::Table *Script::changed_table(const RelationName &name) const {
    for (const State *state : {&now_, &committed_}) {
        const auto found = state->tables.find(key_of(name));
        if (found != state->tables.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

void Script::refine(StatementFacts &facts) const {
    for (auto &[name, known] : facts.tables) {
        const Table *table = changed_table(name);
        if (table == nullptr || known.columns.empty()) {
            continue;
        }
        const auto dropped = [&](const std::string &column) {
            return std::ranges::find(table->live, column, &NamedColumn::name) == table->live.end();
        };
        std::erase_if(known.columns, dropped);
        std::erase_if(known.column_facts, [&](const NamedColumn &column) { return dropped(column.name); });
        for (const auto &[column_name, column] : table->columns) {
            auto found = std::ranges::find(known.column_facts, column_name, &NamedColumn::name);
            if (found == known.column_facts.end()) {
                known.columns.push_back(column_name);
                found =
                    known.column_facts.insert(known.column_facts.end(), NamedColumn{column_name, column.change.type});
            }
            found->not_null = column.change.after.not_null;
            found->has_default = column.change.after.has_default;
            found->identity = column.change.after.identity;
            found->generated = column.change.after.generated;
        }
        for (const auto &[check_name, check] : table->not_null_checks) {
            const auto found = std::ranges::find(known.column_facts, check.column, &NamedColumn::name);
            if (check.validated && found != known.column_facts.end()) {
                found->not_null_proven = true;
            }
        }
    }
}

Script::Column &Script::column_of(Table &table, const std::string &name) {
    const auto [found, added] = table.columns.try_emplace(name);
    Column &column = found->second;
    column.statement_number = number_;
    if (added) {
        column.change.name = name;
        const auto live = std::ranges::find(table.live, name, &NamedColumn::name);
        if (live != table.live.end()) {
            column.change.type = live->type;
            column.change.before = column.change.after = facts_of(*live);
        }
    }
    return column;
}

void Script::follow_alter(const AlterTable &statement, const StatementFacts &facts,
                          const std::vector<std::string> &judged) {
    Table *table = table_of(statement, facts);
    if (table == nullptr) {
        return;
    }
    const auto change = [&](const std::string &name) -> ColumnFacts & { return column_of(*table, name).change.after; };
    for (const TableStep &step : statement.steps) {
        if (const auto *add = std::get_if<AddColumn>(&step)) {
            const bool exists = std::ranges::find(table->live, add->column, &NamedColumn::name) != table->live.end();
            if (!exists && !table->columns.contains(add->column)) {
                Column &column = column_of(*table, add->column);
                column.change.type = add->type;
                column.change.after = facts_of(*add);
                column.change.retained_value = add->constant_default;
            }
        } else if (const auto *drop = std::get_if<DropColumn>(&step)) {
            table->columns.erase(drop->column);
            std::erase_if(table->live, [&](const NamedColumn &column) { return column.name == drop->column; });
        } else if (const auto *set = std::get_if<SetDefault>(&step)) {
            change(set->column).has_default = !set->is_null;
        } else if (const auto *gone = std::get_if<DropDefault>(&step)) {
            change(gone->column).has_default = false;
        } else if (const auto *required = std::get_if<SetNotNull>(&step)) {
            change(required->column).not_null = true;
        } else if (const auto *nullable = std::get_if<DropNotNull>(&step)) {
            change(nullable->column).not_null = false;
        } else if (const auto *identity = std::get_if<AddIdentity>(&step)) {
            change(identity->column).identity = true;
        } else if (const auto *no_identity = std::get_if<DropIdentity>(&step)) {
            change(no_identity->column).identity = false;
        } else if (const auto *no_expression = std::get_if<DropExpression>(&step)) {
            change(no_expression->column).generated = false;
        } else if (const auto *validate = std::get_if<ValidateConstraint>(&step)) {
            if (const auto found = table->not_null_checks.find(validate->name); found != table->not_null_checks.end()) {
                found->second.validated = true;
            }
        } else if (const auto *gone_constraint = std::get_if<DropConstraint>(&step)) {
            table->not_null_checks.erase(gone_constraint->name);
        } else if (const auto *check = std::get_if<AddConstraint>(&step);
                   check != nullptr && !check->only_not_null_check.empty() && !check->name.empty()) {
            table->not_null_checks[check->name] = {check->only_not_null_check,
                                                   !check->not_valid && !check->not_enforced};
        } else if (const auto *key = std::get_if<AddConstraint>(&step);
                   key != nullptr && key->sort == ConstraintSort::primary_key) {
            for (const std::string &column : key->columns) {
                change(column).not_null = true;
                column_of(*table, column).change.in_primary_key = true;
            }
        }
    }
    for (const std::string &name : judged) {
        column_of(*table, name).judged = true;
    }
}

void Script::hold(const RelationName &name, LockMode mode) {
    const auto [found, added] = now_.locks.try_emplace({name.schema, name.name}, LockMode::none);
    if (added) {
        now_.held.push_back(name);
    }
    if (found->second < mode && mode == LockMode::access_exclusive) {
        now_.held_from_all.push_back(name);
    }
    found->second = std::max(found->second, mode);
}

void Script::follow_locks(const DdlStatement &statement, const StatementFacts &facts) {
    for (const LockRequest &request : lock_requests(statement)) {
        const TableFacts *table = facts.table(request.relation);
        const bool is_table =
            table != nullptr && (table->kind == RelationKind::table || table->kind == RelationKind::partitioned_table ||
                                 table->kind == RelationKind::materialized_view);
        if (is_table && request.mode >= LockMode::share_row_exclusive) {
            hold({table->schema, table->name}, request.mode);
        }
    }
}

void Script::tell_locks(StatementFacts &facts) const {
    facts.held = now_.held;
    facts.held_from_all = now_.held_from_all;
    for (StatementFacts::Known &known : facts.tables) {
        known.facts.held_strongly = now_.locks.contains({known.facts.schema, known.facts.name});
    }
}

void Script::follow_transaction(const Transaction &transaction) {
    switch (transaction.step) {
        case TransactionStep::begin:
            in_block_ = true;
            break;
        case TransactionStep::commit:
            in_block_ = false;
            if (!assumes_transaction_) {
                commit();
            }
            break;
        case TransactionStep::rollback:
            in_block_ = false;
            now_ = {};
            savepoints_.clear();
            break;
        case TransactionStep::savepoint:
            savepoints_[transaction.savepoint] = now_;
            break;
        case TransactionStep::rollback_to:
            if (const auto found = savepoints_.find(transaction.savepoint); found != savepoints_.end()) {
                now_ = found->second;
            }
            break;
        case TransactionStep::release:
            break;
    }
}

void Script::follow(const DdlStatement &statement, const StatementFacts &facts, int statement_number,
                    const std::vector<std::string> &judged) {
    number_ = statement_number;
    if (const auto *transaction = std::get_if<Transaction>(&statement)) {
        follow_transaction(*transaction);
        return;
    }
    if (const auto *variable = std::get_if<SetVariable>(&statement)) {
        now_.settings[variable->name] = variable->value;
    } else if (const auto *create = std::get_if<CreateTable>(&statement)) {
        if (!create->if_not_exists || facts.table(create->table) == nullptr) {
            now_.created.insert(key_of(create->table));
            now_.dropped.erase(key_of(create->table));
        }
    } else if (const auto *drop = std::get_if<DropObjects>(&statement)) {
        for (const RelationName &name : drop->names) {
            now_.created.erase(key_of(name));
            now_.tables.erase(key_of(name));
            now_.dropped.insert(key_of(name));
        }
    } else if (const auto *rename = std::get_if<Rename>(&statement);
               rename != nullptr && is_new(rename->object) && rename->object_type == "TABLE") {
        now_.created.insert({key_of(rename->object).first, rename->to});
    } else if (const auto *alter = std::get_if<AlterTable>(&statement)) {
        follow_alter(*alter, facts, judged);
    }
    for (PastCommand &past : past_commands(statement, facts)) {
        now_.past.push_back(std::move(past));
    }
    if (in_transaction()) {
        follow_locks(statement, facts);
    } else {
        commit();
    }
}

void Script::end() {
    if (in_transaction()) {
        commit();
    }
}

void Script::commit() {
    for (auto &[key, table] : now_.tables) {
        TableChange change;
        change.schema = table.schema;
        change.name = table.name;
        change.size = table.size;
        for (auto &[name, column] : table.columns) {
            if (!column.judged) {
                change.columns.push_back(column.change);
            }
        }
        for (GuardFinding &finding : judge_end_state({&change, 1})) {
            const int number = table.columns[finding.column].statement_number;
            findings_.push_back({std::move(finding), number});
        }
        // What is committed is what the next transaction finds.
        for (auto &[name, column] : table.columns) {
            column.change.before = column.change.after;
            column.judged = false;
        }
        committed_.tables[key] = std::move(table);
    }
    // What a committed transaction made is still nobody's but the script's, which runs on.
    for (const Key &key : now_.dropped) {
        committed_.created.erase(key);
        committed_.tables.erase(key);
    }
    committed_.created.merge(now_.created);
    for (auto &[name, value] : now_.settings) {
        committed_.settings[name] = std::move(value);
    }
    now_ = {};
    savepoints_.clear();
}

std::vector<Script::EndFinding> Script::take_end_findings() { return std::exchange(findings_, {}); }

}  // namespace schema_audit::guard
