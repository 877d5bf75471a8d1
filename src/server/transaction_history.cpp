#include "server/transaction_history.hpp"

namespace schema_audit::server::transaction_history {
namespace {

struct Entry {
    guard::PastCommand command;
    SubTransactionId subtransaction;
};
std::vector<Entry> *entries = nullptr;

}  // namespace

void add(std::vector<guard::PastCommand> &&commands) {
    constexpr std::size_t enough = 10'000;
    if (commands.empty()) {
        return;
    }
    if (entries == nullptr) {
        entries = new std::vector<Entry>;
    }
    const SubTransactionId current = GetCurrentSubTransactionId();
    for (guard::PastCommand &command : commands) {
        if (entries->size() < enough) {
            entries->push_back({std::move(command), current});
        }
    }
}

std::vector<guard::PastCommand> all() {
    std::vector<guard::PastCommand> commands;
    if (entries != nullptr) {
        for (const Entry &entry : *entries) {
            commands.push_back(entry.command);
        }
    }
    return commands;
}

void subtransaction_committed(SubTransactionId ended, SubTransactionId parent) noexcept {
    if (entries == nullptr) {
        return;
    }
    for (auto entry = entries->rbegin(); entry != entries->rend() && entry->subtransaction >= ended; ++entry) {
        entry->subtransaction = parent;
    }
}

void subtransaction_aborted(SubTransactionId ended) noexcept {
    while (entries != nullptr && !entries->empty() && entries->back().subtransaction >= ended) {
        entries->pop_back();
    }
}

void clear() noexcept {
    if (entries != nullptr) {
        entries->clear();
    }
}

}  // namespace schema_audit::server::transaction_history
