-- Bad input: every one is a clean error or a finding, never silence, never a crash.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA bad_input;
SET search_path = bad_input, public;
CREATE VIEW findings AS
    SELECT severity, rule, object_type, object_name, message, fix FROM audit_schema(models => '{bad}', min_severity => 'info');

CREATE EXTENSION schema_audit;
CREATE EXTENSION IF NOT EXISTS schema_audit;

-- nothing registered is no all-clear
BEGIN;
DELETE FROM schema_audit.model;
SELECT * FROM audit_schema();
ROLLBACK;
BEGIN;
DELETE FROM schema_audit.model;
SELECT * FROM schema_audit.columns();
ROLLBACK;

-- arguments
INSERT INTO schema_audit.model (model, governed_schemas) VALUES ('bad', '{bad_input}');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('bad', 'bad_input', 't');
\set VERBOSITY terse
SELECT count(*) FROM audit_schema(models => '{bad,nope}');
SELECT count(*) FROM audit_schema(models => '{}');
SELECT count(*) FROM audit_schema(models => '{NULL}');
SELECT count(*) FROM audit_schema(apps => '{web,NULL}');
SELECT count(*) FROM schema_audit.columns(schemas => '{NULL}');
SELECT count(*) FROM audit_schema(schemas => '{nope}');
SELECT count(*) FROM audit_schema(schemas => '{}');
SELECT count(*) FROM audit_schema(apps => '{nope}');
SELECT count(*) FROM audit_schema(apps => '{}');
SELECT count(*) FROM audit_schema(tables => 'nope%');
SELECT count(*) FROM audit_schema(tables => '');
SELECT count(*) FROM audit_schema(tables => E'nope\\');
SELECT count(*) FROM schema_audit.columns(models => '{nope}');
\set VERBOSITY default
SELECT count(*) FROM audit_schema(min_severity => 'loud');
\set VERBOSITY terse
SELECT count(*) FROM audit_schema(min_severity => 'ERROR');
SELECT count(*) FROM audit_schema(min_severity => '');
SELECT count(*) FROM audit_schema(models => '{bad}', min_severity => NULL, suppressed => NULL, tables => NULL) AS defaults;
SELECT count(*) FROM audit_schema(models => '{bad}', tables => '_');
SELECT schema_audit.unregister('nope'), schema_audit.unregister(NULL);
SELECT schema_audit.model_json('nope');
SELECT schema_audit.register_schema('bad', '{nope,bad_input,nope2}');
SELECT schema_audit.register_schema('bad', '{}');
SELECT schema_audit.register_schema('bad', '{NULL}');
SELECT schema_audit.register_schema('bad', '{""}');
SELECT schema_audit.register_schema('', '{bad_input}');
SELECT schema_audit.register_schema(NULL, '{bad_input}');

