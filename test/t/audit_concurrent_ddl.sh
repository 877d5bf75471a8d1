#!/bin/bash
# Sessions create, alter, rename and drop what audits read at the same time: no audit fails, none crashes,
# and when it is quiet again the audit is right. SECONDS_OF_DDL says for how long.
set -u
seconds=${SECONDS_OF_DDL:-10}
echo 1..6
. "$(dirname "$0")/lib.bash"

database=audit_concurrent_$$
createdb "$database" || exit 1
export PGDATABASE=$database
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
psql -Xq <<'SQL' || exit 1
SET client_min_messages = warning;
CREATE EXTENSION schema_audit;
CREATE SCHEMA app;
CREATE TABLE app.stays (id integer PRIMARY KEY, name text DEFAULT 'x' CHECK (name <> ''), parent integer REFERENCES app.stays);
CREATE INDEX stays_name ON app.stays (lower(name)) WHERE parent > 0;
CREATE PROCEDURE public.churn(who integer, seconds integer) LANGUAGE plpgsql AS $$
DECLARE
    until timestamptz := clock_timestamp() + make_interval(secs => seconds);
    mine text := 'app.t' || who;
    rounds integer := 0;
BEGIN
    WHILE clock_timestamp() < until LOOP
        EXECUTE format('CREATE TYPE app.mood%s AS ENUM (''a'', ''b'')', who);
        EXECUTE format('CREATE DOMAIN app.small%s AS integer CHECK (VALUE < 10) DEFAULT 3', who);
        EXECUTE format('CREATE FUNCTION app.f%s(integer = 1) RETURNS integer LANGUAGE sql IMMUTABLE AS ''SELECT $1''', who);
        COMMIT;
        EXECUTE format('CREATE TABLE %s (id serial PRIMARY KEY, m app.mood%s DEFAULT ''a'', s app.small%2$s, n integer DEFAULT app.f%2$s(), g integer GENERATED ALWAYS AS (app.f%2$s(3)) STORED,
                                         p integer REFERENCES app.stays, CHECK (n > app.f%2$s()), CHECK (m <> ''b''), EXCLUDE (n WITH =))', mine, who);
        COMMIT;
        EXECUTE format('CREATE INDEX ON %s ((app.f%s(n) + 1), m) WHERE n > app.f%2$s(2)', mine, who);
        EXECUTE format('CREATE TABLE app.c%s (id integer REFERENCES %s, PRIMARY KEY (id)) PARTITION BY LIST (id)', who, mine);
        EXECUTE format('CREATE TABLE app.c%s_1 PARTITION OF app.c%1$s FOR VALUES IN (1)', who);
        COMMIT;
        EXECUTE format('ALTER TABLE %s RENAME n TO renamed', mine);
        EXECUTE format('ALTER TABLE %s ADD more text NOT NULL DEFAULT ''y'' COLLATE "C"', mine);
        EXECUTE format('ALTER TABLE %s ALTER more DROP DEFAULT, ALTER m SET DEFAULT ''b'', ALTER id TYPE bigint', mine);
        COMMIT;
        EXECUTE format('ALTER TABLE %s RENAME TO renamed%s', mine, who);
        EXECUTE format('ALTER FUNCTION app.f%s(integer) RENAME TO g%1$s', who);
        EXECUTE format('ALTER TYPE app.small%s RENAME TO tiny%1$s', who);
        COMMIT;
        EXECUTE format('ALTER TABLE app.renamed%s DROP g, DROP COLUMN s', who);
        EXECUTE format('DROP TYPE app.mood%s CASCADE', who);
        EXECUTE format('DROP FUNCTION app.g%s(integer) CASCADE', who);
        COMMIT;
        EXECUTE format('DROP TABLE app.c%s', who);
        EXECUTE format('DROP TABLE app.renamed%s', who);
        EXECUTE format('DROP DOMAIN app.tiny%s', who);
        COMMIT;
        rounds := rounds + 1;
    END LOOP;
    RAISE WARNING 'rounds: %', rounds;
END$$;
-- what the models say: something that stays, something that comes and goes, and expressions over both
SELECT schema_audit.register_schema('app', '{app}') > 0 AS registered \gset
INSERT INTO schema_audit.model (model, governed_schemas) VALUES ('hand', '{app}');
INSERT INTO schema_audit.model_table (model, schema_name, table_name) SELECT 'hand', 'app', 't' || n FROM generate_series(1, 2) AS n;
INSERT INTO schema_audit.model_column (model, schema_name, table_name, column_name, position, data_type, default_expression)
SELECT 'hand', 'app', 't' || n, c.name, c.position, format(c.type, n), format(c.expression, n)
FROM generate_series(1, 2) AS n, (VALUES ('id', 1, 'integer', NULL), ('m', 2, 'app.mood%s', '''a'''), ('n', 3, 'integer', 'app.f%s()'), ('s', 4, 'app.small%s', NULL)) AS c (name, position, type, expression);
INSERT INTO schema_audit.model_constraint (model, schema_name, table_name, constraint_name, kind, expression)
SELECT 'hand', 'app', 't' || n, 'c', 'check', format('n > app.f%s()', n) FROM generate_series(1, 2) AS n;
SQL
clean="SELECT count(*) FROM audit_schema(models => '{app}', min_severity => 'info')"
check 'clean before' 0 "$(psql -XAtc "$clean" 2>&1)"

audits() { # NAME STATEMENT...: a file of them, for as long as there is DDL
    local name=$1 end=$((SECONDS + seconds)) rounds=0
    shift
    while [ $SECONDS -lt $end ]; do
        # 20 in a session, so that its caches meet invalidations
        for _ in $(seq 20); do printf '%s;\n' "$@"; done | psql -XqAt >"$work/$name.rows" 2>>"$work/$name.errors" || echo "psql ends with $?" >>"$work/$name.errors"
        rounds=$((rounds + 20))
    done
    echo $rounds >"$work/$name.rounds"
}
for who in 1 2 3; do
    psql -Xqc "SET client_min_messages = warning" -c "SET lock_timeout = '30s'" -c "CALL public.churn($who, $seconds)" >"$work/churn$who.out" 2>&1 &
done
audits audit "SELECT * FROM audit_schema(min_severity => 'info')" 'SELECT * FROM schema_audit.columns()' &
audits register "BEGIN" "SELECT schema_audit.register_schema('again', '{app}')" "SELECT count(*) FROM audit_schema(models => '{again}')" ROLLBACK &
wait

check 'no audit failed' '' "$(sort "$work/audit.errors" | uniq -c | head -n 10)"
check 'no registration failed' '' "$(sort "$work/register.errors" | uniq -c | head -n 10)"
check 'there were DDL and audits enough' '' "$(cat "$work"/churn*.out | grep -v 'WARNING:  rounds: [1-9]'; cat "$work"/*.rounds | grep -x 0)"
check 'clean afterwards' 0 "$(psql -XAtc "$clean" 2>&1)"
check 'and what is wrong is found' $'missing-column|name\nmissing-table|t1' \
    "$(psql -XqAt -c 'ALTER TABLE app.stays DROP name CASCADE' -c "SELECT rule, object_name FROM audit_schema() WHERE rule LIKE 'missing-%' AND table_name IN ('stays', 't1') AND object_type <> 'index' AND object_type <> 'check constraint' ORDER BY rule" 2>&1)"
dropdb "$database"
