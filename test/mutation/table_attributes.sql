-- Further attributes of tables, columns, constraints and indexes.
CREATE EXTENSION file_fdw;
CREATE EXTENSION pg_trgm;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE SERVER other_files FOREIGN DATA WRAPPER file_fdw;
SELECT 'CREATE ROLE mutation_other' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mutation_other') \gexec
CREATE ROLE mutation_third;
CREATE SCHEMA parts;
SET search_path = parts, public;
CREATE TYPE shape AS (id integer, name text);
CREATE TYPE other_shape AS (id integer, name text);
CREATE TABLE plain (id integer CONSTRAINT plain_pkey PRIMARY KEY, code text NOT NULL, body text, amount numeric);
CREATE INDEX plain_body_idx ON plain (lower(body), (amount + 1));
CREATE UNIQUE INDEX plain_code_idx ON plain (code);
CREATE INDEX plain_trgm_idx ON plain USING gist (body gist_trgm_ops (siglen = 32));
CREATE INDEX plain_filled_idx ON plain (amount) WITH (fillfactor = 70);
CREATE UNLOGGED TABLE fast (id integer CONSTRAINT fast_pkey PRIMARY KEY WITH (fillfactor = 80), body text) WITH (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = no);
ALTER TABLE fast ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, REPLICA IDENTITY FULL, ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN body SET COMPRESSION pglz, ALTER COLUMN body SET STATISTICS 500, ALTER COLUMN body SET (n_distinct = 100);
CREATE TABLE shaped OF shape (id WITH OPTIONS CONSTRAINT shaped_pkey PRIMARY KEY);
CREATE FOREIGN TABLE outside (id integer OPTIONS (force_not_null 'true'), name text) SERVER files OPTIONS (filename '/dev/null', format 'csv');
CREATE TABLE mother (id integer NOT NULL, at date, CONSTRAINT mother_at_check CHECK (at > '2000-01-01'));
CREATE TABLE father (size integer);
CREATE TABLE child (extra text) INHERITS (mother, father);
CREATE TABLE orphan (id integer NOT NULL, at date, CONSTRAINT mother_at_check CHECK (at > '2000-01-01'));
CREATE TABLE event (id integer NOT NULL, at date NOT NULL, kind text COLLATE "C", note text DEFAULT 'x') PARTITION BY RANGE (at);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_rest PARTITION OF event DEFAULT;
CREATE TABLE kinds (id integer, kind text) PARTITION BY LIST (lower(kind));
CREATE TABLE kinds_ab PARTITION OF kinds FOR VALUES IN ('a', 'b');
CREATE TABLE spread (id integer, name text) PARTITION BY HASH (id, name text_pattern_ops);
CREATE TABLE spread_0 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE referenced (a integer, b integer, c integer, during int4range, CONSTRAINT referenced_pkey PRIMARY KEY (a, b) INCLUDE (c), CONSTRAINT referenced_c_key UNIQUE (c) INCLUDE (a, b));
CREATE TABLE referencing (a integer, b integer, CONSTRAINT referencing_fk FOREIGN KEY (a, b) REFERENCES referenced ON DELETE SET NULL (b));
ALTER TABLE plain CLUSTER ON plain_code_idx;
GRANT SELECT ON plain TO mutation_other;
GRANT UPDATE (body) ON plain TO mutation_other;
COMMENT ON TABLE plain IS 'plain';
COMMENT ON COLUMN plain.code IS 'code';
SELECT schema_audit.register_schema('mutation', '{parts}');
INSERT INTO schema_audit.compare VALUES ('owners', '%', true), ('grants', 'mutation', true), ('comments', '%', true), ('security labels', '%', true), ('statistics targets', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('table', 'owner', 'ALTER TABLE plain OWNER TO mutation_third', '{owner-mismatch plain}', 'ALTER TABLE plain OWNER TO CURRENT_USER'),
('table', 'grants', 'REVOKE SELECT ON plain FROM mutation_other', '{grants-mismatch plain}', 'GRANT SELECT ON plain TO mutation_other'),
('table', 'grants, extra', 'GRANT SELECT ON fast TO PUBLIC', '{grants-mismatch fast}', 'REVOKE SELECT ON fast FROM PUBLIC'),
('table', 'grants, all', 'GRANT ALL ON fast TO mutation_other', '{grants-mismatch fast}', 'fix'),
('table', 'grants, all with grant option', 'GRANT ALL ON fast TO mutation_other WITH GRANT OPTION', '{grants-mismatch fast}', 'fix'),
('table', 'comment', 'COMMENT ON TABLE plain IS NULL', '{comment-mismatch plain}', 'COMMENT ON TABLE plain IS ''plain'''),
('table', 'comment, extra', 'COMMENT ON TABLE fast IS ''fast''', '{comment-mismatch fast}', 'COMMENT ON TABLE fast IS NULL'),
('table', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''plain''::regclass, ''pg_class''::regclass, 0, ''provider'', ''secret'')', '{security-label-mismatch plain}', 'DELETE FROM pg_catalog.pg_seclabel'),
('table', 'persistence', 'ALTER TABLE fast SET LOGGED', '{persistence-mismatch fast}', 'ALTER TABLE fast SET UNLOGGED'),
('table', 'persistence, unlogged', 'ALTER TABLE plain SET UNLOGGED', '{persistence-mismatch plain}', 'ALTER TABLE plain SET LOGGED'),
('table', 'partition_key', 'DROP TABLE kinds; CREATE TABLE kinds (id integer, kind text) PARTITION BY LIST (upper(kind)); CREATE TABLE kinds_ab PARTITION OF kinds FOR VALUES IN (''a'', ''b'')', '{partition-key-mismatch kinds}', 'DROP TABLE kinds; CREATE TABLE kinds (id integer, kind text) PARTITION BY LIST (lower((kind)::text)); CREATE TABLE kinds_ab PARTITION OF kinds FOR VALUES IN (''b'', ''a'')'),
('table', 'partition_key, operator class', 'DROP TABLE spread; CREATE TABLE spread (id integer, name text) PARTITION BY HASH (id, name); CREATE TABLE spread_0 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 0)', '{partition-key-mismatch spread}', 'DROP TABLE spread; CREATE TABLE spread (id integer, name text) PARTITION BY HASH (id, name text_pattern_ops); CREATE TABLE spread_0 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 0)'),
('table', 'partition_key, lost', 'DROP TABLE kinds; CREATE TABLE kinds (id integer, kind text)', '{missing-partition kinds_ab,table-mismatch kinds}', 'DROP TABLE kinds; CREATE TABLE kinds (id integer, kind text) PARTITION BY LIST (lower(kind)); CREATE TABLE kinds_ab PARTITION OF kinds FOR VALUES IN (''a'', ''b'')'),
('table', 'partition_bound', 'ALTER TABLE event DETACH PARTITION event_2024; ALTER TABLE event ATTACH PARTITION event_2024 FOR VALUES FROM (''2024-01-01'') TO (''2024-12-31'')', '{partition-bound-mismatch event_2024}', 'ALTER TABLE event DETACH PARTITION event_2024; ALTER TABLE event ATTACH PARTITION event_2024 FOR VALUES FROM (''2024-01-01'') TO (''2025-01-01'')'),
('table', 'partition_bound, default', 'ALTER TABLE event DETACH PARTITION event_rest; ALTER TABLE event ATTACH PARTITION event_rest FOR VALUES FROM (''2025-01-01'') TO (''2026-01-01'')', '{partition-bound-mismatch event_rest}', 'ALTER TABLE event DETACH PARTITION event_rest; ALTER TABLE event ATTACH PARTITION event_rest DEFAULT'),
('table', 'partition_bound, list', 'ALTER TABLE kinds DETACH PARTITION kinds_ab; ALTER TABLE kinds ATTACH PARTITION kinds_ab FOR VALUES IN (''a'', NULL)', '{partition-bound-mismatch kinds_ab}', 'ALTER TABLE kinds DETACH PARTITION kinds_ab; ALTER TABLE kinds ATTACH PARTITION kinds_ab FOR VALUES IN (''a'', ''b'')'),
('table', 'partition_bound, order of a list', 'ALTER TABLE kinds DETACH PARTITION kinds_ab; ALTER TABLE kinds ATTACH PARTITION kinds_ab FOR VALUES IN (''b'', ''a'')', '{}', 'SELECT 1'),
('table', 'partition_bound, hash', 'ALTER TABLE spread DETACH PARTITION spread_0; ALTER TABLE spread ATTACH PARTITION spread_0 FOR VALUES WITH (MODULUS 2, REMAINDER 1)', '{partition-bound-mismatch spread_0}', 'ALTER TABLE spread DETACH PARTITION spread_0; ALTER TABLE spread ATTACH PARTITION spread_0 FOR VALUES WITH (MODULUS 2, REMAINDER 0)'),
('table', 'inherits', 'ALTER TABLE child NO INHERIT father', '{inheritance-mismatch child}', 'ALTER TABLE child INHERIT father'),
('table', 'inherits, extra', 'ALTER TABLE orphan INHERIT mother', '{inheritance-mismatch orphan}', 'ALTER TABLE orphan NO INHERIT mother'),
('table', 'inherits, order', 'ALTER TABLE child NO INHERIT mother; ALTER TABLE child INHERIT mother', '{}', 'SELECT 1'),
('table', 'row_security', 'ALTER TABLE fast DISABLE ROW LEVEL SECURITY', '{row-security-mismatch fast}', 'ALTER TABLE fast ENABLE ROW LEVEL SECURITY'),
('table', 'row_security, forced', 'ALTER TABLE fast NO FORCE ROW LEVEL SECURITY', '{row-security-mismatch fast}', 'ALTER TABLE fast FORCE ROW LEVEL SECURITY'),
('table', 'row_security, extra', 'ALTER TABLE plain ENABLE ROW LEVEL SECURITY', '{row-security-mismatch plain}', 'ALTER TABLE plain DISABLE ROW LEVEL SECURITY'),
('table', 'replica_identity', 'ALTER TABLE fast REPLICA IDENTITY DEFAULT', '{replica-identity-mismatch fast}', 'ALTER TABLE fast REPLICA IDENTITY FULL'),
('table', 'replica_identity, index', 'ALTER TABLE plain REPLICA IDENTITY USING INDEX plain_code_idx', '{replica-identity-mismatch plain}', 'ALTER TABLE plain REPLICA IDENTITY DEFAULT'),
('table', 'access_method', 'SET default_table_access_method = heap; CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; ALTER TABLE plain SET ACCESS METHOD heap2', '{access-method-mismatch plain}', 'ALTER TABLE plain SET ACCESS METHOD heap; DROP ACCESS METHOD heap2'),
('table', 'tablespace', 'UPDATE pg_catalog.pg_class SET reltablespace = (SELECT oid FROM pg_catalog.pg_tablespace WHERE spcname = ''pg_global'') WHERE oid = ''event''::regclass', '{tablespace-mismatch event}', 'UPDATE pg_catalog.pg_class SET reltablespace = 0 WHERE oid = ''event''::regclass'),
('table', 'storage_parameters', 'ALTER TABLE fast SET (fillfactor = 60)', '{storage-mismatch fast}', 'ALTER TABLE fast SET (fillfactor = 70)'),
('table', 'storage_parameters, toast', 'ALTER TABLE fast RESET (toast.autovacuum_enabled)', '{storage-mismatch fast}', 'ALTER TABLE fast SET (toast.autovacuum_enabled = off)'),
('table', 'storage_parameters, spelling', 'ALTER TABLE fast SET (autovacuum_enabled = false)', '{}', 'SELECT 1'),
('table', 'clustered_on', 'ALTER TABLE plain CLUSTER ON plain_pkey', '{storage-mismatch plain}', 'ALTER TABLE plain CLUSTER ON plain_code_idx'),
('table', 'clustered_on, none', 'ALTER TABLE plain SET WITHOUT CLUSTER', '{storage-mismatch plain}', 'ALTER TABLE plain CLUSTER ON plain_code_idx'),
('table', 'clustered_on, index renamed', 'ALTER INDEX plain_code_idx RENAME TO plain_codes', '{name-mismatch plain_code_idx}', 'ALTER INDEX plain_codes RENAME TO plain_code_idx'),
('table', 'of_type', 'ALTER TABLE shaped NOT OF', '{table-mismatch shaped}', 'ALTER TABLE shaped OF shape'),
('table', 'of_type, other', 'ALTER TABLE shaped OF other_shape', '{table-mismatch shaped}', 'ALTER TABLE shaped OF shape'),
('table', 'server', 'UPDATE pg_catalog.pg_foreign_table SET ftserver = (SELECT oid FROM pg_catalog.pg_foreign_server WHERE srvname = ''other_files'')', '{table-mismatch outside}', 'UPDATE pg_catalog.pg_foreign_table SET ftserver = (SELECT oid FROM pg_catalog.pg_foreign_server WHERE srvname = ''files'')'),
('table', 'options', 'ALTER FOREIGN TABLE outside OPTIONS (SET format ''text'', ADD null ''x'')', '{table-mismatch outside}', 'ALTER FOREIGN TABLE outside OPTIONS (SET format ''csv'', DROP null)'),
('table', 'kind', 'DROP FOREIGN TABLE outside; CREATE TABLE outside (id integer, name text)', '{table-mismatch outside}', 'DROP TABLE outside; CREATE FOREIGN TABLE outside (id integer OPTIONS (force_not_null ''true''), name text) SERVER files OPTIONS (format ''csv'', filename ''/dev/null'')'),
('table', 'inherits, dropped column of a parent', 'ALTER TABLE mother DROP COLUMN at', '{missing-column at}', 'ALTER TABLE mother ADD COLUMN at date, ADD CONSTRAINT mother_at_check CHECK (at > ''2000-01-01'')'),
('table', 'inherits, added column of a parent', 'ALTER TABLE mother ADD COLUMN more text', '{extra-column more}', 'ALTER TABLE mother DROP COLUMN more'),
('table', 'inherits, type of a parent', 'ALTER TABLE mother ALTER COLUMN id TYPE bigint', '{type-mismatch id}', 'ALTER TABLE mother ALTER COLUMN id TYPE integer'),
('table', 'inherits, default of a parent', 'ALTER TABLE mother ALTER COLUMN id SET DEFAULT 1', '{default-mismatch id}', 'ALTER TABLE mother ALTER COLUMN id DROP DEFAULT'),
('table', 'inherits, check of a parent', 'ALTER TABLE mother DROP CONSTRAINT mother_at_check', '{missing-check mother_at_check}', 'ALTER TABLE mother ADD CONSTRAINT mother_at_check CHECK (at > ''2000-01-01'')'),
('table', 'inherits, default of a partitioned table', 'ALTER TABLE event ALTER COLUMN note SET DEFAULT ''y''', '{default-mismatch note}', 'ALTER TABLE event ALTER COLUMN note SET DEFAULT ''x'''),
('table', 'inherits, default of a child alone', 'ALTER TABLE child ALTER COLUMN id SET DEFAULT 1', '{default-mismatch id}', 'ALTER TABLE child ALTER COLUMN id DROP DEFAULT'),
('column', 'grants', 'REVOKE UPDATE (body) ON plain FROM mutation_other', '{grants-mismatch body}', 'GRANT UPDATE (body) ON plain TO mutation_other'),
('column', 'grants, extra', 'GRANT SELECT (code) ON plain TO mutation_third', '{grants-mismatch code}', 'REVOKE SELECT (code) ON plain FROM mutation_third'),
('column', 'comment', 'COMMENT ON COLUMN plain.code IS ''other''', '{comment-mismatch code}', 'COMMENT ON COLUMN plain.code IS ''code'''),
('column', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''plain''::regclass, ''pg_class''::regclass, 2, ''provider'', ''secret'')', '{security-label-mismatch code}', 'DELETE FROM pg_catalog.pg_seclabel'),
('column', 'storage', 'ALTER TABLE fast ALTER COLUMN body SET STORAGE MAIN', '{storage-mismatch body}', 'ALTER TABLE fast ALTER COLUMN body SET STORAGE EXTERNAL'),
('column', 'storage, of numeric', 'ALTER TABLE plain ALTER COLUMN amount SET STORAGE EXTENDED', '{storage-mismatch amount}', 'ALTER TABLE plain ALTER COLUMN amount SET STORAGE MAIN'),
('column', 'compression', 'ALTER TABLE fast ALTER COLUMN body SET COMPRESSION default', '{storage-mismatch body}', 'ALTER TABLE fast ALTER COLUMN body SET COMPRESSION pglz'),
('column', 'statistics_target', 'ALTER TABLE fast ALTER COLUMN body SET STATISTICS -1', '{statistics-target-mismatch body}', 'ALTER TABLE fast ALTER COLUMN body SET STATISTICS 500'),
('column', 'statistics_target, extra', 'ALTER TABLE plain ALTER COLUMN body SET STATISTICS 0', '{statistics-target-mismatch body}', 'ALTER TABLE plain ALTER COLUMN body SET STATISTICS -1'),
('column', 'options', 'ALTER TABLE fast ALTER COLUMN body RESET (n_distinct)', '{storage-mismatch body}', 'ALTER TABLE fast ALTER COLUMN body SET (n_distinct = 100)'),
('column', 'foreign_options', 'ALTER FOREIGN TABLE outside ALTER COLUMN id OPTIONS (DROP force_not_null)', '{column-mismatch id}', 'ALTER FOREIGN TABLE outside ALTER COLUMN id OPTIONS (ADD force_not_null ''true'')'),
('constraint', 'comment', 'COMMENT ON CONSTRAINT plain_pkey ON plain IS ''key''', '{comment-mismatch plain_pkey}', 'COMMENT ON CONSTRAINT plain_pkey ON plain IS NULL'),
('constraint', 'include', 'ALTER TABLE referenced DROP CONSTRAINT referenced_c_key, ADD CONSTRAINT referenced_c_key UNIQUE (c)', '{unique-mismatch referenced_c_key}', 'ALTER TABLE referenced DROP CONSTRAINT referenced_c_key, ADD CONSTRAINT referenced_c_key UNIQUE (c) INCLUDE (a, b)'),
('constraint', 'include, extra', 'ALTER TABLE plain DROP CONSTRAINT plain_pkey, ADD CONSTRAINT plain_pkey PRIMARY KEY (id) INCLUDE (code)', '{primary-key-mismatch plain_pkey}', 'ALTER TABLE plain DROP CONSTRAINT plain_pkey, ADD CONSTRAINT plain_pkey PRIMARY KEY (id)'),
('constraint', 'set_columns', 'ALTER TABLE referencing DROP CONSTRAINT referencing_fk, ADD CONSTRAINT referencing_fk FOREIGN KEY (a, b) REFERENCES referenced ON DELETE SET NULL', '{foreign-key-mismatch referencing_fk}', 'ALTER TABLE referencing DROP CONSTRAINT referencing_fk, ADD CONSTRAINT referencing_fk FOREIGN KEY (a, b) REFERENCES referenced ON DELETE SET NULL (b)'),
('constraint', 'set_columns, with another action', 'ALTER TABLE referencing DROP CONSTRAINT referencing_fk, ADD CONSTRAINT referencing_fk FOREIGN KEY (a, b) REFERENCES referenced', '{foreign-key-mismatch referencing_fk}', 'ALTER TABLE referencing DROP CONSTRAINT referencing_fk, ADD CONSTRAINT referencing_fk FOREIGN KEY (a, b) REFERENCES referenced ON DELETE SET NULL (b)'),
('constraint', 'storage_parameters', 'ALTER INDEX fast_pkey SET (fillfactor = 90)', '{storage-mismatch fast_pkey}', 'ALTER INDEX fast_pkey SET (fillfactor = 80)'),
('constraint', 'storage_parameters, extra', 'ALTER INDEX plain_pkey SET (fillfactor = 90)', '{storage-mismatch plain_pkey}', 'ALTER INDEX plain_pkey RESET (fillfactor)'),
('constraint', 'tablespace', 'UPDATE pg_catalog.pg_class SET reltablespace = (SELECT oid FROM pg_catalog.pg_tablespace WHERE spcname = ''pg_global'') WHERE oid = ''plain_pkey''::regclass', '{tablespace-mismatch plain_pkey}', 'UPDATE pg_catalog.pg_class SET reltablespace = 0 WHERE oid = ''plain_pkey''::regclass'),
('constraint', 'primary key, extra', 'ALTER TABLE mother ADD CONSTRAINT extra PRIMARY KEY (id)', '{extra-constraint extra}', 'ALTER TABLE mother DROP CONSTRAINT extra'),
('constraint', 'primary key, extra, of columns that may be null', 'ALTER TABLE kinds ADD CONSTRAINT extra CHECK (id > 0); ALTER TABLE referencing ADD PRIMARY KEY (a)', '{extra-constraint extra,extra-constraint referencing_pkey}', 'ALTER TABLE kinds DROP CONSTRAINT extra; ALTER TABLE referencing DROP CONSTRAINT referencing_pkey, ALTER COLUMN a DROP NOT NULL'),
('constraint', 'index_comment', 'COMMENT ON INDEX plain_pkey IS ''its index''', '{comment-mismatch plain_pkey}', 'COMMENT ON INDEX plain_pkey IS NULL'),
('index', 'comment', 'COMMENT ON INDEX plain_body_idx IS ''x''', '{comment-mismatch plain_body_idx}', 'COMMENT ON INDEX plain_body_idx IS NULL'),
('index', 'storage_parameters', 'ALTER INDEX plain_filled_idx RESET (fillfactor)', '{storage-mismatch plain_filled_idx}', 'ALTER INDEX plain_filled_idx SET (fillfactor = 70)'),
('index', 'tablespace', 'UPDATE pg_catalog.pg_class SET reltablespace = (SELECT oid FROM pg_catalog.pg_tablespace WHERE spcname = ''pg_global'') WHERE oid = ''plain_body_idx''::regclass', '{tablespace-mismatch plain_body_idx}', 'UPDATE pg_catalog.pg_class SET reltablespace = 0 WHERE oid = ''plain_body_idx''::regclass'),
('index', 'statistics_targets', 'ALTER INDEX plain_body_idx ALTER COLUMN 2 SET STATISTICS 300', '{statistics-target-mismatch plain_body_idx}', 'ALTER INDEX plain_body_idx ALTER COLUMN 2 SET STATISTICS -1'),
('index', 'options of an operator class', 'DROP INDEX plain_trgm_idx; CREATE INDEX plain_trgm_idx ON plain USING gist (body gist_trgm_ops)', '{index-mismatch plain_trgm_idx}', 'DROP INDEX plain_trgm_idx; CREATE INDEX plain_trgm_idx ON plain USING gist (body gist_trgm_ops (siglen = 32))');
