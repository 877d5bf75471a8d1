-- Nothing live takes part: no event trigger fires, no live table, function or row type is used or changed,
-- and the session's settings are what they were.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
CREATE SCHEMA register_live;
SET search_path = register_live;
CREATE TABLE t (id int PRIMARY KEY);
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE e AS ENUM ('a');
CREATE FUNCTION fired() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'fired: %', tg_tag; END$$;
CREATE EVENT TRIGGER register_live_start ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE', 'DROP TABLE') EXECUTE FUNCTION fired();
CREATE EVENT TRIGGER register_live_end ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE', 'DROP TABLE') EXECUTE FUNCTION fired();
CREATE EVENT TRIGGER register_live_drop ON sql_drop EXECUTE FUNCTION fired();
CREATE EVENT TRIGGER register_live_rewrite ON table_rewrite EXECUTE FUNCTION fired();
SELECT schema_audit.register_ddl('register_live', 'CREATE TABLE a (id serial PRIMARY KEY, v int); ALTER TABLE a ALTER v TYPE bigint; DROP TABLE a;
    CREATE TABLE b (id int); CREATE MATERIALIZED VIEW m AS SELECT * FROM b; DROP TABLE IF EXISTS t, register_live.t; DROP FUNCTION IF EXISTS f(int)');
ALTER EVENT TRIGGER register_live_drop DISABLE;
DROP EVENT TRIGGER register_live_start;
DROP EVENT TRIGGER register_live_end;
DROP EVENT TRIGGER register_live_drop;
DROP EVENT TRIGGER register_live_rewrite;
-- what the DDL lacks is missing, even where it lives
SELECT schema_audit.register_ddl('register_live', 'CREATE TABLE b (x t)');
SELECT schema_audit.register_ddl('register_live', 'CREATE TABLE b (x register_live.t[])');
SELECT schema_audit.register_ddl('register_live', 'CREATE VIEW v AS SELECT * FROM register_live.t');
SELECT schema_audit.register_ddl('register_live', 'CREATE VIEW v AS SELECT ''t''::regclass');
SELECT schema_audit.register_ddl('register_live', 'CREATE TABLE b (LIKE t)');
SELECT schema_audit.register_ddl('register_live', 'COMMENT ON FUNCTION f(int) IS ''x''');
-- names of WITH are no tables, and hide one only where they should
SELECT schema_audit.register_ddl('register_live', 'CREATE TABLE t (id int, n int);
    CREATE VIEW v AS WITH t AS (SELECT id FROM t) SELECT t.id FROM t;
    CREATE TABLE r AS WITH RECURSIVE s AS (SELECT 1 AS id UNION SELECT t.n FROM t, s) SELECT s.id, x.n AS y FROM s, LATERAL (SELECT n FROM t) AS x');
SELECT table_name, column_name, data_type FROM schema_audit.model_column WHERE model = 'register_live' ORDER BY table_name, position;
-- a label that the DDL adds may be used; one that the transaction added stays guarded
BEGIN;
ALTER TYPE e ADD VALUE 'live';
SELECT schema_audit.register_ddl('register_live', 'CREATE TYPE e AS ENUM (''a''); ALTER TYPE e ADD VALUE ''b''; CREATE TABLE t (e e DEFAULT ''b'')');
SELECT 'live'::e;
ROLLBACK;
SHOW search_path;
SHOW client_min_messages;
SHOW check_function_bodies;
SELECT schema_audit.unregister('register_live');
SET client_min_messages = warning;
DROP SCHEMA register_live CASCADE;
