#!/bin/bash
# Registers and audits real models against real dumps and prints counts by rule.
#
#   test/real/run.sh DIR [TEAM...]     each DIR/TEAM holds models.sql, live.sql and optionally
#                                      models.annotations.json
#
# Runs in the server that PGHOST, PGPORT … name (make test-real starts a private one); each team gets a
# database of its own. Prints TAP: what must hold is that every team registers, that the audit answers in
# under two seconds, and that the model registered from the database itself has no finding.
set -euo pipefail

directory=${1:?usage: test/real/run.sh DIR [TEAM...]}
shift
[ $# -gt 0 ] || set -- $(cd "$directory" && for team in */models.sql; do dirname "$team"; done)

tests=0
failures=0
ok() { # condition-exit-status description
    tests=$((tests + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tests - $2"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $2"
    fi
}
run() { psql -X -qAt -v ON_ERROR_STOP=1 "$@"; }

audit_team() {
    local team=$1 database="real_$1" folder="$directory/$1" seconds
    local annotations="$folder/models.annotations.json"
    createdb "$database"
    run -d "$database" -f "$folder/live.sql" >/dev/null 2>&1
    run -d "$database" -c 'SET search_path = public; CREATE EXTENSION schema_audit SCHEMA public' 2>/dev/null
    run -d "$database" <<SQL
SET client_min_messages = warning;
\\set ddl \`cat "$folder/models.sql"\`
\\set annotations \`cat "$annotations" 2>/dev/null || echo {}\`
SELECT '# $team: ' || schema_audit.register_ddl('$team', :'ddl', schemas => '{public}', annotations => :'annotations'::jsonb) || ' objects registered';
SQL
    ok $? "$team registers"
    echo "# $team: findings by rule"
    run -d "$database" -F ' ' -c "SELECT '#', severity, rule, count(*) FROM audit_schema(min_severity => 'info') GROUP BY 2, 3 ORDER BY min(CASE severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END), 3"
    seconds=$(run -d "$database" -c '\timing on' -c 'SELECT count(*) FROM audit_schema()' | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p')
    echo "# $team: audit_schema() took $seconds ms"
    ok "$(awk -v ms="$seconds" 'BEGIN { print ms < 2000 ? 0 : 1 }')" "$team is audited in under two seconds"
    run -d "$database" -c "SET client_min_messages = warning; SELECT schema_audit.unregister('$team'); SELECT schema_audit.register_schema('$team', '{public}')" >/dev/null
    local rows
    rows=$(run -d "$database" -F ' ' -c "SELECT rule, table_name, object_name, expected, actual FROM audit_schema(min_severity => 'info')")
    [ -z "$rows" ] || echo "$rows" | sed 's/^/# /' | head -20
    ok "$([ -z "$rows" ]; echo $?)" "$team: the database registered as its own model has no finding"
    dropdb "$database"
}

for team in "$@"; do
    audit_team "$team"
done
echo "1..$tests"
exit $((failures > 0))
