-- Passwords in DDL do not reach the log; an exemption names one table; register_ddl is nobody's DDL; a policy
-- changed by a replica is read again.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
CREATE SCHEMA guard_secrets;
SET search_path = guard_secrets;
SELECT schema_audit.enable();
CREATE TEMPORARY TABLE mark AS SELECT coalesce(max(id), 0) AS id FROM schema_audit.ddl_log;
CREATE FOREIGN DATA WRAPPER guard_secrets;
CREATE SERVER guard_secrets FOREIGN DATA WRAPPER guard_secrets;
CREATE USER MAPPING FOR CURRENT_USER SERVER guard_secrets OPTIONS (user 'u', password 'very-secret');
ALTER USER MAPPING FOR CURRENT_USER SERVER guard_secrets OPTIONS (SET password 'very-secret');
SET client_min_messages = error;  -- it is not connected
CREATE SUBSCRIPTION guard_secrets CONNECTION 'host=nowhere password=very-secret' PUBLICATION p WITH (connect = false, slot_name = NONE);
SET client_min_messages = warning;
ALTER SUBSCRIPTION guard_secrets CONNECTION 'postgresql://u:very-secret@nowhere/d';
DO $$ BEGIN
    EXECUTE 'CREATE ROLE guard_secrets_role PASSWORD ''very-secret''';
    CREATE TABLE guard_secrets.by_do (id integer);
END $$;
SELECT count(*) FILTER (WHERE statement LIKE '%very-secret%') AS told, count(*) FROM schema_audit.ddl_log WHERE id > (SELECT id FROM mark);
SELECT statement FROM schema_audit.ddl_log WHERE id > (SELECT id FROM mark) AND command_tag LIKE '%MAPPING%' ORDER BY id;

-- pasted, the HINT lets this table pass, and no other whose name looks alike
CREATE TABLE a_b (id integer);
CREATE TABLE axb (id integer);
CREATE TABLE "a\b%" (id integer);
\set VERBOSITY default
ALTER TABLE a_b ADD COLUMN c integer NOT NULL;
ALTER TABLE "a\b%" ADD COLUMN c integer NOT NULL;
\set VERBOSITY terse
INSERT INTO schema_audit.rule_setting (rule, schema_pattern, table_pattern, action, reason, expires_at) VALUES
    ('add-column-not-null-no-default', E'guard\\_secrets', E'a\\_b', 'log', 'why', now() + interval '7 days'),
    ('add-column-not-null-no-default', E'guard\\_secrets', E'a\\\\b\\%', 'log', 'why', now() + interval '7 days');
ALTER TABLE a_b ADD COLUMN c integer NOT NULL;
ALTER TABLE "a\b%" ADD COLUMN c integer NOT NULL;
ALTER TABLE axb ADD COLUMN c integer NOT NULL;
-- read again although the triggers of an ordinary table sleep
SET session_replication_role = replica;
DELETE FROM schema_audit.rule_setting;
RESET session_replication_role;
ALTER TABLE a_b ADD COLUMN d integer NOT NULL;

-- a model is no DDL of this database, whatever it holds and whatever its functions do
SELECT max(id) AS before FROM schema_audit.ddl_log \gset
SELECT schema_audit.register_ddl('guard_secrets', 'CREATE TABLE m (id integer); ALTER TABLE m ADD COLUMN a integer NOT NULL;
    ALTER TABLE m ADD COLUMN b integer NOT NULL DEFAULT 1; ALTER TABLE m ALTER COLUMN b DROP DEFAULT;', schemas => '{guard_secrets}');
SELECT count(*) FROM schema_audit.ddl_log WHERE id > :before AND decision <> 'rejected';
SELECT schema_audit.unregister('guard_secrets');

DROP SUBSCRIPTION guard_secrets;
SELECT schema_audit.disable();
DROP SCHEMA guard_secrets CASCADE;
DROP FOREIGN DATA WRAPPER guard_secrets CASCADE;
DROP ROLE guard_secrets_role;
RESET search_path;
RESET client_min_messages;
