#include "core/guard/secrets.hpp"

#include <gtest/gtest.h>

using schema_audit::guard::without_secrets;

namespace {

struct Case {
    const char *sql, *shown;
};

class Secrets : public testing::TestWithParam<Case> {};

TEST_P(Secrets, AreHidden) { EXPECT_EQ(without_secrets(GetParam().sql), GetParam().shown); }

INSTANTIATE_TEST_SUITE_P(
    Cases, Secrets,
    testing::Values(
        Case{"CREATE ROLE a LOGIN PASSWORD 'x'", "CREATE ROLE a LOGIN PASSWORD '***'"},
        Case{"ALTER USER a ENCRYPTED password'it''s' VALID UNTIL 'infinity'",
             "ALTER USER a ENCRYPTED password'***' VALID UNTIL 'infinity'"},
        Case{R"(ALTER ROLE a PASSWORD E'x\'y' NOLOGIN)", "ALTER ROLE a PASSWORD E'***' NOLOGIN"},
        Case{"ALTER ROLE a PASSWORD U&'x' NOLOGIN", "ALTER ROLE a PASSWORD U&'***' NOLOGIN"},
        Case{"ALTER ROLE a PASSWORD $p$x'y$p$ NOLOGIN", "ALTER ROLE a PASSWORD $p$***$p$ NOLOGIN"},
        Case{"ALTER ROLE a PASSWORD /* of a */ 'x' NOLOGIN", "ALTER ROLE a PASSWORD /* of a */ '***' NOLOGIN"},
        Case{"ALTER ROLE a PASSWORD -- it's\n 'x' NOLOGIN", "ALTER ROLE a PASSWORD -- it's\n '***' NOLOGIN"},
        Case{"ALTER ROLE a PASSWORD 'never ends", "ALTER ROLE a PASSWORD '***"},
        Case{"CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'u', password 'x')",
             "CREATE USER MAPPING FOR u SERVER s OPTIONS (user '***', password '***')"},
        Case{R"(ALTER USER MAPPING FOR u SERVER s OPTIONS (SET "password" 'x', ADD aws_access_key 'y'))",
             R"(ALTER USER MAPPING FOR u SERVER s OPTIONS (SET "password" '***', ADD aws_access_key '***'))"},
        Case{"CREATE SUBSCRIPTION s CONNECTION 'host=h password=x dbname=d' PUBLICATION p",
             "CREATE SUBSCRIPTION s CONNECTION 'host=h password=*** dbname=d' PUBLICATION p"},
        Case{"ALTER SUBSCRIPTION s CONNECTION 'password = ''x y'' host=h'",
             "ALTER SUBSCRIPTION s CONNECTION 'password = ''***'' host=h'"},
        Case{"ALTER SUBSCRIPTION s CONNECTION $$host=h password=x$$",
             "ALTER SUBSCRIPTION s CONNECTION $$host=h password=***"},
        Case{"ALTER SUBSCRIPTION s CONNECTION 'postgresql://u:x:y@h:5432/d?sslpassword=z&application_name=a'",
             "ALTER SUBSCRIPTION s CONNECTION 'postgresql://u:***@h:5432/d?sslpassword=***&application_name=a'"},
        Case{"DO $$ BEGIN ALTER ROLE a PASSWORD 'x'; EXECUTE 'ALTER ROLE b PASSWORD ''y'''; END $$",
             "DO $$ BEGIN ALTER ROLE a PASSWORD '***'; EXECUTE 'ALTER ROLE b PASSWORD ''***'''; END $$"},
        Case{"CREATE FUNCTION f() AS 'it''s', 'x'; ALTER ROLE a PASSWORD 'x'",
             "CREATE FUNCTION f() AS 'it''s', 'x'; ALTER ROLE a PASSWORD '***'"},
        // and what is none
        Case{"CREATE TABLE t (password text NOT NULL DEFAULT 'x', token text)",
             "CREATE TABLE t (password text NOT NULL DEFAULT 'x', token text)"},
        Case{"COMMENT ON COLUMN t.password IS 'hash'", "COMMENT ON COLUMN t.password IS 'hash'"},
        Case{"SET password_encryption = 'md5'", "SET password_encryption = 'md5'"},
        Case{"ALTER ROLE a PASSWORD NULL", "ALTER ROLE a PASSWORD NULL"},
        Case{"CREATE TYPE k AS ENUM ('password', 'other')", "CREATE TYPE k AS ENUM ('password', 'other')"},
        Case{"IF NEW.token = OLD.token THEN", "IF NEW.token = OLD.token THEN"},
        Case{"SELECT 'http://h:80/a@b', password", "SELECT 'http://h:80/a@b', password"},
        Case{"PREPARE p AS SELECT password = $1", "PREPARE p AS SELECT password = $1"}, Case{"", ""}));

}  // namespace

TEST(Secrets, OptionsOfUserMappings) {
    EXPECT_EQ(
        without_secrets("CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'me', sslkey E'a\\'b', \"x y\" $$c$$);"),
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (user '***', sslkey E'***', \"x y\" $$***$$);");
    EXPECT_EQ(without_secrets("alter user mapping for u server s options(set host 'a', drop b); select 'kept'"),
              "alter user mapping for u server s options(set host '***', drop b); select 'kept'");
    EXPECT_EQ(without_secrets("EXECUTE 'CREATE USER MAPPING FOR u SERVER s OPTIONS (host ''a'')'; SELECT 'kept'"),
              "EXECUTE 'CREATE USER MAPPING FOR u SERVER s OPTIONS (host ''***'')'; SELECT 'kept'");
    EXPECT_EQ(without_secrets("CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'kept')"),
              "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'kept')");
    EXPECT_EQ(without_secrets("CREATE TABLE user_mapping (a text DEFAULT 'kept')"),
              "CREATE TABLE user_mapping (a text DEFAULT 'kept')");
}
