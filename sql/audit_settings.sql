-- What an audit says does not depend on the settings of the session that asks.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA "Settings";
CREATE SCHEMA other_settings;
SET search_path = "Settings", public;
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE FUNCTION label() RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT 'x'$$;
CREATE TABLE measure (
    id integer PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT '2020-01-02 03:04:05+00',
    day date DEFAULT '2020-02-01',
    clock timetz DEFAULT '12:00:00+02',
    span interval DEFAULT '1 year 2 mons 3 days 04:05:06.789',
    raw bytea DEFAULT '\x00ff41',
    ratio double precision DEFAULT 0.1,
    third real DEFAULT 0.33333334,
    price money DEFAULT 1,
    mood mood DEFAULT 'sad',
    name text DEFAULT label(),
    "user" text DEFAULT CURRENT_USER,
    doc xml,
    CHECK (at > '1999-01-01 00:00:00+00'),
    CHECK (span < '10 years'),
    CHECK (mood <> 'happy' OR name = label())
);
CREATE INDEX measure_day ON measure (day DESC) WHERE day > '2001-01-01';
CREATE INDEX measure_text ON measure ((name || 'x') text_pattern_ops) WHERE at > '2001-01-01 00:00:00+00';
SELECT schema_audit.register_schema('settings', '{Settings}') > 0 AS registered;
CREATE TABLE other_settings.expected_clean AS SELECT * FROM audit_schema(models => '{settings}', min_severity => 'info');
SELECT count(*) FROM other_settings.expected_clean;

-- everything of it differs a little
CREATE TABLE other_settings.measure_old AS TABLE "Settings".measure;
ALTER TABLE measure ALTER at SET DEFAULT '2021-01-02 03:04:05+00', ALTER day SET DEFAULT '2021-02-01', ALTER clock SET DEFAULT '13:00:00+02',
    ALTER span SET DEFAULT '2 years 2 mons 3 days 04:05:06.789', ALTER raw SET DEFAULT '\x00ff42', ALTER ratio SET DEFAULT 0.2,
    ALTER third SET DEFAULT 0.6666667, ALTER mood SET DEFAULT 'happy', ALTER name SET DEFAULT label() || 'y',
    ADD extra timestamptz NOT NULL DEFAULT '2020-01-02 03:04:05+00', ADD more interval NOT NULL DEFAULT '1 mon -1 day', ADD bytes bytea NOT NULL DEFAULT '\x5c00',
    ADD tiny double precision NOT NULL DEFAULT 0.1, DROP CONSTRAINT measure_at_check, DROP CONSTRAINT measure_check, DROP CONSTRAINT measure_span_check,
    ADD CONSTRAINT measure_span_check CHECK (span < '11 years 1 day'), ADD CHECK (raw <> '\xff00'), ADD CHECK (day > '1999-02-01');
ALTER TABLE measure ALTER extra DROP DEFAULT, ALTER more DROP DEFAULT, ALTER bytes DROP DEFAULT, ALTER tiny DROP DEFAULT;
DROP INDEX measure_day;
CREATE INDEX measure_day ON measure (day DESC) WHERE day > '2002-01-01';
DROP INDEX measure_text;
-- by hand: expressions that are read at each audit
INSERT INTO schema_audit.model (model, governed_schemas) VALUES ('settings_hand', '{Settings}');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('settings_hand', 'Settings', 'measure');
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type, default_expression) VALUES
    ('settings_hand', 'Settings', 'measure', 'at', 1, 'timestamptz', $$'2021-01-02 03:04:05+00'::timestamptz$$),
    ('settings_hand', 'Settings', 'measure', 'span', 2, 'interval', $$'P2Y2M3DT4H5M6.789S'::interval$$),
    ('settings_hand', 'Settings', 'measure', 'raw', 3, 'bytea', $$'\x00ff43'::bytea$$),
    ('settings_hand', 'Settings', 'measure', 'ratio', 4, 'float8', '0.30000000000000004'),
    ('settings_hand', 'Settings', 'measure', 'day', 5, 'date', $$'2021-02-01'::date$$),
    ('settings_hand', 'Settings', 'measure', 'mood', 6, '"Settings".mood', $$'sad'$$),
    ('settings_hand', 'Settings', 'measure', 'name', 7, 'text', '"Settings".label()'),
    ('settings_hand', 'Settings', 'measure', 'odd', 8, 'interval', $$'not an interval'$$);