-- rows that are refused: one for each constraint of the model's tables
CREATE FUNCTION refused(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE state text; name text; message text;
BEGIN
    EXECUTE command;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, name = CONSTRAINT_NAME, message = MESSAGE_TEXT;
    RETURN state || ' ' || coalesce(nullif(name, ''), message);
END$$;
CREATE FUNCTION refused_column(columns text, row_values text) RETURNS text LANGUAGE sql AS $$
    SELECT refused(format('INSERT INTO schema_audit.model_column (model, schema_name, table_name, %s) VALUES (''bad'', ''bad_input'', ''t'', %s)', columns, row_values))
$$;
CREATE FUNCTION refused_constraint(columns text, row_values text) RETURNS text LANGUAGE sql AS $$
    SELECT refused(format('INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, %s) VALUES (''bad'', ''bad_input'', ''t'', %s)', columns, row_values))
$$;
CREATE FUNCTION refused_index(columns text, row_values text) RETURNS text LANGUAGE sql AS $$
    SELECT refused(format('INSERT INTO schema_audit.model_index (model, schema_name, table_name, %s) VALUES (''bad'', ''bad_input'', ''t'', %s)', columns, row_values))
$$;
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type) VALUES ('bad', 'bad_input', 't', 'id', 1, 'integer');
SELECT refused($$INSERT INTO schema_audit.model (model) VALUES ('')$$);
SELECT refused($$INSERT INTO schema_audit.model (model) VALUES (NULL)$$);
SELECT refused($$INSERT INTO schema_audit.model (model) VALUES ('bad')$$);
SELECT refused($$INSERT INTO schema_audit.model (model, source) VALUES ('x', 'guess')$$);
SELECT refused($$INSERT INTO schema_audit.model (model, annotations) VALUES ('x', '[]')$$);
SELECT refused($$INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('nope', 's', 't')$$);
SELECT refused($$INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('bad', 'bad_input', 't')$$);
SELECT refused($$INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('bad', '', 't2')$$);
SELECT refused($$INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('bad', NULL, 't2')$$);
SELECT refused(format($$INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('bad', 's', %L)$$, repeat('é', 32)));
SELECT refused($$INSERT INTO schema_audit.model_table (model, schema_name, table_name, kind) VALUES ('bad', 's', 't', 'chair')$$);
SELECT refused($$INSERT INTO schema_audit.model_table (model, schema_name, table_name, line) VALUES ('bad', 's', 't', 0)$$);
SELECT refused_column('column_name, position, data_type', $$'', 2, 'integer'$$);
SELECT refused_column('column_name, position, data_type', $$'id', 2, 'integer'$$);
SELECT refused_column('column_name, position, data_type', $$'a', 0, 'integer'$$);
SELECT refused_column('column_name, position, data_type', $$'a', 1601, 'integer'$$);
SELECT refused_column('column_name, position, data_type', $$'a', 2, ''$$);
SELECT refused_column('column_name, position, data_type', $$'a', 2, NULL$$);
SELECT refused_column('column_name, position, data_type, identity', $$'a', 2, 'integer', 'sometimes'$$);
SELECT refused_column('column_name, position, data_type, generated', $$'a', 2, 'integer', 'often'$$);
SELECT refused_column('column_name, position, data_type, generated', $$'a', 2, 'integer', 'stored'$$);
SELECT refused_column('column_name, position, data_type, identity, default_expression', $$'a', 2, 'integer', 'always', '1'$$);
SELECT refused_column('column_name, position, data_type, client_default_kind', $$'a', 2, 'integer', 'magic'$$);
SELECT refused($$INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type) VALUES ('bad', 'bad_input', 'other', 'a', 1, 'integer')$$);
SELECT refused_constraint('constraint_name, kind, columns', $$'', 'unique', '{id}'$$);
SELECT refused_constraint('constraint_name, kind, columns', $$'c', 'wish', '{id}'$$);
SELECT refused_constraint('constraint_name, kind, columns', $$'c', 'unique', '{}'$$);
SELECT refused_constraint('constraint_name, kind, columns', $$'c', 'unique', '{id,NULL}'$$);
SELECT refused_constraint('constraint_name, kind, columns', $$'c', 'foreign key', '{id}'$$);
SELECT refused_constraint('constraint_name, kind, columns, referenced_table', $$'c', 'foreign key', '{id}', 'other'$$);
SELECT refused_constraint('constraint_name, kind, columns, referenced_schema, referenced_table', $$'c', 'unique', '{id}', 's', 'other'$$);
SELECT refused_constraint('constraint_name, kind, columns, referenced_schema, referenced_table, on_update', $$'c', 'foreign key', '{id}', 's', 'other', 'weep'$$);
SELECT refused_constraint('constraint_name, kind, columns, referenced_schema, referenced_table, on_delete', $$'c', 'foreign key', '{id}', 's', 'other', 'weep'$$);
SELECT refused_constraint('constraint_name, kind, columns, referenced_schema, referenced_table, match_type', $$'c', 'foreign key', '{id}', 's', 'other', 'partial'$$);
SELECT refused_constraint('constraint_name, kind, columns, initially_deferred', $$'c', 'unique', '{id}', true$$);
SELECT refused_constraint('constraint_name, kind', $$'c', 'check'$$);
SELECT refused_constraint('constraint_name, kind', $$'c', 'exclusion'$$);
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, columns) VALUES ('bad', 'bad_input', 't', 'pk', 'primary key', '{id}');
SELECT refused_constraint('constraint_name, kind, columns', $$'c', 'primary key', '{id}'$$);
SELECT refused_constraint('constraint_name, kind, columns', $$'pk', 'unique', '{id}'$$);
SELECT refused_index('index_name, keys', $$'', '{id}'$$);
SELECT refused_index('index_name, keys', $$'i', '{}'$$);
SELECT refused_index('index_name, keys', $$'i', '{id,NULL}'$$);
SELECT refused_index('index_name, keys', $$'i', NULL$$);
SELECT refused_index('index_name, keys, include', $$'i', '{id}', '{NULL}'$$);
SELECT refused($$INSERT INTO schema_audit.model_object (model, kind, schema_name, object_name, definition) VALUES ('bad', 'spoon', 's', 'o', '{}')$$);
SELECT refused($$INSERT INTO schema_audit.model_object (model, kind, schema_name, object_name, definition) VALUES ('bad', 'enum', 's', 'o', '{"labels": 1}')$$);
SELECT refused($$INSERT INTO schema_audit.suppression (rule) VALUES ('extra-table')$$);
SELECT refused($$INSERT INTO schema_audit.suppression (rule, reason) VALUES ('extra-table', '  ')$$);
SELECT refused($$INSERT INTO schema_audit.suppression (reason) VALUES ('because')$$);

