#!/bin/bash
# Runs test suites and ends with the line "N passed, N failed"; status 1 if any failed.
#
#   tools/run_tests.sh [SUITE...]    default: all of
#     boundary format build exports docs regress mutation truth isolation tap round-trip unit tidy python real
#
# PG_CONFIG chooses the server, REGRESS_ONLY="a b" some regression or isolation tests,
# TAP_ONLY="a.sh" some scripts, MUTATION_ONLY="tables" some mutations, TRUTH_ONLY="ADD CHECK" cases with that in their name,
# ROUND_TRIP_FIRST and ROUND_TRIP_SEEDS some generated schemas. Logs and results stay in build/test/.
set -uo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$source_dir" || exit 2
all_suites='boundary format build exports docs regress mutation truth isolation tap round-trip unit tidy python real'
pg_config=${PG_CONFIG:-pg_config}
major=$("$pg_config" --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/')
jobs=$(nproc 2>/dev/null || echo 2)
out=$source_dir/build/test
make=${MAKE:-make}
# A jobserver of the make that called this is not ours.
unset MAKEFLAGS MFLAGS MAKELEVEL

# A suite reports through these.
passed=0 failed=0 skipped=0 note=

log() { printf '%s\n' "$*"; }
show() { # FILE LINES: of a failure, what explains it
    [ -s "$1" ] || return 0
    log "--- the last lines of $1"
    tail -n "$2" "$1"
    log '---'
}
skip() { skipped=$((skipped + 1)) note="${note:+$note; }skipped: $*"; }
broken() { failed=$((failed + 1)) note="${note:+$note; }$*"; }

# TAP lines of a file; a script that died without a "not ok" counts as one failure.
count_tap() { # FILE STATUS
    local ok not_ok skips
    # prove ends a good script with a bare "ok" of its own.
    ok=$(grep -cE '^ok +[0-9-]' "$1")
    skips=$(grep -ciE '^ok +[0-9-].*# *skip' "$1")
    not_ok=$(grep -E '^not ok\b' "$1" | grep -ciEv '# *todo')
    [ "$2" = 0 ] || [ "$not_ok" != 0 ] || not_ok=1
    passed=$((passed + ok - skips)) failed=$((failed + not_ok)) skipped=$((skipped + skips))
    [ "$not_ok" = 0 ]
}

# --- suites that need no server ---------------------------------------------------

suite_boundary() {
    if tools/check_boundary.sh >"$out/boundary.log" 2>&1; then passed=1; else failed=1; cat "$out/boundary.log"; fi
    tools/check_boundary_test.sh >"$out/boundary_test.log" 2>&1
    count_tap "$out/boundary_test.log" $? || grep -A5 '^not ok' "$out/boundary_test.log"
    tools/check_versions.sh >"$out/versions.log" 2>&1
    count_tap "$out/versions.log" $? || cat "$out/versions.log"
}

sources() { find src test -name '*.cpp' -o -name '*.hpp' | sort; }

# Other versions of clang-format break lines elsewhere; 14 is Debian 12's.
clang_format() {
    local program
    for program in clang-format-14 clang-format; do
        if [[ $("$program" --version 2>/dev/null) == *'version 14.'* ]]; then echo "$program"; return; fi
    done
    return 1
}

suite_format() {
    local program file
    program=$(clang_format) || { skip 'no clang-format 14'; return; }
    while read -r file; do
        if "$program" --dry-run -Werror "$file" >"$out/format.log" 2>&1; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            log "not formatted, make format mends it: $file"
            grep -m 2 'error:' "$out/format.log"
        fi
    done < <(sources)
}

configure() { # DIR OPTIONS...: CMake
    local dir=$1
    shift
    cmake -S . -B "$dir" "$@"
}

suite_unit() {
    local kind dir status
    for kind in plain sanitize; do
        dir=build/unit-$kind
        if ! { configure "$dir" -DSANITIZE="$([ $kind = sanitize ] && echo ON || echo OFF)" &&
            cmake --build "$dir" -j "$jobs"; } >"$out/unit-$kind-build.log" 2>&1; then
            broken "unit tests ($kind) do not build"
            grep -A6 -m 5 -E 'error|Error' "$out/unit-$kind-build.log" || show "$out/unit-$kind-build.log" 40
            continue
        fi
        [ -x "$dir/test/unit/unit_tests" ] || { skip 'no unit tests yet'; continue; }
        UBSAN_OPTIONS=print_stacktrace=1 timeout 600 "$dir/test/unit/unit_tests" --gtest_brief=0 \
            </dev/null >"$out/unit-$kind.log" 2>&1
        status=$?
        local ok bad
        ok=$(grep -c '^\[       OK \]' "$out/unit-$kind.log")
        bad=$(grep -cE '^\[  FAILED  \] .*\([0-9]+ ms\)$' "$out/unit-$kind.log")
        if [ $status != 0 ]; then
            [ "$bad" != 0 ] || bad=1
            grep -B12 -E '^\[  FAILED  \] .*\([0-9]+ ms\)$' "$out/unit-$kind.log" || show "$out/unit-$kind.log" 60
        fi
        # Leaks are told at the end, where they must not hide behind another failure.
        grep -A15 -m 2 -E 'ERROR: [A-Za-z]+Sanitizer|runtime error:' "$out/unit-$kind.log"
        passed=$((passed + ok)) failed=$((failed + bad))
    done
}

suite_tidy() {
    command -v clang-tidy >/dev/null || { skip 'no clang-tidy'; return; }
    configure build/unit-plain -DSANITIZE=OFF >"$out/tidy-configure.log" 2>&1 ||
        { broken 'cmake fails'; show "$out/tidy-configure.log" 20; return; }
    mkdir -p build/tidy
    # One second a file and more: what has not changed, headers included, is not read again.
    local headers
    headers=$(cat .clang-tidy CMakeLists.txt $(find src/core -name '*.hpp' | sort) | sha1sum)
    find src/core -name '*.cpp' | sort | HEADERS=$headers xargs -P "$jobs" -I{} bash -c '
        stamp=build/tidy/$(tr / _ <<<"$1")
        sum=$(echo "$HEADERS" | cat - "$1" | sha1sum)
        [ "$(cat "$stamp.ok" 2>/dev/null)" != "$sum" ] || exit 0
        rm -f "$stamp.ok"
        clang-tidy -p build/unit-plain --quiet "$1" >"$stamp.log" 2>&1 && echo "$sum" >"$stamp.ok"' _ {}
    local file stamp unread=
    while read -r file; do
        stamp=build/tidy/$(tr / _ <<<"$file")
        if [ -e "$stamp.ok" ]; then
            passed=$((passed + 1))
        elif grep -q '^/usr/.*error:.*\[clang-diagnostic-error' "$stamp.log" &&
            ! grep -E 'error:.*\[' "$stamp.log" | grep -qv 'clang-diagnostic-error'; then
            # g++ is the judge of what compiles.
            skipped=$((skipped + 1)) unread="$unread ${file##*/}"
        else
            failed=$((failed + 1))
            grep -vE 'warnings? (generated|treated)|^Suppressed|^Use -' "$stamp.log" | head -n 30
        fi
    done < <(find src/core -name '*.cpp' | sort)
    [ -z "$unread" ] || note="clang cannot read libstdc++'s ranges as used in:$unread"
}

# --- building ---------------------------------------------------------------------

declare -A build_status=()
build() { # release|debug
    if [ -z "${build_status[$1]:-}" ]; then
        if $make -s -j "$jobs" PG_CONFIG="$pg_config" SCHEMA_AUDIT_DEBUG="$([ "$1" = debug ] && echo 1)" all \
            </dev/null >"$out/build-$1.log" 2>&1; then
            build_status[$1]=ok
        else
            build_status[$1]=failed
        fi
    fi
    [ "${build_status[$1]}" = ok ]
}

suite_build() {
    local kind
    for kind in release debug; do
        if build $kind; then
            passed=$((passed + 1))
        else
            broken "the $kind build fails"
            grep -A6 -m 5 -E 'error|Error' "$out/build-$kind.log" || show "$out/build-$kind.log" 30
        fi
    done
}

suite_exports() {
    local kind
    for kind in release debug; do
        build $kind || { broken "no $kind build"; continue; }
        tools/check_exports.sh "build/$kind-$major" >"$out/exports-$kind.log" 2>&1
        count_tap "$out/exports-$kind.log" $? || grep -A20 '^not ok' "$out/exports-$kind.log"
    done
}

suite_docs() {
    command -v python3 >/dev/null || { skip 'no python3'; return; }
    build release || { broken 'no release build'; return; }
    tools/check_docs.sh "build/release-$major" >"$out/docs.log" 2>&1
    count_tap "$out/docs.log" $? || { grep -A20 '^not ok' "$out/docs.log" || show "$out/docs.log" 30; }
}

# With servers of its own, as whoever runs this: tools/test_python.sh.
suite_python() {
    [ -d clients/python ] || { skip 'no clients/python'; return; }
    build debug || { broken 'no debug build'; return; }
    tools/test_python.sh "$source_dir/build/debug-$major" >"$out/python.log" 2>&1
    local status=$? line
    line=$(tail -n 1 "$out/python.log")
    if [ $status = 77 ]; then
        skip "$line"
    elif [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]}
        note=$(grep '^no Python' "$out/python.log")
        [ "$failed" = 0 ] || grep -vE '^\.+ *\[' "$out/python.log" | tail -n 200
    else
        broken "tools/test_python.sh ends with status $status"
        show "$out/python.log" 40
    fi
}

