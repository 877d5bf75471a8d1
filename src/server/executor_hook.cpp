#include "server/executor_hook.hpp"

#include "core/guard/policy.hpp"
#include "core/guard/statement_rules.hpp"

#include "server/entry.hpp"
#include "server/guard.hpp"
#include "server/log_queue.hpp"
#include "server/log_writer.hpp"
#include "server/policy.hpp"
#include "server/settings.hpp"
#include "server/statement_facts.hpp"
#include "server/transaction_history.hpp"

namespace schema_audit::server {
namespace {

using guard::Decision;
using guard::LogRecord;
using guard::LogText;
using guard::Outcome;

ExecutorFinish_hook_type earlier_hook = nullptr;

const char *command_of(const QueryDesc *query) noexcept {
    switch (query->operation) {
        case CMD_INSERT:
            return "INSERT";
        case CMD_UPDATE:
            return "UPDATE";
        case CMD_DELETE:
            return "DELETE";
        case CMD_MERGE:
            return "MERGE";
        default:
            return nullptr;
    }
}

// One look at what is in memory: all other queries of a session pay no more.
bool may_be_judged(const QueryDesc *query) noexcept {
    return transaction_history::any_command() && command_of(query) != nullptr && query->estate->es_processed > 0 &&
           query->estate->es_processed >= static_cast<uint64>(settings::min_rows()) && guard_acts();
}

struct Target {
    const char *schema, *name;
};

// The table that the command names, not the partitions that it has come to.
Target target_of(const QueryDesc *query) noexcept {
    const Plan *plan = query->plannedstmt->planTree;
    if (!IsA(plan, ModifyTable)) {
        return {nullptr, nullptr};
    }
    const Index place = reinterpret_cast<const ModifyTable *>(plan)->nominalRelation;
    const Oid relation = rt_fetch(place, query->plannedstmt->rtable)->relid;
    return {get_namespace_name(get_rel_namespace(relation)), get_rel_name(relation)};
}

std::vector<Decision> judge(const QueryDesc *query) {
    const Policy &policy = current_policy();
    if (!policy.known || current_mode(policy) == guard::Mode::off) {
        return {};
    }
    const Target target = server_call([=] { return target_of(query); });
    if (target.schema == nullptr || target.name == nullptr) {
        return {};
    }
    guard::ChangeRows change{command_of(query), {target.schema, target.name}};
    change.rows = static_cast<std::int64_t>(query->estate->es_processed);
    const guard::DdlStatement statement = std::move(change);
    const guard::Need needs = guard::needs_of(statement, policy.rules);
    if (needs == guard::Need::none) {
        return {};
    }
    const auto *tree = reinterpret_cast<const Node *>(query->plannedstmt);
    const guard::StatementFacts facts = read_statement_facts(statement, needs, tree);
    guard::SessionFacts session = session_facts(policy);
    session.in_transaction_block = true;
    return guard::decide(guard::judge_statement({statement, facts, session}, policy.rules), policy.settings, session);
}

RaisedRejection judge_and_tell(const QueryDesc *query) {
    std::vector<Decision> decisions;
    survive([&] { decisions = judge(query); });
    std::vector<LogRecord> rejected;
    for (const Decision &decision : decisions) {
        const auto note = std::make_shared<StatementNote>();
        note->record = new_record();
        note->record[LogText::command_tag] = command_of(query);
        note->record = record_of(decision, note->record);
        if (decision.outcome == Outcome::rejected) {
            rejected.push_back(note->record);
            continue;
        }
        log_queue::add(note);
        if (decision.outcome == Outcome::overridden) {
            write_server_log(note->record);
        }
        if (decision.outcome == Outcome::warned) {
            warn(decision);
        }
    }
    if (rejected.empty()) {
        return {};
    }
    keep_rejected(rejected);
    return raised_from(guard::compose_rejection(decisions));
}

void hook(QueryDesc *query) noexcept {
    const ExecutorFinish_hook_type next = earlier_hook != nullptr ? earlier_hook : standard_ExecutorFinish;
    next(query);
    if (may_be_judged(query)) {
        RaisedRejection rejection{};
        callback_entry([&] { rejection = judge_and_tell(query); });
        raise_if_rejected(rejection);
    }
}

}  // namespace

void install_executor_hook() {
    earlier_hook = ExecutorFinish_hook;
    ExecutorFinish_hook = hook;
}

}  // namespace schema_audit::server
