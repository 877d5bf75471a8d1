-- Rules about the rows that a migration changes: a case that fires and one that must not, for each.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_rows;
SET search_path = guard_rows;
SET lock_timeout = '2s';
CREATE TABLE t (id integer PRIMARY KEY, a integer, b text);
INSERT INTO t SELECT i, i, 'b' FROM generate_series(1, 2000) AS i;
CREATE TABLE other (id integer PRIMARY KEY, t_id integer);
CREATE TABLE p (id integer) PARTITION BY LIST (id);
CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE small (id integer PRIMARY KEY, a integer);
INSERT INTO small VALUES (1), (2);
ANALYZE t, other, small;
SELECT schema_audit.enable();
SET schema_audit.min_rows = 1000;
CREATE VIEW told AS SELECT command_tag, object_type, object_identity, decision, message FROM schema_audit.ddl_log
WHERE rule = 'backfill-in-ddl-transaction' ORDER BY id;

-- backfill-in-ddl-transaction: by the rows that were changed
BEGIN;
ALTER TABLE t ADD COLUMN c integer;
UPDATE t SET c = a;
COMMIT;
\set VERBOSITY terse
UPDATE t SET c = a;
BEGIN;
UPDATE t SET c = a;
ALTER TABLE t ADD COLUMN d integer;
UPDATE t SET d = a WHERE id < 1000;
COMMIT;
BEGIN;
CREATE TABLE new (id integer, a integer);
INSERT INTO new SELECT id, a FROM t;
CREATE TEMPORARY TABLE scratch ON COMMIT DROP AS SELECT * FROM t;
DELETE FROM scratch;
COMMIT;
BEGIN;
ALTER TABLE other ADD COLUMN note text;
CREATE TABLE newer (id integer, a integer);
INSERT INTO newer SELECT id, a FROM t;
INSERT INTO p SELECT 1 FROM t;
UPDATE p SET id = 1;
DELETE FROM t;
MERGE INTO newer USING new ON newer.id = new.id WHEN MATCHED THEN UPDATE SET a = 0;
DO $$ BEGIN UPDATE newer SET a = 1; END $$;
SELECT count(*) FROM newer, generate_series(1, 2);
ROLLBACK;
-- a lock that was given back is none
BEGIN;
SAVEPOINT s;
ALTER TABLE other ADD COLUMN note text;
ROLLBACK TO s;
UPDATE t SET c = a;
COMMIT;
SELECT * FROM told;
-- what is rejected is undone
INSERT INTO schema_audit.rule_setting (rule, action, reason) VALUES ('backfill-in-ddl-transaction', 'reject', 'batches');
\set VERBOSITY default
BEGIN;
ALTER TABLE other ADD COLUMN note text;
UPDATE t SET c = 5;
COMMIT;
\set VERBOSITY terse
SELECT count(*) FROM t WHERE c = 5;
BEGIN;
ALTER TABLE other ADD COLUMN note text;
SET LOCAL schema_audit.exempt = 'backfill-in-ddl-transaction: nobody is there at night';
UPDATE t SET c = 5;
ROLLBACK;
UPDATE schema_audit.rule_setting SET action = 'off' WHERE rule = 'backfill-in-ddl-transaction';
BEGIN;
ALTER TABLE other ADD COLUMN note text;
UPDATE t SET c = 5;
ROLLBACK;
DELETE FROM schema_audit.rule_setting;
SELECT schema_audit.disable();
BEGIN;
ALTER TABLE other ADD COLUMN note text;
UPDATE t SET c = 5;
ROLLBACK;

-- lint() goes by what the commands are about
SELECT line, rule, object_identity, message, fix FROM schema_audit.lint($$
UPDATE t SET b = 'x';
DELETE FROM t;
DELETE FROM t WHERE true;
UPDATE small SET a = 1;
DELETE FROM small;
UPDATE t SET b = 'x' WHERE a > 5;
CREATE TABLE made AS SELECT * FROM t;
DELETE FROM made;
$$) WHERE rule LIKE '%without-where';
CREATE FUNCTION backfills(sql text) RETURNS TABLE (line integer, object_identity text, message text) LANGUAGE sql AS $$
    SELECT line, object_identity, message FROM schema_audit.lint('BEGIN; ALTER TABLE other ADD COLUMN note text;' || sql) WHERE rule = 'backfill-in-ddl-transaction' $$;
SELECT * FROM backfills($$
UPDATE t SET b = 'x';
UPDATE t SET b = 'x' WHERE b IS NULL;
DELETE FROM t WHERE id > 5;
DELETE FROM t AS away WHERE away.a = 5;
UPDATE t SET b = 'x' FROM other WHERE other.id = t.id;
UPDATE other SET t_id = t.id FROM t WHERE other.id = t.id;
UPDATE t SET b = 'x' FROM t AS again WHERE again.id = t.id;
INSERT INTO small SELECT id, a FROM t;
INSERT INTO small SELECT x.id, 1 FROM (SELECT id FROM t UNION SELECT id FROM other) AS x JOIN small ON small.id = x.id;
WITH gone AS (DELETE FROM small RETURNING id) INSERT INTO small SELECT id, a FROM t;
MERGE INTO small USING t ON small.id = t.id WHEN MATCHED THEN UPDATE SET a = 0;
$$);
SELECT * FROM backfills($$
UPDATE t SET b = 'x' WHERE id = 5;
UPDATE t SET b = 'x' WHERE 5 = id AND b IS NULL;
DELETE FROM t WHERE id IN (1, 2, 3);
DELETE FROM t WHERE id = ANY (ARRAY [1, 2]);
DELETE FROM t WHERE id BETWEEN 1 AND 100;
DELETE FROM t AS away WHERE away.id >= 1 AND 100 > away.id;
DELETE FROM t WHERE ctid = ANY (ARRAY (SELECT ctid FROM t LIMIT 100));
WITH batch AS (SELECT id FROM t LIMIT 100) UPDATE t SET b = 'x' FROM batch WHERE batch.id = t.id;
UPDATE small SET a = 1;
INSERT INTO t VALUES (5, 5, 'x'), (6, 6, 'x');
INSERT INTO t SELECT * FROM generate_series(1, 100000);
INSERT INTO t SELECT * FROM t LIMIT 100;
INSERT INTO t DEFAULT VALUES;
MERGE INTO t USING small ON small.id = t.id WHEN MATCHED THEN UPDATE SET a = 0;
COMMIT;
UPDATE t SET b = 'x' WHERE b IS NULL;
$$);
-- rehearse() too
SELECT statement_no, finding ->> 'rule' AS rule, finding ->> 'message' AS message
FROM schema_audit.rehearse($$BEGIN; ALTER TABLE other ADD COLUMN note text; UPDATE t SET b = 'x'; COMMIT; UPDATE t SET a = 0 WHERE b IS NULL$$), jsonb_array_elements(findings) AS finding
WHERE finding ->> 'rule' IN ('backfill-in-ddl-transaction', 'update-without-where') ORDER BY 1, 2;

DELETE FROM schema_audit.ddl_log;
SET client_min_messages = error;
DROP SCHEMA guard_rows CASCADE;
