-- Modes, override, rule_setting: who decides, and what the log keeps.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
CREATE SCHEMA guard_modes;
SET search_path = guard_modes;
CREATE TABLE t (id integer);
CREATE VIEW log AS SELECT command_tag, object_identity, decision, rule, reason, migration
    FROM schema_audit.ddl_log WHERE object_identity LIKE 'guard_modes.t%' AND decision <> 'rejected' ORDER BY id;

SELECT schema_audit.enable('loud');
SELECT schema_audit.enable(NULL);
SELECT mode FROM schema_audit.guard;
-- log: found and only logged
SELECT schema_audit.enable('log');
SELECT mode, enabled_by FROM schema_audit.guard;
ALTER TABLE t ADD COLUMN a integer NOT NULL;
-- warn
SELECT schema_audit.enable('warn');
ALTER TABLE t ADD COLUMN b integer NOT NULL;
BEGIN;
ALTER TABLE t ADD COLUMN c integer NOT NULL DEFAULT 1;
ALTER TABLE t ALTER COLUMN c DROP DEFAULT;
COMMIT;
-- off
SELECT schema_audit.enable('off');
ALTER TABLE t ADD COLUMN d integer NOT NULL;
-- enforce; idempotent, four event triggers, always enabled, no member of the extension
SELECT schema_audit.enable();
SELECT schema_audit.enable('enforce');
SELECT evtname, evtevent, evtenabled, evtowner::regrole = CURRENT_USER::regrole AS own,
       NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_event_trigger'::regclass AND objid = e.oid AND deptype = 'e') AS free
  FROM pg_event_trigger e WHERE evtname LIKE '%schema_audit%' ORDER BY evtname;
ALTER TABLE t ADD COLUMN e integer NOT NULL;
-- the setting counts more than the database's mode, as long as it is set
SET schema_audit.mode = log;
ALTER TABLE t ADD COLUMN e integer NOT NULL;
RESET schema_audit.mode;
ALTER TABLE t ADD COLUMN f integer NOT NULL;
BEGIN;
SET LOCAL schema_audit.mode = off;
ALTER TABLE t ADD COLUMN f integer NOT NULL;
COMMIT;
ALTER TABLE t ADD COLUMN g integer NOT NULL;
SET schema_audit.mode = loud;
-- replica: the event triggers fire always
SET session_replication_role = replica;
ALTER TABLE t ADD COLUMN g integer NOT NULL;
RESET session_replication_role;
-- override with a reason
SET schema_audit.override = '';
SET schema_audit.override = '   ';
SET schema_audit.override = 'incident 7';
SET schema_audit.migration = 'billing/0021';
ALTER TABLE t ADD COLUMN g integer NOT NULL;
BEGIN;
ALTER TABLE t ADD COLUMN h integer NOT NULL DEFAULT 1;
ALTER TABLE t ALTER COLUMN h DROP DEFAULT;
COMMIT;
RESET schema_audit.override;
RESET schema_audit.migration;
SELECT * FROM log;

-- rule_setting
INSERT INTO schema_audit.rule_setting (rule, action, reason) VALUES ('no-such-rule', 'log', 'x');
INSERT INTO schema_audit.rule_setting (rule, action, reason) VALUES ('missing-table', 'off', 'x');
INSERT INTO schema_audit.rule_setting (rule, action) VALUES ('add-column-not-null-no-default', 'log');
INSERT INTO schema_audit.rule_setting (rule, action, reason) VALUES ('add-column-not-null-no-default', 'ignore', 'x');
INSERT INTO schema_audit.rule_setting (rule, action, reason, min_rows) VALUES (NULL, 'log', 'x', 0);
UPDATE schema_audit.rule_setting SET rule = 'x';
-- an exemption with a reason: logged with it; no second finding for the same column at commit
INSERT INTO schema_audit.rule_setting (rule, schema_pattern, table_pattern, action, reason, expires_at)
    VALUES ('add-column-not-null-no-default', 'guard_modes', 't', 'log', 'writers know it', now() + interval '1 day');
ALTER TABLE t ADD COLUMN i integer NOT NULL;
SELECT * FROM log WHERE object_identity = 'guard_modes.t.i';
-- off: not judged, neither before the command nor at commit
UPDATE schema_audit.rule_setting SET action = 'off';
ALTER TABLE t ADD COLUMN i2 integer NOT NULL;
UPDATE schema_audit.rule_setting SET action = 'log';
-- it names this rule and this table alone
BEGIN;
ALTER TABLE t ADD COLUMN j integer NOT NULL DEFAULT 1;
ALTER TABLE t ALTER COLUMN j DROP DEFAULT;
COMMIT;
CREATE TABLE other (id integer);
ALTER TABLE other ADD COLUMN i integer NOT NULL;
-- expired rows do not count
UPDATE schema_audit.rule_setting SET expires_at = now() - interval '1 second';
ALTER TABLE t ADD COLUMN j integer NOT NULL;
-- the most specific row wins; a transaction sees its own rows, and a roll back takes them away
BEGIN;
INSERT INTO schema_audit.rule_setting (table_pattern, action, reason) VALUES ('%', 'off', 'all off');
ALTER TABLE t ADD COLUMN j integer NOT NULL DEFAULT 1;
ALTER TABLE t ALTER COLUMN j DROP DEFAULT;
INSERT INTO schema_audit.rule_setting (table_pattern, action) VALUES ('t', 'reject');
COMMIT;
ALTER TABLE t ADD COLUMN j integer NOT NULL;
INSERT INTO schema_audit.rule_setting (schema_pattern, action, reason) VALUES ('guard_modes', 'warn', 'only warn here');
INSERT INTO schema_audit.rule_setting (schema_pattern, role_name, action, reason) VALUES ('guard_modes', 'nobody', 'off', 'another role');
ALTER TABLE t ADD COLUMN j integer NOT NULL;
TRUNCATE schema_audit.rule_setting;
-- a threshold: only for tables of that size
INSERT INTO schema_audit.rule_setting (action, reason, min_rows, min_bytes) VALUES ('off', 'big ones', 1000000, 1000000000);
ALTER TABLE t ADD COLUMN k integer NOT NULL;
TRUNCATE schema_audit.rule_setting;
ALTER TABLE t ADD COLUMN k integer NOT NULL;

-- an ordinary user is judged and logged, and may neither override nor read nor enable
CREATE ROLE guard_modes_user;
GRANT ALL ON SCHEMA guard_modes TO guard_modes_user;
SET ROLE guard_modes_user;
SELECT schema_audit.enable();
SELECT schema_audit.disable();
SET schema_audit.override = 'mine';
SET schema_audit.mode = off;
SET schema_audit.fail_closed = on;
SET schema_audit.migration = 'allowed';
CREATE TABLE users_own (id integer);
ALTER TABLE users_own ADD COLUMN a integer NOT NULL;
ALTER TABLE t ADD COLUMN a2 integer NOT NULL;
SELECT count(*) FROM schema_audit.ddl_log;
INSERT INTO schema_audit.rule_setting (action, reason) VALUES ('off', 'x');
RESET ROLE;
RESET schema_audit.migration;
SELECT command_tag, object_identity, current_user_name, migration FROM schema_audit.ddl_log WHERE object_identity = 'guard_modes.users_own';

SELECT schema_audit.disable();
SELECT schema_audit.disable();
SELECT count(*) FROM schema_audit.guard;
ALTER TABLE t ADD COLUMN l integer NOT NULL;
DROP SCHEMA guard_modes CASCADE;
DROP ROLE guard_modes_user;
RESET search_path;
RESET client_min_messages;
