#!/bin/bash
# Compares what the module exports with exports.txt and with the install script.
# Prints TAP.
#
#   tools/check_exports.sh build/release-15
set -euo pipefail
export LC_ALL=C

build=$1
script=$(ls "$build"/schema_audit--*.sql | grep -vE -- '--.*--' | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests=0 status=0

same() { # DESCRIPTION EXPECTED ACTUAL ADVICE
    tests=$((tests + 1))
    if diff "$2" "$3" >"$work/diff"; then
        echo "ok $tests - $1"
    else
        echo "not ok $tests - $1"
        sed -n 's/^[<>]/# &/p' "$work/diff"
        echo "# $4"
        status=1
    fi
}

grep -v '^#' "$build/exports_all.txt" | awk 'NF {print $1}' | sort -u >"$work/listed"
nm -D --defined-only "$build/schema_audit.so" | awk '$2 != "A" {print $NF}' | sed 's/@.*//' | sort -u >"$work/exported"
# A function without a link symbol has its own name for one.
perl -0777 -ne '
    s/--[^\n]*//g;
    print(defined $2 ? "$2\n" : "$1\n")
        while /\b(?:FUNCTION|PROCEDURE)\s+(?:[\w\@"]+\.)?"?(\w+)"?\s*\((?:(?!\b(?:FUNCTION|PROCEDURE)\b).)*?\bAS\s+\x27(?:MODULE_PATHNAME|\$libdir\/schema_audit)\x27\s*(?:,\s*\x27(\w+)\x27)?/gis' \
    "$script" | sort -u >"$work/named"
{ sed 's/^/pg_finfo_/' "$work/named"; cat "$work/named"; } | sort -u >"$work/needed"
sed -n 's/^pg_finfo_//p' "$work/listed" | sort -u >"$work/functions"
# What the server looks up without the script, a worker's entry say, gives its reason: "name # why".
grep -vE '^#|^[^ ]+ +#' "$build/exports_all.txt" | awk 'NF && $1 !~ /^(Pg_magic_func|_PG_init|_PG_fini)$/ {print $1}' |
    sort -u >"$work/listed_functions"
comm -12 "$work/needed" "$work/listed" >"$work/needed_and_listed"

same "$build: the module exports exactly what the list names" "$work/listed" "$work/exported" \
    '<: listed, not defined in the module; >: exported without being listed'
same "$build: each C function of the install script is exported with its pg_finfo_" "$work/needed" "$work/needed_and_listed" \
    '<: named by the script (or its pg_finfo_), not listed in exports.txt'
same "$build: each exported function is used by the install script" "$work/functions" "$work/named" \
    '<: exported, not named by the script; >: named by the script, no pg_finfo_ listed'
same "$build: nothing else is exported" "$work/needed" "$work/listed_functions" \
    '>: listed, but neither magic, _PG_init nor a function of the script; if the server looks it up otherwise, say why: name # reason'
echo "1..$tests"
exit $status
