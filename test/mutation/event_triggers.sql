-- Objects of the whole database: event triggers, languages, transforms.
CREATE ROLE whole_other SUPERUSER;
CREATE SCHEMA whole;
CREATE FUNCTION whole.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION whole.other() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION whole.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION whole.other_handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION whole.inline_handler(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION whole.validator(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE FUNCTION whole.from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'generate_series_int4_support';
CREATE FUNCTION whole.from_sql_too(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'generate_series_int4_support';
CREATE TYPE whole.pair AS (a integer, b integer);
CREATE FUNCTION whole.to_sql(internal) RETURNS whole.pair LANGUAGE internal IMMUTABLE STRICT AS 'record_in';
CREATE FUNCTION whole.to_sql_too(internal) RETURNS whole.pair LANGUAGE internal IMMUTABLE STRICT AS 'record_in';
CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN ('DROP TABLE', 'CREATE TABLE') EXECUTE FUNCTION whole.watch();
ALTER EVENT TRIGGER watching DISABLE;
CREATE EVENT TRIGGER plain ON sql_drop EXECUTE FUNCTION whole.watch();
CREATE TRUSTED LANGUAGE made HANDLER whole.handler INLINE whole.inline_handler VALIDATOR whole.validator;
CREATE LANGUAGE bare HANDLER whole.handler;
CREATE TRANSFORM FOR whole.pair LANGUAGE made (FROM SQL WITH FUNCTION whole.from_sql(internal), TO SQL WITH FUNCTION whole.to_sql(internal));
SELECT schema_audit.enable('log');
SELECT schema_audit.register_schema('mutation', NULL);
INSERT INTO schema_audit.compare VALUES ('owners', '%', true), ('grants', '%', true), ('comments', '%', true), ('security labels', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('event trigger', 'missing', 'DROP EVENT TRIGGER plain', '{"missing-event-trigger plain"}', 'CREATE EVENT TRIGGER plain ON sql_drop EXECUTE FUNCTION whole.watch()'),
('event trigger', 'extra', 'CREATE EVENT TRIGGER one_more ON sql_drop EXECUTE FUNCTION whole.watch()', '{"extra-event-trigger one_more"}', 'DROP EVENT TRIGGER one_more'),
('event trigger', 'extra, of the guard', 'SELECT schema_audit.disable()', '{}', 'SELECT schema_audit.enable(''log'')'),
('event trigger', 'owner', 'ALTER EVENT TRIGGER plain OWNER TO whole_other', '{"owner-mismatch plain"}', 'ALTER EVENT TRIGGER plain OWNER TO CURRENT_USER'),
('event trigger', 'comment', 'COMMENT ON EVENT TRIGGER plain IS ''text''', '{"comment-mismatch plain"}', 'COMMENT ON EVENT TRIGGER plain IS NULL'),
('event trigger', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel SELECT oid, ''pg_event_trigger''::regclass, 0, ''provider'', ''secret'' FROM pg_event_trigger WHERE evtname = ''plain''', '{"security-label-mismatch plain"}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('event trigger', 'event', 'DROP EVENT TRIGGER plain; CREATE EVENT TRIGGER plain ON ddl_command_end EXECUTE FUNCTION whole.watch()', '{"event-trigger-mismatch plain"}', 'DROP EVENT TRIGGER plain; CREATE EVENT TRIGGER plain ON sql_drop EXECUTE FUNCTION whole.watch()'),
('event trigger', 'tags', 'DROP EVENT TRIGGER plain; CREATE EVENT TRIGGER plain ON sql_drop WHEN TAG IN (''DROP TABLE'') EXECUTE FUNCTION whole.watch()', '{"event-trigger-mismatch plain"}', 'DROP EVENT TRIGGER plain; CREATE EVENT TRIGGER plain ON sql_drop EXECUTE FUNCTION whole.watch()'),
('event trigger', 'tags, order', 'DROP EVENT TRIGGER watching; CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN (''create table'', ''DROP TABLE'') EXECUTE FUNCTION whole.watch(); ALTER EVENT TRIGGER watching DISABLE', '{}', 'SELECT 1'),
('event trigger', 'function', 'DROP EVENT TRIGGER plain; CREATE EVENT TRIGGER plain ON sql_drop EXECUTE FUNCTION whole.other()', '{"event-trigger-mismatch plain"}', 'DROP EVENT TRIGGER plain; CREATE EVENT TRIGGER plain ON sql_drop EXECUTE FUNCTION whole.watch()'),
('event trigger', 'enabled', 'ALTER EVENT TRIGGER plain ENABLE REPLICA', '{"event-trigger-mismatch plain"}', 'ALTER EVENT TRIGGER plain ENABLE'),
('event trigger', 'enabled, disabled in the model', 'ALTER EVENT TRIGGER watching ENABLE', '{"event-trigger-mismatch watching"}', 'ALTER EVENT TRIGGER watching DISABLE'),
('language', 'missing', 'DROP LANGUAGE bare', '{"missing-language bare"}', 'CREATE LANGUAGE bare HANDLER whole.handler'),
('language', 'extra', 'CREATE LANGUAGE one_more HANDLER whole.handler', '{"extra-language one_more"}', 'DROP LANGUAGE one_more'),
('language', 'owner', 'ALTER LANGUAGE bare OWNER TO whole_other', '{"owner-mismatch bare"}', 'ALTER LANGUAGE bare OWNER TO CURRENT_USER'),
('language', 'grants', 'REVOKE USAGE ON LANGUAGE made FROM PUBLIC', '{"grants-mismatch made"}', 'GRANT USAGE ON LANGUAGE made TO PUBLIC'),
('language', 'comment', 'COMMENT ON LANGUAGE bare IS ''text''', '{"comment-mismatch bare"}', 'COMMENT ON LANGUAGE bare IS NULL'),
('language', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel SELECT oid, ''pg_language''::regclass, 0, ''provider'', ''secret'' FROM pg_language WHERE lanname = ''bare''', '{"security-label-mismatch bare"}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('language', 'handler', 'CREATE OR REPLACE LANGUAGE bare HANDLER whole.other_handler', '{"language-mismatch bare"}', 'CREATE OR REPLACE LANGUAGE bare HANDLER whole.handler'),
('language', 'inline_handler', 'CREATE OR REPLACE LANGUAGE bare HANDLER whole.handler INLINE whole.inline_handler', '{"language-mismatch bare"}', 'CREATE OR REPLACE LANGUAGE bare HANDLER whole.handler'),
('language', 'validator', 'CREATE OR REPLACE TRUSTED LANGUAGE made HANDLER whole.handler INLINE whole.inline_handler', '{"language-mismatch made"}', 'CREATE OR REPLACE TRUSTED LANGUAGE made HANDLER whole.handler INLINE whole.inline_handler VALIDATOR whole.validator'),
('language', 'trusted', 'CREATE OR REPLACE LANGUAGE made HANDLER whole.handler INLINE whole.inline_handler VALIDATOR whole.validator', '{"language-mismatch made"}', 'CREATE OR REPLACE TRUSTED LANGUAGE made HANDLER whole.handler INLINE whole.inline_handler VALIDATOR whole.validator'),
('transform', 'missing', 'DROP TRANSFORM FOR whole.pair LANGUAGE made', '{"missing-transform FOR whole.pair LANGUAGE made"}', 'CREATE TRANSFORM FOR whole.pair LANGUAGE made (FROM SQL WITH FUNCTION whole.from_sql(internal), TO SQL WITH FUNCTION whole.to_sql(internal))'),
('transform', 'extra', 'CREATE TRANSFORM FOR whole.pair LANGUAGE bare (FROM SQL WITH FUNCTION whole.from_sql(internal))', '{"extra-transform FOR whole.pair LANGUAGE bare"}', 'DROP TRANSFORM FOR whole.pair LANGUAGE bare'),
('transform', 'comment', 'COMMENT ON TRANSFORM FOR whole.pair LANGUAGE made IS ''text''', '{"comment-mismatch FOR whole.pair LANGUAGE made"}', 'COMMENT ON TRANSFORM FOR whole.pair LANGUAGE made IS NULL'),
('transform', 'from_sql', 'CREATE OR REPLACE TRANSFORM FOR whole.pair LANGUAGE made (FROM SQL WITH FUNCTION whole.from_sql_too(internal), TO SQL WITH FUNCTION whole.to_sql(internal))', '{"transform-mismatch FOR whole.pair LANGUAGE made"}', 'CREATE OR REPLACE TRANSFORM FOR whole.pair LANGUAGE made (FROM SQL WITH FUNCTION whole.from_sql(internal), TO SQL WITH FUNCTION whole.to_sql(internal))'),
('transform', 'to_sql', 'CREATE OR REPLACE TRANSFORM FOR whole.pair LANGUAGE made (FROM SQL WITH FUNCTION whole.from_sql(internal), TO SQL WITH FUNCTION whole.to_sql_too(internal))', '{"transform-mismatch FOR whole.pair LANGUAGE made"}', 'CREATE OR REPLACE TRANSFORM FOR whole.pair LANGUAGE made (FROM SQL WITH FUNCTION whole.from_sql(internal), TO SQL WITH FUNCTION whole.to_sql(internal))');
