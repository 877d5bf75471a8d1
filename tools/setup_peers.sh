#!/bin/bash
# Fetches the programs that `make bench-peers` compares with into build/peers, as far as this machine can:
# packages of Debian are unpacked there and not installed, Python and npm get a directory each. Needs no
# root, and no test needs it. What cannot be had is said, and the benchmark goes on without it.
#
#   tools/setup_peers.sh
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

debian check_postgres check-postgres
debian pgtap "postgresql-$major-pgtap"
if [ ! -e "$peers/alembic/bin/alembic" ]; then
    # Without pip in venv, as on a bare Debian, its own packages may be there.
    { python3 -m venv "$peers/alembic" && "$peers/alembic/bin/pip" install -q alembic psycopg2-binary; } >"$peers/alembic.log" 2>&1 ||
        { rm -rf "$peers/alembic"; missing alembic; }
fi
if [ ! -e "$peers/migra/node_modules/.bin/migra" ]; then
    mkdir -p "$peers/migra"
    npm install --prefix "$peers/migra" --no-audit --no-fund --loglevel=error @pgkit/migra >"$peers/migra.log" 2>&1 ||
        { rm -rf "$peers/migra"; missing migra; }
fi
exit 0
