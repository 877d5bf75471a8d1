// Errors on their way across the boundary, in both directions. See call.hpp and entry.hpp.
#pragma once

#include "core/error.hpp"

#include "server/server.hpp"

namespace schema_audit::server {

// A server ERROR inside C++: thrown by server_call, raised again with every field by the entry. It is not
// a std::exception, so that no handler written for the core's own errors swallows it. The ErrorData lives
// in the memory context of the innermost entry and needs no destructor.
class ServerError {
public:
    explicit ServerError(ErrorData *data) noexcept : data_(data) {}
    [[nodiscard]] ErrorData *data() const noexcept { return data_; }
    [[nodiscard]] int sqlstate() const noexcept { return data_->sqlerrcode; }

private:
    ErrorData *data_;
};

// What an entry has to raise once every C++ object is gone. Trivially destructible on purpose: a longjmp
// may pass over it.
struct Failure {
    enum class Kind { none, server, reported };
    Kind kind;
    ErrorData *data;
    int sqlstate;
    const char *message;
    const char *detail;
    const char *hint;
};

// Fills a Failure from the exception in flight; to be called inside `catch (...)`. It never raises and
// never throws: text is copied with the allocator that returns null, and a missing copy becomes a constant.
Failure failure_from_current_exception(MemoryContext context) noexcept;

// Raises the failure as a server ERROR. The caller's frame and all frames below it must be free of objects
// with destructors.
[[noreturn]] void raise(const Failure &failure);

// Memory context of the innermost entry: where caught errors are copied to.
MemoryContext entry_context() noexcept;

class EntryContextScope {
public:
    explicit EntryContextScope(MemoryContext context) noexcept;
    ~EntryContextScope();
    EntryContextScope(const EntryContextScope &) = delete;
    EntryContextScope &operator=(const EntryContextScope &) = delete;

private:
    MemoryContext saved_;
};

// Copies the server's current error into `context` and flushes the error stack. Returns null when memory
// is out, in which case the error is flushed all the same.
ErrorData *take_server_error(MemoryContext context) noexcept;

}  // namespace schema_audit::server
