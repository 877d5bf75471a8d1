#!/bin/bash
# Installs what building and testing need (Debian and its children).
#
#   tools/setup.sh           everything for make test
#   tools/setup.sh --build   only what a build and a private server need
#
# Root: installs what is missing. Others: says what is missing, and fails only if
# the build cannot do without it. PG_MAJOR chooses the server; default: that of
# PG_CONFIG, else Debian's (15).
set -euo pipefail

# package            what proves its presence where it did not come as a package
needed_to_build='
g++                  program g++
make                 program make
libfmt-dev           header fmt/core.h
postgresql-@         server
postgresql-server-dev-@  pgxs
'
needed_to_test='
cmake                program cmake
libgtest-dev         header gtest/gtest.h
libgmock-dev         header gmock/gmock.h
perl                 program prove
python3              program python3
util-linux           program setpriv
'
# Without these a part is skipped with a notice.
useful='
clang-format         program clang-format
clang-tidy           program clang-tidy
libipc-run-perl      perl IPC::Run
python3-venv         venv
postgresql-common    program pg_lsclusters
procps               program ps
debootstrap          program debootstrap
'

case ${1:-} in
    '') needed=$needed_to_build$needed_to_test ;;
    --build) needed=$needed_to_build useful= ;;
    *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 2 ;;
esac

have_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

pg_config_path() {
    local path
    for path in "${PG_CONFIG:-}" "/usr/lib/postgresql/$major/bin/pg_config" "$(command -v pg_config)"; do
        [ -z "$path" ] || ! command -v "$path" >/dev/null || { echo "$path"; return; }
    done
    return 1
}

present() { # program NAME | header NAME | perl MODULE | venv | server | pgxs
    case $1 in
        program) command -v "$2" >/dev/null || [ -x "/usr/sbin/$2" ] ;;
        header) echo "#include <$2>" | ${CXX:-g++} -std=c++20 -x c++ -E - >/dev/null 2>&1 ;;
        perl) perl -M"$2" -e 1 2>/dev/null ;;
        venv) python3 -c 'import venv, ensurepip' 2>/dev/null ;;
        server) [ -x "$($(pg_config_path) --bindir)/postgres" ] ;;
        # pgxs.mk alone comes with the client package.
        pgxs) [ -e "$($(pg_config_path) --pgxs)" ] && [ -e "$($(pg_config_path) --includedir-server)/postgres.h" ] ;;
    esac
}

# missing LIST: the packages of it that are neither installed nor replaced by something else.
missing() {
    local package probe
    while read -r package probe; do
        [ -n "$package" ] || continue
        package=${package//@/$major}
        ! have_apt || ! installed "$package" || continue
        # shellcheck disable=SC2086
        present $probe 2>/dev/null || echo "$package"
    done <<<"$1"
}

# Debian 12 has 15, a later Debian what its package postgresql depends on.
default_major() {
    local other
    if [ -n "${PG_CONFIG:-}" ]; then
        "$PG_CONFIG" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/'
        return
    fi
    if have_apt && ! installed postgresql-15 && ! apt-cache show postgresql-15 >/dev/null 2>&1; then
        other=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1)
    fi
    echo "${other:-15}"
}

major=${PG_MAJOR:-$(default_major)}
to_install=$(missing "$needed$useful" | xargs)
if [ -n "$to_install" ] && have_apt; then
    command="apt-get install -y --no-install-recommends $to_install"
    if [ "$(id -u)" = 0 ]; then
        echo "setup: $command"
        export DEBIAN_FRONTEND=noninteractive
        # Another apt may be at work; and the clock of a container may be off.
        options=(-o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -q)
        apt-get "${options[@]}" update || echo "setup: apt-get update failed, trying with the old lists" >&2
        # shellcheck disable=SC2086
        apt-get "${options[@]}" install -y --no-install-recommends $to_install </dev/null
    else
        echo "setup: not root, so nothing is installed. Missing: $to_install"
        echo "setup: to install it: sudo $command"
    fi
fi

lacking=$(missing "$needed" | xargs)
if [ -n "$lacking" ]; then
    echo "setup: cannot go on without: $lacking" >&2
    exit 1
fi
skipped=$(missing "$useful" | xargs)
[ -z "$skipped" ] || echo "setup: parts are skipped without: $skipped"
