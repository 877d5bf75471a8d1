#include "server/log_writer.hpp"

#include "core/guard/secrets.hpp"

#include "server/call.hpp"
#include "server/log_worker.hpp"
#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

using guard::LogRecord;
using guard::LogText;

constexpr std::size_t statement_limit = 16 * 1024;
constexpr std::size_t longest_statement = 4 * statement_limit;  // of which something may be hidden

// The address of the client as text, asked for once in a session; null = a local connection.
const char *client_address() noexcept {
    static bool known = false;
    static const char *address = nullptr;
    if (!known) {
        known = true;
        LOCAL_FCINFO(fcinfo, 0);
        InitFunctionCallInfoData(*fcinfo, nullptr, 0, InvalidOid, nullptr, nullptr);
        const Datum value = inet_client_addr(fcinfo);
        if (!fcinfo->isnull) {
            address = MemoryContextStrdup(TopMemoryContext, DatumGetCString(DirectFunctionCall1(inet_out, value)));
        }
    }
    return address;
}

void emit_server_log(const char *line) noexcept {
    ereport(LOG_SERVER_ONLY, (errmsg_internal("schema_audit: %s", line), errhidestmt(true), errhidecontext(true)));
}

}  // namespace

std::string shortened(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) {
        return std::string(text);
    }
    const int end = pg_mbcliplen(text.data(), static_cast<int>(std::min<std::size_t>(text.size(), INT_MAX)),
                                 static_cast<int>(limit));
    return std::string(text.substr(0, static_cast<std::size_t>(end))) + " ...";
}

std::string_view running_statement() noexcept {
    std::string_view text = debug_query_string != nullptr ? debug_query_string : "";
    const Portal portal = ActivePortal;
    if (portal != nullptr && portal->sourceText != nullptr && list_length(portal->stmts) == 1) {
        text = portal->sourceText;
        const auto *planned = static_cast<const PlannedStmt *>(linitial(portal->stmts));
        if (IsA(planned, PlannedStmt) && planned->stmt_location >= 0 &&
            static_cast<std::size_t>(planned->stmt_location) < text.size()) {
            text.remove_prefix(static_cast<std::size_t>(planned->stmt_location));
            if (planned->stmt_len > 0) {
                text = text.substr(0, static_cast<std::size_t>(planned->stmt_len));
            }
        }
    }
    constexpr std::string_view blanks = " \t\r\n;";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

LogRecord new_record() {
    LogRecord record;
    record.at = GetCurrentTimestamp();
    record.transaction_id = U64FromFullTransactionId(GetTopFullTransactionIdIfAny());
    const std::uint64_t innermost = U64FromFullTransactionId(GetCurrentFullTransactionIdIfAny());
    record.subtransaction_id = innermost != record.transaction_id ? innermost : 0;
    struct Names {
        const char *session, *current, *address;
    };
    const Names names = server_call([] {
        return Names{GetUserNameFromId(GetSessionUserId(), true), GetUserNameFromId(GetUserId(), true),
                     client_address()};
    });
    const auto set = [&](LogText text, const char *value) { record[text] = value != nullptr ? value : ""; };
    set(LogText::session_user_name, names.session);
    set(LogText::current_user_name, names.current);
    set(LogText::client_addr, names.address);
    set(LogText::application_name, application_name);
    set(LogText::migration, settings::migration());
    record[LogText::statement] =
        shortened(guard::without_secrets(running_statement().substr(0, longest_statement)), statement_limit);
    return record;
}

void write_server_log(const LogRecord &record) {
    const std::string line = guard::json_line(record);
    const char *text = line.c_str();
    server_call([=] { emit_server_log(text); });
}

void keep_rejected(const std::vector<LogRecord> &records) noexcept {
    try {
        for (const LogRecord &record : records) {
            write_server_log(record);
        }
        bool queued = false;
        try {
            queued = queue_for_worker(records);
        } catch (const std::exception &) {
            queued = false;
        }
        server_call([=] { count(queued ? "log_queued" : "log_refused"); });
    } catch (...) {
        // The transaction fails in any case, with the rejection as its reason.
    }
}

}  // namespace schema_audit::server
