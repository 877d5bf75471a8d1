#include "core/schema/ddl_script.hpp"

#include <algorithm>

namespace schema_audit {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
// Letters as the server's scanner sees them: every byte of a non-ASCII character is one.
bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word(char c) noexcept { return is_letter(c) || is_digit(c) || c == '$'; }

bool equals_keyword(std::string_view word, std::string_view upper) noexcept {
    return word.size() == upper.size() && std::equal(word.begin(), word.end(), upper.begin(), [](char a, char b) {
               return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
           });
}

std::size_t line_end(std::string_view text, std::size_t at) noexcept {
    return std::min(text.find('\n', at), text.size());
}

// Each of these takes the offset of the opening character and returns the offset behind the closing one,
// or the end of the text.
std::size_t end_of_block_comment(std::string_view text, std::size_t at) noexcept {
    int depth = 0;
    while (at < text.size()) {
        if (text.substr(at, 2) == "/*") {
            ++depth;
            at += 2;
        } else if (text.substr(at, 2) == "*/") {
            at += 2;
            if (--depth == 0) {
                return at;
            }
        } else {
            ++at;
        }
    }
    return text.size();
}

std::size_t end_of_quoted(std::string_view text, std::size_t at, bool backslash_escapes) noexcept {
    const char quote = text[at++];
    while (at < text.size()) {
        if (backslash_escapes && text[at] == '\\') {
            at += 2;
        } else if (text[at++] == quote) {
            if (at >= text.size() || text[at] != quote) {
                return at;
            }
            ++at;
        }
    }
    return text.size();
}

// `at` behind the closing tag, or `at + 1` when the dollar opens no quotation.
std::size_t end_of_dollar_quoted(std::string_view text, std::size_t at) noexcept {
    std::size_t tag_end = at + 1;
    if (tag_end < text.size() && is_letter(text[tag_end])) {
        while (tag_end < text.size() && (is_letter(text[tag_end]) || is_digit(text[tag_end]))) {
            ++tag_end;
        }
    }
    if (tag_end >= text.size() || text[tag_end] != '$') {
        return at + 1;
    }
    const std::string_view tag = text.substr(at, tag_end + 1 - at);
    const std::size_t close = text.find(tag, tag_end + 1);
    return close == npos ? text.size() : close + tag.size();
}

std::size_t end_of_word(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && is_word(text[at])) {
        ++at;
    }
    return at;
}

// What has been seen of the statement at hand, as far as it matters for COPY … FROM stdin.
struct Statement {
    bool begun = false;
    bool copy = false;
    bool after_from = false;
    bool from_stdin = false;

    void word(std::string_view text) noexcept {
        copy = begun ? copy : equals_keyword(text, "COPY");
        from_stdin = from_stdin || (copy && after_from && equals_keyword(text, "STDIN"));
        after_from = equals_keyword(text, "FROM");
        begun = true;
    }
    void other() noexcept {
        begun = true;
        after_from = false;
    }
};

class Stripper {
public:
    explicit Stripper(std::string_view script) : text_(script) { result_.text.assign(script); }

    DdlScript run() {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(result_);
    }

private:
    void step() {
        const char c = text_[at_];
        if (is_space(c)) {
            ++at_;
        } else if (text_.substr(at_, 2) == "--") {
            at_ = line_end(text_, at_);
        } else if (text_.substr(at_, 2) == "/*") {
            at_ = end_of_block_comment(text_, at_);
        } else if (c == '\\') {
            client_line();
        } else if (c == ';') {
            ++at_;
            if (statement_.from_stdin) {
                copy_data();
            }
            statement_ = {};
        } else if (is_letter(c)) {
            word();
        } else {
            token(c);
        }
    }

    void word() {
        const std::size_t end = end_of_word(text_, at_);
        const std::string_view word = text_.substr(at_, end - at_);
        statement_.word(word);
        const bool escapes = equals_keyword(word, "E") && end < text_.size() && text_[end] == '\'';
        at_ = escapes ? end_of_quoted(text_, end, true) : end;
    }

    void token(char c) {
        statement_.other();
        if (c == '\'' || c == '"') {
            at_ = end_of_quoted(text_, at_, false);
        } else if (c == '$') {
            at_ = end_of_dollar_quoted(text_, at_);
        } else if (is_digit(c)) {
            at_ = end_of_word(text_, at_);
        } else {
            ++at_;
        }
    }

    // A client command reaches to the end of its line; \g and its kin also end the statement before them.
    void client_line() {
        const std::size_t end = line_end(text_, at_);
        const bool ends_statement = text_.substr(at_, 2) == "\\g";
        result_.psql_commands.push_back({at_, end - at_});
        blank(at_, end);
        if (ends_statement) {
            result_.text[at_] = ';';
            statement_ = {};
        }
        ++result_.psql_lines;
        at_ = end;
    }

