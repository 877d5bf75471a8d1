-- A log that cannot be written fails nobody's DDL: the server log has the row, and it is counted.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
CREATE SCHEMA guard_log_broken;
SET search_path = guard_log_broken;
SELECT schema_audit.enable();
SELECT skipped AS skipped_before FROM schema_audit.log_stats() \gset
CREATE TEMPORARY TABLE mark AS SELECT coalesce(max(id), 0) AS id FROM schema_audit.ddl_log;
-- a constraint by hand
ALTER TABLE schema_audit.ddl_log ADD CONSTRAINT by_hand CHECK (object_identity IS NULL OR object_identity NOT LIKE 'guard_log_broken.%');
CREATE TABLE t (id integer);
BEGIN;
ALTER TABLE t ADD COLUMN a integer;
ALTER TABLE t ADD COLUMN b integer;
COMMIT;
-- the check at commit judges all the same
BEGIN;
ALTER TABLE t ADD COLUMN bad integer NOT NULL;
COMMIT;
SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum;
-- fail_closed: then the commit fails
SET schema_audit.fail_closed = on;
ALTER TABLE t ADD COLUMN never integer;
RESET schema_audit.fail_closed;
ALTER TABLE schema_audit.ddl_log DROP CONSTRAINT by_hand;
-- a sequence set back
SELECT last_value AS last FROM schema_audit.ddl_log_id_seq \gset
SELECT setval('schema_audit.ddl_log_id_seq', (SELECT greatest(id, 1) FROM mark), false) IS NOT NULL AS set_back;
ALTER TABLE t ADD COLUMN c integer;
SELECT setval('schema_audit.ddl_log_id_seq', :last) = :last AS mended;
ALTER TABLE t ADD COLUMN d integer;
-- an index by hand that cannot take the row
CREATE FUNCTION fails(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF $1 LIKE '%unwri' || 'table%' THEN RAISE 'fails'; END IF; RETURN $1; END $$;
CREATE INDEX by_hand ON schema_audit.ddl_log (guard_log_broken.fails(statement));
ALTER TABLE t ADD COLUMN unwritable integer;
DROP INDEX schema_audit.by_hand;
-- one transaction renames the log away: nothing of it is written, nothing fails
BEGIN;
CREATE TABLE before_it (id integer);
ALTER TABLE schema_audit.ddl_log RENAME TO ddl_log_away;
CREATE TABLE after_it (id integer);
COMMIT;
ALTER TABLE schema_audit.ddl_log_away RENAME TO ddl_log;
SELECT command_tag, object_identity, statement FROM schema_audit.ddl_log
 WHERE id > (SELECT id FROM mark) AND object_identity LIKE 'guard_log_broken.%' AND decision <> 'rejected' ORDER BY id;
SELECT skipped - :skipped_before AS skipped FROM schema_audit.log_stats();

SELECT schema_audit.disable();
DROP SCHEMA guard_log_broken CASCADE;
RESET search_path;
RESET client_min_messages;
