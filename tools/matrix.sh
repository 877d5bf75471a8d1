#!/bin/bash
# Builds and tests with several PostgreSQL majors: 15 on this Debian 12, later ones in
# chroots of the Debian suites that carry them. Ends with "N passed, N failed".
#
#   tools/matrix.sh [MAJOR...]     default: 15 17 18
#
# Beside builds, exports, docs, regression and isolation tests: the mutations, which have some for later majors alone,
# and ROUND_TRIP_SEEDS random schemas (20).
#
# Needs root for the chroots, which are kept for the next time in
# ${XDG_CACHE_HOME:-/var/cache}/schema_audit/matrix (1.6 GB each; MATRIX_FRESH=1 makes
# them anew). No Debian suite carries 16 (bookworm has 15, trixie 17, sid 18).
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
cache=${XDG_CACHE_HOME:-/var/cache}/schema_audit/matrix
out=$PWD/build/matrix
suites='build exports docs regress truth isolation mutation round-trip'
seeds=${ROUND_TRIP_SEEDS:-20}
passed=0 failed=0
[ $# -gt 0 ] || set -- 15 17 18

suite_of() {
    case $1 in
        15) echo bookworm ;;
        17) echo trixie ;;
        18) echo sid ;;
        *) return 1 ;;
    esac
}

# The mirror that this machine's apt uses: the first Debian archive, in either format.
mirror() {
    {
        cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
            awk 'tolower($1) == "enabled:" && tolower($2) == "no" {off = 1}
                 tolower($1) == "uris:" {uris = $2}
                 /^[ \t]*$/ {if (!off && uris) print uris; off = 0; uris = ""}
                 END {if (!off && uris) print uris}'
        cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
            sed -nE 's/^[ \t]*deb[ \t]+(\[[^]]*\][ \t]+)?([^ \t]+).*/\2/p'
    } | grep -E '/debian/?$' | head -n 1
}

bind() { # CHROOT
    mountpoint -q "$1/proc" || mount -t proc proc "$1/proc"
    mountpoint -q "$1/dev/shm" || { mkdir -p "$1/dev/shm" && mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"; }
}
unbind() {
    umount -l "$1/dev/shm" "$1/proc" 2>/dev/null
    return 0
}
mounted=
trap '[ -z "$mounted" ] || unbind "$mounted"' EXIT

in_chroot() { # CHROOT COMMAND...
    local chroot=$1
    shift
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        TERM=dumb DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} \
        ${https_proxy:+https_proxy="$https_proxy"} chroot "$chroot" "$@" </dev/null
}

