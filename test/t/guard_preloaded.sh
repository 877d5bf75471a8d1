#!/bin/bash
# With shared_preload_libraries the guard sees, in every session from its first command on, what fires no event
# trigger; PGOPTIONS escape nothing; and the audit tells when the library is not preloaded any more. Without it, what
# was set aside is told, and what enable() says holds.
set -uo pipefail
. "$(dirname "$0")/lib.bash"
findings() { sql "$@" -c "SELECT severity, rule, object_name FROM audit_schema(min_severity => 'info') WHERE rule LIKE 'guard-%'"; }

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
server=$("$source_dir/tools/private_server.sh" start --preload) || exit 1
trap '"$source_dir/tools/private_server.sh" stop "$server"' EXIT
eval "$("$source_dir/tools/private_server.sh" env "$server")"

# A database without the extension, and one without an enabled guard, see nothing of it.
createdb without
ok 'no extension: nothing is said' is "$(sql -d without -c 'CREATE TABLE t AS SELECT 1' -c 'TRUNCATE t' -c 'VACUUM FULL t' -c 'CREATE ROLE somebody' -c 'DROP ROLE somebody')" ''
sql -c 'CREATE EXTENSION schema_audit' -c 'CREATE TABLE t (id integer PRIMARY KEY)' -c 'INSERT INTO t SELECT generate_series(1, 1000)'
ok 'not enabled: nothing is said' is "$(sql -c 'BEGIN; TRUNCATE t; ROLLBACK' -c 'VACUUM FULL t' -c 'REINDEX TABLE t')" ''
ok 'nor in the log' is "$(grep -c 'guard' "$SERVER_LOG")" 0
sql -c "SELECT schema_audit.enable()" -c "SELECT schema_audit.register_schema('m', '{public}')" >/dev/null
ok 'the guard knows that it was preloaded' is "$(sql -c 'SELECT expects_preload, schema_audit.is_preloaded() FROM schema_audit.guard')" 't|t'
ok 'an audit of a healthy guard says nothing of it' is "$(findings)" ''

# The first command of a session.
ok 'TRUNCATE is warned of' has "$(sql -c 'BEGIN; TRUNCATE t; ROLLBACK')" 'WARNING:  truncate: public.t'
ok 'VACUUM FULL is rejected' has "$(PGOPTIONS='-c schema_audit.min_rows=10' sql -c 'VACUUM FULL t')" 'ERROR:  table public.t: it is written anew'
ok 'a small one passes' is "$(sql -c 'VACUUM FULL t')" ''
ok 'REINDEX is rejected' has "$(PGOPTIONS='-c schema_audit.min_rows=10' sql -c 'REINDEX TABLE t')" 'ERROR:  table public.t'
ok 'tampering is rejected' has "$(sql -c 'ALTER EVENT TRIGGER schema_audit_guard_start DISABLE')" 'ERROR:  event trigger schema_audit_guard_start'
ok 'so is dropping it' has "$(sql -c 'DROP EVENT TRIGGER zz_schema_audit_guard_end')" 'ERROR:  event trigger zz_schema_audit_guard_end'
ok 'DROP EXTENSION CASCADE too' has "$(sql -c 'DROP EXTENSION schema_audit CASCADE')" 'ERROR:  extension schema_audit'
for _ in $(seq 100); do
    [ "$(sql -c 'SELECT queued = written FROM schema_audit.log_stats()')" != t ] || break
    sleep 0.1
done
ok 'each is logged once' is "$(sql -c "SELECT command_tag, decision, rule, count(*) FROM schema_audit.ddl_log WHERE rule !~ 'lock-timeout' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")" \
"ALTER EVENT TRIGGER|rejected|event-trigger-or-hook-tampering|1
DROP EVENT TRIGGER|rejected|event-trigger-or-hook-tampering|1
DROP EXTENSION|rejected|event-trigger-or-hook-tampering|1
REINDEX|rejected|reindex-blocking|1
VACUUM|allowed|vacuum-full-or-cluster|1
VACUUM|rejected|vacuum-full-or-cluster|1"

# A VACUUM FULL that fails between its transactions leaves nothing behind.
sql -c 'CREATE TABLE broken AS SELECT 1 AS a' -c "CREATE FUNCTION fails(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1 / (1 - \$1 + coalesce(current_setting(''my.zero'', true)::integer, 1)); END'" >/dev/null
sql -c 'CREATE INDEX broken_index ON broken (fails(a))'
ok 'a command that fails is not logged' has "$(PGOPTIONS='-c my.zero=0' sql -c 'VACUUM FULL broken')" 'division by zero'
ok 'and the next one is' is "$(sql -c 'VACUUM FULL broken' -c "SELECT count(*) FROM schema_audit.ddl_log WHERE statement = 'VACUUM FULL broken' AND rule = 'vacuum-full-or-cluster'")" 1
sql -c 'DROP TABLE broken' 2>/dev/null

