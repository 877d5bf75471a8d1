#!/bin/bash
# register_ddl() of a pg_dump against psql running the same dump into an empty database, by turns. Both make every
# object once; register_ddl reads them back, keeps the model, and takes the objects away again.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rounds=$1
shift
dump=$(mktemp)
trap 'rm -f "$dump"' EXIT

milliseconds() { # COMMAND...
    local started ended
    started=$(date +%s%N)
    "$@" >/dev/null
    ended=$(date +%s%N)
    echo $(((ended - started) / 1000000))
}

run_dump() { psql -X -q -d bench_dump -v ON_ERROR_STOP=1 -f "$dump"; }

# What psql reads as a command of its own is no DDL; a dump of late minor releases begins and ends with one.
register() {
    printf '%s\n' 'SET client_min_messages = warning;' "\\set ddl \`grep -v '^\\\\\\\\' $dump\`" \
        "SELECT schema_audit.register_ddl('bench', :'ddl');" | psql -X -q -d bench_register -v ON_ERROR_STOP=1
}

fresh() { # DATABASE
    dropdb --if-exists "$1" 2>/dev/null
    createdb "$1"
}

for tables in "$@"; do
    fresh bench_register_source
    psql -X -q -d bench_register_source -v ON_ERROR_STOP=1 -v tables="$tables" -f "$here/tables.sql"
    pg_dump --schema-only --schema 'bench_*' bench_register_source >"$dump"
    dropdb bench_register_source
    for _ in $(seq "$rounds"); do
        fresh bench_dump
        fresh bench_register
        psql -X -q -d bench_register -c 'CREATE EXTENSION schema_audit'
        echo "$(milliseconds run_dump) $(milliseconds register)"
    done | awk -v tables="$tables" -v bytes="$(stat -c %s "$dump")" '
        function show(name, values, n,   i, j, t) {
            for (i = 2; i <= n; i++) for (j = i; j > 1 && values[j] < values[j - 1]; j--) { t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
            printf "%-36s min %9.3f  median %9.3f  max %9.3f\n", name, values[1], values[int((n + 1) / 2)], values[n]
        }
        { a[NR] = $1; b[NR] = $2; r[NR] = $2 / $1 }
        END {
            printf "pg_dump of %d tables, %.1f MB, %d rounds\n", tables, bytes / 1048576, NR
            show("psql, ms", a, NR); show("register_ddl(), ms", b, NR); show("register_ddl() / psql", r, NR)
        }'
done
