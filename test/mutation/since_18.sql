-- since 18
-- What PostgreSQL 18 brought: NOT NULL as constraints, constraints that are not enforced, keys over time, virtual
-- generated columns, publications with generated columns.
CREATE SCHEMA eighteen;
CREATE EXTENSION btree_gist;
SET search_path = eighteen, public;
CREATE TABLE fields (id integer PRIMARY KEY, named integer CONSTRAINT must_be NOT NULL, plain integer NOT NULL, free integer, own integer CONSTRAINT not_for_children NOT NULL NO INHERIT, "a very long name of a column that has to be cut somewhere" text NOT NULL);
COMMENT ON CONSTRAINT must_be ON fields IS 'why';
CREATE TABLE later (a integer, b integer, c integer);
ALTER TABLE later ADD CONSTRAINT later_a_not_null NOT NULL a NOT VALID, ADD CONSTRAINT some_day NOT NULL b NOT VALID;
CREATE TABLE mother (a integer CONSTRAINT of_mother NOT NULL, b integer);
CREATE TABLE child (c integer CONSTRAINT of_child NOT NULL) INHERITS (mother);
CREATE TABLE parted (a integer CONSTRAINT of_parted NOT NULL, b integer) PARTITION BY LIST (a);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 (a integer CONSTRAINT of_parted_2 NOT NULL, b integer CONSTRAINT b_of_2 NOT NULL);
ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES IN (2);
CREATE TABLE split (a integer CONSTRAINT of_split NOT NULL, b integer) PARTITION BY LIST (a);
CREATE TABLE split_1 PARTITION OF split FOR VALUES IN (1);
CREATE TABLE renamed_before (a integer NOT NULL);
ALTER TABLE renamed_before RENAME TO renamed;
CREATE DOMAIN filled AS integer CONSTRAINT has_value NOT NULL;
CREATE TABLE room (id integer, number integer, during daterange, CONSTRAINT room_key PRIMARY KEY (id, during WITHOUT OVERLAPS), CONSTRAINT room_unique UNIQUE (number, during WITHOUT OVERLAPS));
CREATE TABLE stay (room integer, during daterange, CONSTRAINT stay_room FOREIGN KEY (room, PERIOD during) REFERENCES room (id, PERIOD during));
CREATE TABLE checked (id integer PRIMARY KEY, a integer, CONSTRAINT positive CHECK (a > 0), CONSTRAINT small CHECK (a < 9) NOT ENFORCED);
CREATE TABLE refers (a integer CONSTRAINT refers_a REFERENCES checked, b integer CONSTRAINT refers_b REFERENCES checked NOT ENFORCED);
CREATE TABLE made (a integer, stored integer GENERATED ALWAYS AS (a + 1) STORED, computed integer GENERATED ALWAYS AS (a + 2) VIRTUAL, ordinary integer);
CREATE TABLE unpublished (a integer, computed integer GENERATED ALWAYS AS (a + 2) VIRTUAL);
CREATE PUBLICATION everything FOR TABLE made WITH (publish_generated_columns = stored);
CREATE PUBLICATION columns_only FOR TABLE made;
SELECT schema_audit.register_schema('mutation', NULL);
INSERT INTO schema_audit.compare VALUES ('comments', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('column', 'not_null_name', 'ALTER TABLE eighteen.fields RENAME CONSTRAINT must_be TO another', '{name-mismatch named}', 'fix'),
('column', 'not_null_name, from the usual one', 'ALTER TABLE eighteen.fields RENAME CONSTRAINT fields_plain_not_null TO another', '{name-mismatch plain}', 'fix'),
('column', 'not_null_name, to the usual one', 'ALTER TABLE eighteen.fields RENAME CONSTRAINT must_be TO fields_named_not_null', '{name-mismatch named}', 'fix'),
('column', 'not_null_name, of a parent', 'ALTER TABLE eighteen.mother RENAME CONSTRAINT of_mother TO another', '{name-mismatch a}', 'fix'),
('column', 'not_null_name, of a partitioned table', 'ALTER TABLE eighteen.split RENAME CONSTRAINT of_split TO another', '{name-mismatch a}', 'fix'),
('column', 'not_null_name, told with the missing NOT NULL', 'ALTER TABLE eighteen.fields ALTER COLUMN named DROP NOT NULL', '{nullability-mismatch named}', 'ALTER TABLE eighteen.fields ADD CONSTRAINT must_be NOT NULL named; COMMENT ON CONSTRAINT must_be ON eighteen.fields IS ''why'''),
('column', 'not_null_name, told with the extra NOT NULL', 'ALTER TABLE eighteen.fields ADD CONSTRAINT another NOT NULL free', '{nullability-mismatch free}', 'fix'),
('column', 'not_null_name, its table renamed and back', 'ALTER TABLE eighteen.renamed RENAME TO r; ALTER TABLE eighteen.r RENAME TO renamed', '{}', 'SELECT 1'),
('column', 'not_null_validity', 'ALTER TABLE eighteen.fields ALTER COLUMN plain DROP NOT NULL; ALTER TABLE eighteen.fields ADD CONSTRAINT fields_plain_not_null NOT NULL plain NOT VALID', '{unvalidated-constraint plain}', 'fix'),
('column', 'not_null_validity, valid where the model does not ask for it', 'ALTER TABLE eighteen.later VALIDATE CONSTRAINT some_day', '{}', 'SELECT 1'),
('column', 'not_null_validity, missing', 'ALTER TABLE eighteen.later DROP CONSTRAINT some_day', '{nullability-mismatch b}', 'ALTER TABLE eighteen.later ADD CONSTRAINT some_day NOT NULL b NOT VALID'),
('column', 'not_null_inheritance', 'ALTER TABLE eighteen.fields ALTER CONSTRAINT not_for_children INHERIT', '{column-mismatch own}', 'fix'),
('column', 'not_null_inheritance, extra', 'ALTER TABLE eighteen.fields ALTER COLUMN plain DROP NOT NULL; ALTER TABLE eighteen.fields ADD NOT NULL plain NO INHERIT', '{column-mismatch plain}', 'fix'),
('column', 'not_null_comment', 'COMMENT ON CONSTRAINT must_be ON eighteen.fields IS NULL', '{comment-mismatch named}', 'fix'),
('column', 'not_null_comment, extra', 'COMMENT ON CONSTRAINT fields_plain_not_null ON eighteen.fields IS ''new''', '{comment-mismatch plain}', 'fix'),
('domain', 'not_null_name', 'ALTER DOMAIN eighteen.filled RENAME CONSTRAINT has_value TO another', '{name-mismatch filled}', 'ALTER DOMAIN eighteen.filled RENAME CONSTRAINT another TO has_value'),
('constraint', 'enforced', 'ALTER TABLE eighteen.refers ALTER CONSTRAINT refers_a NOT ENFORCED', '{foreign-key-mismatch refers_a}', 'fix'),
('constraint', 'enforced, extra', 'ALTER TABLE eighteen.refers ALTER CONSTRAINT refers_b ENFORCED', '{foreign-key-mismatch refers_b}', 'fix'),
('constraint', 'enforced, of a check', 'ALTER TABLE eighteen.checked DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (a > 0) NOT ENFORCED', '{check-mismatch positive}', 'fix'),
('constraint', 'enforced, extra, of a check', 'ALTER TABLE eighteen.checked DROP CONSTRAINT small, ADD CONSTRAINT small CHECK (a < 9)', '{check-mismatch small}', 'fix'),
('constraint', 'enforced, missing', 'ALTER TABLE eighteen.refers DROP CONSTRAINT refers_b', '{missing-foreign-key refers_b}', 'fix'),
('constraint', 'period', 'ALTER TABLE eighteen.room DROP CONSTRAINT room_unique, ADD CONSTRAINT room_unique UNIQUE (number, during)', '{unique-mismatch room_unique}', 'fix'),
('constraint', 'period, of a primary key', 'ALTER TABLE eighteen.stay DROP CONSTRAINT stay_room; ALTER TABLE eighteen.room DROP CONSTRAINT room_key, ADD CONSTRAINT room_key PRIMARY KEY (id, during)', '{missing-foreign-key stay_room,primary-key-mismatch room_key}', 'ALTER TABLE eighteen.room DROP CONSTRAINT room_key, ADD CONSTRAINT room_key PRIMARY KEY (id, during WITHOUT OVERLAPS); ALTER TABLE eighteen.stay ADD CONSTRAINT stay_room FOREIGN KEY (room, PERIOD during) REFERENCES eighteen.room (id, PERIOD during)'),
('constraint', 'period, missing', 'ALTER TABLE eighteen.stay DROP CONSTRAINT stay_room', '{missing-foreign-key stay_room}', 'fix'),
('column', 'generated, virtual', 'ALTER TABLE eighteen.made DROP COLUMN computed, ADD COLUMN computed integer GENERATED ALWAYS AS (a + 2) STORED', '{generated-mismatch computed}', 'fix'),
('column', 'generated, expression', 'ALTER TABLE eighteen.unpublished ALTER COLUMN computed SET EXPRESSION AS (a + 3)', '{generated-mismatch computed}', 'fix'),
('column', 'generated, extra', 'ALTER TABLE eighteen.made DROP COLUMN ordinary, ADD COLUMN ordinary integer GENERATED ALWAYS AS (a + 2)', '{generated-mismatch ordinary}', 'fix'),
('column', 'generated, as it is', 'ALTER TABLE eighteen.unpublished ALTER COLUMN computed SET EXPRESSION AS ((a) + 2)', '{}', 'SELECT 1'),
('publication', 'generated_columns', 'ALTER PUBLICATION everything SET (publish_generated_columns = none)', '{publication-mismatch everything}', 'ALTER PUBLICATION everything SET (publish_generated_columns = stored)'),
('publication', 'generated_columns, extra', 'ALTER PUBLICATION columns_only SET (publish_generated_columns = stored)', '{publication-mismatch columns_only}', 'ALTER PUBLICATION columns_only SET (publish_generated_columns = none)');
