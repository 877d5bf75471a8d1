#!/bin/bash
# Proves that check_boundary.sh refuses a planted violation of each of its rules, at
# the right line, and leaves decent code alone. Prints TAP.
set -uo pipefail

check=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/check_boundary.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
tests=0

decent_tree() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/src/core/text" "$tree/src/server" "$tree/test/unit"
    cat >"$tree/sources.mk" <<'S'
CORE_SOURCES += src/core/rule.cpp
CORE_SOURCES += src/core/text/format.cpp
SERVER_SOURCES += src/server/error.cpp
SERVER_SOURCES += src/server/module.cpp
S
    printf '%s\n' Pg_magic_func sa_rules pg_finfo_sa_rules _PG_init >"$tree/exports.txt"
    echo >"$tree/exports_debug.txt"
    cat >"$tree/src/core/rule.cpp" <<'S'
#include "core/rule.hpp"

#include <string>

using namespace std::string_view_literals;
// ereport(ERROR), PG_TRY(), printf("%s") and fmt::print are only talked about here.
/* using namespace std; over
   lines: sigsetjmp(here, 0) */
std::string advice() { return "SELECT elog(1), \"palloc(8)\" // printf(x)"; }
char quote() { return '"'; }
std::string snippet() { return R"(ereport(ERROR, "x");
PG_TRY();)"; }
S
    echo '#include <fmt/core.h>
#include <fmt/format.h>' >"$tree/src/core/text/format.cpp"
    echo '#include <string>
extern "C" {
#include "postgres.h"
#include "utils/rel.h"
}
#if PG_VERSION_NUM < 150000
#endif' >"$tree/src/server/server.hpp"
    echo 'int f() { return sigsetjmp(here, 0); }' >"$tree/src/server/call.hpp"
    echo 'void raise() { PG_exception_stack = nullptr; ereport(ERROR, errmsg("x")); }' >"$tree/src/server/error.cpp"
    cat >"$tree/src/server/module.cpp" <<'S'
#include "core/rule.hpp"
#include "server/server.hpp"
#include <string>

SCHEMA_AUDIT_FUNCTION(sa_rules) { return server_call([] { return palloc(1); }); }
extern "C" void _PG_init(void) {}
S
    echo '#include <gtest/gtest.h>' >"$tree/test/unit/rule_test.cpp"
}

result() { # ok-or-not description
    tests=$((tests + 1))
    echo "$1 $tests - $2"
}

# refuses RULE FILE TEXT: TEXT as the last line of FILE must be reported there
refuses() {
    decent_tree
    [ -z "$3" ] || printf '%s\n' "$3" >>"$tree/$2"
    local line output
    line=$(wc -l <"$tree/$2")
    [ -n "$3" ] || line=1
    if output=$("$check" "$tree" 2>&1); then
        result 'not ok' "$1: nothing refused: $3"
    elif grep -qF "$2:$line: [$1]" <<<"$output"; then
        result ok "$1: $2: $3"
    else
        result 'not ok' "$1: $2:$line is not among the findings: $3"
        sed 's/^/# /' <<<"$output"
    fi
}

decent_tree
if output=$("$check" "$tree" 2>&1); then
    result ok 'a decent tree passes'
else
    result 'not ok' 'a decent tree passes'
    sed 's/^/# /' <<<"$output"
fi

refuses server-header src/server/module.cpp '#include "postgres.h"'
refuses server-header src/server/module.cpp '#include "catalog/pg_class.h"'
refuses server-header src/server/call.hpp '  #  include <utils/builtins.h>'
refuses server-header src/core/rule.cpp '#include <fmgr.h>'
refuses server-header test/unit/rule_test.cpp '#include "nodes/parsenodes.h"'
refuses server-in-core src/core/rule.cpp '#include "server/server.hpp"'
refuses server-in-core src/core/rule.cpp 'void f() { ereport(ERROR, (0)); }'
refuses server-in-core src/core/rule.cpp 'void f() { elog(WARNING, "x"); }'
refuses server-in-core src/core/rule.cpp 'void f() { SPI_connect(); }'
refuses server-in-core src/core/rule.cpp 'void *f() { return palloc0 (8); }'
refuses server-in-core src/core/rule.cpp 'void f(void *p) { pfree(p); }'
refuses server-in-core src/core/rule.cpp 'void f() { heap_freetuple(t); }'
refuses server-in-core src/core/rule.cpp 'void f() { systable_endscan(s); }'
refuses server-in-core src/core/rule.cpp 'void f() { CHECK_FOR_INTERRUPTS(); }'
refuses server-in-core test/unit/rule_test.cpp 'void f() { errmsg("x"); }'
refuses jump src/server/module.cpp 'void f() { PG_TRY(); }'
refuses jump src/server/module.cpp 'int f() { return sigsetjmp(b, 0); }'
refuses jump src/core/rule.cpp 'void f() { longjmp(b, 1); }'
refuses fmt src/server/module.cpp '#include <fmt/core.h>'
refuses fmt src/core/rule.cpp 'auto f() { return fmt::format("x"); }'
refuses fmt src/core/rule.cpp '#define FMT_HEADER_ONLY'
refuses print src/core/rule.cpp '#include <iostream>'
refuses print src/server/module.cpp '#include <cstdio>'
refuses print src/core/rule.cpp 'void f() { std::snprintf(b, 1, "x"); }'
refuses print src/server/module.cpp 'void f() { printf("x"); }'
refuses print src/core/rule.cpp 'void f() { std::cerr << 1; }'
refuses input-output src/core/rule.cpp '#include <filesystem>'
refuses thread src/core/rule.cpp '#include <mutex>'
refuses thread src/server/module.cpp 'std::thread t;'
refuses using-namespace src/core/rule.cpp 'using namespace std;'
refuses using-namespace src/server/module.cpp 'using namespace schema_audit;'
refuses include-order src/server/module.cpp '#include <regex>'
refuses server-version src/server/module.cpp '#if PG_VERSION_NUM >= 160000'
refuses export src/server/module.cpp 'PGDLLEXPORT void f();'
refuses export src/server/module.cpp '__attribute__((visibility("default"))) void f();'
refuses export src/server/module.cpp 'SCHEMA_AUDIT_FUNCTION(sa_unknown) { return 0; }'
refuses export src/server/module.cpp 'PG_FUNCTION_INFO_V1(sa_unknown);'
refuses export src/server/module.cpp 'extern "C" void _PG_fini(void) {}'
refuses extern-c src/server/module.cpp 'extern "C" Datum sa_rules(PG_FUNCTION_ARGS) { return 0; }'
refuses sources sources.mk 'CORE_SOURCES += src/core/gone.cpp'
refuses sources src/core/unlisted.cpp '// not in sources.mk'

# A list that names a file in the wrong half.
decent_tree
sed -i 's,CORE_SOURCES += src/core/rule,SERVER_SOURCES += src/core/rule,' "$tree/sources.mk"
output=$("$check" "$tree" 2>&1)
if grep -qF 'src/core/rule.cpp:1: [sources]' <<<"$output"; then
    result ok 'sources: core file among the server sources'
else
    result 'not ok' 'sources: core file among the server sources'
fi

echo "1..$tests"
