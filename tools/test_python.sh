#!/bin/bash
# The tests of clients/python: its wheel in virtual environments of build/python, one for each set of versions.
#
#   tools/test_python.sh [--write] [BUILD-DIR]    default: release; prints what pytest prints, and last "N passed, N failed"
#
# --write puts what came out in place of the outputs that docs/django.md and docs/sqlalchemy.md show.
#
# Environments are kept and made anew when what belongs into them changes, those with the newest versions each week.
# Status 77: skipped, the last line says why.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
docs_write=
[ "${1:-}" != --write ] || { docs_write=--write; shift; }
server_build=${1:-release}
place=$PWD/build/python
mkdir -p "$place/log"

skip() {
    echo "$*"
    exit 77
}

# Django's newest wants a newer Python than Debian 12 has.
newer_python() {
    local candidate
    for candidate in python3.15 python3.14 python3.13 python3.12 ~/.pyenv/versions/3.1[2-9]*/bin/python3; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

unreachable() { # LOG: does it speak of a network that is not there?
    grep -qEi 'connection|timed? ?out|temporary failure|name resolution|max retries|no matching distribution|network' "$1"
}

# NAME PYTHON TESTS REQUIREMENTS...
environment() {
    local name=$1 python=$2 wanted log=$place/log/$1.pip
    shift 3
    wanted="$("$python" -VV) $*"
    [[ $name != newest* ]] || wanted+=" $(date +%G-%V)"
    if [ "$(cat "$place/$name/wanted" 2>/dev/null)" != "$wanted" ]; then
        rm -rf "${place:?}/$name"
        "$python" -m venv "$place/$name" >"$log" 2>&1 && "$place/$name/bin/pip" install -q "$@" >>"$log" 2>&1 || return 1
        echo "$wanted" >"$place/$name/wanted"
    fi
    # As users get it, and not from the sources.
    "$place/$name/bin/pip" install -q --no-deps --no-index --force-reinstall "$wheel" >>"$log" 2>&1
}

command -v python3 >/dev/null || skip 'no python3'
python3 -c 'import venv, ensurepip' 2>/dev/null || skip 'no python3-venv: run tools/setup.sh'

rm -rf "$place/wheel"
if ! python3 -m venv "$place/pip" >"$place/log/wheel.pip" 2>&1 ||
    ! "$place/pip/bin/pip" wheel -q --no-deps -w "$place/wheel" clients/python >>"$place/log/wheel.pip" 2>&1; then
    ! unreachable "$place/log/wheel.pip" || skip 'pip reaches no index of packages'
    cat "$place/log/wheel.pip"
    exit 1
fi
rm -rf clients/python/build clients/python/src/*.egg-info
wheel=$(ls "$place"/wheel/schema_audit-*.whl)

newest=$(newer_python)
common='pytest jsonschema alembic'
sets="oldest|python3|tests|django~=4.2.0 sqlalchemy~=1.4.0 psycopg2-binary $common
lts|python3|tests|django~=5.2.0 sqlalchemy~=2.0.0 psycopg[binary] $common
newest|${newest:-python3}|${newest:+tests/test_django.py }tests/test_sqlalchemy.py|django sqlalchemy psycopg[binary] $common"

run_set() { # NAME TESTS
    local name=$1 status
    shift
    # shellcheck disable=SC2086 # paths of tests
    timeout 1800 tools/private_server.sh exec --build "$server_build" -- env -u PYTHONPATH "$place/$name/bin/python" -m pytest \
        -q -p no:cacheprovider --rootdir clients/python $(printf 'clients/python/%s ' $*) >"$place/log/$name.pytest" 2>&1
    status=$?
    grep -qE '^[0-9]+ .*(passed|failed|error)' "$place/log/$name.pytest" || echo "1 failed in the start, status $status" >>"$place/log/$name.pytest"
}
# The user guides, as somebody who follows them.
run_docs() {
    # shellcheck disable=SC2016 # for the inner shell
    timeout 1800 tools/private_server.sh exec --build "$server_build" -- env -u PYTHONPATH CHECK_DOCS_FOR=python bash -c '
        PATH=$0/bin:$PATH python3 tools/check_docs.py $1 docs/django.md docs/sqlalchemy.md' \
        "$place/lts" "$docs_write" >"$place/log/docs.tap" 2>&1
}
export PYTHONDONTWRITEBYTECODE=1

while IFS='|' read -r name python tests requirements; do
    # shellcheck disable=SC2086 # a list
    if ! environment "$name" "$python" "$tests" $requirements; then
        ! unreachable "$place/log/$name.pip" || skip 'pip reaches no index of packages'
        cat "$place/log/$name.pip"
        exit 1
    fi
done <<<"$sets"
while IFS='|' read -r name python tests requirements; do
    run_set "$name" $tests &
done <<<"$sets"
run_docs
wait

passed=0 failed=0
while IFS='|' read -r name python tests requirements; do
    echo "# $name: $("$place/$name/bin/pip" freeze 2>/dev/null | grep -iE '^(django|sqlalchemy|alembic|psycopg2?-?b?[a-z]*)==' | xargs), $("$place/$name/bin/python" -V)"
    cat "$place/log/$name.pytest"
    line=$(grep -E '^[0-9]+ (passed|failed|error)' "$place/log/$name.pytest" | tail -n 1)
    number() { grep -oE "[0-9]+ $1" <<<"$line" | grep -oE '[0-9]+' | head -n 1; }
    passed=$((passed + $(number passed || echo 0)))
    failed=$((failed + $(number failed || echo 0) + $(number 'errors?' || echo 0)))
done <<<"$sets"
echo '# the user guides'
cat "$place/log/docs.tap"
passed=$((passed + $(grep -c '^ok ' "$place/log/docs.tap"))) failed=$((failed + $(grep -c '^not ok ' "$place/log/docs.tap")))
grep -q '^1\.\.' "$place/log/docs.tap" || failed=$((failed + 1))
[ -n "$newest" ] || echo 'no Python 3.12 or later: the newest Django was not tried'
echo "$passed passed, $failed failed"
[ $failed = 0 ]
