#!/bin/bash
# A burst of 1,000 rejections, preloaded and not: each is in the server log, each is counted once, and what was handed
# to a worker is a row. And: the log forgets by itself what its retention does not keep.
set -uo pipefail
. "$(dirname "$0")/lib.bash"

burst() { # NAME
    sql -c 'CREATE EXTENSION schema_audit' -c 'SELECT schema_audit.enable()' -c 'CREATE TABLE t (id integer)' >/dev/null
    local session
    for session in 1 2 3 4; do
        { for i in $(seq 250); do echo "ALTER TABLE t ADD COLUMN a$i integer NOT NULL;"; done; } | sql >"$TESTDIR/$1.$session" &
    done
    wait
    ok "$1: 1,000 rejections reach the clients" is "$(cat "$TESTDIR/$1".? | grep -c 'would be required')" 1000
    ok "$1: each is in the server log" is "$(grep -c 'schema_audit: {.*"decision":"rejected"' "$SERVER_LOG")" 1000
    ok "$1: each is counted once" is "$(sql -c 'SELECT queued + refused FROM schema_audit.log_stats()')" 1000
    ok "$1: a burst is not for nothing" is "$(sql -c 'SELECT queued > 0 FROM schema_audit.log_stats()')" t
    ok "$1: what was handed over is written" wait_for t 'SELECT queued = written + failed AND failed = 0 AND skipped = 0 FROM schema_audit.log_stats()'
    ok "$1: a row each" is "$(sql -c "SELECT count(*) = (SELECT written FROM schema_audit.log_stats()) FROM schema_audit.ddl_log WHERE decision = 'rejected'")" t
    ok "$1: no attempt twice" is "$(sql -c "SELECT count(*) FROM (SELECT FROM schema_audit.ddl_log WHERE decision = 'rejected' GROUP BY object_identity, at HAVING count(*) > 1) AS twice")" 0
    ok "$1: no attempt left anything" is "$(sql -c "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0")" 1
    # A row that the table does not take is counted as well.
    sql -c "ALTER TABLE schema_audit.ddl_log ADD CONSTRAINT never CHECK (decision <> 'rejected') NOT VALID" >/dev/null
    sleep 0.3
    sql -c 'ALTER TABLE t ADD COLUMN b integer NOT NULL' >/dev/null
    ok "$1: nor is one lost that cannot be stored" wait_for '1|t' 'SELECT failed, queued = written + failed FROM schema_audit.log_stats()'
    ok "$1: and it adds up" is "$(sql -c 'SELECT queued + refused FROM schema_audit.log_stats()')" 1001
    sql -c 'ALTER TABLE schema_audit.ddl_log DROP CONSTRAINT never' >/dev/null
}

ok 'nothing is preloaded' is "$(sql -c 'SHOW shared_preload_libraries')" ''
burst plain

# Retention: an ordinary command starts what forgets, and does not wait for it.
sql -c "INSERT INTO schema_audit.ddl_log (at, decision) SELECT now() - interval '2 days', 'allowed' FROM generate_series(1, 25000)" \
    -c "UPDATE schema_audit.ddl_log SET at = now() - interval '2 days'" -c "ALTER DATABASE postgres SET schema_audit.log_retention = '1d'" >/dev/null
sql -c 'CREATE TABLE forgets (id integer)' >/dev/null
ok 'old rows go by themselves, young ones stay' wait_for 'f|t' "SELECT EXISTS (SELECT FROM schema_audit.ddl_log WHERE at < now() - interval '1 day'), EXISTS (SELECT FROM schema_audit.ddl_log WHERE object_identity = 'public.forgets')"
sql -c "INSERT INTO schema_audit.ddl_log (at, decision) SELECT now() - interval '2 days', 'allowed'" -c 'CREATE TABLE too_early (id integer)' >/dev/null
sleep 1
ok 'once an hour' is "$(sql -c "SELECT count(*) FROM schema_audit.ddl_log WHERE at < now() - interval '1 day'")" 1

other=$(tools/private_server.sh start --preload) || exit 1
trap 'tools/private_server.sh stop "$other" >/dev/null' EXIT
eval "$(tools/private_server.sh env "$other")"
ok 'the library is preloaded' is "$(sql -c 'SHOW shared_preload_libraries')" schema_audit
burst preloaded
echo "1..$count"
