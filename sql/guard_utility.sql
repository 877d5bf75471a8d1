-- Commands that fire no event trigger: judged, overridden, logged like the others, once, in a session that has loaded
-- the library.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
LOAD 'schema_audit';
CREATE SCHEMA guard_utility;
SET search_path = guard_utility;
SET lock_timeout = '2s';
CREATE TABLE parent (id integer PRIMARY KEY, v text);
CREATE TABLE child (id integer REFERENCES parent);
CREATE TABLE grandchild (id integer, child_id integer);
CREATE TABLE empty (id integer);
CREATE TABLE part (id integer) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (1000);
INSERT INTO parent SELECT i, repeat('x', 100) FROM generate_series(1, 100) AS i;
INSERT INTO child SELECT id FROM parent;
INSERT INTO part SELECT i FROM generate_series(1, 100) AS i;
CREATE FUNCTION seen(text DEFAULT '%') RETURNS TABLE (tag text, type text, identity text, decision text, rule text)
    LANGUAGE sql AS $$
    SELECT command_tag, object_type, object_identity, decision, rule FROM schema_audit.ddl_log
    WHERE decision <> 'rejected' AND command_tag LIKE $1 ORDER BY id $$;   -- a worker writes of rejections, when it likes

-- nothing before the guard is enabled
TRUNCATE child;
SELECT * FROM seen();
INSERT INTO child SELECT id FROM parent;
SELECT schema_audit.enable();
DELETE FROM schema_audit.ddl_log;

-- truncate, truncate-cascade
\set VERBOSITY default
TRUNCATE child;
INSERT INTO child SELECT id FROM parent;
BEGIN;
TRUNCATE parent CASCADE;
ROLLBACK;
\set VERBOSITY terse
TRUNCATE part;
TRUNCATE empty, child, child;
TRUNCATE empty;
TRUNCATE nowhere;
CREATE TEMP TABLE passing (id integer);
INSERT INTO passing VALUES (1);
TRUNCATE passing;
BEGIN;
CREATE TABLE fresh (id integer);
INSERT INTO fresh VALUES (1);
TRUNCATE fresh;
COMMIT;
-- the other table is empty: CASCADE takes nothing along
TRUNCATE parent CASCADE;
SELECT * FROM seen('TRUNCATE%');
INSERT INTO parent SELECT i, repeat('x', 100) FROM generate_series(1, 100) AS i;
INSERT INTO child SELECT id FROM parent;
DELETE FROM schema_audit.ddl_log;

-- from inside of functions and DO, prepared by nothing else than their text
DO $$ BEGIN EXECUTE 'TRUNCATE guard_utility.child'; END $$;
INSERT INTO child SELECT id FROM parent;
CREATE FUNCTION empty_child() RETURNS void LANGUAGE sql AS 'TRUNCATE guard_utility.child';
SELECT empty_child();
INSERT INTO child SELECT id FROM parent;
SELECT * FROM seen('TRUNCATE%');
DELETE FROM schema_audit.ddl_log;

-- policy: rejected, rolled back with its transaction, overridden, off
INSERT INTO schema_audit.rule_setting (rule, schema_pattern, table_pattern, action) VALUES ('truncate', 'guard_utility', 'child', 'reject');
\set VERBOSITY default
TRUNCATE child;
\set VERBOSITY terse
SELECT count(*) FROM child;
BEGIN;
SET LOCAL schema_audit.override = 'the ticket says so';
TRUNCATE child;
COMMIT;
SELECT decision, rule, reason FROM schema_audit.ddl_log WHERE decision = 'overridden';
INSERT INTO child SELECT id FROM parent;
SET schema_audit.mode = 'log';
TRUNCATE child;
SET schema_audit.mode = 'off';
INSERT INTO child SELECT id FROM parent;
TRUNCATE child;
RESET schema_audit.mode;
SELECT * FROM seen('TRUNCATE%');
DELETE FROM schema_audit.rule_setting;
DELETE FROM schema_audit.ddl_log;
INSERT INTO child SELECT id FROM parent;

-- whoever may not do it gets the server's own error; TRUNCATE is a right of its own
CREATE ROLE guard_utility_user;
GRANT USAGE ON SCHEMA guard_utility TO guard_utility_user;
SET ROLE guard_utility_user;
TRUNCATE child;
LOCK TABLE child;
SET client_min_messages = error;  -- a warning that each major words otherwise
VACUUM FULL child;
SET client_min_messages = warning;
RESET ROLE;
GRANT TRUNCATE ON child TO guard_utility_user;
SET ROLE guard_utility_user;
TRUNCATE child;
RESET ROLE;
REVOKE ALL ON SCHEMA guard_utility FROM guard_utility_user;
REVOKE ALL ON child FROM guard_utility_user;

-- explicit-lock-table
\set VERBOSITY default
BEGIN;
LOCK TABLE child IN SHARE MODE;
LOCK TABLE child;
ROLLBACK;
\set VERBOSITY terse
BEGIN;
LOCK TABLE child IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE child IN ACCESS SHARE MODE NOWAIT;
ROLLBACK;
-- LOCK TABLE comes before the snapshot of the transaction: judging it must not take one
BEGIN ISOLATION LEVEL REPEATABLE READ;
LOCK TABLE child;
LOCK TABLE parent;
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
ROLLBACK;
DELETE FROM schema_audit.ddl_log;

