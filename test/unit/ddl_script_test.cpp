#include "core/schema/ddl_script.hpp"

#include <gtest/gtest.h>

namespace schema_audit {
namespace {

std::string stripped(std::string_view text) { return strip_client_lines(text).text; }

TEST(DdlScript, KeepsPlainDdl) {
    const std::string_view ddl =
        "CREATE TABLE t (a int); -- c\\d\n/* \\x /* \\y */ \\z */ SELECT '\\.', \"\\q\", $$\\a$$, $b$\\c $$ \\d$b$;\n";
    const DdlScript script = strip_client_lines(ddl);
    EXPECT_EQ(script.text, ddl);
    EXPECT_EQ(script.psql_lines, 0);
    EXPECT_EQ(script.copy_blocks, 0);
}

TEST(DdlScript, BlanksPsqlLines) {
    const DdlScript script = strip_client_lines("\\restrict abc\nSELECT 1;\n\\connect db\nSELECT 2;");
    EXPECT_EQ(script.text, "             \nSELECT 1;\n           \nSELECT 2;");
    EXPECT_EQ(script.psql_lines, 2);
}

TEST(DdlScript, EndsTheStatementAtG) {
    EXPECT_EQ(stripped("SELECT 1 \\gexec\nSELECT 2;"), "SELECT 1 ;     \nSELECT 2;");
}

TEST(DdlScript, BlanksCopyData) {
    const DdlScript script = strip_client_lines("COPY t (a) FROM stdin;\n1\t;'\n\\N\n\\.\nSELECT 1;\n");
    EXPECT_EQ(script.text, "COPY t (a) FROM stdin;\n    \n  \n  \nSELECT 1;\n");
    EXPECT_EQ(script.copy_blocks, 1);
    EXPECT_EQ(script.psql_lines, 0);
}

TEST(DdlScript, CopyDataWithoutEndReachesToTheEnd) {
    EXPECT_EQ(stripped("copy t from STDIN;\nabc"), "copy t from STDIN;\n   ");
    EXPECT_EQ(stripped("copy t from STDIN;"), "copy t from STDIN;");
}

TEST(DdlScript, CopyDataWithCarriageReturns) {
    EXPECT_EQ(stripped("COPY t FROM stdin;\r\na\r\n\\.\r\nSELECT 1;"), "COPY t FROM stdin;\r\n  \n   \nSELECT 1;");
}

TEST(DdlScript, OtherCopyHasNoData) {
    for (const std::string_view ddl :
         {"COPY t TO stdout;\nSELECT 1;", "COPY t FROM '/x';\nSELECT 1;", "SELECT copy FROM stdin;\nSELECT 1;"}) {
        EXPECT_EQ(stripped(ddl), ddl);
    }
}

TEST(DdlScript, EscapeStringsKeepTheirQuotes) {
    EXPECT_EQ(stripped("SELECT E'a\\'\\b', 'c\\'; \\x"), "SELECT E'a\\'\\b', 'c\\';   ");
}

TEST(DdlScript, DollarsInNamesOpenNothing) { EXPECT_EQ(stripped("SELECT a$b$, 1$c; \\x"), "SELECT a$b$, 1$c;   "); }

TEST(DdlScript, UnclosedTextReachesToTheEnd) {
    for (const std::string_view ddl :
         {"SELECT 'a \\x", "SELECT \"a \\x", "SELECT $q$ \\x $q", "/* \\x", "SELECT E'\\"}) {
        EXPECT_EQ(stripped(ddl), ddl);
    }
}

TEST(DdlScript, KeepsTheLength) {
    for (const std::string_view ddl : {"", "\\", "\\\n", "é\\é\né", "COPY a FROM stdin;\n\xff\n"}) {
        EXPECT_EQ(stripped(ddl).size(), ddl.size());
    }
}

TEST(DdlScript, FindsWhereAStatementStarts) {
    const std::string_view ddl = "SELECT 1;\n-- one; two\n/* a /* b */ */ ;\n  SELECT 2";
    EXPECT_EQ(ddl.substr(statement_start(ddl, 9)), "SELECT 2");
    EXPECT_EQ(statement_start(ddl, 0), 0U);
    EXPECT_EQ(statement_start(ddl, ddl.size() + 5), ddl.size());
}

TEST(DdlScript, CountsLines) {
    EXPECT_EQ(line_of("a\nb\nc", 0), 1);
    EXPECT_EQ(line_of("a\nb\nc", 2), 2);
    EXPECT_EQ(line_of("a\nb\nc", 99), 3);
}

TEST(DdlScript, PassesOverAByteOrderMark) {
    EXPECT_EQ(strip_client_lines("\xEF\xBB\xBF"
                                 "CREATE TABLE t ();")
                  .text,
              "   CREATE TABLE t ();");
}

std::vector<std::string> statements(std::string_view text) {
    std::vector<std::string> result;
    for (const StatementRange &range : split_statements(text)) {
        result.emplace_back(text.substr(range.begin, range.length));
    }
    return result;
}

TEST(SplitStatements, AtSemicolons) {
    EXPECT_EQ(statements("SELECT 1; -- ; x\n;;SELECT ';', \";\", $$;$$, E'\\';' /* ; */ , (1;2);  \n"),
              (std::vector<std::string>{"SELECT 1", "SELECT ';', \";\", $$;$$, E'\\';' /* ; */ , (1;2)"}));
    EXPECT_EQ(statements("a;b"), (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(statements(" -- nothing\n ; ").empty());
}

TEST(SplitStatements, BodiesStayWhole) {
    const std::string_view body =
        "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 2; END";
    EXPECT_EQ(statements(std::string(body) + "; SELECT 1"), (std::vector<std::string>{std::string(body), "SELECT 1"}));
    EXPECT_EQ(statements("BEGIN; CREATE TABLE atomic (x int); END;").size(), 3U);
}

}  // namespace
}  // namespace schema_audit
