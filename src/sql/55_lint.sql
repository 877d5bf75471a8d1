CREATE FUNCTION schema_audit.lint(sql text, assume_in_transaction boolean DEFAULT false, assume_exists boolean DEFAULT false)
RETURNS TABLE (line integer, statement_no integer, severity text, rule text, object_identity text, message text, fix text)
LANGUAGE c STABLE
AS 'MODULE_PATHNAME', 'schema_audit_lint';
COMMENT ON FUNCTION schema_audit.lint(text, boolean, boolean) IS 'what the guard would say of a migration: parses it, runs nothing, and asks the catalogs for the tables that it names';

CREATE FUNCTION schema_audit.explain_policy(sql text, assume_in_transaction boolean DEFAULT false, assume_exists boolean DEFAULT false)
RETURNS TABLE (line integer, statement_no integer, rule text, object_identity text, action text, decision text, decided_by text, setting_id bigint, reason text, explanation text)
LANGUAGE c STABLE
AS 'MODULE_PATHNAME', 'schema_audit_explain_policy';
COMMENT ON FUNCTION schema_audit.explain_policy(text, boolean, boolean) IS 'for each finding of lint(), and those that are off: what the guard would do in this session, and which row, setting or default decides';
