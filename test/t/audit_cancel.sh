#!/bin/bash
# A large database: another session sees what an audit locks while it runs, and a cancelled audit, listing or
# registration ends within a second, with a clean error, in a session that works as before.
#
# CANCEL_TABLES says how large (make stress: 5000).
set -u
tables=${CANCEL_TABLES:-2000}
echo 1..10
. "$(dirname "$0")/lib.bash"

database=audit_cancel_$$
createdb "$database" || exit 1
export PGDATABASE=$database
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
psql -Xq -v ON_ERROR_STOP=1 -v tables="$tables" -f "$(dirname "$0")/../bench/tables.sql" || exit 1
# A model by hand, whose expressions are all read at each audit and are all different, makes one that lasts.
psql -Xq -v ON_ERROR_STOP=1 <<'SQL' || exit 1
INSERT INTO schema_audit.model (model, governed_schemas) SELECT 'hand', governed_schemas FROM schema_audit.model;
INSERT INTO schema_audit.model_table (model, schema_name, table_name) SELECT 'hand', schema_name, table_name FROM schema_audit.model_table;
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type, not_null, default_expression)
SELECT 'hand', schema_name, table_name, column_name, position, data_type, not_null,
       CASE WHEN data_type IN ('integer', 'bigint', 'text') THEN (SELECT '(' || string_agg(format('length(%L)', table_name || column_name || n), ' + ') || ')::' || data_type FROM generate_series(1, 20) AS n) END
FROM schema_audit.model_column WHERE model = 'bench';
CREATE TABLE public.watched (pid integer, mode text, kind text, place text);

-- Until a session in application_name `who` is in a statement LIKE `what`; its pid.
CREATE FUNCTION public.wait_for(who text, what text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    found integer;
BEGIN
    FOR i IN 1..3000 LOOP
        SELECT pid INTO found FROM pg_stat_activity WHERE application_name = who AND state = 'active' AND query LIKE what;
        EXIT WHEN found IS NOT NULL;
        PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
    END LOOP;
    RETURN found;
END$$;
-- Cancels it after a while, and says how long it went on.
CREATE FUNCTION public.cancelled_after(who text, what text, wait double precision) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    victim CONSTANT integer := public.wait_for(who, what);
    start timestamptz;
BEGIN
    PERFORM pg_sleep(wait), pg_stat_clear_snapshot();
    IF NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = victim AND state = 'active' AND query LIKE what) THEN
        RAISE EXCEPTION 'it ended by itself within % s', wait;
    END IF;
    start := clock_timestamp();
    PERFORM pg_cancel_backend(victim);
    WHILE EXISTS (SELECT FROM pg_stat_activity WHERE pid = victim AND state = 'active' AND query LIKE what) LOOP
        PERFORM pg_sleep(0.002), pg_stat_clear_snapshot();
    END LOOP;
    RETURN round(extract(epoch FROM clock_timestamp() - start) * 1000);
END$$;
SQL
say() { psql -XqAt "$@" 2>&1; }
audit="SELECT count(*) FROM audit_schema(min_severity => 'error')"
before=$(say -c "$audit")
check 'the audit has findings' t "$([ "$before" -gt 0 ] && echo t || echo "$before")"

# --- what another session sees
PGAPPNAME=victim psql -XqAt -c "$audit" -c "$audit" -c 'SELECT count(*) FROM schema_audit.columns()' >"$work/victim" 2>&1 &
say <<'SQL' >"$work/watch"
SELECT public.wait_for('victim', '%audit_schema%') AS victim \gset
DO $$
BEGIN
    WHILE EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'victim') LOOP
        INSERT INTO public.watched
        SELECT l.pid, l.mode, l.locktype, CASE WHEN l.locktype <> 'relation' THEN '' WHEN l.relation < 16384 THEN 'catalog'
                   WHEN l.relation IN (SELECT unnest(ARRAY[c.oid, c.reltoastrelid]) FROM pg_class AS c WHERE relnamespace = 'schema_audit'::regnamespace) THEN 'own table'
                   ELSE coalesce((SELECT indrelid::regclass::text FROM pg_index WHERE indexrelid = l.relation), l.relation::regclass::text) END
        FROM pg_locks AS l WHERE l.pid = (SELECT pid FROM pg_stat_activity WHERE application_name = 'victim');
        PERFORM pg_sleep(0.001), pg_stat_clear_snapshot();
    END LOOP;
