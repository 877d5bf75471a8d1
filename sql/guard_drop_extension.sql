-- DROP EXTENSION with the guard enabled says what to do, with CASCADE too; an override takes the guard away.
SET client_min_messages = warning;
\set home :DBNAME
CREATE DATABASE guard_drop_extension;
\c guard_drop_extension
SET client_min_messages = warning;
CREATE EXTENSION schema_audit;
CREATE EXTENSION schema_audit;
SELECT schema_audit.enable();
DROP EXTENSION schema_audit;
BEGIN;
SELECT schema_audit.disable();
DROP EXTENSION schema_audit;
ROLLBACK;
SELECT count(*) FROM pg_event_trigger;
CREATE TABLE t (id integer);
ALTER TABLE t ADD COLUMN a integer NOT NULL;
DROP EXTENSION schema_audit CASCADE;
SELECT count(*) FROM pg_event_trigger;
SET schema_audit.override = 'test';
DROP EXTENSION schema_audit CASCADE;
RESET schema_audit.override;
SELECT count(*) FROM pg_event_trigger;
ALTER TABLE t ADD COLUMN a integer NOT NULL;
-- and again, in the same session
CREATE EXTENSION schema_audit;
SELECT schema_audit.enable();
\set VERBOSITY terse
ALTER TABLE t ADD COLUMN b integer NOT NULL;
-- somebody else's event triggers are dropped: the guard is silent, and enable() mends it
SET schema_audit.override = 'test';
DROP EVENT TRIGGER zz_schema_audit_guard_end;
ALTER EVENT TRIGGER schema_audit_guard_start DISABLE;
RESET schema_audit.override;
ALTER TABLE t ADD COLUMN b integer NOT NULL;
SELECT schema_audit.enable();
SELECT evtname, evtenabled FROM pg_event_trigger ORDER BY 1;
ALTER TABLE t ADD COLUMN c integer NOT NULL;
SELECT schema_audit.disable();
DROP EXTENSION schema_audit;
\c :home
DROP DATABASE guard_drop_extension;
