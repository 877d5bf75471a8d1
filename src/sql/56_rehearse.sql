CREATE FUNCTION schema_audit.rehearse(
    sql text, lock_timeout text DEFAULT NULL, statement_timeout text DEFAULT NULL, assume_in_transaction boolean DEFAULT false,
    models text[] DEFAULT NULL)
RETURNS TABLE (statement_no integer, line integer, statement text, command_tag text, milliseconds double precision,
               locks text[], rewrites text[], rows_read bigint, wal_bytes bigint, sequences text[], findings jsonb,
               outcome text, sqlstate text, message text, drift_new text[], drift_resolved text[])
LANGUAGE c
AS 'MODULE_PATHNAME', 'schema_audit_rehearse';
COMMENT ON FUNCTION schema_audit.rehearse(text, text, text, boolean, text[]) IS 'runs a migration for real, in a subtransaction that is always rolled back, and tells of each statement what it did; it holds the locks that it takes until then';

CREATE FUNCTION schema_audit.check_in_sync(model text, min_severity text DEFAULT 'warning') RETURNS void
LANGUAGE c
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_audit_check_in_sync';
COMMENT ON FUNCTION schema_audit.check_in_sync(text, text) IS 'raises SQLSTATE SA001 if the database differs from the model, NULL for all models: the last statement of a deploy, which rolls it back';
