-- The 22 cases of the check at commit: what a transaction may pass through, and what it may not leave behind.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
\set VERBOSITY terse
CREATE SCHEMA guard_cases;
SET search_path = guard_cases;
SELECT schema_audit.enable();
CREATE TABLE t (id integer PRIMARY KEY, name text);
CREATE TABLE empty (id integer PRIMARY KEY);
INSERT INTO t VALUES (1, 'a');

-- Rejected.
-- 1. what Django's add_field emits: added with a default, which is then dropped
BEGIN;
ALTER TABLE t ADD COLUMN c01 integer DEFAULT 5 NOT NULL;
ALTER TABLE t ALTER COLUMN c01 DROP DEFAULT;
COMMIT;
-- 2. ADD COLUMN NOT NULL as a transaction of its own, with rows and without
ALTER TABLE t ADD COLUMN c02 integer NOT NULL;
ALTER TABLE empty ADD COLUMN c02 integer NOT NULL;
-- 3. in a savepoint that is released
BEGIN;
SAVEPOINT s;
ALTER TABLE empty ADD COLUMN c03 integer NOT NULL;
RELEASE s;
COMMIT;
-- 4. the fix is rolled back with its savepoint
BEGIN;
ALTER TABLE empty ADD COLUMN c04 integer NOT NULL;
SAVEPOINT s;
ALTER TABLE empty ALTER COLUMN c04 SET DEFAULT 1;
ROLLBACK TO s;
COMMIT;
-- 5. partitioned table: told once, for the parent
CREATE TABLE part (id integer, at date) PARTITION BY RANGE (at);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
BEGIN;
ALTER TABLE part ADD COLUMN c05 integer NOT NULL DEFAULT 1;
ALTER TABLE part ALTER COLUMN c05 DROP DEFAULT;
COMMIT;
-- 6. repeatable read
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM t;
ALTER TABLE t ADD COLUMN c06 integer NOT NULL DEFAULT 1;
ALTER TABLE t ALTER COLUMN c06 DROP DEFAULT;
COMMIT;
-- 7. serializable
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT count(*) FROM t;
ALTER TABLE t ADD COLUMN c07 integer NOT NULL DEFAULT 1;
ALTER TABLE t ALTER COLUMN c07 DROP DEFAULT;
COMMIT;
-- 8. the COMMIT of a procedure: what it committed before stays
CREATE PROCEDURE migrate() LANGUAGE plpgsql AS $$
BEGIN
    ALTER TABLE guard_cases.t ADD COLUMN c08_good integer DEFAULT 1;
    COMMIT;
    ALTER TABLE guard_cases.t ADD COLUMN c08 integer NOT NULL DEFAULT 1;
    ALTER TABLE guard_cases.t ALTER COLUMN c08 DROP DEFAULT;
    COMMIT;
    ALTER TABLE guard_cases.t ADD COLUMN c08_never integer;
END
$$;
CALL migrate();
SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attname LIKE 'c08%' ORDER BY 1;
-- 9. a primary key on a column that nothing fills
CREATE TABLE keyless (id integer);
ALTER TABLE keyless ADD PRIMARY KEY (id);
-- 10. inherited child, changed through its parent and alone
CREATE TABLE parent (id integer);
CREATE TABLE child () INHERITS (parent);
BEGIN;
ALTER TABLE parent ADD COLUMN c10 integer NOT NULL DEFAULT 1;
ALTER TABLE parent ALTER COLUMN c10 DROP DEFAULT;
COMMIT;
BEGIN;
ALTER TABLE child ADD COLUMN c10 integer NOT NULL DEFAULT 1;
ALTER TABLE child ALTER COLUMN c10 DROP DEFAULT;
COMMIT;
-- 11. two-phase commit: judged at PREPARE
BEGIN;
ALTER TABLE t ADD COLUMN c11 integer NOT NULL DEFAULT 1;
ALTER TABLE t ALTER COLUMN c11 DROP DEFAULT;
PREPARE TRANSACTION 'guard_cases';

