-- lint(): what the guard would say of a text, with the tables that are there; nothing of it runs.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA lint;
SET search_path = lint, public;
CREATE TABLE orders (id integer PRIMARY KEY, name text NOT NULL DEFAULT 'x', note text);
CREATE TABLE small (id integer);
INSERT INTO orders SELECT i FROM generate_series(1, 2000) AS i;
ANALYZE orders;
SET schema_audit.min_rows = 1000;
-- Django's pair: the end of the transaction is judged
SELECT line, statement_no, severity, rule, object_identity, message, fix FROM schema_audit.lint($$BEGIN;
--
-- Add field is_active to order
--
ALTER TABLE "orders" ADD COLUMN "is_active" boolean DEFAULT true NOT NULL;
ALTER TABLE "orders" ALTER COLUMN "is_active" DROP DEFAULT;
COMMIT;
$$) WHERE severity = 'error' \gx
-- the same over two migrations, and mended in time
SELECT line, severity, rule, object_identity FROM schema_audit.lint($$ALTER TABLE orders ADD COLUMN a text DEFAULT 'it''s' NOT NULL;
ALTER TABLE orders ALTER COLUMN a DROP DEFAULT;$$) WHERE severity = 'error';
SELECT line, severity, rule, object_identity, fix FROM schema_audit.lint($$BEGIN;
ALTER TABLE orders ADD COLUMN a text DEFAULT 'it''s' NOT NULL;
ALTER TABLE orders ALTER COLUMN a DROP DEFAULT;
ALTER TABLE orders ALTER COLUMN a SET DEFAULT 'x';
COMMIT;$$) WHERE severity = 'error';
SELECT line, severity, rule, object_identity FROM schema_audit.lint($$BEGIN;
ALTER TABLE orders ALTER COLUMN name DROP DEFAULT;
ROLLBACK;
BEGIN;
SAVEPOINT s;
ALTER TABLE orders ALTER COLUMN name DROP DEFAULT;
ROLLBACK TO s;
COMMIT;$$) WHERE severity = 'error';
-- a table that the script makes is new, under each of its names; one that is there is not made again
SELECT line, severity, rule, object_identity FROM schema_audit.lint($$CREATE TABLE fresh (id integer);
CREATE INDEX ON fresh (id);
CREATE INDEX ON lint.fresh (id);
ALTER TABLE fresh RENAME TO fresher;
ALTER TABLE fresher ADD COLUMN b integer NOT NULL;
CREATE TABLE IF NOT EXISTS orders (id integer);
CREATE INDEX ON orders (note);
CREATE INDEX ON small (id);$$) WHERE rule = 'create-index-blocking';
-- syntax errors are told, and the rest is judged
SELECT line, statement_no, severity, rule, object_identity, message FROM schema_audit.lint($$SELECT 1;
CREATE TABEL t (id integer);
  ALTER TABLE orders ADD COLUMN ä integer NOT NULL,
    DROP;
CREATE INDEX ON orders (note);
$$) WHERE severity = 'error';
-- what only psql understands
SELECT line, statement_no, severity, rule FROM schema_audit.lint($$\set ON_ERROR_STOP on
COPY orders (id) FROM stdin;
1
\.
CREATE INDEX ON orders (note);
$$) WHERE severity = 'error';
-- code is not looked into, and is told
SELECT line, severity, rule, message FROM schema_audit.lint($$SELECT 1; DO $do$BEGIN EXECUTE 'DROP TABLE orders'; END$do$;$$);
-- bodies of functions: SQL is judged where it stands, other languages are told
SELECT line, statement_no, severity, rule, object_identity FROM schema_audit.lint($$SELECT 1;
CREATE FUNCTION lint.f() RETURNS void LANGUAGE sql AS $body$
    SELECT 1;
    -- builds it
    CREATE INDEX ON lint.orders (note);
$body$;
CREATE OR REPLACE PROCEDURE lint.p() AS '
    ALTER TABLE lint.orders ADD COLUMN a text DEFAULT ''x'';
    CREATE INDEX ON lint.orders (name);' LANGUAGE sql;
CREATE FUNCTION lint.g() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    DROP TABLE lint.orders;
END
$body$;
CREATE FUNCTION lint.a() RETURNS bigint BEGIN ATOMIC SELECT 1; SELECT count(*) FROM lint.orders; END;
CREATE FUNCTION lint.r() RETURNS integer RETURN 1;
CREATE FUNCTION lint.c() RETURNS void LANGUAGE c AS 'library', 'symbol';
CREATE FUNCTION lint.i() RETURNS void LANGUAGE internal AS 'now';
CREATE INDEX ON orders (note);$$) WHERE rule IN ('create-index-blocking', 'opaque-code', 'syntax-error');
SELECT line, severity, rule, message FROM schema_audit.lint($$CREATE FUNCTION lint.f() RETURNS void LANGUAGE sql AS $body$
    SELECT 1;
    CREATE TABEL t ();
$body$; CREATE TABEL u (); CREATE FUNCTION lint.g() RETURNS void LANGUAGE sql AS $body$
    CREATE INDEX ON lint.orders (note)$body$ $$) WHERE severity = 'error';
-- what is not here
SELECT count(*) FROM schema_audit.lint('CREATE INDEX ON elsewhere (id)');
SELECT severity, rule, object_identity FROM schema_audit.lint('CREATE INDEX ON elsewhere (id)', assume_exists => true) WHERE rule = 'create-index-blocking';
SELECT severity, rule, object_identity FROM schema_audit.lint('ALTER TABLE elsewhere ADD COLUMN a integer NOT NULL', assume_exists => true) WHERE rule = 'add-column-not-null-no-default';
-- the runner's transaction, which a file cannot say
SELECT severity, rule, object_identity FROM schema_audit.lint('ALTER TABLE small ADD COLUMN a integer NOT NULL') WHERE severity = 'error';
SELECT severity, rule, object_identity FROM schema_audit.lint('ALTER TABLE small ADD COLUMN a integer NOT NULL; ALTER TABLE small ALTER a SET DEFAULT 1', assume_in_transaction => true) WHERE severity = 'error';
SELECT severity, rule, object_identity FROM schema_audit.lint('ALTER TABLE small ADD COLUMN a integer NOT NULL', assume_in_transaction => true) WHERE severity = 'error';
-- unreadable-statement: what the server cannot look up is told, not passed over
SELECT line, severity, rule, message FROM schema_audit.lint(E'SELECT 1;\nALTER TABLE orders ADD COLUMN x varchar(0); CREATE INDEX ON orders (note)') WHERE severity <> 'info';
-- nothing
SELECT count(*) FROM schema_audit.lint('');
SELECT count(*) FROM schema_audit.lint(' -- a comment');
SELECT count(*) FROM schema_audit.lint(NULL);
-- no locks, nothing run
SELECT count(*) FROM pg_locks WHERE relation = 'orders'::regclass;
DROP SCHEMA lint CASCADE;
