-- Views, materialized views and rules.
SELECT 'CREATE ROLE mutation_other' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mutation_other') \gexec
CREATE SCHEMA looks;
SET search_path = looks;
CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE base (id integer PRIMARY KEY, name varchar(20), price numeric, at timestamptz);
CREATE TABLE other (id integer, note text);
CREATE TABLE lonely (id integer);
CREATE RULE lone AS ON DELETE TO lonely DO INSTEAD NOTHING;
CREATE VIEW plain AS SELECT id, name FROM base WHERE name IN ('a', 'b');
CREATE VIEW joined AS SELECT b.id, o.note FROM base b JOIN other o USING (id);
CREATE VIEW filled AS SELECT id, name FROM base;
ALTER VIEW filled ALTER COLUMN name SET DEFAULT 'x';
CREATE VIEW careful WITH (security_barrier) AS SELECT id FROM base WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW sorted AS SELECT name COLLATE "C" AS name FROM base;
CREATE MATERIALIZED VIEW stored AS SELECT id, name FROM base;
CREATE UNIQUE INDEX stored_id ON stored (id);
CREATE INDEX stored_name ON stored (lower(name) DESC) WHERE name IN ('a', 'b');
CREATE MATERIALIZED VIEW tuned USING other_heap WITH (fillfactor = 80) AS SELECT id FROM base;
CREATE MATERIALIZED VIEW empty AS SELECT id FROM base WITH NO DATA;
CREATE MATERIALIZED VIEW detailed AS SELECT id, name FROM base;
CREATE UNIQUE INDEX detailed_id ON detailed (id);
CREATE INDEX detailed_name ON detailed (name);
ALTER MATERIALIZED VIEW detailed CLUSTER ON detailed_id;
ALTER MATERIALIZED VIEW detailed ALTER COLUMN name SET STORAGE EXTERNAL, ALTER COLUMN name SET COMPRESSION pglz, ALTER COLUMN name SET (n_distinct = 5), ALTER COLUMN id SET STATISTICS 50;
COMMENT ON COLUMN detailed.name IS 'of detailed, it''s';
COMMENT ON INDEX detailed_id IS 'an index';
GRANT SELECT (id) ON detailed TO mutation_other;
CREATE VIEW described AS SELECT id AS "The, ""id""", name, price FROM base;
COMMENT ON COLUMN described.name IS E'back\\slash, and comma';
COMMENT ON COLUMN described."The, ""id""" IS 'number';
GRANT SELECT (name), UPDATE (name, price) ON described TO mutation_other WITH GRANT OPTION;
CREATE RULE saved AS ON INSERT TO plain DO INSTEAD INSERT INTO base (id, name) VALUES (new.id, new.name);
CREATE RULE checked AS ON UPDATE TO base WHERE old.name IN ('a', 'b') DO ALSO INSERT INTO other (id) VALUES (old.id);
CREATE RULE kept AS ON DELETE TO base DO INSTEAD NOTHING;
ALTER TABLE base DISABLE RULE kept;
SELECT schema_audit.register_schema('mutation', '{looks}');
INSERT INTO schema_audit.compare VALUES ('owners', '%', true), ('grants', '%', true), ('comments', '%', true), ('security labels', '%', true), ('tablespaces', '%', true), ('statistics targets', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('view', 'column_comments', 'COMMENT ON COLUMN described.name IS ''other''', '{comment-mismatch described}', 'fix'),
('view', 'column_comments, missing', 'COMMENT ON COLUMN described."The, ""id""" IS NULL', '{comment-mismatch described}', 'fix'),
('view', 'column_comments, extra', 'COMMENT ON COLUMN joined.note IS ''new''', '{comment-mismatch joined}', 'fix'),
('view', 'column_comments, and that of the view', 'COMMENT ON COLUMN joined.note IS ''new''; COMMENT ON VIEW joined IS ''new''', '{comment-mismatch joined}', 'fix'),
('view', 'column_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''described''::regclass, ''pg_class''::regclass, 2, ''provider'', ''secret'')', '{security-label-mismatch described}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('view', 'column_grants', 'REVOKE UPDATE (price), SELECT (name) ON described FROM mutation_other', '{grants-mismatch described}', 'fix'),
('view', 'column_grants, extra', 'GRANT SELECT ("The, ""id""") ON described TO PUBLIC', '{grants-mismatch described}', 'fix'),
('materialized view', 'column_comments', 'COMMENT ON COLUMN detailed.name IS NULL', '{comment-mismatch detailed}', 'fix'),
('materialized view', 'column_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''detailed''::regclass, ''pg_class''::regclass, 2, ''provider'', ''secret'')', '{security-label-mismatch detailed}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('materialized view', 'column_grants', 'REVOKE SELECT (id) ON detailed FROM mutation_other', '{grants-mismatch detailed}', 'fix'),
('materialized view', 'column_storage', 'ALTER MATERIALIZED VIEW detailed ALTER COLUMN name SET STORAGE EXTENDED', '{storage-mismatch detailed}', 'ALTER MATERIALIZED VIEW detailed ALTER COLUMN name SET STORAGE EXTERNAL'),
('materialized view', 'column_storage, compression', 'ALTER MATERIALIZED VIEW detailed ALTER COLUMN name SET COMPRESSION default', '{storage-mismatch detailed}', 'ALTER MATERIALIZED VIEW detailed ALTER COLUMN name SET COMPRESSION pglz'),
('materialized view', 'column_storage, options', 'ALTER MATERIALIZED VIEW detailed ALTER COLUMN name RESET (n_distinct)', '{storage-mismatch detailed}', 'ALTER MATERIALIZED VIEW detailed ALTER COLUMN name SET (n_distinct = 5)'),
('materialized view', 'column_statistics', 'ALTER MATERIALIZED VIEW detailed ALTER COLUMN id SET STATISTICS -1, ALTER COLUMN name SET STATISTICS 20', '{statistics-target-mismatch detailed}', 'fix'),
('materialized view', 'clustered_on', 'ALTER MATERIALIZED VIEW detailed SET WITHOUT CLUSTER', '{storage-mismatch detailed}', 'fix'),
('materialized view', 'index_comments', 'COMMENT ON INDEX detailed_id IS NULL; COMMENT ON INDEX detailed_name IS ''x''', '{comment-mismatch detailed}', 'fix'),
('view', 'missing', 'ALTER VIEW joined SET SCHEMA public', '{missing-view joined}', 'ALTER VIEW public.joined SET SCHEMA looks'),
('view', 'missing, with its rules', 'ALTER VIEW plain SET SCHEMA public', '{missing-view plain}', 'ALTER VIEW public.plain SET SCHEMA looks'),
('view', 'extra', 'CREATE VIEW one_more AS SELECT 1 AS a', '{extra-view one_more}', 'DROP VIEW one_more'),
('view', 'extra, with its rules', 'CREATE VIEW one_more AS SELECT 1 AS a; CREATE RULE r AS ON INSERT TO one_more DO INSTEAD NOTHING', '{extra-view one_more}', 'DROP VIEW one_more'),
('view', 'extra, where a model has a table', 'ALTER TABLE lonely SET SCHEMA public; CREATE VIEW lonely AS SELECT 1 AS id', '{missing-table lonely}', 'DROP VIEW lonely; ALTER TABLE public.lonely SET SCHEMA looks'),
('view', 'missing, and a table is there', 'DROP VIEW careful; CREATE TABLE careful (id integer)', '{missing-view careful}', 'DROP TABLE careful; CREATE VIEW careful WITH (security_barrier) AS SELECT id FROM base WHERE id > 0 WITH LOCAL CHECK OPTION'),
('view', 'missing, and a materialized view is there', 'DROP VIEW sorted; CREATE MATERIALIZED VIEW sorted AS SELECT 1 AS a', '{missing-view sorted}', 'DROP MATERIALIZED VIEW sorted; CREATE VIEW sorted AS SELECT name COLLATE "C" AS name FROM base'),
('view', 'owner', 'ALTER VIEW plain OWNER TO mutation_other', '{owner-mismatch plain}', 'ALTER VIEW plain OWNER TO CURRENT_USER'),
('view', 'grants', 'GRANT SELECT ON plain TO mutation_other', '{grants-mismatch plain}', 'REVOKE SELECT ON plain FROM mutation_other'),
('view', 'comment', 'COMMENT ON VIEW plain IS ''a view''', '{comment-mismatch plain}', 'COMMENT ON VIEW plain IS NULL'),
('view', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''looks.plain''::regclass, ''pg_class''::regclass, 0, ''provider'', ''secret'')', '{security-label-mismatch plain}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('view', 'definition', 'CREATE OR REPLACE VIEW plain AS SELECT id, name FROM base WHERE name IN (''a'', ''c'')', '{view-mismatch plain}', 'CREATE OR REPLACE VIEW plain AS SELECT id, name FROM base WHERE name IN (''b'', ''a'')'),
('view', 'definition, a join', 'CREATE OR REPLACE VIEW joined AS SELECT b.id, o.note FROM base b LEFT JOIN other o USING (id)', '{view-mismatch joined}', 'CREATE OR REPLACE VIEW joined AS SELECT b.id, o.note FROM base b JOIN other o USING (id)'),
('view', 'definition, spelled otherwise', 'CREATE OR REPLACE VIEW plain (id, name) AS SELECT base.id, base.name FROM looks.base AS base WHERE base.name = ANY (ARRAY[''b'', ''a'']::text[])', '{}', 'SELECT 1'),
('view', 'columns', 'ALTER VIEW joined RENAME COLUMN note TO remark', '{view-mismatch joined}', 'ALTER VIEW joined RENAME COLUMN remark TO note'),
('view', 'columns, one more', 'CREATE OR REPLACE VIEW joined AS SELECT b.id, o.note, b.at FROM base b JOIN other o USING (id)', '{view-mismatch joined}', 'DROP VIEW joined; CREATE VIEW joined AS SELECT b.id, o.note FROM base b JOIN other o USING (id)'),
('view', 'columns, another collation', 'DROP VIEW sorted; CREATE VIEW sorted AS SELECT name FROM base', '{view-mismatch sorted}', 'DROP VIEW sorted; CREATE VIEW sorted AS SELECT name COLLATE "C" AS name FROM base'),
('view', 'columns, of the table', 'ALTER TABLE other ADD COLUMN more integer', '{extra-column more}', 'ALTER TABLE other DROP COLUMN more'),
('view', 'column_defaults', 'ALTER VIEW filled ALTER COLUMN name SET DEFAULT ''y''', '{view-mismatch filled}', 'ALTER VIEW filled ALTER COLUMN name SET DEFAULT ''x'''),
('view', 'column_defaults, none before', 'ALTER VIEW filled ALTER COLUMN id SET DEFAULT 1', '{view-mismatch filled}', 'ALTER VIEW filled ALTER COLUMN id DROP DEFAULT'),
('view', 'column_defaults, NULL is none', 'ALTER VIEW filled ALTER COLUMN id SET DEFAULT NULL', '{}', 'ALTER VIEW filled ALTER COLUMN id DROP DEFAULT'),
('view', 'options', 'ALTER VIEW careful RESET (security_barrier)', '{view-mismatch careful}', 'ALTER VIEW careful SET (security_barrier)'),
('view', 'options, check option', 'ALTER VIEW careful SET (check_option = cascaded)', '{view-mismatch careful}', 'ALTER VIEW careful SET (check_option = local)'),
('view', 'options, none before', 'ALTER VIEW plain SET (security_invoker = on)', '{view-mismatch plain}', 'ALTER VIEW plain RESET (security_invoker)'),
('view', 'options, off is none', 'ALTER VIEW plain SET (security_invoker = off)', '{}', 'ALTER VIEW plain RESET (security_invoker)'),
('view', 'options, spelled otherwise', 'ALTER VIEW careful SET (security_barrier = 1)', '{}', 'ALTER VIEW careful SET (security_barrier = yes)'),
('materialized view', 'missing', 'ALTER MATERIALIZED VIEW stored SET SCHEMA public', '{missing-materialized-view stored}', 'ALTER MATERIALIZED VIEW public.stored SET SCHEMA looks'),
('materialized view', 'extra', 'CREATE MATERIALIZED VIEW one_more AS SELECT 1 AS a; CREATE INDEX ON one_more (a)', '{extra-materialized-view one_more}', 'DROP MATERIALIZED VIEW one_more'),
('materialized view', 'owner', 'ALTER MATERIALIZED VIEW stored OWNER TO mutation_other', '{owner-mismatch stored}', 'ALTER MATERIALIZED VIEW stored OWNER TO CURRENT_USER'),
('materialized view', 'grants', 'GRANT SELECT ON stored TO mutation_other', '{grants-mismatch stored}', 'REVOKE SELECT ON stored FROM mutation_other'),
('materialized view', 'comment', 'COMMENT ON MATERIALIZED VIEW stored IS ''rows''', '{comment-mismatch stored}', 'COMMENT ON MATERIALIZED VIEW stored IS NULL'),
('materialized view', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''looks.stored''::regclass, ''pg_class''::regclass, 0, ''provider'', ''secret'')', '{security-label-mismatch stored}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('materialized view', 'definition', 'DROP MATERIALIZED VIEW tuned; CREATE MATERIALIZED VIEW tuned USING other_heap WITH (fillfactor = 80) AS SELECT id FROM base WHERE id > 1', '{materialized-view-mismatch tuned}', 'DROP MATERIALIZED VIEW tuned; CREATE MATERIALIZED VIEW tuned USING other_heap WITH (fillfactor = 80) AS SELECT id FROM base'),
('materialized view', 'columns', 'ALTER MATERIALIZED VIEW tuned RENAME COLUMN id TO number', '{materialized-view-mismatch tuned}', 'ALTER MATERIALIZED VIEW tuned RENAME COLUMN number TO id'),
('materialized view', 'storage_parameters', 'ALTER MATERIALIZED VIEW tuned RESET (fillfactor)', '{materialized-view-mismatch tuned}', 'ALTER MATERIALIZED VIEW tuned SET (fillfactor = 80)'),
('materialized view', 'storage_parameters, none before', 'ALTER MATERIALIZED VIEW stored SET (autovacuum_enabled = off)', '{materialized-view-mismatch stored}', 'ALTER MATERIALIZED VIEW stored RESET (autovacuum_enabled)'),
('materialized view', 'access_method', 'ALTER MATERIALIZED VIEW tuned SET ACCESS METHOD heap', '{materialized-view-mismatch tuned}', 'ALTER MATERIALIZED VIEW tuned SET ACCESS METHOD other_heap'),
('materialized view', 'tablespace', 'UPDATE pg_class SET reltablespace = (SELECT oid FROM pg_tablespace WHERE spcname = ''pg_global'') WHERE oid = ''stored''::regclass', '{materialized-view-mismatch stored}', 'UPDATE pg_class SET reltablespace = 0 WHERE oid = ''looks.stored''::regclass'),
('materialized view', 'populated', 'REFRESH MATERIALIZED VIEW stored WITH NO DATA', '{materialized-view-mismatch stored}', 'REFRESH MATERIALIZED VIEW stored'),
('materialized view', 'populated, not before', 'REFRESH MATERIALIZED VIEW empty', '{materialized-view-mismatch empty}', 'REFRESH MATERIALIZED VIEW empty WITH NO DATA'),
('materialized view', 'indexes', 'DROP INDEX stored_id', '{materialized-view-mismatch stored}', 'CREATE UNIQUE INDEX stored_id ON stored (id)'),
('materialized view', 'indexes, predicate', 'DROP INDEX stored_name; CREATE INDEX stored_name ON stored (lower(name) DESC) WHERE name IN (''a'', ''c'')', '{materialized-view-mismatch stored}', 'DROP INDEX stored_name; CREATE INDEX stored_name ON stored (lower(name) DESC) WHERE name IN (''b'', ''a'')'),
('materialized view', 'indexes, order', 'DROP INDEX stored_name; CREATE INDEX stored_name ON stored (lower(name)) WHERE name IN (''a'', ''b'')', '{materialized-view-mismatch stored}', 'DROP INDEX stored_name; CREATE INDEX stored_name ON stored (lower(name) DESC) WHERE name IN (''a'', ''b'')'),
('materialized view', 'indexes, none before', 'CREATE INDEX ON tuned (id)', '{materialized-view-mismatch tuned}', 'DROP INDEX tuned_id_idx'),
('materialized view', 'indexes, another name', 'ALTER INDEX stored_id RENAME TO stored_number', '{}', 'ALTER INDEX stored_number RENAME TO stored_id'),
('rule', 'missing', 'DROP RULE checked ON base', '{missing-rule checked}', 'CREATE RULE checked AS ON UPDATE TO base WHERE old.name IN (''b'', ''a'') DO ALSO INSERT INTO other (id) VALUES (old.id)'),
('rule', 'missing, with its table', 'ALTER TABLE lonely SET SCHEMA public', '{missing-table lonely}', 'ALTER TABLE public.lonely SET SCHEMA looks'),
('rule', 'extra', 'CREATE RULE one_more AS ON DELETE TO other DO INSTEAD NOTHING', '{extra-rule one_more}', 'DROP RULE one_more ON other'),
('rule', 'extra, on a view', 'CREATE RULE one_more AS ON DELETE TO plain DO INSTEAD NOTHING', '{extra-rule one_more}', 'DROP RULE one_more ON plain'),
('rule', 'extra, with its table', 'CREATE TABLE extra (id integer); CREATE RULE one_more AS ON DELETE TO extra DO INSTEAD NOTHING', '{extra-table extra}', 'DROP TABLE extra'),
('rule', 'comment', 'COMMENT ON RULE checked ON base IS ''notes''', '{comment-mismatch checked}', 'COMMENT ON RULE checked ON base IS NULL'),
('rule', 'event', 'DROP RULE kept ON base; CREATE RULE kept AS ON UPDATE TO base DO INSTEAD NOTHING; ALTER TABLE base DISABLE RULE kept', '{rule-mismatch kept}', 'DROP RULE kept ON base; CREATE RULE kept AS ON DELETE TO base DO INSTEAD NOTHING; ALTER TABLE base DISABLE RULE kept'),
('rule', 'condition', 'CREATE OR REPLACE RULE checked AS ON UPDATE TO base WHERE old.name IN (''a'') DO ALSO INSERT INTO other (id) VALUES (old.id)', '{rule-mismatch checked}', 'CREATE OR REPLACE RULE checked AS ON UPDATE TO base WHERE old.name IN (''a'', ''b'') DO ALSO INSERT INTO other (id) VALUES (old.id)'),
('rule', 'condition, none', 'CREATE OR REPLACE RULE checked AS ON UPDATE TO base DO ALSO INSERT INTO other (id) VALUES (old.id)', '{rule-mismatch checked}', 'CREATE OR REPLACE RULE checked AS ON UPDATE TO base WHERE old.name IN (''a'', ''b'') DO ALSO INSERT INTO other (id) VALUES (old.id)'),
('rule', 'instead', 'CREATE OR REPLACE RULE checked AS ON UPDATE TO base WHERE old.name IN (''a'', ''b'') DO INSTEAD INSERT INTO other (id) VALUES (old.id)', '{rule-mismatch checked}', 'CREATE OR REPLACE RULE checked AS ON UPDATE TO base WHERE old.name IN (''a'', ''b'') DO ALSO INSERT INTO other (id) VALUES (old.id)'),
('rule', 'actions', 'CREATE OR REPLACE RULE saved AS ON INSERT TO plain DO INSTEAD INSERT INTO base (id, name) VALUES (new.id, ''x'')', '{rule-mismatch saved}', 'CREATE OR REPLACE RULE saved AS ON INSERT TO plain DO INSTEAD INSERT INTO base (id, name) VALUES (new.id, new.name)'),
('rule', 'actions, none', 'CREATE OR REPLACE RULE saved AS ON INSERT TO plain DO INSTEAD NOTHING', '{rule-mismatch saved}', 'CREATE OR REPLACE RULE saved AS ON INSERT TO plain DO INSTEAD INSERT INTO base (id, name) VALUES (new.id, new.name)'),
('rule', 'actions, a renamed column', 'ALTER TABLE other RENAME COLUMN note TO remark', '{"renamed-column note","view-mismatch joined"}', 'ALTER TABLE other RENAME COLUMN remark TO note'),
('rule', 'enabled', 'ALTER TABLE base ENABLE RULE kept', '{rule-mismatch kept}', 'ALTER TABLE base DISABLE RULE kept'),
('rule', 'enabled, always', 'ALTER TABLE base ENABLE ALWAYS RULE checked', '{rule-mismatch checked}', 'ALTER TABLE base ENABLE RULE checked');
