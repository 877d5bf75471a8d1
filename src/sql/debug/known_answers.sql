-- How often audits of this session gave a known answer again: for sql/audit_again.sql.
CREATE FUNCTION schema_audit.debug_known_answers() RETURNS bigint
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'schema_audit_debug_known_answers';

-- How often this session has brought up to date what it had read.
CREATE FUNCTION schema_audit.debug_caught_up() RETURNS bigint
    LANGUAGE c STRICT VOLATILE AS 'MODULE_PATHNAME', 'schema_audit_debug_caught_up';
