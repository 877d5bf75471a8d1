-- schema_audit.exempt for one transaction, explain_policy(), and unknown rules.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
\pset null -
CREATE SCHEMA guard_policy;
SET search_path = guard_policy;
CREATE TABLE t (id integer, n integer NOT NULL DEFAULT 1);
CREATE TABLE other (id integer);
SELECT schema_audit.enable();
CREATE VIEW log AS SELECT object_identity, decision, decided_by, rule, reason, setting_id IS NOT NULL AS by_row
    FROM schema_audit.ddl_log WHERE object_identity LIKE 'guard_policy.%' AND rule IS NOT NULL AND decision <> 'rejected' ORDER BY id;

-- what an exemption must say
\set VERBOSITY default
SET schema_audit.exempt = '';
SET schema_audit.exempt = 'drop-column';
SET schema_audit.exempt = 'drop-column: ';
SET schema_audit.exempt = ': why';
SET schema_audit.exempt = 'drop-column, no-such-rule: why';
SET schema_audit.exempt = 'drop-column,, drop-table: why';
SET schema_audit.exempt = 'extra-table: why';
\set VERBOSITY terse
-- for one transaction, that rule alone
BEGIN;
SET LOCAL schema_audit.exempt = ' drop-column , required-column-left-without-default: OPS-12: writers are stopped ';
ALTER TABLE t ADD COLUMN a integer NOT NULL;
COMMIT;
ALTER TABLE t ADD COLUMN b integer NOT NULL;
BEGIN;
SET LOCAL schema_audit.exempt = 'drop-column: OPS-12';
ALTER TABLE t ADD COLUMN b integer NOT NULL;
COMMIT;
-- judged at commit, and by what holds then
BEGIN;
SET LOCAL schema_audit.exempt = 'drop-default-on-not-null-column: OPS-13';
ALTER TABLE t ALTER COLUMN n DROP DEFAULT;
COMMIT;
ALTER TABLE t ALTER COLUMN n SET DEFAULT 1;
-- a warning that is expected is none
BEGIN;
SET LOCAL schema_audit.exempt = 'set-not-null-breaks-writers: OPS-14';
ALTER TABLE t ALTER COLUMN id SET NOT NULL;
COMMIT;
ALTER TABLE t ALTER COLUMN id DROP NOT NULL;
-- counts more than the override, which is for all rules
BEGIN;
SET LOCAL schema_audit.override = 'everything';
SET LOCAL schema_audit.exempt = 'required-column-left-without-default: OPS-15';
ALTER TABLE t ADD COLUMN c integer NOT NULL;
COMMIT;
SELECT * FROM log;
-- who may
CREATE ROLE guard_policy_user;
SET ROLE guard_policy_user;
SET schema_audit.exempt = 'drop-column: mine';
RESET ROLE;
GRANT SET ON PARAMETER schema_audit.exempt TO guard_policy_user;
SET ROLE guard_policy_user;
SET schema_audit.exempt = 'drop-column: mine';
RESET schema_audit.exempt;
RESET ROLE;

-- which row decides, and why
DELETE FROM schema_audit.rule_setting;
CREATE FUNCTION why(sql text) RETURNS TABLE (rule text, object text, action text, decision text, decided_by text, reason text, explanation text)
LANGUAGE sql AS $$
    SELECT rule, object_identity, action, decision, decided_by, reason, explanation FROM schema_audit.explain_policy(sql)
     WHERE rule IN ('add-column-not-null-no-default', 'drop-table', 'syntax-error') ORDER BY line, rule
$$;
\x on
SELECT * FROM why('ALTER TABLE t ADD COLUMN z integer NOT NULL; DROP TABLE other; nonsense');
INSERT INTO schema_audit.rule_setting (id, schema_pattern, action, reason) VALUES (101, 'guard\_policy', 'warn', 'staging');
INSERT INTO schema_audit.rule_setting (id, rule, schema_pattern, table_pattern, action, reason, expires_at) VALUES
    (102, 'add-column-not-null-no-default', 'guard\_policy', 't', 'off', 'nobody writes', now() + interval '1 day'),
    (103, 'add-column-not-null-no-default', 'guard\_policy', 't%', 'reject', NULL, NULL),
    (104, 'add-column-not-null-no-default', 'guard\_policy', 't', 'log', 'expired', now() - interval '1 day')
    ON CONFLICT DO NOTHING;
SELECT * FROM why('ALTER TABLE t ADD COLUMN z integer NOT NULL; ALTER TABLE other ADD COLUMN z integer NOT NULL');
DELETE FROM schema_audit.rule_setting WHERE id = 102;
SELECT * FROM why('ALTER TABLE t ADD COLUMN z integer NOT NULL');
SET schema_audit.mode = log;
SELECT * FROM why('ALTER TABLE t ADD COLUMN z integer NOT NULL');
SET schema_audit.mode = off;
SELECT * FROM why('ALTER TABLE t ADD COLUMN z integer NOT NULL');
RESET schema_audit.mode;
SET schema_audit.override = 'OPS-16';
SELECT * FROM why('ALTER TABLE t ADD COLUMN z integer NOT NULL');
SET schema_audit.exempt = 'add-column-not-null-no-default: OPS-17';
SELECT * FROM why('ALTER TABLE t ADD COLUMN z integer NOT NULL');
\x off
RESET schema_audit.override;
RESET schema_audit.exempt;
-- lint() knows nothing of the session's mode, exemptions and overrides, as before; nothing ran
SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'z';
-- the row is named in the log
ALTER TABLE t ADD COLUMN d integer NOT NULL;
ALTER TABLE other ADD COLUMN d integer NOT NULL;
SELECT object_identity, decision, decided_by, reason, setting_id FROM schema_audit.ddl_log
 WHERE object_identity LIKE 'guard_policy.%.d' AND decision <> 'rejected' ORDER BY id;
DELETE FROM schema_audit.rule_setting;
-- names that are no rules of the guard
INSERT INTO schema_audit.rule_setting (rule, action, reason) VALUES ('no-such-rule', 'off', 'why');
INSERT INTO schema_audit.rule_setting (rule, action, reason) VALUES ('extra-table', 'off', 'why');
INSERT INTO schema_audit.rule_setting (rule, action) VALUES ('drop-table', 'log');

SELECT schema_audit.disable();
DROP SCHEMA guard_policy CASCADE;
REVOKE SET ON PARAMETER schema_audit.exempt FROM guard_policy_user;
DROP ROLE guard_policy_user;
RESET search_path;
RESET client_min_messages;
