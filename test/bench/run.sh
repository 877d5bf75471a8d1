#!/bin/bash
# Speed as ratios against something else in the same run on the same machine; nothing here passes or fails.
#
#   test/bench/run.sh audit [TABLES...]   audit_schema() against the bare scans of the same facts
#   test/bench/run.sh tenants [TABLES...] the same, where one model stands for schemas of 20 tables each
#   test/bench/run.sh register [TABLES...] register_ddl() of a pg_dump against psql running it
#   test/bench/run.sh guard               DDL, COMMIT and no DDL at all with the guard, without, with PL/pgSQL and pgaudit
#   test/bench/run.sh lint [STATEMENTS...] lint() of a text against squawk
#   test/bench/run.sh                     all of them
#
# Runs in the server that PGHOST, PGPORT … name; `make bench` starts a private one on tmpfs where there is
# one. Prints min, median and max of each figure and of the ratio round by round.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rounds=${BENCH_ROUNDS:-11}

case ${1:-all} in
    audit) shift; [ $# -gt 0 ] || set -- 1000 10000; "$here/audit.sh" "$rounds" tables "$@" ;;
    tenants) shift; [ $# -gt 0 ] || set -- 10000; "$here/audit.sh" "$rounds" tenants "$@" ;;
    register) shift; [ $# -gt 0 ] || set -- 1000; "$here/register.sh" "$rounds" "$@" ;;
    guard) "$here/guard.sh" "$rounds" ;;
    lint) shift; [ $# -gt 0 ] || set -- 20 20000; "$here/lint.sh" "$rounds" "$@" ;;
    all) "$here/audit.sh" "$rounds" tables 1000 10000; "$here/audit.sh" "$rounds" tenants 10000; "$here/register.sh" "$rounds" 1000; "$here/guard.sh" "$rounds"; "$here/lint.sh" "$rounds" 20 20000 ;;
    *) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