# make_chroot MAJOR CHROOT: in a directory aside, so that a broken one is never taken for done.
make_chroot() {
    local major=$1 chroot=$2 suite archive script
    suite=$(suite_of "$major")
    archive=$(mirror)
    archive=${archive:-http://deb.debian.org/debian}
    command -v debootstrap >/dev/null || { echo 'no debootstrap: run tools/setup.sh'; return 1; }
    # An older debootstrap may not know the name; Debian's suites share one script.
    script=
    [ -e "/usr/share/debootstrap/scripts/$suite" ] || script=/usr/share/debootstrap/scripts/sid
    rm -rf "$chroot.part"
    mkdir -p "$chroot.part"
    debootstrap --variant=minbase "$suite" "$chroot.part" "$archive" $script || return 1
    {
        echo 'Acquire::Check-Valid-Until "false";'
        echo 'APT::Install-Recommends "false";'
        echo 'Acquire::Languages "none";'
        # What is downloaded once is not needed again.
        echo 'DPkg::Post-Invoke {"rm -f /var/cache/apt/archives/*.deb || true";};'
    } >"$chroot.part/etc/apt/apt.conf.d/90matrix"
    # No daemon starts in here, and no cluster is made.
    printf '#!/bin/sh\nexit 101\n' >"$chroot.part/usr/sbin/policy-rc.d"
    chmod +x "$chroot.part/usr/sbin/policy-rc.d"
    mkdir -p "$chroot.part/etc/postgresql-common"
    echo 'create_main_cluster = false' >"$chroot.part/etc/postgresql-common/createcluster.conf"
    mv "$chroot.part" "$chroot"
}

# copy_tree DIR: this tree becomes DIR/schema_audit, with the objects of the last time, if any. make decides by time and
# flags whether they are still good: a file that is another one since then is as new as its copy, also if it was edited
# while the last run compiled.
copy_tree() {
    local old=$1/schema_audit new=$1/schema_audit.part
    rm -rf "$new"
    mkdir -p "$new" "$1/build"
    tar -c --exclude=./.git --exclude=./build . | tar -x --touch --no-same-owner -C "$new"
    (
        cd "$new" || exit
        find . -type f -print0 | while IFS= read -r -d '' file; do
            ! cmp -s "$file" "$old/$file" || touch -r "$old/$file" "$file"
        done
    )
    rm -rf "$old"
    mv "$new" "$old"
    ln -s ../build "$old/build"
}

# test_chroot MAJOR CHROOT: the tree goes in, the suites of the server run there.
test_chroot() {
    local major=$1 chroot=$2
    copy_tree "$chroot/src"
    bind "$chroot"
    mounted=$chroot
    in_chroot "$chroot" env PG_MAJOR="$major" /src/schema_audit/tools/setup.sh --build &&
        in_chroot "$chroot" sh -c "/usr/lib/postgresql/$major/bin/pg_config --version; g++ --version | head -n 1" &&
        in_chroot "$chroot" env PG_CONFIG="/usr/lib/postgresql/$major/bin/pg_config" ROUND_TRIP_SEEDS="$seeds" \
            /src/schema_audit/tools/run_tests.sh $suites
    local status=$?
    unbind "$chroot"
    mounted=
    return $status
}

run_major() { # MAJOR
    local major=$1 chroot
    chroot=$cache/$(suite_of "$major")
    if [ "$major" = 15 ] && [ -x /usr/lib/postgresql/15/bin/pg_config ]; then
        /usr/lib/postgresql/15/bin/pg_config --version
        g++ --version | head -n 1
        PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config ROUND_TRIP_SEEDS="$seeds" tools/run_tests.sh $suites
        return
    fi
    [ "$(id -u)" = 0 ] || { echo "PostgreSQL $major needs a chroot, and that needs root"; return 1; }
    [ -z "${MATRIX_FRESH:-}" ] || { [ ! -d "$chroot" ] || unbind "$chroot"; rm -rf --one-file-system "$chroot"; }
    [ -d "$chroot" ] || make_chroot "$major" "$chroot" || return 1
    test_chroot "$major" "$chroot"
}

mkdir -p "$out" "$cache" 2>/dev/null
for major in "$@"; do
    suite_of "$major" >/dev/null || { echo "PostgreSQL $major: no Debian suite carries it, skipped"; continue; }
    begin=$SECONDS
    # One at a time for each cache, since two runs would share chroots.
    (flock 9 2>/dev/null || true; run_major "$major") >"$out/$major.log" 2>&1 9>"$cache/.lock"
    status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$out/$major.log" | tail -n 1)
    if [ -z "$line" ]; then
        line='0 passed, 1 failed'
        tail -n 40 "$out/$major.log"
    elif [ $status != 0 ]; then
        tail -n 200 "$out/$major.log"
    fi
    server=$(sed -nE 's/^PostgreSQL ([0-9]+[0-9a-z.]*).*/\1/p' "$out/$major.log" | head -n 1)
    compiler=$(sed -nE 's/^g\+\+ .* ([0-9]+\.[0-9.]+).*/\1/p' "$out/$major.log" | head -n 1)
    echo "PostgreSQL ${server:-$major} ($(suite_of "$major")${compiler:+, g++ $compiler}): $line [$((SECONDS - begin)) s]"
    passed=$((passed + ${line%% *}))
    line=${line#*, }
    failed=$((failed + ${line%% *}))
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
