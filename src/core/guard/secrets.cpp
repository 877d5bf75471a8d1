#include "core/guard/secrets.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace schema_audit::guard {
namespace {

constexpr std::string_view mask = "***";
constexpr std::string_view blanks = " \t\r\n\f\v";

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_word(char c) noexcept {
    const char l = lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// By its end: password_encryption is no password.
bool is_secret(std::string_view word) {
    constexpr auto ends = std::to_array<std::string_view>({"password", "passwd", "passphrase", "passcode", "pwd",
                                                           "secret", "token", "credential", "credentials", "apikey",
                                                           "api_key", "access_key", "private_key", "secret_key"});
    return std::ranges::any_of(ends, [&](std::string_view end) {
        return word.size() >= end.size() && std::ranges::equal(word.substr(word.size() - end.size()), end, {}, lower);
    });
}

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) { out_.reserve(text.size()); }

    std::string run() {
        while (at_ < text_.size()) {
            if (!step_over_option_value() && !step_over_comment() && !step_over_word() && !step_over_quote() &&
                !step_over_authority()) {
                copy(at_ + 1);
            }
        }
        return std::move(out_);
    }

private:
    void copy(std::size_t end) {
        end = std::min(end, text_.size());
        out_ += text_.substr(at_, end - at_);
        at_ = end;
    }
    void hide(std::size_t end) {
        out_ += mask;
        at_ = std::min(end, text_.size());
    }
    [[nodiscard]] bool follows(std::string_view what, std::size_t from) const {
        return from < text_.size() && text_.substr(from).starts_with(what);
    }
    [[nodiscard]] std::size_t past(std::string_view what, std::size_t from) const {
        const std::size_t found = text_.find(what, from);
        return found == std::string_view::npos ? text_.size() : found + what.size();
    }

    bool step_over_comment() {
        if (in_literal_) {
            return false;
        }
        if (follows("--", at_)) {
            copy(past("\n", at_));
            return true;
        }
        if (follows("/*", at_)) {
            copy(past("*/", at_ + 2));
            return true;
        }
        return false;
    }

    bool step_over_word() {
        std::size_t end = at_;
        while (end < text_.size() && is_word(text_[end])) {
            ++end;
        }
        if (end == at_) {
            return false;
        }
        const std::string_view word = text_.substr(at_, end - at_);
        copy(end);
        follow_user_mapping(word);
        if (is_secret(word)) {
            hide_value();
        }
        return true;
    }

    // USER MAPPING … OPTIONS (: all that follows is a secret, whatever its name.
    void follow_user_mapping(std::string_view word) {
        const auto is = [&](std::string_view other) { return std::ranges::equal(word, other, {}, lower); };
        if (mapping_ == Mapping::mapping && is("options")) {
            if (const std::size_t next = skip_blanks(at_); follows("(", next)) {
                copy(next + 1);
                mapping_ = Mapping::options;
            }
        } else if (mapping_ == Mapping::user) {
            mapping_ = is("mapping") ? Mapping::mapping : Mapping::none;
        } else if (mapping_ == Mapping::none && is("user")) {
            mapping_ = Mapping::user;
        }
    }

    bool step_over_option_value() {
        if (text_[at_] == ';' && !in_literal_) {
            mapping_ = Mapping::none;
        }
        if (mapping_ != Mapping::options) {
            return false;
        }
        if (text_[at_] == ')') {
            mapping_ = Mapping::none;
            return false;
        }
        if (!in_literal_) {
            return hide_literal(at_);
        }
        const bool quoted = follows("''", at_) || follows("\\'", at_);
        if (quoted) {
            hide_in_literal(at_, false);
        }
        return quoted;
    }

    // A literal begins or ends; what lies in a quoted identifier or in $$ is read like any other text.
    bool step_over_quote() {
        if (text_[at_] == '\\' && in_literal_ && escapes_) {
            copy(at_ + 2);
            return true;
        }
        if (text_[at_] != '\'') {
            return false;
        }
        if (in_literal_ && follows("''", at_)) {
            copy(at_ + 2);
            return true;
        }
        escapes_ = !in_literal_ && has_escapes(at_);
        in_literal_ = !in_literal_;
        copy(at_ + 1);
        return true;
    }

