#!/bin/bash
# Databases that are not in UTF-8: what schema_audit itself says and stores is ASCII.
set -uo pipefail
. "$(dirname "$0")/lib.bash"
export PGCLIENTENCODING=UTF8
for encoding in EUC_JP LATIN1; do
    createdb -T template0 -E $encoding --locale=C in_$encoding
    sql() { psql -XAtq -d in_$encoding "$@" 2>&1; }
    ok "$encoding: the extension can be created" test "$(sql -c 'CREATE EXTENSION schema_audit' -c 'SELECT schema_audit.enable()')" = ''
    sql -c "CREATE TABLE long (id integer /* $(printf '%020000d' 0) */)"
    ok "$encoding: a statement too long for the log" test "$(sql -c "SELECT right(statement, 5) FROM schema_audit.ddl_log")" = '0 ...'
    [ $encoding = EUC_JP ] && for blanks in '' ' '; do
        sql -c "CREATE TABLE kanji$((${#blanks} + 1)) (id integer /* $blanks$(printf '漢%.0s' $(seq 10000)) */)"
        ok "$encoding: cut at a character, not within one" test "$(sql -c "SELECT right(statement, 5) FROM schema_audit.ddl_log ORDER BY id DESC LIMIT 1")" = '漢 ...'
    done
    ok "$encoding: the error that says what to do" grep -q 'SELECT schema_audit.disable(); first.' <<<"$(sql -c 'DROP EXTENSION schema_audit')"
done
echo "1..$count"
