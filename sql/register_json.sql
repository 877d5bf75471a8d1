-- Models as documents: model_json, snapshot_json, register_json.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA register_json;
SET search_path = register_json, public;
CREATE TYPE state AS ENUM ('new', 'it''s paid');
CREATE DOMAIN money_2 AS numeric(12,2) CHECK (VALUE >= 0);
CREATE TABLE customer (id bigserial PRIMARY KEY, name text COLLATE "C" NOT NULL DEFAULT 'x', email varchar(100) UNIQUE, state state DEFAULT 'new');
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    total money_2 NOT NULL DEFAULT 0 CHECK (total < 1000),
    twice numeric GENERATED ALWAYS AS (total * 2) STORED,
    span int4range, EXCLUDE USING gist (span WITH &&)) WITH (fillfactor = 70);
CREATE INDEX big ON orders (customer_id DESC NULLS LAST) INCLUDE (total) WHERE total > 10;
CREATE TABLE parted (a integer) PARTITION BY RANGE (a);
CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE VIEW big_orders AS SELECT * FROM orders WHERE total > 10;
CREATE FUNCTION "odd ""name" (integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
SELECT schema_audit.register_schema('json_live', '{register_json}', 'v1') AS live,
    schema_audit.register_ddl('json_ddl', 'CREATE TABLE a (id int PRIMARY KEY, b text NOT NULL); CREATE TABLE c (a_id int REFERENCES a)', 'v2', '{register_json_2}',
        '{"tables": {"a": {"unit": "app", "file": "models.py", "line": 7, "columns": {"b": {"client_default": {"kind": "constant", "sql": "''x''"}, "choices": ["x", "y"]}}}},
          "migrations": [{"tool": "django", "unit": "app", "name": "0001"}]}') AS ddl,
    schema_audit.register_ddl('json_tenants', 'CREATE TABLE a (id int)', NULL, '{tenant\_%}') AS tenants;

-- there and back
SELECT m.model, schema_audit.register_json(m.model || ' again', schema_audit.model_json(m.model)) AS objects
 FROM unnest('{json_live,json_ddl,json_tenants}'::text[]) AS m (model);
SELECT m.model, schema_audit.model_json(m.model || ' again') - 'model' = schema_audit.model_json(m.model) - 'model' AS same
 FROM unnest('{json_live,json_ddl,json_tenants}'::text[]) AS m (model);
SELECT schema_audit.snapshot_json('{register_json}') = schema_audit.model_json('json_live') - '{model,model_version}'::text[] AS same;
SELECT model, version, source, governed_schemas, kinds IS NOT NULL AS kinds, whole_database, tenant_pattern FROM schema_audit.model WHERE model LIKE 'json%again' ORDER BY 1;
SELECT schema_audit.register_json('json_live again', schema_audit.snapshot_json('{register_json}'), 'v3');
SELECT version FROM schema_audit.model WHERE model = 'json_live again';
SELECT schema_audit.unregister('json_live');
SELECT severity, rule, object_name FROM audit_schema('{json_live again}', min_severity => 'info');
ALTER TABLE orders ALTER COLUMN total DROP DEFAULT;
SELECT severity, rule, object_name, expected FROM audit_schema('{json_live again}');
-- normal forms of another major version are not believed
SELECT schema_audit.register_json('json_live again', jsonb_set(schema_audit.model_json('json_live again'), '{server_version}', '9'));
SELECT count(default_normal) FROM schema_audit.model_column WHERE model = 'json_live again';
SELECT severity, rule, object_name, expected FROM audit_schema('{json_live again}', min_severity => 'info');

-- written by hand: what is not said is as the server would have it
SELECT schema_audit.register_json('json_hand', '{"format": "schema_audit/model", "version": 1, "governed_schemas": ["register_json_3"], "tables": [
    {"schema_name": "register_json_3", "table_name": "t", "columns": [
        {"column_name": "id", "position": 1, "data_type": "integer", "not_null": true}, {"column_name": "note", "position": 2, "data_type": "text", "default_expression": "''-''"}],
     "constraints": [{"constraint_name": "t_pkey", "kind": "primary key", "columns": ["id"]}], "indexes": [{"index_name": "t_note", "keys": ["note"]}]}],
    "objects": [{"kind": "enum", "schema_name": "register_json_3", "object_name": "mood", "definition": {"labels": ["sad", "ok"]}}]}');
