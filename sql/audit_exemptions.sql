-- Rows of rule_setting that have expired, or that nobody needs: findings of an audit of everything.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
\pset null -
CREATE SCHEMA audit_exemptions;
SET search_path = audit_exemptions, public;
CREATE TABLE t (id integer, n integer NOT NULL DEFAULT 1);
SELECT schema_audit.register_schema('exemptions', '{audit_exemptions}') > 0 AS registered;
DELETE FROM schema_audit.rule_setting;
CREATE VIEW public.policy_findings AS SELECT severity, rule, object_type, object_name, expected, message, fix FROM public.audit_schema() WHERE rule LIKE 'exemption-%';
INSERT INTO schema_audit.rule_setting (id, rule, table_pattern, action, reason, created_at, expires_at) OVERRIDING SYSTEM VALUE VALUES
    (201, 'drop-table', 'old', 'off', 'OPS-1', '2023-01-01 00:00:00+00', '2020-01-01 00:00:00+00'),
    (202, 'drop-default-on-not-null-column', 't', 'log', 'OPS-2', '2023-01-01 00:00:00+00', NULL),
    (203, 'drop-table', NULL, 'log', 'OPS-3', '2023-01-01 00:00:00+00', NULL),
    (204, 'drop-column', NULL, 'off', 'leaves no trace', '2023-01-01 00:00:00+00', NULL),
    (205, 'drop-column', 'x', 'reject', NULL, '2023-01-01 00:00:00+00', NULL),
    (206, 'drop-view', NULL, 'log', 'young', now(), NULL),
    (207, 'lock-timeout-required', NULL, 'warn', 'stricter than the default', '2023-01-01 00:00:00+00', NULL);
-- nobody can tell while there is no guard, no log, or one that does not reach back
SELECT rule, object_name FROM public.policy_findings;
SELECT schema_audit.enable('log');
CREATE TABLE more (id integer);
SELECT rule, object_name FROM public.policy_findings;
UPDATE schema_audit.guard SET enabled_at = '2024-02-01 00:00:00+00';
SELECT rule, object_name FROM public.policy_findings;
-- the log reaches back
INSERT INTO schema_audit.ddl_log (id, at, decision) OVERRIDING SYSTEM VALUE VALUES (-1, '2024-03-01 00:00:00+00', 'allowed');
\x on
SELECT * FROM public.policy_findings;
\x off
-- one that was needed, even long ago
ALTER TABLE t ALTER COLUMN n DROP DEFAULT;
UPDATE schema_audit.ddl_log SET at = '2024-04-01 00:00:00+00' WHERE setting_id = 202;
SELECT rule, object_name FROM public.policy_findings;
-- not in an audit of a part, nor for who may not read the log
SELECT count(*) FROM public.audit_schema('{exemptions}') WHERE rule LIKE 'exemption-%';
CREATE ROLE audit_exemptions_user;
GRANT USAGE ON SCHEMA audit_exemptions TO audit_exemptions_user;
SET ROLE audit_exemptions_user;
SELECT rule, object_name FROM public.audit_schema() WHERE rule LIKE 'exemption-%';
RESET ROLE;
-- changed again: from then on
SELECT schema_audit.enable('log');
SELECT rule, object_name FROM public.policy_findings;
-- pasted, the fixes mend
UPDATE schema_audit.guard SET enabled_at = '2024-02-01 00:00:00+00';
SELECT fix FROM public.policy_findings \gexec
SELECT rule, object_name FROM public.policy_findings;
SELECT schema_audit.disable();
DELETE FROM schema_audit.ddl_log WHERE id = -1;
DELETE FROM schema_audit.rule_setting;
SELECT schema_audit.unregister('exemptions');
DROP VIEW public.policy_findings;
DROP SCHEMA audit_exemptions CASCADE;
DROP ROLE audit_exemptions_user;
RESET search_path;
RESET client_min_messages;
