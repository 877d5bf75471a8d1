#include "core/guard/stored_settings.hpp"

#include "core/guard/policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace schema_audit::guard {
namespace {

bool same_letter(char one, char other) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(one) == lower(other);
}

bool begins(std::string_view word, std::string_view value) noexcept {
    return value.size() <= word.size() && std::ranges::equal(value, word.substr(0, value.size()), same_letter);
}

bool same_word(std::string_view one, std::string_view other) noexcept {
    return one.size() == other.size() && begins(one, other);
}

}  // namespace

bool is_false(std::string_view value) noexcept {
    if (value.empty()) {
        return false;
    }
    return begins("false", value) || begins("no", value) || value == "0" || (value.size() > 1 && begins("off", value));
}

Bypass bypass_by(std::string_view setting) noexcept {
    constexpr auto known = std::to_array<std::pair<std::string_view, Bypass>>({
        {"schema_audit.mode", Bypass::mode},
        {"schema_audit.override", Bypass::override_},
        {"schema_audit.min_rows", Bypass::thresholds},
        {"schema_audit.min_bytes", Bypass::thresholds},
        {"session_replication_role", Bypass::replica},
        {"event_triggers", Bypass::all_triggers},
    });
    const auto *found = std::ranges::find_if(known, [=](const auto &item) { return same_word(item.first, setting); });
    return found == known.end() ? Bypass::none : found->second;
}

Bypass bypass_by(std::string_view setting, std::string_view value, Mode database_mode) noexcept {
    const Bypass bypass = bypass_by(setting);
    switch (bypass) {
        case Bypass::mode: {
            const std::optional<Mode> mode = mode_from(value);
            return mode && *mode > database_mode ? bypass : Bypass::none;
        }
        case Bypass::override_:
            return value.empty() ? Bypass::none : bypass;
        case Bypass::replica:
            return same_word(value, "replica") ? bypass : Bypass::none;
        case Bypass::all_triggers:
            return is_false(value) ? bypass : Bypass::none;
        default:
            // To move the thresholds is what they are for.
            return Bypass::none;
    }
}

std::string_view effect_of(Bypass bypass) noexcept {
    switch (bypass) {
        case Bypass::mode:
            return "unsafe commands pass that enable() means to stop";
        case Bypass::override_:
            return "what would be rejected passes, and is logged as overridden";
        case Bypass::thresholds:
            return "commands that are judged by the size of the table pass";
        case Bypass::replica:
            return "triggers that fill required columns and foreign keys do not act; the guard does, since its event "
                   "triggers are ENABLE ALWAYS";
        case Bypass::all_triggers:
            return "no event trigger fires: no command is judged or logged";
        default:
            return "nothing changes";
    }
}

}  // namespace schema_audit::guard
