-- Rules about NOT NULL and defaults: a case that fires and one that must not, for each.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_nullability;
SET search_path = guard_nullability;
CREATE TABLE small (id integer, a integer);
CREATE TABLE none (id integer, a integer);
CREATE TABLE large (id integer, a integer, b text, c integer DEFAULT 1, d integer NOT NULL DEFAULT 0);
CREATE TABLE parted (id integer, a integer) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (5000);
INSERT INTO small VALUES (1, 1);
INSERT INTO large SELECT i, i, 'x' FROM generate_series(1, 2000) AS i;
INSERT INTO parted SELECT i, i FROM generate_series(1, 2000) AS i;
ANALYZE large, parted, parted_1, small;
SELECT schema_audit.enable();
SET schema_audit.min_rows = 1000;
-- set-not-null-full-scan
\set VERBOSITY terse
ALTER TABLE large ALTER COLUMN a SET NOT NULL;
-- NOT NULL … NOT VALID, where the server has it
SELECT severity, rule, object_identity, fix = CASE WHEN current_setting('server_version_num')::integer < 180000 THEN
    'ALTER TABLE guard_nullability.large ADD CONSTRAINT large_a_not_null CHECK (a IS NOT NULL) NOT VALID; /* in a later transaction: */ ALTER TABLE guard_nullability.large VALIDATE CONSTRAINT large_a_not_null; ALTER TABLE guard_nullability.large ALTER COLUMN a SET NOT NULL; ALTER TABLE guard_nullability.large DROP CONSTRAINT large_a_not_null;'
    ELSE 'ALTER TABLE guard_nullability.large ADD CONSTRAINT large_a_not_null NOT NULL a NOT VALID; /* in a later transaction: */ ALTER TABLE guard_nullability.large VALIDATE CONSTRAINT large_a_not_null;' END AS safe_way
FROM schema_audit.lint('ALTER TABLE guard_nullability.large ALTER COLUMN a SET NOT NULL') WHERE rule = 'set-not-null-full-scan';
ALTER TABLE parted ALTER COLUMN a SET NOT NULL;
ALTER TABLE large ADD CONSTRAINT a_positive CHECK (a > 0 AND b <> '') NOT VALID;
ALTER TABLE large VALIDATE CONSTRAINT a_positive;
ALTER TABLE large ALTER COLUMN a SET NOT NULL;
ALTER TABLE large ADD CONSTRAINT a_not_null CHECK (a > 0 AND a IS NOT NULL) NOT VALID;
ALTER TABLE large ALTER COLUMN a SET NOT NULL;
ALTER TABLE large VALIDATE CONSTRAINT a_not_null;
-- proven: nothing is read
ALTER TABLE large ALTER COLUMN a SET NOT NULL;
ALTER TABLE large ALTER COLUMN a SET NOT NULL;
ALTER TABLE parted_1 ADD CONSTRAINT a_not_null CHECK (a IS NOT NULL) NOT VALID;
ALTER TABLE parted_1 VALIDATE CONSTRAINT a_not_null;
ALTER TABLE parted ALTER COLUMN a SET NOT NULL;
ALTER TABLE none ALTER COLUMN a SET NOT NULL;
ALTER TABLE small ALTER COLUMN a SET NOT NULL;
ALTER TABLE missing ALTER COLUMN a SET NOT NULL;
BEGIN;
CREATE TABLE fresh AS SELECT * FROM large;
ALTER TABLE fresh ALTER COLUMN a SET NOT NULL;
COMMIT;
-- not-null-check-breaks-writers
\set VERBOSITY default
ALTER TABLE large ADD CONSTRAINT b_required CHECK (b IS NOT NULL) NOT VALID;
\set VERBOSITY terse
ALTER TABLE large ADD CONSTRAINT c_required CHECK (c IS NOT NULL) NOT VALID;
ALTER TABLE large ADD CONSTRAINT d_required CHECK (d IS NOT NULL) NOT VALID;
-- drop-not-null
\set VERBOSITY default
ALTER TABLE large ALTER COLUMN d DROP NOT NULL;
\set VERBOSITY terse
ALTER TABLE large ALTER COLUMN d DROP NOT NULL;
-- change-column-default is told in the log; a first default is none
ALTER TABLE large ALTER COLUMN c SET DEFAULT 2;
ALTER TABLE large ALTER COLUMN b SET DEFAULT '';
-- ban-add-column-with-default is off
ALTER TABLE large ADD COLUMN e integer DEFAULT 1;
INSERT INTO schema_audit.rule_setting (rule, schema_pattern, action, reason) VALUES ('ban-add-column-with-default', 'guard_nullability', 'warn', 'house rule');
ALTER TABLE large ADD COLUMN f integer DEFAULT 1;
ALTER TABLE large ADD COLUMN g integer;
DELETE FROM schema_audit.rule_setting;
SELECT command_tag, object_type, object_identity, decision, rule FROM schema_audit.ddl_log
WHERE rule IS NOT NULL AND object_identity LIKE 'guard_nullability.%' AND decision <> 'rejected' ORDER BY id;
-- registered models know which readers and writers there are
SELECT schema_audit.register_ddl('nullable', 'CREATE TABLE guard_nullability.small (id integer, a integer NOT NULL)');
ALTER TABLE small ALTER COLUMN a DROP NOT NULL;
ALTER TABLE small ADD CHECK (a IS NOT NULL) NOT VALID;
ALTER TABLE small ADD CHECK (id IS NOT NULL) NOT VALID;
ALTER TABLE small ALTER COLUMN a SET NOT NULL;
SELECT schema_audit.register_ddl('nullable', 'CREATE TABLE guard_nullability.small (id integer, a integer)');
ALTER TABLE small ALTER COLUMN a DROP NOT NULL;
SELECT schema_audit.unregister('nullable');
SELECT schema_audit.disable();
DROP SCHEMA guard_nullability CASCADE;
