#!/bin/bash
# A private PostgreSQL: its own copy of the installation with schema_audit in it,
# its own cluster, its own socket. Needs no root and touches no server of the machine.
#
#   tools/private_server.sh exec [OPTIONS] [--] COMMAND...   start, run, remove
#   tools/private_server.sh start [OPTIONS]                  prints the server's directory
#   tools/private_server.sh env DIR                          prints exports: eval "$(... env DIR)"
#   tools/private_server.sh run DIR COMMAND...               with that environment
#   tools/private_server.sh restart DIR [--conf LINE]... [--mode fast|immediate]
#   tools/private_server.sh stop DIR [--mode fast|immediate] removes it
#   tools/private_server.sh as-server-user COMMAND...        as the user servers run as
#
# OPTIONS
#   --build DIR|release|debug   what to install; default $SCHEMA_AUDIT_BUILD, else release
#   --bare                      install nothing
#   --pg-config PATH            which PostgreSQL; default $PG_CONFIG, else pg_config
#   --pg-major N                the same, by Debian's number
#   --conf LINE                 a line for postgresql.conf, repeatable
#   --preload                   shared_preload_libraries = 'schema_audit'
#   --initdb OPTION             repeatable, e.g. --initdb --data-checksums
#
# COMMAND sees PGHOST PGPORT PGUSER PGDATABASE PGDATA PG_CONFIG PATH (psql, pg_dump, …
# of this server), SERVER_DIR and SERVER_LOG. It runs as the caller; as root the
# server itself runs as an unprivileged user ($SERVER_USER, else postgres, else nobody).
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
    echo "private_server: $*" >&2
    exit 1
}

server_user() {
    if [ "$(id -u)" != 0 ]; then
        id -un 2>/dev/null || id -u
    elif [ -n "${SERVER_USER:-}" ]; then
        echo "$SERVER_USER"
    elif id -u postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

# The server refuses to run as root.
as_server_user() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    else
        local user
        user=$(server_user)
        setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups \
            env HOME="${SERVER_HOME:-/tmp}" USER="$user" LOGNAME="$user" "$@"
    fi
}