    [[nodiscard]] bool has_escapes(std::size_t quote) const {
        return quote > 0 && lower(text_[quote - 1]) == 'e' && (quote == 1 || !is_word(text_[quote - 2]));
    }

    // scheme://user:password@
    bool step_over_authority() {
        if (!follows("://", at_)) {
            return false;
        }
        copy(at_ + 3);
        const std::size_t end = std::min(text_.find_first_of("/?#'\" \t\r\n", at_), text_.size());
        const std::size_t host = text_.substr(0, end).rfind('@');
        const std::size_t colon = text_.find(':', at_);
        if (host != std::string_view::npos && host >= at_ && colon < host) {
            copy(colon + 1);
            hide(host);
        }
        return true;
    }

    [[nodiscard]] std::size_t skip_blanks(std::size_t from) const {
        for (;;) {
            from = std::min(text_.find_first_not_of(blanks, from), text_.size());
            if (follows("/*", from)) {
                from = past("*/", from + 2);
            } else if (!in_literal_ && follows("--", from)) {
                from = past("\n", from);
            } else {
                return from;
            }
        }
    }

    // After the name of a secret: its value, if there is one.
    void hide_value() {
        std::size_t next = at_ < text_.size() && text_[at_] == '"' ? at_ + 1 : at_;
        const std::size_t name_end = next;
        next = skip_blanks(next);
        bool assigned = false;
        for (const std::string_view sign : {":=", "=>", "="}) {
            if (follows(sign, next)) {
                assigned = true;
                next = skip_blanks(next + sign.size());
                break;
            }
        }
        const bool spaced = next != name_end + 1;
        if (in_literal_) {
            hide_in_literal(next, assigned);
        } else if (!hide_literal(next) && assigned && !spaced) {
            hide_bare(next);
        }
    }

    // In a literal its own quotes are doubled.
    void hide_in_literal(std::size_t next, bool assigned) {
        if (follows("''", next)) {
            copy(next + 2);
            const std::size_t end = text_.find("''", at_);
            hide(end == std::string_view::npos ? std::min(text_.find('\'', at_), text_.size()) : end);
            copy(at_ + 2);
        } else if (follows("\\'", next)) {
            copy(next + 2);
            hide(std::min(text_.find("\\'", at_), text_.size()));
            copy(at_ + 2);
        } else if (assigned) {
            hide_bare(next);
        }
    }

    void hide_bare(std::size_t next) {
        const std::size_t end = std::min(text_.find_first_of("'\"&;), \t\r\n", next), text_.size());
        if (end > next) {
            copy(next);
            hide(end);
        }
    }

    // 'x', E'x', U&'x', $$x$$
    bool hide_literal(std::size_t next) {
        std::size_t quote = next;
        if (follows("U&'", quote) || follows("u&'", quote)) {
            quote += 2;
        } else if (quote + 1 < text_.size() && text_[quote + 1] == '\'' && is_word(text_[quote])) {
            ++quote;
        }
        if (follows("'", quote)) {
            const bool escapes = quote > next && lower(text_[quote - 1]) == 'e';
            std::size_t end = quote + 1;
            while (end < text_.size() && (text_[end] != '\'' || follows("''", end))) {
                end += text_[end] == '\'' || (escapes && text_[end] == '\\') ? 2 : 1;
            }
            copy(quote + 1);
            hide(end);
            copy(at_ + 1);
            return true;
        }
        if (!follows("$", next)) {
            return false;
        }
        std::size_t tag_end = next + 1;
        while (tag_end < text_.size() && is_word(text_[tag_end])) {
            ++tag_end;
        }
        if (!follows("$", tag_end)) {
            return false;  // a parameter
        }
        const std::string_view tag = text_.substr(next, tag_end + 1 - next);
        copy(tag_end + 1);
        hide(std::min(text_.find(tag, at_), text_.size()));
        copy(at_ + tag.size());
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string out_;
    bool in_literal_ = false;
    bool escapes_ = false;  // of the literal: E'…'
    enum class Mapping : std::uint8_t { none, user, mapping, options };
    Mapping mapping_ = Mapping::none;
};

}  // namespace

std::string without_secrets(std::string_view sql) { return Scanner(sql).run(); }

}  // namespace schema_audit::guard
