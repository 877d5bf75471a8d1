-- What DDL cannot say: the app, the ORM's own defaults, choices; unknown names and nonsense are refused.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
\set ddl 'CREATE TABLE product (id int PRIMARY KEY, status text NOT NULL, price int NOT NULL, made timestamptz NOT NULL, tags text[], buyer int); CREATE TABLE other.thing (id int); CREATE TABLE plain (id int);'
SELECT schema_audit.register_ddl('register_annotations', :'ddl', 'v1', '{shop}', '{
    "format": "schema_audit/annotations", "version": 1, "source": {"orm": "django", "orm_version": "5.2"},
    "migrations": [{"tool": "django", "unit": "shop", "name": "0001_initial"}],
    "tables": {
        "product": {"unit": "shop", "models": ["shop.Product"], "managed": true, "file": "shop/models.py", "line": 12, "columns": {
            "status": {"client_default": {"kind": "constant", "sql": "''draft''"}, "choices": ["draft", ["live", "Live"], 3]},
            "price": {"client_default": {"kind": "callable", "name": "shop.price"}},
            "made": {"client_default": {"kind": "auto"}, "on_update": true},
            "tags": {"list": true},
            "buyer": {"db_constraint": false, "on_delete": "SET_NULL"}}},
        "other.thing": {"unit": "rest"},
        "legacy": {"unit": "old", "managed": false},
        "other.view": {"managed": false}}}');
SELECT schema_name, table_name, app, managed, file, line FROM schema_audit.model_table WHERE model = 'register_annotations' ORDER BY 1, 2;
SELECT column_name, client_default_kind, client_default, choices, list FROM schema_audit.model_column
  WHERE model = 'register_annotations' AND table_name = 'product' ORDER BY position;
-- the early form
SELECT schema_audit.register_ddl('register_annotations', :'ddl', 'v2', '{shop}', '{"orm": "django", "version": "4.2", "tables": {"product": {"app": "shop", "columns": {
    "status": {"default": "draft", "default_sql": "''draft''", "choices": ["draft"]}, "price": {"default": "<function>", "default_sql": null},
    "made": {"implicit_default": "auto"}, "tags": {"implicit_default": "''{}''"}}}}}');
SELECT app FROM schema_audit.model_table WHERE model = 'register_annotations' AND table_name = 'product';
SELECT column_name, client_default_kind, client_default, choices FROM schema_audit.model_column
  WHERE model = 'register_annotations' AND table_name = 'product' ORDER BY position;
-- names that the DDL does not have are refused, all of them listed; the registered version stays
SELECT schema_audit.register_ddl('register_annotations', :'ddl', 'v3', '{shop}', '{"tables": {"missing": {"unit": "shop"},
    "product": {"columns": {"gone": {"list": true}}}, "legacy": {"managed": false, "columns": {"any": {}}}}}');
SELECT schema_audit.register_ddl('register_annotations', :'ddl', 'v3', '{shop}',
    (SELECT jsonb_build_object('tables', jsonb_object_agg('t' || i, '{}'::jsonb)) FROM generate_series(10, 40) AS i));
-- malformed ones say where
CREATE FUNCTION pg_temp.problem(annotations jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text;
BEGIN
    PERFORM schema_audit.register_ddl('register_annotations', 'CREATE TABLE product (id int)', 'v3', '{shop}', annotations);
    RETURN 'accepted';
EXCEPTION WHEN invalid_parameter_value THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLERRM || ': ' || detail;
END$$;
SELECT a AS annotations, pg_temp.problem(a::jsonb) FROM unnest(ARRAY['[]', '{"tables": []}', '{"tables": {"a": 1}}', '{"tables": {"a": {"unit": 1}}}',
    '{"tables": {"a": {"columns": {"b": []}}}}', '{"tables": {"a": {"columns": {"b": {"client_default": {"kind": "odd"}}}}}}',
    '{"tables": {"a": {"columns": {"b": {"client_default": {"kind": "constant"}}}}}}', '{"tables": {"a": {"columns": {"b": {"choices": "x"}}}}}',
    '{"tables": {"a": {"line": 1.5}}}', '{"search_path": [1]}', '{"migrations": [{"tool": "django"}]}', '{"format": "other"}',
    '{"versoin": 1}', '{"version": 2}', '{"version": "1"}', '{"source": {"ORM": "x"}}', '{"migrations": [{"tool": "t", "name": "n", "app": "x"}]}',
    '{"tables": {"a": {"collumns": {}}}}', '{"tables": {"a": {"columns": {"b": {"client-default": 1}}}}}',
    '{"tables": {"a": {"columns": {"b": {"client_default": {"kind": "auto", "value": 1}}}}}}',
    '{"tables": null, "search_path": null}', '{}']) AS a;
SELECT version FROM schema_audit.model WHERE model = 'register_annotations';
-- no governed schemas: the model is one of several, and what it does not name is nobody's extra
SELECT schema_audit.register_ddl('register_annotations', 'CREATE TABLE model (model text PRIMARY KEY)', 'v4', '{}', '{"search_path": ["schema_audit"]}') > 0 AS registered;
SELECT governed_schemas FROM schema_audit.model WHERE model = 'register_annotations';
SELECT count(*) FROM audit_schema(models => '{register_annotations}', min_severity => 'info') WHERE rule = 'extra-table';
SELECT schema_audit.unregister('register_annotations');