# REINDEX CONCURRENTLY and databases span transactions or may not be in one.
ok 'what may not run in a transaction runs' is "$(sql -c 'REINDEX TABLE CONCURRENTLY t' -c 'CREATE DATABASE other' -c 'ALTER DATABASE other RENAME TO another')" ''
ok 'dropping a database is warned of' has "$(sql -c 'DROP DATABASE another')" 'WARNING:  drop-database: another'
ok 'an error of the guard lets it pass' is "$(PGOPTIONS='-c schema_audit.debug_fault=utility' sql -c 'VACUUM FULL t')" ''
ok 'and is told' has "$(cat "$SERVER_LOG")" 'internal error of the guard, the command passes: fault on purpose'
ok 'fail_closed: it fails' has "$(PGOPTIONS='-c schema_audit.debug_fault=utility -c schema_audit.fail_closed=on' sql -c 'VACUUM FULL t')" 'ERROR:  fault on purpose'

# PGOPTIONS of somebody who may not.
sql -c 'CREATE ROLE app LOGIN' -c 'GRANT ALL ON SCHEMA public TO app' -c 'ALTER TABLE t OWNER TO app' >/dev/null 2>&1
ok 'PGOPTIONS are refused' has "$(PGOPTIONS='-c schema_audit.mode=off' sql -U app -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL')" 'permission denied to set parameter "schema_audit.mode"'
ok 'SET too' has "$(sql -U app -c "SET schema_audit.mode = 'off'")" 'permission denied to set parameter "schema_audit.mode"'

# The library is not preloaded any more.
"$source_dir/tools/private_server.sh" restart "$server" --conf "shared_preload_libraries = ''"
ok 'the audit tells' is "$(findings)" 'error|guard-not-armed|shared_preload_libraries'
ok 'PGOPTIONS have no effect on what enable() said' has "$(PGOPTIONS='-c schema_audit.mode=off' sql -U app -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL')" 'ERROR:  column public.t.a would be required'
ok 'nor those of session_preload_libraries' has "$(PGOPTIONS='-c schema_audit.mode=off' sql -U app -c "LOAD 'schema_audit'" -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL')" 'ERROR'
# The hole: a mode that is stored, stricter than the one of enable(), falls with a value sent by PGOPTIONS.
sql -c "SELECT schema_audit.enable('log')" -c "ALTER DATABASE postgres SET schema_audit.mode = 'enforce'" >/dev/null
ok 'enable() accepts that it is not preloaded; the hole is told' is "$(findings)" 'warning|guard-bypassed|schema_audit.mode of DATABASE postgres'
ok 'it holds' has "$(sql -U app -c 'ALTER TABLE t ADD COLUMN a integer NOT NULL')" 'ERROR:  column public.t.a would be required'
ok 'and is escaped: this is why it is told' has "$(PGOPTIONS='-c schema_audit.mode=off' sql -U app -c 'BEGIN; ALTER TABLE t ADD COLUMN a integer NOT NULL DEFAULT 0; ALTER TABLE t ALTER a DROP DEFAULT; COMMIT' -c "SELECT 'passed'")" 'passed'
fix=$(sql -c "SELECT fix FROM audit_schema() WHERE rule = 'guard-bypassed'")
sql -c "$fix" >/dev/null
ok 'the fix closes it' has "$(PGOPTIONS='-c schema_audit.mode=off' sql -U app -c 'ALTER TABLE t ADD COLUMN b integer NOT NULL')" 'ERROR:  column public.t.b would be required'
ok 'and is one' is "$(findings)" ''

# A mode in the configuration file is the business of whoever audits.
"$source_dir/tools/private_server.sh" restart "$server" --conf "schema_audit.mode = 'warn'"
ok 'a weaker mode of the configuration file is told' is "$(findings)" 'warning|guard-bypassed|schema_audit.mode'

# 17 and later: event_triggers.
if [ "$(sql -c "SELECT count(*) FROM pg_settings WHERE name = 'event_triggers'")" = 1 ]; then
    "$source_dir/tools/private_server.sh" restart "$server" --conf "schema_audit.mode = 'enforce'" --conf "shared_preload_libraries = 'schema_audit'"
    ok 'SET event_triggers is tampering' has "$(sql -c 'SET event_triggers = off')" 'ERROR:  setting event_triggers'
    ok 'so is storing it' has "$(sql -c 'ALTER ROLE app SET event_triggers = off')" 'ERROR:  setting event_triggers'
    ok 'switching it on is none' is "$(sql -c 'SET event_triggers = on')" ''
    ok 'as an option of the connection it is told' is "$(PGOPTIONS='-c event_triggers=off' findings)" 'warning|guard-bypassed|event_triggers'
else
    ok 'no event_triggers before 17 # skip' true
fi
echo "1..$count"
