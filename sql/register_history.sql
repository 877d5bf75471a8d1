-- Registering again replaces the model; what was before is kept.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
SELECT schema_audit.register_ddl('register_history', 'CREATE TYPE mood AS ENUM (''a''); CREATE TABLE a (id int PRIMARY KEY, m mood, t text DEFAULT ''x''); CREATE INDEX ON a (t)', 'v1', '{shop}');
SELECT jsonb_pretty(schema_audit.model_json('register_history') - 'server_version');
SELECT schema_audit.model_json('register_history') AS before \gset
SELECT schema_audit.register_ddl('register_history', 'CREATE TABLE b (id int)', 'v2', '{shop}');
SELECT table_name FROM schema_audit.model_table WHERE model = 'register_history';
SELECT version, registered_by = current_user AS by_us, document = :'before'::jsonb AS same FROM schema_audit.model_history WHERE model = 'register_history';
-- a registration that fails changes nothing
SELECT schema_audit.register_ddl('register_history', 'CREATE TABLE c (id nosuchtype)', 'v3', '{shop}');
SELECT version FROM schema_audit.model WHERE model = 'register_history';
SELECT schema_audit.unregister('register_history');
SELECT schema_audit.unregister('register_history');
SELECT schema_audit.unregister(NULL);
SELECT schema_audit.model_json('register_history');
SELECT version, document ->> 'model_version' AS document_version FROM schema_audit.model_history WHERE model = 'register_history' ORDER BY replaced_at;
DELETE FROM schema_audit.model_history WHERE model LIKE 'register%';
