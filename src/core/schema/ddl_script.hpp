// DDL as tools print it: what only psql understands is blanked out, byte for byte, so that every offset
// and line number of the rest stays what it was.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace schema_audit {

struct StatementRange {
    std::size_t begin = 0, length = 0;
};

struct DdlScript {
    std::string text;     // same length as the input
    int psql_lines = 0;   // \restrict, \connect …
    int copy_blocks = 0;  // COPY … FROM stdin with its data; the COPY statement itself stays
    std::vector<StatementRange> psql_commands;
};

[[nodiscard]] DdlScript strip_client_lines(std::string_view script);

// Where the statements of a script begin and how long they are, without the semicolon: found without a parser, so that
// what follows a statement that does not parse can be read. A body of BEGIN ATOMIC … END is part of its statement.
[[nodiscard]] std::vector<StatementRange> split_statements(std::string_view script);

// Where a statement begins at or after `offset`: white space, comments and empty statements are passed.
[[nodiscard]] std::size_t statement_start(std::string_view script, std::size_t offset) noexcept;

// Line of a byte offset, from 1.
[[nodiscard]] int line_of(std::string_view script, std::size_t offset) noexcept;

}  // namespace schema_audit
