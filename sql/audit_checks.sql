-- Check constraints are compared by what they mean.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA checks;
SET search_path = checks, public;
SELECT schema_audit.register_ddl('checks', $$
    CREATE TABLE t (a integer, b varchar(20), c numeric, d date,
        CONSTRAINT same CHECK (a > 0), CONSTRAINT in_list CHECK (b IN ('x', 'y', 'z')), CONSTRAINT in_one CHECK (b IN ('x')), CONSTRAINT between_two CHECK (c BETWEEN 0 AND 100),
        CONSTRAINT not_nested CHECK (NOT (a = 1 OR c = 2)), CONSTRAINT renamed CHECK (length(b) > 1), CONSTRAINT other CHECK (c >= 0), CONSTRAINT missing CHECK (d > '2000-01-01'),
        CONSTRAINT list_shorter CHECK (a IN (1, 2, 3)), CONSTRAINT inherit CHECK (c < 1000), CONSTRAINT not_valid CHECK (a < 1000));
$$, schemas => '{checks}') > 0 AS registered;
CREATE TABLE t (a integer, b varchar(20), c numeric, d date,
    CONSTRAINT same CHECK ((((a) > 0))), CONSTRAINT in_list CHECK ((b)::text = ANY (ARRAY['z'::text, 'y', 'x'])), CONSTRAINT in_one CHECK (b = 'x'), CONSTRAINT between_two CHECK (c >= 0 AND c <= 100.0),
    CONSTRAINT not_nested CHECK (a <> 1 AND c <> 2), CONSTRAINT new_name CHECK (length((b)::text) > 1), CONSTRAINT other CHECK (c > 0),
    CONSTRAINT list_shorter CHECK (a IN (1, 2)), CONSTRAINT inherit CHECK (c < 1000) NO INHERIT, CONSTRAINT extra CHECK (d < '2100-01-01'));
ALTER TABLE t ADD CONSTRAINT not_valid CHECK (a < 1000) NOT VALID;
SELECT severity, rule, object_type, object_name, expected, actual FROM audit_schema(min_severity => 'info');
SELECT fix FROM audit_schema(min_severity => 'info') ORDER BY finding_key COLLATE "C" \gexec
SELECT severity, rule, object_type, object_name, expected, actual FROM audit_schema(min_severity => 'info');

-- a hand-written row that the server cannot read is told as such, and not as a difference
UPDATE schema_audit.model SET source = 'hand' WHERE model = 'checks';
UPDATE schema_audit.model_constraint SET expression = 'a >', expression_normal = NULL WHERE model = 'checks' AND constraint_name = 'same';
UPDATE schema_audit.model_constraint SET expression = 'nothing(b)', expression_normal = NULL WHERE model = 'checks' AND constraint_name = 'in_one';
UPDATE schema_audit.model_constraint SET expression = 'c between 0 and 100', expression_normal = NULL WHERE model = 'checks' AND constraint_name = 'between_two';
UPDATE schema_audit.model_column SET data_type = 'no_such_type' WHERE model = 'checks' AND column_name = 'd';
SELECT severity, rule, object_type, object_name, message FROM audit_schema(min_severity => 'info') WHERE rule <> 'type-mismatch';

-- exclusion constraints of rows by hand, by what they mean: however they are spelled, and what is really another one
CREATE TABLE booking (room integer, during tsrange, guest text, closed boolean,
    CONSTRAINT same EXCLUDE USING btree (room WITH =, guest WITH =) WHERE (NOT closed),
    CONSTRAINT expression EXCLUDE (lower(guest) WITH =),
    CONSTRAINT later EXCLUDE USING gist (during WITH &&) DEFERRABLE,
    CONSTRAINT other_operator EXCLUDE USING gist (during WITH &&), CONSTRAINT other_condition EXCLUDE (room WITH =) WHERE (room > 1));
INSERT INTO schema_audit.model (model, governed_schemas) VALUES ('by_hand', '{checks}');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('by_hand', 'checks', 'booking');
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type) VALUES
    ('by_hand', 'checks', 'booking', 'room', 1, 'int'), ('by_hand', 'checks', 'booking', 'during', 2, 'tsrange'), ('by_hand', 'checks', 'booking', 'guest', 3, 'text'), ('by_hand', 'checks', 'booking', 'closed', 4, 'bool');
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, expression, is_deferrable) VALUES
    ('by_hand', 'checks', 'booking', 'same', 'exclusion', 'exclude using BTREE ("room" pg_catalog.int4_ops WITH OPERATOR(pg_catalog.=), (guest) ASC with =) where (not (closed))', false),
    ('by_hand', 'checks', 'booking', 'expression', 'exclusion', 'EXCLUDE (pg_catalog.lower(guest::text) WITH =)', false),
    ('by_hand', 'checks', 'booking', 'later', 'exclusion', 'EXCLUDE USING gist (during WITH &&)', true),
    ('by_hand', 'checks', 'booking', 'other_operator', 'exclusion', 'EXCLUDE USING gist (during WITH -|-)', false),
    ('by_hand', 'checks', 'booking', 'other_condition', 'exclusion', 'EXCLUDE (room WITH =) WHERE (room > 2)', false),
    ('by_hand', 'checks', 'booking', 'missing', 'exclusion', 'EXCLUDE (room DESC WITH =) INCLUDE (guest)', false),
    ('by_hand', 'checks', 'booking', 'no_column', 'exclusion', 'EXCLUDE (nothing WITH =)', false),
    ('by_hand', 'checks', 'booking', 'no_exclusion', 'exclusion', 'CHECK (room > 1)', false);
SELECT severity, rule, object_name, expected, actual, message, fix FROM audit_schema(models => '{by_hand}', tables => 'booking', min_severity => 'info');
SELECT schema_audit.unregister('by_hand');

SELECT schema_audit.unregister('checks');
DROP SCHEMA checks CASCADE;
RESET search_path;
RESET client_min_messages;
