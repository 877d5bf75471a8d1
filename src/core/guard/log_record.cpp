#include "core/guard/log_record.hpp"

#include "core/text/format.hpp"
#include "core/text/json.hpp"

#include <algorithm>
#include <cstring>

namespace schema_audit::guard {
namespace {

constexpr auto names = std::to_array<std::string_view>({
    "session_user_name",
    "current_user_name",
    "application_name",
    "client_addr",
    "migration",
    "command_tag",
    "object_type",
    "object_identity",
    "statement",
    "decision",
    "rule",
    "message",
    "reason",
    "decided_by",
    "rewrite_reason",
});
static_assert(names.size() == log_text_count);
constexpr auto list_names = std::to_array<std::string_view>({"lock_modes", "objects", "changes"});
static_assert(list_names.size() == log_list_count);

void append_json_list(std::string &out, std::string_view name, const std::vector<std::string> &list) {
    if (list.empty()) {
        return;
    }
    out += out.size() > 1 ? "," : "";
    append_json_string(out, name);
    out += ":[";
    for (std::size_t i = 0; i < list.size(); ++i) {
        out += i > 0 ? "," : "";
        append_json_string(out, list[i]);
    }
    out += ']';
}

template <class T>
void put(std::string &out, T value) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    out.append(bytes, sizeof(T));
}

template <class T>
bool take(std::string_view &in, T &value) {
    if (in.size() < sizeof(T)) {
        return false;
    }
    std::memcpy(&value, in.data(), sizeof(T));
    in.remove_prefix(sizeof(T));
    return true;
}

void put_text(std::string &out, const std::string &text) {
    put(out, static_cast<std::uint32_t>(text.size()));
    out += text;
}

bool take_text(std::string_view &in, std::string &text) {
    std::uint32_t size = 0;
    if (!take(in, size) || in.size() < size) {
        return false;
    }
    text.assign(in.substr(0, size));
    in.remove_prefix(size);
    return true;
}

bool take_list(std::string_view &in, std::vector<std::string> &list) {
    std::uint32_t count = 0;
    if (!take(in, count)) {
        return false;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        if (!take_text(in, list.emplace_back())) {
            return false;
        }
    }
    return true;
}

bool take_record(std::string_view &in, LogRecord &record) {
    std::uint8_t rewritten = 0;
    if (!take(in, record.at) || !take(in, record.transaction_id) || !take(in, record.duration_ms) ||
        !take(in, rewritten) || !take(in, record.setting_id) || !take(in, record.subtransaction_id)) {
        return false;
    }
    record.table_rewritten = rewritten != 0;
    return std::ranges::all_of(record.texts, [&](std::string &text) { return take_text(in, text); }) &&
           std::ranges::all_of(record.lists, [&](auto &list) { return take_list(in, list); });
}

}  // namespace

std::string_view name_of(LogText text) noexcept { return names.at(static_cast<std::size_t>(text)); }

std::string json_line(const LogRecord &record) {
    std::string out = "{";
    for (std::size_t i = 0; i < log_text_count; ++i) {
        const std::string &text = record.texts.at(i);
        if (text.empty()) {
            continue;
        }
        if (out.size() > 1) {
            out += ',';
        }
        append_json_string(out, names.at(i));
        out += ':';
        append_json_string(out, text);
    }
    for (std::size_t i = 0; i < log_list_count; ++i) {
        append_json_list(out, list_names.at(i), record.lists.at(i));
    }
    if (record.transaction_id != 0) {
        out += format("{}\"transaction_id\":{}", out.size() > 1 ? "," : "", record.transaction_id);
    }
    return out += '}';
}

std::string encode(const std::vector<LogRecord> &records) {
    std::string out;
    put(out, static_cast<std::uint32_t>(records.size()));
    for (const LogRecord &record : records) {
        put(out, record.at);
        put(out, record.transaction_id);
        put(out, record.duration_ms);
        put(out, static_cast<std::uint8_t>(record.table_rewritten ? 1 : 0));
        put(out, record.setting_id);
        put(out, record.subtransaction_id);
        for (const std::string &text : record.texts) {
            put_text(out, text);
        }
        for (const std::vector<std::string> &list : record.lists) {
            put(out, static_cast<std::uint32_t>(list.size()));
            for (const std::string &text : list) {
                put_text(out, text);
            }
        }
    }
    return out;
}

std::vector<LogRecord> decode(std::string_view bytes) {
    std::vector<LogRecord> records;
    std::uint32_t count = 0;
    if (!take(bytes, count)) {
        return records;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        LogRecord record;
        if (!take_record(bytes, record)) {
            return {};
        }
        records.push_back(std::move(record));
    }
    return records;
}

}  // namespace schema_audit::guard
