-- Rules about drops, renames and other changes that running code notices: a case that fires and one that must not.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_drops;
CREATE SCHEMA guard_drops_other;
SET search_path = guard_drops;
CREATE TABLE orders (id integer PRIMARY KEY, a integer, b text, c integer);
CREATE TABLE items (id integer PRIMARY KEY, order_id integer REFERENCES orders);
CREATE TABLE none (id integer, a integer);
CREATE VIEW totals AS SELECT id FROM orders;
INSERT INTO orders SELECT i, i, 'x' FROM generate_series(1, 100) AS i;
ANALYZE orders;
SELECT schema_audit.enable();
-- drop-column
\set VERBOSITY default
ALTER TABLE orders DROP COLUMN c;
\set VERBOSITY terse
ALTER TABLE orders DROP COLUMN IF EXISTS c;
ALTER TABLE none DROP COLUMN a;
-- rename-column
\set VERBOSITY default
ALTER TABLE orders RENAME COLUMN b TO "B";
\set VERBOSITY terse
ALTER TABLE IF EXISTS missing RENAME COLUMN b TO c;
-- rename-table, set-schema
\set VERBOSITY default
ALTER TABLE items RENAME TO "order items";
BEGIN;
ALTER TABLE "order items" RENAME TO items;
COMMIT;
ALTER TABLE items SET SCHEMA guard_drops_other;
\set VERBOSITY terse
ALTER TABLE guard_drops_other.items SET SCHEMA guard_drops;
ALTER INDEX items_pkey RENAME TO items_key;
ALTER TABLE items RENAME CONSTRAINT items_order_id_fkey TO items_orders;
-- drop-primary-key
\set VERBOSITY default
ALTER TABLE items DROP CONSTRAINT items_key;
\set VERBOSITY terse
ALTER TABLE items DROP CONSTRAINT items_orders;
-- published-table-change, replica-identity-change
SET client_min_messages = error;  -- wal_level
CREATE PUBLICATION guard_drops_all FOR TABLE items, orders (id, a);
SET client_min_messages = warning;
\set VERBOSITY default
ALTER TABLE items ADD COLUMN note text;
ALTER TABLE items REPLICA IDENTITY FULL;
\set VERBOSITY terse
ALTER TABLE items ALTER COLUMN note TYPE varchar(100);
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE none REPLICA IDENTITY FULL;
DROP PUBLICATION guard_drops_all;
ALTER TABLE items REPLICA IDENTITY DEFAULT;
-- drop-table, drop-view
\set VERBOSITY default
DROP VIEW totals;
DROP TABLE orders;
\set VERBOSITY terse
DROP TABLE IF EXISTS missing, orders;
BEGIN;
CREATE TABLE fresh AS SELECT 1 AS a;
ALTER TABLE fresh RENAME TO fresher;
ALTER TABLE fresher RENAME COLUMN a TO b;
ALTER TABLE fresher DROP COLUMN b;
DROP TABLE fresher;
COMMIT;
CREATE TEMP TABLE temporary AS SELECT 1 AS a;
DROP TABLE temporary;
-- registered models say who needs it
CREATE TABLE orders (id integer PRIMARY KEY, a integer, old integer);
INSERT INTO orders VALUES (1, 1, 1);
CREATE TABLE legacy AS SELECT 1 AS a;
SELECT schema_audit.register_ddl('shop', 'CREATE TABLE guard_drops.orders (id integer PRIMARY KEY, a integer);
  CREATE VIEW guard_drops.totals AS SELECT id FROM guard_drops.orders');
ALTER TABLE orders RENAME COLUMN old TO older;
ALTER TABLE orders DROP COLUMN older;
ALTER TABLE legacy RENAME TO legacies;
DROP TABLE legacies;
CREATE VIEW others AS SELECT 1 AS a;
DROP VIEW others;
CREATE VIEW totals AS SELECT id FROM guard_drops.orders;
\set VERBOSITY default
DROP VIEW totals;
ALTER TABLE orders DROP COLUMN a;
DROP TABLE orders;
\set VERBOSITY terse
SELECT schema_audit.unregister('shop');
-- drop-cascade
CREATE TABLE parents (id integer PRIMARY KEY);
CREATE TABLE children (id integer DEFAULT 1, parent_id integer REFERENCES parents);
CREATE VIEW families AS SELECT parents.id FROM parents JOIN children ON parent_id = parents.id;
\set VERBOSITY default
DROP TABLE parents CASCADE;
\set VERBOSITY terse
DROP TABLE children CASCADE;
CREATE TABLE parents (id integer PRIMARY KEY);
CREATE VIEW families AS SELECT id FROM parents;
DROP TABLE parents;
DROP TABLE IF EXISTS missing CASCADE;
-- drop-type, rename-enum-value
CREATE TYPE color AS ENUM ('red', 'green');
ALTER TYPE color RENAME VALUE 'red' TO 'crimson';
CREATE TABLE things (id integer, color color);
\set VERBOSITY default
ALTER TYPE color RENAME VALUE 'green' TO 'olive';
\set VERBOSITY terse
ALTER TYPE color RENAME VALUE 'blue' TO 'navy';
DROP TYPE color;
\set VERBOSITY default
DROP TYPE color CASCADE;
\set VERBOSITY terse
CREATE TYPE color AS ENUM ('red');
DROP TYPE color CASCADE;
DROP DOMAIN IF EXISTS missing CASCADE;
-- drop-schema, rename-schema
ALTER SCHEMA guard_drops_other RENAME TO guard_drops_others;
CREATE TABLE guard_drops_others.one (id integer);
\set VERBOSITY default
ALTER SCHEMA guard_drops_others RENAME TO guard_drops_other;
DROP SCHEMA guard_drops_other CASCADE;
\set VERBOSITY terse
CREATE SCHEMA guard_drops_other;
DROP SCHEMA guard_drops_other CASCADE;
DROP SCHEMA IF EXISTS guard_drops_other CASCADE;
BEGIN;
CREATE SCHEMA guard_drops_other;
CREATE TABLE guard_drops_other.one (id integer);
DROP SCHEMA guard_drops_other CASCADE;
COMMIT;
-- drop-extension: what is refused or missing is no finding
DROP EXTENSION IF EXISTS missing;
BEGIN;
DROP EXTENSION plpgsql;
ROLLBACK;
SELECT command_tag, object_type, object_identity, decision, rule FROM schema_audit.ddl_log
WHERE object_identity LIKE 'guard_drops%' AND rule IS NOT NULL ORDER BY id;
SELECT schema_audit.disable();
SET client_min_messages = error;
DROP SCHEMA guard_drops CASCADE;
