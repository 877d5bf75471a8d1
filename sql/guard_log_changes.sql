-- ddl_log: objects and what happened to them, lock modes, why a table was rewritten, who decided.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
CREATE SCHEMA guard_log_changes;
SET search_path = guard_log_changes;
SELECT schema_audit.enable('log');
CREATE TEMPORARY TABLE mark AS SELECT coalesce(max(id), 0) AS id FROM schema_audit.ddl_log;
CREATE TABLE parent (id integer PRIMARY KEY, "Odd Name" text DEFAULT 'x', n integer DEFAULT 1);
CREATE TABLE child (id serial, parent_id integer REFERENCES parent);
ALTER TABLE parent ADD COLUMN c text, ALTER COLUMN n TYPE bigint, ALTER COLUMN n SET NOT NULL, ALTER COLUMN "Odd Name" DROP DEFAULT;
-- what changes nothing is not told
ALTER TABLE parent ADD COLUMN IF NOT EXISTS c text, ADD COLUMN IF NOT EXISTS d text, ALTER COLUMN n SET NOT NULL, ALTER COLUMN c DROP DEFAULT, ALTER COLUMN c DROP NOT NULL;
ALTER TABLE parent ADD CONSTRAINT n_positive CHECK (n > 0) NOT VALID;
ALTER TABLE parent VALIDATE CONSTRAINT n_positive;
ALTER TABLE child ADD CONSTRAINT again FOREIGN KEY (parent_id) REFERENCES parent NOT VALID;
ALTER TABLE child DROP CONSTRAINT again;
CREATE INDEX child_parent ON child (parent_id);
CREATE INDEX CONCURRENTLY child_id ON child (id);
CREATE FUNCTION f(a text, b integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION f RENAME TO g;
COMMENT ON COLUMN child.id IS 'x';
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON child FOR EACH ROW EXECUTE FUNCTION tf();
ALTER TABLE child DISABLE TRIGGER tr;
ALTER TABLE child RENAME COLUMN parent_id TO parent_ref;
ALTER TABLE child RENAME CONSTRAINT child_parent_id_fkey TO fk;
ALTER INDEX child_parent RENAME TO child_by_parent;
ALTER TABLE child RENAME TO kid;
CREATE SCHEMA guard_log_changes_2;
ALTER TABLE kid SET SCHEMA guard_log_changes_2;
ALTER TABLE guard_log_changes_2.kid DROP COLUMN parent_ref;
CREATE VIEW v AS SELECT id FROM parent;
CREATE VIEW w AS SELECT id FROM v;
COMMENT ON VIEW w IS 'x';
DROP VIEW v CASCADE;
DROP FUNCTION tf CASCADE;
CREATE TABLE part (id integer, d date) PARTITION BY RANGE (d);
CREATE TABLE part_1 (id integer, d date);
ALTER TABLE part ATTACH PARTITION part_1 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
ALTER TABLE part DETACH PARTITION part_1;
ALTER TABLE part_1 SET UNLOGGED;
ALTER TABLE part_1 ADD COLUMN r double precision DEFAULT random(), ALTER COLUMN id TYPE bigint;
DROP TABLE part, part_1;
SELECT command_tag, coalesce(lock_modes::text, '-') AS locks, coalesce(rewrite_reason, '-') AS rewrite,
       (SELECT string_agg(o || ': ' || c, E'\n' ORDER BY n) FROM unnest(objects, changes) WITH ORDINALITY AS x (o, c, n)) AS changes
  FROM schema_audit.ddl_log WHERE id > (SELECT id FROM mark) GROUP BY transaction_id, command_tag, lock_modes, rewrite_reason, objects, changes ORDER BY min(id);
-- everything about one table, by an index
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM schema_audit.ddl_log WHERE objects @> '{guard_log_changes.parent}';
SELECT count(*) > 5 AS history FROM schema_audit.ddl_log WHERE objects @> '{guard_log_changes.parent}' AND id > (SELECT id FROM mark);
RESET enable_seqscan;
-- nothing of a user mapping's options is kept
CREATE FOREIGN DATA WRAPPER guard_log_changes;
CREATE SERVER guard_log_changes FOREIGN DATA WRAPPER guard_log_changes;
CREATE USER MAPPING FOR CURRENT_USER SERVER guard_log_changes OPTIONS (user 'very-secret', sslkey 'very-secret', "odd name" E'very-\'secret');
ALTER USER MAPPING FOR CURRENT_USER SERVER guard_log_changes OPTIONS (SET user 'very-secret', DROP sslkey);
DO $$ BEGIN
    EXECUTE 'ALTER USER MAPPING FOR CURRENT_USER SERVER guard_log_changes OPTIONS (SET user ''very-secret'')';
    CREATE TABLE guard_log_changes.after_mapping (id integer DEFAULT 1, a text DEFAULT 'kept');
END $$;
ALTER SERVER guard_log_changes OPTIONS (host 'kept');
SELECT command_tag, statement FROM schema_audit.ddl_log WHERE id > (SELECT id FROM mark) AND statement LIKE '%OPTIONS%' ORDER BY id;

SELECT schema_audit.disable();
DROP FOREIGN DATA WRAPPER guard_log_changes CASCADE;
DROP SCHEMA guard_log_changes, guard_log_changes_2 CASCADE;
RESET search_path;
RESET client_min_messages;
