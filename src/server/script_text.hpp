// A script as a text: its statements, parsed by the server's own grammar, each with its line.
#pragma once

#include "core/schema/ddl_script.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

// Server function: parses, with strings as the standard has them.
List *parse_sql(const char *text);

struct SyntaxError {
    std::string message;  // with its column
    int line = 0;
};
// `text` is the part of the script that begins at `begin`.
SyntaxError syntax_error_from(const ServerError &error, std::string_view script, std::string_view text,
                              std::size_t begin);

struct ScriptStatement {
    int number = 0;  // none for a command of psql
    int line = 1;
    std::size_t begin = 0;
    std::string text;            // without the semicolon
    const Node *tree = nullptr;  // null for a command of psql, and for what does not parse
    std::string error;           // why it does not
};

class ScriptText {
public:
    explicit ScriptText(std::string_view sql) : original_(sql), script_(strip_client_lines(sql)) {}

    std::vector<ScriptStatement> parse();
    // Where the server points to in a statement; its positions count characters, from 1.
    [[nodiscard]] int line_in(const ScriptStatement &statement, int position) const;

private:
    void add(const RawStmt *raw, std::size_t begin, std::size_t end);
    void add_unparsed(const StatementRange &range, const ServerError &error);
    void add_psql_commands();

    std::string original_;
    DdlScript script_;
    std::vector<ScriptStatement> statements_;
};

}  // namespace schema_audit::server
