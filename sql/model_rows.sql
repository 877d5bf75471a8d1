-- The tables of the models keep together without foreign keys: a row needs its parent, and follows it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA model_rows;
SET search_path = model_rows, public;
CREATE FUNCTION rows_of(model_pattern text) RETURNS TABLE (rows_of text) LANGUAGE sql AS $$
    SELECT 'model ' || model FROM schema_audit.model WHERE model LIKE model_pattern
    UNION ALL SELECT concat_ws(' ', 'table', model, schema_name, table_name) FROM schema_audit.model_table WHERE model LIKE model_pattern
    UNION ALL SELECT concat_ws(' ', 'column', model, schema_name, table_name, column_name) FROM schema_audit.model_column WHERE model LIKE model_pattern
    UNION ALL SELECT concat_ws(' ', 'constraint', model, schema_name, table_name, constraint_name) FROM schema_audit.model_constraint WHERE model LIKE model_pattern
    UNION ALL SELECT concat_ws(' ', 'index', model, schema_name, table_name, index_name) FROM schema_audit.model_index WHERE model LIKE model_pattern
    UNION ALL SELECT concat_ws(' ', 'object', model, schema_name, object_name) FROM schema_audit.model_object WHERE model LIKE model_pattern
    ORDER BY 1
$$;

-- a row without its parent is refused, and the hint can be run
\set SHOW_CONTEXT never
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('rows', 'model_rows', 't');
\echo :SQLSTATE
INSERT INTO schema_audit.model_object (model, kind, schema_name, object_name, definition) VALUES ('rows', 'enum', 'model_rows', 'Mood', '{"labels": ["a"]}');
INSERT INTO schema_audit.model (model) VALUES ('rows');
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type) VALUES ('rows', 'model_rows', 't''s', 'a b', 1, 'integer');
\echo :SQLSTATE
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('rows', 'model_rows', 't''s');
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, columns) VALUES ('rows', 'model_rows', 't', 'u', 'unique', '{a}');
INSERT INTO schema_audit.model_index (model, schema_name, table_name, index_name, keys) VALUES ('rows', 'model_rows', 't', 'i', '{a}');
-- one among many
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type)
    SELECT 'rows', 'model_rows', CASE i WHEN 7 THEN 'none' ELSE 't''s' END, 'c' || i, i, 'integer' FROM generate_series(1, 9) AS i;
COPY schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type) FROM stdin;
rows	model_rows	t's	a	1	integer
rows	model_rows	none	b	2	integer
\.

-- with the parents they are taken
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('rows', 'model_rows', 't'), ('rows', 'model_rows', 'other');
INSERT INTO schema_audit.model_object (model, kind, schema_name, object_name, definition) VALUES ('rows', 'enum', 'model_rows', 'mood', '{"labels": ["a"]}');
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type)
    VALUES ('rows', 'model_rows', 't', 'a', 1, 'integer'), ('rows', 'model_rows', 'other', 'a', 1, 'integer');
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, columns) VALUES ('rows', 'model_rows', 't', 'u', 'unique', '{a}');
INSERT INTO schema_audit.model_index (model, schema_name, table_name, index_name, keys) VALUES ('rows', 'model_rows', 't', 'i', '{a}');
SELECT * FROM rows_of('rows%');

-- nor may a row leave its parent
UPDATE schema_audit.model_table SET model = 'nope' WHERE model = 'rows';
UPDATE schema_audit.model_object SET model = 'nope' WHERE model = 'rows';
UPDATE schema_audit.model_column SET table_name = 'nope' WHERE model = 'rows' AND table_name = 't';
UPDATE schema_audit.model_constraint SET schema_name = 'nope' WHERE model = 'rows';
UPDATE schema_audit.model_index SET model = 'nope' WHERE model = 'rows';
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type) VALUES ('rows', 'model_rows', 't', 'a', 1, 'integer')
    ON CONFLICT (model, schema_name, table_name, column_name) DO UPDATE SET table_name = 'nope';
UPDATE schema_audit.model_column SET data_type = 'bigint', table_name = 'other', column_name = 'b' WHERE model = 'rows' AND table_name = 't';
UPDATE schema_audit.model_column SET data_type = 'bigint', table_name = 't', column_name = 'a' WHERE model = 'rows' AND column_name = 'b';

