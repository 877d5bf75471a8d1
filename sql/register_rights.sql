-- Everything runs with the caller's rights: the tables of the models decide who may register.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
CREATE ROLE register_nobody;
CREATE ROLE register_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON schema_audit.model, schema_audit.model_table, schema_audit.model_column, schema_audit.model_constraint,
    schema_audit.model_index, schema_audit.model_object, schema_audit.model_history TO register_writer;
SET ROLE register_nobody;
SELECT schema_audit.register_ddl('register_rights', 'CREATE TABLE a (id int)', schemas => '{shop}');
SELECT schema_audit.register_schema('register_rights', '{public}');
SELECT schema_audit.unregister('register_rights');
-- no right on the database is needed, and none is lent
SET ROLE register_writer;
SELECT schema_audit.register_ddl('register_rights', 'CREATE TABLE a (id serial PRIMARY KEY)', schemas => '{shop}');
SELECT registered_by FROM schema_audit.model WHERE model = 'register_rights';
SELECT schema_audit.register_ddl('register_rights', 'CREATE FUNCTION f() RETURNS int LANGUAGE c AS ''x'', ''y''', schemas => '{shop}');
SELECT schema_audit.unregister('register_rights');
RESET ROLE;
DROP OWNED BY register_writer;
DROP ROLE register_nobody, register_writer;
