-- Renamed columns and tables are one finding with both readings; what follows them is none. Constraints and indexes
-- are paired by what they are.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
CREATE SCHEMA shop;
SET search_path = shop, public;
CREATE TABLE supplier (id bigserial PRIMARY KEY, code varchar(10) NOT NULL UNIQUE);
CREATE TABLE color (id bigint PRIMARY KEY, name text);
CREATE TABLE item (
    id bigserial PRIMARY KEY,
    supplier_id bigint NOT NULL REFERENCES supplier,
    title varchar(50) NOT NULL CHECK (title <> 'title'),
    price numeric(10,2) NOT NULL DEFAULT 0,
    gross numeric(12,2) GENERATED ALWAYS AS (price * 1.2) STORED,
    note text,
    CONSTRAINT a_name_of_more_than_sixty_three_bytes_that_the_server_cuts_to_sixty_three CHECK (price >= 0)
);
CREATE INDEX item_title_like ON item (lower(title), price DESC) WHERE note IS NOT NULL;
SELECT schema_audit.register_schema('shop', '{shop}');
CREATE TEMPORARY VIEW found AS SELECT severity, rule, table_name, object_name, expected, actual, fix FROM public.audit_schema(models => '{shop}', min_severity => 'info');
SELECT * FROM found;

-- a column with all that hangs on it
ALTER TABLE item RENAME title TO "Title";
ALTER TABLE item RENAME price TO net;
SELECT rule, table_name, object_name, expected, actual, fix FROM found ORDER BY object_name;
SELECT message FROM public.audit_schema(models => '{shop}') WHERE object_name = 'title';
SELECT column_name, expected_type, actual_type, matched, differences FROM schema_audit.columns(models => '{shop}', tables => 'item') ORDER BY column_name;
SELECT fix FROM found \gexec
SELECT * FROM found;

-- a required one is told once; accepted as an extra it is no candidate
ALTER TABLE supplier RENAME code TO abbreviation;
SELECT severity, rule, object_name FROM found;
INSERT INTO schema_audit.suppression (finding_key, reason) VALUES ('orphan-required-column:shop.supplier:column:abbreviation', 'of another program');
SELECT severity, rule, object_name FROM found WHERE rule LIKE '%column';
SELECT column_name, differences FROM schema_audit.columns(models => '{shop}', tables => 'supplier');
TRUNCATE schema_audit.suppression;
ALTER TABLE supplier RENAME abbreviation TO code;

-- dropped, and another added at the end
ALTER TABLE item DROP note;
ALTER TABLE item ADD seen_at date;
SELECT severity, rule, object_name FROM found;
ALTER TABLE item ADD comment text;
SELECT severity, rule, object_name FROM found WHERE rule <> 'missing-index';
ALTER TABLE item DROP seen_at, DROP comment, ADD note text;
CREATE INDEX item_title_like ON item (lower(title), price DESC) WHERE note IS NOT NULL;
SELECT * FROM found;

-- a table that others reference, and one that is like any other
ALTER TABLE supplier RENAME TO vendor;
ALTER TABLE color RENAME TO colour;
ALTER TABLE colour RENAME CONSTRAINT color_pkey TO colour_pkey;
SELECT * FROM found;
SELECT rule, object_name FROM public.audit_schema(models => '{shop}', tables => 'vendor');
SELECT column_name, matched, differences FROM schema_audit.columns(models => '{shop}', tables => 'supplier');
ALTER TABLE vendor ALTER code DROP NOT NULL;
SELECT rule, object_name, message FROM public.audit_schema(models => '{shop}', tables => 'supplier') WHERE object_name = 'code';
SELECT fix FROM found WHERE rule = 'renamed-table' \gexec
ALTER TABLE supplier ALTER code SET NOT NULL;
SELECT severity, rule, object_name FROM found;
ALTER TABLE colour RENAME CONSTRAINT colour_pkey TO color_pkey;
ALTER TABLE colour RENAME TO color;
SELECT * FROM found;

-- the same under hashed, unnamed and pg_dump's names
ALTER TABLE item RENAME CONSTRAINT item_supplier_id_fkey TO item_supplier_id_5f3a8e5c_fk_supplier_id;
ALTER TABLE supplier RENAME CONSTRAINT supplier_code_key TO uq_supplier_code;
ALTER INDEX item_title_like RENAME TO ix_item_title;
SELECT severity, rule, expected, actual FROM found;
SELECT fix FROM found \gexec
SELECT * FROM found;
-- twins pair with their attributes first, then by name
ALTER TABLE item ADD CONSTRAINT a_twin FOREIGN KEY (supplier_id) REFERENCES supplier ON DELETE CASCADE;
CREATE INDEX a_twin ON item (lower(title), price DESC) WHERE note IS NOT NULL;
SELECT severity, rule, object_name FROM found;

DROP VIEW found;
SELECT schema_audit.unregister('shop');
SET client_min_messages = warning;
DROP SCHEMA shop CASCADE;

-- texts that name a renamed table follow it: of views, rules, policies, functions in SQL, defaults
CREATE SCHEMA texts;
SET search_path = texts;
CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL, email varchar(200) UNIQUE, born date);
CREATE TABLE invoice (id integer PRIMARY KEY, customer_id integer REFERENCES customer, of regclass DEFAULT 'customer'::regclass);
CREATE VIEW named AS SELECT customer.name, c.email FROM customer JOIN customer AS c USING (id) WHERE customer.name <> 'texts.customer';
CREATE VIEW plain AS SELECT id, name FROM customer;
CREATE MATERIALIZED VIEW twice AS SELECT customer.id, other.id AS other FROM customer, customer AS other;
CREATE VIEW whole AS SELECT customer FROM customer;
CREATE RULE added AS ON INSERT TO plain DO INSTEAD INSERT INTO customer (id, name) VALUES (new.id, new.name) RETURNING customer.id, customer.name;
CREATE POLICY own ON invoice USING (customer_id IN (SELECT customer.id FROM customer WHERE customer.name = CURRENT_USER));
CREATE FUNCTION grown() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM customer WHERE customer.born < now(); END;
SELECT schema_audit.register_schema('texts', '{texts}') > 0 AS registered;
ALTER TABLE customer RENAME TO client;
SELECT severity, rule, object_type, object_name, expected, actual FROM public.audit_schema(models => '{texts}', min_severity => 'info');
-- what differs beside is told
CREATE OR REPLACE VIEW plain AS SELECT id, name FROM client WHERE client.id > 0;
SELECT severity, rule, object_type, object_name FROM public.audit_schema(models => '{texts}', min_severity => 'info');
SELECT schema_audit.unregister('texts');
SET client_min_messages = warning;
DROP SCHEMA texts CASCADE;