# --- suites with a server -----------------------------------------------------------
# They run as a user whom the server accepts. For root that is another one, who may not
# be able to read this checkout: so he gets a copy.

tree=$source_dir
scratch=
prepare_tree() {
    build debug || return 1
    [ "$(id -u)" = 0 ] && [ -z "$scratch" ] || return 0
    scratch=$(tools/private_server.sh as-server-user mktemp -d /tmp/schema_audit_test.XXXXXX) || return 1
    tree=$scratch/tree
    mkdir -p "$tree/build/test" "$tree/build/debug-$major"
    tar -c --exclude=./.git --exclude=./build . | tar -x -C "$tree"
    if [ -d ../shared/data ]; then
        mkdir "$scratch/shared"
        cp -r ../shared/data "$scratch/shared/"
    fi
}
trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT

# inside SUITE: runs this script in the tree as the server's user, and counts what it says.
inside() {
    local suite=$1 status
    rm -rf "${out:?}/$suite" "$out/$suite.log"
    if ! prepare_tree; then
        broken 'no debug build'
        return
    fi
    if [ -n "$scratch" ]; then
        cp "build/debug-$major"/schema_audit{.so,--*.sql} "$tree/build/debug-$major/"
        chmod -R u+w "$scratch"
        chown -R --reference="$scratch" "$scratch"
    fi
    tools/private_server.sh as-server-user env PG_CONFIG="$pg_config" \
        SCHEMA_AUDIT_BUILD="$tree/build/debug-$major" \
        bash -c 'cd "$1" && exec tools/run_tests.sh --inside "$2"' _ "$tree" "$suite" \
        </dev/null >"$out/$suite.log" 2>&1
    status=$?
    if [ -n "$scratch" ] && [ -d "$tree/build/test/$suite" ]; then
        cp -r "$tree/build/test/$suite" "$out/"
        chown -R "$(id -u):$(id -g)" "$out/$suite"
    fi
    return $status
}

