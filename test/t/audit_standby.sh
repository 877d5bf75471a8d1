#!/bin/bash
# A hot standby is audited as the primary is: the same rows, nothing written.
set -u
echo 1..7
. "$(dirname "$0")/lib.bash"

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# A database of its own in the server at hand would do, but a backup takes all of a server.
primary=$("$source_dir/tools/private_server.sh" start --conf 'wal_level = replica' --conf 'max_wal_senders = 4' --conf 'hot_standby = on') || exit 1
eval "$("$source_dir/tools/private_server.sh" env "$primary")"
standby=$primary/standby
stop() {
    "$source_dir/tools/private_server.sh" as-server-user "$primary/bin/pg_ctl" -D "$standby" -m immediate -w -s stop >/dev/null 2>&1
    "$source_dir/tools/private_server.sh" stop "$primary"
}
trap stop EXIT

psql -Xq <<'SQL' || exit 1
SET client_min_messages = warning;
CREATE EXTENSION schema_audit;
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE TABLE person (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'x', mood mood DEFAULT 'sad', born date CHECK (born > '1900-01-01'));
CREATE TABLE pet (id serial PRIMARY KEY, owner integer REFERENCES person ON DELETE CASCADE, name text);
CREATE INDEX pet_name ON pet (lower(name)) WHERE name <> '';
SELECT schema_audit.register_schema('app', '{public}') > 0 AS registered \gset
ALTER TABLE person ALTER name TYPE varchar(10), ALTER born DROP NOT NULL, ADD extra integer NOT NULL DEFAULT 7;
ALTER TABLE person ALTER extra DROP DEFAULT;
ALTER TABLE pet DROP CONSTRAINT pet_owner_fkey, DROP name;
CREATE TABLE more (id integer);
-- written by hand: read and judged at each audit, in subtransactions
INSERT INTO schema_audit.model (model, governed_schemas) VALUES ('hand', '{public}');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES ('hand', 'public', 'wish');
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type, default_expression)
VALUES ('hand', 'public', 'wish', 'a', 1, 'int4', '1 + 1'), ('hand', 'public', 'wish', 'b', 2, 'nonsense', NULL), ('hand', 'public', 'wish', 'c', 3, 'int', '1 +');
INSERT INTO schema_audit.suppression (rule, table_pattern, reason) VALUES ('extra-table', 'more', 'known');
SQL

"$source_dir/tools/private_server.sh" as-server-user "$primary/bin/pg_basebackup" -h "$PGHOST" -p "$PGPORT" -U postgres -D "$standby" -R -X stream -c fast >"$primary/backup.out" 2>&1 ||
    { cat "$primary/backup.out"; exit 1; }
standby_port=$((PGPORT + 1))
{
    echo "port = $standby_port"
    echo "unix_socket_directories = '$PGHOST'"
} | "$source_dir/tools/private_server.sh" as-server-user tee -a "$standby/postgresql.conf" >/dev/null
"$source_dir/tools/private_server.sh" as-server-user "$primary/bin/pg_ctl" -D "$standby" -l "$standby/log" -w -t 60 -s start </dev/null >/dev/null 2>&1 ||
    { tail -n 20 "$standby/log"; exit 1; }
on_standby() { PGPORT=$standby_port "$@"; }

check 'the standby is one' t "$(on_standby psql -XAtc 'SELECT pg_is_in_recovery()' 2>&1)"
audit="SELECT * FROM audit_schema(min_severity => 'info', suppressed => true)"
here=$(psql -XAtc "$audit" 2>&1)
there=$(on_standby psql -XAtc "$audit" 2>&1)
check 'the audit of the standby gives the same rows' "$here" "$there"
check 'and these are findings' t "$([ "$(grep -cE '^(error|warning|info)\|' <<<"$there")" -ge 8 ] && echo t || echo "$there")"
columns='SELECT * FROM schema_audit.columns()'
check 'so do the columns' "$(psql -XAtc "$columns" 2>&1)" "$(on_standby psql -XAtc "$columns" 2>&1)"
check 'registering there is a clean error' 'ERROR:  25006' \
    "$(on_standby psql -XAt -v VERBOSITY=sqlstate -c "SELECT schema_audit.register_schema('x', '{public}')" 2>&1)"

# What happens on the primary later is seen there.
psql -Xqc 'DROP TABLE more CASCADE' -c 'ALTER TABLE pet ADD name text' || exit 1
position=$(psql -XAtc 'SELECT pg_current_wal_lsn()')
for _ in $(seq 100); do
    [ "$(on_standby psql -XAtc "SELECT pg_last_wal_replay_lsn() >= '$position'" 2>&1)" = t ] && break
    sleep 0.1
done
check 'a later change shows there as here' "$(psql -XAtc "$audit" 2>&1)" "$(on_standby psql -XAtc "$audit" 2>&1)"
check 'and is a change' t "$([ "$here" != "$(on_standby psql -XAtc "$audit" 2>&1)" ] && echo t)"