INSERT INTO schema_audit.model (model, governed_schemas) VALUES ('json_rows', '{register_json_3}');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('json_rows', 'register_json_3', 't');
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type, not_null, default_expression)
 VALUES ('json_rows', 'register_json_3', 't', 'id', 1, 'integer', true, NULL), ('json_rows', 'register_json_3', 't', 'note', 2, 'text', DEFAULT, '''-''');
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, columns) VALUES ('json_rows', 'register_json_3', 't', 't_pkey', 'primary key', '{id}');
INSERT INTO schema_audit.model_index (model, schema_name, table_name, index_name, keys) VALUES ('json_rows', 'register_json_3', 't', 't_note', '{note}');
INSERT INTO schema_audit.model_object (model, kind, schema_name, object_name, definition) VALUES ('json_rows', 'enum', 'register_json_3', 'mood', '{"labels": ["sad", "ok"]}');
SELECT schema_audit.model_json('json_rows') - 'model' = schema_audit.model_json('json_hand') - 'model' AS same;
SELECT schema_audit.unregister('json_rows');
CREATE SCHEMA register_json_3;
CREATE TABLE register_json_3.t (id integer PRIMARY KEY, note text DEFAULT '-');
CREATE INDEX t_note ON register_json_3.t (note);
CREATE TYPE register_json_3.mood AS ENUM ('sad', 'ok');
SELECT severity, rule, object_name, expected, actual FROM audit_schema('{json_hand}', min_severity => 'info');

-- what is wrong, and where; nothing is registered
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT schema_audit.register_json('json_bad', '[]');
SELECT schema_audit.register_json('json_bad', '{}');
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/annotations", "version": 1}');
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/model", "version": 2}');
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/model", "version": 1, "tables": [{"schema_name": "s", "table_name": "t", "columns": [{"column_name": "a", "colour": 1, "position": 1, "data_type": "text"}]}]}');
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/model", "version": 1, "tables": [{"schema_name": "s", "table_name": "t", "indexes": [{"index_name": "a", "keys": "a"}]}]}');
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/model", "version": 1, "tables": [{"schema_name": "s"}]}');
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/model", "version": 1, "tables": ["t"]}');
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/model", "version": 1, "tables": [{"schema_name": "s", "table_name": "t", "kind": "view"}]}');
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/model", "version": 1, "objects": [{"kind": "nothing", "object_name": "x"}]}');
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/model", "version": 1, "annotations": {"tables": {"nope": {"unit": "x"}}}}');
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/model", "version": 1, "annotations": {"colour": 1}}');
SELECT schema_audit.register_json('', '{"format": "schema_audit/model", "version": 1}');
SELECT schema_audit.register_json('json_bad', NULL);
SELECT schema_audit.snapshot_json('{nope}');
SELECT schema_audit.snapshot_json('{pg_catalog}');
SELECT schema_audit.snapshot_json('{tenant_%}');
SELECT count(*) FROM schema_audit.model WHERE model = 'json_bad';

-- for everybody and without writing; registering is for those who may write the tables of the models
CREATE ROLE regress_json;
SET ROLE regress_json;
SET default_transaction_read_only = on;
SELECT jsonb_array_length(schema_audit.snapshot_json('{register_json}') -> 'tables') AS tables, schema_audit.model_json('json_ddl') ->> 'model_version' AS version;
RESET default_transaction_read_only;
\set VERBOSITY terse
SELECT schema_audit.register_json('json_bad', '{"format": "schema_audit/model", "version": 1}');
RESET ROLE;
DROP ROLE regress_json;
SELECT schema_audit.unregister(model) FROM (SELECT model FROM schema_audit.model WHERE model LIKE 'json%' ORDER BY 1) AS m;
DELETE FROM schema_audit.model_history WHERE model LIKE 'json%';
DROP SCHEMA register_json, register_json_3 CASCADE;
RESET search_path;