# pg_regress of 15 prints "test x ... ok", later ones print TAP.
count_regress() { # LOG STATUS
    local ok not_ok
    ok=$(grep -cE '\.\.\. ok\b|^ok +[0-9]+' "$1")
    not_ok=$(grep -cE '\.\.\. FAILED\b|^not ok +' "$1")
    [ "$2" = 0 ] || [ "$not_ok" != 0 ] || not_ok=1
    passed=$((passed + ok)) failed=$((failed + not_ok))
    [ "$not_ok" = 0 ]
}

server_suite() { # SUITE
    local status
    inside "$1"
    status=$?
    [ -e "$out/$1.log" ] || return 0
    if ! count_regress "$out/$1.log" $status; then
        cat "$out/$1.log"
        local diffs=$out/$1/regression.diffs
        if [ -s "$diffs" ]; then
            head -n 400 "$diffs"
            [ "$(wc -l <"$diffs")" -le 400 ] || log "… the rest is in $diffs"
        fi
        show "$out/$1/server.log" 30
    fi
}

suite_regress() {
    [ -n "$(find sql -name '*.sql' 2>/dev/null)" ] || { skip 'no regression tests yet'; return; }
    server_suite regress
}

suite_isolation() {
    [ -n "$(find test/isolation/specs -name '*.spec' 2>/dev/null)" ] || { skip 'no isolation tests yet'; return; }
    server_suite isolation
}

