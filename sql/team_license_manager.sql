-- License Manager: 37 models, 407 columns, ten tables missing, and one deviation that the team accepts.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\getenv abs_srcdir PG_ABS_SRCDIR
\set model_file :abs_srcdir '/test/fixtures/license_manager/model.sql'
\set count_file :abs_srcdir '/test/fixtures/license_manager/count.sql'
\set live_file :abs_srcdir '/test/fixtures/license_manager/live.sql'
\set fixes_file :abs_srcdir '/test/fixtures/license_manager/fixes.sql'
\set ddl `cat "$PG_ABS_SRCDIR/test/fixtures/license_manager/model.sql"`
\set annotations `cat "$PG_ABS_SRCDIR/test/fixtures/license_manager/annotations.json"`

-- the models in figures, counted by PostgreSQL itself
CREATE SCHEMA license_manager;
SET search_path = license_manager, public;
\set ECHO none
\i :model_file
\i :count_file
\set ECHO all
DROP SCHEMA license_manager CASCADE;

-- the database as it was found
CREATE SCHEMA license_manager;
\set ECHO none
\i :live_file
\set ECHO all
SELECT schema_audit.register_ddl('license_manager', :'ddl', schemas => '{license_manager}', annotations => :'annotations'::jsonb) > 0 AS registered;

SELECT rule, count(*) FROM audit_schema(models => '{license_manager}') GROUP BY rule ORDER BY rule;
SELECT app, rule, count(*) FROM audit_schema(models => '{license_manager}') GROUP BY app, rule ORDER BY app, rule;
SELECT severity, rule, schema_name, table_name, object_type, object_name, expected, actual
  FROM audit_schema(models => '{license_manager}');
-- one app, one table
SELECT rule, table_name, object_name FROM audit_schema(models => '{license_manager}', apps => '{trade}');
SELECT rule, table_name, object_name FROM audit_schema(models => '{license_manager}', tables => 'license_invoice');

-- the repairs of the team
\set ECHO none
\i :fixes_file
\set ECHO all
SELECT severity, rule, schema_name, table_name, object_type, object_name, expected, actual
  FROM audit_schema(models => '{license_manager}');
SELECT count(*) FILTER (WHERE matched) AS matched, count(*) AS columns,
       round(100.0 * count(*) FILTER (WHERE matched) / count(*), 2) AS percent
  FROM schema_audit.columns(models => '{license_manager}');
SELECT count(DISTINCT app) AS apps FROM schema_audit.columns(models => '{license_manager}');

-- what remains is accepted, with the reason
INSERT INTO schema_audit.suppression (rule, schema_pattern, table_pattern, reason)
SELECT rule, schema_name, table_name, 'Legacy table; would need more than 2 billion users; migrating it is optional'
  FROM audit_schema(models => '{license_manager}') WHERE table_name = 'accounts_user' AND object_name = 'id';
SELECT severity, rule, table_name, object_name FROM audit_schema(models => '{license_manager}');
SELECT rule, table_name, object_name FROM audit_schema(models => '{license_manager}', suppressed => true);

DELETE FROM schema_audit.suppression WHERE schema_pattern = 'license_manager';
SELECT schema_audit.unregister('license_manager');
DROP SCHEMA license_manager CASCADE;
RESET search_path;
RESET client_min_messages;
