#include "server/call.hpp"

namespace schema_audit::server {
namespace {

MemoryContext current_entry_context = nullptr;

// Copies text without ever raising: null when memory is out. Sizes over a gigabyte would raise in spite of
// NO_OOM.
const char *copy_text(MemoryContext context, const char *text) noexcept {
    const std::size_t size = std::strlen(text) + 1;
    if (!AllocSizeIsValid(size)) {
        return nullptr;
    }
    auto *copy = static_cast<char *>(MemoryContextAllocExtended(context, size, MCXT_ALLOC_NO_OOM));
    if (copy != nullptr) {
        std::memcpy(copy, text, size);
    }
    return copy;
}

int sqlstate_of(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::invalid_argument:
            return ERRCODE_INVALID_PARAMETER_VALUE;
        case ErrorKind::undefined_object:
            return ERRCODE_UNDEFINED_OBJECT;
        case ErrorKind::duplicate_object:
            return ERRCODE_DUPLICATE_OBJECT;
        case ErrorKind::syntax:
            return ERRCODE_SYNTAX_ERROR;
        case ErrorKind::not_supported:
            return ERRCODE_FEATURE_NOT_SUPPORTED;
        case ErrorKind::wrong_state:
            return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
        case ErrorKind::drift:
            return SCHEMA_AUDIT_SQLSTATE_DRIFT;
        case ErrorKind::internal:
            break;
    }
    return ERRCODE_INTERNAL_ERROR;
}

Failure reported(int sqlstate, const char *message) noexcept {
    return Failure{Failure::Kind::reported, nullptr, sqlstate, message, nullptr, nullptr};
}

}  // namespace

MemoryContext entry_context() noexcept {
    return current_entry_context != nullptr ? current_entry_context : TopMemoryContext;
}

EntryContextScope::EntryContextScope(MemoryContext context) noexcept : saved_(current_entry_context) {
    current_entry_context = context;
}

EntryContextScope::~EntryContextScope() { current_entry_context = saved_; }

ErrorData *take_server_error(MemoryContext context) noexcept {
    // CopyErrorData allocates and may itself report "out of memory": that jump must not pass the C++
    // frames above, so it gets a handler of its own.
    const JumpScope scope;
    sigjmp_buf here;
    ErrorData *volatile copy = nullptr;
    if (sigsetjmp(here, 0) == 0) {
        PG_exception_stack = &here;
        MemoryContextSwitchTo(context);
        copy = CopyErrorData();
    }
    scope.restore_after_jump();
    FlushErrorState();
    return copy;
}

void throw_server_error() {
    ErrorData *data = take_server_error(entry_context());
    if (data == nullptr) {
        throw std::bad_alloc();
    }
    throw ServerError(data);
}

Failure failure_from_current_exception(MemoryContext context) noexcept {
    try {
        throw;
    } catch (const ServerError &error) {
        return Failure{Failure::Kind::server, error.data(), 0, nullptr, nullptr, nullptr};
    } catch (const AuditError &error) {
        Failure failure = reported(sqlstate_of(error.kind()), copy_text(context, error.what()));
        if (!error.detail().empty()) {
            failure.detail = copy_text(context, error.detail().c_str());
        }
        if (!error.hint().empty()) {
            failure.hint = copy_text(context, error.hint().c_str());
        }
        return failure;
    } catch (const std::bad_alloc &) {
        return reported(ERRCODE_OUT_OF_MEMORY, "out of memory");
    } catch (const std::exception &error) {
        return reported(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION, copy_text(context, error.what()));
    } catch (...) {
        return reported(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION, "schema_audit: unknown C++ exception");
    }
}

void raise(const Failure &failure) {
    if (failure.kind == Failure::Kind::server) {
        // As errfinish did when the error was new: nobody after us resets the counts that server_call restored,
        // and a session that holds interrupts off for ever cannot be cancelled.
        InterruptHoldoffCount = 0;
        QueryCancelHoldoffCount = 0;
        ReThrowError(failure.data);
    }
    ereport(ERROR, (errcode(failure.sqlstate),
                    errmsg_internal("%s", failure.message != nullptr ? failure.message : "out of memory"),
                    failure.detail != nullptr ? errdetail_internal("%s", failure.detail) : 0,
                    failure.hint != nullptr ? errhint("%s", failure.hint) : 0));
    pg_unreachable();
}

}  // namespace schema_audit::server
