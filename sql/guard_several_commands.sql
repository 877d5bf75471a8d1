-- Rules that look at more than one command, and at what else uses an object: a case that fires and one that must not,
-- for each.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_several;
SET search_path = guard_several;
SET lock_timeout = '2s';
SET statement_timeout = '1min';
CREATE TABLE parent (id bigint PRIMARY KEY);
CREATE TABLE other (id bigint PRIMARY KEY);
CREATE TABLE t (id bigint PRIMARY KEY, a integer, b text, parent_id bigint, other_id integer);
INSERT INTO t SELECT i, i, i, i FROM generate_series(1, 2000) AS i;
CREATE INDEX t_a ON t (a);
ANALYZE t;
SELECT schema_audit.enable();
SET schema_audit.min_rows = 1000;
CREATE VIEW told AS SELECT object_identity, decision, rule, message FROM schema_audit.ddl_log
WHERE rule IS NOT NULL AND rule NOT IN ('wide-lock-window', 'rename-column', 'drop-table', 'drop-column') ORDER BY id, rule;
CREATE PROCEDURE allow(VARIADIC rules text[]) LANGUAGE sql SET client_min_messages = error AS $$
    INSERT INTO schema_audit.rule_setting (rule, action, reason) SELECT r, 'log', 'of another test' FROM unnest(rules) AS r $$;
CALL allow('add-check-validates', 'create-index-blocking', 'drop-index-blocking', 'set-not-null-full-scan', 'drop-column',
           'drop-table', 'rename-column', 'add-column-constrained-domain', 'unique-breaks-writers', 'add-unique-builds-index',
           'add-foreign-key-validates', 'drop-view', 'drop-cascade',
           'alter-column-type-rewrite', 'required-column-left-without-default', 'drop-primary-key');

-- required-via-domain
CREATE DOMAIN positive AS integer CHECK (VALUE IS NOT NULL AND VALUE > 0);
CREATE DOMAIN any_positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN one_by_default AS integer DEFAULT 1 CHECK (VALUE IS NOT NULL);
CREATE TABLE empty (id bigint PRIMARY KEY);
DELETE FROM schema_audit.ddl_log;
\set VERBOSITY default
ALTER TABLE empty ADD COLUMN a positive;
\set VERBOSITY terse
ALTER TABLE empty ADD COLUMN b positive DEFAULT 1;
ALTER TABLE empty ADD COLUMN c any_positive;
ALTER TABLE empty ADD COLUMN d one_by_default;
CREATE TABLE empty_too (id bigint PRIMARY KEY, a positive);
SELECT object_identity FROM told WHERE rule = 'required-via-domain';
-- create-domain-with-constraint
CREATE DOMAIN plain AS integer;
CREATE DOMAIN short AS text CHECK (length(VALUE) < 10);
SELECT message FROM told WHERE rule = 'create-domain-with-constraint';

-- statement-while-holding-access-exclusive, multiple-alter-table
DELETE FROM schema_audit.ddl_log;
BEGIN;
ALTER TABLE other ADD COLUMN note text;
\set VERBOSITY default
ALTER TABLE t ADD CONSTRAINT one CHECK (a > 0);
\set VERBOSITY terse
ALTER TABLE t ADD CONSTRAINT two CHECK (a > 0) NOT VALID;
SAVEPOINT s;
ALTER TABLE t ADD CONSTRAINT three CHECK (a > 0);
ROLLBACK TO s;
COMMIT;
ALTER TABLE t ADD CONSTRAINT four CHECK (a > 0);
SELECT object_identity, decision, rule FROM told WHERE rule LIKE 'statement-while%' OR rule LIKE 'multiple%';
DELETE FROM schema_audit.ddl_log;
BEGIN;
ALTER TABLE t ADD CONSTRAINT five CHECK (a > 0) NOT VALID;
SAVEPOINT s;
ALTER TABLE t ADD CONSTRAINT six CHECK (a > 0);
ROLLBACK TO s;
RELEASE s;
ALTER TABLE t ADD CONSTRAINT seven CHECK (a > 0);
ALTER TABLE t ADD CONSTRAINT eight CHECK (a > 0);
ROLLBACK;
SELECT count(*) FROM told;
BEGIN;
ALTER TABLE t ADD CONSTRAINT six CHECK (a > 0);
ALTER TABLE t ALTER COLUMN b SET NOT NULL;
COMMIT;
SELECT object_identity, decision, rule FROM told WHERE rule LIKE 'multiple%';

