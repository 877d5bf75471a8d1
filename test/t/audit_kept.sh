#!/bin/bash
# A session that audits again reads anew only what changed. Each change is made by another session; what the polling
# session then finds must be what a fresh look finds, row by row: a debug build compares the two itself and raises an
# error, and from time to time a fresh session is asked. First changes of which it is known whether they make it read
# everything, then all those of test/mutation, and back.
#
# KEPT_MUTATIONS="tables views" takes some files of those.
set -u
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
server=$("$source_dir/tools/private_server.sh" start --conf 'autovacuum = off' --conf 'allow_system_table_mods = on') || exit 1
eval "$("$source_dir/tools/private_server.sh" env "$server")"
trap '"$source_dir/tools/private_server.sh" stop "$server"' EXIT
export PGOPTIONS='-c client_min_messages=warning'

. "$(dirname "$0")/lib.bash"

audit="SELECT string_agg(a::text, E'\n' ORDER BY a::text) FROM audit_schema(min_severity => 'info', suppressed => true) AS a"
start() { # DATABASE: the polling session, and the one that changes
    { coproc POLL { psql -XAtqd "$1" 2>&1; }; } 2>/dev/null
    { coproc CHANGE { psql -XAtqd "$1" 2>&1; }; } 2>/dev/null # bash warns of a second one
}
stop() {
    echo '\q' >&"${POLL[1]}"
    echo '\q' >&"${CHANGE[1]}"
    wait
}
ask() { # SQL: by the polling session
    printf '%s;\n\\echo end\n' "$1" >&"${POLL[1]}"
    local line
    while IFS= read -r -u "${POLL[0]}" line && [ "$line" != end ]; do
        printf '%s\n' "$line"
    done
}
change() { # COMMANDS: by the other
    printf '%s\n\\echo end\n' "$1" >&"${CHANGE[1]}"
    local line
    while IFS= read -r -u "${CHANGE[0]}" line && [ "$line" != end ]; do
        printf '%s\n' "$line"
    done
}
caught_up() { ask 'SELECT schema_audit.debug_caught_up()'; }

psql -Xq <<'SQL' || exit 1
CREATE EXTENSION schema_audit;
CREATE ROLE other;
CREATE SCHEMA aside;
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := 1; RETURN NEW; END';
CREATE TABLE person (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'x', mood mood, born date CHECK (born > '1900-01-01'));
CREATE TABLE pet (id serial PRIMARY KEY, owner integer REFERENCES person ON DELETE CASCADE, name text UNIQUE, note text);
CREATE TABLE part (id integer NOT NULL, at date) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (9);
CREATE TABLE watched (id integer, name text);
CREATE TRIGGER fill BEFORE INSERT ON watched FOR EACH ROW EXECUTE FUNCTION fill();
CREATE TABLE seen (id integer, name text);
CREATE VIEW sight AS SELECT id FROM seen;
CREATE TABLE typed (id integer, name text);
CREATE TABLE of_typed (t typed);
CREATE TABLE parent (id integer);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE aside.far (id integer PRIMARY KEY);
CREATE TABLE near (id integer REFERENCES aside.far);
INSERT INTO schema_audit.compare (item, enabled) SELECT item, true FROM schema_audit.compared() WHERE NOT by_default;
SELECT schema_audit.register_schema('app', '{public}') > 0 AS registered \gset
SQL
start postgres
ask "$audit" >/dev/null
ask "$audit" >/dev/null

while IFS='|' read -r how sql; do
    before=$(caught_up)
    output=$(change "$sql")
    [ -z "$output" ] || check "changed: $sql" '' "$output"
    answer=$(ask "$audit")
    after=$(caught_up)
    check "seen: $sql" "$(psql -XAtc "$audit")" "$answer"
    check "read $how: $sql" "$([ "$how" = some ] && echo $((before + 1)) || echo "$before")" "$after"
    [ "$how" = some ] || ask "$audit" >/dev/null
