-- NOT NULL that arrives by way of a domain is judged like any other.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_domains;
SET search_path = guard_domains;
SELECT schema_audit.enable();
CREATE DOMAIN needed AS integer NOT NULL;
CREATE DOMAIN filled AS integer DEFAULT 1 NOT NULL;
CREATE DOMAIN loose AS integer;
CREATE DOMAIN looser AS loose;
CREATE DOMAIN filled_loose AS integer DEFAULT 1;
CREATE TABLE t (id integer, by_loose loose, by_looser looser, by_filled filled_loose, with_default loose DEFAULT 1, plain integer);

-- fires: a new column of a domain that allows no NULL
ALTER TABLE t ADD COLUMN c needed;
\set VERBOSITY terse
BEGIN;
ALTER TABLE t ADD COLUMN c needed DEFAULT 1;
ALTER TABLE t ALTER COLUMN c DROP DEFAULT;
COMMIT;
BEGIN;
ALTER TABLE t ADD COLUMN c loose;
ALTER DOMAIN loose SET NOT NULL;
ROLLBACK;
-- silent: the domain or the column has a default
ALTER TABLE t ADD COLUMN c_filled filled;
ALTER TABLE t ADD COLUMN c_default needed DEFAULT 1;
ALTER TABLE t ADD COLUMN c_null loose;
-- fires when that default goes
ALTER TABLE t ALTER COLUMN c_default DROP DEFAULT;
-- fires (a warning): the domain of columns that are there; also of a domain made of it
\set VERBOSITY default
ALTER DOMAIN loose SET NOT NULL;
\set VERBOSITY terse
-- silent: again, and undone in the same transaction; and a domain with a default
ALTER DOMAIN loose SET NOT NULL;
ALTER DOMAIN loose DROP NOT NULL;
BEGIN;
ALTER DOMAIN loose SET NOT NULL;
ALTER DOMAIN loose DROP NOT NULL;
COMMIT;
ALTER DOMAIN filled_loose SET NOT NULL;
-- fires: a nullable column gets such a type; one that had a default loses it with that
ALTER TABLE t ALTER COLUMN plain TYPE needed;
BEGIN;
ALTER TABLE t ALTER COLUMN with_default DROP DEFAULT;
ALTER TABLE t ALTER COLUMN with_default TYPE needed;
COMMIT;
-- silent: required before, by itself or by its domain; the domain may be gone by now
CREATE TABLE required (a needed, b integer NOT NULL);
ALTER TABLE required ALTER COLUMN b TYPE needed;
BEGIN;
CREATE DOMAIN passing AS integer NOT NULL;
COMMIT;
CREATE TABLE required_too (a passing, b integer);
BEGIN;
ALTER TABLE required_too ALTER COLUMN a TYPE integer, ALTER COLUMN a SET NOT NULL;
DROP DOMAIN passing;
COMMIT;
-- partitions and heirs: told once
CREATE TABLE part (id integer, c loose) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (id);
CREATE TABLE part_1_1 PARTITION OF part_1 FOR VALUES FROM (0) TO (100);
DROP TABLE t;
ALTER DOMAIN loose SET NOT NULL;

SELECT schema_audit.disable();
DROP SCHEMA guard_domains CASCADE;
RESET search_path;
RESET client_min_messages;
