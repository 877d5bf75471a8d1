#!/bin/bash
# Fetches the programs that `make bench-peers` and `make bench` compare with into build/peers, as far as this machine can:
# packages of Debian are unpacked there and not installed, Python and npm get a directory each. Needs no
# root, and no test needs it. What cannot be had is said, and the benchmark goes on without it.
#
#   tools/setup_peers.sh [NAME...]    default: all of check_postgres pgtap pgaudit alembic migra squawk
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
major=$("${PG_CONFIG:-pg_config}" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
peers=$PWD/build/peers
mkdir -p "$peers"

missing() { echo "setup_peers: no $1: $(tail -n 1 "$peers/$1.log")"; }

debian() { # NAME PACKAGE
    local directory
    [ ! -e "$peers/$1" ] || return 0
    directory=$(mktemp -d) || return 1
    if (cd "$directory" && apt-get download "$2" && dpkg-deb -x ./*.deb unpacked) >"$peers/$1.log" 2>&1; then
        chmod 755 "$directory/unpacked" && mv "$directory/unpacked" "$peers/$1"
    else
        missing "$1"
    fi
    rm -rf "$directory"
}

npm_package() { # NAME PACKAGE
    [ ! -e "$peers/$1/node_modules" ] || return 0
    mkdir -p "$peers/$1"
    npm install --prefix "$peers/$1" --no-audit --no-fund --loglevel=error "$2" >"$peers/$1.log" 2>&1 ||
        { rm -rf "${peers:?}/$1"; missing "$1"; }
}

alembic() {
    [ ! -e "$peers/alembic/bin/alembic" ] || return 0
    # Without pip in venv, as on a bare Debian, its own packages may be there.
    { python3 -m venv "$peers/alembic" && "$peers/alembic/bin/pip" install -q alembic psycopg2-binary; } >"$peers/alembic.log" 2>&1 ||
        { rm -rf "$peers/alembic"; missing alembic; }
}

[ $# -gt 0 ] || set -- check_postgres pgtap pgaudit alembic migra squawk
for name in "$@"; do
    case $name in
        check_postgres) debian check_postgres check-postgres ;;
        pgtap | pgaudit) debian "$name" "postgresql-$major-$name" ;;
        alembic) alembic ;;
        migra) npm_package migra @pgkit/migra ;;
        squawk) npm_package squawk squawk-cli ;;
        *) echo "setup_peers: no peer $name" >&2; exit 2 ;;
    esac
done
exit 0
