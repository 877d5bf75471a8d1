// Running one statement of a rehearsal: what cannot run there, the limits that are forced, and what no roll back would
// take back.
#pragma once

#include "core/guard/rehearsal.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// Why a statement is not run, known from its text alone. Null: it may be tried.
const char *refusal_of(const Node *tree) noexcept;

// The server itself may refuse it inside of a transaction, or what it calls may end one: it gets a subtransaction of
// its own, so that the rehearsal can go on.
bool may_be_refused(const Node *tree) noexcept;
// The errors that say so.
bool is_refusal(const ServerError &error) noexcept;

// lock_timeout and statement_timeout of the rehearsal.
class Limits {
public:
    // Texts as in SET; null: what the session has, else the default. Raises where the server does not accept one.
    Limits(const std::optional<std::string> &lock_timeout, const std::optional<std::string> &statement_timeout);
    void impose();
    // What the statement that ran has set. `names`: the setting that it is about.
    void observe(std::string_view name);
    [[nodiscard]] int lock_timeout_of_script() const noexcept { return lock_.limit.of_script(); }
    [[nodiscard]] int statement_timeout_of_script() const noexcept { return statement_.limit.of_script(); }

private:
    struct One {
        const char *name;
        const int *variable;
        guard::TimeLimit limit;
        int imposed;
    };
    static One make(const char *name, const int *variable, const std::optional<std::string> &asked, int otherwise);
    static void impose(One &one);
    static void observe(One &one, std::string_view name);
    One lock_, statement_;
};

// Runs the text, which is one statement, and drops its rows. An error of the statement's own time limit is told apart
// from a cancel of the whole: see is_cancel.
void run_statement(const char *text);
// What a commit of the script does about deferred constraints: checks them, and leaves each as it was made.
void check_deferred_constraints();
// Did somebody else than the statement's time limit stop it?
bool is_cancel(const ServerError &error) noexcept;

// While one lives, functions whose work a roll back does not take back are refused.
class LastingEffectsRefused {
public:
    LastingEffectsRefused() noexcept;
    ~LastingEffectsRefused();
    static bool any() noexcept;
    LastingEffectsRefused(const LastingEffectsRefused &) = delete;
    LastingEffectsRefused &operator=(const LastingEffectsRefused &) = delete;
};

// Labels of enums that a script's own commit would make usable. The server forgets them at the end of the real
// transaction alone.
class EnumLabels {
public:
    EnumLabels();         // those of the caller's transaction
    void commit() const;  // all others may be used from now on

private:
    void *labels_;
};

}  // namespace schema_audit::server
