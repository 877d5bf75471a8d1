-- Text of stored queries, for sql/query_text.sql: of a list of them, or of a condition over a relation.
CREATE FUNCTION schema_audit.debug_query_text(node pg_node_tree, normal boolean, columns text[] = '{}',
                                              relation oid = 0, old_and_new boolean = false) RETURNS text
    LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'schema_audit_debug_query_text';
