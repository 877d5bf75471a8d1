-- case: ATTACH PARTITION
-- locks: parted SUX, next AX
-- reads: next
-- warn: attach-partition-scan
ALTER TABLE parted ATTACH PARTITION next FOR VALUES FROM (4001) TO (6001);

-- case: ATTACH PARTITION with a CHECK
-- setup: ALTER TABLE next ADD CONSTRAINT bound CHECK (id IS NOT NULL AND id >= 4001 AND id < 6001)
-- unlike: ATTACH PARTITION
-- locks: parted SUX, next AX
ALTER TABLE parted ATTACH PARTITION next FOR VALUES FROM (4001) TO (6001);

-- case: ATTACH PARTITION with a CHECK that allows NULL
-- setup: ALTER TABLE next ADD CONSTRAINT bound CHECK (id >= 4001 AND id < 6001)
-- unlike: ATTACH PARTITION with a CHECK
-- locks: parted SUX, next AX
-- reads: next
-- warn: attach-partition-scan
ALTER TABLE parted ATTACH PARTITION next FOR VALUES FROM (4001) TO (6001);

-- case: ATTACH PARTITION beside a default one
-- setup: ALTER TABLE next_alone ADD CONSTRAINT bound CHECK (id IS NOT NULL AND id >= 4001 AND id < 6001)
-- locks: catchall SUX, next_alone AX, catchall_default AX
-- reads: catchall_default
-- reject: attach-scans-default-partition
ALTER TABLE catchall ATTACH PARTITION next_alone FOR VALUES FROM (4001) TO (6001);

-- case: ATTACH PARTITION beside a default one that excludes it
-- setup: ALTER TABLE next_alone ADD CONSTRAINT bound CHECK (id IS NOT NULL AND id >= 4001 AND id < 6001); ALTER TABLE catchall_default ADD CONSTRAINT apart CHECK (NOT (id IS NOT NULL AND id >= 4001 AND id < 6001))
-- unlike: ATTACH PARTITION beside a default one
-- locks: catchall SUX, next_alone AX, catchall_default AX
ALTER TABLE catchall ATTACH PARTITION next_alone FOR VALUES FROM (4001) TO (6001);

-- case: CREATE TABLE PARTITION OF
-- locks: parted AX
-- warn: create-partition-locks-parent
CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM (4001) TO (6001);

-- case: CREATE TABLE PARTITION OF beside a default one
-- locks: catchall AX, catchall_default AX
-- reads: catchall_default
-- reject: attach-scans-default-partition
-- warn: create-partition-locks-parent
CREATE TABLE catchall_2 PARTITION OF catchall FOR VALUES FROM (4001) TO (6001);

-- case: DETACH PARTITION
-- end: the partition keeps a CHECK of its bound
-- locks: parted AX, parted_2 AX
-- warn: detach-partition-blocking
ALTER TABLE parted DETACH PARTITION parted_2;

-- case: DETACH PARTITION CONCURRENTLY
-- alone: parted_2
-- unlike: DETACH PARTITION
-- locks: parted SUX, parted_2 AX
ALTER TABLE parted DETACH PARTITION parted_2 CONCURRENTLY;

-- case: DROP a partition
-- locks: parted AX, parted_2 AX
-- warn: drop-partition drop-table
DROP TABLE parted_2;

-- case: ADD COLUMN to a partitioned table
-- locks: parted AX, parted_1 AX, parted_2 AX
ALTER TABLE parted ADD COLUMN a integer;
