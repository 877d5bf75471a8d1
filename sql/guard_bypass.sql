-- Ways around the guard: closed where they can be, otherwise told by the audit. An audit of a healthy guard says nothing.
\set VERBOSITY terse
SET client_min_messages = warning;
\set home :DBNAME
CREATE DATABASE guard_bypass;
\c guard_bypass
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION schema_audit;
CREATE TABLE t (id integer PRIMARY KEY);
SELECT schema_audit.register_schema('m', '{public}');
CREATE FUNCTION findings() RETURNS TABLE (severity text, rule text, object_type text, object_name text, expected text, actual text, message text, fix text)
    LANGUAGE sql AS $$ SELECT severity, rule, object_type, object_name, expected, actual, message, fix
                       FROM audit_schema(min_severity => 'info') WHERE rule LIKE 'guard-%' $$;
CREATE ROLE guard_bypass_user;
ALTER ROLE guard_bypass_user SET schema_audit.mode = 'off';
-- never enabled: nothing to tell
SELECT * FROM findings();
ALTER ROLE guard_bypass_user RESET schema_audit.mode;
SELECT schema_audit.enable();
SELECT * FROM findings();

-- tampering is rejected where the library is loaded
\set VERBOSITY default
ALTER EVENT TRIGGER schema_audit_guard_start DISABLE;
ALTER EVENT TRIGGER schema_audit_guard_start ENABLE;
\set VERBOSITY terse
ALTER EVENT TRIGGER zz_schema_audit_guard_end ENABLE REPLICA;
ALTER EVENT TRIGGER zz_schema_audit_guard_end RENAME TO gone;
ALTER EVENT TRIGGER zz_schema_audit_guard_end ENABLE ALWAYS;
DROP EVENT TRIGGER zz_schema_audit_guard_drop;
DROP EVENT TRIGGER IF EXISTS nothing_of_ours;
DROP EXTENSION schema_audit CASCADE;
SELECT command_tag, object_type, object_identity, decision, rule FROM schema_audit.ddl_log WHERE decision <> 'rejected' ORDER BY id;
SELECT count(*) FROM findings();

-- with an override it is done, and logged
BEGIN;
SET LOCAL schema_audit.override = 'test';
ALTER EVENT TRIGGER schema_audit_guard_start DISABLE;
ALTER EVENT TRIGGER zz_schema_audit_guard_drop ENABLE;
ALTER EVENT TRIGGER zz_schema_audit_guard_rewrite RENAME TO gone;
COMMIT;
SELECT command_tag, object_identity, decision, rule, reason FROM schema_audit.ddl_log WHERE decision = 'overridden' ORDER BY id;
SELECT * FROM findings();
-- the hook still judges
ALTER EVENT TRIGGER zz_schema_audit_guard_end DISABLE;
-- what an audit suggests is let through, and mends it
ALTER EVENT TRIGGER schema_audit_guard_start ENABLE ALWAYS;
SELECT severity, rule, object_name FROM findings();
SELECT schema_audit.enable('enforce');
SELECT * FROM findings();
DROP EVENT TRIGGER gone;

-- the same session is told that the answer has changed
SET schema_audit.override = 'test';
DROP EVENT TRIGGER zz_schema_audit_guard_end;
RESET schema_audit.override;
SELECT severity, rule, object_name FROM findings();
CREATE FUNCTION nothing() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER zz_schema_audit_guard_end ON ddl_command_end EXECUTE FUNCTION nothing();
SELECT * FROM findings();
DROP EVENT TRIGGER zz_schema_audit_guard_end; SELECT schema_audit.enable('enforce');
SELECT * FROM findings();

-- without its row the guard is half of one
DELETE FROM schema_audit.guard;
SELECT * FROM findings();
SELECT schema_audit.enable('warn');

-- stored settings, those of this database alone
CREATE DATABASE guard_bypass_other;
\set VERBOSITY default
ALTER ROLE guard_bypass_user SET schema_audit.mode = 'off';
\set VERBOSITY terse
ALTER ROLE guard_bypass_user IN DATABASE guard_bypass SET session_replication_role = 'replica';
ALTER ROLE guard_bypass_user IN DATABASE guard_bypass_other SET schema_audit.mode = 'off';
ALTER DATABASE guard_bypass SET schema_audit.override = 'always';
ALTER DATABASE guard_bypass_other SET schema_audit.mode = 'off';
ALTER ROLE guard_bypass_user SET schema_audit.min_rows = 10;
SELECT severity, object_name, actual, message, fix FROM findings();
-- stricter than the database: PGOPTIONS escapes it while the library is not preloaded
ALTER DATABASE guard_bypass SET schema_audit.mode = 'enforce';
SELECT severity, object_name, message, fix FROM findings() WHERE object_name LIKE '%mode of DATABASE%';
ALTER DATABASE guard_bypass RESET ALL;
ALTER ROLE guard_bypass_user RESET ALL;
ALTER ROLE guard_bypass_user IN DATABASE guard_bypass RESET ALL;
SELECT * FROM findings();
DROP DATABASE guard_bypass_other;

-- who may set them
\set VERBOSITY default
GRANT SET ON PARAMETER schema_audit.mode, session_replication_role TO guard_bypass_user;
\set VERBOSITY terse
GRANT SET ON PARAMETER schema_audit.override, work_mem TO guard_bypass_user;
GRANT ALTER SYSTEM ON PARAMETER schema_audit.min_bytes TO PUBLIC;
SELECT severity, object_name, message, fix FROM findings();
INSERT INTO schema_audit.suppression (rule, object_pattern, reason) VALUES ('guard-bypassed', 'schema_audit.% by guard_bypass_user', 'deploys');
SELECT severity, object_name FROM findings();
SELECT rule, object_name FROM audit_schema(schemas => '{public}', min_severity => 'info') WHERE rule LIKE 'guard-%';
DELETE FROM schema_audit.suppression;
REVOKE ALL ON PARAMETER schema_audit.mode, session_replication_role, schema_audit.override, work_mem FROM guard_bypass_user;
REVOKE ALL ON PARAMETER schema_audit.min_bytes FROM PUBLIC;
SELECT * FROM findings();

-- this session
SET schema_audit.mode = 'off';
SELECT severity, object_name, expected, actual, message FROM findings();
RESET schema_audit.mode;
-- session_replication_role does not put an ENABLE ALWAYS trigger to sleep, nor the checks of the policy
SELECT schema_audit.enable();
SET session_replication_role = 'replica';
ALTER TABLE t ADD COLUMN required integer NOT NULL;
INSERT INTO schema_audit.rule_setting (rule, action, reason) VALUES ('no-such-rule', 'off', 'x');
RESET session_replication_role;
SELECT * FROM findings();
SELECT expects_preload, schema_audit.is_preloaded() FROM schema_audit.guard;

-- what was preloaded when it was enabled
UPDATE schema_audit.guard SET expects_preload = true;
SELECT * FROM findings();
SELECT schema_audit.disable();
DROP EXTENSION schema_audit CASCADE;
\c :home
SET client_min_messages = warning;
DROP DATABASE guard_bypass;
DROP ROLE guard_bypass_user;
