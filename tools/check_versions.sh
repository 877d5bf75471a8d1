#!/bin/bash
# The control file, META.json, the Python package and CHANGELOG.md speak of the same version, and a release
# has a way to it from each earlier one. Prints TAP.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" schema_audit.control)
tests=0 status=0
check() { # DESCRIPTION COMMAND...
    local description=$1
    shift
    tests=$((tests + 1))
    if "$@"; then
        echo "ok $tests - $description"
    else
        echo "not ok $tests - $description"
        status=1
    fi
}

meta() {
    python3 - "$version" <<'P'
import json, sys
meta = json.load(open("META.json", encoding="utf-8"))
required = ("name", "version", "abstract", "maintainer", "license", "provides", "meta-spec")
missing = [key for key in required if not meta.get(key)]
versions = {meta.get("version")} | {part.get("version") for part in meta.get("provides", {}).values()}
if missing or versions != {sys.argv[1]}:
    sys.exit(f"# META.json: missing {missing}, versions {versions}, control file {sys.argv[1]}")
P
}

check "META.json is valid and says $version" meta
check "clients/python says $version" grep -qx "VERSION = \"$version\"" clients/python/src/schema_audit/version.py
check "CHANGELOG.md has a section for $version" grep -qE "^## \[?$version\b" CHANGELOG.md
# Each released section but the present one needs an update script to the next.
updates() {
    local newer= older missing=
    while read -r older; do
        [ -z "$newer" ] || [ -e "src/sql/updates/schema_audit--$older--$newer.sql" ] ||
            missing="$missing schema_audit--$older--$newer.sql"
        newer=$older
    done < <(sed -nE 's/^## \[?([0-9]+\.[0-9]+\.[0-9]+).*/\1/p' CHANGELOG.md)
    [ -z "$missing" ] || { echo "# missing in src/sql/updates:$missing"; return 1; }
}
check 'each version can be updated to the next' updates
echo "1..$tests"
exit $status
