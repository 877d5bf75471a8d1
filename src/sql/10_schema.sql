-- The schema of the extension. Functions and the tables that everybody may read live here; only
-- audit_schema() goes to the schema that CREATE EXTENSION targets.
CREATE SCHEMA schema_audit;
COMMENT ON SCHEMA schema_audit IS 'schema_audit: registered models, audits, and the guard of DDL';
GRANT USAGE ON SCHEMA schema_audit TO PUBLIC;
