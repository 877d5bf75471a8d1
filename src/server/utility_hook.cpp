#include "server/utility_hook.hpp"

#include "core/guard/event_trigger_names.hpp"
#include "core/guard/policy.hpp"
#include "core/guard/statement_rules.hpp"

#include "server/ddl_statement.hpp"
#include "server/entry.hpp"
#include "server/guard.hpp"
#include "server/log_queue.hpp"
#include "server/log_writer.hpp"
#include "server/policy.hpp"
#include "server/statement_facts.hpp"
#include "server/utility_target.hpp"

namespace schema_audit::server {
namespace {

using guard::Decision;
using guard::LogRecord;
using guard::LogText;
using guard::Outcome;

ProcessUtility_hook_type earlier_hook = nullptr;
bool preloaded = false;

bool is_full_vacuum(const VacuumStmt *tree) noexcept {
    const ListCell *cell = nullptr;
    foreach (cell, tree->options) {
        if (std::strcmp(lfirst_node(DefElem, cell)->defname, "full") == 0) {
            return tree->is_vacuumcmd;
        }
    }
    return false;
}

// One look at the tag: all other commands of a session pay no more.
bool fires_no_event(const Node *tree) noexcept {
    switch (nodeTag(tree)) {
        case T_TruncateStmt:
        case T_LockStmt:
        case T_ClusterStmt:
        case T_CreatedbStmt:
        case T_AlterDatabaseStmt:
        case T_AlterDatabaseSetStmt:
        case T_DropdbStmt:
        case T_CreateTableSpaceStmt:
        case T_AlterTableSpaceOptionsStmt:
        case T_DropTableSpaceStmt:
        case T_CreateRoleStmt:
        case T_AlterRoleStmt:
        case T_AlterRoleSetStmt:
        case T_DropRoleStmt:
        case T_GrantRoleStmt:
        case T_ReassignOwnedStmt:
        case T_AlterSystemStmt:
        case T_CreateEventTrigStmt:
        case T_AlterEventTrigStmt:
            return true;
        case T_VacuumStmt:
            return is_full_vacuum(reinterpret_cast<const VacuumStmt *>(tree));
        case T_ReindexStmt:
            return !schema_audit_reindex_fires_events;
        case T_VariableSetStmt: {
            const char *name = reinterpret_cast<const VariableSetStmt *>(tree)->name;
            return name != nullptr && std::strcmp(name, "event_triggers") == 0;
        }
        case T_GrantStmt:
            return !EventTriggerSupportsObjectType(reinterpret_cast<const GrantStmt *>(tree)->objtype);
        case T_DropStmt:
            return !EventTriggerSupportsObjectType(reinterpret_cast<const DropStmt *>(tree)->removeType);
        case T_RenameStmt:
            return !EventTriggerSupportsObjectType(reinterpret_cast<const RenameStmt *>(tree)->renameType);
        case T_AlterOwnerStmt:
            return !EventTriggerSupportsObjectType(reinterpret_cast<const AlterOwnerStmt *>(tree)->objectType);
        case T_CommentStmt:
            return !EventTriggerSupportsObjectType(reinterpret_cast<const CommentStmt *>(tree)->objtype);
        case T_SecLabelStmt:
            return !EventTriggerSupportsObjectType(reinterpret_cast<const SecLabelStmt *>(tree)->objtype);
        default:
            return false;
    }
}

bool is_installed() {
    return server_call([] { return OidIsValid(get_namespace_oid("schema_audit", true)); });
}

// While its table cannot be read the event triggers tell.
bool is_enabled(const Policy &policy) {
    if (policy.known) {
        return policy.database_mode.has_value();
    }
    const char *name = guard::event_triggers.front().name.data();
    return server_call([=] { return OidIsValid(get_event_trigger_oid(name, true)); });
}

// Null where the guard of this database is not enabled, or off.
const Policy *acting_policy() {
    const Policy *policy = nullptr;
    const auto look = [&] {
        const Policy &current = current_policy();
        policy = is_enabled(current) && current_mode(current) != guard::Mode::off ? &current : nullptr;
    };
    if (policy_is_cached()) {
        look();
    } else if (is_installed()) {
        survive(look);
    }
    return policy;
}

// A command between its start and its end. Owned by the memory context of the command: where it fails, its frames are
// gone without a word.
struct RunningCommand {
    guard::DdlStatement statement;
    guard::StatementFacts facts;
    std::vector<Decision> decisions;
    TimestampTz started = 0;
};
struct Owner {
    MemoryContextCallback callback;
    RunningCommand *command;
};

void destroy(void *owner) noexcept { delete std::exchange(static_cast<Owner *>(owner)->command, nullptr); }

Owner *new_owner() {
    return server_call([] {
        auto *owner = static_cast<Owner *>(palloc0(sizeof(Owner)));
        owner->callback.func = destroy;
        owner->callback.arg = owner;
        MemoryContextRegisterResetCallback(CurrentMemoryContext, &owner->callback);
        return owner;
    });
}

void judge(const Node *tree, const Policy &policy, RunningCommand &command) {
    const bool single_command = is_single_command(tree);  // asked before there is a subtransaction
    survive([&] {
        fail_on_purpose("utility");
        command.statement = statement_from(tree);
        const guard::Need needs = guard::needs_of(command.statement, policy.rules);
        command.facts = read_statement_facts(command.statement, needs | guard::Need::facts, tree);
        if (!policy.known || needs == guard::Need::none) {
            return;
        }
        guard::SessionFacts session = session_facts(policy);
        session.single_command = single_command;
        session.in_transaction_block = !single_command;
        command.decisions =
            guard::decide(guard::judge_statement({command.statement, command.facts, session}, policy.rules),
                          policy.settings, session);
    });
}

LogRecord record_for(const Node *tree, const UtilityTarget &target) {
    LogRecord record = new_record();
    record[LogText::command_tag] = server_call([=] { return CreateCommandName(const_cast<Node *>(tree)); });
    record[LogText::object_type] = target.object_type;
    record[LogText::object_identity] = target.identity;
    record[LogText::decision] = guard::text_of(Outcome::allowed);
    return record;
}

RaisedRejection reject(const Node *tree, const RunningCommand &command) {
    const LogRecord record = record_for(tree, {});
    std::vector<LogRecord> rejected;
    for (const Decision &decision : command.decisions) {
        if (decision.outcome == Outcome::rejected) {
            rejected.push_back(record_of(decision, record));
        }
    }
    keep_rejected(rejected);
    return raised_from(guard::compose_rejection(command.decisions));
}

RaisedRejection start(const Node *tree, Owner *&owner) {
    const Policy *policy = acting_policy();
    if (policy == nullptr) {
        return {};
    }
    auto command = std::make_unique<RunningCommand>();
    command->started = GetCurrentTimestamp();
    judge(tree, *policy, *command);
    if (guard::any_rejected(command->decisions)) {
        return reject(tree, *command);
    }
    for (const Decision &decision : command->decisions) {
        if (decision.outcome == Outcome::warned) {
            warn(decision);
        }
    }
    owner = new_owner();
    owner->command = command.release();
    return {};
}

// enable() arms what it has made: that is no news.
bool arms_the_guard(const Node *tree) noexcept {
    const char *name = nullptr;
    if (IsA(tree, CreateEventTrigStmt)) {
        name = reinterpret_cast<const CreateEventTrigStmt *>(tree)->trigname;
    } else if (IsA(tree, AlterEventTrigStmt)) {
        const auto *alter = reinterpret_cast<const AlterEventTrigStmt *>(tree);
        name = alter->tgenabled == TRIGGER_FIRES_ALWAYS ? alter->trigname : nullptr;
    }
    return name != nullptr && guard::is_guard_trigger(name);
}

// LOCK TABLE and SET change nothing, nor does a DROP IF EXISTS of nothing.
bool is_worth_a_row(const Node *tree, const RunningCommand &command, const UtilityTarget &target) noexcept {
    const bool changes_nothing =
        IsA(tree, LockStmt) || IsA(tree, VariableSetStmt) ||
        (std::holds_alternative<guard::DropGlobal>(command.statement) && !command.facts.target_exists);
    return !target.identity.empty() && !changes_nothing && !arms_the_guard(tree);
}

void end(const Node *tree, Owner *owner) {
    const std::unique_ptr<RunningCommand> command(std::exchange(owner->command, nullptr));
    survive([&] {
        const UtilityTarget target = target_of(tree, command->statement, command->facts);
        if (command->decisions.empty() && !is_worth_a_row(tree, *command, target)) {
            return;
        }
        LogRecord record = record_for(tree, target);
        record.duration_ms = static_cast<double>(GetCurrentTimestamp() - command->started) / 1000.0;
        record.table_rewritten = std::holds_alternative<guard::RewriteTable>(command->statement);
        const auto add = [](LogRecord row) {
            const auto note = std::make_shared<StatementNote>();
            note->record = std::move(row);
            log_queue::add(note);
        };
        for (const Decision &decision : command->decisions) {
            LogRecord row = record_of(decision, record);
            if (decision.outcome == Outcome::overridden) {
                write_server_log(row);
            }
            add(std::move(row));
        }
        if (command->decisions.empty()) {
            add(std::move(record));
        }
    });
}

void hook(PlannedStmt *planned, const char *text, bool read_only_tree, ProcessUtilityContext context,
          ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *destination,
          QueryCompletion *completion) noexcept {
    const Node *tree = planned->utilityStmt;
    Owner *owner = nullptr;
    // A subcommand is a part of a command that was judged as a whole.
    if (fires_no_event(tree) && context != PROCESS_UTILITY_SUBCOMMAND && guard_acts()) {
        RaisedRejection rejection{};
        callback_entry([&] { rejection = start(tree, owner); });
        raise_if_rejected(rejection);
    }
    const ProcessUtility_hook_type next = earlier_hook != nullptr ? earlier_hook : standard_ProcessUtility;
    next(planned, text, read_only_tree, context, parameters, environment, destination, completion);
    if (owner != nullptr && owner->command != nullptr) {
        callback_entry([&] { end(tree, owner); });
    }
}

}  // namespace

void install_utility_hook() {
    preloaded = process_shared_preload_libraries_in_progress;
    earlier_hook = ProcessUtility_hook;
    ProcessUtility_hook = hook;
}

bool is_preloaded() noexcept { return preloaded; }

}  // namespace schema_audit::server

SCHEMA_AUDIT_FUNCTION(schema_audit_is_preloaded) { PG_RETURN_BOOL(schema_audit::server::is_preloaded()); }
