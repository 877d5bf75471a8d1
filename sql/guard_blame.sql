-- Which statement brought a finding about: introduced_by and blame(); and never a statement that did not.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
\pset null -
CREATE SCHEMA guard_blame;
CREATE SCHEMA guard_blame_other;
SET search_path = guard_blame, public;
\set ddl 'CREATE TABLE t (id bigint PRIMARY KEY, n integer NOT NULL, d text DEFAULT \'x\', c varchar(10), nn text NOT NULL DEFAULT \'y\', gone text); CREATE TABLE lost (id integer PRIMARY KEY); CREATE TABLE again (id integer PRIMARY KEY); CREATE TABLE child (id integer PRIMARY KEY, t_id bigint CONSTRAINT fk REFERENCES t); CREATE INDEX child_t ON child (t_id); CREATE VIEW v AS SELECT id FROM t; CREATE FUNCTION f(a text) RETURNS integer LANGUAGE sql AS \'SELECT 1\';'
SELECT schema_audit.register_ddl('blame', :'ddl', schemas => '{guard_blame}');
SELECT schema_audit.enable('log');
SET schema_audit.migration = 'v1';
\o /dev/null
:ddl
\o
CREATE FUNCTION public.found(what text DEFAULT NULL) RETURNS TABLE (rule text, object_name text, migration text, statement text) LANGUAGE sql AS $$
    SELECT rule, object_name, introduced_by ->> 'migration', introduced_by ->> 'statement' FROM public.audit_schema('{blame}', min_severity => 'info')
     WHERE what IS NULL OR rule LIKE what ORDER BY rule, object_name
$$;
SELECT * FROM found();

-- each by what it did
SET schema_audit.migration = 'v2';
ALTER TABLE t ALTER COLUMN c TYPE varchar(5);
ALTER TABLE t ALTER COLUMN d DROP DEFAULT, ALTER COLUMN n DROP NOT NULL;
ALTER TABLE t DROP COLUMN gone CASCADE;
ALTER TABLE t ADD COLUMN more integer NOT NULL DEFAULT 1;
ALTER TABLE t ALTER COLUMN more DROP DEFAULT;
ALTER TABLE child DROP CONSTRAINT fk;
DROP INDEX child_t;
CREATE INDEX by_hand ON child (t_id, id);
ALTER TABLE child ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
CREATE TABLE extra (id integer PRIMARY KEY, note text);
DROP TABLE lost;
DROP FUNCTION f(text);
CREATE OR REPLACE VIEW v AS SELECT id FROM t WHERE id > 0;
-- what others did to the same objects, or what came to nothing, is not named
SET schema_audit.migration = 'innocent';
COMMENT ON COLUMN t.c IS 'short';
ALTER TABLE t ALTER COLUMN c SET STORAGE plain;
CREATE TABLE guard_blame_other.extra (id integer);
DROP TABLE guard_blame_other.extra;
BEGIN;
ALTER TABLE t ALTER COLUMN c TYPE varchar(4);
DROP TABLE extra;
ROLLBACK;
ALTER TABLE t ALTER COLUMN n DROP NOT NULL;
ALTER TABLE t ADD COLUMN IF NOT EXISTS more integer;
CREATE TABLE IF NOT EXISTS extra (id integer);
DROP TABLE IF EXISTS lost;
SET schema_audit.mode = enforce;
ALTER TABLE t ADD COLUMN rejected integer NOT NULL;
RESET schema_audit.mode;
SELECT * FROM found();
SELECT introduced_by - '{log_id,at,application_name}'::text[] AS introduced_by, (introduced_by ->> 'at')::timestamptz BETWEEN now() - interval '1 hour' AND clock_timestamp() AS at,
       introduced_by ->> 'application_name' LIKE 'pg_regress%' AS application FROM audit_schema('{blame}') WHERE rule = 'orphan-required-column';

