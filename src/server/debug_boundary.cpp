// Failures on purpose, below C++ frames that hold objects: sql/boundary.sql proves with them that every
// destructor runs and that the client sees the whole error. Debug builds only.
#ifdef SCHEMA_AUDIT_DEBUG

#include <malloc.h>

#include <stdexcept>

#include "core/text/format.hpp"

#include "server/entry.hpp"
#include "server/subtransaction.hpp"

namespace schema_audit::server {
namespace {

std::int64_t live_objects = 0;

// Counts itself, and is big enough for a leak of it to show in the heap.
class LiveObject {
public:
    LiveObject() : block_(block_size, 'x') { ++live_objects; }
    ~LiveObject() { --live_objects; }
    LiveObject(const LiveObject &) = delete;
    LiveObject &operator=(const LiveObject &) = delete;

private:
    static constexpr std::size_t block_size = 4096;
    std::string block_;
};

// ---- server functions ----

[[noreturn]] void raise_error() {
    ereport(ERROR,
            (errcode(ERRCODE_CHECK_VIOLATION), errmsg("server says %s", "no"), errdetail("a detail"), errhint("a hint"),
             err_generic_string(PG_DIAG_SCHEMA_NAME, "a schema"), err_generic_string(PG_DIAG_TABLE_NAME, "a table"),
             err_generic_string(PG_DIAG_COLUMN_NAME, "a column"),
             err_generic_string(PG_DIAG_CONSTRAINT_NAME, "a constraint")));
    pg_unreachable();
}

void raise_notice() { ereport(NOTICE, (errmsg("boundary: a notice that a timeout may turn into a jump"))); }

void sleep_long() {
    constexpr double seconds = 60;
    DirectFunctionCall1(pg_sleep, Float8GetDatum(seconds));
}

void cancel_myself() { DirectFunctionCall1(pg_cancel_backend, Int32GetDatum(MyProcPid)); }

// The same function again, through SQL: C++ -> SPI -> C++.
const char *call_through_sql(const char *kind, int depth) {
    const MemoryContext context = CurrentMemoryContext;
    SPI_connect();
    std::array<Oid, 2> types{TEXTOID, INT4OID};
    std::array<Datum, 2> values{CStringGetTextDatum(kind), Int32GetDatum(depth)};
    SPI_execute_with_args("SELECT schema_audit.debug_fail($1, $2)", 2, types.data(), values.data(), nullptr, false, 0);
    const char *text = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
    const char *copy = text != nullptr ? MemoryContextStrdup(context, text) : "";
    SPI_finish();
    return copy;
}

void insert_row(const char *text) {
    SPI_connect();
    std::array<Oid, 1> types{TEXTOID};
    std::array<Datum, 1> values{CStringGetTextDatum(text)};
    SPI_execute_with_args("INSERT INTO boundary_row VALUES ($1)", 1, types.data(), values.data(), nullptr, false, 0);
    SPI_finish();
}

std::int64_t heap_bytes() noexcept {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
}

// ---- C++: each fails in its own way, or says what it kept ----

std::string server_error() {
    const LiveObject object;
    server_call(raise_error);
    return "no error";
}

std::string caught_and_thrown_again() {
    const LiveObject object;
    try {
        const LiveObject inner;
        return server_error();
    } catch (const ServerError &) {
        const LiveObject other;
        throw;
    }
}

std::string thrown_in_server_call() {
    const LiveObject object;
    server_call([]() -> int {
        throw AuditError(ErrorKind::wrong_state, "thrown inside of server_call", "a detail", "a hint");
    });
    return "no error";
}

template <ErrorKind kind>
std::string audit_error() {
    const LiveObject object;
    throw AuditError(kind, "the core says \"no\", 100 %s", "a detail: %d", "a hint: %n");
}

std::string standard_exception() {
    const LiveObject object;
    throw std::runtime_error("a standard exception, 100 %s");
}

std::string no_memory() {
    const LiveObject object;
    throw std::bad_alloc();
}

// Not a planted one: what the standard library itself throws.
std::string real_no_memory() {
    const LiveObject object;
    std::vector<std::string> blocks;
    blocks.emplace_back(std::size_t{1} << 46U, 'x');
    return "no error";
}

std::string unknown_exception() {
    const LiveObject object;
    throw 42;
}

std::string notices() {
    const LiveObject object;
    constexpr int limit = 20000;
    constexpr long pause = 1000;  // microseconds, in which no interrupt is looked for
    for (int i = 0; i < limit; ++i) {
        const LiveObject inner;
        server_call([] {
            pg_usleep(pause);
            raise_notice();
        });
    }
    return "no timeout";
}

std::string sleeping() {
    const LiveObject object;
    server_call(sleep_long);
    return "slept";
}

std::string cancelled() {
    const LiveObject object;
    server_call(cancel_myself);
    server_call(sleep_long);
    return "slept";
}

std::string interrupted_loop() {
    const LiveObject object;
    server_call(cancel_myself);
    constexpr int limit = 20000;
    for (int i = 0; i < limit; ++i) {
        const LiveObject inner;
        check_for_interrupts();
        server_call([] { pg_usleep(1000); });
    }
    return "no cancel";
}

// The depth of the core's recursions is limited by the server's own look at the stack.
std::string recursion_to(int levels) {
    const LiveObject object;
    server_call([] { check_stack_depth(); });
    return levels == 0 ? "the bottom" : recursion_to(levels - 1) + "!";
}

std::string recursion() {
    constexpr int levels = 1000000;
    return recursion_to(levels);
}

// What happened inside of the subtransaction is undone, what happened before and after is not.
std::string kept_error() {
    const LiveObject object;
    const MemoryContext context = CurrentMemoryContext;
    server_call([] { insert_row("before"); });
    std::string caught;
    try {
        in_subtransaction(Keep::on_success, [] {
            const LiveObject inner;
            server_call([] { insert_row("inside, undone"); });
            server_error();
        });
    } catch (const ServerError &error) {
        const LiveObject other;
        caught = format("kept {}: {}", unpack_sql_state(error.sqlstate()), error.data()->message);
    }
    in_subtransaction(Keep::on_success, [] { server_call([] { insert_row("inside, kept"); }); });
    in_subtransaction(Keep::nothing, [] { server_call([] { insert_row("inside, always undone"); }); });
    try {
        in_subtransaction(Keep::on_success, [] {
            server_call([] { insert_row("outer, undone"); });
            in_subtransaction(Keep::on_success, [] {
                const LiveObject inner;
                server_call([] { insert_row("inner, undone"); });
                throw std::runtime_error("two levels");
            });
        });
    } catch (const std::exception &error) {
        caught += format("; {}", error.what());
    }
    server_call([] { insert_row("after"); });
    return caught + (CurrentMemoryContext == context ? "; same memory context" : "; another memory context");
}

// errfinish sets the hold-off counts to zero; whoever catches gets them back.
std::string kept_holdoff() {
    const LiveObject object;
    const std::uint32_t before = InterruptHoldoffCount;
    server_call([] { HOLD_INTERRUPTS(); });
    std::uint32_t inside = 0;
    try {
        in_subtransaction(Keep::nothing, [] { server_error(); });
    } catch (const ServerError &) {
        inside = InterruptHoldoffCount;
    }
    server_call([] { RESUME_INTERRUPTS(); });
    return format("held {} while caught, {} after", inside - before, InterruptHoldoffCount - before);
}

struct Kind {
    std::string_view name;
    std::string (*run)();
};

constexpr auto kinds = std::to_array<Kind>({
    {"server_error", server_error},
    {"caught_and_thrown_again", caught_and_thrown_again},
    {"thrown_in_server_call", thrown_in_server_call},
    {"invalid_argument", audit_error<ErrorKind::invalid_argument>},
    {"undefined_object", audit_error<ErrorKind::undefined_object>},
    {"duplicate_object", audit_error<ErrorKind::duplicate_object>},
    {"syntax", audit_error<ErrorKind::syntax>},
    {"not_supported", audit_error<ErrorKind::not_supported>},
    {"wrong_state", audit_error<ErrorKind::wrong_state>},
    {"internal", audit_error<ErrorKind::internal>},
    {"std_exception", standard_exception},
    {"bad_alloc", no_memory},
    {"real_bad_alloc", real_no_memory},
    {"thrown_int", unknown_exception},
    {"notices", notices},
    {"sleep", sleeping},
    {"cancel", cancelled},
    {"interrupted_loop", interrupted_loop},
    {"recursion", recursion},
    {"kept_error", kept_error},
    {"kept_holdoff", kept_holdoff},
});

std::string fail(std::string_view name, int depth) {
    const LiveObject object;
    if (depth > 0) {
        const LiveObject inner;
        return server_call([&] { return call_through_sql(name.data(), depth - 1); });
    }
    for (const Kind &kind : kinds) {
        if (kind.name == name) {
            return kind.run();
        }
    }
    throw AuditError(ErrorKind::undefined_object, format("no way to fail is called \"{}\"", name));
}

}  // namespace
}  // namespace schema_audit::server

