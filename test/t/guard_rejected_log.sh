#!/bin/bash
# A rejected attempt outlives its roll back: in the server log, and as a row of ddl_log, without preloading.
set -uo pipefail
. "$(dirname "$0")/lib.bash"
sql() { psql -XAtq -d "${DB:-postgres}" "$@" 2>&1; }
rejected="SELECT count(*) FROM schema_audit.ddl_log WHERE decision = 'rejected'"

ok 'nothing is preloaded' is "$(sql -c 'SHOW shared_preload_libraries')" ''
sql -c 'CREATE EXTENSION schema_audit' -c 'SELECT schema_audit.enable()' -c 'CREATE TABLE t (id integer)' >/dev/null
ok 'rejected before the command' grep -q 'would be required' <<<"$(sql -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL')"
ok 'its row arrives' wait_for 1 "$rejected"
PGOPTIONS='-c schema_audit.migration=m1' sql -c "BEGIN; ALTER TABLE t ADD COLUMN b integer NOT NULL DEFAULT 1, ADD COLUMN c text NOT NULL DEFAULT 'x';
    ALTER TABLE t ALTER COLUMN b DROP DEFAULT, ALTER COLUMN c DROP DEFAULT; COMMIT" >/dev/null
ok 'rejected at commit: a row for each column' wait_for 3 "$rejected"
ok 'the rows say what and who' is "$(sql -c "SELECT string_agg(concat_ws('|', session_user_name, command_tag, object_identity, rule, statement, migration), E'\n' ORDER BY id) FROM schema_audit.ddl_log WHERE decision = 'rejected'")" \
'postgres|ALTER TABLE|public.t.a|add-column-not-null-no-default|ALTER TABLE t ADD COLUMN a integer NOT NULL
postgres|ALTER TABLE|public.t.b|required-column-left-without-default|ALTER TABLE t ALTER COLUMN b DROP DEFAULT, ALTER COLUMN c DROP DEFAULT|m1
postgres|ALTER TABLE|public.t.c|required-column-left-without-default|ALTER TABLE t ALTER COLUMN b DROP DEFAULT, ALTER COLUMN c DROP DEFAULT|m1'
ok 'the server log has each as JSON' is "$(grep -c 'LOG:  schema_audit: {.*"decision":"rejected"' "$SERVER_LOG")" 3
ok 'clients see no LOG' is "$(sql -c "SET client_min_messages = log" -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL' | grep -c LOG)" 0
ok 'counted' wait_for '3|3|0|0|0' 'SELECT * FROM schema_audit.log_stats()'

# A burst: what finds no worker is counted, and nothing hangs.
for i in $(seq 60); do echo "ALTER TABLE t ADD COLUMN a integer NOT NULL;"; done | sql >/dev/null
ok 'every attempt is in the server log' is "$(grep -c 'LOG:  schema_audit: {.*"decision":"rejected"' "$SERVER_LOG")" 64
ok 'every attempt is counted' is "$(sql -c 'SELECT queued + refused FROM schema_audit.log_stats()')" 63
ok 'what was queued arrives' wait_for t "SELECT ($rejected) - 1 = queued AND queued = written FROM schema_audit.log_stats()"

# A locked log stops no DDL, and no rejection waits for it.
mkfifo "$TESTDIR/lock"
sql <"$TESTDIR/lock" >/dev/null &
exec 5>"$TESTDIR/lock"
echo 'BEGIN; LOCK TABLE schema_audit.ddl_log IN ACCESS EXCLUSIVE MODE;' >&5
wait_for 1 "SELECT count(*) FROM pg_locks WHERE relation = 'schema_audit.ddl_log'::regclass AND mode = 'AccessExclusiveLock' AND granted"
ok 'DDL does not wait for a locked log' is "$(PGOPTIONS='-c statement_timeout=5s' sql -c 'CREATE TABLE not_logged (id integer)')" ''
ok 'nor does a rejection' grep -q 'would be required' <<<"$(PGOPTIONS='-c statement_timeout=5s' sql -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL')"
ok 'nor a transaction of many commands' is "$(PGOPTIONS='-c statement_timeout=20s' sql -c "DO \$\$ BEGIN FOR i IN 1..150 LOOP EXECUTE format('COMMENT ON TABLE t IS %L', i); END LOOP; END \$\$")" ''
echo 'COMMIT;' >&5
exec 5>&-
wait
ok 'the rows that were skipped are counted' is "$(sql -c 'SELECT skipped FROM schema_audit.log_stats()')" 151

# The extension or the database goes while a worker is on its way.
sql -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL' >/dev/null
sql -c 'SELECT schema_audit.disable()' -c 'DROP EXTENSION schema_audit CASCADE' >/dev/null
sql -c 'CREATE DATABASE other' >/dev/null
DB=other sql -c 'CREATE EXTENSION schema_audit' -c 'SELECT schema_audit.enable()' -c 'CREATE TABLE t (id integer)' -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL' >/dev/null
sql -c 'DROP DATABASE other' >/dev/null
sleep 0.5
ok 'the server is unharmed' is "$(sql -c 'SELECT 1')$(grep -cE 'PANIC|terminated by signal' "$SERVER_LOG")" 10
echo "1..$count"
