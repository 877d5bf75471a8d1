#include "server/commit_check.hpp"

#include "core/guard/policy.hpp"
#include "core/guard/rules.hpp"
#include "core/schema/identifier.hpp"

#include "server/before_image.hpp"
#include "server/commit_facts.hpp"
#include "server/entry.hpp"
#include "server/event_triggers.hpp"
#include "server/guard.hpp"
#include "server/held_tables.hpp"
#include "server/log_retention.hpp"
#include "server/log_writer.hpp"
#include "server/policy.hpp"
#include "server/touched_tables.hpp"
#include "server/transaction_history.hpp"

namespace schema_audit::server {
namespace {

using guard::Decision;
using guard::LogRecord;
using guard::LogText;
using guard::Outcome;

std::vector<guard::TableChange> read_changes(const std::vector<TouchedTable> &tables) {
    std::vector<guard::TableChange> changes;
    SnapshotData before;
    server_call([&] { BeforeImage::begin(&before); });
    for (const TouchedTable &table : tables) {
        if (auto change = read_change(table, &before)) {
            changes.push_back(std::move(*change));
        }
        check_for_interrupts();
    }
    server_call([] { BeforeImage::end(); });
    return changes;
}

// The command that a finding belongs to: the last one on its table that names the column, else the last one.
std::shared_ptr<StatementNote> note_of(const std::vector<TouchedTable> &tables, const Decision &decision) {
    const auto table = std::ranges::find(tables, decision.finding.table_id, &TouchedTable::table);
    if (table == tables.end() || table->statements.empty()) {
        return nullptr;
    }
    const auto named = std::find_if(table->statements.rbegin(), table->statements.rend(), [&](const auto &note) {
        return mentions(note->record[LogText::statement], decision.finding.column);
    });
    return named != table->statements.rend() ? *named : table->statements.back();
}

LogRecord record_for(const std::shared_ptr<StatementNote> &note, const Decision &decision) {
    return record_of(decision, note != nullptr ? note->record : new_record());
}

// disable() and DROP EXTENSION … CASCADE in this transaction take the check at its end with them.
bool is_enabled() {
    return server_call([] { return OidIsValid(get_event_trigger_oid("zz_schema_audit_guard_end", true)); });
}

// The row of the command, which says that there was no finding, becomes the row of its first one.
void keep(const std::shared_ptr<StatementNote> &note, const Decision &decision) {
    const LogRecord record = record_for(note, decision);
    if (note != nullptr && note->queued && note->record[LogText::rule].empty()) {
        log_queue::replace(note, record);
        return;
    }
    const auto row = std::make_shared<StatementNote>();
    row->record = record;
    log_queue::add(row);
}

std::vector<Decision> judge(const std::vector<TouchedTable> &tables) {
    if (tables.empty()) {
        return {};
    }
    const Policy &policy = current_policy();
    if (current_mode(policy) == guard::Mode::off || !is_enabled()) {
        return {};
    }
    fail_on_purpose("commit");
    const std::vector<guard::TableChange> changes = read_changes(tables);
    if (changes.empty()) {
        return {};
    }
    return guard::decide(guard::judge_end_state(changes), policy.settings, session_facts(policy));
}

RaisedRejection reject(const std::vector<TouchedTable> &tables, const std::vector<Decision> &decisions) {
    const std::uint64_t transaction = U64FromFullTransactionId(GetTopFullTransactionIdIfAny());
    std::vector<LogRecord> rejected;
    for (const Decision &decision : decisions) {
        if (decision.outcome == Outcome::rejected) {
            rejected.push_back(record_for(note_of(tables, decision), decision));
            rejected.back().transaction_id = transaction;
        }
    }
    keep_rejected(rejected);
    return raised_from(guard::compose_rejection(decisions));
}

// One subtransaction for both, since most transactions have little of either: an error of the check does not
// cost the log its rows, nor one of the log the check its verdict.
RaisedRejection judge_and_log() {
    const std::vector<TouchedTable> tables = touched_tables::all();
    const bool log_was_empty = log_queue::empty();
    std::vector<Decision> decisions;
    bool judged = false;
    bool written = false;
    const auto write = [&] {
        fail_on_purpose("log");
        written = log_queue::empty() || log_queue::write();
    };
    survive([&] {
        decisions = judge(tables);
        judged = true;
        if (!guard::any_rejected(decisions)) {
            for (const Decision &decision : decisions) {
                keep(note_of(tables, decision), decision);
            }
            write();
        }
    });
    if (guard::any_rejected(decisions)) {
        return reject(tables, decisions);
    }
    if (!judged) {
        survive(write);
    }
    if (!written) {
        survive([] { log_queue::give_up(); });
    } else if (!log_was_empty && prune_may_be_due()) {
        survive([] { prune_when_due(); });
    }
    for (const Decision &decision : decisions) {
        if (decision.outcome == Outcome::warned) {
            warn(decision);
        }
        if (decision.outcome == Outcome::overridden) {
            write_server_log(record_for(note_of(tables, decision), decision));
        }
    }
    return {};
}

void transaction_event(XactEvent event, [[maybe_unused]] void *argument) {
    switch (event) {
        case XACT_EVENT_PRE_COMMIT:
        case XACT_EVENT_PRE_PREPARE: {
            if ((touched_tables::empty() && log_queue::empty()) || !guard_acts()) {
                return;
            }
            RaisedRejection rejection{};
            callback_entry([&] { rejection = judge_and_log(); });
            raise_if_rejected(rejection);
            return;
        }
        case XACT_EVENT_COMMIT:
        case XACT_EVENT_PREPARE:
            touched_tables::clear();
            transaction_history::clear();
            held_tables::clear();
            log_queue::clear();
            forget_ended_statements();
            return;
        case XACT_EVENT_ABORT:
            touched_tables::clear();
            transaction_history::clear();
            held_tables::clear();
            log_queue::clear();
            forget_running_statements(InvalidSubTransactionId);
            return;
        default:
            return;
    }
}

void subtransaction_event(SubXactEvent event, SubTransactionId subtransaction, SubTransactionId parent,
                          [[maybe_unused]] void *argument) {
    if (event == SUBXACT_EVENT_COMMIT_SUB) {
        touched_tables::subtransaction_committed(subtransaction, parent);
        transaction_history::subtransaction_committed(subtransaction, parent);
        log_queue::subtransaction_committed(subtransaction, parent);
    } else if (event == SUBXACT_EVENT_ABORT_SUB) {
        touched_tables::subtransaction_aborted(subtransaction);
        transaction_history::subtransaction_aborted(subtransaction);
        log_queue::subtransaction_aborted(subtransaction);
        forget_running_statements(subtransaction);
    }
}

}  // namespace

void watch_transactions() {
    RegisterXactCallback(transaction_event, nullptr);
    RegisterSubXactCallback(subtransaction_event, nullptr);
}

}  // namespace schema_audit::server
