-- Naga SIS: 26 nullability differences, 34 columns and 18 tables too many, 3 columns missing.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA naga;
SET search_path = naga, public;
\getenv abs_srcdir PG_ABS_SRCDIR
\set live_file :abs_srcdir '/test/fixtures/naga/live.sql'
\set fixes_file :abs_srcdir '/test/fixtures/naga/fixes.sql'
\set ddl `cat "$PG_ABS_SRCDIR/test/fixtures/naga/model.sql"`
\set annotations `cat "$PG_ABS_SRCDIR/test/fixtures/naga/annotations.json"`
\set ECHO none
\i :live_file
\set ECHO all
SELECT schema_audit.register_ddl('naga', :'ddl', schemas => '{naga}', annotations => :'annotations'::jsonb) > 0 AS registered;

-- one query gives all counts
SELECT rule, severity, count(*) FROM audit_schema(models => '{naga}') GROUP BY rule, severity ORDER BY rule, severity;
SELECT count(*) FILTER (WHERE rule = 'nullability-mismatch') AS nullability,
       count(*) FILTER (WHERE rule = 'extra-column') AS extra_columns,
       count(*) FILTER (WHERE rule IN ('extra-table', 'orphaned-junction-table')) AS extra_tables,
       count(*) FILTER (WHERE rule = 'missing-column') AS missing_columns,
       count(*) AS total
  FROM audit_schema(models => '{naga}');
SELECT severity, rule, schema_name, table_name, object_type, object_name, expected, actual
  FROM audit_schema(models => '{naga}');

-- finance holds most of the extra columns, eight of them in CashierSession
SELECT app, count(*) FROM audit_schema(models => '{naga}') WHERE rule = 'extra-column' GROUP BY app ORDER BY 2 DESC, 1;
SELECT object_name FROM audit_schema(models => '{naga}', tables => 'finance_cashiersession') WHERE rule = 'extra-column';
-- junction tables of relations that are gone; people_personrelation is none, and the models' own junctions are no extras
SELECT table_name FROM audit_schema(models => '{naga}') WHERE rule = 'orphaned-junction-table';
SELECT table_name FROM audit_schema(models => '{naga}')
 WHERE table_name IN ('people_personrelation', 'curriculum_subject_programmes', 'scheduling_classpart_books', 'django_migrations');

-- the legacy tables are kept, each with its reason
INSERT INTO schema_audit.suppression (rule, schema_pattern, table_pattern, reason) VALUES
 ('extra-table', 'naga', 'legacy_students', 'Historical student import data'),
 ('extra-table', 'naga', 'legacy_academic_classes', 'Historical class data'),
 ('extra-table', 'naga', 'legacy_course_takers', 'Historical enrollment data'),
 ('extra-table', 'naga', 'legacy_receipt_headers', 'Historical finance data');
SELECT rule, table_name FROM audit_schema(models => '{naga}') WHERE rule IN ('extra-table', 'orphaned-junction-table');
SELECT count(*) FROM audit_schema(models => '{naga}', suppressed => true);

-- the phases of the guide; its backups are tables that no model names, and leave after a while
\set ECHO none
\i :fixes_file
\set ECHO all
SELECT severity, rule, schema_name, table_name, object_type, object_name FROM audit_schema(models => '{naga}');
SELECT id, date, opening_time, status, opening_cash, variance FROM backup_finance_cashiersession;
INSERT INTO schema_audit.suppression (rule, schema_pattern, table_pattern, reason, expires_at) VALUES
 ('extra-table', 'naga', 'backup\_%', 'Backups of the clean-up, to be dropped after 30 days', now() + interval '30 days');
SELECT severity, rule, table_name, object_name FROM audit_schema(models => '{naga}', min_severity => 'info');
-- a permission that has expired permits nothing
UPDATE schema_audit.suppression SET expires_at = now() - interval '1 day' WHERE schema_pattern = 'naga' AND table_pattern = 'backup\_%';
SELECT rule, count(*) FROM audit_schema(models => '{naga}') GROUP BY rule ORDER BY rule;

DELETE FROM schema_audit.suppression WHERE schema_pattern = 'naga';
SELECT schema_audit.unregister('naga');
DROP SCHEMA naga CASCADE;
RESET search_path;
RESET client_min_messages;
