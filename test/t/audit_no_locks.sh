#!/bin/bash
# Another session holds ACCESS EXCLUSIVE on all user tables, a view, a sequence and an index: the audit does
# not wait for it, and takes nothing stronger than AccessShare, on catalogs and on our own tables only.
set -u
echo 1..8
. "$(dirname "$0")/lib.bash"

database=audit_no_locks_$$
createdb "$database" || exit 1
export PGDATABASE=$database
psql -Xq <<'SQL' || exit 1
SET client_min_messages = warning;
CREATE EXTENSION schema_audit;
CREATE SCHEMA app;
SET search_path = app, public;
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE DOMAIN small AS integer CHECK (VALUE < 10) DEFAULT 3;
CREATE FUNCTION next_name() RETURNS text LANGUAGE sql AS $$SELECT 'x'$$;
CREATE TABLE person (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20) NOT NULL DEFAULT next_name(), mood mood DEFAULT 'sad',
                     size small, double integer GENERATED ALWAYS AS (id * 2) STORED, CHECK (name <> ''));
CREATE TABLE pet (id serial PRIMARY KEY, owner integer REFERENCES person ON DELETE CASCADE, name text);
CREATE INDEX pet_name ON pet (lower(name)) WHERE name <> '';
ALTER TABLE pet ADD EXCLUDE USING btree (name WITH =) WHERE (id > 0);
CREATE TABLE day (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE VIEW names AS SELECT name FROM person;
CREATE MATERIALIZED VIEW kept AS SELECT name FROM person;
SELECT schema_audit.register_schema('app', '{app}') > 0 AS registered \gset
ALTER TABLE person ADD extra integer NOT NULL DEFAULT 7, ADD twin text DEFAULT next_name();
ALTER TABLE pet DROP CONSTRAINT pet_owner_fkey, ADD CHECK (id > 0);
CREATE INDEX pet_more ON pet ((name || 'x'));
CREATE TABLE more (id integer DEFAULT 1);
-- hand-written, so that expressions over the columns are read at each audit
INSERT INTO schema_audit.model (model, governed_schemas) VALUES ('hand', '{app}');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('hand', 'app', 'pet');
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type, default_expression)
VALUES ('hand', 'app', 'pet', 'name', 1, 'text', 'app.next_name()'), ('hand', 'app', 'pet', 'mood', 2, 'app.mood', '''sad''');
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, expression) VALUES ('hand', 'app', 'pet', 'c', 'check', 'name <> app.next_name()');
INSERT INTO schema_audit.model_index (model, schema_name, table_name, index_name, keys, predicate) VALUES ('hand', 'app', 'pet', 'i', '{name}', 'name > ''''');
SQL
audit="SELECT * FROM audit_schema(min_severity => 'info')"
before=$(psql -XqAtc "$audit" 2>&1)
check 'there are findings' t "$([ "$(grep -c '|' <<<"$before")" -ge 5 ] && echo t || echo "$before")"

coproc holder { psql -XqAt 2>&1; }
holder_pid=$!
echo "BEGIN; LOCK TABLE app.person, app.pet, app.day, app.day_1, app.more, app.names IN ACCESS EXCLUSIVE MODE; REFRESH MATERIALIZED VIEW app.kept;
      REINDEX INDEX app.pet_name; ALTER SEQUENCE app.pet_id_seq RENAME TO pet_numbers; ALTER VIEW app.names RENAME TO nicknames; DROP TYPE app.mood CASCADE; DROP FUNCTION app.next_name CASCADE; ALTER TABLE app.pet RENAME TO pets; ALTER TABLE app.person DROP CONSTRAINT person_pkey CASCADE; SELECT CASE WHEN count(DISTINCT c.relkind) = 6 THEN 'locked' ELSE string_agg(DISTINCT c.relkind::text, '') END FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation AND c.relnamespace = 'app'::regnamespace WHERE l.pid = pg_backend_pid() AND l.mode = 'AccessExclusiveLock';" >&"${holder[1]}"
while read -r -t 30 answer <&"${holder[0]}"; do
    [ "$answer" != locked ] || break
done
check 'another session holds its locks and has changed everything, uncommitted' locked "$answer"

output=$(psql -XqAt -c "SET lock_timeout = '200ms'; SET statement_timeout = '5s'" -c "$audit" 2>&1)
check 'the audit does not wait, and tells what is committed' "$before" "$output"
output=$(psql -XqAt -c "SET lock_timeout = '200ms'; SET statement_timeout = '5s'" -c 'SELECT count(*) > 5 FROM schema_audit.columns()' 2>&1)
check 'nor does columns()' t "$output"
output=$(psql -XqAt -c "SET lock_timeout = '200ms'; SET statement_timeout = '5s'" -c "SELECT schema_audit.register_schema('again', '{app}') > 0" 2>&1)
check 'nor does register_schema()' t "$output"

echo "ROLLBACK; SELECT 'free';" >&"${holder[1]}"
read -r -t 30 answer <&"${holder[0]}"
eval "exec ${holder[1]}>&-"
wait "$holder_pid"
check 'the other session was not disturbed' free "$answer"

output=$(psql -XqAt <<'SQL' 2>&1
BEGIN;
SELECT count(*) > 5 FROM audit_schema(min_severity => 'info');
SELECT string_agg(DISTINCT mode, ' ') FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation';
SELECT string_agg(DISTINCT c.relname, ' ' ORDER BY c.relname)
FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE l.pid = pg_backend_pid() AND n.nspname NOT IN ('pg_catalog', 'schema_audit', 'pg_toast');
SELECT string_agg(DISTINCT locktype, ' ') FROM pg_locks WHERE pid = pg_backend_pid() AND locktype NOT IN ('relation', 'virtualxid');
ROLLBACK;
SQL
)
check 'AccessShare on catalogs and our own tables, nothing else' $'t\nAccessShareLock' "$output"
output=$(psql -XqAt -c 'BEGIN' -c 'SELECT count(*) > 5 FROM audit_schema()' -c 'SELECT pg_current_xact_id_if_assigned() IS NULL' -c ROLLBACK 2>&1)
check 'and no transaction number: nothing was written' $'t\nt' "$output"
dropdb "$database"
