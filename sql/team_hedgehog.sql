-- Hedgehog: migration 0021 makes columns that break every INSERT of older code, 0022 gives them defaults.
-- The guard holds for the whole database: this test must not run beside others.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA hedgehog;
SET search_path = hedgehog, public;
\getenv abs_srcdir PG_ABS_SRCDIR
\set base_file :abs_srcdir '/test/fixtures/hedgehog/base.sql'
\set ddl `cat "$PG_ABS_SRCDIR/test/fixtures/hedgehog/model.sql"`
\set ddl_fixed `cat "$PG_ABS_SRCDIR/test/fixtures/hedgehog/model_fixed.sql"`
\set annotations `cat "$PG_ABS_SRCDIR/test/fixtures/hedgehog/annotations.json"`
-- run as text and not by \i, whose error messages carry the path of the file
\set migration_0021 `cat "$PG_ABS_SRCDIR/test/fixtures/hedgehog/migration_0021.sql"`
\set migration_0022 `cat "$PG_ABS_SRCDIR/test/fixtures/hedgehog/migration_0022.sql"`
\set insert_old_writer `cat "$PG_ABS_SRCDIR/test/fixtures/hedgehog/insert_old_writer.sql"`
\set insert_sync_operation `cat "$PG_ABS_SRCDIR/test/fixtures/hedgehog/insert_sync_operation.sql"`
\set ECHO none
\i :base_file
\set ECHO all
-- required columns that nothing fills, in the four tables that the report speaks of
CREATE TEMPORARY VIEW required_columns AS
SELECT c.relname AS table_name, a.attname AS column_name
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'hedgehog' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
   AND c.relname IN ('netbox_hedgehog_hedgehogresource', 'netbox_hedgehog_gitrepository', 'netbox_hedgehog_hedgehogfabric', 'netbox_hedgehog_syncoperation')
   AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '';
SELECT count(*) FROM required_columns;
SELECT schema_audit.register_ddl('hedgehog', :'ddl', version => '0021', schemas => '{hedgehog}', annotations => :'annotations'::jsonb) > 0 AS registered;

-- before 0021 the database is behind the models
SELECT severity, rule, schema_name, table_name, object_type, object_name, expected, actual
  FROM audit_schema(models => '{hedgehog}');

-- the guard rejects 0021 at its commit and names every column; nothing is left of it
SELECT schema_audit.enable('enforce');
:migration_0021
SELECT rule, count(*) FROM audit_schema(models => '{hedgehog}') GROUP BY rule ORDER BY rule;
SELECT count(*) FROM required_columns;

-- logged only, it passes, as it did at the time
SELECT schema_audit.enable('log');
:migration_0021
SELECT count(*) FROM required_columns;
SELECT severity, rule, table_name, object_name FROM audit_schema(models => '{hedgehog}');
SELECT severity, rule, schema_name, table_name, object_type, object_name, expected, actual, fix
  FROM audit_schema(models => '{hedgehog}', min_severity => 'info');
:insert_old_writer
:insert_sync_operation
SELECT count(*) FROM netbox_hedgehog_hedgehogresource;

-- Without annotations nothing says that the application fills the columns: each is a warning that the
-- default audit shows.
SELECT schema_audit.register_ddl('hedgehog', :'ddl', version => '0021 without annotations', schemas => '{hedgehog}') > 0 AS registered;
SELECT severity, rule, table_name, object_name, fix FROM audit_schema(models => '{hedgehog}');

-- 0022 is welcome to the strictest guard
SELECT schema_audit.enable('enforce');
:migration_0022
SELECT table_name, column_name FROM required_columns ORDER BY table_name, column_name;
:insert_old_writer
SELECT name, managed_file_path, file_hash, sync_direction, conflict_status, conflict_details, external_modifications, sync_metadata
  FROM netbox_hedgehog_hedgehogresource ORDER BY name;
INSERT INTO netbox_hedgehog_hedgehogresource (fabric_id, kind, name) SELECT 1, 'Switch', 'leaf-' || i FROM generate_series(1, 5) AS i;
SELECT count(*) FROM netbox_hedgehog_hedgehogresource;
:insert_sync_operation
SELECT status, details, files_processed, commit_sha FROM netbox_hedgehog_syncoperation;

-- the models follow: no difference of any severity is left
SELECT schema_audit.register_ddl('hedgehog', :'ddl_fixed', version => '0022', schemas => '{hedgehog}', annotations => :'annotations'::jsonb) > 0 AS registered;
SELECT severity, rule, schema_name, table_name, object_type, object_name, expected, actual
  FROM audit_schema(models => '{hedgehog}', min_severity => 'info');

SELECT schema_audit.disable();
SELECT schema_audit.unregister('hedgehog');
DROP VIEW required_columns;
DROP SCHEMA hedgehog CASCADE;
RESET search_path;
RESET client_min_messages;
