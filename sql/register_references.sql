-- Foreign keys to tables outside of the DDL, of which the database has the like: everything that they say is kept.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA outside;
CREATE SCHEMA inside;
CREATE TABLE outside.place (region integer, code integer, PRIMARY KEY (region, code));
CREATE TABLE inside.visit (id integer PRIMARY KEY, region integer, code integer,
    CONSTRAINT visit_place_fk FOREIGN KEY (region, code) REFERENCES outside.place ON DELETE SET NULL (code) DEFERRABLE);
COMMENT ON CONSTRAINT visit_place_fk ON inside.visit IS 'where';
INSERT INTO schema_audit.compare (item, model_pattern, enabled) VALUES ('comments', 'references', true);
RESET client_min_messages;
-- The column list follows a renamed column.
SELECT schema_audit.register_ddl('references', $$
CREATE TABLE inside.visit (id integer PRIMARY KEY, region integer, number integer,
    CONSTRAINT visit_place_fk FOREIGN KEY (region, number) REFERENCES outside.place (region, code) ON DELETE SET NULL (number) DEFERRABLE);
ALTER TABLE inside.visit RENAME number TO code;
COMMENT ON CONSTRAINT visit_place_fk ON inside.visit IS 'where';
$$);
SELECT constraint_name, columns, on_delete, attributes FROM schema_audit.model_constraint WHERE model = 'references' AND kind = 'foreign key';
SELECT rule, object_name FROM audit_schema('{references}', min_severity => 'info');
ALTER TABLE inside.visit DROP CONSTRAINT visit_place_fk, ADD CONSTRAINT visit_place_fk FOREIGN KEY (region, code) REFERENCES outside.place ON DELETE SET NULL DEFERRABLE;
SELECT rule, object_name, expected, actual, fix FROM audit_schema('{references}', min_severity => 'info') ORDER BY rule;
DELETE FROM schema_audit.compare WHERE model_pattern = 'references';
SELECT schema_audit.unregister('references');
DROP SCHEMA inside, outside CASCADE;
