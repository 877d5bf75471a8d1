#!/bin/bash
# A session that audits again and again gets the answer it knows while nothing has changed, and a new one as
# soon as anything has, whoever changed it and however: each change is made by another session, and what the
# polling session then finds must be what a fresh session finds.
set -u
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
server=$("$source_dir/tools/private_server.sh" start --conf 'autovacuum = off' --conf 'max_prepared_transactions = 2') || exit 1
eval "$("$source_dir/tools/private_server.sh" env "$server")"
trap '"$source_dir/tools/private_server.sh" stop "$server"' EXIT

. "$(dirname "$0")/lib.bash"

psql -Xq <<'SQL' || exit 1
SET client_min_messages = warning;
CREATE SCHEMA tools;
CREATE EXTENSION schema_audit SCHEMA tools;
CREATE ROLE other;
CREATE TYPE mood AS ENUM ('happy', 'sad');
CREATE DOMAIN short AS text;
CREATE COLLATION mine (locale = 'C');
CREATE FUNCTION five() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 5';
CREATE TABLE person (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'x', mood mood,
                     born date CHECK (born > '1900-01-01'), fingers integer DEFAULT five(), nick short COLLATE mine);
CREATE TABLE pet (id serial PRIMARY KEY, owner integer REFERENCES person ON DELETE CASCADE, name text UNIQUE);
CREATE TABLE part (id integer) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (9);
CREATE INDEX pet_name ON pet (lower(name)) WHERE name <> '';
CREATE SEQUENCE free;
INSERT INTO schema_audit.compare (item, enabled) SELECT item, true FROM schema_audit.compared() WHERE NOT by_default;
SELECT schema_audit.register_schema('app', '{public}') > 0 AS registered \gset
SQL

audit="SELECT string_agg(a::text, E'\n' ORDER BY a::text) FROM tools.audit_schema(min_severity => 'info', suppressed => true) AS a"
coproc POLL { psql -XAtq 2>&1; }
ask() { # SQL: by the polling session
    printf '%s;\n\\echo end\n' "$1" >&"${POLL[1]}"
    local line
    while IFS= read -r -u "${POLL[0]}" line && [ "$line" != end ]; do
        printf '%s\n' "$line"
    done
}
known() { ask 'SELECT schema_audit.debug_known_answers()'; }
# Asks until the answer is one that is known; pages that a first look prunes cost another look.
settle() {
    local before i
    for i in 1 2 3 4 5; do
        before=$(known)
        ask "$audit" >/dev/null
        [ "$(known)" = "$before" ] || return 0
    done
    return 1
}

settle
before=$(known)
ask "$audit" >/dev/null
check 'nothing changed: the answer is known' $((before + 1)) "$(known)"
psql -Xqc 'CREATE DATABASE elsewhere'
settle
psql -Xqd elsewhere -c 'CREATE TABLE t (id integer); INSERT INTO t SELECT generate_series(1, 100)' >/dev/null
psql -Xqc "SELECT nextval('free')" >/dev/null
psql -Xqc 'INSERT INTO pet (name) VALUES (NULL), (NULL)' >/dev/null
before=$(known)
ask "$audit" >/dev/null
check 'rows and other databases do not count' $((before + 1)) "$(known)"

while IFS= read -r change; do
    settle || check "the answer is known before: $change" yes no
    before=$(ask "$audit")
    output=$(psql -Xqc "SET allow_system_table_mods = on; SET client_min_messages = warning; $change" 2>&1)
    after=$(ask "$audit")
    check "seen: $change" "$(psql -XAtc "$audit")" "$after"
    case $change in
        *'-- back') ;;
        *) [ -z "$output" ] && [ "$before" != "$after" ] || check "changed: $change" "another answer" "the same$output" ;;
    esac
done <<'CHANGES'
ALTER TABLE person ALTER name TYPE varchar(10)
ALTER TABLE person ALTER name TYPE varchar(20) -- back
ALTER TABLE person RENAME born TO birthday
ALTER TABLE person ALTER mood SET DEFAULT 'sad'
ALTER TABLE pet DROP CONSTRAINT pet_owner_fkey
DROP INDEX pet_name
CREATE TABLE more (id integer)
ALTER TABLE more SET SCHEMA pg_catalog; DROP TABLE pg_catalog.more
ALTER TYPE mood ADD VALUE 'calm'
ALTER TYPE mood RENAME TO temper
ALTER TYPE temper RENAME TO mood -- back
ALTER FUNCTION five() RENAME TO cinque
ALTER COLLATION mine RENAME TO theirs
ALTER DOMAIN short RENAME TO brief
COMMENT ON SEQUENCE free IS 'said'
ALTER SEQUENCE free INCREMENT 7
ALTER SEQUENCE free OWNED BY pet.id
GRANT SELECT ON SEQUENCE free TO other
ALTER SEQUENCE pet_id_seq OWNED BY NONE
ALTER TABLE part DETACH PARTITION part_1
UPDATE pg_attribute SET attnotnull = true WHERE attrelid = 'pet'::regclass AND attname = 'owner'
UPDATE pg_description SET description = 'by hand' WHERE objoid = 'free'::regclass
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'pet_name_key'::regclass
CREATE TABLE additional (id integer)
ALTER EXTENSION schema_audit ADD TABLE additional
ALTER EXTENSION schema_audit DROP TABLE additional
UPDATE schema_audit.model_column SET data_type = 'bigint' WHERE table_name = 'pet' AND column_name = 'owner'
DELETE FROM schema_audit.model_index
INSERT INTO schema_audit.suppression (rule, reason) VALUES ('missing-index', 'known')
DELETE FROM schema_audit.suppression
UPDATE schema_audit.compare SET enabled = false WHERE item = 'comments'
VACUUM FULL pg_class -- back
VACUUM FULL schema_audit.model_column -- back
TRUNCATE schema_audit.model_column
ALTER SCHEMA public RENAME TO private
ALTER SCHEMA private RENAME TO public -- back
CHANGES

