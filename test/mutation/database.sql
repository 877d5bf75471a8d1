-- What is in no schema, and rights: a model of the whole database.
CREATE ROLE mutation_database_other;
CREATE ROLE mutation_database_unused;
CREATE ROLE mutation_database_super SUPERUSER;
CREATE ROLE mutation_database_group;
CREATE ROLE mutation_database_member IN ROLE mutation_database_group;
CREATE SCHEMA site;
CREATE SCHEMA site_empty;
CREATE TABLE site.item (id integer PRIMARY KEY, name text, price numeric);
CREATE TABLE site.other (id integer PRIMARY KEY, name text);
CREATE EXTENSION citext VERSION '1.5';
CREATE FUNCTION site.validate(text[], oid) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE PUBLICATION plain;
CREATE PUBLICATION tuned FOR TABLE site.item (id, name) WHERE (id > 10 AND name IN ('a', 'b')) WITH (publish = 'insert, delete', publish_via_partition_root = true);
CREATE PUBLICATION whole FOR ALL TABLES;
CREATE SUBSCRIPTION feed CONNECTION 'host=localhost password=secret dbname=x' PUBLICATION b, a WITH (connect = false, slot_name = 'feed', binary = true);
CREATE FOREIGN DATA WRAPPER plain;
CREATE FOREIGN DATA WRAPPER tuned VALIDATOR site.validate OPTIONS (a '1', b '2');
CREATE SERVER plain FOREIGN DATA WRAPPER plain;
CREATE SERVER tuned TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER tuned OPTIONS (host 'a', port '1');
CREATE USER MAPPING FOR mutation_database_member SERVER plain OPTIONS (password 'secret');
CREATE ACCESS METHOD stored TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD listed TYPE INDEX HANDLER bthandler;
CREATE FOREIGN TABLE site.far (id integer) SERVER tuned OPTIONS (x '1');
ALTER DEFAULT PRIVILEGES FOR ROLE mutation_database_other GRANT SELECT ON TABLES TO mutation_database_group;
ALTER DEFAULT PRIVILEGES FOR ROLE mutation_database_other IN SCHEMA site GRANT UPDATE ON SEQUENCES TO mutation_database_group WITH GRANT OPTION;
-- Of the role that registers: what a dump makes in scratch must not be given this.
ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO mutation_database_group;
GRANT SELECT, UPDATE ON site.item TO mutation_database_group;
GRANT SELECT (name) ON site.other TO mutation_database_group;
GRANT USAGE ON SCHEMA site TO mutation_database_group;
GRANT USAGE ON FOREIGN SERVER tuned TO mutation_database_group WITH GRANT OPTION;
GRANT SET ON PARAMETER work_mem TO mutation_database_group;
-- Only a superuser may read a subscription's connection: a role without rights is told so.
UPDATE mutation_test.setting SET name = 'TimeZone', value = 'UTC' WHERE name = 'role';
SELECT schema_audit.register_schema('mutation', NULL);
-- Without the schema that holds the mutations.
DELETE FROM schema_audit.model_table WHERE schema_name = 'mutation_test';
DELETE FROM schema_audit.model_object WHERE schema_name = 'mutation_test';
UPDATE schema_audit.model SET governed_schemas = '{public,site,site_empty}';
INSERT INTO schema_audit.compare VALUES ('owners', '%', true), ('grants', '%', true), ('comments', '%', true), ('security labels', '%', true), ('roles', 'mutation', true), ('parameter privileges', 'mutation', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('schema', 'missing', 'ALTER SCHEMA site_empty RENAME TO site_full', '{extra-schema site_full,missing-schema site_empty}', 'ALTER SCHEMA site_full RENAME TO site_empty'),
('schema', 'extra', 'CREATE SCHEMA one_more', '{extra-schema one_more}', 'DROP SCHEMA one_more'),
('schema', 'owner', 'ALTER SCHEMA site OWNER TO mutation_database_other', '{owner-mismatch site}', 'ALTER SCHEMA site OWNER TO CURRENT_USER'),
('schema', 'grants', 'GRANT CREATE ON SCHEMA site TO mutation_database_group', '{grants-mismatch site}', 'REVOKE CREATE ON SCHEMA site FROM mutation_database_group'),
('schema', 'grants, of public', 'REVOKE USAGE ON SCHEMA public FROM PUBLIC', '{grants-mismatch public}', 'GRANT USAGE ON SCHEMA public TO PUBLIC'),
('schema', 'comment', 'COMMENT ON SCHEMA site IS ''sites''', '{comment-mismatch site}', 'COMMENT ON SCHEMA site IS NULL'),
('schema', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''site''::regnamespace, ''pg_namespace''::regclass, 0, ''provider'', ''secret'')', '{security-label-mismatch site}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('access method', 'missing', 'DROP ACCESS METHOD listed', '{missing-access-method-object listed}', 'CREATE ACCESS METHOD listed TYPE INDEX HANDLER bthandler'),
('access method', 'extra', 'CREATE ACCESS METHOD one_more TYPE INDEX HANDLER ginhandler', '{extra-access-method-object one_more}', 'DROP ACCESS METHOD one_more'),
('access method', 'comment', 'COMMENT ON ACCESS METHOD stored IS ''x''', '{comment-mismatch stored}', 'COMMENT ON ACCESS METHOD stored IS NULL'),
('access method', 'type', 'DROP ACCESS METHOD stored; CREATE ACCESS METHOD stored TYPE INDEX HANDLER bthandler', '{access-method-object-mismatch stored}', 'DROP ACCESS METHOD stored; CREATE ACCESS METHOD stored TYPE TABLE HANDLER heap_tableam_handler'),
('access method', 'handler', 'DROP ACCESS METHOD listed; CREATE ACCESS METHOD listed TYPE INDEX HANDLER ginhandler', '{access-method-object-mismatch listed}', 'DROP ACCESS METHOD listed; CREATE ACCESS METHOD listed TYPE INDEX HANDLER bthandler'),
('extension', 'missing', 'DROP EXTENSION citext', '{missing-extension citext}', 'CREATE EXTENSION citext VERSION ''1.5'''),
('extension', 'extra', 'CREATE EXTENSION pg_trgm', '{extra-extension pg_trgm}', 'DROP EXTENSION pg_trgm'),
('extension', 'version', 'ALTER EXTENSION citext UPDATE TO ''1.6''', '{extension-mismatch citext}', 'DROP EXTENSION citext; CREATE EXTENSION citext VERSION ''1.5'''),
('extension', 'schema', 'ALTER EXTENSION citext SET SCHEMA site', '{extension-mismatch citext}', 'ALTER EXTENSION citext SET SCHEMA public'),
('extension', 'comment', 'COMMENT ON EXTENSION citext IS NULL', '{comment-mismatch citext}', 'COMMENT ON EXTENSION citext IS ''data type for case-insensitive character strings'''),
('publication', 'missing', 'DROP PUBLICATION plain', '{missing-publication plain}', 'CREATE PUBLICATION plain'),
('publication', 'missing, with its tables', 'ALTER PUBLICATION tuned RENAME TO renamed', '{extra-publication renamed,missing-publication tuned}', 'ALTER PUBLICATION renamed RENAME TO tuned'),
('publication', 'extra', 'CREATE PUBLICATION one_more', '{extra-publication one_more}', 'DROP PUBLICATION one_more'),
('publication', 'extra, with its tables', 'CREATE PUBLICATION one_more FOR TABLE site.item', '{extra-publication one_more}', 'DROP PUBLICATION one_more'),
('publication', 'owner', 'ALTER PUBLICATION plain OWNER TO mutation_database_super', '{owner-mismatch plain}', 'ALTER PUBLICATION plain OWNER TO CURRENT_USER'),
('publication', 'comment', 'COMMENT ON PUBLICATION plain IS ''x''', '{comment-mismatch plain}', 'COMMENT ON PUBLICATION plain IS NULL'),
('publication', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel SELECT oid, ''pg_publication''::regclass, 0, ''provider'', ''secret'' FROM pg_publication WHERE pubname = ''plain''', '{security-label-mismatch plain}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('publication', 'all_tables', 'DROP PUBLICATION whole; CREATE PUBLICATION whole', '{publication-mismatch whole}', 'DROP PUBLICATION whole; CREATE PUBLICATION whole FOR ALL TABLES'),
('publication', 'operations', 'ALTER PUBLICATION tuned SET (publish = ''insert'')', '{publication-mismatch tuned}', 'ALTER PUBLICATION tuned SET (publish = ''insert, delete'')'),
('publication', 'operations, absent', 'ALTER PUBLICATION plain SET (publish = '''')', '{publication-mismatch plain}', 'ALTER PUBLICATION plain SET (publish = ''insert, update, delete, truncate'')'),
('publication', 'via_root', 'ALTER PUBLICATION tuned SET (publish_via_partition_root = false)', '{publication-mismatch tuned}', 'ALTER PUBLICATION tuned SET (publish_via_partition_root = true)'),
('publication', 'via_root, absent', 'ALTER PUBLICATION plain SET (publish_via_partition_root = true)', '{publication-mismatch plain}', 'ALTER PUBLICATION plain SET (publish_via_partition_root = false)'),
('publication membership', 'missing', 'ALTER PUBLICATION tuned DROP TABLE site.item', '{missing-publication-membership tuned}', 'ALTER PUBLICATION tuned ADD TABLE site.item (id, name) WHERE (id > 10 AND name IN (''a'', ''b''))'),
('publication membership', 'extra', 'ALTER PUBLICATION plain ADD TABLE site.other', '{extra-publication-membership plain}', 'ALTER PUBLICATION plain DROP TABLE site.other'),
('publication membership', 'extra, of a schema', 'ALTER PUBLICATION plain ADD TABLES IN SCHEMA site', '{extra-publication-membership plain}', 'ALTER PUBLICATION plain DROP TABLES IN SCHEMA site'),
('publication membership', 'columns', 'ALTER PUBLICATION tuned SET TABLE site.item (id, name, price) WHERE (id > 10 AND name IN (''a'', ''b''))', '{publication-membership-mismatch tuned}', 'ALTER PUBLICATION tuned SET TABLE site.item (id, name) WHERE (id > 10 AND name IN (''a'', ''b''))'),
('publication membership', 'columns, order', 'ALTER PUBLICATION tuned SET TABLE site.item (name, id) WHERE (id > 10 AND name = ANY (''{b,a}''))', '{}', 'SELECT 1'),
('publication membership', 'filter', 'ALTER PUBLICATION tuned SET TABLE site.item (id, name)', '{publication-membership-mismatch tuned}', 'ALTER PUBLICATION tuned SET TABLE site.item (id, name) WHERE (id > 10 AND name IN (''a'', ''b''))'),
('subscription', 'missing', 'ALTER SUBSCRIPTION feed RENAME TO food', '{extra-subscription food,missing-subscription feed}', 'ALTER SUBSCRIPTION food RENAME TO feed'),
('subscription', 'extra', 'CREATE SUBSCRIPTION one_more CONNECTION ''host=a'' PUBLICATION a WITH (connect = false, slot_name = NONE)', '{extra-subscription one_more}', 'DROP SUBSCRIPTION one_more'),
('subscription', 'owner', 'ALTER SUBSCRIPTION feed OWNER TO mutation_database_super', '{owner-mismatch feed}', 'ALTER SUBSCRIPTION feed OWNER TO CURRENT_USER'),
('subscription', 'comment', 'COMMENT ON SUBSCRIPTION feed IS ''x''', '{comment-mismatch feed}', 'COMMENT ON SUBSCRIPTION feed IS NULL'),
('subscription', 'security_labels', 'INSERT INTO pg_catalog.pg_shseclabel SELECT oid, ''pg_subscription''::regclass, ''provider'', ''secret'' FROM pg_subscription', '{security-label-mismatch feed}', 'DELETE FROM pg_catalog.pg_shseclabel WHERE provider = ''provider'''),
('subscription', 'connection', 'ALTER SUBSCRIPTION feed CONNECTION ''host=other password=secret dbname=x''', '{subscription-mismatch feed}', 'ALTER SUBSCRIPTION feed CONNECTION ''host=localhost password=secret dbname=x'''),
('subscription', 'connection, password', 'ALTER SUBSCRIPTION feed CONNECTION ''host=localhost password=hidden dbname=x''', '{}', 'SELECT 1'),
('subscription', 'publications', 'ALTER SUBSCRIPTION feed SET PUBLICATION a WITH (refresh = false)', '{subscription-mismatch feed}', 'ALTER SUBSCRIPTION feed SET PUBLICATION a, b WITH (refresh = false)'),
('subscription', 'enabled', 'UPDATE pg_catalog.pg_subscription SET subenabled = true', '{subscription-mismatch feed}', 'UPDATE pg_catalog.pg_subscription SET subenabled = false'),
('subscription', 'slot', 'ALTER SUBSCRIPTION feed SET (slot_name = ''food'')', '{subscription-mismatch feed}', 'ALTER SUBSCRIPTION feed SET (slot_name = ''feed'')'),
('subscription', 'slot, none', 'ALTER SUBSCRIPTION feed SET (slot_name = NONE)', '{subscription-mismatch feed}', 'ALTER SUBSCRIPTION feed SET (slot_name = ''feed'')'),
('subscription', 'options', 'ALTER SUBSCRIPTION feed SET (binary = false)', '{subscription-mismatch feed}', 'ALTER SUBSCRIPTION feed SET (binary = true)'),
('subscription', 'options, another', 'ALTER SUBSCRIPTION feed SET (synchronous_commit = ''local'')', '{subscription-mismatch feed}', 'ALTER SUBSCRIPTION feed SET (synchronous_commit = ''off'')'),
('foreign-data wrapper', 'missing', 'ALTER FOREIGN DATA WRAPPER plain RENAME TO renamed', '{extra-foreign-data-wrapper renamed,missing-foreign-data-wrapper plain,server-mismatch plain}', 'ALTER FOREIGN DATA WRAPPER renamed RENAME TO plain'),
('foreign-data wrapper', 'extra', 'CREATE FOREIGN DATA WRAPPER one_more', '{extra-foreign-data-wrapper one_more}', 'DROP FOREIGN DATA WRAPPER one_more'),
('foreign-data wrapper', 'owner', 'ALTER FOREIGN DATA WRAPPER plain OWNER TO mutation_database_super', '{owner-mismatch plain}', 'ALTER FOREIGN DATA WRAPPER plain OWNER TO CURRENT_USER'),
('foreign-data wrapper', 'grants', 'GRANT USAGE ON FOREIGN DATA WRAPPER plain TO mutation_database_group', '{grants-mismatch plain}', 'REVOKE USAGE ON FOREIGN DATA WRAPPER plain FROM mutation_database_group'),
('foreign-data wrapper', 'comment', 'COMMENT ON FOREIGN DATA WRAPPER plain IS ''x''', '{comment-mismatch plain}', 'COMMENT ON FOREIGN DATA WRAPPER plain IS NULL'),
('foreign-data wrapper', 'handler', 'UPDATE pg_catalog.pg_foreign_data_wrapper SET fdwhandler = ''site.validate''::regproc WHERE fdwname = ''plain''', '{foreign-data-wrapper-mismatch plain}', 'UPDATE pg_catalog.pg_foreign_data_wrapper SET fdwhandler = 0 WHERE fdwname = ''plain'''),
('foreign-data wrapper', 'validator', 'ALTER FOREIGN DATA WRAPPER tuned NO VALIDATOR', '{foreign-data-wrapper-mismatch tuned}', 'ALTER FOREIGN DATA WRAPPER tuned VALIDATOR site.validate'),
('foreign-data wrapper', 'options', 'ALTER FOREIGN DATA WRAPPER tuned OPTIONS (SET a ''2'')', '{foreign-data-wrapper-mismatch tuned}', 'ALTER FOREIGN DATA WRAPPER tuned OPTIONS (SET a ''1'')'),
('foreign-data wrapper', 'options, absent', 'ALTER FOREIGN DATA WRAPPER plain OPTIONS (ADD a ''2'')', '{foreign-data-wrapper-mismatch plain}', 'ALTER FOREIGN DATA WRAPPER plain OPTIONS (DROP a)'),
('foreign-data wrapper', 'options, order', 'ALTER FOREIGN DATA WRAPPER tuned OPTIONS (DROP a); ALTER FOREIGN DATA WRAPPER tuned OPTIONS (ADD a ''1'')', '{}', 'SELECT 1'),
('server', 'missing', 'ALTER SERVER plain RENAME TO renamed', '{extra-server renamed,missing-server plain}', 'ALTER SERVER renamed RENAME TO plain'),
('server', 'extra', 'CREATE SERVER one_more FOREIGN DATA WRAPPER plain', '{extra-server one_more}', 'DROP SERVER one_more'),
('server', 'owner', 'ALTER SERVER plain OWNER TO mutation_database_super', '{owner-mismatch plain}', 'ALTER SERVER plain OWNER TO CURRENT_USER'),
('server', 'grants', 'REVOKE GRANT OPTION FOR USAGE ON FOREIGN SERVER tuned FROM mutation_database_group', '{grants-mismatch tuned}', 'GRANT USAGE ON FOREIGN SERVER tuned TO mutation_database_group WITH GRANT OPTION'),
('server', 'comment', 'COMMENT ON SERVER plain IS ''x''', '{comment-mismatch plain}', 'COMMENT ON SERVER plain IS NULL'),
('server', 'wrapper', 'UPDATE pg_catalog.pg_foreign_server SET srvfdw = (SELECT oid FROM pg_foreign_data_wrapper WHERE fdwname = ''tuned'') WHERE srvname = ''plain''', '{server-mismatch plain}', 'UPDATE pg_catalog.pg_foreign_server SET srvfdw = (SELECT oid FROM pg_foreign_data_wrapper WHERE fdwname = ''plain'') WHERE srvname = ''plain'''),
('server', 'type', 'UPDATE pg_catalog.pg_foreign_server SET srvtype = ''y'' WHERE srvname = ''tuned''', '{server-mismatch tuned}', 'UPDATE pg_catalog.pg_foreign_server SET srvtype = ''x'' WHERE srvname = ''tuned'''),
('server', 'version', 'ALTER SERVER tuned VERSION ''2''', '{server-mismatch tuned}', 'ALTER SERVER tuned VERSION ''1'''),
('server', 'options', 'ALTER SERVER tuned OPTIONS (SET port ''2'')', '{server-mismatch tuned}', 'ALTER SERVER tuned OPTIONS (SET port ''1'')'),
('user mapping', 'missing', 'DROP USER MAPPING FOR mutation_database_member SERVER plain', '{"missing-user-mapping FOR mutation_database_member SERVER plain"}', 'CREATE USER MAPPING FOR mutation_database_member SERVER plain'),
('user mapping', 'extra', 'CREATE USER MAPPING FOR PUBLIC SERVER plain', '{"extra-user-mapping FOR PUBLIC SERVER plain"}', 'DROP USER MAPPING FOR PUBLIC SERVER plain'),
('user mapping', 'options', 'ALTER USER MAPPING FOR mutation_database_member SERVER plain OPTIONS (SET password ''x'')', '{}', 'SELECT 1'),
('default privileges', 'missing', 'ALTER DEFAULT PRIVILEGES FOR ROLE mutation_database_other REVOKE SELECT ON TABLES FROM mutation_database_group', '{"missing-default-privileges FOR ROLE mutation_database_other ON TABLES"}', 'ALTER DEFAULT PRIVILEGES FOR ROLE mutation_database_other GRANT SELECT ON TABLES TO mutation_database_group'),
('default privileges', 'extra', 'ALTER DEFAULT PRIVILEGES FOR ROLE mutation_database_other REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC', '{"extra-default-privileges FOR ROLE mutation_database_other ON FUNCTIONS"}', 'ALTER DEFAULT PRIVILEGES FOR ROLE mutation_database_other GRANT EXECUTE ON FUNCTIONS TO PUBLIC'),
('default privileges', 'privileges', 'ALTER DEFAULT PRIVILEGES FOR ROLE mutation_database_other IN SCHEMA site REVOKE GRANT OPTION FOR UPDATE ON SEQUENCES FROM mutation_database_group', '{"default-privileges-mismatch FOR ROLE mutation_database_other ON SEQUENCES"}', 'ALTER DEFAULT PRIVILEGES FOR ROLE mutation_database_other IN SCHEMA site GRANT UPDATE ON SEQUENCES TO mutation_database_group WITH GRANT OPTION'),
('role', 'missing', 'DROP ROLE mutation_database_unused', '{missing-role mutation_database_unused}', 'CREATE ROLE mutation_database_unused'),
('role', 'extra', 'CREATE ROLE one_more', '{"extra-role one_more"}', 'DROP ROLE one_more'),
('role', 'comment', 'COMMENT ON ROLE mutation_database_other IS ''x''', '{comment-mismatch mutation_database_other}', 'COMMENT ON ROLE mutation_database_other IS NULL'),
('role', 'security_labels', 'INSERT INTO pg_catalog.pg_shseclabel SELECT oid, ''pg_authid''::regclass, ''provider'', ''secret'' FROM pg_authid WHERE rolname = ''mutation_database_other''', '{security-label-mismatch mutation_database_other}', 'DELETE FROM pg_catalog.pg_shseclabel WHERE provider = ''provider'''),
('role', 'superuser', 'ALTER ROLE mutation_database_other SUPERUSER', '{role-mismatch mutation_database_other}', 'ALTER ROLE mutation_database_other NOSUPERUSER'),
('role', 'inherit', 'ALTER ROLE mutation_database_other NOINHERIT', '{role-mismatch mutation_database_other}', 'ALTER ROLE mutation_database_other INHERIT'),
('role', 'create_role', 'ALTER ROLE mutation_database_other CREATEROLE', '{role-mismatch mutation_database_other}', 'ALTER ROLE mutation_database_other NOCREATEROLE'),
('role', 'create_database', 'ALTER ROLE mutation_database_other CREATEDB', '{role-mismatch mutation_database_other}', 'ALTER ROLE mutation_database_other NOCREATEDB'),
('role', 'login', 'ALTER ROLE mutation_database_other LOGIN', '{role-mismatch mutation_database_other}', 'ALTER ROLE mutation_database_other NOLOGIN'),
('role', 'replication', 'ALTER ROLE mutation_database_other REPLICATION', '{role-mismatch mutation_database_other}', 'ALTER ROLE mutation_database_other NOREPLICATION'),
('role', 'bypass_row_security', 'ALTER ROLE mutation_database_other BYPASSRLS', '{role-mismatch mutation_database_other}', 'ALTER ROLE mutation_database_other NOBYPASSRLS'),
('role', 'connection_limit', 'ALTER ROLE mutation_database_other CONNECTION LIMIT 3', '{role-mismatch mutation_database_other}', 'ALTER ROLE mutation_database_other CONNECTION LIMIT -1'),
('role', 'valid_until', 'ALTER ROLE mutation_database_other VALID UNTIL ''2030-01-01''', '{role-mismatch mutation_database_other}', 'ALTER ROLE mutation_database_other VALID UNTIL ''infinity'''),
('role', 'member_of', 'GRANT mutation_database_group TO mutation_database_other', '{role-mismatch mutation_database_other}', 'REVOKE mutation_database_group FROM mutation_database_other'),
('role', 'member_of, admin', 'GRANT mutation_database_group TO mutation_database_member WITH ADMIN OPTION', '{role-mismatch mutation_database_member}', 'REVOKE ADMIN OPTION FOR mutation_database_group FROM mutation_database_member'),
('role', 'password', 'ALTER ROLE mutation_database_other PASSWORD ''x''', '{}', 'SELECT 1'),
('parameter privileges', 'missing', 'REVOKE SET ON PARAMETER work_mem FROM mutation_database_group', '{"missing-parameter-privileges work_mem"}', 'GRANT SET ON PARAMETER work_mem TO mutation_database_group'),
('parameter privileges', 'extra', 'GRANT ALTER SYSTEM ON PARAMETER log_statement TO mutation_database_group', '{"extra-parameter-privileges log_statement"}', 'REVOKE ALTER SYSTEM ON PARAMETER log_statement FROM mutation_database_group'),
('parameter privileges', 'privileges', 'GRANT SET ON PARAMETER work_mem TO mutation_database_group WITH GRANT OPTION', '{parameter-privileges-mismatch work_mem}', 'REVOKE GRANT OPTION FOR SET ON PARAMETER work_mem FROM mutation_database_group');