SCHEMA_AUDIT_FUNCTION(schema_audit_debug_fail) {
    using namespace schema_audit::server;
    return server_entry([fcinfo] {
        const char *name = server_call([fcinfo]() -> const char * { return text_to_cstring(PG_GETARG_TEXT_PP(0)); });
        const std::string text = fail(name, PG_GETARG_INT32(1));
        return server_call([&text] { return CStringGetTextDatum(text.c_str()); });
    });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_debug_live_objects) {
    using namespace schema_audit::server;
    return server_entry([] { return Int64GetDatum(live_objects); });
}

SCHEMA_AUDIT_FUNCTION(schema_audit_debug_heap_bytes) {
    using namespace schema_audit::server;
    return server_entry([] { return Int64GetDatum(heap_bytes()); });
}

// A server function, not C++: it holds interrupts off and calls C++ that fails. As after any other ERROR,
// nothing may be held then.
SCHEMA_AUDIT_FUNCTION(schema_audit_debug_fail_held) {
    HOLD_INTERRUPTS();
    schema_audit::server::call_through_sql("server_error", 0);
    RESUME_INTERRUPTS();
    PG_RETURN_VOID();
}

SCHEMA_AUDIT_FUNCTION(schema_audit_debug_holdoff) {
    using namespace schema_audit::server;
    return server_entry(
        [] { return Int32GetDatum(static_cast<std::int32_t>(InterruptHoldoffCount + QueryCancelHoldoffCount)); });
}

#endif
