#!/bin/bash
# audit_schema() against bare scans of the facts that it needs: how much more it costs to compare than to read.
# Of everything, against all catalogs and own tables that a full audit scans; of tables, columns, constraints and
# indexes, and of tables and columns with their defaults alone, against pg_attribute and the model's columns, by far
# the largest. And the same asked again with nothing changed, and after one ALTER TABLE. All serial, without JIT, in
# one session, round by round; sequential scans are forced, since the planner would answer bare scans from indexes.
# Then the private memory that a session of its own takes at most for an audit, and what it keeps.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rounds=$1
kind=$2  # tables: one model names them all; tenants: one model of 20 tables for as many schemas as it takes
shift 2

catalogs='class attrdef constraint index type proc trigger depend sequence inherits rewrite enum policy operator
          opclass amop amproc collation namespace'
own='model_table model_constraint model_index model_object'

only() { # ITEMS, as an SQL list
    echo '\echo -'
    echo "INSERT INTO schema_audit.compare (item, enabled) SELECT item, false FROM schema_audit.compared() WHERE item NOT IN ($1);"
}

all_again() {
    echo '\echo -'
    echo 'DELETE FROM schema_audit.compare;'
}

round() { # NUMBER
    local name
    echo '\echo round'
    echo '\echo bare'
    echo 'SELECT count(*), sum(length(attname)) FROM pg_attribute \g /dev/null'
    echo 'SELECT count(*), sum(length(column_name)) FROM schema_audit.model_column \g /dev/null'
    echo '\echo rest'
    for name in $catalogs; do
        echo "SELECT count(*) FROM pg_$name \\g /dev/null"
    done
    for name in $own; do
        echo "SELECT count(*) FROM schema_audit.$name \\g /dev/null"
    done
    echo '\echo all'
    echo 'SELECT * FROM audit_schema() \g /dev/null'
    echo '\echo again'
    echo 'SELECT * FROM audit_schema() \g /dev/null'
    echo '\echo -'
    echo "ALTER TABLE $altered ADD COLUMN round_$1 integer;"
    echo '\echo altered'
    echo 'SELECT * FROM audit_schema() \g /dev/null'
    only "'tables', 'columns', 'constraints', 'indexes'"
    echo '\echo four'
    echo 'SELECT * FROM audit_schema() \g /dev/null'
    all_again
    only "'tables', 'columns'"
    echo '\echo columns'
    echo 'SELECT * FROM audit_schema() \g /dev/null'
    all_again
}

private_memory() { # PID, in kB
    local name value
    while read -r name value _; do
        [ "$name" != RssAnon: ] || echo "$value"
    done 2>/dev/null <"/proc/$1/status"
}

memory() { # NAME
    local pid before highest=0 now line
    coproc SESSION { psql -X -qAt -d "$database" 2>&1; }
    echo 'SELECT count(*) FROM schema_audit.rules() \g /dev/null
SELECT pg_backend_pid();' >&"${SESSION[1]}"
    read -r pid <&"${SESSION[0]}"
    before=$(private_memory "$pid")
    printf 'SELECT * FROM audit_schema() \\g /dev/null\n\\echo done\n' >&"${SESSION[1]}"
    until read -r -t 0.002 line <&"${SESSION[0]}"; do
        now=$(private_memory "$pid")
        highest=$((now > highest ? now : highest))
    done
    now=$(private_memory "$pid")
    awk -v name="$1" -v tables="$tables" -v a="$before" -v b="$highest" -v c="$now" 'BEGIN {
        printf "%-36s at most %.1f MB, kept %.1f MB; a table %.2f kB, %.2f kB\n", "memory, " name, (b - a) / 1024, (c - a) / 1024, (b - a) / tables, (c - a) / tables
    }'
    echo '\q' >&"${SESSION[1]}"
    wait "$SESSION_PID" || true
}

for tables in "$@"; do
    database=bench_${kind}_$tables
    dropdb --if-exists "$database" 2>/dev/null
    createdb "$database"
    psql -X -q -d "$database" -v ON_ERROR_STOP=1 -v tables="$tables" -f "$here/$kind.sql"
    [ "$kind" = tenants ] && altered=tenant_1.item_1 || altered=bench_1.item_1
    {
        echo 'SET jit = off; SET max_parallel_workers_per_gather = 0;'
        echo 'SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off;'
        echo '\timing on'
        for number in $(seq $((rounds + 1))); do
            round "$number"
        done
    } | psql -X -qAt -d "$database" |
        awk -v tables="$tables" -v kind="$kind" '
            function show(name, values, n,   i, j, t) {
                for (i = 2; i <= n; i++) for (j = i; j > 1 && values[j] < values[j - 1]; j--) { t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
                printf "%-36s min %9.3f  median %9.3f  max %9.3f\n", name, values[1], values[int((n + 1) / 2)], values[n]
            }
            function show_step(name, step,   i, values) { for (i = 1; i <= n; i++) values[i] = value[step, i]; show(name ", ms", values, n) }
            function show_ratio(name, step, other, more,   i, values) {
                for (i = 1; i <= n; i++) values[i] = value[step, i] / (value[other, i] + (more == "" ? 0 : value[more, i]))
                show(name, values, n)
            }
            /^round/ { round++; next }
            /^Time:/ { if (round > 1) value[step, round - 1] += $2; next }   # the first round warms up
            { step = $0 }
            END {
                n = round - 1
                printf "%d %s with 12 columns each, %d rounds\n", tables, kind == "tenants" ? "tables of tenants" : kind, n
                show_step("bare scan of columns", "bare"); show_step("bare scan of the rest", "rest")
                show_step("audit_schema()", "all"); show_ratio("  / bare scan of columns", "all", "bare"); show_ratio("  / bare scan of all", "all", "bare", "rest")
                show_step("tables to indexes", "four"); show_ratio("  / bare scan of columns", "four", "bare")
                show_step("columns and defaults", "columns"); show_ratio("  / bare scan of columns", "columns", "bare")
                show_step("asked again", "again"); show_ratio("  / audit_schema()", "again", "all")
                show_step("after one ALTER TABLE", "altered"); show_ratio("  / audit_schema()", "altered", "all")
            }'
    memory 'everything'
    only "'tables', 'columns'" | grep INSERT | psql -X -q -d "$database"
    memory 'columns and defaults'
done