-- Allowed.
-- 12. nullable, then a default, then NOT NULL
BEGIN;
ALTER TABLE t ADD COLUMN c12 integer;
ALTER TABLE t ALTER COLUMN c12 SET DEFAULT 7;
UPDATE t SET c12 = 7;
ALTER TABLE t ALTER COLUMN c12 SET NOT NULL;
COMMIT;
-- 13. added without, and given a default before the commit
BEGIN;
ALTER TABLE empty ADD COLUMN c13 integer NOT NULL;
ALTER TABLE empty ALTER COLUMN c13 SET DEFAULT 1;
COMMIT;
-- 14. the same as one query of several statements
ALTER TABLE empty ADD COLUMN c14 integer NOT NULL\; ALTER TABLE empty ALTER COLUMN c14 SET DEFAULT 1;
-- 15. bad DDL rolled back to a savepoint
BEGIN;
SAVEPOINT s;
ALTER TABLE empty ADD COLUMN c15 integer NOT NULL;
ROLLBACK TO s;
ALTER TABLE empty ADD COLUMN c15_good integer;
COMMIT;
-- 16. bad DDL rolled back by an exception block
DO $$
BEGIN
    BEGIN
        ALTER TABLE guard_cases.empty ADD COLUMN c16 integer NOT NULL;
        RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN
        NULL;
    END;
    ALTER TABLE guard_cases.empty ADD COLUMN c16_good integer;
END
$$;
-- 17. new tables, whatever is done to them in their transaction
CREATE TABLE fresh (id integer NOT NULL, name text NOT NULL);
BEGIN;
CREATE TABLE fresh_too (id integer PRIMARY KEY);
ALTER TABLE fresh_too ADD COLUMN name text NOT NULL;
ALTER TABLE fresh_too ALTER COLUMN id SET DEFAULT 1, ALTER COLUMN id DROP DEFAULT;
COMMIT;
-- 18. dropped and made again
BEGIN;
DROP TABLE fresh;
CREATE TABLE fresh (id integer NOT NULL, other text NOT NULL);
COMMIT;
-- 19. identity and serial
ALTER TABLE empty ADD COLUMN c19 integer GENERATED ALWAYS AS IDENTITY;
ALTER TABLE empty ADD COLUMN c19_serial serial;
-- 20. generated
ALTER TABLE empty ADD COLUMN c20 integer NOT NULL GENERATED ALWAYS AS (id + 1) STORED;
-- 21. a domain with a default
CREATE DOMAIN filled AS integer DEFAULT 3;
ALTER TABLE empty ADD COLUMN c21 filled NOT NULL;
-- 22. touched, then dropped
BEGIN;
ALTER TABLE fresh ADD COLUMN c22 integer NOT NULL DEFAULT 1;
ALTER TABLE fresh ALTER COLUMN c22 DROP DEFAULT;
DROP TABLE fresh;
COMMIT;

SELECT attname FROM pg_attribute WHERE attrelid IN ('t'::regclass, 'empty'::regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attrelid, attnum;

-- Beyond the 22.
-- temporary tables are nobody's business
CREATE TEMPORARY TABLE mine (id integer);
ALTER TABLE mine ADD COLUMN c integer NOT NULL;
-- a column that was required before: renamed, retyped, dropped and added again
ALTER TABLE fresh_too RENAME COLUMN name TO title;
ALTER TABLE fresh_too ALTER COLUMN title TYPE varchar(20);
BEGIN;
ALTER TABLE fresh_too DROP COLUMN title;
ALTER TABLE fresh_too ADD COLUMN title text NOT NULL;
COMMIT;
-- a trigger that names the column fills it
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.by_trigger := 1; RETURN NEW; END $$;
CREATE TRIGGER fill BEFORE INSERT ON empty FOR EACH ROW EXECUTE FUNCTION fill();
BEGIN;
ALTER TABLE empty ADD COLUMN by_trigger integer NOT NULL;
COMMIT;
BEGIN;
ALTER TABLE empty ADD COLUMN by_trigger_not integer NOT NULL;
COMMIT;
SELECT rule, decision, object_identity, message FROM schema_audit.ddl_log WHERE object_identity LIKE '%.by_trigger' ORDER BY id;
-- subtransactions in subtransactions
BEGIN;
SAVEPOINT a;
ALTER TABLE empty ADD COLUMN nested integer NOT NULL;
SAVEPOINT b;
ALTER TABLE empty ALTER COLUMN nested SET DEFAULT 1;
RELEASE b;
ROLLBACK TO a;
SAVEPOINT a;
ALTER TABLE empty ADD COLUMN nested integer NOT NULL DEFAULT 1;
SAVEPOINT b;
ALTER TABLE empty ALTER COLUMN nested DROP DEFAULT;
ROLLBACK TO b;
RELEASE a;
COMMIT;
-- a domain that loses its default takes that of its columns
ALTER DOMAIN filled DROP DEFAULT;
-- what an application may catch, it may: the transaction goes on
DO $$
BEGIN
    ALTER TABLE guard_cases.t ADD COLUMN caught integer NOT NULL;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'caught';
END
$$;

SELECT schema_audit.disable();
DROP SCHEMA guard_cases CASCADE;
RESET search_path;
RESET client_min_messages;
