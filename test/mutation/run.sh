#!/bin/bash
# Runs the mutations in the server that PGHOST, PGPORT … name, as TAP, and prints the matrix of what is covered.
#
#   test/mutation/run.sh [FILE...]     names without .sql; default: all, with the matrix
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
major=$(psql -X -qAt -d postgres -c "SELECT current_setting('server_version_num')::int / 10000")
count=0 status=0

tap() { # RESULT DESCRIPTION
    count=$((count + 1))
    if [ "$1" = 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; status=1; fi
}
sql() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$database" "$@"; }
is_empty() { # DESCRIPTION TEXT
    [ -z "$2" ]
    tap $? "$1"
    [ -z "$2" ] || sed 's/^/# /' <<<"$2"
}
findings="SELECT concat_ws('|', severity, finding_key, expected, actual) FROM audit_schema(models => ARRAY[:'model'], min_severity => 'info')"

names=("$@")
[ $# -gt 0 ] || for file in "$here"/*.sql; do
    [ "$(basename "$file")" = driver.sql ] || names+=("$(basename "$file" .sql)")
done
for name in "${names[@]}"; do
    since=$(sed -nE '1s/^-- since ([0-9]+)$/\1/p' "$here/$name.sql")
    [ "${since:-0}" -le "$major" ] || continue
    database=mutation_$name
    createdb "$database"
    export PGOPTIONS='-c client_min_messages=warning'
    if ! sql -f "$here/driver.sql" -f "$here/$name.sql" >"$work/out" 2>&1; then
        tap 1 "$name: its objects"
        sed 's/^/# /' "$work/out"
        continue
    fi
    is_empty "$name: the model registered from the schemas differs in nothing" "$(echo "$findings" | sql -v model=mutation 2>&1)"
    # The schemas of the model, and what is in no schema, as a dump shows them.
    pg_dump --schema-only --exclude-schema=schema_audit --exclude-schema=mutation_test "$database" >"$work/dump.sql"
    sql -v text="$(cat "$work/dump.sql")" >"$work/out" 2>&1 <<'S'
SELECT schema_audit.register_ddl('dump', :'text', schemas => (SELECT nullif(governed_schemas, '{}') FROM schema_audit.model WHERE model = 'mutation'))
S
    tap $? "$name: a dump is registered"
    grep ERROR -A3 "$work/out" | sed 's/^/# /'
    is_empty "$name: the dump differs in nothing" "$(echo "$findings" | sql -v model=dump 2>&1)"
    sql -c "SELECT schema_audit.unregister('dump')" >"$work/out" 2>&1
    sql -F $'\t' -c 'SET allow_system_table_mods = on' -c 'SELECT kind, attribute, fires, problem FROM mutation_test.run()' >"$work/rows" 2>"$work/out"
    tap $? "$name: the mutations"
    sed 's/^/# /' "$work/out"
    while IFS=$'\t' read -r kind attribute fires problem; do
        is_empty "$name: $kind, $attribute" "$problem"
        [ -n "$problem" ] || echo "$kind|${attribute%%,*}|$fires" >>"$work/covered"
    done <"$work/rows"
done

if [ $# = 0 ]; then
    database=mutation_${names[0]}
    sql -F '|' -c "SELECT kind, attribute FROM schema_audit.kinds()" >"$work/cells"
    awk -F'|' -v major="$major" '
        FILENAME ~ /since.txt$/ { if ($0 !~ /^#/ && $3 > major) later[$1, $2] = 1; next }
        FILENAME ~ /covered$/ { if ($3 == "t") fires[$1, $2]++; else quiet[$1, $2]++; next }
        {
            if ($1 != kind) { printf "# %s\n", $1; kind = $1 }
            f = fires[$1, $2] + 0
            is_later = ($1, $2) in later
            printf "#   %-28s %3d fire, %d must not%s\n", $2, f, quiet[$1, $2] + 0, f ? "" : is_later ? " (later server)" : "   <-- empty"
            cells++
            if (!f && !is_later) empty = empty "\n" $1 ", " $2
        }
        END { printf "# %d cells\n", cells; if (empty) print "EMPTY" empty }' "$here/since.txt" "$work/covered" "$work/cells" >"$work/matrix"
    sed '/^EMPTY/,$d' "$work/matrix"
    is_empty 'every attribute of every kind has a mutation that is found' "$(sed -n '/^EMPTY/,$p' "$work/matrix" | sed 1d)"
fi
echo "1..$count"
exit $status