-- mended, and broken again by somebody else
SET schema_audit.migration = 'v3';
CREATE TABLE lost (id integer PRIMARY KEY);
ALTER TABLE t ALTER COLUMN more SET DEFAULT 2;
SELECT * FROM found('%more%') UNION ALL SELECT * FROM found('missing-table') UNION ALL SELECT * FROM found('orphan%') UNION ALL SELECT * FROM found('extra-column');
SET schema_audit.migration = 'v4';
ALTER TABLE lost RENAME TO elsewhere;
DROP TABLE again;
SELECT * FROM found('%table');

-- under other names
SET schema_audit.migration = 'v5';
ALTER TABLE extra RENAME TO spare;
ALTER TABLE spare RENAME COLUMN note TO remark;
ALTER TABLE t ADD COLUMN one integer;
ALTER TABLE t RENAME COLUMN one TO two;
SELECT * FROM found('extra-%');

-- unsure: NULL. The guard was off, or the thing was made anew meanwhile
SET schema_audit.mode = off;
DROP TABLE spare, elsewhere;
CREATE TABLE spare (id integer PRIMARY KEY);
ALTER TABLE t DROP COLUMN two;
ALTER TABLE t ALTER COLUMN nn DROP DEFAULT;
RESET schema_audit.mode;
SET schema_audit.migration = 'v6';
COMMENT ON TABLE t IS 'x';
SELECT * FROM found('extra-table') UNION ALL SELECT * FROM found('default-%');
CREATE TABLE again (id integer PRIMARY KEY);
SET schema_audit.mode = off;
DROP TABLE again;
RESET schema_audit.mode;
SELECT * FROM found('missing-table');

-- savepoints and exception blocks have transactions of their own
SET schema_audit.migration = 'nested';
BEGIN;
SAVEPOINT a;
CREATE TABLE in_savepoint (id integer PRIMARY KEY);
ALTER TABLE t ADD COLUMN in_savepoint text;
RELEASE a;
ALTER TABLE in_savepoint ADD COLUMN later text;
ALTER TABLE child ADD COLUMN beside text;
COMMIT;
DO $$ BEGIN
    BEGIN ALTER TABLE guard_blame.child ADD COLUMN in_block text; EXCEPTION WHEN others THEN RAISE; END;
    ALTER TABLE guard_blame.child ALTER COLUMN in_block SET STATISTICS 10;
END $$;
SELECT rule, object_name, migration, left(statement, 60) AS statement FROM found('extra-%') WHERE object_name ~ 'in_|beside';
DROP TABLE in_savepoint;

-- a model that changed later: what obeyed the old one is not to blame; what the old one forbade as well is
SET schema_audit.migration = 'v7';
SELECT schema_audit.register_ddl('blame', replace(:'ddl', 'n integer', 'n bigint'), schemas => '{guard_blame}');
SELECT * FROM found('%-mismatch');

-- who may not read the log sees the findings without; a lock is not waited for
CREATE ROLE guard_blame_user;
GRANT USAGE ON SCHEMA guard_blame TO guard_blame_user;
SET ROLE guard_blame_user;
SELECT count(*) > 5 AS found, count(introduced_by) AS introduced FROM audit_schema('{blame}');
SELECT * FROM schema_audit.blame('extra-table:guard_blame.extra:table:extra');
RESET ROLE;

-- the whole history
SELECT change, migration, decision, rules, statement FROM schema_audit.blame('orphan-required-column:guard_blame.t:column:more');
SELECT change, migration, decision, statement FROM schema_audit.blame('extra-column:guard_blame.t:column:two');
SELECT change, migration, decision, statement FROM schema_audit.blame('missing-table:guard_blame.lost:table:lost');
SELECT change, decision FROM schema_audit.blame('extra-column:guard_blame.t:column:rejected');
SELECT change, migration, statement FROM schema_audit.blame('missing-function:guard_blame:function:"f(text)"');
SELECT count(*) FROM schema_audit.blame('extra-table:guard_blame.never:table:never');
SELECT * FROM schema_audit.blame('extra-table');
SELECT * FROM schema_audit.blame('no-such-rule:s.t:table:t');

SELECT schema_audit.disable();
SELECT schema_audit.unregister('blame');
DROP FUNCTION public.found;
DROP SCHEMA guard_blame, guard_blame_other CASCADE;
DROP ROLE guard_blame_user;
RESET search_path;
RESET client_min_messages;
