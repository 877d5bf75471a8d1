#!/bin/bash
# A session that waits for the table does not blind the check at commit.
set -uo pipefail
count=0
ok() { # DESCRIPTION COMMAND...
    local description=$1
    shift
    count=$((count + 1))
    if "$@"; then echo "ok $count - $description"; else echo "not ok $count - $description"; fi
}
sql() { psql -XAtq "$@" 2>&1; }
wait_for() { # EXPECTED QUERY
    for _ in $(seq 100); do
        [ "$(sql -c "$2")" != "$1" ] || return 0
        sleep 0.1
    done
    return 1
}

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
