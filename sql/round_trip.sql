-- A database that is registered as it is differs from itself in nothing, whatever it is made of.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixtures/round_trip/schema.sql'
\set ECHO none
\i :fixture
\set ECHO all
SELECT schema_audit.register_schema('copy', '{rt_main,rt_other,"RT Odd"}') > 0 AS registered;
SELECT severity, rule, schema_name, table_name, object_type, object_name, expected, actual FROM audit_schema(min_severity => 'info');
SELECT count(*) FILTER (WHERE NOT matched) AS unmatched, count(*) > 60 AS many FROM schema_audit.columns();
-- whatever the session's settings are
SET search_path = pg_catalog;
SET datestyle = 'German, DMY';
SET intervalstyle = 'sql_standard';
SET timezone = 'Pacific/Chatham';
SET quote_all_identifiers = on;
SET extra_float_digits = -5;
SET bytea_output = 'escape';
SET standard_conforming_strings = off;
SELECT severity, rule, schema_name, table_name, object_type, object_name, expected, actual FROM public.audit_schema(min_severity => 'info');
SELECT schema_audit.register_schema('copy', '{rt_main,rt_other,"RT Odd"}') > 0 AS registered;
RESET ALL;
SET client_min_messages = warning;
SELECT severity, rule, schema_name, table_name, object_type, object_name, expected, actual FROM audit_schema(min_severity => 'info');
SELECT schema_audit.unregister('copy');
DROP SCHEMA rt_main, rt_other, "RT Odd" CASCADE;
RESET client_min_messages;
