-- The ledgers of migration tools, recognised by their columns; expected migrations beside them.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA ledgers;
SET search_path = ledgers;
SET timezone = 'UTC';
CREATE TABLE django_migrations (id bigint, app varchar(255), name varchar(255), applied timestamptz);
INSERT INTO django_migrations VALUES (1, 'auth', '0001_initial', '2026-01-01'), (2, 'shop', '0001_initial', '2026-01-02'), (3, 'shop', '0009_by_hand', '2026-01-03'),
    (4, 'gone', '0001_initial', '2025-01-01');
CREATE TABLE renamed_version (version_num varchar(32));
INSERT INTO renamed_version VALUES ('b2');
CREATE TABLE schema_migrations (version varchar);
INSERT INTO schema_migrations VALUES ('20260101');
CREATE TABLE flyway_schema_history (installed_rank int, version varchar, description varchar, type varchar, script varchar, checksum int,
    installed_by varchar, installed_on timestamp, execution_time int, success boolean);
INSERT INTO flyway_schema_history VALUES (1, '1', 'init', 'SQL', 'V1__init.sql', 1, 'me', '2026-01-01', 1, true), (2, '2', 'bad', 'SQL', 'V2__bad.sql', 1, 'me', '2026-01-02', 1, false);
CREATE TABLE databasechangelog (id varchar, author varchar, filename varchar, dateexecuted timestamp, orderexecuted int, exectype varchar, md5sum varchar, tag varchar);
INSERT INTO databasechangelog VALUES ('1', 'me', 'db.xml', '2026-01-01', 1, 'EXECUTED', 'x', NULL);
CREATE TABLE _prisma_migrations (id varchar, checksum varchar, finished_at timestamptz, migration_name varchar, logs text, rolled_back_at timestamptz, started_at timestamptz, applied_steps_count int);
INSERT INTO _prisma_migrations VALUES ('1', 'x', '2026-01-01', 'init', NULL, NULL, '2026-01-01', 1), ('2', 'x', NULL, 'half', 'E', NULL, '2026-01-02', 0),
    ('3', 'x', NULL, 'undone', 'E', '2026-01-02', '2026-01-02', 0);
CREATE TABLE __diesel_schema_migrations (version varchar, run_on timestamp);
INSERT INTO __diesel_schema_migrations VALUES ('2026', '2026-01-01');
CREATE TABLE _sqlx_migrations (version bigint, description text, installed_on timestamptz, success boolean, checksum bytea, execution_time bigint);
INSERT INTO _sqlx_migrations VALUES (1, 'init', '2026-01-01', true, '', 1), (2, 'bad', '2026-01-01', false, '', 1);
CREATE TABLE goose_db_version (id int, version_id bigint, is_applied boolean, tstamp timestamp);
INSERT INTO goose_db_version VALUES (1, 0, true, '2026-01-01'), (2, 1, true, '2026-01-01'), (3, 2, true, '2026-01-01'), (4, 2, false, '2026-01-02');
CREATE TABLE knex_migrations (id int, name varchar, batch int, migration_time timestamptz);
INSERT INTO knex_migrations VALUES (1, 'init.js', 1, '2026-01-01');
CREATE TABLE "SequelizeMeta" (name varchar);
INSERT INTO "SequelizeMeta" VALUES ('init.js');
CREATE TABLE migrations (id int, timestamp bigint, name varchar);
INSERT INTO migrations VALUES (1, 1767225600000, 'Init1767225600000');
CREATE TABLE "__EFMigrationsHistory" ("MigrationId" varchar, "ProductVersion" varchar);
INSERT INTO "__EFMigrationsHistory" VALUES ('20260101_Init', '8.0');
CREATE TABLE __drizzle_migrations (id int, hash text, created_at bigint);
INSERT INTO __drizzle_migrations VALUES (1, 'abc', 1767225600000);
CREATE TABLE atlas_schema_revisions (version varchar, description varchar, type int, applied int, total int, executed_at timestamptz, execution_time int, error text, hash varchar);
INSERT INTO atlas_schema_revisions VALUES ('1', 'init', 2, 3, 3, '2026-01-01', 1, NULL, 'x'), ('2', 'half', 2, 1, 3, '2026-01-01', 1, 'E', 'x');
CREATE SCHEMA ledgers_rails;
CREATE TABLE ledgers_rails.schema_migrations (version varchar);
CREATE TABLE ledgers_rails.ar_internal_metadata (key varchar, value varchar);
INSERT INTO ledgers_rails.schema_migrations VALUES ('20260102');
CREATE SCHEMA ledgers_go;
CREATE TABLE ledgers_go.schema_migrations (version bigint, dirty boolean);
INSERT INTO ledgers_go.schema_migrations VALUES (7, true);
CREATE SCHEMA ledgers_ecto;
CREATE TABLE ledgers_ecto.schema_migrations (version bigint, inserted_at timestamp);
INSERT INTO ledgers_ecto.schema_migrations VALUES (8, '2026-01-01');
CREATE SCHEMA ledgers_supabase;
CREATE TABLE ledgers_supabase.schema_migrations (version text, statements text[], name text);
INSERT INTO ledgers_supabase.schema_migrations VALUES ('9', '{}', 'init');
-- these are none: more columns, a column of another type than the server's own
CREATE TABLE people (id int, app text, name text, applied timestamptz, salary int);
CREATE DOMAIN moment AS timestamptz;
CREATE TABLE trap (id int, app text, name text, applied moment);
SELECT schema_name, table_name, tool, app, name, applied_at, state FROM schema_audit.applied_migrations() WHERE schema_name ~ '^ledgers' ORDER BY 1, 2, 4, 5;

