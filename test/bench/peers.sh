#!/bin/bash
# audit_schema() beside other ways to compare two schemas, on one database and a copy of it with about 300
# differences. Nothing here passes or fails.
#
#   test/bench/peers.sh [TABLES]      default 1000
#
# BENCH_ROUNDS (default 3) says how often, PEER_SECONDS (600) after how long a peer is given up. Runs in the
# server that PGHOST, PGPORT … name; `make bench-peers` fetches the peers into build/peers and starts one.
# Each line: milliseconds of a whole process, unless it says otherwise, and the ratios of its median to that
# of audit_schema() called with psql, connecting included, and in an open session.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
peers=$here/../../build/peers
tables=${1:-1000}
rounds=${BENCH_ROUNDS:-3}
cap=${PEER_SECONDS:-600}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
sql() { psql -X -qAt -v ON_ERROR_STOP=1 "$@"; }

dropdb --if-exists peers_model 2>/dev/null
dropdb --if-exists peers_live 2>/dev/null
createdb peers_model || exit 1
sql -d peers_model -v tables="$tables" -f "$here/tables.sql" >/dev/null || exit 1
sql -d peers_model -c "SELECT schema_audit.register_schema('bench', (SELECT array_agg(DISTINCT schema_name) FROM schema_audit.model_table))" >/dev/null || exit 1
createdb -T peers_model peers_live || exit 1
sql -d peers_live <<'SQL' >/dev/null || exit 1
DO $$
DECLARE
    place text;
    changes CONSTANT text[] := ARRAY['ADD COLUMN more integer', 'DROP COLUMN updated_at', 'ALTER COLUMN status TYPE text',
        'ALTER COLUMN amount DROP NOT NULL', 'ALTER COLUMN active DROP DEFAULT', 'ALTER COLUMN reference SET DEFAULT NULL'];
BEGIN
    FOR i IN 1..300 LOOP
        SELECT format('%I.%I', nspname, relname) INTO place FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
         WHERE relkind = 'r' AND nspname LIKE 'bench\_%' ORDER BY length(relname), relname OFFSET 20 + (i - 1) / array_length(changes, 1) LIMIT 1;
        EXECUTE format('ALTER TABLE %s %s', place, changes[1 + i % array_length(changes, 1)]);
    END LOOP;
END$$;
VACUUM ANALYZE;
SQL

psql_ms= session_ms=
show() { # NAME NOTE: reads milliseconds
    sort -n >"$work/sorted"
    local median
    median=$(awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }' "$work/sorted")
    session_ms=${session_ms:-$median}
    [ "$median" = "$session_ms" ] || psql_ms=${psql_ms:-$median}
    awk -v name="$1" -v note="$2" -v psql="${psql_ms:-$median}" -v session="$session_ms" '{ v[NR] = $1 }
        END { m = v[int((NR + 1) / 2)]; printf "%-44s %9.1f %9.1f %9.1f %8.1f %8.1f  %s\n", name, v[1], m, v[NR], m / psql, m / session, note }' "$work/sorted"
}
absent() { printf '%-44s %s\n' "$1" "$2"; }

# measure NAME GOOD-STATUSES COMMAND...: statuses as a pattern; what it prints is counted in lines
measure() {
    local name=$1 good=$2 status start
    shift 2
    : >"$work/times"
    for _ in $(seq "$rounds"); do
        start=$EPOCHREALTIME
        timeout "$cap" "$@" >"$work/out" 2>"$work/errors"
        status=$?
        awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f\n", (b - a) * 1000 }' >>"$work/times"
        if [ $status = 124 ]; then
            absent "$name" "gave up after $cap s"
            return
        elif [[ ! $status =~ ^($good)$ ]]; then
            absent "$name" "failed with status $status: $(grep -v '^ *$' "$work/errors" "$work/out" -h | tail -n 1 | cut -c 1-200)"
            return
        fi
    done
    show "$name" "$(wc -l <"$work/out") lines" <"$work/times"
}

# The fence of a new dump, \restrict with a random word, would be a difference.
dump() { pg_dump --schema-only --schema='bench_*' "$1" | grep -vE '^\\(un)?restrict '; }
dump_and_diff() { dump peers_model >"$work/model.sql" && dump peers_live >"$work/live.sql" && diff "$work/model.sql" "$work/live.sql"; }
export -f dump dump_and_diff
export work