INSERT INTO schema_audit.suppression (rule, schema_pattern, reason, expires_at) VALUES ('extra-column', 'Settings', 'was accepted', '2001-07-02 03:04:05+00');

-- every kind of expression: as the server registered it, and as rows by hand that are read at each audit; lost in the
-- database; and half of them lost in the models
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/round_trip/expressions.sql'
\set ECHO none
\i :fixture
\set ECHO all
SELECT schema_audit.register_schema(m, '{expr}') > 200 AS registered FROM unnest('{every,every_hand,every_lost}'::text[]) AS m;
SELECT model, rule, table_name, object_name, expected, actual FROM audit_schema(models => '{every}', min_severity => 'info') WHERE rule <> 'duplicate-model';
UPDATE schema_audit.model SET source = 'hand' WHERE model = 'every_hand';
UPDATE schema_audit.model_column SET default_normal = NULL WHERE model = 'every_hand';
UPDATE schema_audit.model_constraint SET expression_normal = NULL WHERE model = 'every_hand';
UPDATE schema_audit.model_index SET predicate_normal = NULL WHERE model = 'every_hand';
UPDATE schema_audit.model_column SET default_expression = NULL, default_normal = NULL WHERE model IN ('every', 'every_hand') AND generated IS NULL AND position % 2 = 0;
DELETE FROM schema_audit.model_constraint WHERE model IN ('every', 'every_hand') AND (kind = 'exclusion' OR length(expression) % 2 = 0);
DELETE FROM schema_audit.model_index WHERE model IN ('every', 'every_hand') AND length(index_name) % 2 = 0;
CREATE SCHEMA bare;
DELETE FROM schema_audit.model_table WHERE model = 'every_lost' AND kind <> 'table';
UPDATE schema_audit.model SET governed_schemas = '{bare}' WHERE model = 'every_lost';
UPDATE schema_audit.model_table SET schema_name = 'bare' WHERE model = 'every_lost';
\set ECHO none
SELECT format('CREATE TABLE bare.%I (LIKE expr.%I)', table_name, table_name) FROM schema_audit.model_table WHERE model = 'every_lost' \gexec
\set ECHO all
SELECT model, rule, count(*), count(expected), count(actual), count(fix) FROM audit_schema(models => '{every,every_hand,every_lost}', min_severity => 'info') GROUP BY model, rule ORDER BY model, rule;

CREATE VIEW other_settings.audit AS
    SELECT 'audit' AS what, a::text FROM public.audit_schema(models => '{settings,settings_hand,every,every_hand,every_lost}', min_severity => 'info') WITH ORDINALITY AS a
    UNION ALL SELECT 'suppression', a::text FROM public.audit_schema() AS a WHERE a.rule LIKE 'suppression-%' AND a.object_name LIKE '%Settings%'
    UNION ALL SELECT 'columns', c::text FROM schema_audit.columns(models => '{settings,settings_hand,every,every_hand,every_lost}') WITH ORDINALITY AS c;
CREATE TABLE other_settings.expected AS TABLE other_settings.audit;
SELECT what, count(*) FROM other_settings.expected GROUP BY what ORDER BY what;
SELECT severity, rule, object_name, expected, actual, fix FROM audit_schema(models => '{settings,settings_hand}', min_severity => 'info') ORDER BY rule, object_name, model;
SELECT rule, object_name, message FROM audit_schema() WHERE rule LIKE 'suppression-%' AND object_name LIKE '%Settings%';

