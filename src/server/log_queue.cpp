#include "server/log_queue.hpp"

#include "server/call.hpp"
#include "server/log_table.hpp"
#include "server/log_worker.hpp"
#include "server/log_writer.hpp"

namespace schema_audit::server::log_queue {
namespace {

using guard::LogRecord;
using guard::LogText;

// A transaction of very many commands keeps the first so many bytes of statements in full.
constexpr std::size_t enough_bytes = 32 * 1024 * 1024;
constexpr std::size_t short_statement = 256;
constexpr std::size_t rows_at_once = 64;

struct Row {
    SubTransactionId subtransaction;
    std::shared_ptr<StatementNote> note;
};
struct State {
    std::vector<Row> rows;
    std::vector<ItemPointerData> replaced;  // rows of the log that others take the place of
    std::size_t statement_bytes = 0;
    std::size_t due = rows_at_once;
};
State *state = nullptr;

void forget_last() noexcept {
    state->statement_bytes -= state->rows.back().note->record[LogText::statement].size();
    state->rows.pop_back();
}

}  // namespace

bool empty() noexcept { return state == nullptr || state->rows.empty(); }

bool due() noexcept {
    return !empty() && state->rows.size() >= state->due &&
           state->rows.front().subtransaction == GetCurrentSubTransactionId();
}

void add(const std::shared_ptr<StatementNote> &note) {
    if (state == nullptr) {
        state = new State;
    }
    std::string &statement = note->record[LogText::statement];
    if (state->statement_bytes > enough_bytes) {
        statement = shortened(statement, short_statement);
    }
    state->rows.push_back({GetCurrentSubTransactionId(), note});
    state->statement_bytes += statement.size();
    note->queued = true;
}

void replace(const std::shared_ptr<StatementNote> &note, const LogRecord &record) {
    note->record = record;
    if (note->place) {
        state->replaced.push_back(*note->place);
        note->place.reset();
        add(note);
    }
}

bool write() {
    state->due = state->rows.size() + rows_at_once;  // where it fails, not with each command
    const std::uint64_t transaction = U64FromFullTransactionId(GetTopFullTransactionId());
    std::vector<LogRow> rows;
    rows.reserve(state->rows.size());
    for (const Row &row : state->rows) {
        rows.push_back(row_from(row.note->record));
        rows.back().transaction_id = transaction;
    }
    const std::span<LogRow> all = rows;
    const std::span<const ItemPointerData> replaced = state->replaced;
    const bool written = server_call([=] {
        PushActiveSnapshot(GetTransactionSnapshot());
        const bool done = delete_log_rows(replaced) && insert_log_rows(all, false);
        PopActiveSnapshot();
        return done;
    });
    if (written) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            state->rows[i].note->place = rows[i].place;
        }
        clear();
    }
    return written;
}

void give_up() {
    for (const Row &row : state->rows) {
        write_server_log(row.note->record);
    }
    const std::size_t rows = state->rows.size();
    server_call([=] {
        for (std::size_t i = 0; i < rows; ++i) {
            count("log_skipped");
        }
    });
}

// Subtransactions are numbered in the order in which they begin, and only the innermost one ends.
void subtransaction_committed(SubTransactionId ended, SubTransactionId parent) noexcept {
    if (empty()) {
        return;
    }
    for (auto row = state->rows.rbegin(); row != state->rows.rend() && row->subtransaction >= ended; ++row) {
        row->subtransaction = parent;
    }
}

void subtransaction_aborted(SubTransactionId ended) noexcept {
    while (!empty() && state->rows.back().subtransaction >= ended) {
        forget_last();
    }
}

void clear() noexcept {
    if (state != nullptr) {
        state->rows.clear();
        state->replaced.clear();
        state->statement_bytes = 0;
        state->due = rows_at_once;
    }
}

}  // namespace schema_audit::server::log_queue
