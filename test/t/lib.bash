# What the scripts of this folder share; each reads it as its first command.
count=0

ok() { # DESCRIPTION COMMAND...
    local description=$1
    shift
    count=$((count + 1))
    if "$@"; then echo "ok $count - $description"; else echo "not ok $count - $description"; fi
}

check() { # DESCRIPTION EXPECTED ACTUAL
    count=$((count + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        printf '#   expected: %s\n#   actual:   %s\n' "${2//$'\n'/$'\n'#             }" "${3//$'\n'/$'\n'#             }"
    fi
}

# Commands for ok.
not() { ! "$@"; }
is() { [ "$1" = "$2" ] || { echo "# got: $1"; echo "# expected: $2"; return 1; }; }
has() { grep -qF -- "$2" <<<"$1" || { echo "# got: $1"; echo "# expected in it: $2"; return 1; }; }

# A script that needs another database or other settings has its own.
sql() { psql -XAtq "$@" 2>&1; }

wait_for() { # EXPECTED QUERY
    local got
    for _ in $(seq 300); do
        got=$(sql -c "$2")
        [ "$got" != "$1" ] || return 0
        sleep 0.1
    done
    echo "# got: $got, expected: $1"
    return 1
}
