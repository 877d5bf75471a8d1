// What the guard's parts share: whether it acts at all, how it survives its own errors, and how it raises.
#pragma once

#include "core/guard/changes.hpp"
#include "core/guard/decision.hpp"
#include "core/guard/log_record.hpp"

#include "server/subtransaction.hpp"

namespace schema_audit::server {

// While one lives, DDL is neither judged nor logged: for work of schema_audit itself that runs DDL in places
// that vanish again (register_ddl, rehearse).
class GuardPause {
public:
    GuardPause() noexcept;
    ~GuardPause();
    GuardPause(const GuardPause &) = delete;
    GuardPause &operator=(const GuardPause &) = delete;
};

// False for extension scripts, pg_upgrade, standbys and during a GuardPause.
bool guard_acts() noexcept;

// A rejection without C++ objects, to be raised after they are gone.
struct RaisedRejection {
    int sqlstate;
    const char *message, *detail, *hint;
};
RaisedRejection raised_from(const guard::Rejection &rejection);
void raise_if_rejected(const RaisedRejection &rejection);

// One record for a decision, made from that of the statement.
guard::LogRecord record_of(const guard::Decision &decision, const guard::LogRecord &statement);
void set_changes(guard::LogRecord &record, const std::vector<guard::ObjectChange> &changes);
void warn(const guard::Decision &decision);

// Reports an internal error of the guard, unless it must go on: a cancel, a shutdown, or fail_closed.
void swallow(const ServerError &error);
void swallow(const std::exception &error);

// Debug builds: fails where schema_audit.debug_fault says (start, end, policy, commit, log), as the server or as C++
// does.
#ifdef SCHEMA_AUDIT_DEBUG
void fail_on_purpose(std::string_view place);
#else
inline void fail_on_purpose([[maybe_unused]] std::string_view place) {}
#endif

// Runs body in a subtransaction: an error of the guard is logged and lets the DDL pass.
// False when that happened.
template <class Body>
bool survive(Body &&body) {
    try {
        in_subtransaction(Keep::on_success, body);
        return true;
    } catch (const ServerError &error) {
        swallow(error);
    } catch (const std::exception &error) {
        swallow(error);
    }
    return false;
}

}  // namespace schema_audit::server
