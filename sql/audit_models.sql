-- Several models, partial ones, and what each argument of audit_schema() shows.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA one;
CREATE SCHEMA two;
SET search_path = one, public;
CREATE TABLE one.shared (id bigint PRIMARY KEY, a text, b text, extra text);
CREATE INDEX extra ON one.shared (a);
CREATE TABLE one.own (id bigint PRIMARY KEY, note text);
CREATE TABLE two.own (id bigint PRIMARY KEY);
CREATE TABLE two.nobodys (id bigint);
SELECT audit_schema();
SELECT schema_audit.register_ddl('web', 'CREATE TABLE shared (id bigint PRIMARY KEY, a text); CREATE TABLE own (id bigint PRIMARY KEY, note integer)', schemas => '{one}',
    annotations => '{"tables": {"own": {"unit": "billing"}, "shared": {"unit": "core"}}}') > 0 AS registered;
-- the other model names the table as well, and may know more of it; columns of either are no extras
SELECT schema_audit.register_ddl('worker', 'CREATE TABLE one.shared (id bigint PRIMARY KEY, b text); CREATE TABLE own (id bigint PRIMARY KEY)', schemas => '{two}') > 0 AS registered;
SELECT severity, rule, schema_name, table_name, object_name, model, app FROM audit_schema(min_severity => 'info');
SELECT schema_audit.register_ddl('worker', 'CREATE TABLE one.shared (id bigint PRIMARY KEY, a varchar(5) NOT NULL, b text); CREATE TABLE own (id bigint PRIMARY KEY)', schemas => '{two}') > 0 AS registered;
SELECT severity, rule, object_name, model, expected, actual, message, fix FROM audit_schema(tables => 'shared') WHERE rule IN ('duplicate-model', 'length-mismatch', 'nullability-mismatch');

-- filters
SELECT rule, schema_name, table_name, object_name, model FROM audit_schema(models => '{web}', min_severity => 'info');
SELECT rule, schema_name, table_name, object_name, model FROM audit_schema(models => '{worker}', min_severity => 'info');
SELECT rule, schema_name, table_name, object_name, model FROM audit_schema(schemas => '{two}', min_severity => 'info');
SELECT rule, schema_name, table_name, object_name, model FROM audit_schema(tables => 'own');
SELECT rule, schema_name, table_name, object_name, model FROM audit_schema(tables => '%\_%');
SELECT rule, schema_name, table_name, object_name, app FROM audit_schema(apps => '{billing}');
SELECT rule, schema_name, table_name, object_name, app FROM audit_schema(apps => '{billing,core}', min_severity => 'error');
SELECT severity, count(*) FROM audit_schema(min_severity => 'info') GROUP BY severity ORDER BY severity;
SELECT severity, count(*) FROM audit_schema() GROUP BY severity ORDER BY severity;
SELECT severity, count(*) FROM audit_schema(min_severity => 'error') GROUP BY severity ORDER BY severity;

-- what nothing knows is an error, never an empty all-clear
SELECT audit_schema(models => '{web,wbe}');
SELECT audit_schema(schemas => '{public}');
SELECT audit_schema(tables => 'shard');
SELECT audit_schema(apps => '{Billing}');
SELECT audit_schema(models => '{}');
SELECT audit_schema(apps => '{NULL}');
SELECT audit_schema(min_severity => 'fatal');
SELECT schema_audit.columns(models => '{nobody}');

-- the order of rows does not depend on the order in the catalogs
CREATE TEMPORARY TABLE first_run AS SELECT row_number() OVER () AS number, f.* FROM audit_schema(min_severity => 'info') AS f;
ALTER TABLE one.shared RENAME TO shared_; ALTER TABLE one.shared_ RENAME TO shared;
UPDATE schema_audit.model SET version = 'x' WHERE model = 'web';
UPDATE schema_audit.model_table SET line = 1 WHERE table_name = 'own';
SELECT count(*) FROM (SELECT row_number() OVER () AS number, f.* FROM audit_schema(min_severity => 'info') AS f EXCEPT SELECT * FROM first_run) AS changed;

-- suppressions: with a reason, by key or by patterns, expired, unused
\set VERBOSITY terse
INSERT INTO schema_audit.suppression (rule, reason) VALUES ('extra-table', '  ');
INSERT INTO schema_audit.suppression (reason) VALUES ('everything');
\set VERBOSITY default
INSERT INTO schema_audit.suppression (finding_key, reason) VALUES ('extra-column:one.shared:column:extra', 'of the old importer');
INSERT INTO schema_audit.suppression (rule, table_pattern, reason, expires_at) VALUES ('extra-table', 'nobod%', 'for a while', now() + interval '1 hour');
INSERT INTO schema_audit.suppression (rule, reason) VALUES ('extra-index', 'indexes are made by hand');
SELECT severity, rule, table_name, object_name FROM audit_schema(min_severity => 'info');
SELECT severity, rule, table_name, object_name, suppression_reason FROM audit_schema(min_severity => 'info', suppressed => true) WHERE suppression_reason IS NOT NULL;
UPDATE schema_audit.suppression SET expires_at = '2020-01-01 00:00:00+00' WHERE table_pattern = 'nobod%';
INSERT INTO schema_audit.suppression (rule, reason) VALUES ('missing-table', 'nothing is missing');
SELECT severity, rule, table_name, object_type, object_name, expected, message FROM audit_schema() WHERE rule LIKE 'suppression%' OR rule = 'extra-table';
-- a filter tells of an expired one that would match, and of no unused one
SELECT rule, object_name FROM audit_schema(schemas => '{two}') WHERE rule LIKE 'suppression%';
SELECT rule, object_name FROM audit_schema(schemas => '{one}') WHERE rule LIKE 'suppression%';
TRUNCATE schema_audit.suppression;

-- every column, expected beside actual
SELECT model, app, schema_name, table_name, column_name, expected_type, actual_type, expected_not_null, actual_not_null, expected_default, actual_default, matched, differences FROM schema_audit.columns();
SELECT count(*), count(*) FILTER (WHERE matched) AS matched FROM schema_audit.columns(models => '{web}', tables => 'own', apps => '{billing}', schemas => '{one}');

SELECT schema_audit.unregister('web'), schema_audit.unregister('worker');
DROP SCHEMA one, two CASCADE;
RESET search_path;
RESET client_min_messages;
