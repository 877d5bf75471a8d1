-- rehearse(): a migration runs for real, and nothing of it stays.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA rehearsal;
SET search_path = rehearsal, public;
CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL DEFAULT 'x');
CREATE TABLE orders (id serial PRIMARY KEY, customer_id integer, note varchar(10), qty integer);
INSERT INTO customer SELECT i FROM generate_series(1, 10) AS i;
INSERT INTO orders (customer_id, note, qty) SELECT i % 10 + 1, 'n', i FROM generate_series(1, 2000) AS i;
ANALYZE orders;
SET schema_audit.min_rows = 1000;
-- what each statement did: locks in PostgreSQL's words, rewrites, rows read
SELECT statement_no AS no, line, command_tag, locks, rewrites, rows_read / 2000 AS reads, outcome, sqlstate, message FROM schema_audit.rehearse($$
ALTER TABLE orders ALTER COLUMN note TYPE varchar(20);
ALTER TABLE orders ALTER COLUMN qty TYPE bigint;
ALTER TABLE orders ALTER COLUMN customer_id SET NOT NULL;
CREATE INDEX orders_note ON orders (note);
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id);
UPDATE customer SET name = 'y' WHERE id < 6;
SELECT count(*) FROM orders;
CREATE TABLE made (id integer);
DROP TABLE made;
TRUNCATE orders$$);
SELECT count(*) FILTER (WHERE milliseconds > 0) > 5 AS timed, max(wal_bytes) > 10000 AS wal FROM schema_audit.rehearse('UPDATE orders SET qty = 1; SELECT 1; SELECT 2; SELECT 3; SELECT 4; SELECT 5');
-- nothing stays
SELECT (SELECT count(*) FROM orders) AS rows, to_regclass('made') AS made, to_regclass('orders_note') AS index,
       (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation >= 16384 AND relation <> 'pg_locks'::regclass AND relation <> 'orders'::regclass AND relation <> 'orders_pkey'::regclass) AS locks,
       (SELECT data_type FROM information_schema.columns WHERE table_schema = 'rehearsal' AND table_name = 'orders' AND column_name = 'qty') AS qty;
-- settings of the script either
SELECT statement, outcome FROM schema_audit.rehearse('SET search_path = pg_catalog; SET work_mem = ''1MB''; CREATE TEMP TABLE t (id int)') WHERE statement_no IS NOT NULL;
SELECT current_setting('search_path') AS search_path, current_setting('work_mem') AS work_mem, current_setting('lock_timeout') AS lock_timeout, current_setting('statement_timeout') AS statement_timeout;
-- findings of the guard: of a statement, of what a DO block runs, of the end of a transaction
SELECT statement_no AS no, f ->> 'severity' AS severity, f ->> 'rule' AS rule, f ->> 'object_identity' AS object
FROM schema_audit.rehearse($$CREATE INDEX ON orders (qty);
DO $do$ BEGIN CREATE INDEX ON orders (note); EXECUTE 'ALTER TABLE customer ALTER COLUMN name DROP DEFAULT'; END $do$;
$$, lock_timeout => '1s') AS r, jsonb_array_elements(r.findings) AS f WHERE f ->> 'severity' = 'error' ORDER BY 1, 3;
-- Django's pair: judged where the transaction of the script ends; told once
SELECT statement_no AS no, statement, f ->> 'severity' AS severity, f ->> 'rule' AS rule, f ->> 'object_identity' AS object, f ->> 'fix' AS fix
FROM schema_audit.rehearse($$BEGIN;
ALTER TABLE "customer" ADD COLUMN "is_active" boolean DEFAULT true NOT NULL;
ALTER TABLE "customer" ALTER COLUMN "is_active" DROP DEFAULT;
COMMIT;$$) AS r, jsonb_array_elements(r.findings) AS f WHERE f ->> 'severity' = 'error';
SELECT statement_no AS no, statement, f ->> 'rule' AS rule, f ->> 'object_identity' AS object
FROM schema_audit.rehearse($$ALTER TABLE customer ADD COLUMN is_active boolean DEFAULT true NOT NULL;
ALTER TABLE customer ALTER COLUMN is_active DROP DEFAULT;$$, assume_in_transaction => true) AS r, jsonb_array_elements(r.findings) AS f WHERE f ->> 'severity' = 'error';
SELECT statement_no AS no, f ->> 'rule' AS rule, f ->> 'object_identity' AS object
FROM schema_audit.rehearse($$ALTER TABLE customer ADD COLUMN is_active boolean DEFAULT true NOT NULL;
ALTER TABLE customer ALTER COLUMN is_active DROP DEFAULT;$$) AS r, jsonb_array_elements(r.findings) AS f WHERE f ->> 'severity' = 'error';
-- what a script rolls back it does not leave
SELECT count(*) AS rolled_back FROM schema_audit.rehearse($$BEGIN;
ALTER TABLE customer ALTER COLUMN name DROP DEFAULT;
ROLLBACK;
SELECT 1;
BEGIN;
ALTER TABLE customer ADD COLUMN b integer;
COMMIT;$$) AS r, jsonb_array_elements(r.findings) AS f WHERE f ->> 'severity' = 'error';
SELECT count(*) AS mended FROM schema_audit.rehearse($$BEGIN;
ALTER TABLE customer ADD COLUMN is_active boolean DEFAULT true NOT NULL;
ALTER TABLE customer ALTER COLUMN is_active DROP DEFAULT;
ALTER TABLE customer ALTER COLUMN is_active SET DEFAULT false;
COMMIT;$$) AS r, jsonb_array_elements(r.findings) AS f WHERE f ->> 'severity' = 'error';
-- the enabled guard neither rejects nor logs what is rehearsed
DELETE FROM schema_audit.ddl_log;  -- of other tests
SELECT schema_audit.enable('enforce');
SELECT count(*) AS logged FROM schema_audit.ddl_log;
SELECT statement_no AS no, outcome, f ->> 'severity' AS severity, f ->> 'rule' AS rule
FROM schema_audit.rehearse('ALTER TABLE customer ADD COLUMN a integer NOT NULL DEFAULT 1; ALTER TABLE customer ALTER COLUMN a DROP DEFAULT')
     AS r LEFT JOIN jsonb_array_elements(r.findings) AS f ON true WHERE statement_no IS NOT NULL AND f ->> 'severity' IS DISTINCT FROM 'info' ORDER BY 1, 4;
