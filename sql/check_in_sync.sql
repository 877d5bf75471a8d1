-- check_in_sync(): the last statement of a deploy, which rolls it back when the database is not what the model says.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA sync;
CREATE TABLE sync.orders (id bigint PRIMARY KEY, note varchar(20));
SELECT schema_audit.register_ddl('sync', $$CREATE TABLE sync.orders (id bigint PRIMARY KEY, note varchar(20), state text NOT NULL DEFAULT 'new');$$, schemas => '{sync}');
-- the deploy that brings what the model asks for, seen by its own transaction
BEGIN;
ALTER TABLE sync.orders ADD COLUMN state text NOT NULL DEFAULT 'new';
SELECT schema_audit.check_in_sync('sync');
COMMIT;
SELECT schema_audit.check_in_sync('sync');
-- the one that forgets something
\set SHOW_CONTEXT never
BEGIN;
ALTER TABLE sync.orders ALTER COLUMN note TYPE varchar(10);
CREATE TABLE sync.left_over (id integer PRIMARY KEY);
DO $$
DECLARE
    state text; message text; detail text; hint text;
BEGIN
    PERFORM schema_audit.check_in_sync('sync');
EXCEPTION WHEN SQLSTATE 'SA001' THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RAISE WARNING E'%\n%\n%\n%', state, message, detail, hint;
END
$$;
SELECT schema_audit.check_in_sync('sync');
COMMIT;
SELECT to_regclass('sync.left_over') IS NULL AS rolled_back;
-- only what is told from the severity on; an extra table is a warning
CREATE TABLE sync.left_over (id integer PRIMARY KEY);
SELECT schema_audit.check_in_sync('sync', min_severity => 'error');
\set ON_ERROR_STOP off
SELECT schema_audit.check_in_sync('sync');
-- what is accepted is no drift, nor is the bookkeeping of suppressions
INSERT INTO schema_audit.suppression (rule, table_pattern, reason) VALUES ('extra-table', 'left\_over', 'stays until the clean-up');
INSERT INTO schema_audit.suppression (rule, table_pattern, reason) VALUES ('extra-table', 'nothing\_like\_it', 'matches nothing');
SELECT schema_audit.check_in_sync('sync');
SELECT schema_audit.check_in_sync(NULL);
UPDATE schema_audit.suppression SET expires_at = '2020-01-01' WHERE table_pattern = 'left\_over';
SELECT schema_audit.check_in_sync(NULL);
-- a deploy may register its model before it asks
DELETE FROM schema_audit.suppression;
BEGIN;
SELECT schema_audit.register_schema('sync', '{sync}') > 0 AS registered;
SELECT schema_audit.check_in_sync('sync');
COMMIT;
SELECT schema_audit.check_in_sync('sync', 'info');
-- unknown
SELECT schema_audit.check_in_sync('shop');
SELECT schema_audit.check_in_sync('sync', 'serious');
SELECT schema_audit.unregister('sync');
SELECT schema_audit.check_in_sync('sync');
DROP SCHEMA sync CASCADE;
