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

SELECT schema_audit.unregister('checks');
DROP SCHEMA checks CASCADE;
RESET search_path;
RESET client_min_messages;
