-- What the settings do not keep of ddl_log goes, the oldest first.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
CREATE TEMPORARY TABLE saved AS SELECT coalesce(max(id), 0) AS id FROM schema_audit.ddl_log;
BEGIN;
DELETE FROM schema_audit.ddl_log;
INSERT INTO schema_audit.ddl_log (at, statement, decision)
    SELECT now() - (1001 - i) * interval '1 day', repeat('x', 900), 'allowed' FROM generate_series(1, 1000) AS i;
-- kept for ever
SELECT schema_audit.prune_log();
-- by age
SET LOCAL schema_audit.log_retention = '900d';
SELECT schema_audit.prune_log(30), schema_audit.prune_log(), schema_audit.prune_log();
SELECT count(*), min(at) >= now() - interval '900 days' AS young FROM schema_audit.ddl_log;
-- by size
SET LOCAL schema_audit.log_max_size = '1GB';
SELECT schema_audit.prune_log();
RESET schema_audit.log_retention;
INSERT INTO schema_audit.ddl_log (at, statement, decision) SELECT now(), repeat('x', 900), 'allowed' FROM generate_series(1, 2000);
SET LOCAL schema_audit.log_max_size = '1MB';
SELECT schema_audit.prune_log() BETWEEN 1800 AND 2100 AS gone;
SELECT count(*) BETWEEN 900 AND 1050 AS kept, min(at) = now() AS youngest FROM schema_audit.ddl_log;
ROLLBACK;
SET schema_audit.log_retention = 'soon';
\set VERBOSITY sqlstate
SET schema_audit.log_retention = '-1';
\set VERBOSITY terse
CREATE ROLE guard_log_retention_user;
SET ROLE guard_log_retention_user;
SET schema_audit.log_retention = '1min';
SET schema_audit.log_max_size = '1MB';
SELECT schema_audit.prune_log(1);
RESET ROLE;
DROP ROLE guard_log_retention_user;
RESET client_min_messages;
