// server_call: the only way from C++ into code that may ereport.
//
// A server ERROR is a longjmp that skips the destructors of all frames it passes. server_call stops the
// jump in its own frame, BELOW every object of the caller, and goes on as a C++ exception.
#pragma once

#include "server/error.hpp"

#include <csetjmp>

namespace schema_audit::server {

// Saves what a jump leaves behind: the handler stack, the error-context stack, the memory context and the
// interrupt hold-off counts (errfinish sets those to zero). Built before sigsetjmp, so that it also
// repairs the stacks when a C++ exception, not a jump, passes through.
class JumpScope {
public:
    JumpScope() noexcept
        : exception_stack_(PG_exception_stack),
          context_stack_(error_context_stack),
          memory_context_(CurrentMemoryContext),
          interrupt_holdoff_(InterruptHoldoffCount),
          cancel_holdoff_(QueryCancelHoldoffCount) {}
    ~JumpScope() { restore_stacks(); }
    JumpScope(const JumpScope &) = delete;
    JumpScope &operator=(const JumpScope &) = delete;

    void restore_stacks() const noexcept {
        PG_exception_stack = exception_stack_;
        error_context_stack = context_stack_;
    }
    void restore_after_jump() const noexcept {
        restore_stacks();
        CurrentMemoryContext = memory_context_;
        InterruptHoldoffCount = interrupt_holdoff_;
        QueryCancelHoldoffCount = cancel_holdoff_;
    }

private:
    sigjmp_buf *exception_stack_;
    ErrorContextCallback *context_stack_;
    MemoryContext memory_context_;
    uint32 interrupt_holdoff_;
    uint32 cancel_holdoff_;
};

[[noreturn]] void throw_server_error();

// Not inlined into the frame of sigsetjmp, so that f's variables are not among those that a jump may
// clobber.
template <class F>
[[gnu::noinline]] auto run_below(F &f) -> std::invoke_result_t<F &> {
    return f();
}

// Runs f, which calls the server. f returns void or a trivially copyable value and holds no object with a
// destructor of its own; it may hand plain values to objects that live above this call, as long as those
// do not call the server in turn. Throws ServerError (or std::bad_alloc when even the copy of the error
// found no memory). An error that is caught and not raised again must have happened inside an internal
// subtransaction: see subtransaction.hpp.
template <class F>
auto server_call(F &&f) -> std::invoke_result_t<F &> {
    using Result = std::invoke_result_t<F &>;
    static_assert(std::is_void_v<Result> || std::is_trivially_copyable_v<Result>,
                  "only plain values may cross the boundary");
    const JumpScope scope;
    sigjmp_buf here;
    if (sigsetjmp(here, 0) == 0) {
        PG_exception_stack = &here;
        return run_below(f);
    }
    scope.restore_after_jump();
    throw_server_error();
}

// Of the server, for which null is no text.
inline std::string text_or_empty(const char *text) { return text != nullptr ? text : ""; }

// For core loops: lets a cancel or a timeout through, as an exception.
inline void check_for_interrupts() {
    if (INTERRUPTS_PENDING_CONDITION()) {
        server_call([] { CHECK_FOR_INTERRUPTS(); });
    }
}

}  // namespace schema_audit::server
