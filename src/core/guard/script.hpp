// A migration as a text: what its earlier statements mean for the later ones. Pure; the door reads the facts.
#pragma once

#include "core/guard/locks.hpp"
#include "core/guard/rules.hpp"

#include <map>
#include <set>

namespace schema_audit::guard {

class Script {
public:
    // `creation_schema`: where an unqualified name is created; `in_transaction`: the whole text runs in one.
    Script(std::string creation_schema, bool in_transaction)
        : schema_(std::move(creation_schema)), assumes_transaction_(in_transaction) {}

    // Made by the script: nobody else sees it yet, and it is empty or filled by the script itself.
    [[nodiscard]] bool is_new(const RelationName &name) const;
    [[nodiscard]] bool in_transaction() const noexcept { return assumes_transaction_ || in_block_; }
    [[nodiscard]] const std::string *setting(const std::string &name) const;  // null: not set by the script

    // What the commands of the running transaction have done.
    [[nodiscard]] const SharedList<PastCommand> &earlier() const noexcept { return now_.past; }
    // Says what the running transaction has locked, as a session that had run it would see it.
    void tell_locks(StatementFacts &facts) const;
    // Adds what the script has changed of the tables since the catalogs were as `facts` has them: columns that it has
    // added or dropped, their defaults, checks that prove a column to hold no NULL.
    void refine(StatementFacts &facts) const;

    // Takes the statement in. `facts` are those of its relations before it, with Need::columns for ALTER TABLE.
    // `judged`: columns about which a rule has told already.
    void follow(const DdlStatement &statement, const StatementFacts &facts, int statement_number,
                const std::vector<std::string> &judged);

    // Columns that the transaction which ended with the last statement leaves required; those of the last one when
    // the text ends.
    struct EndFinding {
        GuardFinding finding;
        int statement_number = 0;  // the last one that touched the column
    };
    [[nodiscard]] std::vector<EndFinding> take_end_findings();
    void end();

private:
    using Key = std::pair<std::string, std::string>;
    struct Column {
        ColumnChange change;
        int statement_number = 0;
        bool judged = false;
    };
    struct Table {
        std::string schema, name;
        TableSize size;
        std::vector<NamedColumn> live;
        std::map<std::string, Column> columns;  // touched ones
        struct NotNullCheck {
            std::string column;
            bool validated = false;
        };
        std::map<std::string, NotNullCheck> not_null_checks;  // by name, those of the script
    };
    struct State {
        std::set<std::pair<std::string, std::string>> created, dropped;
        std::map<std::pair<std::string, std::string>, Table> tables;
        SharedList<PastCommand> past;
        SharedList<RelationName> held, held_from_all;
        std::map<Key, LockMode> locks;  // of them
        std::map<std::string, std::string> settings;
    };
    void hold(const RelationName &name, LockMode mode);
    [[nodiscard]] Key key_of(const RelationName &name) const {
        return {name.schema.empty() ? schema_ : name.schema, name.name};
    }
    [[nodiscard]] const Table *changed_table(const RelationName &name) const;
    Table *table_of(const AlterTable &statement, const StatementFacts &facts);
    Column &column_of(Table &table, const std::string &name);
    void follow_alter(const AlterTable &statement, const StatementFacts &facts, const std::vector<std::string> &judged);
    void follow_locks(const DdlStatement &statement, const StatementFacts &facts);
    void follow_transaction(const Transaction &transaction);
    void commit();

    std::string schema_;
    bool assumes_transaction_;
    bool in_block_ = false;
    int number_ = 0;
    State committed_, now_;                    // what the running transaction has changed
    std::map<std::string, State> savepoints_;  // of the running transaction
    std::vector<EndFinding> findings_;
};

}  // namespace schema_audit::guard