# Socket paths end at 107 bytes, and the server's user must reach the place.
make_directory() {
    local base dir
    for base in "${TMPDIR:-/tmp}" /tmp; do
        [ ${#base} -le 60 ] || continue
        dir=$(as_server_user mktemp -d "$base/schema_audit.XXXXXX" 2>/dev/null) || continue
        echo "$dir"
        return
    done
    fail "no directory for a server: neither \$TMPDIR nor /tmp can be written by $(server_user)"
}

# links FROM TO: TO becomes a directory of links to what FROM holds.
links() {
    mkdir -p "$2"
    find "$1" -mindepth 1 -maxdepth 1 -exec ln -s -t "$2" {} +
}

# The server finds share/ and lib/ relative to its own binary and resolves links on
# the way: so the binaries are copies, and all else can be links.
install_private() {
    local dir=$1 pg_config=$2 build=$3 bin lib share include
    bin=$("$pg_config" --bindir) lib=$("$pg_config" --pkglibdir)
    share=$("$pg_config" --sharedir) include=$("$pg_config" --includedir-server)
    [ -x "$bin/postgres" ] || fail "$bin has no postgres: install the server, not only its headers"
    mkdir -p "$dir/root$bin"
    cp "$bin"/* "$dir/root$bin/"
    links "$lib" "$dir/root$lib"
    links "$share" "$dir/root$share"
    rm "$dir/root$share/extension"
    links "$share/extension" "$dir/root$share/extension"
    if [ -d "$include" ] && [ ! -e "$dir/root$include" ]; then
        mkdir -p "$dir/root$(dirname "$include")"
        ln -s "$include" "$dir/root$include"
    fi
    ln -s "root$bin" "$dir/bin"
    [ -n "$build" ] || return 0
    [ -e "$build/schema_audit.so" ] || fail "$build/schema_audit.so is missing: run make"
    rm -f "$dir/root$lib/schema_audit.so" "$dir/root$share"/extension/schema_audit*
    cp "$build/schema_audit.so" "$dir/root$lib/"
    cp "$source_dir/schema_audit.control" "$build"/schema_audit--*.sql "$dir/root$share/extension/"
    find "$source_dir/src/sql/updates" -name '*.sql' -exec cp -t "$dir/root$share/extension" {} + 2>/dev/null || true
    chmod -R a+rX "$dir/root$lib/schema_audit.so" "$dir/root$share/extension"
}

control() { # DIR pg_ctl-arguments...
    local dir=$1
    shift
    # stdin and the descriptors of the caller must not stay open in the server.
    SERVER_HOME=$dir as_server_user "$dir/bin/pg_ctl" -D "$dir/data" -w -t 60 -s "$@" \
        </dev/null >>"$dir/pg_ctl.out" 2>&1 9>&- || {
        cat "$dir/pg_ctl.out" >&2
        [ ! -e "$dir/log" ] || tail -n 50 "$dir/log" >&2
        fail "pg_ctl $* failed"
    }
}

remove() { # DIR MODE
    local dir=$1
    if [ -e "$dir/data/postmaster.pid" ]; then
        (control "$dir" stop -m "$2") || (control "$dir" stop -m immediate) || true
    fi
    rm -rf "$dir"
}

start() {
    local build=${SCHEMA_AUDIT_BUILD:-release} pg_config=${PG_CONFIG:-pg_config} bare=
    local -a conf=() initdb=()
    while [ $# -gt 0 ]; do
        case $1 in
            --build) build=$2; shift 2 ;;
            --bare) bare=1; shift ;;
            --pg-config) pg_config=$2; shift 2 ;;
            --pg-major) pg_config=/usr/lib/postgresql/$2/bin/pg_config; shift 2 ;;
            --conf) conf+=("$2"); shift 2 ;;
            --preload) conf+=("shared_preload_libraries = 'schema_audit'"); shift ;;
            --initdb) initdb+=("$2"); shift 2 ;;
            *) fail "unknown option $1" ;;
        esac
    done
    command -v "$pg_config" >/dev/null || fail "no $pg_config: run tools/setup.sh"
    local major
    major=$("$pg_config" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    case $build in
        release | debug) build=$source_dir/build/$build-$major ;;
    esac
    [ -z "$bare" ] || build=

    dir=$(make_directory)
    # Until it stands, whatever ends this script takes it away again.
    trap 'remove "$dir" immediate' EXIT
    install_private "$dir" "$pg_config" "$build"
    [ "$(id -u)" != 0 ] || chown -R "$(server_user):" "$dir"
    SERVER_HOME=$dir as_server_user mkdir "$dir/socket"
    local locale=C.UTF-8
    [[ $'\n'$(locale -a 2>/dev/null)$'\n' =~ $'\n'C\.[uU][tT][fF]-?8$'\n' ]] || locale=C
    SERVER_HOME=$dir as_server_user env -u LC_ALL "$dir/bin/initdb" -D "$dir/data" --username=postgres \
        --auth=trust --encoding=UTF8 --locale=$locale --no-sync ${initdb[@]+"${initdb[@]}"} \
        >"$dir/initdb.out" 2>&1 || { cat "$dir/initdb.out" >&2; fail "initdb failed"; }
    # The port is only a part of the socket's name, and the directory is ours alone.
    local port=$((20000 + RANDOM))
    {
        echo "listen_addresses = ''"
        echo "unix_socket_directories = '$dir/socket'"
        echo "port = $port"
        echo "fsync = off"
        echo "full_page_writes = off"
        echo "log_line_prefix = '%m [%p] %q%a '"
        echo "lc_messages = 'C'"
        printf '%s\n' ${conf[@]+"${conf[@]}"}
    } >>"$dir/data/postgresql.conf"
    {
        printf 'export %s=%q\n' SERVER_DIR "$dir" SERVER_LOG "$dir/log" PGDATA "$dir/data" \
            PGHOST "$dir/socket" PGPORT "$port" PGUSER postgres PGDATABASE postgres \
            PG_CONFIG "$dir/bin/pg_config"
        printf 'export PATH=%q:$PATH\n' "$dir/bin"
        echo 'unset PGSERVICE PGOPTIONS PGSSLMODE PGPASSFILE PGAPPNAME PGTZ PGDATESTYLE PGCLIENTENCODING'
    } >"$dir/env"
    control "$dir" start -l "$dir/log"
    trap - EXIT
}

[ $# -gt 0 ] || { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 2; }
command=$1
shift
case $command in
    start)
        start "$@"
        echo "$dir"
        ;;
    exec)
        options=()
        while [ $# -gt 0 ]; do
            case $1 in
                --) shift; break ;;
                --bare | --preload) options+=("$1"); shift ;;
                --*) options+=("$1" "$2"); shift 2 ;;
                *) break ;;
            esac
        done
        start ${options[@]+"${options[@]}"}
        trap 'remove "$dir" fast' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM HUP
        # In a subshell, so that the trap of this one survives.
        status=0
        (. "$dir/env" && "$@") || status=$?
        exit $status
        ;;
    env) cat "$1/env" ;;
    run)
        . "$1/env"
        shift
        exec "$@"
        ;;
    restart | stop)
        dir=$1 mode=fast
        shift
        [ -e "$dir/data/PG_VERSION" ] || fail "no private server in $dir"
        while [ $# -gt 0 ]; do
            case $1 in
                --conf) printf '%s\n' "$2" >>"$dir/data/postgresql.conf" ;;
                --mode) mode=$2 ;;
                *) fail "unknown option $1" ;;
            esac
            shift 2
        done
        if [ $command = stop ]; then
            remove "$dir" "$mode"
        else
            control "$dir" restart -m "$mode" -l "$dir/log"
        fi
        ;;
    as-server-user) as_server_user "$@" ;;
    *) fail "unknown command $command" ;;
esac
