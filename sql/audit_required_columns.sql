-- Columns that are NOT NULL and that nothing in the database fills.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA req;
SET search_path = req, public;
CREATE DOMAIN with_default AS integer DEFAULT 5;
CREATE DOMAIN without_default AS integer;
CREATE TYPE mood AS ENUM ('good', 'it''s bad');
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, always text NOT NULL);
INSERT INTO t (always) VALUES ('x');
-- what Django does: a default for the rows that are there, dropped at once
ALTER TABLE t
    ADD c_int integer NOT NULL DEFAULT -7, ADD c_big bigint NOT NULL DEFAULT 9223372036854775807, ADD c_num numeric(8,2) NOT NULL DEFAULT 1.50,
    ADD c_nan numeric NOT NULL DEFAULT 'NaN', ADD c_infinity numeric NOT NULL DEFAULT '-Infinity', ADD c_float double precision NOT NULL DEFAULT '0.1',
    ADD c_bool boolean NOT NULL DEFAULT false, ADD c_text text NOT NULL DEFAULT E'it''s \\ "x"\n', ADD c_empty text NOT NULL DEFAULT '',
    ADD c_char char(3) NOT NULL DEFAULT 'ab', ADD c_bit bit(3) NOT NULL DEFAULT '101', ADD c_bytea bytea NOT NULL DEFAULT '\x00ff',
    ADD c_date date NOT NULL DEFAULT '2024-02-29', ADD c_time timestamptz NOT NULL DEFAULT '2024-02-29 12:00:00+02', ADD c_interval interval NOT NULL DEFAULT '-1 mon 2 days 03:04:05.6',
    ADD c_uuid uuid NOT NULL DEFAULT '00000000-0000-0000-0000-00000000000a', ADD c_json jsonb NOT NULL DEFAULT '{"a": "it''s"}', ADD c_array text[] NOT NULL DEFAULT '{a,"b c",NULL}',
    ADD c_numbers integer[] NOT NULL DEFAULT '{}', ADD c_enum mood NOT NULL DEFAULT 'it''s bad', ADD c_domain without_default NOT NULL DEFAULT 4,
    ADD c_inet inet NOT NULL DEFAULT '10.0.0.0/8', ADD c_range int4range NOT NULL DEFAULT '[1,5)', ADD "Odd Name" integer NOT NULL DEFAULT 1;
SELECT string_agg(format('ALTER %I DROP DEFAULT', attname), ', ' ORDER BY attnum) AS drops FROM pg_attribute WHERE attrelid = 't'::regclass AND atthasdef \gset
ALTER TABLE t :drops;
SELECT schema_audit.register_ddl('req', $$
    CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, always text NOT NULL,
        c_int integer NOT NULL, c_big bigint NOT NULL, c_num numeric(8,2) NOT NULL, c_nan numeric NOT NULL, c_infinity numeric NOT NULL, c_float double precision NOT NULL,
        c_bool boolean NOT NULL, c_text text NOT NULL, c_empty text NOT NULL, c_char char(3) NOT NULL, c_bit bit(3) NOT NULL, c_bytea bytea NOT NULL,
        c_date date NOT NULL, c_time timestamptz NOT NULL, c_interval interval NOT NULL, c_uuid uuid NOT NULL, c_json jsonb NOT NULL, c_array text[] NOT NULL,
        c_numbers integer[] NOT NULL, c_enum mood NOT NULL, c_domain without_default NOT NULL, c_inet inet NOT NULL, c_range int4range NOT NULL, "Odd Name" integer NOT NULL);
