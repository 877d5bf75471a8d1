#!/bin/bash
# Refuses code that stands on the wrong side of the boundary between C++ and the
# server, where a slip costs a leak or a crash that no test has to notice.
#
#   tools/check_boundary.sh [DIRECTORY]     prints file:line: [rule] what to do
set -euo pipefail
export LC_ALL=C

cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"
stripped=$(mktemp -d)
trap 'rm -rf "$stripped"' EXIT

mapfile -t files < <(find src test -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.h' -o -name '*.c' \) 2>/dev/null | sort)

# Comments and texts may speak of anything: blank them, keeping lines and includes.
for file in ${files[@]+"${files[@]}"}; do
    mkdir -p "$stripped/$(dirname "$file")"
    perl -0777 -pe '
        s{(^[ \t]*\#[ \t]*include[^\n]*)
          | R"([^(\s]*)\(.*?\)\2" | "(?:\\.|[^"\\\n])*" | (?<![0-9a-fA-F])'"'(?:\\\\.|[^'\\\\\\n])+'"' | //[^\n]* | /\*.*?\*/
        }{ my ($all, $include) = ($&, $1);
           defined $include ? $include : ($all =~ /^\/[\/*]/ ? "" : q("")) . "\n" x ($all =~ tr/\n//) }gsexm' \
        "$file" >"$stripped/$file"
done

violations=0
report() { # file:line rule advice
    echo "$1: [$2] $3"
    violations=$((violations + 1))
}

# refuse RULE ADVICE REGEX PLACE... [! EXCEPTION...]: extended regex, paths as globs
refuse() {
    local rule=$1 advice=$2 regex=$3 file pattern allowed
    shift 3
    local -a places=() exceptions=()
    while [ $# -gt 0 ]; do
        if [ "$1" = '!' ]; then
            shift
            exceptions=("$@")
            break
        fi
        places+=("$1")
        shift
    done
    for file in ${files[@]+"${files[@]}"}; do
        allowed=yes
        for pattern in "${places[@]}"; do
            # shellcheck disable=SC2053
            [[ $file != $pattern ]] || allowed=
        done
        for pattern in ${exceptions[@]+"${exceptions[@]}"}; do
            # shellcheck disable=SC2053
            [[ $file != $pattern ]] || allowed=yes
        done
        [ -z "$allowed" ] || continue
        while IFS=: read -r line _; do
            report "$file:$line" "$rule" "$advice"
        done < <(grep -nE "$regex" "$stripped/$file" || true)
    done
}

server_folders='access|archive|backup|bootstrap|catalog|commands|common|datatype|executor|foreign|jit|lib|libpq|mb|nodes|optimizer|parser|partitioning|pgtime|port|portability|postmaster|regex|replication|rewrite|rusagestub|statistics|storage|tcop|tsearch|utils'

refuse server-header \
    'server headers are included by src/server/server.hpp alone (their macros break what follows): include "server/server.hpp", and add the header there' \
    "^ *# *include *(\"[^\"]*\\.h\"|<(postgres[a-z_]*|c|fmgr|funcapi|miscadmin|pgstat|pgtar|pgtime|varatt|windowapi|pg_[a-z_]*)\\.h>|<($server_folders)/[a-z0-9_/]*\\.h>)" \
    'src/*' 'test/unit/*' ! src/server/server.hpp

refuse server-in-core \
    'the core never sees the server: return a value and let src/server act on it' \
    '^ *# *include *["<](\.\./)*server/|\b(ereport|elog|errmsg[a-z_]*|errcode|errdetail[a-z_]*|errhint[a-z_]*|palloc[a-z0-9_]*|pfree|repalloc|pstrdup|psprintf|heap_[a-z_]+|systable_[a-z_]+|table_(open|close|beginscan[a-z_]*)|relation_(open|close)|SPI_[a-z_]+|SearchSysCache[A-Za-z0-9]*|MemoryContext[A-Za-z]+|server_call|server_entry|callback_entry|DirectFunctionCall[A-Za-z0-9]*|OidFunctionCall[A-Za-z0-9]*) *\(|\b(PG_(TRY|CATCH|FINALLY|END_TRY|RE_THROW|GETARG_[A-Z0-9_]+|RETURN_[A-Z0-9_]+|FUNCTION_INFO_V1)|CHECK_FOR_INTERRUPTS|CurrentMemoryContext|FunctionCallInfo)\b' \
    'src/core/*' 'test/unit/*'

refuse jump \
    'jumps are stopped in src/server/call.hpp alone, above which no destructor is skipped: use server_call' \
    '\b(PG_TRY|PG_CATCH|PG_FINALLY|PG_END_TRY|PG_RE_THROW|PG_exception_stack|_?_?sigsetjmp|siglongjmp|setjmp|longjmp)\b' \
    'src/*' ! src/server/call.hpp 'src/server/error.*'

refuse fmt \
    'fmt lives in src/core/text alone (elsewhere it costs build time and exports symbols): use schema_audit::format' \
    '^ *# *include *["<]fmt/|\bfmt::|\bFMT_HEADER_ONLY\b' \
    'src/*' ! 'src/core/text/*'

refuse print \
    'no stream and no C printing: the server renames the printf family, and a backend owns its output; use schema_audit::format and return the text' \
    '^ *# *include *<(iostream|fstream|print|cstdio|stdio\.h|syncstream)>|\b(v?[sf]?n?printf|v?asprintf|f?puts|putchar) *\(|\bstd::(cout|cerr|clog|print|println)\b' \
    'src/*'

refuse input-output \
    'the core does no I/O: take the text as an argument' \
    '^ *# *include *<(filesystem|unistd\.h|fcntl\.h|sys/[a-z]+\.h)>|\b(std::)?(fopen|freopen|popen|system|getenv) *\(' \
    'src/core/*'

refuse thread \
    'a backend has one thread' \
    '^ *# *include *<(thread|mutex|shared_mutex|future|condition_variable|pthread\.h)>|\bstd::(j?thread|async)\b' \
    'src/*'

refuse using-namespace \
    'the server has a List, Node, Query, Relation, Index of its own: name what you use (using schema_audit::Table;)' \
    '^using +namespace +.*(^|[^s]|[^l]s|[^a]ls|[^r]als|[^e]rals) *;' \
    'src/*'

refuse server-version \
    'differences between server majors are settled in src/server/server.hpp, each with its reason' \
    '\bPG_(VERSION_NUM|MAJORVERSION_NUM|MAJORVERSION)\b' \
    'src/*' ! src/server/server.hpp

refuse export \
    'exports.txt decides what is exported; remove the attribute' \
    '\bPGDLLEXPORT\b|visibility *\( *""' \
    'src/*' ! src/server/server.hpp

# The server's macros (printf, gettext, Max) break standard headers that come later: on
# some servers only, so that no build here need notice. server.hpp has the usual ones first.
for file in ${files[@]+"${files[@]}"}; do
    [[ $file == src/server/* && $file != src/server/server.hpp && $file != src/server/call.hpp ]] || continue
    while IFS=: read -r line header; do
        grep -qE "^#include <$header>" src/server/server.hpp 2>/dev/null ||
            report "$file:$line" include-order "<$header> after a server header: put it before, or into src/server/server.hpp"
    done < <(perl -ne '$server = 1 if /^\s*#\s*include\s*"server\//; print "$.:$1\n" if $server && /^\s*#\s*include\s*<([^>]+)>/' "$stripped/$file")
done

# What the server looks up by name has to be in the export list, itself and its pg_finfo_.
# (Read once: `cat … | grep -q` ends in SIGPIPE now and then, which pipefail takes for "not found".)
exports=" $(cat exports.txt exports_debug.txt 2>/dev/null | awk '{ printf "%s ", $1 }') "
exported() { [[ $exports == *" $1 "* ]]; }
for file in ${files[@]+"${files[@]}"}; do
    [[ $file == src/server/*.cpp ]] || continue
    while IFS=: read -r line name; do
        for symbol in "$name" "pg_finfo_$name"; do
            exported "$symbol" || report "$file:$line" export "$symbol is not in exports.txt (or, for debug builds, exports_debug.txt): add it"
        done
    done < <(perl -ne 'print "$.:$2\n" if /^\s*(PG_FUNCTION_INFO_V1|SCHEMA_AUDIT_FUNCTION)\s*\(\s*(\w+)\s*\)/' "$stripped/$file")
    while IFS=: read -r line name; do
        exported "$name" || report "$file:$line" export "$name is not in exports.txt: add it"
    done < <(perl -ne 'print "$.:$1\n" if /\bvoid\s+(_PG_init|_PG_fini)\s*\(/' "$stripped/$file")
    while IFS=: read -r line name; do
        report "$file:$line" extern-c "extern \"C\" belongs to src/server/server.hpp and SCHEMA_AUDIT_FUNCTION; export $name through them"
    done < <(perl -ne 'print "$.:$1\n" if /\bextern\s*""\s*Datum\s+(\w+)/' "$stripped/$file")
done

# Both builds read sources.mk; a file that it forgets is built by neither.
if [ -e sources.mk ]; then
    for file in ${files[@]+"${files[@]}"}; do
        [[ $file == src/*.cpp ]] || continue
        list=CORE_SOURCES
        [[ $file != src/server/* ]] || list=SERVER_SOURCES
        count=$(grep -cE "^$list *\\+= *$file\$" sources.mk || true)
        [ "$count" = 1 ] || report "$file:1" sources "sources.mk names it $count times: it needs the line '$list += $file' once"
    done
    while IFS=: read -r line path; do
        [ -e "$path" ] || report "sources.mk:$line" sources "$path does not exist: remove the line"
    done < <(perl -ne 'print "$.:$1\n" if /^\w+_SOURCES *\+= *(\S+)/' sources.mk)
fi

if [ $violations -gt 0 ]; then
    echo "check_boundary: $violations violations in ${#files[@]} files" >&2
    exit 1
fi
echo "check_boundary: ${#files[@]} files, no violation"