-- drop-constraint: not of the helper of SET NOT NULL
DELETE FROM schema_audit.ddl_log;
ALTER TABLE t ADD CONSTRAINT helper CHECK (b IS NOT NULL) NOT VALID;
ALTER TABLE t DROP CONSTRAINT helper;
ALTER TABLE t DROP CONSTRAINT six;
ALTER TABLE t DROP CONSTRAINT IF EXISTS missing;
SELECT object_identity, decision, message FROM told WHERE rule = 'drop-constraint';

-- too-many-foreign-keys-at-once, fk-missing-index, fk-type-mismatch
DELETE FROM schema_audit.ddl_log;
\set VERBOSITY default
ALTER TABLE t ADD CONSTRAINT one_key FOREIGN KEY (parent_id) REFERENCES parent NOT VALID;
ALTER TABLE t ADD CONSTRAINT other_key FOREIGN KEY (other_id) REFERENCES other NOT VALID;
\set VERBOSITY terse
ALTER TABLE t DROP CONSTRAINT one_key;
ALTER TABLE t DROP CONSTRAINT other_key;
SELECT object_identity, decision, rule FROM told WHERE rule LIKE 'fk%' OR rule LIKE 'too-many%' OR rule = 'drop-foreign-key-locks-both';
DELETE FROM schema_audit.ddl_log;
BEGIN;
ALTER TABLE t ADD CONSTRAINT one_key FOREIGN KEY (parent_id) REFERENCES parent NOT VALID;
CREATE INDEX ON t (parent_id);
\set VERBOSITY default
ALTER TABLE t ADD CONSTRAINT other_key FOREIGN KEY (other_id) REFERENCES other NOT VALID;
\set VERBOSITY terse
CREATE INDEX ON t (other_id, a);
COMMIT;
SELECT object_identity, decision, rule FROM told WHERE rule LIKE 'fk%' OR rule LIKE 'too-many%';
CREATE TABLE child (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent, again bigint REFERENCES parent);
ALTER TABLE child ADD COLUMN t_id bigint REFERENCES t;
SELECT object_identity, decision, rule FROM told WHERE (rule LIKE 'fk%' OR rule LIKE 'too-many%') AND object_identity ~ 'child';

-- drop-table-locks-referenced, recreate-table
DELETE FROM schema_audit.ddl_log;
\set VERBOSITY default
BEGIN;
DROP TABLE child;
ROLLBACK;
\set VERBOSITY terse
DROP TABLE empty_too;
INSERT INTO child VALUES (1);
ANALYZE child;
BEGIN;
DROP TABLE child;
\set VERBOSITY default
CREATE TABLE child (id bigint PRIMARY KEY);
\set VERBOSITY terse
DROP TABLE child;
CREATE TABLE child_of_another_name (id bigint PRIMARY KEY);
COMMIT;
CREATE TABLE child (id bigint PRIMARY KEY);
BEGIN;
DROP TABLE child;
CREATE TABLE child (id bigint PRIMARY KEY);
COMMIT;
SELECT decision, rule FROM told WHERE rule = 'recreate-table';

-- replace-index-gap
DELETE FROM schema_audit.ddl_log;
BEGIN;
DROP INDEX t_a;
\set VERBOSITY default
CREATE INDEX t_a ON t (a, b);
\set VERBOSITY terse
ROLLBACK;
BEGIN;
DROP INDEX t_a;
CREATE INDEX t_b ON t (b);
COMMIT;
CREATE INDEX t_a ON t (a);
CREATE INDEX t_a_too ON t (a, id);
BEGIN;
DROP INDEX t_a;
CREATE INDEX t_a ON t (a, b);
COMMIT;
SELECT count(*) FROM told WHERE rule = 'replace-index-gap';

