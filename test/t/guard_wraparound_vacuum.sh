#!/bin/bash
# A vacuum to prevent wraparound does not give way to who waits for its lock: told before the command begins to wait.
set -uo pipefail
. "$(dirname "$0")/lib.bash"
sql() { PGOPTIONS='-c lock_timeout=500ms' psql -XAtq "$@" 2>&1; }
rule=blocked-by-autovacuum-wraparound
sql -c 'CREATE EXTENSION schema_audit' -c 'SELECT schema_audit.enable()' >/dev/null
# It looks at every page, and sleeps for each.
sql -c 'CREATE TABLE old (id integer) WITH (autovacuum_freeze_max_age = 100000, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_cost_delay = 100)' \
    -c 'CREATE TABLE young (id integer)' -c 'INSERT INTO old SELECT generate_series(1, 100000)'
said=$(sql -c 'ALTER TABLE old ADD COLUMN before integer')
ok 'nobody is in the way' not grep -q "$rule" <<<"$said"
sql -c 'DO $$ BEGIN FOR i IN 1..100100 LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$'
sql -c 'ALTER SYSTEM SET autovacuum = on' -c 'ALTER SYSTEM SET autovacuum_naptime = 1' -c 'SELECT pg_reload_conf()' >/dev/null
ok 'its table is vacuumed' wait_for 1 "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'autovacuum: VACUUM%old%(to prevent wraparound)'"
said=$(sql -c 'ALTER TABLE old ADD COLUMN a integer')
ok 'the vacuum is told' grep -q "WARNING:  $rule: public.old" <<<"$said"
ok 'as what it is, not as a long transaction' not grep -q 'blocked-by-long-transaction' <<<"$said"
ok 'and the command waited in vain' grep -q 'lock timeout' <<<"$said"
said=$(sql -c 'ALTER TABLE young ADD COLUMN a integer')
ok 'another table is free' not grep -q "$rule" <<<"$said"
echo "1..$count"
