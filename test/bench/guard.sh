#!/bin/bash
# DDL with the guard against DDL without: the same CREATE, ALTER and DROP of 2,000 tables in a database
# without the extension's guard, with it in log mode and in enforce mode, interleaved in chunks. And COMMIT
# of transactions without DDL. A round counts with the median of its statements: another process that takes the
# processor for a moment would weigh more than the guard. Run it on tmpfs: on a disk the noise is larger than the guard.
set -euo pipefail

rounds=$1
tables_a_round=$(((2000 + rounds - 1) / rounds))
kinds='none log enforce'

for kind in $kinds; do
    dropdb --if-exists "bench_guard_$kind" 2>/dev/null
    createdb "bench_guard_$kind"
    psql -X -q -d "bench_guard_$kind" -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION schema_audit' -c 'CREATE TABLE payload (id bigint, note text)'
    [ "$kind" = none ] || psql -X -q -d "bench_guard_$kind" -c "SELECT schema_audit.enable('$kind')" >/dev/null
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
    } | psql -X -qAt -d "bench_guard_$1" |
        awk -v kind="$1" -v round="$2" -v tables="$tables_a_round" '
            function median(step, n,   i, j, t) {
                for (i = 2; i <= n; i++) for (j = i; j > 1 && time[step, j] < time[step, j - 1]; j--) { t = time[step, j]; time[step, j] = time[step, j - 1]; time[step, j - 1] = t }
                return time[step, int((n + 1) / 2)]
            }
            /^Time:/ { time[step, ++n[step]] = $2; next }
            { step = $0 }
            END { for (s in n) if (s == "create" || s == "alter" || s == "drop" || s == "commit") print kind, round, s, median(s, n[s]) * tables }'
}

for number in $(seq 0 "$rounds"); do
    for kind in $kinds; do
        round "$kind" "$number"
    done
    psql -X -q -d postgres -c CHECKPOINT
done | awk -v tables="$tables_a_round" '
    function show(name, values, n,   i, j, t) {
        for (i = 2; i <= n; i++) for (j = i; j > 1 && values[j] < values[j - 1]; j--) { t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
        printf "%-28s min %9.3f  median %9.3f  max %9.3f\n", name, values[1], values[int((n + 1) / 2)], values[n]
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
    }'
