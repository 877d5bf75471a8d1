#include "server/rehearse_judge.hpp"

#include "core/guard/policy.hpp"
#include "core/guard/rules.hpp"
#include "core/guard/statement_rules.hpp"
#include "core/schema/identifier.hpp"

#include "server/before_image.hpp"
#include "server/commit_facts.hpp"
#include "server/ddl_statement.hpp"
#include "server/entry.hpp"
#include "server/statement_facts.hpp"
#include "server/subtransaction.hpp"

namespace schema_audit::server {
namespace {

// ---- the hook, which stays in the chain and listens only while there is a rehearsal ----

Judge *current = nullptr;
bool installed = false;
ProcessUtility_hook_type next_utility_hook = nullptr;

void listen_to_utility(PlannedStmt *planned, const char *text, bool read_only_tree, ProcessUtilityContext context,
                       ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *receiver,
                       QueryCompletion *completion) {
    // A subcommand is part of the command that was heard already.
    if (current != nullptr && context != PROCESS_UTILITY_SUBCOMMAND) {
        callback_entry([=] { current->hear(planned->utilityStmt); });
    }
    const auto next = next_utility_hook != nullptr ? next_utility_hook : standard_ProcessUtility;
    next(planned, text, read_only_tree, context, parameters, environment, receiver, completion);
}

void install_hook() noexcept {
    if (!installed) {
        next_utility_hook = ProcessUtility_hook;
        ProcessUtility_hook = listen_to_utility;
        installed = true;
    }
}

// ---- server functions ----

bool may_have_changed(Oid relation) noexcept {
    const char kind = get_rel_relkind(relation);
    return (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_FOREIGN_TABLE) &&
           existed_before(relation);
}

}  // namespace

Judge::Judge(EffectMeter &meter, const Limits &limits)
    : meter_(meter),
      limits_(limits),
      policy_(current_policy()),
      session_(session_facts(policy_)),
      transaction_start_(GetCurrentCommandId(false)),
      outer_(current) {
    session_.mode = guard::Mode::enforce;
    session_.override_reason.clear();
    session_.exempt_rules.clear();
    install_hook();
    current = this;
}

Judge::~Judge() { current = outer_; }

void Judge::listen(bool utility) {
    listening_ = true;
    skip_first_ = utility;
}

std::vector<guard::Decision> Judge::heard() {
    listening_ = false;
    return std::exchange(heard_, {});
}

void Judge::hear(const Node *tree) {
    if (!listening_ || std::exchange(skip_first_, false)) {
        return;
    }
    try {
        guard::add_decisions(heard_, decide(tree, true));
    } catch (const ServerError &error) {
        if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
            throw;
        }
        // The server itself will tell what is wrong with the command.
    }
}

std::vector<guard::Decision> Judge::about(const Node *tree, bool in_transaction) {
    try {
        return decide(tree, in_transaction);
    } catch (const ServerError &error) {
        if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION) {
            throw;
        }
        return {};
    }
}

std::vector<guard::Decision> Judge::decide(const Node *tree, bool in_transaction) {
    std::vector<guard::GuardFinding> findings;
    // Looking up leaves nothing behind, locks neither.
    in_subtransaction(Keep::nothing, [&] {
        const guard::DdlStatement statement = statement_from(tree);
        const guard::Need needs = guard::needs_of(statement, policy_.rules);
        if (needs == guard::Need::none) {
            return;
        }
        guard::StatementFacts facts = read_statement_facts(statement, needs, tree);
        forget_earlier_locks(facts);
        session_.in_transaction_block = in_transaction;
        session_.single_command = !in_transaction;
        session_.lock_timeout_ms = limits_.lock_timeout_of_script();
        session_.statement_timeout_ms = limits_.statement_timeout_of_script();
        findings = guard::judge_statement({statement, facts, session_}, policy_.rules);
    });
    for (const guard::GuardFinding &finding : findings) {
        if (finding.required_column) {
            judged_.emplace_back(quote_qualified(finding.schema, finding.table), finding.column);
        }
    }
    return guard::decide(std::move(findings), policy_.settings, session_);
}

// The rehearsal is one transaction, the script may be several: what an earlier one has locked is free again.
void Judge::forget_earlier_locks(guard::StatementFacts &facts) const {
    const auto is_earlier = [&](const std::string &schema, const std::string &name) {
        return std::ranges::find(earlier_locks_, quote_qualified(schema, name)) != earlier_locks_.end();
    };
    const auto is_free = [&](const guard::RelationName &held) { return is_earlier(held.schema, held.name); };
    facts.held.erase_if(is_free);
    facts.held_from_all.erase_if(is_free);
    for (guard::StatementFacts::Known &known : facts.tables) {
        known.facts.held_strongly = known.facts.held_strongly && !is_earlier(known.facts.schema, known.facts.name);
    }
}

// Tables that this transaction holds strongly, each with the one among them from which it inherits.
std::vector<guard::TableChange> Judge::read_changes() {
    std::vector<TouchedTable> tables;
    for (const Oid relation : meter_.held_strongly()) {
        if (server_call([=] { return may_have_changed(relation); })) {
            tables.emplace_back().table = relation;
            tables.back().triggers = true;
        }
    }
    for (const TouchedTable &table : tables) {
        const Oid parent = table.table;
        const List *heirs = server_call([=]() -> const List * {
            return has_subclass(parent) ? find_all_inheritors(parent, NoLock, nullptr) : NIL;
        });
        for (TouchedTable &other : tables) {
            if (other.table != parent && list_member_oid(heirs, other.table)) {
                other.parent = parent;
            }
        }
    }
    // Up to the top: an heir of an heir is told with the first of them.
    for (TouchedTable &table : tables) {
        for (auto up = std::ranges::find(tables, table.parent, &TouchedTable::table);
             up != tables.end() && OidIsValid(up->parent);
             up = std::ranges::find(tables, table.parent, &TouchedTable::table)) {
            table.parent = up->parent;
        }
    }
    std::vector<guard::TableChange> changes;
    SnapshotData before;
    const CommandId start = transaction_start_;
    server_call([&] {
        BeforeImage::begin(&before);
        before.curcid = start;
    });
    for (const TouchedTable &table : tables) {
        if (auto change = read_change(table, &before)) {
            changes.push_back(std::move(*change));
        }
        check_for_interrupts();
    }
    server_call([] { BeforeImage::end(); });
    return changes;
}

std::vector<guard::Decision> Judge::about_commit() {
    std::vector<guard::Decision> decisions;
    in_subtransaction(Keep::nothing, [&] {
        std::vector<guard::TableChange> changes = read_changes();
        for (guard::TableChange &change : changes) {
            const std::string table = quote_qualified(change.schema, change.name);
            std::erase_if(change.columns, [&](const guard::ColumnChange &column) {
                return std::ranges::find(judged_, std::pair(table, column.name)) != judged_.end();
            });
        }
        decisions = guard::decide(guard::judge_end_state(changes), policy_.settings, session_);
    });
    begin_transaction();
    return decisions;
}

void Judge::begin_transaction() {
    judged_.clear();
    earlier_locks_.clear();
    for (const Oid relation : meter_.held_strongly()) {
        if (const OldRelation *known = meter_.old_relation(relation)) {
            earlier_locks_.push_back(known->name);
        }
    }
    server_call([] { CommandCounterIncrement(); });
    transaction_start_ = GetCurrentCommandId(false);
}

}  // namespace schema_audit::server
