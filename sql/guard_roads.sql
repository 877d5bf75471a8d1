-- Roads on which a column could become required unseen, and roads on which the guard stood in the way.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_roads;
SET search_path = guard_roads;
SELECT schema_audit.enable();

-- DEFAULT NULL leaves an expression behind where the type has a length, or is a domain.
CREATE DOMAIN code AS text DEFAULT 'x';
CREATE TABLE lengths (id integer, v varchar(10) NOT NULL DEFAULT 'x', d code NOT NULL, n varchar(10) DEFAULT NULL);
\set VERBOSITY terse
ALTER TABLE lengths ALTER v SET DEFAULT NULL;
ALTER TABLE lengths ALTER d SET DEFAULT NULL;
BEGIN;
ALTER TABLE lengths ADD z char(3) NOT NULL DEFAULT NULL;
COMMIT;
ALTER TABLE lengths ALTER n SET NOT NULL;
ALTER TABLE lengths ADD e varchar(10) NOT NULL DEFAULT coalesce(NULL, 'e');

-- The hint has the default that was dropped, not the value that ADD COLUMN once filled in.
\set VERBOSITY default
CREATE TABLE hints (id integer);
INSERT INTO hints VALUES (1);
ALTER TABLE hints ADD c integer NOT NULL DEFAULT 5;
ALTER TABLE hints ALTER c SET DEFAULT 9;
ANALYZE hints;
ALTER TABLE hints ALTER c DROP DEFAULT;
-- A column of the primary key cannot be made nullable.
CREATE TABLE keyless (a integer);
ALTER TABLE keyless ADD PRIMARY KEY (a);
\set VERBOSITY terse

-- A trigger that names the column fills it: also in a command of its own, and by its arguments.
CREATE TABLE triggered (id integer, body text);
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.filled := 1; RETURN NEW; END $$;
CREATE TRIGGER fill BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION fill();
ALTER TABLE triggered ADD filled integer NOT NULL;
ALTER TABLE triggered ADD not_filled integer NOT NULL;
BEGIN;
ALTER TABLE triggered ADD words tsvector NOT NULL DEFAULT '';
ALTER TABLE triggered ALTER words DROP DEFAULT;
CREATE TRIGGER words BEFORE INSERT ON triggered FOR EACH ROW
    EXECUTE FUNCTION tsvector_update_trigger('words', 'pg_catalog.english', 'body');
COMMIT;

-- DROP COLUMN … CASCADE takes the default of another table.
CREATE TABLE owner (id serial, x integer);
CREATE TABLE user_of (id integer NOT NULL DEFAULT nextval('owner_id_seq'));
ALTER TABLE owner DROP COLUMN id CASCADE;

-- A transaction that may not write can still end, and leaves its lines in the server log.
SELECT schema_audit.enable('log');
CREATE TABLE two (a integer NOT NULL DEFAULT 1, b integer NOT NULL DEFAULT 1);
BEGIN;
ALTER TABLE two ALTER a DROP DEFAULT, ALTER b DROP DEFAULT;
SET TRANSACTION READ ONLY;
COMMIT;

-- Who disables the guard is not rejected by it.
CREATE TABLE late (a integer NOT NULL DEFAULT 1);
BEGIN;
ALTER TABLE late ALTER a DROP DEFAULT;
SELECT schema_audit.disable();
COMMIT;

DROP SCHEMA guard_roads CASCADE;
RESET search_path;
RESET client_min_messages;
