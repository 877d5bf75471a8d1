-- Live schemas become a model.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
CREATE SCHEMA register_one;
CREATE SCHEMA register_two;
CREATE TABLE register_one.a (id int PRIMARY KEY, s serial);
CREATE TABLE register_two.b (id int REFERENCES register_one.a);
SELECT schema_audit.register_schema('register_schema', '{register_one,register_two}', 'v1');
SELECT version, source, governed_schemas FROM schema_audit.model WHERE model = 'register_schema';
SELECT schema_name, table_name FROM schema_audit.model_table WHERE model = 'register_schema' ORDER BY 1, 2;
SELECT constraint_name, referenced_schema, referenced_table FROM schema_audit.model_constraint WHERE model = 'register_schema' AND kind = 'foreign key';
SELECT schema_audit.register_schema('register_schema', '{register_one,nowhere,"no where"}');
SELECT schema_audit.register_schema('register_schema', '{}');
SELECT schema_audit.register_schema('register_schema', '{register_one,NULL}');
SELECT schema_audit.register_schema('register_schema', '{register_one,pg_catalog}');
SELECT schema_audit.register_schema('register_schema', '{information_schema}');
SELECT schema_audit.register_schema('register_schema', '{pg_toast}');
SELECT schema_audit.register_schema('register_schema', '{pg_temp}');
SELECT schema_audit.register_schema('register_schema', NULL) > 0;
SELECT governed_schemas && '{register_one,register_two}' AS ours, governed_schemas && '{pg_catalog,information_schema,schema_audit}' AS others
  FROM schema_audit.model WHERE model = 'register_schema';
SELECT schema_audit.unregister('register_schema');
SET client_min_messages = warning;
DROP SCHEMA register_one, register_two CASCADE;
