-- Rules about rewrites: a case that fires and one that must not, for each; and whether the server does what they say.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_rewrites;
SET search_path = guard_rewrites;
SET timezone = 'UTC';
CREATE DOMAIN plain AS integer;
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE FUNCTION inlined() RETURNS integer LANGUAGE sql VOLATILE RETURN 1;
CREATE FUNCTION volatile_number() RETURNS integer LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN 1; END';
CREATE TABLE small (id integer, v varchar(10));
INSERT INTO small VALUES (1, 'a');
CREATE TABLE large (id integer PRIMARY KEY, v varchar(10), t text, n numeric(10,2), c char(5), j json, at timestamp,
                    checked varchar(10) CHECK (checked <> ''), indexed text, partial text, list varchar(10)[]);
INSERT INTO large SELECT i, i, i, i, 'x', '{}', now(), 'x', i, i, '{}' FROM generate_series(1, 2000) AS i;
CREATE INDEX large_indexed ON large (indexed);
CREATE INDEX large_partial ON large (partial) WHERE partial <> '';
CREATE TABLE referencing (large_id integer REFERENCES large);
ANALYZE large;
CREATE TABLE parted (id integer, v varchar(10)) PARTITION BY LIST (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
INSERT INTO parted SELECT 1, 'x' FROM generate_series(1, 2000);
ANALYZE parted;
-- In mode log everything happens, so that what the rules say can be held against what the server does.
CREATE TABLE measured (command text, rewritten boolean, told text);
CREATE FUNCTION try(command text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    before oid := pg_relation_filenode('large');
    verdict text;
    changed boolean;
BEGIN
    BEGIN
        PERFORM set_config('schema_audit.mode', 'log', true);
        EXECUTE 'ALTER TABLE large ' || command;
        changed := pg_relation_filenode('large') <> before;
        RAISE EXCEPTION USING ERRCODE = 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN NULL;
    END;
    BEGIN
        EXECUTE 'ALTER TABLE large ' || command;
        RAISE EXCEPTION USING ERRCODE = 'ZZ001';
    EXCEPTION WHEN SQLSTATE 'ZZ001' THEN verdict := 'passes'; WHEN SQLSTATE 'SA002' THEN
        GET STACKED DIAGNOSTICS verdict = PG_EXCEPTION_DETAIL;
        verdict := split_part(verdict, ':', 1);
    END;
    INSERT INTO measured VALUES (command, changed, verdict);
END $$;
SELECT schema_audit.enable();
SET schema_audit.min_rows = 1000;
SET client_min_messages = error;
SELECT try(c) FROM unnest(ARRAY[
    'ADD COLUMN x integer', 'ADD COLUMN x integer DEFAULT 1', 'ADD COLUMN x timestamptz DEFAULT now()',
    'ADD COLUMN x timestamptz DEFAULT clock_timestamp()', 'ADD COLUMN x uuid DEFAULT gen_random_uuid()',
    'ADD COLUMN x integer DEFAULT guard_rewrites.inlined()', 'ADD COLUMN x integer DEFAULT guard_rewrites.volatile_number()',
    'ADD COLUMN x text DEFAULT random()::text', 'ADD COLUMN x serial', 'ADD COLUMN x bigserial',
    'ADD COLUMN x integer GENERATED ALWAYS AS IDENTITY', 'ADD COLUMN x integer GENERATED ALWAYS AS (id + 1) STORED',
    'ADD COLUMN x guard_rewrites.plain', 'ADD COLUMN x guard_rewrites.positive', 'ADD COLUMN x guard_rewrites.positive[]',
    'ALTER COLUMN v TYPE varchar(20)', 'ALTER COLUMN v TYPE varchar', 'ALTER COLUMN v TYPE text', 'ALTER COLUMN v TYPE varchar(5)',
    'ALTER COLUMN v TYPE varchar(10)', 'ALTER COLUMN t TYPE varchar', 'ALTER COLUMN t TYPE varchar(10)', 'ALTER COLUMN t TYPE text USING t',
    'ALTER COLUMN t TYPE text USING large.t', 'ALTER COLUMN t TYPE text USING t || ''''', 'ALTER COLUMN t TYPE varchar USING v',
    'ALTER COLUMN n TYPE numeric(12,2)', 'ALTER COLUMN n TYPE numeric', 'ALTER COLUMN n TYPE numeric(12,3)',
    'ALTER COLUMN c TYPE text', 'ALTER COLUMN c TYPE char(6)', 'ALTER COLUMN j TYPE jsonb',
    'ALTER COLUMN at TYPE timestamptz', 'ALTER COLUMN at TYPE date', 'ALTER COLUMN list TYPE varchar(20)[]', 'ALTER COLUMN list TYPE text[]',
    'SET LOGGED', 'SET ACCESS METHOD heap', 'SET (fillfactor = 90)'
]) AS c \g /dev/null
SET timezone = 'Europe/Berlin';
SELECT try('ALTER COLUMN at TYPE timestamptz') \g /dev/null
SET timezone = 'UTC';
SET client_min_messages = warning;
SELECT command, rewritten, told FROM measured WHERE rewritten <> (told <> 'passes');
SELECT * FROM measured ORDER BY told, command;
-- how it is told
\set VERBOSITY default
ALTER TABLE large ADD COLUMN x uuid DEFAULT gen_random_uuid();
ALTER TABLE large ALTER COLUMN id TYPE bigint;
ALTER TABLE parted ALTER COLUMN v TYPE varchar(5);
ALTER TABLE large ALTER COLUMN checked TYPE text;
ALTER TABLE large ALTER COLUMN partial TYPE varchar;
ALTER TABLE large SET UNLOGGED;
\set VERBOSITY terse
ALTER TABLE large ALTER COLUMN indexed TYPE varchar;
ALTER TABLE large ALTER COLUMN indexed TYPE text COLLATE "C";
ALTER TABLE large ADD COLUMN IF NOT EXISTS v uuid DEFAULT gen_random_uuid();
ALTER TABLE small ALTER COLUMN id TYPE bigint;
-- what the server itself says stays its own
ALTER TABLE large ADD COLUMN x integer DEFAULT missing();
ALTER TABLE large ALTER COLUMN v TYPE integer;
ALTER TABLE large ALTER COLUMN missing TYPE integer;
ALTER TABLE large ALTER COLUMN v TYPE integer USING missing::integer;
\set VERBOSITY sqlstate
ALTER TABLE large ALTER COLUMN v TYPE missing;
\set VERBOSITY terse
-- set-access-method, set-tablespace
CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
ALTER TABLE large SET ACCESS METHOD heap_too;
SET allow_in_place_tablespaces = on;
CREATE TABLESPACE guard_rewrites LOCATION '';
ALTER TABLE large SET TABLESPACE guard_rewrites;
ALTER TABLE large SET TABLESPACE pg_default;
ALTER INDEX large_indexed SET TABLESPACE guard_rewrites;
DROP TABLESPACE guard_rewrites;
DROP ACCESS METHOD heap_too;
BEGIN;
CREATE TABLE fresh AS SELECT * FROM large;
ALTER TABLE fresh ALTER COLUMN id TYPE bigint;
COMMIT;
SELECT schema_audit.disable();
DROP SCHEMA guard_rewrites CASCADE;
