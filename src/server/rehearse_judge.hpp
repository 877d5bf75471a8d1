// The rules of the guard during a rehearsal: about each statement before it runs, also those that functions and DO
// blocks run, and about what the script's transactions would leave. Nothing is rejected or logged.
#pragma once

#include "core/guard/rehearsal.hpp"

#include "server/policy.hpp"
#include "server/rehearse_effects.hpp"
#include "server/rehearse_run.hpp"

namespace schema_audit::server {

class Judge {
public:
    Judge(EffectMeter &meter, const Limits &limits);
    ~Judge();
    Judge(const Judge &) = delete;
    Judge &operator=(const Judge &) = delete;

    // What the guard would say of the statement, which stands in the script itself.
    std::vector<guard::Decision> about(const Node *tree, bool in_transaction);
    // Between the two, what functions run is listened to. `utility`: the first command is the statement itself.
    void listen(bool utility);
    std::vector<guard::Decision> heard();

    // The script's transaction ends here: what would the commit check say? The next one begins.
    std::vector<guard::Decision> about_commit();
    // What there is now is what the next transaction finds.
    void begin_transaction();

    // For the hook of utility commands.
    void hear(const Node *tree);

private:
    std::vector<guard::Decision> decide(const Node *tree, bool in_transaction);
    void forget_earlier_locks(guard::StatementFacts &facts) const;
    std::vector<guard::TableChange> read_changes();

    EffectMeter &meter_;
    const Limits &limits_;
    const Policy &policy_;
    guard::SessionFacts session_;
    bool listening_ = false, skip_first_ = false;
    std::vector<guard::Decision> heard_;
    CommandId transaction_start_;
    std::vector<std::pair<std::string, std::string>> judged_;  // table and column, in this transaction of the script
    std::vector<std::string> earlier_locks_;                   // of the script's transactions before this one
    Judge *outer_;
};

}  // namespace schema_audit::server
