-- NetRaven: two declarative bases over one database; create_all() of one of them made the tables.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA netraven;
SET search_path = netraven, public;
\getenv abs_srcdir PG_ABS_SRCDIR
\set live_file :abs_srcdir '/test/fixtures/netraven/live.sql'
\set ensure_schema_file :abs_srcdir '/test/fixtures/netraven/ensure_schema.sql'
\set wrong_file :abs_srcdir '/test/fixtures/netraven/fixes_wrong_cascade.sql'
\set fixes_file :abs_srcdir '/test/fixtures/netraven/fixes.sql'
\set ddl_web `cat "$PG_ABS_SRCDIR/test/fixtures/netraven/model_web.sql"`
\set ddl_credentials `cat "$PG_ABS_SRCDIR/test/fixtures/netraven/model_credentials.sql"`
\set ddl_one_base `cat "$PG_ABS_SRCDIR/test/fixtures/netraven/model_web.sql" "$PG_ABS_SRCDIR/test/fixtures/netraven/model_credential_package.sql"`
\set annotations_web `cat "$PG_ABS_SRCDIR/test/fixtures/netraven/annotations_web.json"`
\set annotations_credentials `cat "$PG_ABS_SRCDIR/test/fixtures/netraven/annotations_credentials.json"`
\set annotations `cat "$PG_ABS_SRCDIR/test/fixtures/netraven/annotations.json"`
\set ECHO none
\i :live_file
\set ECHO all

-- the first model alone sees a perfect database
SELECT schema_audit.register_ddl('netraven_web', :'ddl_web', schemas => '{netraven}', annotations => :'annotations_web'::jsonb) > 0 AS registered;
SELECT severity, rule, table_name, object_name FROM audit_schema(models => '{netraven_web}', min_severity => 'info');

-- the second misses its tables, and the two contradict each other about tags
SELECT schema_audit.register_ddl('netraven_credentials', :'ddl_credentials', schemas => '{netraven}', annotations => :'annotations_credentials'::jsonb) > 0 AS registered;
SELECT model, severity, rule, schema_name, table_name, object_type, object_name, expected, actual
  FROM audit_schema(models => '{netraven_web,netraven_credentials}');
SELECT rule, table_name FROM audit_schema(models => '{netraven_web}') WHERE rule IN ('missing-table', 'extra-table');
SELECT rule, table_name FROM audit_schema(models => '{netraven_credentials}') WHERE rule IN ('missing-table', 'extra-table');

-- the start-up script changes the schema behind the models' back
\set ECHO none
\i :ensure_schema_file
\set ECHO all
SELECT severity, rule, table_name, object_name FROM audit_schema(models => '{netraven_web,netraven_credentials}') WHERE table_name = 'scheduled_jobs';
ALTER TABLE scheduled_jobs DROP COLUMN last_error;

-- both tables are made, the foreign key to tags without its cascade
\set ECHO none
\i :wrong_file
\set ECHO all
SELECT model, severity, rule, schema_name, table_name, object_type, object_name, expected, actual
  FROM audit_schema(models => '{netraven_web,netraven_credentials}');

-- and with it
\set ECHO none
\i :fixes_file
\set ECHO all
SELECT model, severity, rule, schema_name, table_name, object_type, object_name, expected, actual
  FROM audit_schema(models => '{netraven_web,netraven_credentials}');

-- one base for all: nothing is left, of any severity
SELECT schema_audit.unregister('netraven_web'), schema_audit.unregister('netraven_credentials');
SELECT schema_audit.register_ddl('netraven', :'ddl_one_base', schemas => '{netraven}', annotations => :'annotations'::jsonb) > 0 AS registered;
SELECT severity, rule, schema_name, table_name, object_type, object_name, expected, actual
  FROM audit_schema(models => '{netraven}', min_severity => 'info');
-- the cascade is real: with the tag goes the link
INSERT INTO credentials (name, username, with_key, times_good, times_bad) VALUES ('lab', 'netraven', false, 0, 0);
INSERT INTO credential_tags (credential_id, tag_id, priority, times_good, times_bad) VALUES (1, 1, 0, 0, 0);
DELETE FROM tags WHERE id = 1;
SELECT count(*) FROM credential_tags;

SELECT schema_audit.unregister('netraven');
DROP SCHEMA netraven CASCADE;
RESET search_path;
RESET client_min_messages;
