// An internal subtransaction as a scope: the only place where a server error may be caught and kept.
#pragma once

#include "server/call.hpp"

namespace schema_audit::server {

// Runs body inside an internal subtransaction. With `Keep::nothing` it is always rolled back; with
// `Keep::on_success` it is released when body returns. Whatever body throws goes on to the caller after
// the roll back, so a caller may catch ServerError and continue. Memory context and resource owner are
// those of the caller afterwards.
enum class Keep { nothing, on_success };

template <class Body>
void in_subtransaction(Keep keep, Body &&body) {
    const MemoryContext context = CurrentMemoryContext;
    const ResourceOwner owner = CurrentResourceOwner;
    server_call([&] {
        BeginInternalSubTransaction(nullptr);
        MemoryContextSwitchTo(context);
    });
    const auto roll_back = [&] {
        server_call([&] {
            MemoryContextSwitchTo(context);
            RollbackAndReleaseCurrentSubTransaction();
            MemoryContextSwitchTo(context);
            CurrentResourceOwner = owner;
        });
    };
    try {
        body();
        if (keep == Keep::on_success) {
            // An ERROR while it is released leaves the subtransaction open: it is rolled back like any other.
            server_call([&] {
                ReleaseCurrentSubTransaction();
                MemoryContextSwitchTo(context);
                CurrentResourceOwner = owner;
            });
            return;
        }
    } catch (...) {
        roll_back();
        throw;
    }
    roll_back();
}

}  // namespace schema_audit::server
