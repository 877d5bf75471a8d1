#include "server/touched_tables.hpp"

namespace schema_audit::server::touched_tables {
namespace {

struct State {
    std::vector<Touch> touches;
    std::unordered_map<Oid, std::ptrdiff_t> newest;
    bool unseen = false;
};
State *state = nullptr;

void append(std::vector<std::string> &to, const std::vector<std::string> &from) {
    to.insert(to.end(), from.begin(), from.end());
}

// Which command a finding belongs to is worth a few texts, not all of a script's.
void remember(std::vector<std::shared_ptr<StatementNote>> &statements,
              const std::shared_ptr<StatementNote> &statement) {
    constexpr std::size_t most = 50;
    if (statements.back() == statement) {
        return;
    }
    if (statements.size() >= most) {
        statements.erase(statements.begin());
    }
    statements.push_back(statement);
}

}  // namespace

bool empty() noexcept { return state == nullptr || state->touches.empty(); }

Touch &touch(Oid table, Oid parent, const std::shared_ptr<StatementNote> &statement) {
    if (state == nullptr) {
        state = new State;
    }
    const SubTransactionId current = GetCurrentSubTransactionId();
    const auto found = state->newest.find(table);
    if (found != state->newest.end() && state->touches[found->second].subtransaction == current) {
        Touch &known = state->touches[found->second];
        if (parent == InvalidOid) {
            known.parent = InvalidOid;
        }
        remember(known.statements, statement);
        return known;
    }
    Touch touch;
    touch.table = table;
    touch.parent = parent;
    touch.subtransaction = current;
    touch.previous = found != state->newest.end() ? found->second : -1;
    touch.statements.push_back(statement);
    state->touches.push_back(std::move(touch));
    state->newest[table] = static_cast<std::ptrdiff_t>(state->touches.size()) - 1;
    return state->touches.back();
}

std::vector<TouchedTable> all() {
    std::vector<TouchedTable> tables;
    if (empty()) {
        return tables;
    }
    std::unordered_map<Oid, std::size_t> places;
    for (const Touch &touch : state->touches) {
        const auto [place, is_new] = places.emplace(touch.table, tables.size());
        if (is_new) {
            tables.emplace_back();
            tables.back().table = touch.table;
            tables.back().parent = touch.parent;
        }
        TouchedTable &table = tables[place->second];
        if (touch.parent == InvalidOid) {
            table.parent = InvalidOid;
        }
        table.statements.insert(table.statements.end(), touch.statements.begin(), touch.statements.end());
        append(table.gone_defaults, touch.gone_defaults);
        append(table.judged, touch.judged);
        table.look = table.look || touch.look || !touch.gone_defaults.empty();
        table.triggers = table.triggers || touch.triggers;
        table.row_security = table.row_security || touch.row_security;
        table.foreign_keys = table.foreign_keys || touch.foreign_keys;
    }
    std::erase_if(tables, [](const TouchedTable &table) {
        return !state->unseen && !table.look && !table.triggers && !table.row_security && !table.foreign_keys;
    });
    return tables;
}

void note_unseen() {
    if (state == nullptr) {
        state = new State;
    }
    state->unseen = true;
}

// Subtransactions are numbered in the order in which they begin, and only the innermost one ends: whatever
// was touched in `ended` or in one of its children stands at the end of the stack.
void subtransaction_committed(SubTransactionId ended, SubTransactionId parent) noexcept {
    if (empty()) {
        return;
    }
    for (auto touch = state->touches.rbegin(); touch != state->touches.rend() && touch->subtransaction >= ended;
         ++touch) {
        touch->subtransaction = parent;
    }
}

void subtransaction_aborted(SubTransactionId ended) noexcept {
    while (!empty() && state->touches.back().subtransaction >= ended) {
        const Touch &last = state->touches.back();
        if (last.previous >= 0) {
            state->newest[last.table] = last.previous;  // the key exists: no allocation
        } else {
            state->newest.erase(last.table);
        }
        state->touches.pop_back();
    }
}

void clear() noexcept {
    if (state != nullptr) {
        state->touches.clear();
        state->newest.clear();
        state->unseen = false;
    }
}

}  // namespace schema_audit::server::touched_tables
