#include "server/transaction_history.hpp"

namespace schema_audit::server::transaction_history {
namespace {

struct History {
    SharedList<guard::PastCommand> commands;
    std::vector<SubTransactionId> subtransactions;  // of each of them
};
History *history = nullptr;
bool any = false;

}  // namespace

void add(std::vector<guard::PastCommand> &&commands) {
    constexpr std::size_t enough = 10'000;
    any = true;
    if (commands.empty()) {
        return;
    }
    if (history == nullptr) {
        history = new History;
    }
    const SubTransactionId current = GetCurrentSubTransactionId();
    for (guard::PastCommand &command : commands) {
        if (history->commands.size() < enough) {
            history->subtransactions.push_back(current);
            history->commands.push_back(std::move(command));
        }
    }
}

bool any_command() noexcept { return any; }

SharedList<guard::PastCommand> all() {
    return history != nullptr ? history->commands : SharedList<guard::PastCommand>();
}

void subtransaction_committed(SubTransactionId ended, SubTransactionId parent) noexcept {
    if (history == nullptr) {
        return;
    }
    std::vector<SubTransactionId> &owners = history->subtransactions;
    for (auto owner = owners.rbegin(); owner != owners.rend() && *owner >= ended; ++owner) {
        *owner = parent;
    }
}

void subtransaction_aborted(SubTransactionId ended) noexcept {
    while (history != nullptr && !history->subtransactions.empty() && history->subtransactions.back() >= ended) {
        history->subtransactions.pop_back();
        history->commands.pop_back();
    }
}

void clear() noexcept {
    any = false;
    if (history != nullptr) {
        history->subtransactions.clear();
        history->commands.clear();
    }
}

}  // namespace schema_audit::server::transaction_history
