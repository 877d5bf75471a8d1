-- Which schema an unqualified name belongs to.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
CREATE SCHEMA register_path;
SET search_path = register_path, public;
CREATE FUNCTION pg_temp.tables(ddl text, schemas text[] = NULL, annotations jsonb = NULL) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT schema_audit.register_ddl('register_path', ddl, NULL, schemas, annotations)::text;
    SELECT schema_name || '.' || table_name FROM schema_audit.model_table WHERE model = 'register_path'
    UNION ALL SELECT 'governs ' || governed_schemas::text FROM schema_audit.model WHERE model = 'register_path'
    UNION ALL SELECT constraint_name || ' -> ' || referenced_schema || '.' || referenced_table FROM schema_audit.model_constraint WHERE model = 'register_path' AND kind = 'foreign key'
    ORDER BY 1
$$;
SELECT pg_temp.tables('CREATE TABLE a (id int); CREATE TABLE public.b (id int)');
SELECT pg_temp.tables('CREATE TABLE a (id int); CREATE TABLE public.b (id int)', '{one,two}');
SELECT pg_temp.tables('CREATE TABLE a (id int)', NULL, '{"search_path": ["three"]}');
SELECT pg_temp.tables('CREATE TABLE a (id int)', '{one}', '{"search_path": ["three"]}');
-- SET search_path moves what follows; a reference finds the table where it is
SELECT pg_temp.tables('CREATE TABLE a (id int PRIMARY KEY); SET search_path = later, one; CREATE TABLE b (id int REFERENCES a, c int REFERENCES nowhere);
    RESET search_path; CREATE TABLE c (id int)', '{one}');
SELECT pg_temp.tables('SELECT pg_catalog.set_config(''search_path'', ''later'', false); CREATE TABLE b (id int)', '{one}');
-- an outside table is taken to be where it lives
CREATE TABLE public.register_path_live (id int PRIMARY KEY);
SELECT pg_temp.tables('CREATE TABLE a (id int REFERENCES register_path_live)', '{one,public}');
-- CREATE SCHEMA with its elements
SELECT pg_temp.tables('CREATE SCHEMA four CREATE TABLE a (id int PRIMARY KEY) CREATE VIEW v AS SELECT id FROM a CREATE TABLE b (id int REFERENCES four.a); CREATE TABLE c (id int)', '{one}');
-- no schema of the path exists
SET search_path = nowhere;
SELECT pg_temp.tables('CREATE TABLE a (id int)');
RESET search_path;
SELECT schema_audit.unregister('register_path');
DROP TABLE public.register_path_live;
DROP SCHEMA register_path;
