// server_entry and callback_entry: the only ways from the server into C++.
//
// The part with objects runs in a frame that lets nothing out; what went wrong is raised from a frame
// without objects, after the last handler has ended.
#pragma once

#include "server/call.hpp"

namespace schema_audit::server {

namespace detail {

template <class Body>
[[gnu::noinline]] Failure run_guarded(Body &body) noexcept {
    const MemoryContext context = CurrentMemoryContext;
    const EntryContextScope entry(context);
    const JumpScope scope;
    try {
        body();
    } catch (...) {
        scope.restore_after_jump();
        return failure_from_current_exception(context);
    }
    return Failure{};
}

}  // namespace detail

// For SQL-callable functions: body returns the Datum. Arguments that need the server to be read
// (PG_GETARG_…, detoasting) are read inside server_call.
template <class Body>
Datum server_entry(Body body) {
    static_assert(std::is_trivially_destructible_v<Body>, "capture plain values or references only");
    Datum result = 0;
    auto run = [&] { result = body(); };
    const Failure failure = detail::run_guarded(run);
    if (failure.kind != Failure::Kind::none) {
        raise(failure);
    }
    return result;
}

// For hooks and callbacks that return nothing and may raise.
template <class Body>
void callback_entry(Body body) {
    static_assert(std::is_trivially_destructible_v<Body>, "capture plain values or references only");
    const Failure failure = detail::run_guarded(body);
    if (failure.kind != Failure::Kind::none) {
        raise(failure);
    }
}

}  // namespace schema_audit::server
