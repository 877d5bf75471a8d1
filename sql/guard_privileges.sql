-- Rules about rights, owners and row security: a case that fires and one that must not, for each.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_rights;
SET search_path = guard_rights;
SET lock_timeout = '2s';
CREATE ROLE guard_rights_app;
CREATE TABLE t (id bigint PRIMARY KEY);
CREATE TABLE secured (id bigint PRIMARY KEY);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
DELETE FROM schema_audit.ddl_log;  -- of other tests
SELECT schema_audit.enable();
CREATE VIEW told AS SELECT object_identity, decision, rule FROM schema_audit.ddl_log
WHERE rule IS NOT NULL AND rule <> 'policy-ddl-access-exclusive' ORDER BY id, rule;
-- broad-grant, revoke-in-use
\set VERBOSITY default
GRANT ALL ON t TO guard_rights_app;
GRANT SELECT ON t TO PUBLIC;
GRANT SELECT ON t TO guard_rights_app WITH GRANT OPTION;
\set VERBOSITY terse
GRANT SELECT ON t TO guard_rights_app;
GRANT guard_rights_app TO CURRENT_USER;
REVOKE ALL ON t FROM guard_rights_app;
GRANT ALL ON ALL TABLES IN SCHEMA guard_rights TO guard_rights_app;
SELECT * FROM told;
DELETE FROM schema_audit.ddl_log;
-- owner-change
ALTER TABLE t OWNER TO guard_rights_app;
ALTER FUNCTION f() OWNER TO guard_rights_app;
ALTER SCHEMA guard_rights OWNER TO CURRENT_USER;
BEGIN;
CREATE TABLE fresh (id bigint PRIMARY KEY);
ALTER TABLE fresh OWNER TO guard_rights_app;
COMMIT;
-- security-definer-object
\set VERBOSITY default
CREATE FUNCTION g() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
\set VERBOSITY terse
CREATE FUNCTION h() RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT 1';
CREATE FUNCTION i() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION i() SECURITY DEFINER;
SELECT * FROM told;
DELETE FROM schema_audit.ddl_log;
-- rls-enabled-no-policy, rls-disabled, policy-without-rls
\set VERBOSITY default
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t DISABLE ROW LEVEL SECURITY;
CREATE POLICY early ON t USING (id > 0);
\set VERBOSITY terse
BEGIN;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t USING (id > 1);
COMMIT;
SELECT * FROM told WHERE rule ~ 'rls';
BEGIN;
ALTER TABLE t DISABLE ROW LEVEL SECURITY;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
COMMIT;
DROP POLICY early ON t;
SELECT count(*) FROM told WHERE rule ~ 'rls';
DROP POLICY own ON t;
BEGIN;
CREATE TABLE fresh_too (id bigint PRIMARY KEY);
ALTER TABLE fresh_too ENABLE ROW LEVEL SECURITY;
COMMIT;
DELETE FROM schema_audit.ddl_log;
-- rls-policy-always-true, restrictive-policy-added, permissive-policy-added
CREATE POLICY everything ON secured USING (true);
CREATE POLICY readable ON secured FOR SELECT USING (true);
CREATE POLICY narrow ON secured AS RESTRICTIVE USING (id > 0);
CREATE POLICY added ON secured FOR INSERT WITH CHECK (true);
BEGIN;
CREATE TABLE fresh_three (id bigint PRIMARY KEY);
GRANT ALL ON fresh_three TO guard_rights_app;
COMMIT;
ALTER TABLE secured DISABLE ROW LEVEL SECURITY;
CREATE POLICY nothing_yet ON secured FOR SELECT USING (id > 0);
SELECT * FROM told;

SELECT schema_audit.disable();
DELETE FROM schema_audit.ddl_log;
SET client_min_messages = error;
DROP SCHEMA guard_rights CASCADE;
DROP ROLE guard_rights_app;
RESET search_path;
RESET lock_timeout;
RESET client_min_messages;
