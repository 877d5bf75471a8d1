-- The normal form as SQL functions, for tests.
CREATE FUNCTION schema_audit.debug_normal_form(node pg_node_tree, relation oid = 0) RETURNS text
    LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'schema_audit_debug_normal_form';
CREATE FUNCTION schema_audit.debug_normal_form_sql(expression text, type text, relation oid = 0) RETURNS text
    LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'schema_audit_debug_normal_form_sql';
CREATE FUNCTION schema_audit.debug_type_text(type text) RETURNS text
    LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'schema_audit_debug_type_text';
