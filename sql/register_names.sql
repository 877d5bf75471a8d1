-- Names with quotes, dots, line breaks and letters beyond ASCII; names that are too long.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
\set SHOW_CONTEXT never
SELECT schema_audit.register_ddl('register "names"', $ddl$
CREATE SCHEMA "Ünder.Schéma ""q"" 'x'";
CREATE TYPE "Ünder.Schéma ""q"" 'x'"."Größe" AS ENUM ('a''b', 'ö');
CREATE SEQUENCE "Ünder.Schéma ""q"" 'x'"."a.b ""seq""";
CREATE TABLE "Ünder.Schéma ""q"" 'x'"."Tab.le
two ""lines""" (
    "select" "Ünder.Schéma ""q"" 'x'"."Größe" DEFAULT 'ö'::"Ünder.Schéma ""q"" 'x'"."Größe",
    "a.b" integer DEFAULT nextval('"Ünder.Schéma ""q"" ''x''"."a.b ""seq"""'::regclass) PRIMARY KEY,
    "日本" integer REFERENCES "Els.where"."T ""x""" ("c.d"),
    "schema_audit_scratch_" text
);
CREATE INDEX "i.x" ON "Ünder.Schéma ""q"" 'x'"."Tab.le
two ""lines""" ("日本" DESC);
CREATE TABLE a_name_that_is_longer_than_sixty_three_bytes_and_therefore_is_cut_off (id integer);
$ddl$, schemas => ARRAY['Ünder.Schéma "q" ''x''']);
SELECT schema_name, table_name FROM schema_audit.model_table WHERE model = 'register "names"' ORDER BY 2;
SELECT column_name, data_type, default_expression, owns_sequence FROM schema_audit.model_column WHERE model = 'register "names"' ORDER BY table_name, position;
SELECT constraint_name, columns, referenced_schema, referenced_table, referenced_columns FROM schema_audit.model_constraint WHERE model = 'register "names"' ORDER BY 1;
SELECT index_name, keys FROM schema_audit.model_index WHERE model = 'register "names"';
SELECT schema_audit.register_ddl('register "names"', E'CREATE TABLE "Tab.le\ntwo ""lines"" ö" (id int);\nCREATE TABLE "Tab.le\ntwo ""lines"" ö" (id int);');
SELECT schema_audit.unregister('register "names"');
