-- ddl_log: one row for each finding, one with rule NULL for a command without any.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
CREATE SCHEMA guard_log;
SET search_path = guard_log;
SELECT schema_audit.enable();
CREATE TEMPORARY TABLE mark AS SELECT coalesce(max(id), 0) AS id FROM schema_audit.ddl_log;
CREATE TABLE a (id serial PRIMARY KEY, b text UNIQUE);
CREATE TABLE IF NOT EXISTS a (id integer);
CREATE TABLE b (a_id integer REFERENCES a);
CREATE INDEX ON a (id, b);
COMMENT ON TABLE a IS 'x';
GRANT SELECT ON a TO PUBLIC;
ALTER TABLE a ALTER COLUMN id TYPE bigint;
ALTER TABLE a RENAME COLUMN b TO c;
CREATE TEMPORARY TABLE mine (id integer);
DROP TABLE mine;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT * FROM a;
DO $$ BEGIN CREATE TABLE guard_log.c (id integer); DROP TABLE guard_log.c; END $$;
CREATE TABLE d (id integer)\; CREATE TABLE e (id integer);
BEGIN;
CREATE TABLE rolled_back (id integer);
ROLLBACK;
BEGIN;
SAVEPOINT s;
CREATE TABLE rolled_back (id integer);
ROLLBACK TO s;
CREATE TABLE kept (id integer);
COMMIT;
ALTER TABLE a ALTER COLUMN c SET NOT NULL;
DROP TABLE b, d;
DROP TABLE IF EXISTS nothing;
DROP VIEW v;
CREATE INDEX CONCURRENTLY kept_id ON kept (id);
DROP INDEX CONCURRENTLY kept_id;
SELECT command_tag, object_type, object_identity, decision, rule, table_rewritten, statement FROM schema_audit.ddl_log
 WHERE id > (SELECT id FROM mark) ORDER BY id;
SELECT count(*) FILTER (WHERE session_user_name = SESSION_USER AND current_user_name = CURRENT_USER) AS who,
       count(*) FILTER (WHERE application_name LIKE 'pg_regress%') AS application,
       count(*) FILTER (WHERE transaction_id IS NOT NULL) AS transaction,
       count(*) FILTER (WHERE duration_ms BETWEEN 0 AND 100000) AS timed,
       count(*) FILTER (WHERE at BETWEEN now() - interval '1 hour' AND now()) AS at, count(*) AS all
  FROM schema_audit.ddl_log WHERE id > (SELECT id FROM mark);
-- rows are written whatever a user did to the table's rights, triggers and indexes
CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never'; END $$;
CREATE TRIGGER never BEFORE INSERT OR UPDATE ON schema_audit.ddl_log FOR EACH ROW EXECUTE FUNCTION never();
CREATE INDEX ddl_log_at ON schema_audit.ddl_log (at) WHERE decision <> 'allowed';
CREATE TABLE after_trigger (id integer);
ALTER TABLE a ALTER COLUMN c DROP NOT NULL;
ALTER TABLE a ALTER COLUMN c SET NOT NULL;
SET enable_seqscan = off;
SELECT object_identity, decision FROM schema_audit.ddl_log WHERE decision <> 'allowed' AND decision <> 'rejected' AND at > now() - interval '1 hour' AND id > (SELECT id FROM mark) ORDER BY id;
RESET enable_seqscan;
SELECT object_identity FROM schema_audit.ddl_log WHERE object_identity LIKE '%after_trigger';
DROP TRIGGER never ON schema_audit.ddl_log;
DROP INDEX schema_audit.ddl_log_at;
-- a table that is gone or of another shape stops no DDL
BEGIN;
ALTER TABLE schema_audit.ddl_log RENAME TO ddl_log_away;
CREATE TABLE no_log (id integer);
COMMIT;
ALTER TABLE no_log ADD COLUMN b integer NOT NULL;
ALTER TABLE schema_audit.ddl_log_away RENAME TO ddl_log;

-- A transaction of many commands writes its rows in parts: no row is lost or told twice, what is found at the commit
-- takes the place of the row of its command, a savepoint takes its own rows back, and so does a rejection all of them.
-- (Nobody waits for the worker that stores the rejected attempt of above.)
SET schema_audit.mode = 'log';
CREATE TABLE many (id integer, late integer);
DELETE FROM schema_audit.ddl_log;
BEGIN;
ALTER TABLE many ALTER COLUMN late SET NOT NULL;
DO $$ BEGIN FOR i IN 1..70 LOOP EXECUTE format('COMMENT ON TABLE many IS %L', i); END LOOP; END $$;
SELECT count(*) BETWEEN 60 AND 70 AS written FROM schema_audit.ddl_log;
SAVEPOINT s;
DO $$ BEGIN FOR i IN 1..200 LOOP EXECUTE format('COMMENT ON COLUMN many.id IS %L', i); END LOOP; END $$;
ROLLBACK TO s;
DO $$ BEGIN
    FOR i IN 1..100 LOOP EXECUTE format('COMMENT ON COLUMN many.late IS %L', i); END LOOP;
    BEGIN
        FOR i IN 1..100 LOOP EXECUTE format('COMMENT ON COLUMN many.id IS %L', i); END LOOP;
        RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN NULL;
    END;
END $$;
COMMIT;
SELECT command_tag, object_identity, decision, rule, count(*), count(DISTINCT id) AS ids FROM schema_audit.ddl_log
 WHERE rule IS DISTINCT FROM 'lock-timeout-required' AND object_identity <> 'guard_log.no_log.b'
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4;
RESET schema_audit.mode;
DELETE FROM schema_audit.ddl_log;
BEGIN;
ALTER TABLE many ADD COLUMN needed integer NOT NULL DEFAULT 0;
ALTER TABLE many ALTER COLUMN needed DROP DEFAULT;
DO $$ BEGIN FOR i IN 1..100 LOOP EXECUTE format('COMMENT ON TABLE many IS %L', i); END LOOP; END $$;
COMMIT;
SELECT count(*) FROM schema_audit.ddl_log WHERE decision <> 'rejected';

SELECT schema_audit.disable();
DROP SCHEMA guard_log CASCADE;
RESET search_path;
RESET client_min_messages;