-- children follow a parent that is renamed, several at once too
BEGIN;
UPDATE schema_audit.model SET model = 'rows 2' WHERE model = 'rows';
SELECT * FROM rows_of('rows%');
UPDATE schema_audit.model_table SET table_name = upper(table_name), schema_name = 'elsewhere' WHERE model = 'rows 2';
SELECT * FROM rows_of('rows%');
ROLLBACK;

-- and go with one that is deleted
BEGIN;
DELETE FROM schema_audit.model_table WHERE model = 'rows' AND table_name = 't';
SELECT * FROM rows_of('rows%');
DELETE FROM schema_audit.model WHERE model = 'rows';
SELECT * FROM rows_of('rows%');
ROLLBACK;
BEGIN;
TRUNCATE schema_audit.model_table;
SELECT * FROM rows_of('rows%');
ROLLBACK;
BEGIN;
TRUNCATE schema_audit.model;
SELECT * FROM rows_of('%');
ROLLBACK;

-- whatever the search_path and whoever may write the tables
CREATE ROLE model_rows_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON schema_audit.model, schema_audit.model_table, schema_audit.model_column TO model_rows_writer;
BEGIN;
SET LOCAL search_path = '';
SET LOCAL ROLE model_rows_writer;
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type) VALUES ('rows', 'model_rows', 'other', 'b', 2, 'integer');
UPDATE schema_audit.model SET model = 'rows 2' WHERE model = 'rows';
RESET ROLE;
SELECT count(*) FROM model_rows.rows_of('rows 2');
SET LOCAL ROLE model_rows_writer;
DELETE FROM schema_audit.model WHERE model = 'rows 2';
RESET ROLE;
SELECT count(*) FROM model_rows.rows_of('rows%');
ROLLBACK;
-- not for a table of someone else
CREATE TABLE mine (model text, schema_name text, table_name text);
GRANT ALL ON mine TO model_rows_writer;
GRANT USAGE ON SCHEMA model_rows TO model_rows_writer;
SET ROLE model_rows_writer;
CREATE TRIGGER steal AFTER DELETE ON mine REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_deleted();
RESET ROLE;
DROP OWNED BY model_rows_writer;
DROP ROLE model_rows_writer;

-- a restore is not checked, and what it lost is told: once for a table, once for a model
SELECT schema_audit.unregister('rows');
CREATE TABLE t (a integer);
CREATE TABLE kept (a integer);
SELECT schema_audit.register_schema('rows', '{model_rows}') > 0 AS registered;
SET check_function_bodies = off;
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type) VALUES ('rows', 'model_rows', 'lost', 'a', 1, 'integer'), ('rows', 'model_rows', 'lost', 'b', 2, 'integer');
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, columns) VALUES ('rows', 'model_rows', 'lost', 'u', 'unique', '{a}');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('rows lost', 'model_rows', 't2');
INSERT INTO schema_audit.model_index (model, schema_name, table_name, index_name, keys) VALUES ('rows lost', 'model_rows', 't2', 'i', '{a}');
INSERT INTO schema_audit.model_object (model, kind, schema_name, object_name, definition) VALUES ('rows lost', 'enum', 'model_rows', 'mood', '{"labels": ["a"]}');
RESET check_function_bodies;
CREATE TABLE lost (a integer);
\x on
SELECT * FROM audit_schema() WHERE model LIKE 'rows%' OR schema_name = 'model_rows';
\x off
SELECT rule, object_name FROM audit_schema(models => '{rows}');
-- the ways out
SELECT schema_audit.unregister('rows lost'), schema_audit.unregister('rows lost');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('rows', 'model_rows', 'lost');
SELECT rule, object_name FROM audit_schema(models => '{rows}');
SELECT schema_audit.register_schema('rows', '{model_rows}') > 0 AS registered;
SELECT rule, object_name FROM audit_schema(models => '{rows}');
-- a model that lost its own row can be registered again
SET session_replication_role = replica;
DELETE FROM schema_audit.model WHERE model = 'rows';
RESET session_replication_role;
SELECT schema_audit.register_schema('rows', '{model_rows}') > 0 AS registered;
SELECT rule, object_name FROM audit_schema(models => '{rows}');
SELECT schema_audit.unregister('rows');
SELECT * FROM rows_of('rows%');
DROP SCHEMA model_rows CASCADE;