$$, schemas => '{req}', annotations => '{"tables": {"t": {"columns": {"c_bool": {"client_default": {"kind": "constant", "sql": "false"}}, "c_uuid": {"client_default": {"kind": "callable", "name": "uuid4"}}}}}}') > 0 AS registered;
SELECT severity, rule, object_name, expected, fix FROM audit_schema(min_severity => 'info');
SELECT message FROM audit_schema(min_severity => 'info') WHERE object_name IN ('c_int', 'c_bool', 'c_uuid');
-- the fix brings the very value back
SELECT fix FROM audit_schema(min_severity => 'info') \gexec
INSERT INTO t (always) VALUES ('y');
SELECT count(DISTINCT to_jsonb(t) - 'id' - 'always') AS distinct_rows FROM t;
SELECT rule, severity, count(*) FROM audit_schema(min_severity => 'info') GROUP BY rule, severity ORDER BY rule, severity;
-- now it is the model that does not know the default
SELECT severity, rule, object_name FROM audit_schema(min_severity => 'info') WHERE object_name IN ('c_bool', 'c_uuid', 'c_int');

-- required columns without default, where the house wants them
DROP TABLE t;
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE t (id bigint PRIMARY KEY, p_id bigint NOT NULL REFERENCES p, plain text NOT NULL, filled text NOT NULL DEFAULT 'x', by_domain with_default NOT NULL, domain_without without_default NOT NULL, by_trigger text NOT NULL, nullable text, constant integer NOT NULL);
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.by_trigger := 'x'; RETURN NEW; END$$;
CREATE TRIGGER fill BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fill();
SELECT schema_audit.register_ddl('req', $$
    CREATE TABLE p (id bigint PRIMARY KEY);
    CREATE TABLE t (id bigint PRIMARY KEY, p_id bigint NOT NULL REFERENCES p, plain text NOT NULL, filled text NOT NULL DEFAULT 'x', by_domain with_default NOT NULL, domain_without without_default NOT NULL, by_trigger text NOT NULL, nullable text, constant integer NOT NULL);
$$, schemas => '{req}', annotations => '{"tables": {"t": {"columns": {"constant": {"client_default": {"kind": "constant", "sql": "42"}}}}}}') > 0 AS registered;
SELECT severity, rule, object_name FROM audit_schema(min_severity => 'info');
SET schema_audit.require_database_defaults = on;
SELECT severity, rule, object_name, message, fix FROM audit_schema(min_severity => 'info');
SELECT count(*) FROM audit_schema();
RESET schema_audit.require_database_defaults;

-- columns that no model knows: an error where nothing fills them
ALTER TABLE t ADD o_plain integer NOT NULL, ADD o_default integer NOT NULL DEFAULT 1, ADD o_domain with_default NOT NULL, ADD o_identity integer GENERATED ALWAYS AS IDENTITY,
    ADD o_generated text NOT NULL GENERATED ALWAYS AS ('x') STORED, ADD o_nullable integer, ADD o_trigger integer NOT NULL;
ALTER TABLE t ADD o_retained integer NOT NULL DEFAULT 3;  -- not with the others: a rewrite keeps no such value
ALTER TABLE t ALTER o_retained DROP DEFAULT;
CREATE FUNCTION fill_other() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.o_trigger := 1; RETURN NEW; END$$;
CREATE TRIGGER fill_other BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fill_other();
SELECT severity, rule, object_name, actual, fix FROM audit_schema(min_severity => 'info');
-- a trigger that is switched off, or fires after, or on update only, fills nothing
ALTER TABLE t DISABLE TRIGGER fill_other;
SELECT severity, rule, object_name FROM audit_schema() WHERE object_name = 'o_trigger';
DROP TRIGGER fill_other ON t;
CREATE TRIGGER fill_other AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION fill_other();
CREATE TRIGGER fill_update BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fill_other();
SELECT severity, rule, object_name FROM audit_schema() WHERE object_name = 'o_trigger';
SELECT fix FROM audit_schema() WHERE rule = 'orphan-required-column' \gexec
SELECT count(*) FROM audit_schema() WHERE rule = 'orphan-required-column';

SELECT schema_audit.unregister('req');
DROP SCHEMA req CASCADE;
RESET search_path;
RESET client_min_messages;