-- what only the server can judge is a finding for the row, and the only one; nothing of it is executed
CREATE TABLE t (id integer PRIMARY KEY);
SELECT * FROM findings;
ALTER TABLE t ADD a integer, ADD a2 integer, ADD b integer, ADD c integer, ADD d integer, ADD e integer, ADD f integer, ADD g integer, ADD h integer, ADD j integer;
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type, default_expression, generated) VALUES
    ('bad', 'bad_input', 't', 'a', 2, 'nonsense', NULL, NULL),
    ('bad', 'bad_input', 't', 'a2', 3, 'nonsense', NULL, NULL),
    ('bad', 'bad_input', 't', 'b', 4, 'integer', '1 +', NULL),
    ('bad', 'bad_input', 't', 'c', 5, 'integer', 'no_such_function()', NULL),
    ('bad', 'bad_input', 't', 'd', 6, 'integer', '''x''', NULL),
    ('bad', 'bad_input', 't', 'e', 7, 'integer; DROP TABLE bad_input.t', NULL, NULL),
    ('bad', 'bad_input', 't', 'f', 8, 'integer', '1); DROP TABLE bad_input.t; --', NULL),
    ('bad', 'bad_input', 't', 'g', 9, 'integer', 'zz + 1', 'stored'),
    ('bad', 'bad_input', 't', 'h', 10, 'integer', '(SELECT 1)', NULL),
    ('bad', 'bad_input', 't', 'i', 11, 'varchar(-1)', NULL, NULL),
    ('bad', 'bad_input', 't', 'j', 12, 'integer', NULL, NULL);
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, columns, expression) VALUES
    ('bad', 'bad_input', 't', 'k1', 'check', '{}', 'no_column > 0'),
    ('bad', 'bad_input', 't', 'k2', 'check', '{}', 'b'),
    ('bad', 'bad_input', 't', 'k3', 'unique', '{no_column}', NULL),
    ('bad', 'bad_input', 't', 'k4', 'check', '{}', 'j > 0');
INSERT INTO schema_audit.model_index (model, schema_name, table_name, index_name, keys, predicate) VALUES ('bad', 'bad_input', 't', 'i1', '{b}', 'no_column > 0');
\pset null -
\x on
SELECT * FROM findings;
\x off
SELECT schema_audit.unregister('bad');
INSERT INTO schema_audit.model (model, governed_schemas) VALUES ('bad', '{bad_input}');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('bad', 'bad_input', 'gone');
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type) VALUES ('bad', 'bad_input', 'gone', 'a', 1, 'nonsense');
SELECT * FROM findings WHERE object_name <> 't';
DROP TABLE t;
SELECT schema_audit.unregister('bad');

