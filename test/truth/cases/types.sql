-- ALTER COLUMN TYPE: what the server finds to be the same bytes, and what it writes anew. The session's zone is UTC.

-- case: TYPE varchar(20) of v
-- locks: t AX
ALTER TABLE t ALTER COLUMN v TYPE varchar(20);

-- case: TYPE varchar of v
-- locks: t AX
ALTER TABLE t ALTER COLUMN v TYPE varchar;

-- case: TYPE text of v
-- locks: t AX
ALTER TABLE t ALTER COLUMN v TYPE text;

-- case: TYPE varchar(10) of v
-- locks: t AX
ALTER TABLE t ALTER COLUMN v TYPE varchar(10);

-- case: TYPE varchar of x
-- locks: t AX
ALTER TABLE t ALTER COLUMN x TYPE varchar;

-- case: TYPE text of x USING x
-- locks: t AX
ALTER TABLE t ALTER COLUMN x TYPE text USING x;

-- case: TYPE numeric(12,2) of num
-- locks: t AX
ALTER TABLE t ALTER COLUMN num TYPE numeric(12,2);

-- case: TYPE numeric of num
-- locks: t AX
ALTER TABLE t ALTER COLUMN num TYPE numeric;

-- case: TYPE timestamptz of at
-- locks: t AX
ALTER TABLE t ALTER COLUMN at TYPE timestamptz;

-- case: TYPE plain of n
-- locks: t AX
ALTER TABLE t ALTER COLUMN n TYPE plain;

-- case: TYPE bigint of n
-- unlike: TYPE plain of n
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN n TYPE bigint;

-- case: TYPE smallint of n
-- unlike: TYPE plain of n
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN n TYPE smallint;

-- case: TYPE varchar(5) of v
-- unlike: TYPE varchar(20) of v
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN v TYPE varchar(5);

-- case: TYPE varchar(10) of x
-- unlike: TYPE varchar of x
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN x TYPE varchar(10);

-- case: TYPE text of c
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN c TYPE text;

-- case: TYPE char(6) of c
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN c TYPE char(6);

-- case: TYPE numeric(12,3) of num
-- unlike: TYPE numeric(12,2) of num
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN num TYPE numeric(12,3);

-- case: TYPE jsonb of j
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN j TYPE jsonb;

-- case: TYPE text of m
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN m TYPE text;

-- case: TYPE positive of n
-- unlike: TYPE plain of n
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN n TYPE positive;

-- case: TYPE date of at
-- unlike: TYPE timestamptz of at
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN at TYPE date;

-- case: TYPE text of x USING x || ''
-- unlike: TYPE varchar of x
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN x TYPE text USING x || '';

-- case: TYPE varchar of x USING v
-- unlike: TYPE varchar of x
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN x TYPE varchar USING v;

-- case: TYPE timestamptz in another zone
-- unlike: TYPE timestamptz of at
-- session: SET timezone = 'Europe/Berlin'
-- locks: t AX
-- writes: t
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE t ALTER COLUMN at TYPE timestamptz;

-- case: TYPE text of a column with a CHECK
-- end: the constraint comes again afterwards
-- unlike: TYPE text of v
-- locks: t AX
-- reads: t
-- warn: alter-column-type-rescan
ALTER TABLE t ALTER COLUMN checked TYPE text;

-- case: TYPE varchar(20) of an indexed column
-- locks: t AX
ALTER TABLE t ALTER COLUMN indexed TYPE varchar(20);

-- case: TYPE with another collation of an indexed column
-- end: the index comes again afterwards
-- unlike: TYPE varchar(20) of an indexed column
-- locks: t AX
-- reads: t
-- warn: alter-column-type-rescan
ALTER TABLE t ALTER COLUMN indexed TYPE varchar(10) COLLATE "C";

-- case: TYPE of a referenced key
-- locks: key AX, ref AX
-- reads: ref
-- writes: key
-- reject: alter-column-type-rewrite alter-referenced-key-type
-- end: the new column beside the old one
ALTER TABLE key ALTER COLUMN id TYPE bigint;

-- case: TYPE of a column of a partitioned table
-- locks: parted AX, parted_1 AX, parted_2 AX
-- writes: parted_1 parted_2
-- reject: alter-column-type-rewrite
-- end: the new column beside the old one
ALTER TABLE parted ALTER COLUMN n TYPE bigint;

-- case: TYPE of a small table
-- unlike: TYPE bigint of n
-- locks: small AX
-- writes: small
-- log: alter-column-type-rewrite
ALTER TABLE small ALTER COLUMN n TYPE bigint;