    void copy_data() {
        ++result_.copy_blocks;
        at_ = std::min(line_end(text_, at_) + 1, text_.size());
        while (at_ < text_.size()) {
            const std::size_t end = line_end(text_, at_);
            const std::string_view line = text_.substr(at_, end - at_);
            blank(at_, end);
            at_ = std::min(end + 1, text_.size());
            if (line == "\\." || line == "\\.\r") {
                return;
            }
        }
    }

    void blank(std::size_t from, std::size_t to) {
        std::fill(result_.text.begin() + static_cast<std::ptrdiff_t>(from),
                  result_.text.begin() + static_cast<std::ptrdiff_t>(to), ' ');
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Statement statement_;
    DdlScript result_;
};

// As psql does it: a semicolon ends a statement outside of parentheses and of BEGIN ATOMIC … END.
class Splitter {
public:
    explicit Splitter(std::string_view script) : text_(script) {}

    std::vector<StatementRange> run() {
        at_ = begin_ = statement_start(text_, 0);
        while (at_ < text_.size()) {
            step();
        }
        end_statement();
        return std::move(result_);
    }

private:
    void step() {
        const char c = text_[at_];
        if (text_.substr(at_, 2) == "--") {
            at_ = line_end(text_, at_);
        } else if (text_.substr(at_, 2) == "/*") {
            at_ = end_of_block_comment(text_, at_);
        } else if (c == '\'' || c == '"') {
            at_ = end_of_quoted(text_, at_, false);
        } else if (c == '$') {
            at_ = end_of_dollar_quoted(text_, at_);
        } else if (is_letter(c)) {
            word();
        } else if (is_digit(c)) {
            at_ = end_of_word(text_, at_);
        } else if (c == ';' && parentheses_ == 0 && blocks_ == 0) {
            end_statement();
            begin_ = at_ = statement_start(text_, at_ + 1);
        } else {
            parentheses_ += c == '(' ? 1 : 0;
            parentheses_ -= c == ')' && parentheses_ > 0 ? 1 : 0;
            ++at_;
        }
    }

    void word() {
        const std::size_t end = end_of_word(text_, at_);
        const std::string_view word = text_.substr(at_, end - at_);
        if (words_ == 0) {
            creates_ = equals_keyword(word, "CREATE");
        } else if (words_ < 4 && (equals_keyword(word, "FUNCTION") || equals_keyword(word, "PROCEDURE"))) {
            routine_ = creates_;
        } else if (routine_ && parentheses_ == 0) {
            const bool begins = equals_keyword(word, "ATOMIC") && was_begin_;
            blocks_ += begins || (blocks_ > 0 && equals_keyword(word, "CASE")) ? 1 : 0;
            blocks_ -= blocks_ > 0 && equals_keyword(word, "END") ? 1 : 0;
            was_begin_ = equals_keyword(word, "BEGIN");
        }
        ++words_;
        const bool escapes = equals_keyword(word, "E") && end < text_.size() && text_[end] == '\'';
        at_ = escapes ? end_of_quoted(text_, end, true) : end;
    }

    void end_statement() {
        if (begin_ < text_.size() && at_ > begin_) {
            result_.push_back({begin_, std::min(at_, text_.size()) - begin_});
        }
        parentheses_ = blocks_ = words_ = 0;
        creates_ = routine_ = was_begin_ = false;
    }

    std::string_view text_;
    std::size_t at_ = 0, begin_ = 0;
    int parentheses_ = 0, blocks_ = 0, words_ = 0;
    bool creates_ = false, routine_ = false, was_begin_ = false;
    std::vector<StatementRange> result_;
};

}  // namespace

std::vector<StatementRange> split_statements(std::string_view script) { return Splitter(script).run(); }

DdlScript strip_client_lines(std::string_view script) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // editors write it, psql passes over it
    DdlScript result = Stripper(script).run();
    if (script.starts_with(byte_order_mark)) {
        result.text.replace(0, byte_order_mark.size(), byte_order_mark.size(), ' ');
    }
    return result;
}

std::size_t statement_start(std::string_view script, std::size_t offset) noexcept {
    while (offset < script.size()) {
        if (is_space(script[offset]) || script[offset] == ';') {
            ++offset;
        } else if (script.substr(offset, 2) == "--") {
            offset = line_end(script, offset);
        } else if (script.substr(offset, 2) == "/*") {
            offset = end_of_block_comment(script, offset);
        } else {
            break;
        }
    }
    return std::min(offset, script.size());
}

int line_of(std::string_view script, std::size_t offset) noexcept {
    const auto end = script.begin() + static_cast<std::ptrdiff_t>(std::min(offset, script.size()));
    return 1 + static_cast<int>(std::count(script.begin(), end, '\n'));
}

}  // namespace schema_audit
