#!/bin/bash
# Eight sessions change tables, types, functions, indexes, partitions, constraints and whole schemas while two
# others audit and register. Each schema goes round a short list of committed states whose findings are
# recorded first, in quiet: every audit under fire must then say of each schema exactly what was said of one
# of its states, and so must columns() and what is registered.
#
# STRESS_SECONDS says for how long (make stress: 60).
set -u
seconds=${STRESS_SECONDS:-10}
echo 1..11
. "$(dirname "$0")/lib.bash"

database=audit_stress_$$
createdb "$database" || exit 1
export PGDATABASE=$database
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

psql -XqAt -v ON_ERROR_STOP=1 <<'SQL' >"$work/setup.out" 2>&1 || { sed 's/^/# /' "$work/setup.out"; exit 1; }
SET client_min_messages = warning;
CREATE EXTENSION schema_audit;
CREATE SCHEMA stress;

-- One text is one transaction, or one command that may not be in any. Step 0 makes what the model says, and
-- is the last one again: tables are new in each round, or their dropped columns would fill up.
CREATE TABLE stress.step (schema_name text, step integer, sql text, PRIMARY KEY (schema_name, step));
INSERT INTO stress.step VALUES
('quiet', 0, $$CREATE TYPE quiet.mood AS ENUM ('a', 'b');
    CREATE TABLE quiet.one (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m quiet.mood DEFAULT 'a', name varchar(20) NOT NULL CHECK (name <> ''));
    CREATE TABLE quiet.two (id bigserial PRIMARY KEY, one bigint REFERENCES quiet.one ON DELETE CASCADE, double bigint GENERATED ALWAYS AS (one * 2) STORED);
    CREATE INDEX two_one ON quiet.two (one) WHERE one > 0; CREATE TABLE quiet.three (id integer)$$),
('quiet', 1, $$ALTER TABLE quiet.one ALTER name TYPE varchar(10), DROP CONSTRAINT one_name_check, ADD required integer NOT NULL;
    ALTER TABLE quiet.two DROP CONSTRAINT two_one_fkey, ALTER one SET NOT NULL; DROP INDEX quiet.two_one; DROP TABLE quiet.three; CREATE TABLE quiet.four ()$$),

('tables', 0, $$CREATE TABLE tables.first (id integer); CREATE TABLE tables.second (id bigint, more text);
    CREATE TABLE tables.t (id integer PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'x', n integer)$$),
('tables', 1, $$ALTER TABLE tables.t ADD extra text NOT NULL, ALTER name TYPE varchar(10), ALTER n SET NOT NULL$$),
('tables', 2, $$ALTER TABLE tables.t RENAME TO other$$),
('tables', 3, $$ALTER TABLE tables.other RENAME name TO title; ALTER TABLE tables.first RENAME TO between; ALTER TABLE tables.second RENAME TO first; ALTER TABLE tables.between RENAME TO second$$),
('tables', 4, $$ALTER TABLE tables.other RENAME TO t; ALTER TABLE tables.t DROP title$$),
('tables', 5, $$DROP TABLE tables.t$$),
('tables', 6, $$DROP TABLE tables.first, tables.second$$),

('types', 0, $$CREATE TYPE types.mood AS ENUM ('a', 'b'); CREATE DOMAIN types.small AS integer DEFAULT 3 CHECK (VALUE < 10); CREATE TYPE types.pair AS (a integer, b text);
    CREATE TABLE types.t (id integer PRIMARY KEY, m types.mood NOT NULL DEFAULT 'a', s types.small, p types.pair, many types.mood[] DEFAULT '{a}', CHECK (m <> 'b'))$$),
('types', 1, $$ALTER TYPE types.mood RENAME VALUE 'b' TO 'c'; ALTER TYPE types.pair ADD ATTRIBUTE c integer CASCADE$$),
('types', 2, $$ALTER TYPE types.mood ADD VALUE 'd' BEFORE 'a'$$),
('types', 3, $$ALTER TYPE types.mood RENAME TO feeling$$),
('types', 4, $$ALTER DOMAIN types.small RENAME TO tiny$$),
('types', 5, $$ALTER DOMAIN types.tiny DROP DEFAULT; ALTER TABLE types.t ALTER m DROP DEFAULT$$),
('types', 6, $$DROP TYPE types.feeling CASCADE; DROP TYPE types.pair CASCADE$$),
('types', 7, $$DROP TABLE types.t; DROP DOMAIN types.tiny$$),

