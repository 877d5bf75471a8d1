-- case: CREATE INDEX
-- locks: t S
-- reads: t
-- reject: create-index-blocking
CREATE INDEX t_x ON t (x);

-- case: CREATE INDEX of an expression
-- locks: t S
-- reads: t
-- reject: create-index-blocking
CREATE INDEX IF NOT EXISTS t_x ON truth.t USING btree (lower(x) DESC NULLS LAST, n) INCLUDE (v) WITH (fillfactor = 70) WHERE n > 5;

-- case: CREATE UNIQUE INDEX without a name
-- locks: t S
-- reads: t
-- reject: create-index-blocking
CREATE UNIQUE INDEX ON t (p_id);

-- case: CREATE INDEX of a small table
-- unlike: CREATE INDEX
-- locks: small S
-- reads: small
-- log: create-index-blocking
CREATE INDEX small_n ON small (n);

-- case: CREATE INDEX CONCURRENTLY
-- alone: t
-- unlike: CREATE INDEX
-- locks: t SUX
CREATE INDEX CONCURRENTLY t_x ON t (x);

-- case: CREATE INDEX of a partitioned table
-- locks: parted S, parted_1 S, parted_2 S
-- reads: parted_1 parted_2
-- reject: create-index-on-partitioned-parent
CREATE INDEX parted_n ON parted (n);

-- case: CREATE INDEX ON ONLY a partitioned table
-- unlike: CREATE INDEX of a partitioned table
-- locks: parted S
CREATE INDEX parted_n ON ONLY parted (n);

-- case: DROP INDEX
-- locks: t AX, t_indexed AX
-- warn: drop-index-blocking
DROP INDEX t_indexed;

-- case: DROP INDEX CONCURRENTLY
-- alone: t
-- unlike: DROP INDEX
-- locks: t SUX, t_indexed SUX
DROP INDEX CONCURRENTLY t_indexed;

-- case: REINDEX INDEX
-- locks: t S, t_indexed AX
-- reads: t
-- writes: t_indexed
-- hook: 16
-- reject: reindex-blocking
REINDEX INDEX t_indexed;

-- case: REINDEX TABLE
-- locks: p S, p_pkey AX
-- reads: p
-- writes: p_pkey
-- hook: 16
-- reject: reindex-blocking
REINDEX TABLE p;

-- case: REINDEX INDEX CONCURRENTLY
-- alone: t
-- unlike: REINDEX INDEX
-- locks: t SUX, t_indexed SUX
REINDEX INDEX CONCURRENTLY t_indexed;

-- case: REINDEX TABLE CONCURRENTLY
-- alone: p
-- unlike: REINDEX TABLE
-- locks: p SUX, p_pkey SUX
REINDEX TABLE CONCURRENTLY p;

-- case: ALTER INDEX RENAME
-- locks: t_indexed SUX
-- log: rename-constraint-or-index
ALTER INDEX t_indexed RENAME TO t_by_indexed;