url() { node -e 'const q = encodeURIComponent; console.log(`postgresql://${q(process.env.PGUSER)}@localhost/${process.argv[1]}?host=${q(process.env.PGHOST)}&port=${process.env.PGPORT}`)' "$1"; }

echo "$tables tables with 12 columns each, $(sql -d peers_live -c "SELECT count(*) FROM audit_schema(min_severity => 'info')") findings, $rounds rounds"
printf '%-44s %9s %9s %9s %8s %8s\n' 'milliseconds' min median max 'x psql' 'x session'
{
    for round in $(seq $((rounds + 1))); do
        # something changes each time, or the session would know the answer
        echo '\timing off'
        echo "COMMENT ON DATABASE peers_live IS 'round $round';"
        echo '\timing on'
        echo "SELECT * FROM audit_schema(min_severity => 'info') \\g /dev/null"
    done
} | sql -d peers_live | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | tail -n +2 >"$work/times"
show 'audit_schema(), in an open session' '' <"$work/times"
measure 'audit_schema(), with psql' 0 psql -X -qAt -d peers_live -c "SELECT * FROM audit_schema(min_severity => 'info')"
measure 'pg_dump --schema-only of both, and diff' 1 bash -c dump_and_diff

if [ -x "$peers/migra/node_modules/.bin/migra" ]; then
    measure '@pgkit/migra' '0|2' "$peers/migra/node_modules/.bin/migra" run --unsafe --exclude-schema schema_audit public -- "$(url peers_live)" "$(url peers_model)"
else
    absent '@pgkit/migra' 'not there'
fi

if [ -x "$peers/alembic/bin/python" ]; then
    if timeout "$cap" "$peers/alembic/bin/python" "$here/peers_alembic.py" peers_model peers_live "$rounds" >"$work/alembic" 2>"$work/errors"; then
        show 'alembic compare_metadata, the call alone' "$(tail -n 1 "$work/alembic" | cut -d' ' -f2) differences" <"$work/alembic"
    else
        absent 'alembic compare_metadata' "failed or gave up after $cap s: $(tail -n 1 "$work/errors" | cut -c 1-200)"
    fi
else
    absent 'alembic compare_metadata' 'not there'
fi

if [ -e "$peers/check_postgres/usr/bin/check_postgres" ]; then
    # 2 is its status for "critical": there are differences.
    measure 'check_postgres same_schema' 2 perl "$peers/check_postgres/usr/bin/check_postgres" --action=same_schema \
        --host="$PGHOST" --port="$PGPORT" --dbuser="$PGUSER" --dbname=peers_model,peers_live
else
    absent 'check_postgres same_schema' 'not there'
fi

# pgTAP's expectations as one SELECT for each kind; they are made from the model before the clock starts.
extensions=$("$PG_CONFIG" --sharedir)/extension
for file in "$peers"/pgtap/usr/share/postgresql/*/extension/pgtap*; do
    # Only into a private server: its directory of extensions is its own.
    [[ ! -e $file || ${SERVER_DIR:-} = '' || $extensions != "${SERVER_DIR:-}"/* ]] || cp "$file" "$extensions/"
done
if sql -d peers_live -c 'CREATE SCHEMA pgtap; CREATE EXTENSION pgtap SCHEMA pgtap' >"$work/errors" 2>&1; then
    sql -d peers_model -c "COPY (SELECT n.nspname, c.relname, a.attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = attrelid
        JOIN pg_namespace AS n ON n.oid = relnamespace WHERE relkind = 'r' AND nspname LIKE 'bench\\_%' AND attnum > 0 AND NOT attisdropped) TO STDOUT" >"$work/expected"
    sql -d peers_live -c 'CREATE TABLE pgtap.expected (s name, t name, c name, type text, required boolean)' -c '\copy pgtap.expected FROM STDIN' <"$work/expected"
    cat >"$work/pgtap.sql" <<'SQL'
SET search_path = pgtap, public;
SELECT no_plan() \g /dev/null
SELECT columns_are(s, t, array_agg(c)) FROM pgtap.expected GROUP BY s, t;
SELECT col_type_is(s, t, c, type, 'type') FROM pgtap.expected;
SELECT CASE WHEN required THEN col_not_null(s, t, c, 'null') ELSE col_is_null(s, t, c, 'null') END FROM pgtap.expected;
SQL
    measure 'pgTAP columns_are, col_type_is, col_not_null' 0 psql -X -qAt -d peers_live -f "$work/pgtap.sql"
else
    absent pgTAP "not there: $(head -n 1 "$work/errors")"
fi