# A transaction that has written before the look and ends after it: no page tells.
{ coproc WRITER { psql -XAtq 2>&1; }; } 2>/dev/null # bash warns of a second one
write() {
    printf '%s;\n\\echo end\n' "$1" >&"${WRITER[1]}"
    local line
    while IFS= read -r -u "${WRITER[0]}" line && [ "$line" != end ]; do
        printf '%s\n' "$line"
    done
}
for ending in COMMIT ROLLBACK; do
    write "BEGIN; COMMENT ON SEQUENCE free IS 'in $ending'; UPDATE schema_audit.model_table SET app = '$ending'; CREATE TABLE in_$ending ()"
    settle
    before=$(ask "$audit")
    check "not seen while it runs: $ending" "$(psql -XAtc "$audit")" "$before"
    write "$ending"
    check "seen at its end: $ending" "$(psql -XAtc "$audit")" "$(ask "$audit")"
done
write "BEGIN; SAVEPOINT s; CREATE TABLE in_savepoint (); RELEASE s"
settle
before=$(ask "$audit")
write COMMIT
after=$(ask "$audit")
check 'seen at the end of a subtransaction' "$(psql -XAtc "$audit")" "$after"
[ "$before" != "$after" ] || check 'changed by a subtransaction' 'another answer' 'the same'
write "BEGIN; CREATE TABLE prepared (); PREPARE TRANSACTION 'two'"
settle
write "COMMIT PREPARED 'two'"
check 'seen when a prepared transaction is committed' "$(psql -XAtc "$audit")" "$(ask "$audit")"

# The session itself.
settle
ask 'BEGIN; CREATE TABLE own ()' >/dev/null
inside=$(ask "$audit")
check 'own changes are seen before they are committed' 1 "$(grep -c ',own,' <<<"$inside")"
ask 'ROLLBACK' >/dev/null
check 'and no more after a rollback' 0 "$(ask "$audit" | grep -c ',own,')"
ask 'BEGIN; SAVEPOINT s; CREATE TABLE own ()' >/dev/null
ask "$audit" >/dev/null
ask 'ROLLBACK TO s' >/dev/null
check 'nor after a rollback to a savepoint' 0 "$(ask "$audit" | grep -c ',own,')"
ask 'ROLLBACK' >/dev/null
settle
ask 'BEGIN ISOLATION LEVEL REPEATABLE READ' >/dev/null
old=$(ask "$audit")
psql -Xqc 'CREATE TABLE newer ()'
check 'an old snapshot shows the old state' "$old" "$(ask "$audit")"
ask 'COMMIT' >/dev/null
check 'and a new one the new state' 1 "$(ask "$audit" | grep -c ',newer,')"
ask "BEGIN; DECLARE c CURSOR FOR $audit" >/dev/null
psql -Xqc 'CREATE TABLE newest ()'
fetched=$(ask 'FETCH ALL FROM c')
check 'a cursor shows the state at its declaration' 0 "$(grep -c ',newest,' <<<"$fetched")"
check 'and the next look shows more' 1 "$(ask "$audit" | grep -c ',newest,')"
ask COMMIT >/dev/null
settle
ask 'SET schema_audit.require_database_defaults = on; SET schema_audit.compare_column_order = on' >/dev/null
check 'settings count' "$(PGOPTIONS='-c schema_audit.require_database_defaults=on -c schema_audit.compare_column_order=on' psql -XAtc "$audit")" "$(ask "$audit")"
ask 'RESET ALL' >/dev/null
psql -Xqc "INSERT INTO schema_audit.suppression (rule, reason, expires_at) VALUES ('extra-table', 'for now', clock_timestamp() + interval '2 seconds')"
settle
sleep 2.5
check 'the clock counts: a suppression expires' "$(psql -XAtc "$audit")" "$(ask "$audit")"
psql -Xqc 'REVOKE SELECT ON schema_audit.model_column FROM PUBLIC'
ask 'SET ROLE other' >/dev/null
check 'rights count' 1 "$(ask "$audit" | grep -c 'permission denied')"
echo "1..$count"
