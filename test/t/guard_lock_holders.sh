#!/bin/bash
# Who is in the way right now: told before the command begins to wait.
set -uo pipefail
. "$(dirname "$0")/lib.bash"
sql() { PGOPTIONS='-c lock_timeout=500ms' psql -XAtq "$@" 2>&1; }
sql -c 'CREATE EXTENSION schema_audit' -c 'CREATE TABLE t (id integer)' -c 'CREATE INDEX t_id ON t (id)' -c 'CREATE TABLE other (id integer)' \
    -c 'CREATE TABLE p (id integer) PARTITION BY LIST (id)' -c 'CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1)' -c 'SELECT schema_audit.enable()' >/dev/null
mkfifo "$TESTDIR/reader"
PGAPPNAME=report psql -XAtq <"$TESTDIR/reader" >/dev/null 2>&1 &
exec 5>"$TESTDIR/reader"
echo 'BEGIN; SELECT count(*) FROM t; SELECT count(*) FROM p_1;' >&5
ok 'somebody reads' wait_for 1 "SELECT count(*) FROM pg_locks WHERE relation = 'p_1'::regclass AND pid <> pg_backend_pid()"
said=$(sql -c 'ALTER TABLE t ADD COLUMN a integer')
ok 'a young transaction is not told' not grep -q 'blocked-by' <<<"$said"
ok 'it grows old' wait_for t "SELECT bool_or(now() - xact_start > interval '6 s') FROM pg_stat_activity WHERE application_name = 'report'"
said=$(sql -c 'ALTER TABLE t ADD COLUMN a integer')
ok 'an old one is told' grep -q 'WARNING:  blocked-by-long-transaction: public.t' <<<"$said"
ok 'with its name' grep -Eq 'Waits for a long transaction \(process [0-9]+ of postgres, report, open for [0-9]+ s\)' <<<"$said"
ok 'and the query that shows it' grep -Eq 'FROM pg_stat_activity WHERE pid IN \([0-9]+\)' <<<"$said"
ok 'and the command waited in vain' grep -q 'lock timeout' <<<"$said"
said=$(sql -c 'DROP INDEX t_id')
ok 'the reader of its table is in the way of an index' grep -q 'blocked-by-long-transaction: public.t_id' <<<"$said"
said=$(sql -c 'ALTER TABLE p ADD COLUMN a integer')
ok 'the reader of a partition is in the way of its parent' grep -q 'blocked-by-long-transaction: public.p$' <<<"$said"
said=$(sql -c 'CREATE INDEX ON t (id)')
ok 'a lock that does not conflict is not told' not grep -q 'blocked-by' <<<"$said"
said=$(sql -c 'ALTER TABLE other ADD COLUMN a integer')
ok 'nor is another table' not grep -q 'blocked-by' <<<"$said"
sql -c "INSERT INTO schema_audit.rule_setting (rule, action, reason) VALUES ('blocked-by-long-transaction', 'reject', 'nobody waits')"
said=$(sql -c 'ALTER TABLE t ADD COLUMN a integer')
ok 'rejected, it does not begin to wait' grep -q 'ERROR:  .*public.t' <<<"$said"
ok 'nor time out' not grep -q 'lock timeout' <<<"$said"
echo 'COMMIT;' >&5
exec 5>&-
wait
ok 'nobody is in the way any more' test -z "$(sql -c 'ALTER TABLE t ADD COLUMN a integer')"
echo "1..$count"
