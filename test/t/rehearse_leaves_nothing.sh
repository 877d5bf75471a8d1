#!/bin/bash
# A rehearsal that is cancelled, and one with the guard preloaded and enforcing: nothing of it stays, in the session,
# in the database or in the log.
set -uo pipefail
. "$(dirname "$0")/lib.bash"

sql -c 'CREATE EXTENSION schema_audit' -c 'SELECT schema_audit.enable()' \
    -c 'CREATE TABLE t (id integer NOT NULL DEFAULT 1)' -c 'INSERT INTO t SELECT generate_series(1, 1000)' >/dev/null

# --- cancelled in the middle
mkfifo "$TESTDIR/session"
PGAPPNAME=rehearser sql <"$TESTDIR/session" >"$TESTDIR/said" &
exec 5>"$TESTDIR/session"
echo "SET lock_timeout = '3s'; BEGIN; SELECT outcome FROM schema_audit.rehearse('DROP TABLE t; CREATE TABLE made (); SET work_mem = 77; SELECT pg_sleep(60)', statement_timeout => '1min');" >&5
ok 'it holds the lock while it runs' wait_for 1 "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE application_name = 'rehearser' AND mode = 'AccessExclusiveLock' AND relation = (SELECT oid FROM pg_class WHERE relname = 't')"
sql -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'rehearser'" >/dev/null
ok 'nothing is locked any more' wait_for 0 "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE application_name = 'rehearser' AND relation = 't'::regclass"
echo "ROLLBACK; SELECT current_setting('work_mem') <> '77kB', current_setting('lock_timeout'), current_setting('statement_timeout'), to_regclass('made') IS NULL, count(*) FROM t;" >&5
echo "SELECT outcome, sqlstate FROM schema_audit.rehearse('SELECT pg_sleep(60)', statement_timeout => '100ms') WHERE statement_no = 1;" >&5
echo "SELECT statement_no, outcome FROM schema_audit.rehearse('DROP TABLE t') WHERE statement_no = 1;" >&5
echo "SELECT pg_sleep(0.3), 'no timer is left';" >&5
exec 5>&-
wait
ok 'the cancel is an error of the caller' grep -q 'canceling statement due to user request' "$TESTDIR/said"
check 'settings, objects and rows are as before, and it can be done again' $'t|3s|0|t|1000\nfailed|57014\n1|ran\n|no timer is left' "$(tail -n 4 "$TESTDIR/said")"

# --- the guard, enforcing, from a preloaded library
tool=$(dirname "$0")/../../tools/private_server.sh
server=$("$tool" start --build debug --preload) || exit 1
trap '"$tool" stop "$server" --mode immediate >/dev/null 2>&1' EXIT
eval "$("$tool" env "$server")"
sql -c 'CREATE EXTENSION schema_audit' -c 'SELECT schema_audit.enable()' -c 'CREATE TABLE t (id integer NOT NULL DEFAULT 1)' >/dev/null
before=$(sql -c 'SELECT (SELECT count(*) FROM schema_audit.ddl_log), l FROM schema_audit.log_stats() AS l')
check 'what the guard would reject is told' $'1|ran|drop-default-on-not-null-column\n2|ran|add-column-not-null-no-default' "$(sql -c "
    SELECT statement_no, outcome, f ->> 'rule' FROM schema_audit.rehearse('ALTER TABLE t ALTER id DROP DEFAULT; ALTER TABLE t ADD b integer NOT NULL') AS r,
    jsonb_array_elements(r.findings) AS f WHERE f ->> 'severity' = 'error'")"
sleep 1
check 'and neither logged nor queued' "$before" "$(sql -c 'SELECT (SELECT count(*) FROM schema_audit.ddl_log), l FROM schema_audit.log_stats() AS l')"
ok 'nor in the log of the server' test "$(grep -c '"decision"' "$SERVER_LOG")" = 0
ok 'the guard itself goes on' grep -q 'would be required' <(sql -c 'ALTER TABLE t ALTER id DROP DEFAULT')
echo "1..$count"