done <<'CHANGES'
some|ALTER TABLE pet ADD COLUMN age integer;
some|ALTER TABLE pet ALTER COLUMN age SET DEFAULT 3, ALTER COLUMN age SET NOT NULL;
some|ALTER TABLE pet ALTER COLUMN note TYPE varchar(9);
some|ALTER TABLE pet DROP COLUMN note;
some|COMMENT ON TABLE pet IS 'said';
some|COMMENT ON COLUMN pet.name IS 'said';
some|COMMENT ON CONSTRAINT pet_name_key ON pet IS 'said';
some|COMMENT ON INDEX pet_name_key IS 'said';
all|COMMENT ON TYPE mood IS 'said';
some|CREATE INDEX person_name ON person (lower(name)) WHERE id > 0;
some|ALTER INDEX person_name RENAME TO person_by_name;
some|CREATE INDEX CONCURRENTLY person_born ON person (born);
some|REINDEX INDEX CONCURRENTLY person_born;
some|DROP INDEX person_born;
some|ALTER TABLE pet DROP CONSTRAINT pet_owner_fkey;
some|ALTER TABLE pet ADD CONSTRAINT pet_owner_fkey FOREIGN KEY (owner) REFERENCES person NOT VALID;
some|ALTER TABLE pet VALIDATE CONSTRAINT pet_owner_fkey;
some|ALTER TABLE person RENAME born TO birthday;
some|ALTER TABLE person ALTER mood DROP NOT NULL;
all|ALTER TABLE person DROP mood;
all|ALTER TABLE person ADD mood mood;
all|ALTER TABLE person RENAME TO human;
some|ALTER TABLE human SET (fillfactor = 50, toast.autovacuum_enabled = off);
some|GRANT SELECT ON human TO other;
some|CREATE TABLE more (id integer PRIMARY KEY, person integer REFERENCES human);
some|ALTER TABLE more RENAME TO others;
some|ALTER TABLE others SET SCHEMA aside;
some|ALTER TABLE aside.others SET SCHEMA public;
some|DROP TABLE others;
all|CREATE TABLE numbered (id serial);
some|CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (10) TO (20);
some|ALTER TABLE part DETACH PARTITION part_1;
some|DROP TABLE part_1;
some|ALTER TABLE part ADD COLUMN more text;
some|ALTER TABLE watched ADD COLUMN more text;
all|ALTER TABLE watched RENAME name TO label;
all|ALTER TABLE watched DISABLE TRIGGER fill;
all|ALTER TABLE seen ADD COLUMN more text;
some|ALTER TABLE seen ALTER name SET NOT NULL;
all|ALTER TABLE seen RENAME TO looked_at;
all|ALTER TABLE pet RENAME TO animal;
all|ALTER TABLE typed RENAME TO line;
some|ALTER TABLE line ADD COLUMN more text;
all|ALTER TABLE parent RENAME TO mother;
some|ALTER TABLE mother ADD COLUMN more text;
all|ALTER TABLE aside.far RENAME TO away;
some|CREATE TABLE aside.unread (id integer);
some|DROP TABLE aside.unread;
some|UPDATE pg_attribute SET attnotnull = true WHERE attrelid = 'animal'::regclass AND attname = 'owner';
some|UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'pet_name_key'::regclass;
some|DELETE FROM pg_attrdef WHERE adrelid = 'human'::regclass; UPDATE pg_attribute SET atthasdef = false WHERE attrelid = 'human'::regclass;
all|ALTER TYPE mood ADD VALUE 'calm';
all|ALTER SEQUENCE pet_id_seq INCREMENT 7;
all|ALTER SEQUENCE pet_id_seq OWNED BY NONE;
all|CREATE VIEW more AS SELECT 1;
all|UPDATE schema_audit.model_column SET data_type = 'bigint' WHERE table_name = 'pet' AND column_name = 'owner';
some|INSERT INTO schema_audit.suppression (rule, reason) VALUES ('missing-index', 'known');
some|DELETE FROM schema_audit.suppression;
all|UPDATE schema_audit.compare SET enabled = false WHERE item = 'comments';
some|COMMENT ON TABLE human IS 'not compared';
some|ANALYZE;
some|VACUUM pg_attribute, pg_class, pg_constraint, pg_index;
some|BEGIN; CREATE TABLE nothing (id integer); ROLLBACK;
all|CREATE TEMPORARY TABLE passing (id integer); DROP TABLE passing;
some|CREATE TEMPORARY TABLE passing (id integer); DROP TABLE passing;
CHANGES

# What it keeps is bounded.
ask 'SET schema_audit.kept_memory = 0' >/dev/null
change "CREATE TYPE another AS ENUM ('a');" # makes it read everything
ask "$audit" >/dev/null
before=$(caught_up)
ask "$audit" >/dev/null
check 'nothing is kept beyond the limit' "$before" "$(caught_up)"
stop

# The mutations, each by itself: no transaction that is rolled back.
here=$source_dir/test/mutation
names=${KEPT_MUTATIONS:-$(cd "$here" && for file in *.sql; do [ "$file" = driver.sql ] || basename "$file" .sql; done)}
for name in $names; do
    createdb "kept_$name"
    psql -Xqd "kept_$name" -v ON_ERROR_STOP=1 -f "$here/driver.sql" -f "$here/$name.sql" >/dev/null || continue
    start "kept_$name"
    change "SELECT set_config('search_path', concat_ws(', ', (SELECT string_agg(quote_ident(s), ', ') FROM schema_audit.model, unnest(governed_schemas) AS s WHERE model = 'mutation' AND NOT whole_database), 'public'), false);" >/dev/null
    last=$(change 'SELECT max(number) FROM mutation_test.mutation;')
    ask "$audit" >/dev/null
    wrong='' some=0
    for ((mutation = 1; mutation <= last; mutation++)); do
        for step in change undo; do
            before=$(caught_up)
            change "SELECT $step FROM mutation_test.mutation WHERE number = $mutation \\gexec" >/dev/null
            answer=$(ask "$audit")
            some=$((some + $(caught_up) - before))
            case $answer in
                *ERROR*) wrong+="$mutation, $step: $answer"$'\n' ;;
            esac
            if [ $((mutation % 10)) = 0 ] && [ "$answer" != "$(psql -XAtd "kept_$name" -c "$audit" 2>&1)" ]; then
                wrong+="$mutation, $step: a fresh session finds something else"$'\n'
            fi
        done
    done
    check "$name: $last mutations, and back" '' "$wrong"
    echo "# $some of $((2 * last)) without reading everything"
    stop
    dropdb "kept_$name"
done
echo "1..$count"
