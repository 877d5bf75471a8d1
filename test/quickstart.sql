-- make quickstart: what schema_audit does, told with the databases of test/fixtures. Runs in the root of the
-- checkout, in a server of its own; every step asserts that what it shows has really happened.
\pset pager off
\pset footer off
\pset null '-'
\pset format wrapped
\pset columns 118
SET client_min_messages = warning;
CREATE EXTENSION schema_audit;

-- must(condition, what is wrong otherwise)
CREATE FUNCTION pg_temp.must(holds boolean, otherwise text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF holds IS NOT TRUE THEN
        RAISE EXCEPTION 'make quickstart: %', otherwise;
    END IF;
END
$$;
-- A rejected attempt is written by another process, after the answer to the client.
CREATE FUNCTION pg_temp.wait_for_rejections(expected bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..100 LOOP
        EXIT WHEN (SELECT count(*) FROM schema_audit.ddl_log WHERE decision = 'rejected') >= expected;
        PERFORM pg_sleep(0.1);
    END LOOP;
END
$$;
CREATE TEMPORARY TABLE found (team text, rule text, number bigint);

\echo '1. THE DATABASE AND THE MODELS'
\echo
\echo 'Hedgehog is a Django application. This is its database before migration 0021. Its models are already'
\echo 'those of 0021, and Django prints them as DDL, one line a table:'
\echo
\! sed -n '3,5{s/^\(.\{108\}\).*/  \1 …/;p}' test/fixtures/hedgehog/model.sql
\echo
CREATE SCHEMA hedgehog;
SET search_path = hedgehog, public;
\o /dev/null
\i test/fixtures/hedgehog/base.sql
\o
\set ddl `cat test/fixtures/hedgehog/model.sql`
\echo 'SELECT schema_audit.register_ddl(''hedgehog'', :''ddl'', version => ''0021'', schemas => ''{hedgehog}'');'
\echo
SELECT schema_audit.register_ddl('hedgehog', :'ddl', version => '0021', schemas => '{hedgehog}') AS objects_registered;

\echo '2. THE AUDIT'
\echo
\echo 'What do the models expect that the database does not have?'
\echo
\echo 'SELECT severity, rule, count(*) FROM audit_schema() GROUP BY 1, 2;'
\echo
SELECT severity, rule, count(*) FROM audit_schema() GROUP BY 1, 2 ORDER BY 1, 2;
\echo 'A finding says what, where, how bad, and how to mend it. One of them in full:'
\echo
\x on
SELECT severity, rule, table_name, object_name, expected, actual, message, fix, finding_key
  FROM audit_schema(tables => '%gitrepository') WHERE object_name = 'push_branch';
\x off
SELECT pg_temp.must(count(*) FILTER (WHERE rule = 'missing-column') = 15 AND count(*) FILTER (WHERE rule = 'missing-table') = 2
                    AND count(*) = 17, 'the audit before 0021 found something else') FROM audit_schema() \g /dev/null

\echo '3. COLUMN BY COLUMN'
\echo
\echo 'Every column, expected beside actual, matched or not:'
\echo
\echo 'SELECT column_name, expected_type, actual_type, matched, differences'
\echo '  FROM schema_audit.columns(tables => ''%gitrepository'');'
\echo
SELECT column_name, expected_type, actual_type, matched, differences FROM schema_audit.columns(tables => '%gitrepository');
SELECT count(*) FILTER (WHERE matched) AS matched, count(*) AS columns,
       round(100.0 * count(*) FILTER (WHERE matched) / count(*), 2) AS percent FROM schema_audit.columns();

\echo '4. THE GUARD REJECTS MIGRATION 0021'
\echo
\echo 'Django adds a column with a default and drops the default at once. What stays is a required column that'
\echo 'nothing fills. Each statement is harmless; the guard judges what is left at COMMIT:'
\echo
\! grep -A1 -E 'ADD COLUMN "(push_branch|file_hash)"' test/fixtures/hedgehog/migration_0021.sql | grep -v '^--' | sed 's/^/  /'
\echo
\echo 'SELECT schema_audit.enable();      then the migration, with psql:'
\echo
SELECT schema_audit.enable() \g /dev/null
SET schema_audit.migration = 'netbox_hedgehog.0021';
SELECT coalesce(max(id), 0) AS before_0021 FROM schema_audit.ddl_log \gset
\set ON_ERROR_STOP off
\i test/fixtures/hedgehog/migration_0021.sql
\set ON_ERROR_STOP on
SELECT pg_temp.must(:'SQLSTATE' = 'SA002', 'migration 0021 was not rejected') \g /dev/null
\echo
\echo 'Nothing of it is left in the database. The attempt is in the log, in a row for each column:'
\echo
SELECT pg_temp.wait_for_rejections(13) \g /dev/null
SELECT migration, decision, rule, split_part(object_identity, '.', 3) AS column_name
  FROM schema_audit.ddl_log WHERE id > :before_0021 AND decision = 'rejected' ORDER BY id LIMIT 4;
SELECT pg_temp.must(count(*) = 13, 'the log does not have the 13 rejections of 0021')
  FROM schema_audit.ddl_log WHERE decision = 'rejected' AND migration = 'netbox_hedgehog.0021' \g /dev/null
SELECT pg_temp.must(count(*) = 17, 'the rejected migration left something behind') FROM audit_schema() \g /dev/null

\echo '5. THE SAME MIGRATION IN LOG MODE'
\echo
\echo 'SELECT schema_audit.enable(''log'');   0021 passes now, as it did at the time. Code that does not know the'
\echo 'new columns is broken:'
\echo
SELECT schema_audit.enable('log') \g /dev/null
\i test/fixtures/hedgehog/migration_0021.sql
\set ON_ERROR_STOP off
\i test/fixtures/hedgehog/insert_old_writer.sql
\set ON_ERROR_STOP on
SELECT pg_temp.must(:'SQLSTATE' = '23502', 'the INSERT that does not name the new columns did not fail') \g /dev/null
\echo
\echo 'The audit names each column and the default that it was added with:'
\echo
\echo 'SELECT severity, rule, count(*) FROM audit_schema() GROUP BY 1, 2;'
\echo 'SELECT fix FROM audit_schema();'
\echo
SELECT severity, rule, count(*) FROM audit_schema() GROUP BY 1, 2;
SELECT fix FROM audit_schema();
INSERT INTO found SELECT 'hedgehog', rule, count(*) FROM audit_schema() GROUP BY rule;
SELECT pg_temp.must(sum(number) FILTER (WHERE rule = 'default-dropped-after-add') = 13 AND sum(number) = 13,
                    'the audit does not name the 13 columns of 0021') FROM found \g /dev/null

\echo '6. THE FIXES'
\echo
\echo 'Migration 0022 sets these defaults, and the new table''s. The guard, back in enforce, has nothing against'
\echo 'it, the INSERT that failed succeeds, and with the models of 0022 the audit is empty:'
\echo
SELECT schema_audit.enable() \g /dev/null
SET schema_audit.migration = 'netbox_hedgehog.0022';
\i test/fixtures/hedgehog/migration_0022.sql
\i test/fixtures/hedgehog/insert_old_writer.sql
SELECT name, sync_direction, conflict_status FROM netbox_hedgehog_hedgehogresource WHERE name = 'vpc-2';
\set ddl `cat test/fixtures/hedgehog/model_fixed.sql`
SELECT schema_audit.register_ddl('hedgehog', :'ddl', version => '0022', schemas => '{hedgehog}') > 0 AS registered \g /dev/null
SELECT severity, rule, object_name, fix FROM audit_schema(min_severity => 'info');
SELECT pg_temp.must(count(*) = 0, 'the audit after 0022 is not clean') FROM audit_schema(min_severity => 'info') \g /dev/null
SELECT decision, rule, count(*) AS commands FROM schema_audit.ddl_log WHERE migration IS NOT NULL
 GROUP BY 1, 2 ORDER BY 1, 2 NULLS FIRST;
RESET schema_audit.migration;
SELECT schema_audit.disable() \g /dev/null

\echo '7. FOUR TEAMS'
\echo
\echo 'The databases of three more teams, each with the models as its ORM prints them and the drift that they'
\echo 'reported. What the audit finds, by rule (hedgehog as after 0021):'
\echo
\o /dev/null
CREATE SCHEMA license_manager;
SET search_path = license_manager, public;
\i test/fixtures/license_manager/live.sql
\set ddl `cat test/fixtures/license_manager/model.sql`
\set annotations `cat test/fixtures/license_manager/annotations.json`
SELECT schema_audit.register_ddl('license_manager', :'ddl', schemas => '{license_manager}', annotations => :'annotations');
CREATE SCHEMA naga;
SET search_path = naga, public;
\i test/fixtures/naga/live.sql
\set ddl `cat test/fixtures/naga/model.sql`
\set annotations `cat test/fixtures/naga/annotations.json`
SELECT schema_audit.register_ddl('naga', :'ddl', schemas => '{naga}', annotations => :'annotations');
CREATE SCHEMA netraven;
SET search_path = netraven, public;
\i test/fixtures/netraven/live.sql
\set ddl `cat test/fixtures/netraven/model_web.sql`
\set annotations `cat test/fixtures/netraven/annotations_web.json`
SELECT schema_audit.register_ddl('netraven_web', :'ddl', schemas => '{netraven}', annotations => :'annotations');
\set ddl `cat test/fixtures/netraven/model_credentials.sql`
\set annotations `cat test/fixtures/netraven/annotations_credentials.json`
SELECT schema_audit.register_ddl('netraven_credentials', :'ddl', schemas => '{netraven}', annotations => :'annotations');
RESET search_path;
\o
INSERT INTO found SELECT schema_name, rule, count(*) FROM audit_schema(schemas => '{license_manager,naga,netraven}') GROUP BY 1, 2;
SELECT coalesce(rule, 'all findings') AS rule,
       sum(number) FILTER (WHERE team = 'hedgehog') AS hedgehog,
       sum(number) FILTER (WHERE team = 'license_manager') AS license_manager,
       sum(number) FILTER (WHERE team = 'naga') AS naga,
       sum(number) FILTER (WHERE team = 'netraven') AS netraven
  FROM found GROUP BY ROLLUP (found.rule) ORDER BY found.rule NULLS LAST;
SELECT pg_temp.must(sum(number) FILTER (WHERE team = 'license_manager') = 19 AND sum(number) FILTER (WHERE team = 'naga') = 81
                    AND sum(number) FILTER (WHERE team = 'netraven') = 4, 'the counts of the teams are others') FROM found \g /dev/null

\echo '8. WHAT IS ACCEPTED'
\echo
\echo 'After its repairs one difference is left to the License Manager. The team accepts it, and says why:'
\echo
SET search_path = license_manager, public;
\o /dev/null
\i test/fixtures/license_manager/fixes.sql
\o
RESET search_path;
SELECT severity, rule, table_name, object_name, expected, actual FROM audit_schema(models => '{license_manager}');
SELECT count(*) FILTER (WHERE matched) AS matched, count(*) AS columns,
       round(100.0 * count(*) FILTER (WHERE matched) / count(*), 2) AS percent
  FROM schema_audit.columns(models => '{license_manager}');
SELECT pg_temp.must(count(*) FILTER (WHERE matched) = 406 AND count(*) = 407, '406 of 407 columns should match')
  FROM schema_audit.columns(models => '{license_manager}') \g /dev/null
\echo 'INSERT INTO schema_audit.suppression (finding_key, reason)'
\echo 'SELECT finding_key, ''legacy table; would need more than 2 billion users'''
\echo '  FROM audit_schema(models => ''{license_manager}'');'
\echo
INSERT INTO schema_audit.suppression (finding_key, reason)
SELECT finding_key, 'legacy table; would need more than 2 billion users' FROM audit_schema(models => '{license_manager}');
\echo 'SELECT rule, object_name, suppression_reason'
\echo '  FROM audit_schema(models => ''{license_manager}'', suppressed => true);'
\echo
SELECT rule, object_name, suppression_reason FROM audit_schema(models => '{license_manager}', suppressed => true);
SELECT pg_temp.must(count(*) = 0, 'the suppressed finding is still there') FROM audit_schema(models => '{license_manager}') \g /dev/null

\echo 'That was all, and this server is gone in a moment.'
\echo
\echo '  make psql              one that stays until you leave psql, to try it yourself'
\echo '  README.md              install it into your own server, register your own models, enable the guard'
\echo '  docs/models.md         DDL out of Django, SQLAlchemy, Prisma, Rails …; annotations; models by hand'
\echo '  docs/audit.md          findings, severities, filters, suppressions'
\echo '  docs/guard.md          modes, policy, log; what to do when a migration is rejected'
