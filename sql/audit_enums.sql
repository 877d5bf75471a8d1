-- Enum types that columns use: labels and their order.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA enums;
CREATE TYPE enums.mood AS ENUM ('ok', 'sad', 'old');
CREATE TYPE enums.level AS ENUM ('low', 'high');
CREATE TYPE enums.same AS ENUM ('a', 'b');
CREATE TABLE enums.person (id integer PRIMARY KEY, mood enums.mood, level enums.level, same enums.same);
SELECT schema_audit.register_ddl('enums', $$
    CREATE TYPE mood AS ENUM ('happy', 'ok', 'it''s odd', 'sad');
    CREATE TYPE level AS ENUM ('high', 'low');
    CREATE TYPE same AS ENUM ('a', 'b');
    CREATE TABLE person (id integer PRIMARY KEY, mood mood, level level, same same);
$$, schemas => '{enums}') > 0 AS registered;
SELECT severity, rule, object_type, object_name, expected, actual, message FROM audit_schema(models => '{enums}', min_severity => 'info');

-- the fix runs; what it cannot mend is a warning
SELECT fix FROM audit_schema(models => '{enums}', min_severity => 'error') \gexec
SELECT severity, rule, object_name, expected, actual, message FROM audit_schema(models => '{enums}', min_severity => 'info');

-- a model taken from the database itself differs in nothing
SELECT schema_audit.register_schema('enums', '{enums}') > 0 AS registered;
SELECT rule FROM audit_schema(models => '{enums}', min_severity => 'info');
SELECT schema_audit.unregister('enums');
DROP SCHEMA enums CASCADE;
