#!/bin/bash
# DDL that needs more locks than the server has fails with advice, and harms nobody.
set -u
echo 1..2
server=$(tools/private_server.sh start --conf 'max_locks_per_transaction = 10' --conf 'max_connections = 10') || exit 1
trap 'tools/private_server.sh stop "$server" --mode immediate' EXIT
output=$(tools/private_server.sh run "$server" psql -XqAt 2>&1 <<'SQL'
CREATE EXTENSION schema_audit;
SELECT string_agg(format('CREATE TABLE t%s (id serial PRIMARY KEY, a int UNIQUE);', i), '') AS ddl FROM generate_series(1, 3000) AS i \gset
SELECT schema_audit.register_ddl('many', :'ddl');
SELECT 'models: ' || count(*) FROM schema_audit.model;
SQL
)
if grep -qE '^HINT: +[0-9]+ tables of the DDL were created so far.*max_locks_per_transaction' <<<"$output"; then
    echo 'ok 1 - the hint names the setting and the number of tables'
else
    echo 'not ok 1 - the hint names the setting and the number of tables'
    sed 's/^/# /' <<<"$output"
fi
if grep -qx 'models: 0' <<<"$output"; then
    echo 'ok 2 - the session goes on, and nothing is registered'
else
    echo 'not ok 2 - the session goes on, and nothing is registered'
    sed 's/^/# /' <<<"$output"
fi
