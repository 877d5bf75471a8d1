-- Sequences: alone, and owned by a serial or an identity column.
SELECT 'CREATE ROLE mutation_other' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mutation_other') \gexec
CREATE SCHEMA numbers;
CREATE SEQUENCE numbers.plain;
CREATE SEQUENCE numbers.tuned AS integer START 10 INCREMENT 5 MINVALUE 5 MAXVALUE 1000 CACHE 20 CYCLE;
CREATE SEQUENCE numbers.down INCREMENT -1;
CREATE TABLE numbers.item (id integer GENERATED ALWAYS AS IDENTITY (START 100), code serial, size bigserial, other integer, counted integer);
CREATE SEQUENCE numbers.aside OWNED BY numbers.item.counted;
CREATE SEQUENCE numbers.beside OWNED BY numbers.item.code;
SELECT schema_audit.register_schema('mutation', '{numbers}');
INSERT INTO schema_audit.compare VALUES ('owners', '%', true), ('grants', '%', true), ('comments', '%', true), ('security labels', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('sequence', 'missing', 'ALTER SEQUENCE plain SET SCHEMA public', '{missing-sequence plain}', 'ALTER SEQUENCE public.plain SET SCHEMA numbers'),
('sequence', 'missing, of a column that does not use it', 'DROP SEQUENCE aside', '{missing-sequence aside}', 'CREATE SEQUENCE aside OWNED BY item.counted'),
('sequence', 'missing, beside the one of a serial', 'DROP SEQUENCE beside', '{missing-sequence beside}', 'CREATE SEQUENCE beside OWNED BY item.code'),
('sequence', 'missing, with the column that does not use it', 'ALTER TABLE item DROP COLUMN counted', '{missing-column counted}', 'ALTER TABLE item ADD COLUMN counted integer; CREATE SEQUENCE aside OWNED BY item.counted'),
('sequence', 'missing, in use no more', 'ALTER TABLE item ALTER COLUMN code DROP DEFAULT', '{identity-mismatch code}', 'ALTER TABLE item ALTER COLUMN code SET DEFAULT nextval(''item_code_seq'')'),
('sequence', 'increment, of a column that does not use it', 'ALTER SEQUENCE beside INCREMENT 2', '{sequence-mismatch beside}', 'ALTER SEQUENCE beside INCREMENT 1'),
('sequence', 'extra, of a column that does not use it', 'CREATE SEQUENCE one_more OWNED BY item.code', '{extra-sequence one_more}', 'DROP SEQUENCE one_more'),
('sequence', 'extra, of an extra column that does not use it', 'ALTER TABLE item ADD COLUMN more integer; CREATE SEQUENCE one_more OWNED BY item.more', '{extra-column more}', 'ALTER TABLE item DROP COLUMN more'),
('sequence', 'extra', 'CREATE SEQUENCE one_more', '{extra-sequence one_more}', 'DROP SEQUENCE one_more'),
('sequence', 'missing, with its column', 'ALTER TABLE item DROP COLUMN code', '{missing-column code}', 'ALTER TABLE item ADD COLUMN code serial; CREATE SEQUENCE beside OWNED BY item.code'),
('sequence', 'missing, with its table', 'ALTER TABLE item SET SCHEMA public', '{missing-table item}', 'ALTER TABLE public.item SET SCHEMA numbers'),
('sequence', 'extra, with its column', 'ALTER TABLE item ADD COLUMN extra serial', '{extra-column extra}', 'ALTER TABLE item DROP COLUMN extra'),
('sequence', 'extra, with its table', 'CREATE TABLE extra (id bigserial)', '{extra-table extra}', 'DROP TABLE extra'),
('sequence', 'owner', 'ALTER SEQUENCE plain OWNER TO mutation_other', '{owner-mismatch plain}', 'ALTER SEQUENCE plain OWNER TO CURRENT_USER'),
('sequence', 'grants', 'GRANT USAGE ON SEQUENCE plain TO mutation_other', '{grants-mismatch plain}', 'REVOKE USAGE ON SEQUENCE plain FROM mutation_other'),
('sequence', 'comment', 'COMMENT ON SEQUENCE plain IS ''numbers''', '{comment-mismatch plain}', 'COMMENT ON SEQUENCE plain IS NULL'),
('sequence', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''numbers.plain''::regclass, ''pg_class''::regclass, 0, ''provider'', ''secret'')', '{security-label-mismatch plain}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('sequence', 'owned_by', 'ALTER SEQUENCE plain OWNED BY item.other', '{sequence-mismatch plain}', 'ALTER SEQUENCE plain OWNED BY NONE'),
('sequence', 'owned_by, of a column that does not use it', 'ALTER SEQUENCE aside OWNED BY item.other', '{sequence-mismatch aside}', 'ALTER SEQUENCE aside OWNED BY item.counted'),
('sequence', 'owned_by, lost', 'ALTER SEQUENCE aside OWNED BY NONE', '{sequence-mismatch aside}', 'ALTER SEQUENCE aside OWNED BY item.counted'),
('sequence', 'type', 'ALTER SEQUENCE tuned AS bigint', '{sequence-mismatch tuned}', 'ALTER SEQUENCE tuned AS integer'),
('sequence', 'type, of a serial column', 'ALTER SEQUENCE item_size_seq AS integer', '{sequence-mismatch item_size_seq}', 'ALTER SEQUENCE item_size_seq AS bigint'),
('sequence', 'start', 'ALTER SEQUENCE tuned START 11', '{sequence-mismatch tuned}', 'ALTER SEQUENCE tuned START 10'),
('sequence', 'start, of identity', 'ALTER TABLE item ALTER COLUMN id SET START 101', '{sequence-mismatch item_id_seq}', 'ALTER TABLE item ALTER COLUMN id SET START 100'),
('sequence', 'increment', 'ALTER SEQUENCE plain INCREMENT 2', '{sequence-mismatch plain}', 'ALTER SEQUENCE plain INCREMENT 1'),
('sequence', 'increment, of serial', 'ALTER SEQUENCE item_code_seq INCREMENT 2', '{sequence-mismatch item_code_seq}', 'ALTER SEQUENCE item_code_seq INCREMENT 1'),
('sequence', 'minimum', 'ALTER SEQUENCE tuned MINVALUE 4', '{sequence-mismatch tuned}', 'ALTER SEQUENCE tuned MINVALUE 5'),
('sequence', 'minimum, descending', 'ALTER SEQUENCE down MINVALUE -100', '{sequence-mismatch down}', 'ALTER SEQUENCE down NO MINVALUE'),
('sequence', 'maximum', 'ALTER SEQUENCE plain MAXVALUE 99', '{sequence-mismatch plain}', 'ALTER SEQUENCE plain NO MAXVALUE'),
('sequence', 'cache', 'ALTER SEQUENCE tuned CACHE 1', '{sequence-mismatch tuned}', 'ALTER SEQUENCE tuned CACHE 20'),
('sequence', 'cycle', 'ALTER SEQUENCE tuned NO CYCLE', '{sequence-mismatch tuned}', 'ALTER SEQUENCE tuned CYCLE'),
('sequence', 'persistence', 'ALTER SEQUENCE plain SET UNLOGGED', '{sequence-mismatch plain}', 'ALTER SEQUENCE plain SET LOGGED'),
('sequence', 'last value', 'SELECT nextval(''plain'')', '{}', 'SELECT 1'),
('sequence', 'name, of an owned one', 'ALTER SEQUENCE item_code_seq RENAME TO code_numbers', '{}', 'ALTER SEQUENCE code_numbers RENAME TO item_code_seq');
