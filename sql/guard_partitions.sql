-- Rules about partitions: a case that fires and one that must not, for each.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_partitions;
SET search_path = guard_partitions;
SET lock_timeout = '2s';
CREATE TABLE event (id integer, at date NOT NULL, note text) PARTITION BY RANGE (at);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_2025 (LIKE event);
CREATE TABLE event_2026 (LIKE event);
CREATE TABLE event_other (LIKE event);
CREATE TABLE event_empty (LIKE event);
INSERT INTO event_2025 SELECT i, date '2025-01-01' + i % 300 FROM generate_series(1, 2000) AS i;
INSERT INTO event_2026 SELECT i, date '2026-01-01' + i % 300 FROM generate_series(1, 2000) AS i;
INSERT INTO event_other SELECT i, date '2020-01-01' + i % 300 FROM generate_series(1, 2000) AS i;
ANALYZE event_2025, event_2026, event_other;
SELECT schema_audit.enable();
SET schema_audit.min_rows = 1000;
-- attach-partition-scan
\set VERBOSITY default
BEGIN;
ALTER TABLE event ATTACH PARTITION event_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ROLLBACK;
\set VERBOSITY terse
ALTER TABLE event ATTACH PARTITION event_2025 FOR VALUES FROM ('2026-01-01') TO ('2025-01-01');
ALTER TABLE event ATTACH PARTITION event_2025 FOR VALUES IN (1);
ALTER TABLE event_2025 ADD CONSTRAINT bound CHECK (at >= '2025-01-01' AND at < date '2025-12-31') NOT VALID;
BEGIN;
ALTER TABLE event ATTACH PARTITION event_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ROLLBACK;
ALTER TABLE event_2025 VALIDATE CONSTRAINT bound;
ALTER TABLE event ATTACH PARTITION event_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE event ATTACH PARTITION event_empty FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
-- attach-scans-default-partition
SET schema_audit.mode = log;
ALTER TABLE event ATTACH PARTITION event_other DEFAULT;
RESET schema_audit.mode;
\set VERBOSITY default
ALTER TABLE event ATTACH PARTITION event_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
\set VERBOSITY terse
CREATE TABLE event_2027 PARTITION OF event FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE TABLE IF NOT EXISTS event_2024 PARTITION OF event FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
ALTER TABLE event_other ADD CONSTRAINT bound CHECK (at < '2026-01-01') NOT VALID;
ALTER TABLE event_other VALIDATE CONSTRAINT bound;
ALTER TABLE event_2026 ADD CONSTRAINT bound CHECK (at BETWEEN '2026-01-01' AND '2026-12-31') NOT VALID;
ALTER TABLE event_2026 VALIDATE CONSTRAINT bound;
ALTER TABLE event ATTACH PARTITION event_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- create-partition-locks-parent
\set VERBOSITY default
CREATE TABLE event_2027 PARTITION OF event FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
\set VERBOSITY terse
CREATE TABLE "Event 2028" (LIKE guard_partitions.event INCLUDING ALL EXCLUDING IDENTITY);
ALTER TABLE guard_partitions.event ATTACH PARTITION "Event 2028" FOR VALUES FROM ('2028-01-01') TO ('2029-01-01');
CREATE TABLE fresh (id integer) PARTITION BY LIST (id);
CREATE TABLE fresh_1 PARTITION OF fresh FOR VALUES IN (1);
BEGIN;
CREATE TABLE newer (id integer) PARTITION BY LIST (id);
CREATE TABLE newer_1 PARTITION OF newer FOR VALUES IN (1);
CREATE TABLE newer_2 PARTITION OF newer FOR VALUES IN (2);
COMMIT;
-- detach-partition-blocking
\set VERBOSITY default
ALTER TABLE newer DETACH PARTITION newer_1;
ALTER TABLE event DETACH PARTITION event_2027;
\set VERBOSITY terse
ALTER TABLE newer DETACH PARTITION newer_2 CONCURRENTLY;
-- drop-partition
\set VERBOSITY default
DROP TABLE fresh_1;
DROP TABLE event_2024;
\set VERBOSITY terse
DROP TABLE newer_1, newer_2;
CREATE TABLE fresh_2 PARTITION OF fresh FOR VALUES IN (2);
DROP TABLE fresh_2, fresh;
-- ddl-recursion-width
CREATE TABLE wide (id integer) PARTITION BY LIST (id);
SET client_min_messages = error;
DO $$ BEGIN
    FOR i IN 1..65 LOOP
        EXECUTE format('CREATE TABLE wide_%s PARTITION OF wide FOR VALUES IN (%s)', i, i);
    END LOOP;
END $$;
SET client_min_messages = warning;
ALTER TABLE wide ADD COLUMN a integer;
ALTER TABLE ONLY wide ALTER COLUMN a SET DEFAULT 1;
ALTER TABLE event ADD COLUMN a integer;
SELECT object_identity, message FROM schema_audit.ddl_log WHERE rule = 'ddl-recursion-width' ORDER BY id;
SELECT schema_audit.disable();
DROP SCHEMA guard_partitions CASCADE;
