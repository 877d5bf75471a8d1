-- Internal errors of the guard, made on purpose (debug builds): the DDL passes, unless fail_closed is on.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
CREATE SCHEMA guard_faults;
SET search_path = guard_faults;
SELECT schema_audit.enable();
CREATE TABLE t (id integer);
CREATE TEMPORARY TABLE mark AS SELECT coalesce(max(id), 0) AS id FROM schema_audit.ddl_log;
-- without a fault
ALTER TABLE t ADD COLUMN rejected integer NOT NULL;
-- before the command, after it, at commit, writing the log: by the server and by C++
SET schema_audit.debug_fault = 'start';
ALTER TABLE t ADD COLUMN start_server integer NOT NULL;
SET schema_audit.debug_fault = 'start exception';
ALTER TABLE t ADD COLUMN start_exception integer NOT NULL;
SET schema_audit.debug_fault = 'end';
COMMENT ON TABLE t IS 'end';
SET schema_audit.debug_fault = 'end exception';
COMMENT ON TABLE t IS 'end exception';
SET schema_audit.debug_fault = 'commit';
BEGIN;
ALTER TABLE t ADD COLUMN commit_server integer NOT NULL;
COMMIT;
SET schema_audit.debug_fault = 'commit exception';
BEGIN;
ALTER TABLE t ADD COLUMN commit_exception integer NOT NULL;
COMMIT;
SET schema_audit.debug_fault = 'log';
CREATE TABLE log_server (id integer);
SET schema_audit.debug_fault = 'log exception';
CREATE TABLE log_exception (id integer);
SET schema_audit.debug_fault = 'policy';
INSERT INTO schema_audit.rule_setting (table_pattern, action, reason) VALUES ('other', 'off', 'x');
CREATE TABLE policy_server (id integer);
RESET schema_audit.debug_fault;
SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum;
SELECT relname FROM pg_class WHERE relnamespace = 'guard_faults'::regnamespace ORDER BY relname;
-- what the log knows: all but what it could not be told
SELECT command_tag, object_identity, statement FROM schema_audit.ddl_log WHERE id > (SELECT id FROM mark) AND decision <> 'rejected' ORDER BY id;
-- closed: the error is the DDL's own, and nothing of it stays
SET schema_audit.fail_closed = on;
\set VERBOSITY default
SET schema_audit.debug_fault = 'start';
ALTER TABLE t ADD COLUMN closed integer NOT NULL;
\set VERBOSITY terse
SET schema_audit.debug_fault = 'start exception';
ALTER TABLE t ADD COLUMN closed integer NOT NULL;
SET schema_audit.debug_fault = 'end';
COMMENT ON TABLE t IS 'closed';
SET schema_audit.debug_fault = 'commit';
BEGIN;
ALTER TABLE t ADD COLUMN closed timestamptz NOT NULL DEFAULT now();
COMMIT;
SET schema_audit.debug_fault = 'log exception';
CREATE TABLE closed (id integer);
SET schema_audit.debug_fault = 'policy';
DELETE FROM schema_audit.rule_setting;
CREATE TABLE closed (id integer);
RESET schema_audit.debug_fault;
RESET schema_audit.fail_closed;
SELECT count(*) FROM pg_attribute WHERE attname = 'closed' AND attrelid = 't'::regclass;
SELECT to_regclass('closed'), obj_description('t'::regclass);

-- A start without an end, since that event trigger is disabled, is not remembered for ever.
SET schema_audit.override = 'test';
ALTER EVENT TRIGGER zz_schema_audit_guard_end DISABLE;
RESET schema_audit.override;
CREATE TABLE no_end (id integer);
CREATE INDEX CONCURRENTLY no_end_1 ON no_end (id);
CREATE INDEX CONCURRENTLY no_end_2 ON no_end (id);
DROP INDEX CONCURRENTLY no_end_2;
SELECT schema_audit.debug_running_statements();
DO $$ BEGIN FOR i IN 1..1100 LOOP COMMENT ON TABLE no_end IS 'x'; END LOOP; END $$;
SELECT schema_audit.debug_running_statements() <= 1;
ALTER EVENT TRIGGER zz_schema_audit_guard_end ENABLE ALWAYS;
CREATE INDEX CONCURRENTLY no_end_2 ON no_end (id);
SELECT statement, duration_ms IS NOT NULL AS timed FROM schema_audit.ddl_log WHERE decision <> 'rejected' ORDER BY id DESC LIMIT 1;
SELECT schema_audit.debug_running_statements();

SELECT schema_audit.disable();
DROP SCHEMA guard_faults CASCADE;
RESET search_path;
RESET client_min_messages;
