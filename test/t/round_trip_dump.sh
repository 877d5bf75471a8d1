#!/bin/bash
# pg_dump --schema-only of a database, registered as a model, audits to nothing against that database: as it is,
# and after the dump was restored elsewhere.
set -u
echo 1..5
. "$(dirname "$0")/lib.bash"
fixture=$(dirname "${BASH_SOURCE[0]}")/../fixtures/round_trip/schema.sql
schemas='{rt_main,rt_other,"RT Odd"}'
query() { psql -XqtA -v ON_ERROR_STOP=1 "$@" 2>&1; }
findings="SELECT severity, rule, schema_name, table_name, object_name, expected, actual FROM audit_schema(min_severity => 'info')"

database=round_trip_$$
createdb "$database" && createdb "${database}_copy" || exit 1
export PGDATABASE=$database
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
for db in "$database" "${database}_copy"; do
    for extension in schema_audit citext hstore btree_gist pg_trgm; do
        query -d "$db" -c "CREATE EXTENSION $extension"
    done
done
psql -Xq -v ON_ERROR_STOP=1 -f "$fixture" >"$work/fixture.log" 2>&1 || { cat "$work/fixture.log"; exit 1; }
# A value that is left from ADD COLUMN … DEFAULT is a hazard of its own, and in no dump: a rewrite removes it.
query -c 'VACUUM FULL rt_main.base, rt_main.derived, rt_other.twice'
# Data, too: the COPY blocks of a dump are no DDL.
query -c "INSERT INTO rt_main.base (id, name, late) VALUES (1, E'a;b\\t\\\\.', 1)"
pg_dump --schema-only -n rt_main -n rt_other -n '"RT Odd"' -f "$work/schema.sql" || exit 1
pg_dump -n rt_main -n rt_other -n '"RT Odd"' -f "$work/all.sql" || exit 1

register() { # FILE [PSQL OPTION...]
    local file=$1
    shift
    { printf "\\\\set ddl \`cat '%s'\`\nSET client_min_messages = error;\n" "$file"
      printf "SELECT schema_audit.register_ddl('dump', :'ddl', schemas => '%s') > 60;\n" "$schemas"; } | query "$@"
}
check 'the dump is registered' t "$(register "$work/schema.sql")"
check 'and audits to nothing against its database' '' "$(query -c "$findings")"
check 'so does a dump with data' t "$(register "$work/all.sql")"
check 'against its database' '' "$(query -c "$findings")"
psql -Xq -d "${database}_copy" -f "$work/all.sql" >"$work/restore.log" 2>&1
register "$work/schema.sql" -d "${database}_copy" >/dev/null
check 'and against the database that it was restored into' '' "$(query -d "${database}_copy" -c "$findings")"