suite_tap() {
    [ -n "$(find test/t -name '*.sh' -o -name '*.pl' 2>/dev/null)" ] || { skip 'no TAP scripts yet'; return; }
    inside tap
    local status=$? log name
    if [ ! -d "$out/tap" ]; then
        [ $failed != 0 ] || broken 'the scripts did not run'
        show "$out/tap.log" 30
        return
    fi
    for log in "$out"/tap/*.log; do
        name=$(basename "$log" .log)
        if ! count_tap "$log" "$(cat "${log%.log}.status" 2>/dev/null || echo 1)"; then
            log "test/t/$name fails:"
            tail -n 80 "$log"
        fi
    done
    [ $status = 0 ] || [ $failed != 0 ] || broken "the suite ends with status $status"
}

# No false findings: test/round_trip/run.py says of what.
suite_round-trip() {
    command -v python3 >/dev/null || { skip 'no python3'; return; }
    inside round-trip
    local status=$?
    [ -e "$out/round-trip.log" ] || return 0
    count_tap "$out/round-trip.log" $status || grep -vE '^ok|^[0-9]+ passed' "$out/round-trip.log" | head -n 300
    [ $status = 0 ] || [ $failed != 0 ] || broken "the suite ends with status $status"
}

# What the guard says, held against what the server does: test/truth/run.py says how.
suite_truth() {
    command -v python3 >/dev/null || { skip 'no python3'; return; }
    inside truth
    local status=$?
    [ -e "$out/truth.log" ] || return 0
    count_tap "$out/truth.log" $status || grep -A12 '^not ok' "$out/truth.log" | head -n 300
    [ $status = 0 ] || [ $failed != 0 ] || broken "the suite ends with status $status"
}

# The matrix of what is covered is the point of it when it is asked for alone.
suite_mutation() {
    inside mutation
    count_tap "$out/mutation.log" $? || grep -A8 '^not ok' "$out/mutation.log"
    [ ${suites_wanted:-0} != 1 ] || sed -n '/^# [a-z ]*$/,/^# [0-9]* cells/s/^# //p' "$out/mutation.log"
}

suite_real() {
    [ -e test/real/run.sh ] || { skip 'no test/real yet'; return; }
    [ -d ../shared/data ] || { skip 'no real data (../shared/data)'; return; }
    inside real
    local status=$? line
    [ -e "$out/real.log" ] || return 0
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$out/real.log" | tail -n 1)
    if [ -n "$line" ]; then
        passed=$((passed + ${line%% *}))
        line=${line#*, }
        failed=$((failed + ${line%% *}))
        [ $status = 0 ] || [ $failed != 0 ] || broken "run.sh ends with status $status"
        [ $failed = 0 ]
    else
        count_tap "$out/real.log" $status
    fi || show "$out/real.log" 80
}

# --- inside: as the server's user, in the tree --------------------------------------

tool_directory() { dirname "$("$pg_config" --pgxs)"; }

# Called by private_server.sh exec, with the environment of the server.
inside_regress_server() { # regress|isolation
    local suite=$1 program input name status=0
    local result=$source_dir/build/test/$suite
    local -a tests=() empty=()
    mkdir -p "$result"
    if [ "$suite" = regress ]; then
        program=$(tool_directory)/../test/regress/pg_regress input=. directory=sql suffix=sql
    else
        program=$(tool_directory)/../test/isolation/pg_isolation_regress input=test/isolation directory=specs suffix=spec
    fi
    local schedule=test/$suite.schedule
    if [ -n "${REGRESS_ONLY:-}" ]; then
        read -ra tests <<<"$REGRESS_ONLY"
        # A new test runs against an empty expectation, so that there is a result to accept.
        for name in "${tests[@]}"; do
            [ -e "$input/expected/$name.out" ] || { mkdir -p "$input/expected"; : >"$input/expected/$name.out"; empty+=("$input/expected/$name.out"); }
        done
    else
        while read -r name; do
            if [ -e "$input/$directory/$name.$suffix" ] && [ -z "$(find "$input/expected" -name "$name.out" -o -name "${name}_[0-9].out" 2>/dev/null)" ]; then
                echo "not ok $name: $input/$directory/$name.$suffix has no $input/expected/$name.out"
                status=1
            elif [ ! -e "$input/$directory/$name.$suffix" ]; then
                echo "not ok $name: $input/expected/$name.out has no $input/$directory/$name.$suffix"
                status=1
            elif [ -e "$schedule" ] && ! grep -qE "^test:(.*[ \t])?$name([ \t]|\$)" "$schedule"; then
                echo "not ok $name: $schedule does not name it"
                status=1
            else
                tests+=("$name")
            fi
        done < <({ cd "$input" && ls "$directory" | sed -n "s/\\.$suffix\$//p"; ls expected 2>/dev/null | sed -n 's/\(_[0-9]\)\{0,1\}\.out$//p'; } | sort -u)
        if [ -e "$schedule" ]; then
            tests=(--schedule="$schedule")
        fi
    fi
    if [ ${#tests[@]} -gt 0 ]; then
        timeout 1800 "$program" --inputdir="$source_dir/$input" --outputdir="$result" --bindir="$SERVER_DIR/bin" \
            --dlpath="$("$PG_CONFIG" --pkglibdir)" --host="$PGHOST" --port="$PGPORT" --user="$PGUSER" \
            --dbname="schema_audit_$suite" --encoding=UTF8 "${tests[@]}" || status=1
    fi
    [ ${#empty[@]} = 0 ] || rm -f "${empty[@]}"
    cp "$SERVER_LOG" "$result/server.log"
    if grep -E 'PANIC: |was terminated by signal|TRAP: ' "$SERVER_LOG"; then
        echo 'not ok crash: the server crashed, see above'
        status=1
    fi
    return $status
}

inside_regress() { inside_server regress; }
inside_isolation() { inside_server isolation; }
inside_server() {
    # Prepared transactions are one of the ways to commit that the guard has to judge. Without lock_timeout nearly
    # every command would be told in its log (lock-timeout-required).
    tools/private_server.sh exec --conf 'max_prepared_transactions = 10' --conf "lock_timeout = '10s'" -- \
        tools/run_tests.sh --inside-server "$1"
}

inside_tap() {
    local result=$source_dir/build/test/tap
    rm -rf "$result"
    mkdir -p "$result"
    export PERL5LIB=$(tool_directory)/../test/perl${PERL5LIB:+:$PERL5LIB}
    export PG_REGRESS=$(tool_directory)/../test/regress/pg_regress
    # One place for all their servers, so that those of a killed script are found.
    local leftover
    TMPDIR=$(mktemp -d /tmp/schema_audit_tap.XXXXXX) || return 1
    export TMPDIR
    local -a scripts=()
    if [ -n "${TAP_ONLY:-}" ]; then
        read -ra scripts <<<"$TAP_ONLY"
    else
        mapfile -t scripts < <(cd test/t && ls | grep -E '\.(sh|pl)$')
    fi
    # Each has a server at hand; its PATH and PG_CONFIG show the private installation,
    # from which it may start more with tools/private_server.sh.
    printf '%s\n' "${scripts[@]}" | xargs -P "$jobs" -I{} bash -c '
        export TESTDIR=$2/$1.work TESTDATADIR=$2/$1.work TESTLOGDIR=$2/$1.work
        mkdir -p "$TESTDIR"
        interpreter=bash
        [[ $1 != *.pl ]] || interpreter=perl
        timeout --kill-after=60 900 tools/private_server.sh exec -- prove --verbose --norc --exec "$interpreter" "test/t/$1" \
            >"$2/$1.log" 2>&1
        echo $? >"$2/$1.status"
        rm -rf "$TESTDIR"' _ {} "$result"
    for leftover in "$TMPDIR"/schema_audit.*/; do
        [ ! -e "$leftover/data/PG_VERSION" ] || tools/private_server.sh stop "${leftover%/}" --mode immediate
    done
    rm -rf "$TMPDIR"
}