-- what rests on a type or collation that cannot be read is not told again, and has no fix
INSERT INTO schema_audit.model (model, governed_schemas) VALUES ('bad', '{bad_input}');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('bad', 'bad_input', 't');
CREATE TABLE t (a integer, b integer, c text);
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type, default_expression, generated, collation_name) VALUES
    ('bad', 'bad_input', 't', 'a', 1, 'nonsense', '1', NULL, NULL),
    ('bad', 'bad_input', 't', 'b', 2, 'integer', 'length(a)', 'stored', NULL),
    ('bad', 'bad_input', 't', 'c', 3, 'text', NULL, NULL, 'bad_input.none');
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, expression) VALUES
    ('bad', 'bad_input', 't', 'k1', 'check', '"a" > 0'),
    ('bad', 'bad_input', 't', 'k2', 'check', 'ab > 0');
INSERT INTO schema_audit.model_index (model, schema_name, table_name, index_name, keys, predicate) VALUES ('bad', 'bad_input', 't', 'i1', '{b}', 'a > 0');
SELECT * FROM findings;
DROP TABLE t;
SELECT schema_audit.unregister('bad');

-- a dropped column is no column
CREATE TABLE dropped (a integer, b integer, c integer NOT NULL DEFAULT 3, CHECK (a > 0));
CREATE INDEX dropped_c ON dropped (c);
ALTER TABLE dropped DROP b;
SELECT schema_audit.register_schema('bad', '{bad_input}') > 0 AS registered;
SELECT column_name, position FROM schema_audit.model_column WHERE model = 'bad' ORDER BY position;
SELECT * FROM findings;
ALTER TABLE dropped DROP c;
SELECT * FROM findings;
ALTER TABLE dropped ADD c integer NOT NULL DEFAULT 3;
SELECT rule, fix FROM findings;
CREATE INDEX dropped_c ON dropped (c);
SELECT * FROM findings;
SELECT schema_audit.unregister('bad');
DROP TABLE dropped;

-- names with quotes, dots, new lines and letters beyond ASCII, in a model written by hand
SELECT E'tä"b.l\ne' AS t, E'co"l.u\nmn ñ' AS c, 'we"ird.sch ema' AS s, E'odd "model".\nx' AS m \gset
SELECT format('CREATE SCHEMA %I', :'s') \gexec
INSERT INTO schema_audit.model (model, governed_schemas) VALUES (:'m', ARRAY[:'s']);
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES (:'m', :'s', :'t'), (:'m', :'s', repeat('x', 63));
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type, not_null, default_expression)
    SELECT :'m', :'s', :'t', v.* FROM (VALUES ('id', 1, 'integer', true, NULL), (:'c', 2, 'varchar(10)', true, $$'a"b''c\d'$$),
        ('select', 3, 'text', false, NULL), ('UPPER', 4, 'integer', false, '0'), ('%s', 5, 'text', false, $$'%s %d {}'$$)) AS v;
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type) VALUES (:'m', :'s', repeat('x', 63), repeat('é', 31), 1, 'integer');
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, columns, expression)
    SELECT :'m', :'s', :'t', v.* FROM (VALUES ('p"k', 'primary key', '{id}'::text[], NULL), (E'u.n\ni', 'unique', ARRAY[:'c', 'UPPER'], NULL),
        ('ch"eck', 'check', '{}', format('%I <> %L', :'c', 'it''s'))) AS v;
INSERT INTO schema_audit.model_index (model, schema_name, table_name, index_name, keys) VALUES (:'m', :'s', :'t', 'in"d ex', ARRAY[format('%I', :'c')]);
\pset format unaligned
\pset fieldsep '\n'
SELECT severity, rule, schema_name, table_name, object_name, message, fix, finding_key, model FROM audit_schema(models => ARRAY[:'m']);
-- the fixes run, and after them nothing is left
SELECT fix FROM audit_schema(models => ARRAY[:'m']) \gexec
SELECT fix FROM audit_schema(models => ARRAY[:'m']) \gexec
SELECT severity, rule, schema_name, table_name, object_name, message, fix FROM audit_schema(models => ARRAY[:'m'], min_severity => 'info');
SELECT format('ALTER TABLE %1$I.%2$I ALTER %3$I DROP DEFAULT, ALTER %3$I DROP NOT NULL, ALTER %3$I TYPE varchar(9), DROP %4$I, DROP CONSTRAINT %5$I, DROP CONSTRAINT %6$I, DROP CONSTRAINT %7$I, ADD %8$I integer',
              :'s', :'t', :'c', '%s', 'p"k', E'u.n\ni', 'ch"eck', E'e"x.t\nra ß') \gexec
