#!/bin/bash
# On a hot standby the guard is silent; after a promotion it acts.
set -uo pipefail
. "$(dirname "$0")/lib.bash"
primary() { psql -XAtq "$@" 2>&1; }
standby() { PGHOST=$dir/socket psql -XAtq "$@" 2>&1; }

primary -c 'CREATE EXTENSION schema_audit' -c "SELECT schema_audit.enable()" -c 'CREATE TABLE t (id integer)' >/dev/null
# Beside the data directory of the primary: a path short enough for a socket.
dir=$(mktemp -d "${TMPDIR:-/tmp}/standby.XXXXXX")
trap 'pg_ctl -D "$dir/data" -m immediate stop >/dev/null 2>&1; rm -rf "$dir"' EXIT
mkdir "$dir/socket"
pg_basebackup -D "$dir/data" -R -X stream -c fast >/dev/null 2>&1
echo "unix_socket_directories = '$dir/socket'" >>"$dir/data/postgresql.conf"
pg_ctl -D "$dir/data" -w -l "$dir/log" start >/dev/null 2>&1 9>&-
ok 'it is a standby' is "$(standby -c 'SELECT pg_is_in_recovery()')" t
ok 'DDL gives the error of the server alone' is "$(standby -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL')" \
    'ERROR:  cannot execute ALTER TABLE in a read-only transaction'
ok 'temporary tables too' is "$(standby -c 'CREATE TEMPORARY TABLE x (id integer)')" \
    'ERROR:  cannot execute CREATE TABLE in a read-only transaction'
ok 'reading works, with the module loaded' is "$(standby -c "LOAD 'schema_audit'" -c 'SELECT mode FROM schema_audit.guard' -c 'SELECT count(*) > 0 FROM schema_audit.rules()')" 'enforce
t'
ok 'the counters can be read' is "$(standby -c 'SELECT * FROM schema_audit.log_stats()')" '0|0|0|0|0'
ok 'the guard has said nothing' is "$(grep -c 'schema_audit: ' "$dir/log")" 0
pg_ctl -D "$dir/data" -w promote >/dev/null 2>&1
ok 'after the promotion the guard acts' grep -q 'would be required' <<<"$(standby -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL')"
echo "1..$count"
