-- Rules about indexes: a case that fires and one that must not, for each.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_indexes;
SET search_path = guard_indexes;
CREATE TABLE small (id integer, a integer, b text);
CREATE TABLE large (id integer, a integer, b text);
INSERT INTO large SELECT i, i FROM generate_series(1, 2000) AS i;
CREATE INDEX large_b ON large (b);
ANALYZE large;
SELECT schema_audit.enable();
SET schema_audit.min_rows = 1000;
-- create-index-blocking
\set VERBOSITY default
CREATE INDEX large_a ON large (a);
\set VERBOSITY terse
CREATE UNIQUE INDEX IF NOT EXISTS large_a ON guard_indexes.large (a);
CREATE INDEX IF NOT EXISTS large_b ON large (b);
CREATE INDEX CONCURRENTLY large_a ON large (a);
CREATE INDEX small_a ON small (a);
BEGIN;
CREATE TABLE fresh AS SELECT * FROM large;
CREATE INDEX fresh_a ON fresh (a);
COMMIT;
CREATE TEMP TABLE temporary AS SELECT * FROM large;
CREATE INDEX ON temporary (a);
CREATE INDEX ON missing (a);
-- drop-index-blocking
\set VERBOSITY default
DROP INDEX large_a;
\set VERBOSITY terse
DROP INDEX IF EXISTS large_c;
DROP INDEX CONCURRENTLY large_b;
-- what is small is told in the log
SELECT command_tag, object_type, object_identity, decision, rule FROM schema_audit.ddl_log
WHERE rule IN ('create-index-blocking', 'drop-index-blocking') AND object_identity LIKE 'guard_indexes.%' AND decision <> 'rejected' ORDER BY id;
-- a row of rule_setting decides for every size
INSERT INTO schema_audit.rule_setting (rule, table_pattern, action, reason) VALUES ('create-index-blocking', 'small', 'reject', 'hot');
CREATE INDEX small_b ON small (b);
DELETE FROM schema_audit.rule_setting;
-- create-index-on-partitioned-parent
CREATE TABLE parted (id integer, a integer) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1500);
INSERT INTO parted SELECT i, i FROM generate_series(1, 1499) AS i;
ANALYZE parted_1;
CREATE TABLE unfilled (id integer, a integer) PARTITION BY RANGE (id);
\set VERBOSITY default
CREATE INDEX parted_a ON parted (a);
\set VERBOSITY terse
CREATE INDEX parted_e ON parted ((a + 1));
CREATE INDEX parted_a ON ONLY parted (a);
CREATE INDEX IF NOT EXISTS parted_a ON parted (a);
CREATE INDEX CONCURRENTLY parted_1_parted_a ON parted_1 (a);
ALTER INDEX parted_a ATTACH PARTITION parted_1_parted_a;
SELECT indisvalid FROM pg_index WHERE indexrelid = 'parted_a'::regclass;
CREATE INDEX unfilled_a ON unfilled (a);
-- concurrently-on-partitioned
\set VERBOSITY default
CREATE INDEX CONCURRENTLY parted_b ON parted (a);
DROP INDEX CONCURRENTLY parted_a;
\set VERBOSITY terse
-- concurrently-in-transaction
BEGIN;
CREATE INDEX CONCURRENTLY small_c ON small (a, b);
ROLLBACK;
CREATE INDEX CONCURRENTLY small_c ON small (a, b);
-- invalid-index-left-behind
CREATE TABLE twice (a integer);
INSERT INTO twice VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY twice_a ON twice (a);
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS twice_a ON twice (a);
DELETE FROM twice;
REINDEX INDEX CONCURRENTLY twice_a;
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS twice_a ON twice (a);
-- duplicate-or-redundant-index, index-duplicate-column, drop-index-in-use
CREATE TABLE pairs (a integer, b integer, c text);
CREATE INDEX pairs_a ON pairs (a);
CREATE INDEX pairs_b_twice ON pairs (b, b);
CREATE INDEX pairs_ab ON pairs (a, b);
CREATE UNIQUE INDEX pairs_a_unique ON pairs (a);
CREATE INDEX pairs_ab_partial ON pairs (a, b) WHERE a > 1;
CREATE INDEX pairs_a_down ON pairs (a DESC);
CREATE INDEX pairs_c ON pairs (c text_pattern_ops);
CREATE INDEX pairs_c_too ON pairs (c);
SET enable_seqscan = off;
SELECT FROM pairs WHERE c = 'x';
RESET enable_seqscan;
SELECT pg_stat_force_next_flush();
SET client_min_messages = error;
DROP INDEX pairs_c_too;
DROP INDEX pairs_c;
SET client_min_messages = warning;
SELECT object_identity, rule, replace(message, 'guard_indexes.', '') FROM schema_audit.ddl_log
WHERE rule IN ('duplicate-or-redundant-index', 'index-duplicate-column', 'drop-index-in-use') AND object_identity LIKE '%pairs%' ORDER BY id;
SELECT schema_audit.disable();
DROP SCHEMA guard_indexes CASCADE;