END$$;
SQL
wait
check 'the audits went through' '' "$(grep -v '^[0-9]*$' "$work/victim")"
check 'it was looked at in the middle of them' t "$(say -c "SELECT count(*) > 20 FROM public.watched")"
check 'AccessShare on catalogs and our own tables, nothing else' 'relation|AccessShareLock|catalog
relation|AccessShareLock|own table' "$(say -c "SELECT DISTINCT kind, mode, place FROM public.watched WHERE kind <> 'virtualxid' ORDER BY 1, 2, 3")"

# --- pg_cancel_backend
cancels() { # STATEMENT SECONDS...: each into one session; what the session said, then how long it went on
    local statement=$1 wait i=0
    shift
    : >"$work/victim.sql"
    : >"$work/cancel.sql"
    for wait in "$@"; do
        i=$((i + 1))
        printf '/* %s */ %s;\nSELECT 1;\n' $i "$statement" >>"$work/victim.sql"
        echo "SELECT public.cancelled_after('victim', '/* $i */%', $wait);" >>"$work/cancel.sql"
    done
    echo "$audit;" >>"$work/victim.sql"
    PGAPPNAME=victim psql -XqAt -v VERBOSITY=terse -f "$work/victim.sql" 2>&1 | sed 's/^psql:[^ ]* //' >"$work/victim" &
    say -f "$work/cancel.sql" >"$work/times"
    wait
    paste -sd ' ' "$work/victim"
    grep -vxE '[0-9]{1,3}' "$work/times"
    echo "# cancelled: went on for $(paste -sd ' ' "$work/times") ms" >>"$work/notes"
}
good() { for _ in $(seq "$1"); do printf 'ERROR:  canceling statement due to user request 1 '; done; echo "$before"; }
check 'a cancelled audit ends within a second, and the session works' "$(good 6)" "$(cancels "SELECT count(*) AS it FROM audit_schema()" 0 0.02 0.05 0.1 0.15 0.2)"
check 'so does columns()' "$(good 3)" "$(cancels "SELECT count(*) AS it FROM schema_audit.columns()" 0 0.05 0.2)"
names="(SELECT array_agg(DISTINCT schema_name) FROM schema_audit.model_table)"
check 'so does register_schema()' "$(good 3)" "$(cancels "SELECT schema_audit.register_schema(\$\$bench\$\$, $names)" 0 0.02 0.05)"

# --- statement_timeout
{
    echo '\timing on'
    for ms in 1 3 10 30 60 100 200; do
        printf "SET statement_timeout = %s \\g /dev/null\n%s AS it FROM audit_schema();\n" "$ms" 'SELECT count(*)'
    done
    printf 'SET statement_timeout = 0;\n\\timing off\n%s;\n' "$audit"
} >"$work/timeouts.sql"
say -v VERBOSITY=terse -f "$work/timeouts.sql" | sed 's/^psql:[^ ]* //' >"$work/timeouts"
check 'statement_timeout ends it, and the session works' "ERROR:  canceling statement due to statement timeout $before" "$(grep -v '^Time' "$work/timeouts" | uniq | paste -sd ' ')"
check 'within a second' '' "$(sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' "$work/timeouts" | awk '$1 > 1200')"
check 'the server did not crash' '' "$(grep -E 'PANIC|FATAL|terminated by signal|TRAP:' "$SERVER_LOG" | head -n 10)"
cat "$work/notes"
dropdb "$database"
