#include "server/event_triggers.hpp"

#include "core/guard/history.hpp"
#include "core/guard/policy.hpp"
#include "core/guard/rules.hpp"
#include "core/guard/statement_rules.hpp"

#include "server/ddl_commands.hpp"
#include "server/ddl_effect.hpp"
#include "server/ddl_statement.hpp"
#include "server/entry.hpp"
#include "server/guard.hpp"
#include "server/log_writer.hpp"
#include "server/policy.hpp"
#include "server/statement_changes.hpp"
#include "server/statement_facts.hpp"
#include "server/touched_tables.hpp"
#include "server/transaction_history.hpp"

namespace schema_audit::server {
namespace {

using guard::Decision;
using guard::LogList;
using guard::LogRecord;
using guard::LogText;
using guard::Outcome;

// A command between its start and its end. Commands nest (a function called by one may run others), and
// one that fails has no end: hence a stack that is searched by parse tree.
struct RunningStatement {
    const Node *tree = nullptr;
    SubTransactionId subtransaction = InvalidSubTransactionId;
    TimestampTz started = 0;
    bool spans_transactions = false;
    int rewrite_reasons = 0;  // bits of the server
    StatementChanges changes;
    std::string dropped_type, dropped_identity;
    std::vector<Decision> decisions;  // of ddl_command_start
    std::vector<std::string> judged;  // columns about which it decided, whatever it decided
    struct GoneDefault {
        Oid table;
        std::string column;
    };
    std::vector<GoneDefault> gone_defaults;
    std::vector<Oid> gone_triggers;  // their tables
    std::vector<guard::PastCommand> past;
    Oid row_security_of = InvalidOid, foreign_keys_of = InvalidOid;  // what the commit has to look at
};
std::vector<RunningStatement> *running = nullptr;

// CONCURRENTLY: such a command goes on in further transactions.
bool spans_transactions(const Node *tree) noexcept {
    switch (nodeTag(tree)) {
        case T_IndexStmt:
            return reinterpret_cast<const IndexStmt *>(tree)->concurrent;
        case T_DropStmt:
            return reinterpret_cast<const DropStmt *>(tree)->concurrent;
        case T_ReindexStmt:
            return true;  // fires from 17 on
        case T_AlterTableStmt: {
            const ListCell *cell = nullptr;
            foreach (cell, reinterpret_cast<const AlterTableStmt *>(tree)->cmds) {
                const auto *command = static_cast<const AlterTableCmd *>(lfirst(cell));
                if (command->subtype == AT_DetachPartition) {
                    return reinterpret_cast<const PartitionCmd *>(command->def)->concurrent;
                }
            }
            return false;
        }
        default:
            return false;
    }
}

// A command whose end is never told, since somebody has disabled that event trigger, must not stay for ever.
void begin_running(RunningStatement &&now) {
    constexpr std::size_t deepest = 1000;
    if (now.spans_transactions) {
        // There is never more than one.
        std::erase_if(*running, [](const RunningStatement &statement) { return statement.spans_transactions; });
    }
    if (running->size() >= deepest) {
        running->erase(running->begin());
    }
    running->push_back(std::move(now));
}

RunningStatement *running_of(const Node *tree) noexcept {
    if (running == nullptr) {
        return nullptr;
    }
    const auto found =
        std::find_if(running->rbegin(), running->rend(), [=](const RunningStatement &s) { return s.tree == tree; });
    return found != running->rend() ? &*found : nullptr;
}

RunningStatement take_running(const Node *tree) {
    RunningStatement *found = running_of(tree);
    if (found == nullptr) {
        return {};
    }
    RunningStatement statement = std::move(*found);
    running->resize(static_cast<std::size_t>(found - running->data()));
    return statement;
}

// Where the policy cannot be read the guard stays out of the way.
bool is_off() {
    bool off = true;
    if (policy_is_cached()) {
        return current_mode(current_policy()) == guard::Mode::off;
    }
    survive([&] { off = current_mode(current_policy()) == guard::Mode::off; });
    return off;
}

// --- ddl_command_start ---------------------------------------------------------------------------

const guard::RelationName *row_security_table(const guard::DdlStatement &statement) noexcept {
    if (const auto *policy = std::get_if<guard::CreatePolicy>(&statement)) {
        return &policy->table;
    }
    if (guard::has_step<guard::SetRowSecurity>(statement)) {
        return &std::get_if<guard::AlterTable>(&statement)->table;
    }
    const auto *drop = std::get_if<guard::DropObjects>(&statement);
    return drop != nullptr && drop->object_type == "POLICY" && !drop->names.empty() ? &drop->names.front() : nullptr;
}

bool adds_foreign_key(const guard::AlterTable &alter) noexcept {
    return std::ranges::any_of(alter.steps, [](const guard::TableStep &step) {
        const auto *constraint = std::get_if<guard::AddConstraint>(&step);
        const auto *column = std::get_if<guard::AddColumn>(&step);
        return (constraint != nullptr && constraint->sort == guard::ConstraintSort::foreign_key) ||
               (column != nullptr && column->references);
    });
}

void note_for_commit(const guard::DdlStatement &statement, const guard::StatementFacts &facts, RunningStatement &now) {
    if (const guard::RelationName *name = row_security_table(statement)) {
        const guard::TableFacts *table = facts.table(*name);
        now.row_security_of = table != nullptr ? table->id : InvalidOid;
    }
    const auto *alter = std::get_if<guard::AlterTable>(&statement);
    if (alter != nullptr && adds_foreign_key(*alter)) {
        const guard::TableFacts *table = facts.table(alter->table);
        now.foreign_keys_of = table != nullptr ? table->id : InvalidOid;
    }
}

// Of no relation: the statement itself and what search_path says are enough.
bool needs_only_names(guard::Need needs) noexcept {
    constexpr auto names = static_cast<std::uint32_t>(guard::Need::target | guard::Need::source | guard::Need::earlier);
    return (static_cast<std::uint32_t>(needs) & ~names) == 0;
}

void judge_start(const guard::DdlStatement &statement, guard::Need needs, RunningStatement &now) {
    const Node *tree = now.tree;
    const bool single_command = is_single_command(tree);  // asked before there is a subtransaction
    const auto judge = [&] {
        const Policy &policy = current_policy();
        // An unknown policy may be known at the commit, which judges what was not judged here.
        if (!policy.known) {
            return;
        }
        const guard::StatementFacts facts = read_statement_facts(statement, needs, tree);
        guard::SessionFacts session = session_facts(policy);
        session.single_command = single_command;
        session.in_transaction_block = !single_command;  // here there is always a subtransaction
        std::vector<guard::GuardFinding> findings = guard::judge_statement({statement, facts, session}, policy.rules);
        note_for_commit(statement, facts, now);
        if (!single_command) {
            now.past = guard::past_commands(statement, facts);
        }
        for (const guard::GuardFinding &finding : findings) {
            if (finding.required_column) {
                now.judged.push_back(finding.column);
            }
        }
        now.decisions = guard::decide(std::move(findings), policy.settings, session);
    };
    // Where nothing is looked up that could fail, a subtransaction would cost as much as all the rest.
    if (policy_is_cached() && needs_only_names(needs)) {
        judge();
        return;
    }
    survive([&] {
        fail_on_purpose("start");
        judge();
    });
}

RaisedRejection extension_in_use() {
    return {ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST, "cannot drop extension schema_audit while its guard is enabled",
            "Its event triggers depend on it.", "SELECT schema_audit.disable(); first."};
}

double milliseconds_since(TimestampTz start) noexcept {
    return static_cast<double>(GetCurrentTimestamp() - start) / 1000.0;
}

RaisedRejection start(const EventTriggerData *event) {
    guard::DdlStatement statement = statement_from(event->parsetree);
    const auto *drop = std::get_if<guard::DropThisExtension>(&statement);
    if (drop != nullptr && !drop->cascade) {
        return extension_in_use();
    }
    if (is_off()) {
        touched_tables::note_unseen();
        return {};
    }
    if (running == nullptr) {
        running = new std::vector<RunningStatement>;
    }
    RunningStatement now;
    now.tree = event->parsetree;
    now.subtransaction = GetCurrentSubTransactionId();
    now.spans_transactions = spans_transactions(now.tree);
    now.started = GetCurrentTimestamp();
    now.changes.parts = real_changes(statement, now.tree);
    const guard::Need needs =
        guard::needs_of(statement, policy_is_cached() ? current_policy().rules : guard::rules_on_by_default());
    if (needs != guard::Need::none) {
        judge_start(statement, needs, now);
        if (guard::any_rejected(now.decisions)) {
            LogRecord record = new_record();
            record[LogText::command_tag] = GetCommandTagName(event->tag);
            record[LogList::lock_modes] = lock_modes(statement);
            record.duration_ms = milliseconds_since(now.started);
            std::vector<LogRecord> rejected;
            for (const Decision &decision : now.decisions) {
                if (decision.outcome == Outcome::rejected) {
                    rejected.push_back(record_of(decision, record));
                    set_attempted(rejected.back(), decision.finding);
                }
            }
            keep_rejected(rejected);
            return raised_from(guard::compose_rejection(now.decisions));
        }
        for (const Decision &decision : now.decisions) {
            if (decision.outcome == Outcome::warned) {
                warn(decision);
            }
        }
    }
    now.changes.statement = std::move(statement);
    name_old_schema(now.changes.statement, now.tree);
    begin_running(std::move(now));
    return {};
}

// --- sql_drop ------------------------------------------------------------------------------------

Oid find_relation(const char *schema, const char *name) noexcept {
    const Oid space = get_namespace_oid(schema, true);
    return OidIsValid(space) ? get_relname_relid(name, space) : InvalidOid;
}

void note_dropped(RunningStatement &statement, const DroppedObject &object) {
    constexpr std::size_t enough = 1000;
    if (statement.dropped_identity.size() > enough) {
        return;
    }
    statement.dropped_type = object.object_type;
    statement.dropped_identity += (statement.dropped_identity.empty() ? "" : ", ") + std::string(object.identity);
}

bool drops_column_with_cascade(const Node *tree) noexcept {
    const ListCell *cell = nullptr;
    foreach (cell, reinterpret_cast<const AlterTableStmt *>(tree)->cmds) {
        const auto *command = static_cast<const AlterTableCmd *>(lfirst(cell));
        if (command->subtype == AT_DropColumn && command->behavior == DROP_CASCADE) {
            return true;
        }
    }
    return false;
}

bool is_drop_trigger(const Node *tree) noexcept {
    return IsA(tree, DropStmt) && reinterpret_cast<const DropStmt *>(tree)->removeType == OBJECT_TRIGGER;
}

// `for public.orders.state` is how the server calls a default.
void note_change(RunningStatement &statement, const DroppedObject &object) {
    const std::string_view identity = object.identity;
    constexpr std::string_view of_column = "for ";
    if (std::strcmp(object.object_type, "default value") == 0 && identity.starts_with(of_column)) {
        add_change(statement.changes.dropped, std::string(identity.substr(of_column.size())),
                   guard::change::dropped_default);
    } else if ((object.original || object.by_cascade) && !identity.starts_with("\"_RETURN\" on ")) {
        add_change(statement.changes.dropped, guard::plain_identity(identity), guard::change::dropped);
        guard::add_table_of(statement.changes.dropped, identity);
    }
}

void dropped(const EventTriggerData *event) {
    RunningStatement *statement = running_of(event->parsetree);
    if (statement == nullptr || is_off()) {
        return;
    }
    const bool by_alter_table = IsA(event->parsetree, AlterTableStmt);
    // RESTRICT takes no default of a table that stays.
    const bool plain_drop = IsA(event->parsetree, DropStmt) &&
                            reinterpret_cast<const DropStmt *>(event->parsetree)->behavior == DROP_RESTRICT;
    // ALTER TABLE touches its own table; with a column may go a sequence, and the defaults of others with it.
    const bool defaults = by_alter_table ? drops_column_with_cascade(event->parsetree) : !plain_drop;
    const bool triggers = defaults || is_drop_trigger(event->parsetree);
    const Items<DroppedObject> objects =
        server_call([=] { return read_dropped_objects(defaults, triggers, by_alter_table); });
    for (const DroppedObject &object : objects.view()) {
        if (!object.temporary) {
            note_change(*statement, object);
        }
        if (object.original && !by_alter_table && !object.temporary) {
            note_dropped(*statement, object);
        }
        // A default or a trigger that goes with what it used is a touch of its table.
        if (object.column != nullptr && !object.temporary) {
            const Oid table = server_call([&] { return find_relation(object.table_schema, object.table); });
            if (OidIsValid(table) && object.trigger) {
                statement->gone_triggers.push_back(table);
            } else if (OidIsValid(table)) {
                statement->gone_defaults.push_back({table, object.column});
            }
        }
    }
}

// --- table_rewrite -------------------------------------------------------------------------------

void rewritten(const EventTriggerData *event) {
    RunningStatement *statement = running_of(event->parsetree);
    if (statement != nullptr) {
        statement->rewrite_reasons |= server_call([] { return rewrite_reasons(); });
    }
}

// --- ddl_command_end -----------------------------------------------------------------------------

bool may_require_column(const guard::DdlStatement &statement, const DdlEffect &effect) {
    // What a command passes on to heirs is not only its own.
    const bool one_table = effect.tables.size() == 1 && !effect.triggers;
    return !one_table || guard::may_require_column(statement);
}

void log_and_touch(const EventTriggerData *event, RunningStatement &statement, const DdlEffect &effect) {
    const char *tag = GetCommandTagName(event->tag);
    const bool made_something = effect.identity != nullptr;
    if (!made_something && statement.dropped_identity.empty()) {
        return;  // nothing happened (IF NOT EXISTS), or only to temporary objects
    }
    auto note = std::make_shared<StatementNote>();
    LogRecord &record = note->record;
    record = new_record();
    record[LogText::command_tag] = tag;
    record[LogText::object_type] = made_something ? effect.object_type : statement.dropped_type;
    record[LogText::object_identity] = made_something ? effect.identity : statement.dropped_identity;
    record[LogText::decision] = guard::text_of(Outcome::allowed);
    record.table_rewritten = statement.rewrite_reasons != 0;
    record[LogText::rewrite_reason] = rewrite_text(statement.rewrite_reasons);
    record[LogList::lock_modes] = lock_modes(statement.changes.statement);
    set_changes(record, changes_of(statement.changes, effect));
    if (statement.started != 0) {
        record.duration_ms = milliseconds_since(statement.started);
    }
    if (statement.decisions.empty()) {
        log_queue::add(note);
    }
    for (const Decision &decision : statement.decisions) {
        auto finding = std::make_shared<StatementNote>();
        finding->record = record_of(decision, record);
        log_queue::add(finding);
        if (decision.outcome == Outcome::overridden) {
            write_server_log(finding->record);
        }
    }
    const bool look = may_require_column(statement.changes.statement, effect);
    const bool says_something = event->tag == CMDTAG_COMMENT || event->tag == CMDTAG_SECURITY_LABEL;
    for (const ChangedTable &found : effect.tables) {
        if (says_something) {
            break;  // and changes nothing
        }
        Touch &touch = touched_tables::touch(found.table, found.parent, note);
        touch.look = touch.look || look;
        touch.judged.insert(touch.judged.end(), statement.judged.begin(), statement.judged.end());
        touch.triggers = touch.triggers || effect.triggers;
    }
    if (OidIsValid(statement.row_security_of)) {
        touched_tables::touch(statement.row_security_of, InvalidOid, note).row_security = true;
    }
    if (OidIsValid(statement.foreign_keys_of)) {
        touched_tables::touch(statement.foreign_keys_of, InvalidOid, note).foreign_keys = true;
    }
    // The command names the table of the first one; the others are those of its partitions.
    for (const Oid table : statement.gone_triggers) {
        const Oid first = statement.gone_triggers.front();
        const bool by_name = table == first || !is_drop_trigger(event->parsetree);
        touched_tables::touch(table, by_name ? InvalidOid : first, note).triggers = true;
    }
    for (const RunningStatement::GoneDefault &gone : statement.gone_defaults) {
        if (std::ranges::find(effect.tables, gone.table, &ChangedTable::table) != effect.tables.end()) {
            continue;  // dropped by the command itself
        }
        touched_tables::touch(gone.table, InvalidOid, note).gone_defaults.push_back(gone.column);
    }
}

void ended(const EventTriggerData *event) {
    RunningStatement statement = take_running(event->parsetree);
    DdlEffect effect;
    if (is_off()) {
        return;
    }
    const bool known = read_simple_effect(event, effect) || survive([&] {
                           fail_on_purpose("end");
                           effect = read_effect(event);
                       });
    if (known) {
        log_and_touch(event, statement, effect);
    }
    if (log_queue::due()) {
        survive([] { log_queue::write(); });
    }
    transaction_history::add(std::move(statement.past));
}

const EventTriggerData *event_of(FunctionCallInfo fcinfo) noexcept {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo)) {
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("functions of the schema_audit guard are called by event triggers alone")));
    }
    return reinterpret_cast<const EventTriggerData *>(fcinfo->context);
}

}  // namespace

