#!/bin/bash
# While somebody has locked the policy nothing waits, and nobody is rejected by a policy that nobody has made.
set -uo pipefail
. "$(dirname "$0")/lib.bash"
sql() { PGOPTIONS="${PGOPTIONS:-} -c statement_timeout=20s" psql -XAtq "$@" 2>&1; }
locked() { wait_for "$2" "SELECT count(*) FROM pg_locks WHERE relation = 'schema_audit.$1'::regclass AND mode = 'AccessExclusiveLock' AND granted"; }
said="guard cannot read its policy: DDL is logged, and not rejected"

sql -c 'CREATE EXTENSION schema_audit' -c "SELECT schema_audit.enable('log')" -c 'CREATE TABLE t (id integer)' >/dev/null
mkfifo "$TESTDIR/lock" "$TESTDIR/old"
psql -XAtq <"$TESTDIR/lock" >/dev/null 2>&1 &
exec 5>"$TESTDIR/lock"
psql -XAtq <"$TESTDIR/old" >"$TESTDIR/said" 2>&1 &
exec 6>"$TESTDIR/old"

for table in guard rule_setting; do
    echo "BEGIN; LOCK TABLE schema_audit.$table IN ACCESS EXCLUSIVE MODE;" >&5
    ok "$table is locked" locked $table 1
    ok 'a new session of a database in mode log is not rejected' is "$(sql -c "ALTER TABLE t ADD COLUMN by_$table integer NOT NULL")" ''
    ok 'the server log says why, once in a transaction' is "$(grep -c "$said" "$SERVER_LOG")" 1
    ok 'nor with an explicit enforce, since exemptions are unknown' is "$(PGOPTIONS='-c schema_audit.mode=enforce' sql -c "ALTER TABLE t ADD COLUMN explicit_$table integer NOT NULL")" ''
    ok 'mode off is known' is "$(PGOPTIONS='-c schema_audit.mode=off' sql -c "ALTER TABLE t ADD COLUMN off_$table integer NOT NULL")" ''
    ok 'fail_closed: the DDL fails' grep -q 'ERROR:  the guard cannot read its policy' <<<"$(PGOPTIONS='-c schema_audit.fail_closed=on' sql -c 'ALTER TABLE t ADD COLUMN closed integer NOT NULL')"
    echo 'COMMIT;' >&5
    ok "$table is free" locked $table 0
    : >"$SERVER_LOG"
done
ok 'what passed is logged with its rule' is "$(sql -c "SELECT string_agg(decision || ' ' || rule || ' ' || object_identity, E'\n' ORDER BY id) FROM schema_audit.ddl_log WHERE rule IS NOT NULL")" \
'allowed required-column-left-without-default public.t.by_guard
allowed required-column-left-without-default public.t.explicit_guard
allowed required-column-left-without-default public.t.by_rule_setting
allowed required-column-left-without-default public.t.explicit_rule_setting'

# A session that knows the policy goes on with it, also when it has been told to read it again.
sql -c "SELECT schema_audit.enable('enforce')" >/dev/null
echo 'ALTER TABLE t ADD COLUMN old_1 integer NOT NULL;' >&6
wait_for_line() { for _ in $(seq 100); do grep -q "$1" "$TESTDIR/said" && return; sleep 0.1; done; return 1; }
ok 'a session reads the policy' wait_for_line 'column public.t.old_1 would be required'
sql -c "INSERT INTO schema_audit.rule_setting (table_pattern, action, reason) VALUES ('other', 'off', 'x')"
echo "BEGIN; LOCK TABLE schema_audit.guard, schema_audit.rule_setting IN ACCESS EXCLUSIVE MODE;" >&5
ok 'both are locked' locked rule_setting 1
echo 'ALTER TABLE t ADD COLUMN old_2 integer NOT NULL;' >&6
ok 'it judges by the last policy that it read' wait_for_line 'column public.t.old_2 would be required'

# The commit reads again what the command could not read.
mkfifo "$TESTDIR/new"
psql -XAtq <"$TESTDIR/new" >"$TESTDIR/new_said" 2>&1 &
exec 7>"$TESTDIR/new"
echo 'BEGIN; ALTER TABLE t ADD COLUMN late integer NOT NULL; SELECT 1;' >&7
for _ in $(seq 100); do grep -q 1 "$TESTDIR/new_said" && break; sleep 0.1; done
echo 'COMMIT;' >&5
ok 'both are free' locked rule_setting 0
echo 'COMMIT;' >&7
exec 5>&- 6>&- 7>&-
wait
ok 'known at commit: rejected' grep -q 'column public.t.late would be required' "$TESTDIR/new_said"
echo "1..$count"
