-- Rules about constraints: a case that fires and one that must not, for each.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_constraints;
SET search_path = guard_constraints;
CREATE TABLE parent (id integer PRIMARY KEY);
INSERT INTO parent SELECT i FROM generate_series(1, 2000) AS i;
CREATE TABLE small (id integer, a integer);
CREATE TABLE large (id integer, a integer, b integer NOT NULL, period int4range);
INSERT INTO large SELECT i, i, i FROM generate_series(1, 2000) AS i;
CREATE UNIQUE INDEX large_a ON large (a);
CREATE UNIQUE INDEX large_b ON large (b);
ANALYZE large, parent;
CREATE TABLE parted (id integer, a integer) PARTITION BY LIST (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
INSERT INTO parted SELECT 1, i FROM generate_series(1, 2000) AS i;
ANALYZE parted;
CREATE DOMAIN amount AS integer;
CREATE DOMAIN nested AS amount;
CREATE DOMAIN unused AS integer;
CREATE TABLE amounts (a amount, n nested);
INSERT INTO amounts SELECT i, i FROM generate_series(1, 2000) AS i;
ANALYZE amounts;
SELECT schema_audit.enable();
SET schema_audit.min_rows = 1000;
\set VERBOSITY default
-- add-check-validates
ALTER TABLE large ADD CONSTRAINT positive CHECK (a > 0);
\set VERBOSITY terse
ALTER TABLE large ADD CONSTRAINT positive CHECK (a > 0) NOT VALID;
ALTER TABLE parted ADD CHECK (a > 0);
ALTER TABLE small ADD CHECK (a > 0);
-- validate-in-same-transaction
BEGIN;
ALTER TABLE large ADD CONSTRAINT positive_b CHECK (b > 0) NOT VALID;
ALTER TABLE large VALIDATE CONSTRAINT positive_b;
ROLLBACK;
ALTER TABLE large VALIDATE CONSTRAINT positive;
-- add-foreign-key-validates
\set VERBOSITY default
ALTER TABLE large ADD FOREIGN KEY (a) REFERENCES parent (id) ON DELETE CASCADE DEFERRABLE;
\set VERBOSITY terse
ALTER TABLE parted ADD FOREIGN KEY (a) REFERENCES parent;
ALTER TABLE large ADD CONSTRAINT large_a_fkey FOREIGN KEY (a) REFERENCES guard_constraints.parent (id) ON DELETE CASCADE DEFERRABLE NOT VALID;
ALTER TABLE large VALIDATE CONSTRAINT large_a_fkey;
ALTER TABLE small ADD FOREIGN KEY (a) REFERENCES parent;
-- alter-constraint
ALTER TABLE large ALTER CONSTRAINT large_a_fkey DEFERRABLE INITIALLY DEFERRED;
-- add-unique-builds-index, add-primary-key-builds-index, primary-key-using-index-nullable
\set VERBOSITY default
ALTER TABLE large ADD UNIQUE (a) INCLUDE (b);
ALTER TABLE large ADD PRIMARY KEY (id);
ALTER TABLE large ADD PRIMARY KEY USING INDEX large_a;
\set VERBOSITY terse
ALTER TABLE large ADD UNIQUE USING INDEX large_a;
ALTER TABLE large ADD PRIMARY KEY USING INDEX large_b;
ALTER TABLE small ADD UNIQUE (a);
ALTER TABLE parted ADD UNIQUE (id, a);
ALTER TABLE ONLY parted ADD UNIQUE (id, a);
-- add-exclusion-constraint
ALTER TABLE large ADD EXCLUDE USING gist (period WITH &&);
ALTER TABLE small ADD EXCLUDE (a WITH =);
-- add-column-inline-references, add-column-inline-check, add-column-inline-unique
ALTER TABLE large ADD COLUMN r integer REFERENCES parent;
ALTER TABLE large ADD COLUMN r2 integer DEFAULT 1 REFERENCES parent;
ALTER TABLE large ADD COLUMN k integer CHECK (k > 0);
ALTER TABLE small ADD COLUMN k integer CHECK (k > 0);
\set VERBOSITY default
ALTER TABLE large ADD COLUMN u integer UNIQUE;
\set VERBOSITY terse
ALTER TABLE large ADD COLUMN IF NOT EXISTS a integer UNIQUE;
ALTER TABLE small ADD COLUMN u integer UNIQUE;
-- alter-domain-add-constraint, alter-domain-not-null
\set VERBOSITY default
ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE > 0);
\set VERBOSITY terse
ALTER DOMAIN amount SET NOT NULL;
ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID;
ALTER DOMAIN unused ADD CHECK (VALUE > 0);
ALTER DOMAIN unused SET NOT NULL;
BEGIN;
CREATE TABLE fresh AS SELECT * FROM large;
ALTER TABLE fresh ADD CHECK (a > 0), ADD UNIQUE (a), ADD FOREIGN KEY (a) REFERENCES parent, ADD PRIMARY KEY (id);
COMMIT;
CREATE TEMP TABLE temporary AS SELECT * FROM large;
ALTER TABLE temporary ADD CHECK (a > 0), ADD UNIQUE (a);
ALTER TABLE missing ADD CHECK (a > 0);
SELECT object_identity, decision, rule FROM schema_audit.ddl_log
WHERE object_identity LIKE 'guard_constraints.%' AND rule IS NOT NULL AND decision <> 'rejected' ORDER BY id;
SELECT schema_audit.disable();
DROP SCHEMA guard_constraints CASCADE;
