-- Rules about locks: a case that fires and one that must not, for each. What takes two sessions is in
-- test/t/guard_lock_holders.sh.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_locks;
SET search_path = guard_locks;
SET lock_timeout = '2s';
SET statement_timeout = '1min';
CREATE TABLE t (id integer PRIMARY KEY, a integer);
CREATE TABLE other (id integer);
INSERT INTO t SELECT i, i FROM generate_series(1, 2000) AS i;
ANALYZE t;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE MATERIALIZED VIEW summary AS SELECT a, count(*) AS n FROM t GROUP BY a;
CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS one WITH NO DATA;
SELECT schema_audit.enable();
SET schema_audit.min_rows = 1000;
CREATE VIEW told AS SELECT object_identity, decision, rule, message FROM schema_audit.ddl_log
WHERE rule IS NOT NULL AND object_identity LIKE '%guard_locks.%' ORDER BY id;
-- create-trigger-lock, drop-trigger-lock
CREATE TRIGGER watch BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION nothing();
BEGIN;
CREATE TABLE fresh (id integer);
CREATE TRIGGER watch BEFORE INSERT ON fresh FOR EACH ROW EXECUTE FUNCTION nothing();
COMMIT;
-- toggle-trigger-lock
\set VERBOSITY default
ALTER TABLE t DISABLE TRIGGER watch;
ALTER TABLE t DISABLE TRIGGER ALL;
ALTER TABLE t ENABLE TRIGGER ALL;
\set VERBOSITY terse
CREATE TEMP TABLE passing (id integer);
ALTER TABLE passing DISABLE TRIGGER ALL;
DROP TRIGGER watch ON t;
DROP TRIGGER IF EXISTS watch ON missing;
-- policy-ddl-access-exclusive
CREATE POLICY mine ON t USING (true);
ALTER POLICY mine ON t USING (false);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
DROP POLICY mine ON t;
-- create-table-fk-locks-parent
CREATE TABLE child (id integer REFERENCES t, again integer REFERENCES t);
CREATE TABLE IF NOT EXISTS child (id integer REFERENCES t);
SELECT * FROM told;
DELETE FROM schema_audit.ddl_log;
-- refresh-matview-blocking
\set VERBOSITY default
REFRESH MATERIALIZED VIEW summary;
CREATE UNIQUE INDEX ON summary (a);
REFRESH MATERIALIZED VIEW summary;
\set VERBOSITY terse
REFRESH MATERIALIZED VIEW CONCURRENTLY summary;
REFRESH MATERIALIZED VIEW unfilled;
REFRESH MATERIALIZED VIEW summary WITH NO DATA;
DELETE FROM schema_audit.ddl_log;
-- lock-timeout-required, statement-timeout-required: once for a command
SET lock_timeout = 0;
SET statement_timeout = 0;
INSERT INTO schema_audit.rule_setting (rule, action, reason) VALUES ('add-check-validates', 'off', 'of another test');
ALTER TABLE t ADD COLUMN b integer, ADD CONSTRAINT positive CHECK (a > 0);
DELETE FROM schema_audit.rule_setting;
CREATE TABLE later (id integer);
ALTER TABLE t VALIDATE CONSTRAINT positive;
COMMENT ON TABLE t IS 'nothing';
INSERT INTO schema_audit.rule_setting (rule, table_pattern, action, reason) VALUES ('lock-timeout-required', 't', 'warn', 'hot');
ALTER TABLE t ADD COLUMN c integer;
ALTER TABLE other ADD COLUMN c integer;
DELETE FROM schema_audit.rule_setting;
SET statement_timeout = '1min';
-- lock-timeout-too-long
SET lock_timeout = '11s';
\set VERBOSITY default
ALTER TABLE t ADD COLUMN d integer;
\set VERBOSITY terse
SET lock_timeout = '10s';
ALTER TABLE t ADD COLUMN e integer;
-- wide-lock-window
BEGIN;
ALTER TABLE t ADD COLUMN f integer;
ALTER TABLE t ADD COLUMN g integer;
CREATE TABLE newest (id integer);
ALTER TABLE newest ADD COLUMN a integer;
ALTER TABLE other ADD COLUMN f integer;
COMMIT;
ALTER TABLE t ADD COLUMN h integer;
SELECT * FROM told;
SELECT schema_audit.disable();
DROP SCHEMA guard_locks CASCADE;
