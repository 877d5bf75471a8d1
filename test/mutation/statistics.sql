-- Extended statistics.
CREATE ROLE mutation_statistics;
CREATE SCHEMA stats;
CREATE SCHEMA beside;
CREATE TABLE stats.t (a integer, b integer, "Odd" text);
CREATE TABLE stats.u (a integer, b integer, "Odd" text);
CREATE STATISTICS stats.two (mcv, ndistinct) ON b, a FROM stats.t;
CREATE STATISTICS stats.expressions ON (a + b), (lower("Odd")), b FROM stats.t;
CREATE STATISTICS stats.one ON (a * 2) FROM stats.t;
ALTER STATISTICS stats.one SET STATISTICS 50;
CREATE STATISTICS beside.elsewhere ON a, b FROM stats.u;
SELECT schema_audit.register_schema('mutation', '{stats,beside}');
INSERT INTO schema_audit.compare VALUES ('owners', '%', true), ('comments', '%', true), ('statistics targets', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('statistics', 'missing', 'DROP STATISTICS two', '{"missing-statistics two"}', 'CREATE STATISTICS two (ndistinct, mcv) ON a, b FROM t'),
('statistics', 'extra', 'CREATE STATISTICS one_more ON a, "Odd" FROM t', '{"extra-statistics one_more"}', 'DROP STATISTICS one_more'),
('statistics', 'extra, with its table', 'CREATE TABLE extra (a integer, b integer); CREATE STATISTICS one_more ON a, b FROM extra', '{"extra-table extra"}', 'DROP TABLE extra'),
('statistics', 'table', 'DROP STATISTICS beside.elsewhere; CREATE STATISTICS beside.elsewhere ON a, b FROM t', '{"statistics-mismatch elsewhere"}', 'DROP STATISTICS beside.elsewhere; CREATE STATISTICS beside.elsewhere ON a, b FROM u'),
('statistics', 'columns', 'DROP STATISTICS two; CREATE STATISTICS two (ndistinct, mcv) ON a, "Odd" FROM t', '{"statistics-mismatch two"}', 'DROP STATISTICS two; CREATE STATISTICS two (ndistinct, mcv) ON b, a FROM t'),
('statistics', 'expressions', 'DROP STATISTICS one; CREATE STATISTICS one ON (a * 3) FROM t; ALTER STATISTICS one SET STATISTICS 50', '{"statistics-mismatch one"}', 'DROP STATISTICS one; CREATE STATISTICS one ON (a * 2) FROM t; ALTER STATISTICS one SET STATISTICS 50'),
('statistics', 'expressions, spelled otherwise', 'DROP STATISTICS one; CREATE STATISTICS one ON (a * ''2''::integer) FROM t; ALTER STATISTICS one SET STATISTICS 50', '{}', 'SELECT 1'),
('statistics', 'expressions, another order', 'DROP STATISTICS expressions; CREATE STATISTICS expressions ON b, (lower("Odd")), (a + b) FROM t', '{}', 'SELECT 1'),
('statistics', 'kinds', 'DROP STATISTICS two; CREATE STATISTICS two ON a, b FROM t', '{"statistics-mismatch two"}', 'DROP STATISTICS two; CREATE STATISTICS two (ndistinct, mcv) ON a, b FROM t'),
('statistics', 'kinds, fewer', 'DROP STATISTICS expressions; CREATE STATISTICS expressions (dependencies) ON (a + b), (lower("Odd")), b FROM t', '{"statistics-mismatch expressions"}', 'DROP STATISTICS expressions; CREATE STATISTICS expressions ON (a + b), (lower("Odd")), b FROM t'),
('statistics', 'statistics_target', 'ALTER STATISTICS two SET STATISTICS 7', '{"statistics-target-mismatch two"}', 'ALTER STATISTICS two SET STATISTICS -1'),
('statistics', 'statistics_target, none', 'ALTER STATISTICS one SET STATISTICS -1', '{"statistics-target-mismatch one"}', 'ALTER STATISTICS one SET STATISTICS 50'),
('statistics', 'owner', 'ALTER STATISTICS two OWNER TO mutation_statistics', '{"owner-mismatch two"}', 'ALTER STATISTICS two OWNER TO CURRENT_USER'),
('statistics', 'comment', 'COMMENT ON STATISTICS two IS ''x''', '{"comment-mismatch two"}', 'COMMENT ON STATISTICS two IS NULL');