('functions', 0, $$CREATE FUNCTION functions.f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
    CREATE TABLE functions.t (id integer PRIMARY KEY, n integer DEFAULT functions.f(1), g integer GENERATED ALWAYS AS (functions.f(id)) STORED, CHECK (n > functions.f(0)));
    CREATE INDEX t_f ON functions.t ((functions.f(n) + 1)) WHERE n > functions.f(2); CREATE VIEW functions.v AS SELECT id FROM functions.t; CREATE MATERIALIZED VIEW functions.m AS SELECT n FROM functions.t$$),
('functions', 1, $$ALTER FUNCTION functions.f RENAME TO g$$),
('functions', 2, $$CREATE OR REPLACE VIEW functions.v AS SELECT id, n FROM functions.t; DROP MATERIALIZED VIEW functions.m; CREATE VIEW functions.m AS SELECT n FROM functions.t$$),
('functions', 3, $$CREATE FUNCTION functions.f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1'; ALTER TABLE functions.t ALTER n SET DEFAULT functions.f(2)$$),
('functions', 4, $$DROP FUNCTION functions.g CASCADE$$),
('functions', 5, $$ALTER VIEW functions.v RENAME TO w$$),
('functions', 6, $$DROP TABLE functions.t CASCADE; DROP FUNCTION functions.f$$),

('indexes', 0, $$CREATE TABLE indexes.t (id integer PRIMARY KEY, a integer, b text); CREATE INDEX t_a ON indexes.t (a)$$),
('indexes', 1, $$CREATE INDEX CONCURRENTLY t_more ON indexes.t (lower(b)) WHERE a > 0$$),
('indexes', 2, $$DROP INDEX CONCURRENTLY indexes.t_a$$),
('indexes', 3, $$CREATE INDEX CONCURRENTLY t_a ON indexes.t (a)$$),
('indexes', 4, $$REINDEX INDEX CONCURRENTLY indexes.t_a$$),
('indexes', 5, $$ALTER INDEX indexes.t_more RENAME TO t_other$$),
('indexes', 6, $$DROP INDEX CONCURRENTLY indexes.t_other$$),

('partitions', 0, $$CREATE TABLE partitions.p (id integer NOT NULL, at date) PARTITION BY RANGE (id); CREATE INDEX p_at ON partitions.p (at);
    CREATE TABLE partitions.p1 PARTITION OF partitions.p FOR VALUES FROM (0) TO (10); CREATE TABLE partitions.p2 PARTITION OF partitions.p FOR VALUES FROM (10) TO (20)$$),
('partitions', 1, $$ALTER TABLE partitions.p DETACH PARTITION partitions.p2$$),
('partitions', 2, $$ALTER TABLE partitions.p2 ADD PRIMARY KEY (id)$$),
('partitions', 3, $$ALTER TABLE partitions.p ATTACH PARTITION partitions.p2 FOR VALUES FROM (10) TO (30)$$),
('partitions', 4, $$CREATE TABLE partitions.p3 PARTITION OF partitions.p FOR VALUES FROM (30) TO (40)$$),
('partitions', 5, $$ALTER TABLE partitions.p DETACH PARTITION partitions.p1 CONCURRENTLY$$),
('partitions', 6, $$DROP TABLE partitions.p1, partitions.p3$$),
('partitions', 7, $$DROP TABLE partitions.p$$),

('constraints', 0, $$CREATE TABLE constraints.parent (id integer PRIMARY KEY);
    CREATE TABLE constraints.t (id integer PRIMARY KEY, p integer REFERENCES constraints.parent, u integer UNIQUE, c integer CHECK (c > 0), EXCLUDE USING btree (c WITH =))$$),
('constraints', 1, $$ALTER TABLE constraints.t DROP CONSTRAINT t_p_fkey, DROP CONSTRAINT t_u_key$$),
('constraints', 2, $$ALTER TABLE constraints.t ADD CONSTRAINT t_p_fkey FOREIGN KEY (p) REFERENCES constraints.parent ON DELETE CASCADE NOT VALID, ADD UNIQUE (c), DROP CONSTRAINT t_c_check$$),
('constraints', 3, $$ALTER TABLE constraints.t VALIDATE CONSTRAINT t_p_fkey; ALTER TABLE constraints.t ADD CONSTRAINT c CHECK (c > 1) NOT VALID; ALTER TABLE constraints.t RENAME CONSTRAINT t_c_key TO renamed$$),
('constraints', 4, $$ALTER TABLE constraints.t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id, u), DROP CONSTRAINT t_c_excl$$),
('constraints', 5, $$ALTER TABLE constraints.parent RENAME id TO number; ALTER TABLE constraints.parent RENAME TO mother$$),
('constraints', 6, $$DROP TABLE constraints.t, constraints.mother$$),

