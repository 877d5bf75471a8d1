-- What the guard remembers, for sql/guard_faults.sql; SET schema_audit.debug_fault makes it fail.
CREATE FUNCTION schema_audit.debug_running_statements() RETURNS bigint
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'schema_audit_debug_running_statements';
-- Which locks the guard believes that statements ask for, for test/truth.
CREATE FUNCTION schema_audit.debug_lock_requests(sql text, OUT schema_name text, OUT relation_name text, OUT mode text) RETURNS SETOF record
    LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'schema_audit_debug_lock_requests';