SELECT format('DROP INDEX %I.%I', :'s', 'in"d ex') \gexec
SELECT format('CREATE TABLE %I.%I (%I integer)', :'s', E'ex"tr.a\ntable', 'a"b') \gexec
SELECT rule, object_name, finding_key, fix FROM audit_schema(models => ARRAY[:'m'], min_severity => 'info');
SELECT fix FROM audit_schema(models => ARRAY[:'m'], min_severity => 'info') \gexec
SELECT rule, object_name, finding_key, fix FROM audit_schema(models => ARRAY[:'m'], min_severity => 'info');
-- filters take the names as they are, and a pattern of LIKE counts letters
SELECT count(*) FROM audit_schema(models => ARRAY[:'m'], schemas => ARRAY[:'s'], tables => E't_"b.l\ne');
SELECT count(*) FROM audit_schema(models => ARRAY[:'m'], tables => E't__"b.l\ne');
-- the live tables as a model give the same names
SELECT schema_audit.register_schema(:'m', ARRAY[:'s']) > 0 AS registered;
SELECT count(*) FROM audit_schema(models => ARRAY[:'m'], min_severity => 'info');
SELECT schema_audit.unregister(:'m');
SELECT format('DROP SCHEMA %I CASCADE', :'s') \gexec
\pset format aligned

-- a caller without rights
CREATE TABLE hidden (id integer PRIMARY KEY, secret text NOT NULL DEFAULT 'x');
SELECT schema_audit.register_schema('bad', '{bad_input}') > 0 AS registered;
ALTER TABLE hidden ALTER secret DROP NOT NULL;
CREATE ROLE bad_input_nobody;
SET ROLE bad_input_nobody;
SELECT severity, rule, object_name FROM public.audit_schema(models => '{bad}');
SELECT column_name, matched FROM schema_audit.columns(models => '{bad}');
SELECT count(*) FROM bad_input.hidden;
SELECT schema_audit.register_schema('mine', '{bad_input}');
SELECT schema_audit.register_ddl('mine', 'CREATE TABLE x (a int)', schemas => '{bad_input}');
SELECT schema_audit.unregister('bad');
INSERT INTO schema_audit.suppression (rule, reason) VALUES ('extra-table', 'because');
RESET ROLE;
REVOKE SELECT ON schema_audit.model_column FROM PUBLIC;
SET ROLE bad_input_nobody;
\set VERBOSITY sqlstate
SELECT count(*) FROM public.audit_schema(models => '{bad}');
SELECT count(*) FROM schema_audit.columns(models => '{bad}');
\set VERBOSITY terse
SELECT count(*) FROM public.audit_schema(models => '{bad}');
RESET ROLE;
GRANT SELECT ON schema_audit.model_column TO PUBLIC;
REVOKE USAGE ON SCHEMA schema_audit FROM PUBLIC;
SET ROLE bad_input_nobody;
SELECT severity, rule, object_name FROM public.audit_schema(models => '{bad}');
SELECT count(*) FROM schema_audit.columns(models => '{bad}');
RESET ROLE;
GRANT USAGE ON SCHEMA schema_audit TO PUBLIC;
DROP ROLE bad_input_nobody;

-- suppressions that suppress nothing
INSERT INTO schema_audit.suppression (rule, schema_pattern, reason, expires_at) VALUES
    ('nullability-mismatch', 'bad_input', 'was accepted', '2001-01-01 00:00+00'), ('no-such-rule', 'bad_input', 'a typo', NULL), (NULL, E'bad_input\\', 'a pattern that ends in its escape', NULL);
SELECT severity, rule, object_name FROM audit_schema() WHERE object_name LIKE '%bad_input%' OR schema_name = 'bad_input';
DELETE FROM schema_audit.suppression WHERE schema_pattern LIKE 'bad%';
SELECT schema_audit.unregister('bad');
DROP SCHEMA bad_input CASCADE;
