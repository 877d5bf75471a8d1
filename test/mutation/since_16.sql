-- since 16
-- What PostgreSQL 16 brought: rules of collations.
CREATE SCHEMA sixteen;
SET search_path = sixteen, public;
CREATE COLLATION tailored (provider = icu, locale = 'und', rules = '&a < b');
SELECT schema_audit.register_schema('mutation', '{sixteen}');

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('collation', 'rules', 'DROP COLLATION tailored; CREATE COLLATION tailored (provider = icu, locale = ''und'', rules = ''&a < c'')', '{collation-object-mismatch tailored}', 'fix'),
('collation', 'rules, none', 'DROP COLLATION tailored; CREATE COLLATION tailored (provider = icu, locale = ''und'')', '{collation-object-mismatch tailored}', 'fix');