void forget_ended_statements() noexcept {
    if (running != nullptr) {
        std::erase_if(*running, [](const RunningStatement &statement) { return !statement.spans_transactions; });
    }
}

std::size_t running_statements() noexcept { return running != nullptr ? running->size() : 0; }

void forget_running_statements(SubTransactionId from) noexcept {
    while (running != nullptr && !running->empty() && running->back().subtransaction >= from) {
        running->pop_back();
    }
}

}  // namespace schema_audit::server

namespace server = schema_audit::server;

SCHEMA_AUDIT_FUNCTION(schema_audit_guard_start) {
    const EventTriggerData *event = server::event_of(fcinfo);
    if (!server::guard_acts()) {
        return PointerGetDatum(nullptr);
    }
    server::RaisedRejection rejection{};
    server::server_entry([&] {
        rejection = server::start(event);
        return PointerGetDatum(nullptr);
    });
    server::raise_if_rejected(rejection);
    return PointerGetDatum(nullptr);
}

SCHEMA_AUDIT_FUNCTION(schema_audit_guard_drop) {
    const EventTriggerData *event = server::event_of(fcinfo);
    if (!server::guard_acts()) {
        return PointerGetDatum(nullptr);
    }
    return server::server_entry([&] {
        server::dropped(event);
        return PointerGetDatum(nullptr);
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_guard_rewrite) {
    const EventTriggerData *event = server::event_of(fcinfo);
    return server::server_entry([&] {
        server::rewritten(event);
        return PointerGetDatum(nullptr);
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_guard_end) {
    const EventTriggerData *event = server::event_of(fcinfo);
    if (!server::guard_acts()) {
        return PointerGetDatum(nullptr);
    }
    return server::server_entry([&] {
        server::ended(event);
        return PointerGetDatum(nullptr);
    });
}
