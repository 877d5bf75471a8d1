-- Normal form of expressions: spellings that mean the same have one text, others do not.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
CREATE SCHEMA nf;
SET search_path = nf, public;
CREATE TYPE mood AS ENUM ('happy', 'sad', 'it''s');
CREATE DOMAIN code AS varchar(8) CHECK (VALUE IN ('a', 'b'));
CREATE SEQUENCE counter;
-- Users' functions may not be run by an audit.
CREATE FUNCTION boom() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RAISE 'boom was called'; END$$;
CREATE FUNCTION seven() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 7';
CREATE FUNCTION nf.gen_random_uuid() RETURNS uuid LANGUAGE sql AS $$SELECT '00000000-0000-0000-0000-000000000000'::uuid$$;

-- The default of a column, as the catalog has it.
CREATE FUNCTION default_form(type text, expression text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    EXECUTE format('CREATE TABLE nf.one (a integer, c %s DEFAULT (%s))', type, expression);
    SELECT schema_audit.debug_normal_form(adbin, adrelid) INTO result FROM pg_attrdef WHERE adrelid = 'nf.one'::regclass;
    DROP TABLE nf.one;
    RETURN result;
END$$;

CREATE TABLE pair (id serial, type text, a text, b text, same boolean);
INSERT INTO pair (type, a, b, same) VALUES
    ('varchar(20)', $$'x'$$, $$'x'::text$$, true),
    ('varchar(20)', $$'x'$$, $$'x'::varchar(20)$$, true),
    ('varchar(20)', $$'x'::text$$, $$('x')::character varying$$, true),
    ('varchar(20)', $$'x'$$, $$'x'::char(3)$$, true),
    ('varchar(20)', $$'x'$$, $$'x '$$, false),
    ('varchar(20)', $$'x'$$, $$'X'$$, false),
    ('varchar(20)', $$''$$, $$NULL$$, false),
    ('varchar(20)', $$'1'$$, $$1$$, true),
    ('varchar(2)', $$'abc'$$, $$'ab'$$, false),
    ('text', $$E'it\'s'$$, $$'it''s'$$, true),
    ('text', $$E'a\\b'$$, $$'a\b'$$, true),
    ('text', $$E'a\nb'$$, $$'a\nb'$$, false),
    ('text', $$CURRENT_USER$$, $$USER$$, true),
    ('text', $$CURRENT_USER$$, $$SESSION_USER$$, false),
    ('char(5)', $$'x'$$, $$'x    '$$, true),
    ('bigint', $$0$$, $$'0'::bigint$$, true),
    ('bigint', $$0$$, $$(0)::bigint$$, true),
    ('bigint', $$0$$, $$0::smallint$$, true),
    ('bigint', $$0$$, $$1$$, false),
    ('integer', $$-1$$, $$'-1'::integer$$, true),
    ('integer', $$-1$$, $$(-1)$$, true),
    ('integer', $$-1$$, $$-(1)$$, true),
    ('integer', $$-1$$, $$- '1'::integer$$, true),
    ('integer', $$-1$$, $$1$$, false),
    ('integer', $$1$$, $$1.0$$, true),
    ('integer', $$3000000000$$, $$-1294967296$$, false),
    ('integer', $$1/0$$, $$2/0$$, false),
    ('integer', $$nf.boom()$$, $$boom()$$, true),
    ('integer', $$seven()$$, $$7$$, false),
    ('smallint', $$0$$, $$'0'$$, true),
    ('numeric', $$0$$, $$0.00$$, true),
    ('numeric', $$0$$, $$'0'::numeric$$, true),
    ('numeric', $$0.00$$, $$(0)::numeric$$, true),
    ('numeric', $$0.5$$, $$0.50$$, true),
    ('numeric', $$0.5$$, $$0.05$$, false),
    ('numeric', $$100$$, $$1e2$$, true),
    ('numeric', $$-0.5$$, $$'-0.50'::numeric$$, true),
    ('numeric(10,2)', $$0$$, $$0.00$$, true),
    ('numeric(10,2)', $$1.5$$, $$'1.50'::numeric(10,2)$$, true),
    ('numeric(10,2)', $$1.5$$, $$1.51$$, false),
    ('numeric(4,2)', $$1000$$, $$10$$, false),
    ('double precision', $$1$$, $$1.0$$, true),
    ('double precision', $$0.1$$, $$'0.1'::double precision$$, true),
    ('double precision', $$0.1$$, $$0.2$$, false),
    ('real', $$0.1$$, $$'0.1'::real$$, true),
    ('timestamptz', $$now()$$, $$CURRENT_TIMESTAMP$$, true),
    ('timestamptz', $$now()$$, $$transaction_timestamp()$$, true),
    ('timestamptz', $$now()$$, $$('now'::text)::timestamptz$$, true),
    ('timestamptz', $$now()$$, $$CURRENT_TIMESTAMP(0)$$, false),
    ('timestamptz', $$CURRENT_TIMESTAMP(0)$$, $$now()::timestamptz(0)$$, true),
    ('timestamptz', $$now()$$, $$clock_timestamp()$$, false),
    ('timestamptz', $$now()$$, $$statement_timestamp()$$, false),
    ('timestamptz', $$now()$$, $$now() + interval '1 day'$$, false),
    ('timestamptz', $$now()$$, $$now()::date$$, false),
    ('timestamptz(3)', $$now()$$, $$now()::timestamptz(6)::timestamptz(3)$$, false),
    ('timestamptz(3)', $$now()$$, $$CURRENT_TIMESTAMP$$, true),
    ('timestamp', $$now()$$, $$LOCALTIMESTAMP$$, true),
    ('timestamp', $$now()$$, $$now()::timestamp$$, true),
    ('timestamp', $$timezone('UTC', now())$$, $$now() AT TIME ZONE 'UTC'$$, true),
    ('timestamp', $$timezone('UTC'::text, now())$$, $$CURRENT_TIMESTAMP AT TIME ZONE 'UTC'$$, true),
    ('timestamp', $$now()$$, $$now() AT TIME ZONE 'UTC'$$, false),
    ('timestamp', $$'2020-01-02'$$, $$'2020-01-02'::date$$, true),
    ('date', $$CURRENT_DATE$$, $$now()::date$$, true),
    ('date', $$CURRENT_DATE$$, $$('now'::text)::date$$, true),
    ('date', $$CURRENT_DATE$$, $$date(now())$$, true),
    ('date', $$CURRENT_DATE$$, $$CURRENT_DATE + 1$$, false),
    ('date', $$'2020-01-02'$$, $$DATE '2020-01-02'$$, true),
    ('date', $$'2020-01-02'$$, $$'January 2, 2020'$$, true),
    ('date', $$'2020-01-02'$$, $$'2020-02-01'$$, false),
    ('time', $$LOCALTIME$$, $$now()::time$$, true),
    ('interval', $$interval '1 day'$$, $$'1 day'$$, true),
    ('interval', $$interval '1 day'$$, $$'24:00:00'$$, false),
    ('interval', $$'01:00'$$, $$'60 minutes'$$, true),
    ('text[]', $$'{}'$$, $$ARRAY[]::text[]$$, true),
    ('text[]', $$'{}'$$, $$ARRAY[]::varchar[]$$, true),
    ('text[]', $$'{}'$$, $$'{""}'$$, false),
    ('text[]', $$'{a,b}'$$, $$ARRAY['a','b']$$, true),
    ('text[]', $$'{a,b}'$$, $$ARRAY['b','a']$$, false),
    ('varchar(20)[]', $$'{a,b}'$$, $$ARRAY['a'::text,'b']$$, true),
    ('integer[]', $$'{}'$$, $$ARRAY[]::integer[]$$, true),
    ('bigint[]', $$'{1,2}'$$, $$ARRAY[1,2]$$, true),
    ('numeric[]', $$'{1.0}'$$, $$ARRAY[1]$$, true),
    ('nf.mood[]', $$'{sad}'$$, $$ARRAY['sad'::nf.mood]$$, true),
    ('json', $$'{}'$$, $$'{}'::json$$, true),
    ('json', $$'{}'$$, $$'{}'::jsonb$$, true),
    ('json', $$'{}'$$, $$'[]'$$, false),
    ('jsonb', $$'{}'$$, $$'{}'::jsonb$$, true),
    ('jsonb', $$'{}'$$, $$'{}'::json$$, true),
    ('jsonb', $$'{"a":1,"b":2}'$$, $$'{"b": 2, "a": 1}'::jsonb$$, true),
    ('jsonb', $$'{}'$$, $$'[]'$$, false),
    ('jsonb', $$'"\u0000"'::json$$, $$'""'$$, false),
    ('text', $$DEFAULT_NULL$$, $$NULL::text$$, true),
    ('varchar(20)', $$NULL$$, $$NULL::character varying$$, true),
    ('varchar(20)', $$NULL$$, $$NULL::text$$, true),
    ('numeric(10,2)', $$NULL$$, $$NULL::numeric$$, true),
    ('timestamptz', $$NULL$$, $$now()$$, false),
    ('boolean', $$true$$, $$'t'$$, true),
    ('boolean', $$true$$, $$'yes'::boolean$$, true),
    ('boolean', $$true$$, $$1::boolean$$, true),
    ('boolean', $$true$$, $$false$$, false),
    ('nf.mood', $$'sad'$$, $$'sad'::nf.mood$$, true),
    ('nf.mood', $$'sad'$$, $$'sad'::mood$$, true),
    ('nf.mood', $$'sad'$$, $$'happy'$$, false),
    ('nf.code', $$'a'$$, $$'a'::text$$, true),
    ('bytea', $$'\x01ff'$$, $$'\001\377'::bytea$$, true),
    ('bytea', $$'\x01'$$, $$'\x02'$$, false),
    ('bit(3)', $$B'101'$$, $$'101'$$, true),
    ('uuid', $$gen_random_uuid()$$, $$pg_catalog.gen_random_uuid()$$, true),
    ('uuid', $$pg_catalog.gen_random_uuid()$$, $$nf.gen_random_uuid()$$, false),
    ('varchar(36)', $$pg_catalog.gen_random_uuid()$$, $$pg_catalog.gen_random_uuid()::text$$, true),
    ('integer', $$nextval('counter')$$, $$nextval('nf.counter'::regclass)$$, true),
    ('integer', $$nextval('counter')$$, $$currval('counter')$$, false),
    ('integer', $$CASE WHEN seven() > 1 THEN 1 ELSE 2 END$$, $$CASE WHEN (nf.seven() > 1) THEN '1'::integer ELSE (2) END$$, true),
    ('integer', $$CASE WHEN seven() > 1 THEN 1 ELSE 2 END$$, $$CASE WHEN seven() > 1 THEN 1 ELSE 3 END$$, false),
    ('varchar(9)', $$COALESCE(current_setting('a.b', true), 'none')$$, $$COALESCE(current_setting('a.b'::text, true), 'none'::text)::varchar$$, true),
    ('text', $$COALESCE(current_setting('a.b', true), 'none')$$, $$COALESCE(current_setting('a.b', true), 'nil')$$, false);
UPDATE pair SET a = 'NULL' WHERE a = 'DEFAULT_NULL';

-- From the catalog and from text: both roads must say the same.
CREATE TABLE pair_form AS
SELECT p.*, default_form(type, a) AS form_a, default_form(type, b) AS form_b,
       schema_audit.debug_normal_form_sql(a, type) AS sql_a, schema_audit.debug_normal_form_sql(b, type) AS sql_b FROM pair p;
SELECT count(*) FILTER (WHERE same) AS same, count(*) FILTER (WHERE NOT same) AS different FROM pair_form;
SELECT type, a, b, same, form_a, form_b FROM pair_form WHERE (form_a IS NOT DISTINCT FROM form_b) <> same ORDER BY id;
SELECT type, a, form_a, sql_a, b, form_b, sql_b FROM pair_form
WHERE (form_a, form_b) IS DISTINCT FROM (sql_a, sql_b) ORDER BY id;
-- A normal form is its own normal form, except where the value does not fit its column.
SELECT type, a, form_a, again FROM pair_form, schema_audit.debug_normal_form_sql(form_a, type) AS again
WHERE form_a <> again AND a NOT IN ('''abc''') AND NOT (type = 'numeric(4,2)') ORDER BY id;

-- The type of the column is another finding's business.
SELECT default_form(type, e) FROM (VALUES ('integer', '0'), ('bigint', '0'), ('numeric(9,3)', '0'), ('double precision', '0'),
    ('timestamptz', 'now()'), ('timestamp(3)', 'now()'), ('text', '''x'''), ('varchar(7)', '''x''')) AS v (type, e);

-- Checks: what was written, its deparsed text, and the deparsed text of that must agree.
CREATE TABLE subject (v varchar(20), t text, c char(3), i integer, b bigint, s smallint, n numeric(10,2), m mood, at timestamptz,
    d date, tags text[], vs varchar(9)[], flag boolean, doc jsonb, dom code);
CREATE TABLE check_case (id serial, expression text, equal_to text);
INSERT INTO check_case (expression, equal_to) VALUES
    ($$v IN ('a', 'b')$$, $$v = ANY (ARRAY['b', 'a'])$$),
    ($$v IN ('a', 'b')$$, $$(v)::text = ANY (ARRAY[('a'::varchar)::text, ('b'::varchar)::text])$$),
    ($$v IN ('a', 'b')$$, $$v::text = ANY ((ARRAY['a'::varchar, 'b'::varchar])::text[])$$),
    ($$v IN ('a', 'b')$$, $$v = ANY ('{a,b}'::text[])$$),
    ($$t IN ('a', 'b')$$, $$t IN ('b', 'a', 'b')$$),
    ($$i IN (1, 2)$$, $$i = ANY ('{2,1}')$$),
    ($$b IN (1, 2)$$, $$b = ANY (ARRAY[1::bigint, '2'::bigint])$$),
    ($$s IN (1, 2)$$, $$s = ANY (ARRAY[1::smallint, 2::smallint])$$),
    ($$b IN (1, 30000000000)$$, NULL),
    ($$n IN (1, 2.50)$$, $$n IN (2.5, 1.0)$$),
    ($$m IN ('happy', 'sad')$$, $$m = ANY (ARRAY['sad'::nf.mood, 'happy'])$$),
    ($$c IN ('a', 'b')$$, NULL),
    ($$dom IN ('a', 'b')$$, NULL),
    ($$v IN ('a')$$, $$v = 'a'$$),
    ($$v = ANY (ARRAY['a'])$$, $$v = 'a'::varchar$$),
    ($$b = ANY (ARRAY[1])$$, $$b = 1$$),
    ($$v NOT IN ('a', 'b')$$, $$v <> ALL (ARRAY['a', 'b'])$$),
    ($$v NOT IN ('a', 'b')$$, $$NOT (v IN ('b', 'a'))$$),
    ($$v IN ('a', lower('B'))$$, NULL),
    ($$v IN ('a', t)$$, NULL),
    ($$i BETWEEN 1 AND 5$$, $$i >= 1 AND i <= 5$$),
    ($$i BETWEEN 1 AND 5 AND b > 0$$, $$i >= 1 AND (i <= 5 AND b > 0)$$),
    ($$NOT (i = 1)$$, $$i <> 1$$),
    ($$NOT (i = 1 OR b > 2)$$, $$i != 1 AND b <= 2$$),
    ($$NOT flag$$, NULL),
    ($$b > 0$$, $$b > 0::bigint$$),
    ($$s > 0$$, $$s > 0::smallint$$),
    ($$n > 0$$, $$n > 0.00$$),
    ($$v LIKE 'a%'$$, $$v::text ~~ 'a%'::text$$),
    ($$v NOT LIKE 'a%'$$, $$NOT v LIKE 'a%'$$),
    ($$v ILIKE 'a%' AND t SIMILAR TO 'b%'$$, NULL),
    ($$lower(v) = v$$, $$lower((v)::text) = (v)::text$$),
    ($$length(v) > 1 AND char_length(t) <= 3$$, NULL),
    ($$CASE v WHEN 'a' THEN true ELSE i > 0 END$$, $$CASE v WHEN 'a'::varchar THEN 't' ELSE (i > 0) END$$),
    ($$CASE b WHEN 1 THEN true WHEN 2 THEN false END$$, NULL),
    ($$CASE WHEN v = 'a' THEN i > 0 ELSE true END$$, NULL),
    ($$COALESCE(v, t) <> ''$$, NULL),
    ($$GREATEST(v, t) > 'a' AND NULLIF(v, '') IS NOT NULL$$, NULL),
    ($$v IS DISTINCT FROM 'y'$$, NULL),
    ($$v || t <> 'x'$$, NULL),
    ($$v COLLATE "C" > 'a'$$, NULL),
    ($$extract(year FROM at) > 2000$$, NULL),
    ($$position('a' IN v) > 0 AND trim(v) <> '' AND substring(v FROM 2 FOR 1) = 'x'$$, NULL),
    ($$at > '2020-01-02 03:04:05+00'$$, $$at > '2020-01-02 05:04:05+02'$$),
    ($$at AT TIME ZONE 'UTC' > d$$, NULL),
    ($$tags <@ ARRAY['x', 'y']$$, $$tags <@ '{x,y}'$$),
    ($$vs <@ ARRAY['x', 'y']::varchar[]$$, NULL),
    ($$'x' = ANY (tags)$$, NULL),
    ($$doc ->> 'a' IN ('x', 'y')$$, NULL),
    ($$doc @> '{"a": 1}'$$, NULL),
    ($$i::numeric(10,2) > 1$$, NULL),
    ($$seven() < i$$, $$nf.seven() < i$$),
    ($$(flag IS TRUE) = (t IS NULL)$$, NULL),
    ($$(i, b) > (1, 2)$$, NULL),
    ($$i + 1 > s * 2$$, NULL),
    ($$-i < 0$$, NULL),
    ($$tableoid > 0$$, NULL),
    ($$v ~ '^[a-z]+$'$$, NULL);
CREATE FUNCTION check_rounds(expression text) RETURNS TABLE (round integer, deparsed text, form text) LANGUAGE plpgsql AS $$
BEGIN
    deparsed := 'CHECK (' || expression || ')';
    FOR n IN 1..4 LOOP
        EXECUTE format('CREATE TABLE nf.round (LIKE nf.subject, CONSTRAINT c %s)', deparsed);
        SELECT pg_get_constraintdef(oid), schema_audit.debug_normal_form(conbin, conrelid) INTO deparsed, form
        FROM pg_constraint WHERE conrelid = 'nf.round'::regclass AND conname = 'c';
        DROP TABLE nf.round;
        round := n;
        RETURN NEXT;
    END LOOP;
END$$;
CREATE TABLE check_form AS
SELECT c.id, c.expression, c.equal_to, r.form, r.round,
       schema_audit.debug_normal_form_sql(c.expression, 'boolean', 'subject'::regclass) AS from_sql,
       schema_audit.debug_normal_form_sql(r.form, 'boolean', 'subject'::regclass) AS again,
       CASE WHEN c.equal_to IS NULL THEN r.form ELSE schema_audit.debug_normal_form_sql(c.equal_to, 'boolean', 'subject'::regclass) END AS form_of_equal
FROM check_case c, check_rounds(c.expression) r;
SELECT count(DISTINCT id) AS checks, count(*) AS rounds FROM check_form;
SELECT * FROM check_form WHERE form IS DISTINCT FROM from_sql OR form IS DISTINCT FROM again OR form IS DISTINCT FROM form_of_equal ORDER BY id, round;
SELECT DISTINCT ON (id) form FROM check_form ORDER BY id;

-- Checks that must differ.
SELECT a, b FROM (VALUES
    ($$v IN ('a', 'b')$$, $$v IN ('a', 'c')$$), ($$v IN ('a', 'b')$$, $$v NOT IN ('a', 'b')$$), ($$v IN ('a', 'b')$$, $$t IN ('a', 'b')$$),
    ($$i BETWEEN 1 AND 5$$, $$i BETWEEN 1 AND 6$$), ($$i > 0$$, $$i >= 0$$), ($$i > 0 AND b > 0$$, $$i > 0 OR b > 0$$),
    ($$i > 0 AND (b > 0 OR s > 0)$$, $$(i > 0 AND b > 0) OR s > 0$$), ($$NOT (i = 1 AND b = 1)$$, $$i <> 1 AND b <> 1$$),
    ($$v LIKE 'a%'$$, $$v ILIKE 'a%'$$), ($$i = ANY (ARRAY[1, 2])$$, $$i = ALL (ARRAY[1, 2])$$), ($$v::varchar(3) = 'a'$$, $$v = 'a'$$),
    ($$i::text = '1'$$, $$i = 1$$), ($$b = 1$$, $$b::numeric = 1$$), ($$c = 'a'$$, $$c::text = 'a'$$), ($$lower(v) = 'a'$$, $$upper(v) = 'a'$$),
    ($$v IN ('a', NULL)$$, $$v IN ('a')$$), ($$v COLLATE "C" > 'a'$$, $$v > 'a'$$)) AS d (a, b)
WHERE schema_audit.debug_normal_form_sql(a, 'boolean', 'subject'::regclass) = schema_audit.debug_normal_form_sql(b, 'boolean', 'subject'::regclass);

-- Index keys and predicates, domain checks, generated columns; names that need quotes; dropped columns.
CREATE TABLE "Odd Name" (gone integer, "Mixed Case" varchar(9), "select" text, g text GENERATED ALWAYS AS (upper("select")) STORED);
ALTER TABLE "Odd Name" DROP COLUMN gone;
CREATE INDEX odd_index ON "Odd Name" (lower("Mixed Case"), ("select" || '!')) WHERE "Mixed Case" IN ('a', 'b') AND "select" IS NOT NULL;
SELECT schema_audit.debug_normal_form(indexprs, indrelid), schema_audit.debug_normal_form(indpred, indrelid) FROM pg_index WHERE indexrelid = 'odd_index'::regclass;
SELECT schema_audit.debug_normal_form(adbin, adrelid) FROM pg_attrdef WHERE adrelid = '"Odd Name"'::regclass;
SELECT schema_audit.debug_normal_form(conbin) FROM pg_constraint WHERE contypid = 'code'::regtype;
CREATE POLICY p ON subject USING (i IN (SELECT a.id FROM pair a WHERE a.type = subject.v));
SELECT schema_audit.debug_normal_form(polqual, polrelid) FROM pg_policy WHERE polrelid = 'subject'::regclass;
CREATE TABLE whole (a integer, CONSTRAINT w CHECK (whole IS NOT NULL));
SELECT schema_audit.debug_normal_form(conbin, conrelid) FROM pg_constraint WHERE conname = 'w';

-- A relation that is gone.
SELECT schema_audit.debug_normal_form(indpred, 1) FROM pg_index WHERE indexrelid = 'odd_index'::regclass;

-- No setting changes a text.
CREATE TABLE every_setting (a date DEFAULT '2020-01-02', b timestamptz DEFAULT '2020-01-02 03:04:05.678+00', c interval DEFAULT '-1 year 2 days 03:04:05',
    d bytea DEFAULT '\x0102', e text DEFAULT E'a\\b', f double precision DEFAULT 0.1, g mood DEFAULT 'sad', h integer DEFAULT nextval('counter'),
    i money DEFAULT '1.5', j boolean DEFAULT '2020-01-02'::date > now(), k timestamptz[] DEFAULT ARRAY['2020-01-02 00:00+00'::timestamptz], l regclass DEFAULT 'counter');
CREATE TABLE setting_form AS SELECT adnum, schema_audit.debug_normal_form(adbin, adrelid) AS form FROM pg_attrdef WHERE adrelid = 'every_setting'::regclass;
SELECT form FROM setting_form ORDER BY adnum;
SET datestyle = 'SQL, DMY';
SET intervalstyle = 'iso_8601';
SET timezone = 'Asia/Tokyo';
SET search_path = nf, pg_catalog;
SET quote_all_identifiers = on;
SET bytea_output = 'escape';
SET extra_float_digits = -3;
SET escape_string_warning = off;
SET standard_conforming_strings = off;
SELECT d.adnum, f.form, schema_audit.debug_normal_form(adbin, adrelid)
FROM pg_attrdef d JOIN nf.setting_form f USING (adnum)
WHERE adrelid = 'nf.every_setting'::regclass AND f.form IS DISTINCT FROM schema_audit.debug_normal_form(adbin, adrelid);
SELECT count(*) FROM nf.check_form f WHERE form <> schema_audit.debug_normal_form_sql(f.form, 'boolean', 'nf.subject'::regclass);
SHOW datestyle;
RESET ALL;
SET search_path = nf, public;
-- Nor does a temporary type that carries a built-in's name.
CREATE TYPE pg_temp.text AS (a integer);
SELECT schema_audit.debug_normal_form_sql('t = ''x''', 'boolean', 'subject'::regclass);
DROP TYPE pg_temp.text;

-- What is no expression, or may not be one.
\set VERBOSITY terse
SELECT schema_audit.debug_normal_form_sql('1, 2', 'integer');
SELECT schema_audit.debug_normal_form_sql('1 AS x', 'integer');
SELECT schema_audit.debug_normal_form_sql('1; DROP TABLE subject', 'integer');
SELECT schema_audit.debug_normal_form_sql('i FROM subject', 'integer', 'subject'::regclass);
SELECT schema_audit.debug_normal_form_sql('1 INTO x', 'integer');
SELECT schema_audit.debug_normal_form_sql('', 'integer');
SELECT schema_audit.debug_normal_form_sql('1 +', 'integer');
SELECT schema_audit.debug_normal_form_sql('i', 'integer');
SELECT schema_audit.debug_normal_form_sql('nope > 1', 'boolean', 'subject'::regclass);
SELECT schema_audit.debug_normal_form_sql('count(i) > 1', 'boolean', 'subject'::regclass);
SELECT schema_audit.debug_normal_form_sql('i > (SELECT 1)', 'boolean', 'subject'::regclass);
SELECT schema_audit.debug_normal_form_sql('generate_series(1, i)', 'integer', 'subject'::regclass);
SELECT schema_audit.debug_normal_form_sql('row_number() OVER ()', 'integer', 'subject'::regclass);
SELECT schema_audit.debug_normal_form_sql('$1', 'integer');
SELECT schema_audit.debug_normal_form_sql('''x''', 'integer');
SELECT schema_audit.debug_normal_form_sql('true', 'date');
SELECT schema_audit.debug_normal_form_sql('1 -- one', 'integer');
\set VERBOSITY default
SELECT schema_audit.debug_normal_form_sql('1 + nope()', 'integer');
\set VERBOSITY terse

-- Spellings of types.
SELECT spelling, schema_audit.debug_type_text(spelling) FROM unnest(ARRAY['int', 'int8', 'varchar(20)', 'varchar', 'char', 'decimal(10,2)', 'numeric(10)', 'float',
    'float(24)', 'timestamp', 'timestamp(3) with time zone', 'nf.mood', '"char"', 'text[]', 'int ARRAY', 'bool', 'nope', 'nope.nope', 'interval day to second', 'bit varying(3)', 'public.mood']) AS spelling;
SELECT schema_audit.debug_type_text('serial');
SELECT schema_audit.debug_type_text('bigserial');
SELECT schema_audit.debug_type_text('varchar(');
SELECT schema_audit.debug_type_text('varchar(0)');
SELECT schema_audit.debug_type_text('int; DROP TABLE subject');

-- pgcrypto's gen_random_uuid is a wrapper of the server's, wherever it was put.
CREATE SCHEMA crypto;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA crypto;
SELECT default_form('uuid', 'crypto.gen_random_uuid()');
DROP EXTENSION pgcrypto;
DROP SCHEMA nf, crypto CASCADE;
