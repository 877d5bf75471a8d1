-- Rules that fire where a test database does not come by itself: another disk, another server version, another
-- extension; a case that fires and one that must not, for each.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_seldom;
SET search_path = guard_seldom;
SET lock_timeout = '2s';
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (id * 2) STORED);
INSERT INTO t (id, a) SELECT i, i FROM generate_series(1, 2000) AS i;
ANALYZE t;
CREATE FUNCTION told(sql text, wanted text) RETURNS TABLE (severity text, object_identity text, message text) LANGUAGE sql AS $$
    SELECT severity, object_identity, regexp_replace(message, '\d{6,}', '…', 'g') FROM schema_audit.lint(sql) WHERE rule = wanted $$;

-- disk-headroom: by pg_class alone, so a table may be told to be larger than any disk
SELECT * FROM told('ALTER TABLE t ALTER COLUMN a TYPE bigint', 'disk-headroom');
CREATE INDEX t_a ON t (a);
CREATE INDEX t_b ON t (b);
BEGIN;
UPDATE pg_class SET relpages = 2147483647 WHERE oid IN ('t'::regclass, 't_pkey'::regclass, 't_a'::regclass, 't_b'::regclass);
SELECT * FROM told('ALTER TABLE t ALTER COLUMN a TYPE bigint', 'disk-headroom');
SELECT * FROM told('VACUUM FULL t', 'disk-headroom');
-- nothing is written anew
SELECT * FROM told('ALTER TABLE t ADD COLUMN c bigint', 'disk-headroom');
SELECT * FROM told('ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0)', 'disk-headroom');
SELECT * FROM told('VACUUM t', 'disk-headroom');
ROLLBACK;

-- index-corruption-version
SELECT * FROM told('CREATE INDEX CONCURRENTLY i ON t (a, b); REINDEX TABLE CONCURRENTLY t', 'index-corruption-version');
SET schema_audit.debug_server_version = 140003;
SELECT * FROM told('CREATE INDEX CONCURRENTLY i ON t (a, b)', 'index-corruption-version');
SELECT * FROM told('REINDEX TABLE CONCURRENTLY t', 'index-corruption-version');
SELECT * FROM told('CREATE INDEX i ON t (a, b); REINDEX TABLE t', 'index-corruption-version');
\set VERBOSITY terse
SELECT schema_audit.enable();
CREATE INDEX CONCURRENTLY i ON t (a, b);
SET schema_audit.debug_server_version = 140004;
CREATE INDEX CONCURRENTLY i ON t (a, b);
RESET schema_audit.debug_server_version;
SELECT schema_audit.disable();

-- drop-extension
SELECT severity, object_identity FROM told('DROP EXTENSION plpgsql CASCADE', 'drop-extension');
SELECT severity, object_identity FROM told('DROP EXTENSION IF EXISTS missing', 'drop-extension');

-- alter-domain-not-null: told apart from alter-domain-add-constraint
CREATE DOMAIN amount AS integer;
CREATE DOMAIN unused AS integer;
CREATE TABLE amounts (id integer PRIMARY KEY, value amount);
INSERT INTO amounts SELECT i, i FROM generate_series(1, 2000) AS i;
ANALYZE amounts;
SELECT severity, object_identity FROM told('ALTER DOMAIN amount SET NOT NULL', 'alter-domain-not-null');
SELECT severity, object_identity FROM told('ALTER DOMAIN unused SET NOT NULL', 'alter-domain-not-null');
SELECT severity, object_identity FROM told('ALTER DOMAIN amount DROP NOT NULL', 'alter-domain-not-null');

-- what a grammar knows from some major on: elsewhere it does not parse
SELECT current_setting('server_version_num')::integer >= 170000 AS has_set_expression, current_setting('server_version_num')::integer >= 180000 AS has_not_enforced \gset
SELECT count(*) = (:'has_set_expression'::boolean)::integer AS told FROM told('ALTER TABLE t ALTER COLUMN b SET EXPRESSION AS (id * 3)', 'set-expression-rewrite');
SELECT count(*) = 0 AS silent FROM told('CREATE TABLE n (id integer, b integer GENERATED ALWAYS AS (id) STORED); ALTER TABLE n ALTER COLUMN b SET EXPRESSION AS (id * 3)', 'set-expression-rewrite');
SELECT count(*) = (:'has_not_enforced'::boolean)::integer AS told FROM told('ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED', 'not-enforced-constraint');
SELECT count(*) = 0 AS silent FROM told('ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID', 'not-enforced-constraint');

DELETE FROM schema_audit.ddl_log;
SET client_min_messages = error;
DROP SCHEMA guard_seldom CASCADE;
