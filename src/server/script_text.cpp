#include "server/script_text.hpp"

#include "server/subtransaction.hpp"

namespace schema_audit::server {
namespace {

// Byte offset of a character position, which counts from 1.
std::size_t byte_offset(std::string_view text, int position) {
    const char *first = text.data();
    const char *end = first + text.size();
    return server_call([=] {
        const char *at = first;
        for (int character = 1; at < end && character < position; ++character) {
            at += pg_mblen(at);
        }
        return static_cast<std::size_t>(std::min(at, end) - first);
    });
}

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t end = text.find_last_not_of(" \t\r\n\f\v;");
    return end == std::string_view::npos ? std::string_view{} : text.substr(0, end + 1);
}

List *parse_kept(const char *text) {
    List *statements = nullptr;
    in_subtransaction(Keep::on_success, [&] { statements = server_call([=] { return parse_sql(text); }); });
    return statements;
}

bool is_interruption(const ServerError &error) noexcept {
    return ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION;
}

}  // namespace

List *parse_sql(const char *text) {
    const int nest_level = NewGUCNestLevel();
    set_config_option("standard_conforming_strings", "on", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    List *statements = raw_parser(text, RAW_PARSE_DEFAULT);
    AtEOXact_GUC(true, nest_level);
    return statements;
}

SyntaxError syntax_error_from(const ServerError &error, std::string_view script, std::string_view text,
                              std::size_t begin) {
    SyntaxError result;
    result.message = error.data()->message != nullptr ? error.data()->message : "cannot be parsed";
    const std::size_t at = begin + byte_offset(text, error.data()->cursorpos);
    result.line = line_of(script, at);
    const std::size_t line_start = at == 0 ? std::string_view::npos : script.rfind('\n', at - 1);
    const std::size_t column = at - (line_start == std::string_view::npos ? 0 : line_start + 1) + 1;
    result.message += ", column " + std::to_string(column);
    return result;
}

// A text that parses as a whole costs one call of the parser; otherwise each statement is parsed by itself.
std::vector<ScriptStatement> ScriptText::parse() {
    const std::string &text = script_.text;
    const auto add_all = [&](const List *parsed, std::size_t from, std::size_t to) {
        const ListCell *cell = nullptr;
        foreach (cell, parsed) {
            const auto *raw = lfirst_node(RawStmt, cell);
            const std::size_t begin = from + static_cast<std::size_t>(raw->stmt_location);
            add(raw, begin, raw->stmt_len > 0 ? begin + static_cast<std::size_t>(raw->stmt_len) : to);
        }
    };
    try {
        add_all(parse_kept(text.c_str()), 0, text.size());
    } catch (const ServerError &error) {
        if (is_interruption(error)) {
            throw;
        }
        for (const StatementRange &range : split_statements(text)) {
            const std::string one = text.substr(range.begin, range.length);
            try {
                add_all(parse_kept(one.c_str()), range.begin, range.begin + range.length);
            } catch (const ServerError &own) {
                if (is_interruption(own)) {
                    throw;
                }
                add_unparsed(range, own);
            }
        }
    }
    add_psql_commands();
    return std::move(statements_);
}

void ScriptText::add(const RawStmt *raw, std::size_t begin, std::size_t end) {
    ScriptStatement statement;
    statement.number = static_cast<int>(statements_.size()) + 1;
    statement.begin = statement_start(script_.text, begin);
    statement.line = line_of(script_.text, statement.begin);
    statement.text = trimmed(std::string_view(script_.text).substr(statement.begin, end - statement.begin));
    statement.tree = raw->stmt;
    statements_.push_back(std::move(statement));
}

void ScriptText::add_unparsed(const StatementRange &range, const ServerError &error) {
    const std::string text = script_.text.substr(range.begin, range.length);
    SyntaxError syntax = syntax_error_from(error, script_.text, text, range.begin);
    ScriptStatement statement;
    statement.number = static_cast<int>(statements_.size()) + 1;
    statement.begin = range.begin;
    statement.line = syntax.line;
    statement.text = trimmed(text);
    statement.error = std::move(syntax.message);
    statements_.push_back(std::move(statement));
}

void ScriptText::add_psql_commands() {
    for (const StatementRange &range : script_.psql_commands) {
        ScriptStatement command;
        command.begin = range.begin;
        command.line = line_of(script_.text, range.begin);
        command.text = trimmed(std::string_view(original_).substr(range.begin, range.length));
        statements_.push_back(std::move(command));
    }
    std::ranges::stable_sort(statements_, {}, &ScriptStatement::begin);
}

int ScriptText::line_in(const ScriptStatement &statement, int position) const {
    return statement.line + line_of(statement.text, byte_offset(statement.text, position)) - 1;
}

}  // namespace schema_audit::server
