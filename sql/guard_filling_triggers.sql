-- disable-trigger-that-fills-column: a required column loses the BEFORE INSERT trigger that filled it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA guard_triggers;
SET search_path = guard_triggers;
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.state := 'new'; RETURN NEW; END $$;
CREATE FUNCTION fill_into() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN SELECT 1 INTO NEW.state; RETURN NEW; END $$;
CREATE FUNCTION looks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.state = 'bad' THEN RAISE 'bad'; END IF; RETURN NEW; END $$;
CREATE TABLE t (id integer, state text NOT NULL, other text);
CREATE TRIGGER fill BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fill();
CREATE TABLE u (id integer, state text NOT NULL);
CREATE TRIGGER looks BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION looks();
CREATE TABLE v (id integer, state text DEFAULT 'x' NOT NULL, note text);
CREATE TRIGGER fill BEFORE INSERT ON v FOR EACH ROW EXECUTE FUNCTION fill();
SELECT schema_audit.enable();

-- fires: dropped
BEGIN;
DROP TRIGGER fill ON t;
COMMIT;
CREATE TRIGGER fill BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fill();
\set VERBOSITY terse
-- disabled, in every way
ALTER TABLE t DISABLE TRIGGER fill;
ALTER TABLE t ENABLE TRIGGER fill;
ALTER TABLE t DISABLE TRIGGER ALL;
ALTER TABLE t ENABLE TRIGGER ALL;
ALTER TABLE t DISABLE TRIGGER USER;
ALTER TABLE t ENABLE TRIGGER USER;
ALTER TABLE t ENABLE REPLICA TRIGGER fill;
ALTER TABLE t ENABLE ALWAYS TRIGGER fill;
-- another function, and another body
CREATE OR REPLACE TRIGGER fill BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id > 0) EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE OR REPLACE TRIGGER fill BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fill_into();
CREATE OR REPLACE FUNCTION fill_into() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION fill_into() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.state = 'x'; RETURN NEW; END $$;
-- the function goes with all that uses it
DROP FUNCTION fill_into() CASCADE;
-- silent: replaced within the transaction, or the column is filled otherwise by then
CREATE TRIGGER fill BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fill();
BEGIN;
DROP TRIGGER fill ON t;
CREATE TRIGGER fill_2 BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fill();
COMMIT;
BEGIN;
ALTER TABLE t DISABLE TRIGGER ALL;
ALTER TABLE t ENABLE TRIGGER ALL;
COMMIT;
BEGIN;
DROP TRIGGER fill_2 ON t;
ALTER TABLE t ALTER COLUMN state SET DEFAULT 'new';
COMMIT;
-- silent: it only read the column, the column has a default, the trigger fired not before INSERT for each row
DROP TRIGGER looks ON u;
DROP TRIGGER fill ON v;
CREATE TRIGGER after AFTER INSERT ON u FOR EACH ROW EXECUTE FUNCTION fill();
DROP TRIGGER after ON u;
CREATE TRIGGER on_update BEFORE UPDATE ON u FOR EACH ROW EXECUTE FUNCTION fill();
DROP TRIGGER on_update ON u;
CREATE TRIGGER fill BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION fill();
ALTER TABLE u DISABLE TRIGGER fill;
DROP TRIGGER fill ON u;
DROP TRIGGER IF EXISTS fill ON u;
-- partitions: told once
CREATE TABLE part (id integer, state text NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (100);
CREATE TRIGGER fill BEFORE INSERT ON part FOR EACH ROW EXECUTE FUNCTION fill();
ALTER TABLE part DISABLE TRIGGER fill;
ALTER TABLE part ENABLE TRIGGER fill;
CREATE OR REPLACE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.state := 'new'; RETURN NEW; END $$;
DROP TRIGGER fill ON part;
-- as strict as rule_setting says
CREATE TRIGGER fill BEFORE INSERT ON part FOR EACH ROW EXECUTE FUNCTION fill();
INSERT INTO schema_audit.rule_setting (rule, action) VALUES ('disable-trigger-that-fills-column', 'reject');
DROP TRIGGER fill ON part;
DELETE FROM schema_audit.rule_setting;
SELECT command_tag, object_identity, rule, statement FROM schema_audit.ddl_log WHERE rule = 'disable-trigger-that-fills-column' AND decision = 'warned' ORDER BY id;

SELECT schema_audit.disable();
DROP SCHEMA guard_triggers CASCADE;
RESET search_path;
RESET client_min_messages;
