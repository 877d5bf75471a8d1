#!/bin/bash
# A rejection never waits: of a table that another session has locked the statistics tell whether it has rows.
set -uo pipefail
. "$(dirname "$0")/lib.bash"
sql() { PGOPTIONS='-c lock_timeout=10s' psql -XAtq "$@" 2>&1; }
sql -c 'CREATE EXTENSION schema_audit' -c 'CREATE TABLE t (id integer)' -c 'INSERT INTO t SELECT generate_series(1, 100)' -c 'ANALYZE t' -c 'SELECT schema_audit.enable()' >/dev/null
mkfifo "$TESTDIR/lock"
psql -XAtq <"$TESTDIR/lock" >/dev/null 2>&1 &
exec 5>"$TESTDIR/lock"
echo 'BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE;' >&5
ok 'the table is locked' wait_for 1 "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock' AND granted"
said=$(sql -c 'BEGIN' -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL')
ok 'rejected at once' grep -q 'column public.t.a would be required' <<<"$said"
ok 'and told by what' grep -q 'about 100 rows by its statistics, 8192 bytes' <<<"$said"
echo 'COMMIT;' >&5
exec 5>&-
wait
said=$(sql -c 'BEGIN' -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL' -c "SELECT 'locks: ' || count(*) FROM pg_locks WHERE relation = 't'::regclass")
ok 'unlocked, the table itself is asked' grep -q 'about 100 rows, 8192 bytes' <<<"$said"
echo "1..$count"
