#!/bin/bash
# DDL with the guard against DDL without: the same CREATE, ALTER and DROP of 2,000 tables in a database
# without the extension's guard, with it in log mode and in enforce mode, with event triggers in PL/pgSQL that
# keep a log of the same and look for the same required columns, and with pgaudit, interleaved in chunks. COMMIT
# of transactions without DDL, and of one that has altered 1,000 tables. Then pgbench with the library preloaded
# against pgbench without, for which a private server is restarted. A round counts with the median of its statements: another process that takes the
# processor for a moment would weigh more than the guard. Run it on tmpfs: on a disk the noise is larger than the guard.
set -euo pipefail

rounds=$1
tables_a_round=$(((2000 + rounds - 1) / rounds))
kinds='none log enforce plpgsql'
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
private_server=$here/../../tools/private_server.sh
commit_tables=${BENCH_COMMIT_TABLES:-1000}

preload() { # LIBRARIES: only of a private server
    [ -n "${SERVER_DIR:-}" ] && "$private_server" restart "$SERVER_DIR" --conf "shared_preload_libraries = '$1'" >/dev/null
}

# pgaudit only into a private server: its directories are its own. It has to be preloaded, and then does nothing
# where pgaudit.log is none.
install_pgaudit() {
    local libraries extensions library
    libraries=$("$PG_CONFIG" --pkglibdir) extensions=$("$PG_CONFIG" --sharedir)/extension
    library=$(find "$here/../../build/peers/pgaudit" -name pgaudit.so 2>/dev/null | head -n 1)
    [ -n "$library" ] && [ -n "${SERVER_DIR:-}" ] && [[ $libraries == "$SERVER_DIR"/* ]] || return 1
    cp "$library" "$libraries/" && cp "$here"/../../build/peers/pgaudit/usr/share/postgresql/*/extension/pgaudit* "$extensions/" && preload pgaudit
}
if install_pgaudit; then kinds="$kinds pgaudit"; else echo 'no pgaudit'; fi

for kind in $kinds; do
    dropdb --if-exists "bench_guard_$kind" 2>/dev/null
    createdb "bench_guard_$kind"
    psql -X -q -d "bench_guard_$kind" -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION schema_audit' -c 'CREATE TABLE payload (id bigint, note text)'
    case $kind in
        log | enforce) psql -X -q -d "bench_guard_$kind" -c "SELECT schema_audit.enable('$kind')" >/dev/null ;;
        plpgsql) psql -X -q -d "bench_guard_$kind" -v ON_ERROR_STOP=1 -f "$here/guard_plpgsql.sql" ;;
        pgaudit) psql -X -q -d "bench_guard_$kind" -c 'CREATE EXTENSION pgaudit' -c "ALTER DATABASE bench_guard_$kind SET pgaudit.log = 'ddl'" ;;
    esac
    psql -X -q -d "bench_guard_$kind" -c "DO \$\$BEGIN FOR i IN 1..$commit_tables LOOP EXECUTE format('CREATE TABLE many_%s (id bigint PRIMARY KEY)', i); END LOOP; END\$\$"
done

round() { # kind number
    {
        # The first DDL of a session loads the library.
        echo 'CREATE TABLE warm_up (id bigint); DROP TABLE warm_up;'
        echo '\timing on'
        for i in $(seq "$tables_a_round"); do
            echo '\echo create'
            echo "CREATE TABLE t_$i (id bigint PRIMARY KEY, name text NOT NULL, amount numeric(10,2));"
            echo '\echo alter'
            echo "ALTER TABLE t_$i ADD COLUMN status text NOT NULL DEFAULT 'new';"
            echo '\echo drop'
            echo "DROP TABLE t_$i;"
            echo '\echo commit'
            echo "INSERT INTO payload VALUES ($i, 'no DDL here');"
        done
        echo 'BEGIN;'
        echo "DO \$\$BEGIN FOR i IN 1..$commit_tables LOOP EXECUTE format('ALTER TABLE many_%s ADD COLUMN c_$2 integer NOT NULL DEFAULT 0', i); END LOOP; END\$\$;"
        echo '\echo many'
        echo 'COMMIT;'
    } | psql -X -qAt -d "bench_guard_$1" 2>&1 |
        awk -v kind="$1" -v round="$2" -v tables="$tables_a_round" '
            function median(step, n,   i, j, t) {
                for (i = 2; i <= n; i++) for (j = i; j > 1 && time[step, j] < time[step, j - 1]; j--) { t = time[step, j]; time[step, j] = time[step, j - 1]; time[step, j - 1] = t }
                return time[step, int((n + 1) / 2)]
            }
            /^Time:/ { time[step, ++n[step]] = $2; next }
            { step = $0 }
            END { for (s in n) if (s == "create" || s == "alter" || s == "drop" || s == "commit" || s == "many") print kind, round, s, median(s, n[s]) * tables }'
}

