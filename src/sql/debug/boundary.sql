-- Failures on purpose, and what they leave behind: for sql/boundary.sql.
CREATE FUNCTION schema_audit.debug_fail(kind text, depth integer = 0) RETURNS text
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'schema_audit_debug_fail';
COMMENT ON FUNCTION schema_audit.debug_fail IS 'fails in the way that is named, below depth levels of C++ and SQL';
CREATE FUNCTION schema_audit.debug_fail_held() RETURNS void
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'schema_audit_debug_fail_held';
CREATE FUNCTION schema_audit.debug_live_objects() RETURNS bigint
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'schema_audit_debug_live_objects';
CREATE FUNCTION schema_audit.debug_heap_bytes() RETURNS bigint
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'schema_audit_debug_heap_bytes';
CREATE FUNCTION schema_audit.debug_holdoff() RETURNS integer
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'schema_audit_debug_holdoff';