# A model of many schemas is made in one transaction, which locks each of its tables.
inside_round-trip() {
    timeout --kill-after=60 1800 tools/private_server.sh exec --conf 'max_locks_per_transaction = 1000' \
        --conf 'autovacuum = off' -- python3 test/round_trip/run.py
}

# With a server at hand, as for the TAP scripts.
inside_mutation() {
    # shellcheck disable=SC2086 # names of files
    timeout 1800 tools/private_server.sh exec -- bash test/mutation/run.sh ${MUTATION_ONLY:-}
}

inside_truth() {
    timeout --kill-after=60 1800 tools/private_server.sh exec --conf 'autovacuum = off' -- python3 test/truth/run.py --replay --only "${TRUTH_ONLY:-}"
}

inside_real() { timeout 1800 tools/private_server.sh exec -- bash test/real/run.sh ../shared/data; }

case ${1:-} in
    --inside)
        "inside_$2"
        exit
        ;;
    --inside-server)
        inside_regress_server "$2"
        exit
        ;;
esac

# --- the run ------------------------------------------------------------------------

mkdir -p "$out"
[ $# -gt 0 ] || set -- $all_suites
total_passed=0 total_failed=0 total_skipped=0 suites_wanted=$#
for suite in "$@"; do
    declare -F "suite_$suite" >/dev/null || { log "no suite $suite; there are: $all_suites" >&2; exit 2; }
    passed=0 failed=0 skipped=0 note=
    begin=$SECONDS
    "suite_$suite"
    log "$suite: $passed passed, $failed failed$([ $skipped = 0 ] || echo ", $skipped skipped")${note:+ ($note)} [$((SECONDS - begin)) s]"
    total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed)) total_skipped=$((total_skipped + skipped))
done
[ $total_skipped = 0 ] || log "$total_skipped skipped"
log "$total_passed passed, $total_failed failed"
[ $total_failed = 0 ]