-- vacuum-full-or-cluster: by size
INSERT INTO child SELECT id FROM parent;
CREATE INDEX ON parent (v);
VACUUM FULL parent;
CLUSTER parent USING parent_pkey;
VACUUM parent;
ANALYZE parent;
VACUUM (FULL false) parent;
SELECT * FROM seen();
DELETE FROM schema_audit.ddl_log;
SET schema_audit.min_rows = 100;
ANALYZE parent;
\set VERBOSITY default
VACUUM FULL parent;
\set VERBOSITY terse
VACUUM (FULL, ANALYZE) parent, empty;
CLUSTER parent;
CLUSTER;
VACUUM FULL empty;
BEGIN;
VACUUM FULL empty;
ROLLBACK;
SET schema_audit.override = 'at night';
VACUUM FULL parent;
RESET schema_audit.override;
SELECT * FROM seen();
DELETE FROM schema_audit.ddl_log;
-- reindex-blocking: fires with or without an event, and once; an event tells of indexes that were built
CREATE INDEX ON empty (id);
REINDEX TABLE parent;
REINDEX INDEX parent_pkey;
REINDEX TABLE empty;
REINDEX TABLE CONCURRENTLY parent;
SELECT tag, decision, rule, count(*) FROM seen('REINDEX%') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
RESET schema_audit.min_rows;
DELETE FROM schema_audit.ddl_log;

-- what belongs to the whole server
CREATE ROLE guard_utility_other PASSWORD 'very-secret';
ALTER ROLE guard_utility_other SET work_mem = '8MB';
GRANT guard_utility_user TO guard_utility_other;
ALTER ROLE guard_utility_other RENAME TO guard_utility_third;
COMMENT ON ROLE guard_utility_third IS 'x';
REASSIGN OWNED BY guard_utility_third TO CURRENT_USER;
ALTER SYSTEM SET work_mem = '8MB';
ALTER SYSTEM RESET work_mem;
CREATE DATABASE guard_utility_database;
GRANT CONNECT ON DATABASE guard_utility_database TO guard_utility_third;
ALTER DATABASE guard_utility_database SET work_mem = '8MB';
\set VERBOSITY default
DROP DATABASE guard_utility_database;
DROP ROLE guard_utility_third, guard_utility_user;
\set VERBOSITY terse
DROP DATABASE IF EXISTS guard_utility_database;
DROP ROLE IF EXISTS guard_utility_user;
DROP TABLESPACE guard_utility_nowhere;
BEGIN;
CREATE ROLE guard_utility_passing;
DROP ROLE guard_utility_passing;
COMMIT;
SELECT * FROM seen();
SELECT statement FROM schema_audit.ddl_log WHERE statement LIKE '%PASSWORD%';
DELETE FROM schema_audit.ddl_log;

-- what a function of the server runs inside is no statement of anybody
CREATE MATERIALIZED VIEW view AS SELECT id FROM parent;
CREATE UNIQUE INDEX ON view (id);
REFRESH MATERIALIZED VIEW CONCURRENTLY view;
SELECT tag FROM seen() WHERE tag LIKE 'TRUNCATE%' OR tag LIKE 'VACUUM%';

-- lint() knows them all
SELECT statement_no, severity, rule, object_identity FROM schema_audit.lint($$
TRUNCATE guard_utility.parent CASCADE;
LOCK TABLE guard_utility.parent;
LOCK TABLE guard_utility.parent IN ROW SHARE MODE;
VACUUM FULL guard_utility.parent;
CLUSTER guard_utility.parent;
REINDEX TABLE guard_utility.parent;
DROP DATABASE nowhere;
DROP ROLE nobody;
DROP EVENT TRIGGER zz_schema_audit_guard_end;
ALTER EVENT TRIGGER schema_audit_guard_start ENABLE;
ALTER EVENT TRIGGER schema_audit_guard_start ENABLE ALWAYS;
ALTER EVENT TRIGGER schema_audit_guard_start RENAME TO other;
ALTER ROLE postgres SET schema_audit.mode = 'off';
GRANT SET ON PARAMETER schema_audit.mode TO PUBLIC;
DROP EXTENSION schema_audit CASCADE;
CREATE TABLE made (id integer);
TRUNCATE made;
$$) WHERE rule NOT LIKE 'lock-timeout%';
SELECT schema_audit.disable();
SELECT rule FROM schema_audit.lint('DROP EVENT TRIGGER zz_schema_audit_guard_end; DROP EXTENSION schema_audit CASCADE; ALTER SYSTEM SET schema_audit.mode = off');
TRUNCATE child;
SELECT * FROM seen('TRUNCATE%');
DROP SCHEMA guard_utility CASCADE;
RESET lock_timeout;
RESET search_path;
RESET client_min_messages;