for number in $(seq 0 "$rounds"); do
    for kind in $kinds; do
        round "$kind" "$number"
    done
    psql -X -q -d postgres -c CHECKPOINT
done | awk -v tables="$tables_a_round" -v kinds="$kinds" -v many="$commit_tables" '
    function show(name, values, n,   i, j, t) {
        for (i = 2; i <= n; i++) for (j = i; j > 1 && values[j] < values[j - 1]; j--) { t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
        printf "%-40s min %9.3f  median %9.3f  max %9.3f\n", name, values[1], values[int((n + 1) / 2)], values[n]
    }
    $2 > 0 { value[$1, $3, $2] = $4; n = $2 }    # round 0 warms up
    END {
        printf "%d tables in %d rounds\n", n * tables, n
        for (i = 1; i <= n; i++) {
            base[i] = value["none", "create", i] + value["none", "alter", i] + value["none", "drop", i]
            logged[i] = value["log", "create", i] + value["log", "alter", i] + value["log", "drop", i]
            enforced[i] = value["enforce", "create", i] + value["enforce", "alter", i] + value["enforce", "drop", i]
            ms[i] = base[i] / tables / 3
            rl[i] = logged[i] / base[i]; re[i] = enforced[i] / base[i]
            ra[i] = value["enforce", "alter", i] / value["none", "alter", i]
            rc[i] = value["enforce", "create", i] / value["none", "create", i]
            rd[i] = value["enforce", "drop", i] / value["none", "drop", i]
            rn[i] = value["enforce", "commit", i] / value["none", "commit", i]
        }
        show("DDL without guard, ms each", ms, n)
        show("log / none", rl, n); show("enforce / none", re, n)
        show("  CREATE, enforce / none", rc, n); show("  ALTER, enforce / none", ra, n); show("  DROP, enforce / none", rd, n)
        show("no DDL, enforce / none", rn, n)
        for (k = split(kinds, kind, " "); k > 3; k--) {
            for (i = 1; i <= n; i++) {
                all = value[kind[k], "create", i] + value[kind[k], "alter", i] + value[kind[k], "drop", i]
                r[i] = all / base[i]; q[i] = all / enforced[i]
            }
            show(kind[k] " / none", r, n); show(kind[k] " / enforce", q, n)
        }
        for (k = 1; k in kind; k++) {
            for (i = 1; i <= n; i++) { r[i] = value[kind[k], "many", i] / tables; q[i] = value[kind[k], "many", i] / value["none", "many", i] }
            show(sprintf("COMMIT of %d tables, %s, ms", many, kind[k]), r, n)
            if (kind[k] != "none") show("  " kind[k] " / none", q, n)
        }
    }'

# A session that does no DDL: transactions a second with the library preloaded against without, by turns.
[ -n "${SERVER_DIR:-}" ] || { echo 'no private server: no pgbench with the library preloaded'; exit; }
seconds=${BENCH_PGBENCH_SECONDS:-5}
dropdb --if-exists bench_pgbench 2>/dev/null
createdb bench_pgbench
pgbench -i -q -s 5 bench_pgbench >/dev/null 2>&1
psql -X -q -d bench_pgbench -c 'CREATE EXTENSION schema_audit' -c "SELECT schema_audit.enable('enforce')" >/dev/null
rate() { pgbench -n -T "$seconds" "$@" bench_pgbench 2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/\1/p'; }
for number in $(seq 0 "$rounds"); do
    for libraries in '' schema_audit; do
        preload "$libraries"
        echo "${libraries:-none} $number $(rate -S) $(rate)"
    done
done | awk '
    function show(name, values, n,   i, j, t) {
        for (i = 2; i <= n; i++) for (j = i; j > 1 && values[j] < values[j - 1]; j--) { t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
        printf "%-40s min %9.3f  median %9.3f  max %9.3f\n", name, values[1], values[int((n + 1) / 2)], values[n]
    }
    $2 > 0 { n = $2; select_only[$1, n] = $3; tpcb[$1, n] = $4 }
    END {
        for (i = 1; i <= n; i++) { s[i] = select_only["schema_audit", i] / select_only["none", i]; t[i] = tpcb["schema_audit", i] / tpcb["none", i] }
        show("pgbench -S, preloaded / none", s, n); show("pgbench, preloaded / none", t, n)
    }'