CREATE FUNCTION other_settings.same(setting text, value text) RETURNS TABLE (setting_and_value text, rows_differ bigint, first_difference text)
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config(setting, value, false);
    RETURN QUERY
        SELECT concat_ws(' = ', setting, value), count(*), min(d.what || ' ' || d.a)
        FROM ((TABLE other_settings.audit EXCEPT ALL TABLE other_settings.expected) UNION ALL (TABLE other_settings.expected EXCEPT ALL TABLE other_settings.audit)) AS d;
    EXECUTE format('RESET %I', setting);
END$$;
CREATE ROLE settings_nobody;
GRANT USAGE ON SCHEMA other_settings, "Settings", expr, bare, "Expr Two" TO settings_nobody;
GRANT SELECT ON ALL TABLES IN SCHEMA other_settings TO settings_nobody;
\pset format unaligned
\pset tuples_only on
RESET TimeZone;
SELECT same.* FROM (VALUES
    ('search_path', ''), ('search_path', 'pg_catalog'), ('search_path', '"Settings", other_settings'), ('search_path', 'public, pg_temp, pg_catalog'),
    ('DateStyle', 'ISO, DMY'), ('DateStyle', 'German'), ('DateStyle', 'SQL, MDY'), ('DateStyle', 'Postgres, YMD'),
    ('IntervalStyle', 'postgres'), ('IntervalStyle', 'postgres_verbose'), ('IntervalStyle', 'sql_standard'), ('IntervalStyle', 'iso_8601'),
    ('TimeZone', 'UTC'), ('TimeZone', 'Asia/Kolkata'), ('TimeZone', 'America/St_Johns'),
    ('bytea_output', 'escape'), ('bytea_output', 'hex'), ('quote_all_identifiers', 'on'), ('extra_float_digits', '-15'), ('extra_float_digits', '3'),
    ('lc_messages', 'C'), ('standard_conforming_strings', 'off'), ('backslash_quote', 'off'), ('xmloption', 'document'), ('xmlbinary', 'hex'),
    ('array_nulls', 'off'), ('transform_null_equals', 'on'), ('default_table_access_method', 'heap'), ('check_function_bodies', 'off'),
    ('row_security', 'off'), ('client_encoding', 'LATIN1'), ('jit_above_cost', '0'), ('enable_seqscan', 'off'),
    ('session_replication_role', 'replica'), ('default_transaction_read_only', 'on'), ('default_transaction_isolation', 'serializable'),
    ('role', 'settings_nobody')) AS s (setting, value), other_settings.same(setting, value);
\pset tuples_only off
\pset format aligned
-- a model that was registered needs no right on the schema; one written by hand is read with the caller's
CREATE TABLE other_settings.registered AS SELECT a.* FROM public.audit_schema(models => '{settings}') AS a;
GRANT SELECT ON other_settings.registered TO settings_nobody;
REVOKE USAGE ON SCHEMA "Settings" FROM settings_nobody;
SET ROLE settings_nobody;
SELECT count(*) FROM (TABLE other_settings.registered EXCEPT ALL SELECT a.* FROM public.audit_schema(models => '{settings}') AS a) AS d;
SELECT rule, object_name, message FROM public.audit_schema(models => '{settings_hand}') WHERE rule = 'unreadable-model';
RESET ROLE;
-- a transaction that may write nothing, and one with its own snapshot
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE;
SELECT count(*) FROM (TABLE other_settings.audit EXCEPT ALL TABLE other_settings.expected) AS d;
COMMIT;
-- and the settings are what they were
SHOW search_path;
SET DateStyle = 'German';
SET extra_float_digits = -3;
SELECT count(*) > 5 FROM audit_schema(models => '{settings}');
SELECT count(*) FROM audit_schema(models => '{nope}');
SELECT '2020-02-01'::date, 1::float8 / 3;
RESET DateStyle;
RESET extra_float_digits;
DELETE FROM schema_audit.suppression WHERE schema_pattern = 'Settings';
SELECT count(schema_audit.unregister(m)) FROM unnest('{settings,settings_hand,every,every_hand,every_lost}'::text[]) AS m;
DROP SCHEMA bare, expr, "Expr Two" CASCADE;
DROP SCHEMA other_settings CASCADE;
DROP SCHEMA "Settings" CASCADE;
DROP ROLE settings_nobody;
