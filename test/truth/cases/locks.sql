-- case: CREATE TRIGGER
-- locks: t SRX
-- log: create-trigger-lock
CREATE TRIGGER another BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION nothing();

-- case: DISABLE TRIGGER
-- end: the trigger stays enabled for everybody else
-- locks: t SRX
-- warn: toggle-trigger-lock
ALTER TABLE t DISABLE TRIGGER nothing;

-- case: ENABLE TRIGGER
-- locks: t SRX
-- warn: toggle-trigger-lock
ALTER TABLE t ENABLE TRIGGER nothing;

-- case: DROP TRIGGER
-- locks: t AX
-- log: drop-trigger-lock
DROP TRIGGER nothing ON t;

-- case: CREATE POLICY
-- locks: t AX
-- log: policy-ddl-access-exclusive
CREATE POLICY nobody ON t USING (false);

-- case: ALTER POLICY
-- locks: t AX
-- log: policy-ddl-access-exclusive
ALTER POLICY everybody ON t USING (n > 0);

-- case: DROP POLICY
-- locks: t AX
-- log: policy-ddl-access-exclusive
DROP POLICY everybody ON t;

-- case: ENABLE ROW LEVEL SECURITY
-- locks: t AX
-- log: policy-ddl-access-exclusive
ALTER TABLE t ENABLE ROW LEVEL SECURITY;

-- case: OWNER TO
-- locks: t AX
ALTER TABLE t OWNER TO CURRENT_USER;

-- case: REPLICA IDENTITY
-- locks: t AX
ALTER TABLE t REPLICA IDENTITY FULL;

-- case: RENAME TO
-- end: a view has the old name
-- locks: t AX
-- warn: rename-table
ALTER TABLE t RENAME TO t_renamed;

-- case: RENAME COLUMN
-- end: both columns
-- locks: t AX
-- warn: rename-column
ALTER TABLE t RENAME COLUMN x TO y;

-- case: RENAME CONSTRAINT
-- locks: t AX
-- log: rename-constraint-or-index
ALTER TABLE t RENAME CONSTRAINT checked_set TO checked_filled;

-- case: RENAME a view
-- end: a view has the old name
-- locks: shown AX
-- warn: rename-table
ALTER VIEW shown RENAME TO hidden;

-- case: SET SCHEMA
-- end: a view has the old name
-- setup: DROP SCHEMA IF EXISTS truth_other CASCADE; CREATE SCHEMA truth_other
-- locks: small AX
-- warn: set-schema
ALTER TABLE small SET SCHEMA truth_other;

-- case: SET (fillfactor)
-- locks: t SUX
ALTER TABLE t SET (fillfactor = 90);

-- case: SET (autovacuum_enabled)
-- locks: t SUX
ALTER TABLE t SET (autovacuum_enabled = false);

-- case: SET (user_catalog_table)
-- locks: t AX
ALTER TABLE t SET (user_catalog_table = true);

-- case: CLUSTER ON
-- locks: t SUX
ALTER TABLE t CLUSTER ON t_indexed;

-- case: COMMENT ON TABLE
-- locks: t SUX
COMMENT ON TABLE t IS 'a table';

-- case: CREATE STATISTICS
-- locks: t SUX
CREATE STATISTICS t_stat ON n, p_id FROM t;

-- case: GRANT
-- until: 17
GRANT SELECT ON t TO CURRENT_USER;

-- case: ANALYZE
-- locks: t SUX
ANALYZE t;

-- case: SET UNLOGGED
-- locks: t AX
-- writes: t
-- reject: set-logged-unlogged
-- end: there is no way without a new table
ALTER TABLE t SET UNLOGGED;

-- case: SET LOGGED of one that is logged
-- unlike: SET UNLOGGED
-- locks: t AX
ALTER TABLE t SET LOGGED;

-- case: SET ACCESS METHOD heap of a heap
-- locks: t AX
ALTER TABLE t SET ACCESS METHOD heap;

-- case: SET ACCESS METHOD
-- setup: DROP ACCESS METHOD IF EXISTS heap_too CASCADE; CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler
-- unlike: SET ACCESS METHOD heap of a heap
-- locks: t AX
-- writes: t
-- reject: set-access-method
-- end: there is no way without a new table
ALTER TABLE t SET ACCESS METHOD heap_too;

-- case: SET TABLESPACE
-- locks: t AX
-- writes: t
-- reject: set-tablespace
-- end: there is no way without a new table
ALTER TABLE t SET TABLESPACE truth_space;

-- case: SET TABLESPACE pg_default of one that is there
-- unlike: SET TABLESPACE
-- locks: t AX
ALTER TABLE t SET TABLESPACE pg_default;

-- case: SET TABLESPACE of an index
-- locks: t_indexed AX
-- writes: t_indexed
-- reject: set-tablespace
ALTER INDEX t_indexed SET TABLESPACE truth_space;

-- case: REFRESH MATERIALIZED VIEW
-- locks: mv AX
-- reads: p
-- writes: mv
-- warn: refresh-matview-blocking
REFRESH MATERIALIZED VIEW mv;

-- case: REFRESH MATERIALIZED VIEW CONCURRENTLY
-- unlike: REFRESH MATERIALIZED VIEW
-- locks: mv X
-- reads: p mv
REFRESH MATERIALIZED VIEW CONCURRENTLY mv;

-- case: CREATE TABLE REFERENCES
-- locks: p SRX
-- log: create-table-fk-locks-parent
CREATE TABLE fresh (id integer, p_id integer REFERENCES p);

-- case: CREATE TABLE
CREATE TABLE fresh (id integer PRIMARY KEY, note text NOT NULL);

-- case: DROP TABLE
-- end: nothing is dropped before somebody has looked
-- locks: small AX
-- warn: drop-table
DROP TABLE small;

-- case: DROP TABLE with a foreign key
-- end: nothing is dropped before somebody has looked
-- locks: ref AX, key AX
-- warn: drop-table drop-table-locks-referenced
DROP TABLE ref;

-- case: DROP VIEW
-- end: nothing is dropped before somebody has looked
-- locks: shown AX
-- warn: drop-view
DROP VIEW shown;

-- case: CREATE PUBLICATION
-- locks: t SUX
CREATE PUBLICATION truth_all FOR TABLE t;

-- case: TRUNCATE
-- locks: small AX
-- writes: small
-- hook: 99
-- warn: truncate
-- end: the point of it is to keep the rows
TRUNCATE small;

-- case: LOCK TABLE
-- locks: t AX
-- hook: 99
-- warn: explicit-lock-table
-- end: nothing changes
LOCK TABLE t;

-- case: CLUSTER
-- locks: t AX
-- writes: t
-- hook: 99
-- reject: vacuum-full-or-cluster
-- end: there is no way without a new table
CLUSTER t USING t_indexed;