SELECT count(*) AS logged FROM schema_audit.ddl_log;
\set ON_ERROR_STOP off
ALTER TABLE customer ALTER COLUMN name DROP DEFAULT;
SELECT schema_audit.disable();
-- what cannot run there is told, and the rest runs
SELECT statement_no AS no, line, statement, command_tag, outcome, message FROM schema_audit.rehearse(E'\\set ON_ERROR_STOP on
BEGIN;
CREATE INDEX CONCURRENTLY ON orders (qty);
VACUUM orders;
COPY orders (id) FROM stdin;
1
\\.
SELECT setval(''orders_id_seq'', 1);
DO $do$ BEGIN PERFORM pg_advisory_lock(1); END $do$;
DO $do$ BEGIN COMMIT; END $do$;
PREPARE p AS SELECT 1;
ANALYZE orders;
CREATE DATABASE other;
SAVEPOINT s;
ROLLBACK TO s;
SELECT 1;
COMMIT;');
SELECT last_value > 1 AS untouched FROM orders_id_seq;
SELECT count(*) AS advisory FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
-- sequences alone go on, and are named
SELECT statement_no AS no, sequences FROM schema_audit.rehearse('INSERT INTO orders (customer_id) VALUES (1)') WHERE statement_no IS NOT NULL;
-- one that fails ends it; the error is the server's, with its line
SELECT statement_no AS no, line, outcome, sqlstate, message FROM schema_audit.rehearse($$ALTER TABLE customer ADD COLUMN b integer;
UPDATE customer
SET b = 1,
    nothing = 2;
ALTER TABLE customer ADD COLUMN c integer;$$);
SELECT statement_no AS no, line, outcome, sqlstate, message FROM schema_audit.rehearse('ALTER TABLE customer ADD CONSTRAINT c CHECK (id > 5)') WHERE statement_no = 1;
SELECT statement_no AS no, line, outcome, sqlstate, message FROM schema_audit.rehearse(E'SELECT 1;\nCREATE TABEL t (id integer);\nSELECT 2') WHERE statement_no IS NOT NULL;
SELECT count(*) FROM information_schema.columns WHERE table_schema = 'rehearsal' AND table_name = 'customer';
SET lock_timeout = 0;
-- the time limits: forced, unless the script or the caller has them
SELECT statement_no AS no, outcome, sqlstate, message FROM schema_audit.rehearse('SELECT pg_sleep(10); SELECT 1', statement_timeout => '100ms') WHERE statement_no IS NOT NULL;
SELECT statement_no AS no, outcome, sqlstate FROM schema_audit.rehearse('SET statement_timeout = ''50ms''; SELECT pg_sleep(10); SELECT 1', statement_timeout => '1min') WHERE statement_no IS NOT NULL;
SELECT statement_no AS no, outcome FROM schema_audit.rehearse($$DO $do$ BEGIN ASSERT current_setting('lock_timeout') = '2s' AND current_setting('statement_timeout') = '30s'; END $do$ $$) WHERE statement_no = 1;
SELECT statement_no AS no, outcome FROM schema_audit.rehearse($$SET lock_timeout = '5s'; DO $do$ BEGIN ASSERT current_setting('lock_timeout') = '5s'; END $do$; SET lock_timeout = 0; DO $do$ BEGIN ASSERT current_setting('lock_timeout') = '3s'; END $do$ $$, lock_timeout => '3s') WHERE statement_no > 0;
SET lock_timeout = '7s';
SELECT statement_no AS no, outcome FROM schema_audit.rehearse($$DO $do$ BEGIN ASSERT current_setting('lock_timeout') = '7s'; END $do$ $$) WHERE statement_no = 1;
SET lock_timeout = 0;
SELECT schema_audit.rehearse('SELECT 1', lock_timeout => 'soon');
-- the caller's own limit still ends the whole
SET statement_timeout = '200ms';
SELECT statement_no AS no, outcome, sqlstate FROM schema_audit.rehearse('SELECT pg_sleep(10)', statement_timeout => '1min');
RESET statement_timeout;
-- deferred constraints, at the end and at a commit of the script
CREATE TABLE child (id integer PRIMARY KEY, parent integer CONSTRAINT child_fk REFERENCES customer DEFERRABLE INITIALLY DEFERRED);
SELECT statement_no AS no, statement, outcome, sqlstate FROM schema_audit.rehearse('INSERT INTO child VALUES (1, 99)', assume_in_transaction => true);
SELECT statement_no AS no, statement, outcome, sqlstate, message FROM schema_audit.rehearse('BEGIN; INSERT INTO child VALUES (1, 99); COMMIT; SELECT 1');
SELECT statement_no AS no, statement, outcome, sqlstate FROM schema_audit.rehearse('BEGIN; INSERT INTO child VALUES (1, 99); INSERT INTO customer VALUES (99); COMMIT; BEGIN; ALTER TABLE child ADD COLUMN x integer; INSERT INTO child VALUES (2, 98); INSERT INTO customer VALUES (98); COMMIT');
SELECT statement_no AS no, outcome, sqlstate FROM schema_audit.rehearse('BEGIN; INSERT INTO child VALUES (1, 1); ALTER TABLE child ADD COLUMN x integer; COMMIT') WHERE outcome = 'failed';
-- a label that was added to an enum may be used when the script has committed it
CREATE TYPE mood AS ENUM ('sad');
SELECT statement_no AS no, outcome, sqlstate FROM schema_audit.rehearse($$ALTER TYPE mood ADD VALUE 'ok'; SELECT 'ok'::mood$$) WHERE statement_no > 0;
SELECT statement_no AS no, outcome, sqlstate FROM schema_audit.rehearse($$BEGIN; ALTER TYPE mood ADD VALUE 'ok'; SELECT 'ok'::mood; COMMIT$$) WHERE statement_no > 0;
-- the drift from the models, before and after
SELECT schema_audit.register_ddl('rehearsal', 'CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL DEFAULT ''x'', email text)', schemas => '{rehearsal}');
SELECT statement, outcome, drift_new, drift_resolved FROM schema_audit.rehearse('SET search_path = rehearsal; ALTER TABLE customer ADD COLUMN email text, ALTER COLUMN name DROP NOT NULL; DROP TABLE child; CREATE TABLE fresh ()', models => '{rehearsal}') WHERE statement = '(drift)';
SELECT f ->> 'severity' AS severity, f ->> 'rule' AS rule, f ->> 'object_identity' AS object FROM schema_audit.rehearse('ALTER TABLE customer ALTER COLUMN name DROP NOT NULL') AS r, jsonb_array_elements(r.findings) AS f WHERE statement = '(drift)';
SELECT statement, outcome, message FROM schema_audit.rehearse('SELECT 1', models => '{nobody}') WHERE statement = '(drift)';
SELECT schema_audit.unregister('rehearsal');
-- within a transaction that has changed something itself
BEGIN;
ALTER TABLE customer ADD COLUMN mine integer NOT NULL DEFAULT 1;
SELECT statement_no AS no, locks, rows_read, outcome FROM schema_audit.rehearse('ALTER TABLE customer ALTER COLUMN mine DROP DEFAULT; ALTER TABLE orders ADD COLUMN x int') WHERE statement_no > 0;
SELECT column_default FROM information_schema.columns WHERE table_name = 'customer' AND column_name = 'mine';
COMMIT;
-- partitions: one fact is told once
CREATE TABLE part (id integer, v integer DEFAULT 1) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (1) TO (100) PARTITION BY RANGE (id);
CREATE TABLE part_1_1 PARTITION OF part_1 FOR VALUES FROM (1) TO (50);
SELECT statement_no AS no, f ->> 'rule' AS rule, f ->> 'object_identity' AS object
FROM schema_audit.rehearse('BEGIN; ALTER TABLE part ADD COLUMN w integer NOT NULL DEFAULT 1; ALTER TABLE part ALTER COLUMN w DROP DEFAULT; COMMIT') AS r, jsonb_array_elements(r.findings) AS f WHERE f ->> 'severity' = 'error';
-- with the caller's rights
CREATE ROLE rehearser;
GRANT USAGE ON SCHEMA rehearsal TO rehearser;
SET ROLE rehearser;
SELECT statement_no AS no, outcome, sqlstate, message FROM schema_audit.rehearse('ALTER TABLE customer ADD COLUMN a integer') WHERE statement_no = 1;
RESET ROLE;
-- nothing to do, and itself
SELECT statement_no AS no, statement, command_tag, outcome, message FROM schema_audit.rehearse('');
SELECT count(*) FROM schema_audit.rehearse(NULL);
SELECT statement_no AS no, outcome, sqlstate, message FROM schema_audit.rehearse('SELECT * FROM schema_audit.rehearse(''SELECT 1'')') WHERE statement_no = 1;
DROP SCHEMA rehearsal CASCADE;
DROP ROLE rehearser;
