#!/bin/bash
# register_ddl() neither waits for a lock on a live table of the same name nor takes one.
set -u
echo 1..5
. "$(dirname "$0")/lib.bash"

database=register_locked_$$
createdb "$database" || exit 1
export PGDATABASE=$database
psql -Xqc 'CREATE EXTENSION schema_audit' -c 'CREATE TABLE device (id integer PRIMARY KEY, name text)' \
    -c 'CREATE TABLE outside (id integer PRIMARY KEY)' -c 'CREATE VIEW seen AS SELECT id FROM device' || exit 1

# The other session holds the strongest lock until its input ends.
coproc holder { psql -XqAt 2>&1; }
holder_pid=$!
echo "BEGIN; LOCK TABLE device, outside, seen IN ACCESS EXCLUSIVE MODE; SELECT 'locked';" >&"${holder[1]}"
read -r -t 30 answer <&"${holder[0]}"
check 'the other session holds its lock' locked "$answer"

ddl="CREATE TABLE device (id integer PRIMARY KEY, name text, kind text DEFAULT 'x');
     CREATE TABLE part (id integer PRIMARY KEY, device_id integer REFERENCES device, outside_id integer REFERENCES outside(id));
     ALTER TABLE public.part ADD CONSTRAINT again FOREIGN KEY (outside_id) REFERENCES public.outside (id);
     ALTER TABLE device ADD COLUMN more integer NOT NULL DEFAULT 1;
     CREATE INDEX CONCURRENTLY device_name ON device (name);
     CREATE VIEW seen AS SELECT id FROM public.device;
     COMMENT ON TABLE public.device IS 'x';
     DROP TABLE IF EXISTS public.outside;
     DROP VIEW seen;"
output=$(psql -XqAt -v ddl="$ddl" <<'SQL' 2>&1
SET lock_timeout = '1s';
BEGIN;
SELECT schema_audit.register_ddl('locked', :'ddl', schemas => '{public}') > 0;
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation IN ('device'::regclass, 'outside'::regclass, 'seen'::regclass);
COMMIT;
SQL
)
check 'register_ddl does not wait, and holds no lock on a live table' $'t\n0' "$output"

output=$(psql -XqAtc "SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name, position) FROM schema_audit.model_column" 2>&1)
check 'the model is what the DDL says' 'device.id device.name device.kind device.more part.id part.device_id part.outside_id' "$output"

echo "ROLLBACK; SELECT 'free';" >&"${holder[1]}"
read -r -t 30 answer <&"${holder[0]}"
eval "exec ${holder[1]}>&-"
wait "$holder_pid"
check 'the other session was not disturbed' free "$answer"

output=$(psql -XqAtc "SELECT count(*) FROM pg_attribute WHERE attrelid = 'device'::regclass AND attnum > 0" -c "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'schema\_audit\_s%'" 2>&1)
check 'live tables are unchanged, and no scratch schema is left' $'2\n0' "$output"
dropdb "$database"
