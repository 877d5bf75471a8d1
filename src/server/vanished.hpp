// What concurrent DDL does to a reader: its snapshot still shows an object whose parts are gone.
#pragma once

#include "server/subtransaction.hpp"

namespace schema_audit::server {

// Whether an error may say that something was dropped meanwhile: elog(ERROR, "cache lookup failed …"), the
// undefined_… family, and output functions that miss what they look up (labels of a dropped enum).
inline bool is_vanished(int sqlstate) noexcept {
    const int category = ERRCODE_TO_CATEGORY(sqlstate);
    return sqlstate == ERRCODE_INTERNAL_ERROR || category == ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION ||
           category == ERRCODE_DATA_EXCEPTION;
}

// Runs read in a subtransaction. False when it met something that is gone, or that it would have had to wait for;
// other errors go on.
template <class Read>
bool unless_vanished(Read &&read, Keep keep = Keep::on_success) {
    try {
        in_subtransaction(keep, read);
        return true;
    } catch (const ServerError &error) {
        if (!is_vanished(error.sqlstate()) && error.sqlstate() != ERRCODE_LOCK_NOT_AVAILABLE) {
            throw;
        }
        return false;
    }
}

}  // namespace schema_audit::server
