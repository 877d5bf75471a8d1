-- What the guard remembers, for sql/guard_faults.sql; SET schema_audit.debug_fault makes it fail.
CREATE FUNCTION schema_audit.debug_running_statements() RETURNS bigint
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'schema_audit_debug_running_statements';