-- drop-column-drops-dependents, column-used-by-view-or-function
CREATE VIEW reader AS SELECT b FROM t;
CREATE STATISTICS pair ON a, id FROM t;
CREATE FUNCTION newest() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT b FROM t LIMIT 1; END;
DELETE FROM schema_audit.ddl_log;
\set VERBOSITY default
ALTER TABLE t DROP COLUMN a;
ALTER TABLE t RENAME COLUMN b TO c;
ALTER TABLE t ALTER COLUMN c TYPE varchar(100);
\set VERBOSITY terse
ALTER TABLE t RENAME COLUMN other_id TO another_id;
ALTER TABLE empty DROP COLUMN c;
ALTER TABLE t DROP COLUMN c;
ALTER TABLE t DROP COLUMN c CASCADE;
SELECT object_identity, rule, message FROM told WHERE rule IN ('drop-column-drops-dependents', 'column-used-by-view-or-function');

-- unique-may-fail-on-duplicates, unique-breaks-writers
DELETE FROM schema_audit.ddl_log;
ALTER TABLE t ADD CONSTRAINT once UNIQUE (parent_id);
ALTER TABLE t ADD CONSTRAINT once_more UNIQUE (parent_id, id);
CREATE UNIQUE INDEX ON empty (d);
SELECT object_identity, rule, message FROM told WHERE rule LIKE 'unique%';

-- replace-view-columns, drop-or-replace-function, drop-sequence
DELETE FROM schema_audit.ddl_log;
CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE OR REPLACE FUNCTION twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $1';
CREATE INDEX t_twice ON t (twice(another_id));
CREATE OR REPLACE FUNCTION twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2 * $1';
CREATE FUNCTION twice(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
DROP FUNCTION twice(bigint);
DROP FUNCTION IF EXISTS missing(integer);
CREATE OR REPLACE VIEW reader AS SELECT id FROM t;
CREATE OR REPLACE VIEW reader AS SELECT id, parent_id FROM t;
CREATE SEQUENCE numbers;
CREATE SEQUENCE owned OWNED BY t.id;
\set VERBOSITY default
DROP SEQUENCE numbers;
\set VERBOSITY terse
BEGIN;
CREATE SEQUENCE numbers;
DROP SEQUENCE numbers;
COMMIT;
SELECT object_identity, decision, rule, message FROM told WHERE rule IN ('replace-view-columns', 'drop-or-replace-function', 'drop-sequence');

-- update-extension, disk-headroom, index-corruption-version
CREATE INDEX CONCURRENTLY t_more ON t (id, parent_id);
ALTER TABLE t ALTER COLUMN another_id TYPE bigint;
SELECT object_identity, rule FROM told WHERE rule IN ('disk-headroom', 'index-corruption-version');
ALTER EXTENSION plpgsql UPDATE;
SELECT object_identity, decision, rule FROM told WHERE rule = 'update-extension';

-- lint() follows the script
CREATE INDEX t_another ON t (another_id);
INSERT INTO child VALUES (1);
ANALYZE child;
DELETE FROM schema_audit.rule_setting;
SELECT line, rule FROM schema_audit.lint($$
BEGIN;
DROP TABLE child;
CREATE TABLE child (id bigint PRIMARY KEY);
DROP INDEX t_another;
CREATE INDEX t_another ON t (another_id, id);
COMMIT;
BEGIN;
ALTER TABLE t ADD CONSTRAINT k1 FOREIGN KEY (parent_id) REFERENCES parent NOT VALID;
ALTER TABLE t ADD CONSTRAINT k2 FOREIGN KEY (another_id) REFERENCES other NOT VALID;
COMMIT;
ALTER TABLE t ADD CONSTRAINT k3 FOREIGN KEY (another_id) REFERENCES other NOT VALID;
$$) WHERE rule IN ('recreate-table', 'replace-index-gap', 'too-many-foreign-keys-at-once', 'fk-type-mismatch');

SELECT schema_audit.disable();
DELETE FROM schema_audit.ddl_log;
DROP SCHEMA guard_several CASCADE;
RESET search_path;
RESET lock_timeout;
RESET statement_timeout;
RESET schema_audit.min_rows;
RESET client_min_messages;