-- expected beside applied
SELECT schema_audit.register_ddl('migrations_shop', 'CREATE TABLE t (id int)', NULL, '{ledgers_shop}', '{"tables": {"t": {"unit": "shop"}}, "migrations": [
    {"tool": "django", "unit": "auth", "name": "0001_initial"}, {"tool": "django", "unit": "shop", "name": "0001_initial"},
    {"tool": "django", "unit": "shop", "name": "0002_price"}, {"tool": "alembic", "name": "c3"}, {"tool": "flyway", "name": "V2__bad.sql"}]}') AS objects;
SELECT model, tool, app, name, status, applied_at FROM schema_audit.migration_status('{migrations_shop}');
SELECT count(*) FROM schema_audit.migration_status('{}');
-- as findings of the audit, again and again, with its filters and suppressions
SELECT severity, rule, object_name, expected, actual, message, fix, app, finding_key FROM public.audit_schema('{migrations_shop}', min_severity => 'info') WHERE object_type = 'migration';
SELECT rule, object_name FROM public.audit_schema('{migrations_shop}', apps => '{shop}') WHERE object_type = 'migration';
SELECT count(*) FROM public.audit_schema('{migrations_shop}', schemas => '{ledgers_shop}') WHERE object_type = 'migration';
INSERT INTO schema_audit.suppression (rule, object_pattern, reason) VALUES ('unknown-migration', 'shop.0009%', 'by hand, known');
SELECT rule, object_name FROM public.audit_schema('{migrations_shop}') WHERE object_type = 'migration';
DELETE FROM schema_audit.suppression WHERE reason = 'by hand, known';
UPDATE renamed_version SET version_num = 'c3';
SELECT rule, object_name FROM public.audit_schema('{migrations_shop}') WHERE object_type = 'migration';
SELECT tool, name, status FROM schema_audit.migration_status('{migrations_shop}') WHERE tool = 'alembic';

-- with the caller's rights: what he may not read is told and not left out
CREATE ROLE regress_ledger_reader;
GRANT USAGE ON SCHEMA ledgers TO regress_ledger_reader;
GRANT SELECT ON renamed_version, django_migrations TO regress_ledger_reader;
ALTER TABLE django_migrations ENABLE ROW LEVEL SECURITY;
SET ROLE regress_ledger_reader;
SELECT tool, name, state FROM schema_audit.applied_migrations() WHERE schema_name = 'ledgers' AND table_name IN ('renamed_version', 'django_migrations', 'knex_migrations') ORDER BY 1;
SELECT tool, name, status FROM schema_audit.migration_status('{migrations_shop}');
SELECT rule, object_name FROM public.audit_schema('{migrations_shop}') WHERE object_type = 'migration';
RESET ROLE;

SELECT schema_audit.unregister('migrations_shop');
DROP SCHEMA ledgers, ledgers_rails, ledgers_go, ledgers_ecto, ledgers_supabase CASCADE;
DROP OWNED BY regress_ledger_reader;
DROP ROLE regress_ledger_reader;
RESET search_path;
RESET timezone;
RESET client_min_messages;
