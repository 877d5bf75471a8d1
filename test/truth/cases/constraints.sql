-- case: ADD CHECK
-- locks: t AX
-- reads: t
-- reject: add-check-validates
ALTER TABLE t ADD CONSTRAINT n_positive CHECK (n > 0);

-- case: ADD CHECK without a name
-- locks: t AX
-- reads: t
-- reject: add-check-validates
ALTER TABLE t ADD CHECK (n > 0 AND x <> '{}');

-- case: ADD CHECK NOT VALID
-- unlike: ADD CHECK
-- locks: t AX
ALTER TABLE t ADD CONSTRAINT n_positive CHECK (n > 0) NOT VALID;

-- case: ADD CHECK to a small table
-- unlike: ADD CHECK
-- locks: small AX
-- reads: small
-- log: add-check-validates
ALTER TABLE small ADD CONSTRAINT n_positive CHECK (n > 0);

-- case: ADD CHECK (n IS NOT NULL) NOT VALID
-- fill: <value> = 0
-- end: the column has a default
-- locks: t AX
-- warn: not-null-check-breaks-writers
ALTER TABLE t ADD CONSTRAINT n_set CHECK (n IS NOT NULL) NOT VALID;

-- case: VALIDATE a CHECK
-- setup: ALTER TABLE t ADD CONSTRAINT n_positive CHECK (n > 0) NOT VALID
-- locks: t SUX
-- reads: t
ALTER TABLE t VALIDATE CONSTRAINT n_positive;

-- case: ADD CHECK to a parent of inheritance
-- locks: p AX, child AX
-- reads: p
-- reject: add-check-validates
ALTER TABLE p ADD CONSTRAINT p_positive CHECK (id > 0);

-- case: ADD FOREIGN KEY
-- locks: t SRX, p SRX
-- reads: t p
-- reject: add-foreign-key-validates
ALTER TABLE t ADD CONSTRAINT t_p FOREIGN KEY (p_id) REFERENCES p;

-- case: ADD FOREIGN KEY as Django writes it
-- locks: t SRX, p SRX
-- reads: t p
-- reject: add-foreign-key-validates
ALTER TABLE "t" ADD CONSTRAINT "t_p_id_1234_fk_p_id" FOREIGN KEY ("p_id") REFERENCES "p" ("id") DEFERRABLE INITIALLY DEFERRED;

-- case: ADD FOREIGN KEY NOT VALID
-- unlike: ADD FOREIGN KEY
-- locks: t SRX, p SRX
ALTER TABLE t ADD CONSTRAINT t_p FOREIGN KEY (p_id) REFERENCES p NOT VALID;

-- case: ADD FOREIGN KEY NOT ENFORCED
-- since: 18
-- unlike: ADD FOREIGN KEY
-- locks: t SRX, p SRX
-- log: not-enforced-constraint
ALTER TABLE t ADD CONSTRAINT t_p FOREIGN KEY (p_id) REFERENCES p NOT ENFORCED;

-- case: VALIDATE a FOREIGN KEY
-- setup: ALTER TABLE t ADD CONSTRAINT t_p FOREIGN KEY (p_id) REFERENCES p NOT VALID
-- locks: t SUX
-- reads: t p
ALTER TABLE t VALIDATE CONSTRAINT t_p;

-- case: ADD FOREIGN KEY to a partitioned table
-- end: the keys of the partitions, from which that of the parent is made with an exemption
-- locks: parted SRX, parted_1 SRX, parted_2 SRX, p SRX
-- setup: INSERT INTO p SELECT i, i FROM generate_series(1501, 4000) AS i
-- reads: p parted_1 parted_2
-- reject: add-foreign-key-validates
ALTER TABLE parted ADD CONSTRAINT parted_p FOREIGN KEY (n) REFERENCES p;

-- case: ADD UNIQUE
-- locks: t AX
-- reads: t
-- reject: add-unique-builds-index
ALTER TABLE t ADD CONSTRAINT p_id_once UNIQUE (p_id);

-- case: ADD UNIQUE INCLUDE DEFERRABLE
-- locks: t AX
-- reads: t
-- reject: add-unique-builds-index
ALTER TABLE t ADD CONSTRAINT p_id_once UNIQUE (p_id) INCLUDE (n) DEFERRABLE;

-- case: ADD UNIQUE USING INDEX
-- unlike: ADD UNIQUE
-- locks: t AX
ALTER TABLE t ADD CONSTRAINT n_once UNIQUE USING INDEX t_n;

-- case: ADD PRIMARY KEY
-- setup: ALTER TABLE t DROP CONSTRAINT t_pkey
-- locks: t AX
-- reads: t
-- reject: add-primary-key-builds-index
ALTER TABLE t ADD CONSTRAINT t_key PRIMARY KEY (required);

-- case: ADD PRIMARY KEY of a nullable column
-- setup: ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ALTER COLUMN n SET DEFAULT 1
-- locks: t AX
-- reads: t
-- reject: add-primary-key-builds-index
ALTER TABLE t ADD PRIMARY KEY (n);

-- case: ADD PRIMARY KEY USING INDEX
-- setup: ALTER TABLE t DROP CONSTRAINT t_pkey
-- unlike: ADD PRIMARY KEY
-- locks: t AX
ALTER TABLE t ADD PRIMARY KEY USING INDEX t_required;

-- case: ADD PRIMARY KEY USING INDEX on a nullable column
-- setup: ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ALTER COLUMN n SET DEFAULT 1
-- unlike: ADD PRIMARY KEY USING INDEX
-- locks: t AX
-- reads: t
-- reject: primary-key-using-index-nullable
ALTER TABLE t ADD PRIMARY KEY USING INDEX t_n;

-- case: ADD EXCLUDE
-- locks: t AX
-- reads: t
-- reject: add-exclusion-constraint
-- end: there is no way without a new table
ALTER TABLE t ADD CONSTRAINT spans_apart EXCLUDE USING gist (span WITH &&);

-- case: DROP a FOREIGN KEY
-- locks: ref AX, key AX
-- log: drop-foreign-key-locks-both
ALTER TABLE ref DROP CONSTRAINT ref_key;

-- case: DROP a CHECK
-- locks: t AX
ALTER TABLE t DROP CONSTRAINT checked_set;

-- case: DROP a PRIMARY KEY
-- end: another key stands in its place
-- locks: t AX
-- warn: drop-primary-key
ALTER TABLE t DROP CONSTRAINT t_pkey;

-- case: ALTER CONSTRAINT
-- locks: ref AX
-- log: alter-constraint
ALTER TABLE ref ALTER CONSTRAINT ref_key DEFERRABLE;

-- case: ALTER DOMAIN ADD CHECK
-- locks: d S
-- reads: d
-- reject: alter-domain-add-constraint
ALTER DOMAIN used ADD CONSTRAINT used_positive CHECK (VALUE > 0);

-- case: ALTER DOMAIN ADD CHECK NOT VALID
-- unlike: ALTER DOMAIN ADD CHECK
ALTER DOMAIN used ADD CONSTRAINT used_positive CHECK (VALUE > 0) NOT VALID;

-- case: ALTER DOMAIN ADD CHECK of a domain without columns
-- unlike: ALTER DOMAIN ADD CHECK
ALTER DOMAIN plain ADD CONSTRAINT plain_positive CHECK (VALUE > 0);

-- case: ALTER DOMAIN SET NOT NULL
-- locks: d S
-- reads: d
-- required: d.value
-- blind: required
-- reject: alter-domain-not-null
-- end: a NOT NULL of the column stands for that of the domain
ALTER DOMAIN used SET NOT NULL;
