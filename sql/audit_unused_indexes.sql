-- unused-index: told where it is asked for, and where the statistics and the log tell for long enough.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA audit_unused;
SET search_path = audit_unused, public;
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer, c integer, d integer UNIQUE);
CREATE TABLE foreign_to_models (a integer);
SELECT schema_audit.register_ddl('unused', 'CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer, c integer, d integer UNIQUE); CREATE INDEX t_a ON t (a); CREATE INDEX t_b ON t (b); CREATE INDEX t_c ON t (c)', schemas => NULL) > 0 AS registered;
CREATE INDEX t_a ON t (a);
CREATE INDEX t_b ON t (b);
CREATE INDEX foreign_a ON foreign_to_models (a);
CREATE FUNCTION told() RETURNS TABLE (severity text, rule text, table_name text, object_name text, message text, fix text) LANGUAGE sql AS $$
    SELECT severity, rule, table_name, object_name, regexp_replace(message, '\d{4}-\d\d-\d\d', '…'), fix FROM audit_schema(min_severity => 'info') WHERE rule IN ('unused-index', 'suppression-unused') ORDER BY object_name $$;
-- off by default
SELECT * FROM told();
SET schema_audit.unused_index_age = '1s';
-- without the guard nobody knows how old an index is
SELECT * FROM told();
\set VERBOSITY terse
SELECT schema_audit.enable();
CREATE INDEX t_c ON t (c);
SELECT pg_stat_force_next_flush();
-- a recent guard, or a recent log, does not know either
SET schema_audit.unused_index_age = '1h';
SELECT * FROM told();
SET schema_audit.unused_index_age = '3s';
SELECT pg_sleep(3.1);
SELECT object_name FROM told();
-- what has been used is not told, nor what the log says to be recent
SET enable_seqscan = off;
SELECT count(*) FROM t WHERE b = 1;
RESET enable_seqscan;
SELECT pg_stat_force_next_flush();
DROP INDEX t_c;
CREATE INDEX t_c ON t (c);
SELECT * FROM told();
-- accepted like every finding
INSERT INTO schema_audit.suppression (rule, object_pattern, reason) VALUES ('unused-index', 't_a', 'the report of the year');
SELECT * FROM told();
DELETE FROM schema_audit.suppression;
SELECT count(*) FROM audit_schema(tables => 't', min_severity => 'info') WHERE rule = 'unused-index';
SELECT schema_audit.disable();
SELECT schema_audit.unregister('unused');
DELETE FROM schema_audit.ddl_log;
SET client_min_messages = error;
DROP SCHEMA audit_unused CASCADE;
