-- Whether a table has rows is looked up in it: statistics are older than the rows.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_rows;
SET search_path = guard_rows;
CREATE TABLE emptied (id integer) WITH (autovacuum_enabled = off);
INSERT INTO emptied SELECT generate_series(1, 500);
ANALYZE emptied;
DELETE FROM emptied;
CREATE TABLE filled (id integer) WITH (autovacuum_enabled = off);
INSERT INTO filled VALUES (1);
DELETE FROM filled;
VACUUM (TRUNCATE false) filled;
INSERT INTO filled VALUES (1);
CREATE TABLE sampled (id integer, padding text) WITH (autovacuum_enabled = off);
INSERT INTO sampled SELECT i, repeat('x', 1000) FROM generate_series(1, 400) AS i;
ANALYZE sampled;
DELETE FROM sampled WHERE id <> 200;
CREATE TABLE part (id integer) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (100);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (100) TO (200);
INSERT INTO part VALUES (1), (101);
ANALYZE part;
DELETE FROM part;
SELECT relname, reltuples FROM pg_class WHERE relname IN ('emptied', 'filled', 'part_1') AND relnamespace = 'guard_rows'::regnamespace ORDER BY relname;
SELECT schema_audit.enable();

-- emptied: a later command may still set the default
BEGIN;
ALTER TABLE emptied ADD COLUMN a integer NOT NULL;
ALTER TABLE emptied ALTER COLUMN a SET DEFAULT 1;
COMMIT;
ALTER TABLE emptied ADD COLUMN b integer NOT NULL;
-- filled since the statistics were made: rejected before the command, which would lock, read and fail
BEGIN;
ALTER TABLE filled ADD COLUMN a integer NOT NULL;
ROLLBACK;
-- rows in neither the first nor the last pages: the command itself will see
BEGIN;
ALTER TABLE sampled ADD COLUMN a integer NOT NULL;
ROLLBACK;
\set VERBOSITY terse
BEGIN;
ALTER TABLE part ADD COLUMN a integer NOT NULL;
ALTER TABLE part ALTER COLUMN a SET DEFAULT 1;
COMMIT;
INSERT INTO part VALUES (101);
BEGIN;
ALTER TABLE part ADD COLUMN b integer NOT NULL;
ROLLBACK;
-- rows of this transaction count
BEGIN;
INSERT INTO emptied VALUES (1);
ALTER TABLE emptied ADD COLUMN c integer NOT NULL;
ROLLBACK;
-- a threshold in rows means rows that are there
INSERT INTO schema_audit.rule_setting (action, reason, min_rows) VALUES ('off', 'big ones', 400);
ALTER TABLE emptied ADD COLUMN b integer NOT NULL;
DELETE FROM schema_audit.rule_setting;

SELECT schema_audit.disable();
DROP SCHEMA guard_rows CASCADE;
RESET search_path;
RESET client_min_messages;
