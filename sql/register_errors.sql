-- What fails names its line and text, keeps SQLSTATE and hint, and registers nothing.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
\set VERBOSITY default
\set SHOW_CONTEXT never
\set ON_ERROR_STOP off
CREATE FUNCTION pg_temp.attempt(ddl text, schemas text[] = '{shop}') RETURNS TABLE (state text, message text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM schema_audit.register_ddl('register_errors', ddl, schemas => schemas);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT;
END$$;
\x on
SELECT * FROM pg_temp.attempt(E'CREATE TABLE a (id int);\n\n-- comment; with more\nCREATE TABLE b (\n  x nosuchtype,\n  y int\n);\nCREATE TABLE c ();');
SELECT * FROM pg_temp.attempt(E'CREATE TABLE a (id int);\nCREATE TABLE b (id int\nCREATE TABLE c (id int);');
SELECT * FROM pg_temp.attempt(E'CREATE TABLE a (id int);\n\\connect x\nCREATE TABLE a (id int);');
SELECT * FROM pg_temp.attempt(E'CREATE TABLE "ö" (id int);\n\nCREATE TABLE x (\n  id int,\n  CHECK (nope > 1));');
SELECT * FROM pg_temp.attempt(E'CREATE INDEX i ON other.missing (id)');
SELECT * FROM pg_temp.attempt(E'CREATE TABLE a (id int DEFAULT nextval(''missing_seq''))');
SELECT * FROM pg_temp.attempt(E'CREATE TABLE a (id int REFERENCES b(x, y))');
SELECT * FROM pg_temp.attempt(E'CREATE TABLE a (FOREIGN KEY (nope) REFERENCES b(x))');
SELECT * FROM pg_temp.attempt(E'CREATE TABLE a (id int); ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES b; ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES b');
SELECT * FROM pg_temp.attempt(E'ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES b');
SELECT * FROM pg_temp.attempt(E'CREATE TABLE a (id int); COMMENT ON COLUMN a.nope IS ''x''');
SELECT * FROM pg_temp.attempt('CREATE TABLE a (t text CHECK (t <> ''' || repeat('x', 300) || ''' AND nope > 1))');
-- kinds that no model can hold
SELECT * FROM pg_temp.attempt('CREATE TEMP TABLE a (id int)');
SELECT * FROM pg_temp.attempt('SELECT 1 AS a INTO b');
SELECT * FROM pg_temp.attempt('CREATE TABLESPACE x LOCATION ''/tmp''');
SELECT * FROM pg_temp.attempt('CREATE TABLE pg_catalog.mine (id int)');
SELECT * FROM pg_temp.attempt('ALTER TABLE pg_class ADD COLUMN x int');
SELECT * FROM pg_temp.attempt('DROP TABLE pg_catalog.pg_class');
SELECT * FROM pg_temp.attempt('EXPLAIN SELECT 1');
-- an empty search_path: what the DDL names with its schema is taken, the server would create nothing else
SELECT * FROM pg_temp.attempt('SET search_path = ''''; CREATE TABLE public.a (id int); CREATE TABLE b (id int)');
SELECT * FROM pg_temp.attempt('SELECT pg_catalog.set_config(''search_path'', '''', false); CREATE TYPE mood AS ENUM (''a'')', '{public}');
SELECT * FROM pg_temp.attempt('SET search_path = ''''; CREATE SCHEMA s CREATE TABLE a (id int); CREATE VIEW v AS SELECT 1');
SELECT * FROM pg_temp.attempt('SET search_path = ''''; CREATE TABLE public.a (id int); CREATE INDEX ON public.a (id); RESET search_path; CREATE TABLE b (id int)');
SELECT * FROM pg_temp.attempt('SET search_path = "$user"; CREATE TABLE a (id int)');
-- names that no schema or table can have, and schemas that are the server's
SELECT * FROM pg_temp.attempt('CREATE TABLE a (id int)', ARRAY[repeat('x', 64)]);
SELECT * FROM pg_temp.attempt('CREATE TABLE a (id int)', ARRAY[repeat('x', 63)]);
SELECT schema_audit.register_ddl('register_errors', 'CREATE TABLE a (id int)', annotations => jsonb_build_object('search_path', jsonb_build_array(repeat('x', 64))));
SELECT schema_audit.register_ddl('register_errors', 'CREATE TABLE a (id int)', annotations => jsonb_build_object('tables', jsonb_build_object(repeat('x', 64), '{"managed": false}'::jsonb)));
SELECT schema_audit.register_ddl('register_errors', 'CREATE TABLE a (id int)', annotations => '{"tables": {"public.": {"managed": false}}}');
SELECT schema_audit.register_ddl('register_errors', 'CREATE TABLE a (id int)', annotations => jsonb_build_object('tables', jsonb_build_object(repeat('s', 63) || '.' || repeat('x', 63), '{"managed": false}'::jsonb)));
SELECT * FROM pg_temp.attempt('CREATE TABLE a (id int)', '{pg_catalog}');
SELECT schema_audit.unregister('register_errors');
-- nothing to register
SELECT * FROM pg_temp.attempt('');
SELECT * FROM pg_temp.attempt(NULL);
SELECT * FROM pg_temp.attempt(E'-- nothing\nSET x.y = 1; SELECT 1;');
SELECT * FROM pg_temp.attempt('CREATE TABLE a (id int); DROP TABLE a;');
SELECT * FROM pg_temp.attempt('CREATE TABLE a (id int)', '{a,NULL}');
SELECT * FROM pg_temp.attempt('CREATE TABLE a (id int)', '{""}');
SELECT schema_audit.register_ddl(NULL, 'CREATE TABLE a (id int)');
SELECT schema_audit.register_ddl('', 'CREATE TABLE a (id int)');
SELECT count(*) FROM schema_audit.model WHERE model = 'register_errors';