('schemas', 0, $$CREATE SEQUENCE schemas.seq; CREATE TABLE schemas.t (id serial PRIMARY KEY, i integer GENERATED ALWAYS AS IDENTITY, d integer DEFAULT nextval('schemas.seq'))$$),
('schemas', 1, $$ALTER SCHEMA schemas RENAME TO schemas_before$$),
('schemas', 2, $$CREATE SCHEMA schemas; ALTER TABLE schemas_before.t SET SCHEMA schemas$$),
('schemas', 3, $$ALTER TABLE schemas.t ALTER i DROP IDENTITY; ALTER SEQUENCE schemas_before.seq RENAME TO other$$),
('schemas', 4, $$ALTER SEQUENCE schemas.t_id_seq OWNED BY NONE; ALTER TABLE schemas.t ALTER id SET DEFAULT nextval('schemas_before.other')$$),
('schemas', 5, $$DROP SCHEMA schemas CASCADE; DROP SCHEMA schemas_before CASCADE$$),
('schemas', 6, $$CREATE SCHEMA schemas$$),

('extras', 0, $$CREATE TABLE extras.t (id integer PRIMARY KEY, n text NOT NULL);
    CREATE OR REPLACE FUNCTION extras.fill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.q := 1; RETURN NEW; END'$$),
('extras', 1, $$CREATE TABLE extras.copy AS SELECT * FROM extras.t; ALTER TABLE extras.t ADD q integer NOT NULL$$),
('extras', 2, $$CREATE TRIGGER fill BEFORE INSERT ON extras.t FOR EACH ROW EXECUTE FUNCTION extras.fill()$$),
('extras', 3, $$ALTER TABLE extras.t ADD kept integer NOT NULL DEFAULT 7, ADD said text NOT NULL DEFAULT 'x'$$),
('extras', 4, $$ALTER TABLE extras.t ALTER kept DROP DEFAULT, ALTER said DROP DEFAULT; ALTER TABLE extras.t DISABLE TRIGGER fill$$),
('extras', 5, $$CREATE UNLOGGED TABLE extras.child () INHERITS (extras.t); CREATE TABLE extras.t_copy (id serial PRIMARY KEY, a integer NOT NULL REFERENCES extras.t, b integer NOT NULL REFERENCES extras.t)$$),
('extras', 6, $$DROP TABLE extras.t, extras.copy, extras.t_copy, extras.child$$);

-- What is said of each schema, by three ways of asking; NULL is what belongs to none.
CREATE FUNCTION stress.audited() RETURNS TABLE (schema_name text, said text) LANGUAGE sql AS $$
    WITH f AS MATERIALIZED (SELECT * FROM audit_schema(models => '{app}', min_severity => 'info'))
    SELECT s.schema_name, coalesce((SELECT string_agg(to_jsonb(f)::text, E'\n' ORDER BY finding_key, expected, actual) FROM f WHERE f.schema_name IS NOT DISTINCT FROM s.schema_name), '')
      FROM (SELECT DISTINCT schema_name FROM stress.step UNION ALL SELECT NULL) AS s
$$;
CREATE FUNCTION stress.listed() RETURNS TABLE (schema_name text, said text) LANGUAGE sql AS $$
    WITH c AS MATERIALIZED (SELECT * FROM schema_audit.columns(models => '{app}'))
    SELECT s.schema_name, coalesce((SELECT string_agg(to_jsonb(c)::text, E'\n' ORDER BY table_name, column_name) FROM c WHERE c.schema_name = s.schema_name), '')
      FROM (SELECT DISTINCT schema_name FROM stress.step) AS s
$$;
CREATE FUNCTION stress.registered(of_model text) RETURNS TABLE (schema_name text, said text) LANGUAGE sql AS $$
    WITH r (schema_name, line) AS MATERIALIZED (
        SELECT t.schema_name, (to_jsonb(t) - 'model')::text FROM schema_audit.model_table AS t WHERE model = of_model
        UNION ALL SELECT t.schema_name, (to_jsonb(t) - 'model')::text FROM schema_audit.model_column AS t WHERE model = of_model
        UNION ALL SELECT t.schema_name, (to_jsonb(t) - 'model')::text FROM schema_audit.model_constraint AS t WHERE model = of_model
        UNION ALL SELECT t.schema_name, (to_jsonb(t) - 'model')::text FROM schema_audit.model_index AS t WHERE model = of_model
        UNION ALL SELECT t.schema_name, (to_jsonb(t) - 'model')::text FROM schema_audit.model_object AS t WHERE model = of_model)
    SELECT s.schema_name, coalesce((SELECT string_agg(line, E'\n' ORDER BY line) FROM r WHERE r.schema_name = s.schema_name), '')
      FROM (SELECT DISTINCT schema_name FROM stress.step WHERE schema_name <> 'schemas') AS s
$$;
-- Not schema "schemas", which is not always there; the DDL is that of a part.
CREATE FUNCTION stress.register_schema(model text) RETURNS bigint LANGUAGE sql AS $$
    SELECT schema_audit.register_schema(model, (SELECT array_agg(DISTINCT schema_name) FROM stress.step WHERE schema_name <> 'schemas'))
$$;
CREATE FUNCTION stress.register_ddl(model text) RETURNS bigint LANGUAGE sql AS $$
    SELECT schema_audit.register_ddl(model, string_agg(sql, '; ' ORDER BY schema_name), schemas => array_agg(schema_name))
      FROM stress.step WHERE step = 0 AND schema_name IN ('tables', 'indexes', 'partitions', 'constraints', 'extras')
$$;
CREATE TABLE stress.known (way text, schema_name text, step numeric, said text);
CREATE FUNCTION stress.remember(what text, at numeric) RETURNS void LANGUAGE sql AS $$
    INSERT INTO stress.known SELECT 'audit', schema_name, at, said FROM stress.audited() WHERE schema_name IS NOT DISTINCT FROM what;
    INSERT INTO stress.known SELECT 'columns', schema_name, at, said FROM stress.listed() WHERE schema_name = what;
    SELECT stress.register_schema('again');
    INSERT INTO stress.known SELECT 'schema', schema_name, at, said FROM stress.registered('again') WHERE schema_name = what;
    SELECT schema_audit.unregister('again');
$$;
-- What was changed while it was read is told to be unreadable; what is said of the others must be true.
CREATE FUNCTION stress.unreadable(said text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(DISTINCT coalesce(l::jsonb ->> 'table_name', l::jsonb ->> 'object_name')) FROM string_to_table(said, E'\n') AS l WHERE l::jsonb ->> 'rule' LIKE 'unreadable-%' OR l::jsonb -> 'differences' ? 'unreadable-table'
$$;
CREATE FUNCTION stress.without(said text, things text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(string_agg(l, E'\n' ORDER BY n), '') FROM string_to_table(said, E'\n') WITH ORDINALITY AS s (l, n) WHERE (coalesce(l::jsonb ->> 'table_name', l::jsonb ->> 'object_name') = ANY (things)) IS NOT TRUE
$$;
-- What is told of what, without the texts.
CREATE FUNCTION stress.facts(said text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws(' ', l ->> 'severity', l ->> 'finding_key', l ->> 'kind', l ->> 'table_name', l ->> 'column_name', l ->> 'constraint_name', l ->> 'index_name', l ->> 'object_name', d)
      FROM string_to_table(said, E'\n') AS line, LATERAL (SELECT line::jsonb AS l) AS j LEFT JOIN LATERAL jsonb_array_elements_text(l -> 'differences') AS d ON true
     WHERE (l ->> 'rule' LIKE 'unreadable-%' OR d = 'unreadable-table') IS NOT TRUE
$$;
-- The first of the states that had this said of them; else what is more and less than in the nearest one.
-- Expressions are printed by the server, with the names that functions and types have at that moment: where
-- these are renamed (types, functions, schemas), each fact must be one of a state, and the texts may be younger.
CREATE FUNCTION stress.judge(asked text, what text, said text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    states CONSTANT stress.known[] := ARRAY(SELECT k FROM stress.known AS k WHERE way = asked AND schema_name IS NOT DISTINCT FROM what ORDER BY step);
    subject CONSTANT text := concat_ws(' ', asked, coalesce(what, 'database'));
    k stress.known;
    difference text;
BEGIN
    FOREACH k IN ARRAY states LOOP
        IF k.said = judge.said THEN
            RETURN subject || ' state ' || k.step;
        END IF;
    END LOOP;
    FOREACH k IN ARRAY states LOOP
        IF stress.without(k.said, stress.unreadable(judge.said)) = stress.without(judge.said, stress.unreadable(judge.said)) THEN
            RETURN subject || ' state ' || k.step || ' but for what was unreadable';
        END IF;
    END LOOP;
    IF what IN ('types', 'functions', 'schemas') AND NOT EXISTS (SELECT stress.facts(judge.said) EXCEPT SELECT stress.facts(s.said) FROM unnest(states) AS s) THEN
        RETURN subject || ' mixed';
    END IF;
    SELECT 'state ' || s.step || string_agg(E'\n    ' || sign || line, '' ORDER BY line, sign) INTO difference
      FROM unnest(states) AS s, LATERAL (
            (SELECT '+' AS sign, line FROM string_to_table(judge.said, E'\n') AS line EXCEPT SELECT '+', line FROM string_to_table(s.said, E'\n') AS line)
            UNION ALL
            (SELECT '-' AS sign, line FROM string_to_table(s.said, E'\n') AS line EXCEPT SELECT '-', line FROM string_to_table(judge.said, E'\n') AS line)) AS d
     GROUP BY s.step ORDER BY count(*), s.step LIMIT 1;
    RETURN subject || ' UNKNOWN, nearest is ' || difference;
END$$;

INSERT INTO stress.step SELECT schema_name, (SELECT max(step) + 1 FROM stress.step AS s WHERE s.schema_name = step.schema_name), sql
    FROM stress.step WHERE step = 0 AND schema_name NOT IN ('quiet', 'indexes');
-- What CONCURRENTLY commits on its way: an index that is not valid yet or no longer, the check that stands in
-- for the bound of a partition.
CREATE TABLE stress.half (schema_name text, step numeric, sql text, undo text);
INSERT INTO stress.half VALUES
('indexes', 0.5, $$CREATE INDEX t_more ON indexes.t (lower(b)) WHERE a > 0; UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'indexes.t_more'::regclass$$, 'DROP INDEX indexes.t_more'),
('indexes', 1.5, $$UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'indexes.t_a'::regclass$$, $$UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'indexes.t_a'::regclass$$),
('indexes', 3.3, $$CREATE INDEX t_a_ccnew ON indexes.t (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'indexes.t_a_ccnew'::regclass$$, 'DROP INDEX indexes.t_a_ccnew'),
('indexes', 3.6, $$CREATE INDEX t_a_ccold ON indexes.t (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'indexes.t_a_ccold'::regclass$$, 'DROP INDEX indexes.t_a_ccold'),
('indexes', 5.5, $$UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'indexes.t_other'::regclass$$, $$UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'indexes.t_other'::regclass$$),
('partitions', 4.5, $$ALTER TABLE partitions.p1 ADD CONSTRAINT p1_id_check CHECK (((id IS NOT NULL) AND (id >= 0) AND (id < 10)))$$, 'ALTER TABLE partitions.p1 DROP CONSTRAINT p1_id_check');

SELECT unnest(ARRAY['CREATE SCHEMA ' || schema_name, sql]) FROM stress.step WHERE step = 0 \gexec
SELECT array_agg(DISTINCT schema_name) AS schemas FROM stress.step \gset
SELECT schema_audit.register_schema('app', :'schemas');
SELECT unnest(ARRAY[sql, format('SELECT stress.remember(%L, %s)', schema_name, step), undo])
  FROM (SELECT schema_name, step, sql, NULL AS undo FROM stress.step WHERE step > 0 UNION ALL SELECT * FROM stress.half) AS s ORDER BY schema_name, step \gexec
SELECT stress.remember(NULL, 0);
SELECT stress.register_ddl('again');
INSERT INTO stress.known SELECT 'ddl', schema_name, 0, said FROM stress.registered('again');
SELECT schema_audit.unregister('again');
SQL
say() { psql -XqAt "$@" 2>&1; }
wrong_at_the_end="SELECT schema_name, said FROM stress.audited() WHERE schema_name <> 'quiet' AND said <> ''
    UNION ALL SELECT DISTINCT schema_name, 'has no findings in any state' FROM stress.step WHERE schema_name NOT IN (SELECT schema_name FROM stress.known WHERE way = 'audit' AND said <> '' AND schema_name <> '')"
check 'states have findings, and each schema ends as the model says' '' "$(say -c "$wrong_at_the_end")"

# psql reads the same round again and again, and ends itself when the time is over.
echo "SET client_min_messages = warning; SET lock_timeout = '60s';" >"$work/start.sql"
again_and_again() { { cat "$work/start.sql"; while cat "$1"; do :; done; } 2>/dev/null; }
head="SELECT clock_timestamp() < '$(say -c "SELECT clock_timestamp() + '$seconds s'")' AS go \\gset
\\if :go
\\else
\\q
\\endif
\\echo round"
pids=()
for schema in $(say -c "SELECT DISTINCT schema_name FROM stress.step WHERE schema_name <> 'quiet'"); do
    echo "$head
SELECT sql FROM stress.step WHERE schema_name = '$schema' AND step > 0 ORDER BY step \\gexec" >"$work/$schema.sql"
    again_and_again "$work/$schema.sql" | psql -XqAt -v ON_ERROR_STOP=1 >"$work/$schema.churn" 2>&1 &
    pids+=($!)
done
for who in 1 2; do
    echo "$head
SELECT stress.judge('audit', schema_name, said) FROM stress.audited();
SELECT stress.judge('columns', schema_name, said) FROM stress.listed();
BEGIN;
SELECT stress.register_schema('again$who') \\g /dev/null
SELECT stress.judge('schema', schema_name, said) FROM stress.registered('again$who');
SELECT count(*) FROM audit_schema(min_severity => 'info') \\g /dev/null
SELECT stress.register_ddl('again$who') \\g /dev/null
SELECT stress.judge('ddl', schema_name, said) FROM stress.registered('again$who') WHERE said <> '';
SELECT count(*) FROM audit_schema(models => '{again$who}', min_severity => 'info') \\g /dev/null
ROLLBACK;
SELECT count(*) FROM audit_schema(min_severity => 'info') \\g /dev/null" >"$work/audit$who.sql"
    again_and_again "$work/audit$who.sql" | psql -XqAt >"$work/$who.audit" 2>"$work/$who.errors" &
    pids+=($!)
done
wait "${pids[@]}"

check 'no session that changes things failed' '' "$(grep -v '^round$' "$work"/*.churn)"
check 'no audit and no registration failed' '' "$(sort "$work"/*.errors | uniq -c | head -n 20)"
for way in audit columns schema ddl; do
    check "$way: nothing is said that was not so in a committed state" '' "$(cat "$work"/*.audit | awk -v way="$way" '/^[^ ]/ { show = $1 == way && / UNKNOWN/ } show' | head -n 60)"
done
check 'the quiet schema has its findings in every audit' 'audit quiet state 1' "$(cat "$work"/*.audit | grep '^audit quiet' | sort -u)"
check 'each session went round' '' "$(grep -Lx round "$work"/*.churn "$work"/*.audit)"
check 'afterwards all is as the model says' '' "$(say -c "$wrong_at_the_end")"
check 'the server did not crash' '' "$(grep -E 'PANIC|FATAL|terminated by signal|TRAP:' "$SERVER_LOG" | head -n 10)"
echo "# rounds: $(cd "$work" && grep -c round ./*.churn ./*.audit | tr '\n' ' ')"
echo "# states met by audits: $(cat "$work"/*.audit | grep '^audit' | sort -u | wc -l)"
dropdb "$database"
