#!/bin/bash
# A session that waits for the table does not blind the check at commit.
set -uo pipefail
. "$(dirname "$0")/lib.bash"

sql -c 'CREATE EXTENSION schema_audit' -c 'SELECT schema_audit.enable()' -c 'CREATE TABLE t (id integer NOT NULL DEFAULT 1)' >/dev/null
mkfifo "$TESTDIR/migration"
sql <"$TESTDIR/migration" >"$TESTDIR/said" &
exec 5>"$TESTDIR/migration"
echo 'BEGIN; ALTER TABLE t ALTER id DROP DEFAULT;' >&5
ok 'one session alters the table' wait_for 1 "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock' AND granted"
sql -c 'ALTER TABLE t ADD other integer' >/dev/null &
ok 'another waits for it' wait_for 1 "SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass AND NOT granted"
echo 'COMMIT;' >&5
exec 5>&-
wait
ok 'the first is rejected' grep -q 'column public.t.id would be required' "$TESTDIR/said"
ok 'the default is still there' test "$(sql -c "SELECT atthasdef FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'id'")" = t
ok 'the second has gone on' test "$(sql -c "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'other'")" = 1
echo "1..$count"
