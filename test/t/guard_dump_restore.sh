#!/bin/bash
# pg_dump and restore of a database with an enabled guard: nothing is rejected on the way, the guard is armed
# afterwards with its mode and settings.
set -uo pipefail
. "$(dirname "$0")/lib.bash"
sql() { local db=$1; shift; psql -XAtq -d "$db" "$@" 2>&1; }

createdb source
sql source >/dev/null <<'S'
CREATE EXTENSION schema_audit;
CREATE TABLE parent (id integer NOT NULL, name text NOT NULL);
CREATE TABLE child (id serial PRIMARY KEY, parent_id integer NOT NULL) ;
CREATE TABLE part (id integer NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
INSERT INTO parent VALUES (1, 'a');
INSERT INTO child (parent_id) VALUES (1);
ALTER TABLE parent ADD PRIMARY KEY (id);
ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent;
SELECT schema_audit.enable('enforce');
INSERT INTO schema_audit.rule_setting (rule, table_pattern, action, reason) VALUES ('add-column-not-null-no-default', 'child', 'log', 'known');
S
reject='ALTER TABLE parent ADD COLUMN c integer NOT NULL'
ok 'the guard holds in the source' grep -q 'would be required' <<<"$(sql source -c "$reject")"
state="SELECT mode, (SELECT count(*) FROM pg_event_trigger WHERE evtenabled = 'A'), (SELECT string_agg(concat_ws('|', rule, table_pattern, action, reason), ',') FROM schema_audit.rule_setting) FROM schema_audit.guard"
before=$(sql source -c "$state")
ok 'there is something to keep' is "$before" 'enforce|4|add-column-not-null-no-default|child|log|known'

restored() { # NAME
    ok "$1: mode, event triggers and settings are back" is "$(sql "$1" -c "$state")" "$before"
    ok "$1: data is back" is "$(sql "$1" -c 'SELECT (SELECT count(*) FROM parent), (SELECT count(*) FROM child)')" '1|1'
    ok "$1: the guard is armed" grep -q 'would be required' <<<"$(sql "$1" -c "$reject")"
    ok "$1: the exemption holds" is "$(sql "$1" -c 'TRUNCATE child' -c 'ALTER TABLE child ADD COLUMN c integer NOT NULL')" ''
}
pg_dump source >"$TESTDIR/plain.sql"
createdb plain
ok 'plain: no error' is "$(sql plain -v ON_ERROR_STOP=1 -f "$TESTDIR/plain.sql" | grep -E 'ERROR|WARNING')" ''
restored plain
pg_dump -Fc -f "$TESTDIR/custom" source
createdb custom
ok 'custom, one job: no error' is "$(pg_restore -d custom "$TESTDIR/custom" 2>&1)" ''
restored custom
createdb jobs
ok 'custom, two jobs: no error' is "$(pg_restore -j 2 -d jobs "$TESTDIR/custom" 2>&1)" ''
restored jobs
createdb once
ok 'one transaction: no error' is "$(pg_restore -1 -d once "$TESTDIR/custom" 2>&1)" ''
restored once
ok 'log mode too' is "$(sql source -c "SELECT schema_audit.enable('log')" >/dev/null; createdb logged; pg_dump source | sql logged -f - | grep ERROR; sql logged -c 'SELECT mode FROM schema_audit.guard')" log

# Models, history and suppressions; the audit says the same before and after. pg_restore -j loads the tables of
# the models beside each other, in whatever order.
createdb modelled
sql modelled >/dev/null <<'S'
CREATE EXTENSION schema_audit;
CREATE TABLE parent (id integer NOT NULL, name text NOT NULL);
SELECT schema_audit.register_ddl('app', 'CREATE TABLE parent (id integer, gone text)', version => '1', schemas => '{public}');
SELECT schema_audit.register_ddl('app', 'CREATE TABLE parent (id integer PRIMARY KEY, gone text); CREATE TABLE missing (id integer CHECK (id > 0))', version => '2', schemas => '{public}');
INSERT INTO schema_audit.suppression (rule, table_pattern, reason) VALUES ('missing-table', 'missing', 'known');
SELECT schema_audit.enable('enforce');
S
models="SELECT (SELECT md5(schema_audit.model_json('app')::text)), (SELECT count(*) FROM schema_audit.model_history), (SELECT string_agg(concat_ws('|', severity, finding_key, expected, actual, suppression_reason), ';') FROM audit_schema(min_severity => 'info', suppressed => true))"
kept=$(sql modelled -c "$models")
ok 'the audit has something to say' grep -q 'missing-column:public.parent:column:gone' <<<"$kept"
createdb modelled_plain
ok 'models, plain: no error' is "$(pg_dump modelled | sql modelled_plain -f - | grep -E 'ERROR|WARNING')" ''
ok 'models, plain: the same models and audit' is "$(sql modelled_plain -c "$models")" "$kept"
pg_dump -Fc -f "$TESTDIR/modelled" modelled
createdb modelled_custom
ok 'models, custom: no error' is "$(pg_restore -d modelled_custom "$TESTDIR/modelled" 2>&1)" ''
ok 'models, custom: the same models and audit' is "$(sql modelled_custom -c "$models")" "$kept"
createdb modelled_jobs
ok 'models, two jobs: no error' is "$(pg_restore -j 2 -d modelled_jobs "$TESTDIR/modelled" 2>&1)" ''
ok 'models, two jobs: the same models and audit' is "$(sql modelled_jobs -c "$models")" "$kept"
ok 'models, two jobs: rows are checked again afterwards' grep -q 'has no such table' <<<"$(sql modelled_jobs -c "INSERT INTO schema_audit.model_index (model, schema_name, table_name, index_name, keys) VALUES ('app', 'public', 'nope', 'i', '{a}')")"
echo "1..$count"
