-- Objects of every other kind: they must not disturb, whether they are compared yet or not.
CREATE EXTENSION file_fdw;
CREATE EXTENSION postgres_fdw;
CREATE SCHEMA objects AUTHORIZATION round_trip_reader;
CREATE SCHEMA "Other Objects";
SET search_path = objects, public;
CREATE TABLE base (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL DEFAULT 'x', n integer, doc jsonb, at timestamptz DEFAULT now(), owner name DEFAULT CURRENT_USER);
CREATE TABLE log (id serial, what text, old jsonb);
CREATE TABLE wide (a integer, b integer, c text) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.1, toast.autovacuum_enabled = off);
ALTER TABLE wide ALTER COLUMN c SET STORAGE EXTERNAL, ALTER COLUMN c SET COMPRESSION pglz, ALTER COLUMN a SET STATISTICS 77, ALTER COLUMN b SET (n_distinct = -0.5, n_distinct_inherited = 3);
ALTER TABLE wide REPLICA IDENTITY FULL;
CREATE UNLOGGED TABLE quick (id integer PRIMARY KEY);
CREATE UNIQUE INDEX base_name ON base (name, id);
ALTER TABLE base REPLICA IDENTITY USING INDEX base_name;
ALTER TABLE base CLUSTER ON base_name;

-- routines of all flavours
CREATE FUNCTION plain() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION overloaded(integer) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 5 AS 'SELECT ''int''';
CREATE FUNCTION overloaded(text) RETURNS text LANGUAGE sql STABLE AS 'SELECT ''text''';
CREATE FUNCTION overloaded(integer, text DEFAULT 'it''s', VARIADIC integer[] DEFAULT ARRAY[1, 2]) RETURNS text LANGUAGE sql AS 'SELECT ''many''';
CREATE FUNCTION out_parameters(IN a integer, OUT b integer, INOUT c text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, objects SET work_mem = '8MB' SET DateStyle FROM CURRENT AS $body$
BEGIN
    b := a; -- a ; and a 'quote' and $$ dollars $$
    c := E'\\' || $q$ $body $q$;
END
$body$;
CREATE FUNCTION rows_of() RETURNS TABLE (a integer, "B b" text) LANGUAGE sql ROWS 50 AS 'SELECT 1, ''x''';
CREATE FUNCTION set_of() RETURNS SETOF base LANGUAGE sql STABLE AS 'SELECT * FROM objects.base';
CREATE FUNCTION anything(anyelement, anyarray) RETURNS anyelement LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
CREATE FUNCTION standard(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql RETURN a + b;
CREATE FUNCTION standard_block(a integer) RETURNS SETOF integer LANGUAGE sql BEGIN ATOMIC INSERT INTO objects.log (what) VALUES ('x'); SELECT a FROM objects.base WHERE base.id = a; END;
CREATE FUNCTION internal_one(double precision) RETURNS double precision LANGUAGE internal IMMUTABLE STRICT AS 'dsqrt';
CREATE FUNCTION c_one() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE proc(INOUT a integer DEFAULT 1) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE PROCEDURE standard_proc() LANGUAGE sql BEGIN ATOMIC DELETE FROM objects.log; UPDATE objects.base SET n = 1; END;
CREATE FUNCTION support_like(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'textlike_support';
CREATE FUNCTION supported(text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT SUPPORT support_like AS 'SELECT true';
CREATE FUNCTION window_one() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE AS 'window_row_number';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE, SORTOP = <);
CREATE AGGREGATE moving(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = '0');
CREATE AGGREGATE ordered(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE AGGREGATE starred(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');

-- views with all options
CREATE VIEW plain_view AS SELECT * FROM base;
CREATE VIEW options_view WITH (security_barrier, security_invoker = true, check_option = cascaded) AS SELECT id, name FROM base WHERE n > 0;
CREATE VIEW columns_view ("A a", b) AS SELECT id, upper(name) FROM base;
ALTER VIEW columns_view ALTER COLUMN b SET DEFAULT 'default of a view';
CREATE RECURSIVE VIEW counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 10;
CREATE VIEW joins_view AS SELECT b.id, l.what, w.* , count(*) OVER w1 AS c, (SELECT max(x.id) FROM base AS x) AS m, ARRAY(SELECT 1) AS arr, b.doc -> 'a' AS doc, CASE WHEN b.n IN (1, 2) THEN 'a' ELSE 'b' END AS k
    FROM base AS b LEFT JOIN log AS l USING (id) CROSS JOIN LATERAL (SELECT b.n AS z FROM wide WHERE wide.a = b.n) AS w WHERE EXISTS (SELECT FROM log) AND b.name LIKE 'x%' WINDOW w1 AS (PARTITION BY b.n ORDER BY b.id DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
CREATE VIEW sets_view AS (SELECT 1 AS a UNION SELECT 2) EXCEPT SELECT 3 INTERSECT ALL SELECT 4 ORDER BY 1 LIMIT 5 OFFSET 1;
CREATE VIEW grouping_view AS SELECT n, name, GROUPING(n), sum(id) FILTER (WHERE n > 1), string_agg(name, ',' ORDER BY id) FROM base GROUP BY GROUPING SETS ((n), (name), ()), ROLLUP (n, name) HAVING count(*) > 1;
CREATE VIEW functions_view AS SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS g (v, o), ROWS FROM (unnest(ARRAY[1]), rows_of()) AS r, xmltable('/a' PASSING ('<a/>'::xml) COLUMNS x integer PATH 'b') AS x, jsonb_to_recordset('[]') AS j (q integer, r text);
CREATE VIEW on_view AS SELECT * FROM options_view;
CREATE VIEW modifying AS SELECT id FROM base TABLESAMPLE system (10) FOR UPDATE;
-- two views that need each other: the dump makes one of them empty first
CREATE VIEW circle AS SELECT 1 AS a;
CREATE VIEW round AS SELECT a FROM circle;
CREATE FUNCTION of_round(round) RETURNS integer LANGUAGE sql AS 'SELECT $1.a';
CREATE OR REPLACE VIEW circle AS SELECT of_round(NULL::round) AS a;
CREATE MATERIALIZED VIEW stored WITH (fillfactor = 80) AS SELECT n, count(*) AS c FROM base GROUP BY n;
CREATE MATERIALIZED VIEW unfilled AS SELECT * FROM stored WITH NO DATA;
CREATE UNIQUE INDEX stored_n ON stored (n);
CREATE INDEX stored_c ON stored (c DESC) WHERE c > 1;
ALTER MATERIALIZED VIEW stored ALTER COLUMN c SET STATISTICS 5;

-- rules
CREATE RULE nothing AS ON DELETE TO wide DO INSTEAD NOTHING;
CREATE RULE also AS ON UPDATE TO base WHERE OLD.n IS DISTINCT FROM NEW.n DO ALSO (INSERT INTO log (what) VALUES ('a'); DELETE FROM log WHERE what = 'b');
CREATE RULE telling AS ON INSERT TO wide DO ALSO NOTIFY changed;
CREATE RULE through AS ON INSERT TO plain_view DO INSTEAD INSERT INTO base (name) VALUES (NEW.name) RETURNING *;
ALTER TABLE wide DISABLE RULE nothing;

-- triggers
CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER before_row BEFORE INSERT OR UPDATE OF name, n ON base FOR EACH ROW WHEN (NEW.n > 0) EXECUTE FUNCTION fired('it''s', 'two');
CREATE TRIGGER after_statement AFTER DELETE OR TRUNCATE ON base FOR EACH STATEMENT EXECUTE FUNCTION fired();
CREATE TRIGGER with_tables AFTER UPDATE ON base REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION fired();
CREATE TRIGGER instead INSTEAD OF INSERT ON columns_view FOR EACH ROW EXECUTE FUNCTION fired();
CREATE CONSTRAINT TRIGGER deferred AFTER INSERT OR UPDATE ON base FROM log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.name <> '') EXECUTE FUNCTION fired();
CREATE TRIGGER "Odd, ""Name""" AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION fired();
CREATE TRIGGER off AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION fired();
CREATE TRIGGER replica AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION fired();
CREATE TRIGGER always AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION fired();
ALTER TABLE log DISABLE TRIGGER off, ENABLE REPLICA TRIGGER replica, ENABLE ALWAYS TRIGGER always;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION c_one();
CREATE EVENT TRIGGER watch_off ON sql_drop EXECUTE FUNCTION c_one();
ALTER EVENT TRIGGER watch_off DISABLE;
ALTER EVENT TRIGGER watch ENABLE ALWAYS;

-- row security
ALTER TABLE base ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON base USING (owner = CURRENT_USER) WITH CHECK (n > 0);
CREATE POLICY "only, some" ON base AS RESTRICTIVE FOR UPDATE TO round_trip_reader, "round trip, writer" USING (id IN (SELECT l.id FROM log AS l));
CREATE POLICY inserting ON base FOR INSERT WITH CHECK (name <> 'x');

-- sequences
CREATE SEQUENCE everything AS smallint INCREMENT BY -2 MINVALUE -100 MAXVALUE 50 START WITH 40 CACHE 7 CYCLE;
CREATE SEQUENCE owned OWNED BY base.n;
CREATE SEQUENCE "Odd, Sequence";
SELECT setval('owned', 42);

-- types
CREATE TYPE husk;
CREATE FUNCTION husk_in(cstring) RETURNS objects.husk LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION husk_out(husk) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE husk (INPUT = husk_in, OUTPUT = husk_out, LIKE = text, CATEGORY = 'S', PREFERRED = false, DEFAULT = 'd', DELIMITER = ';', COLLATABLE = true);
CREATE TYPE never_defined;
CREATE TYPE empty_enum AS ENUM ();
CREATE TYPE composite AS (a integer, b text COLLATE "C", c husk[]);
CREATE TYPE empty_composite AS ();
CREATE TYPE float_range AS RANGE (subtype = double precision, subtype_diff = float8mi, multirange_type_name = float_ranges);
CREATE DOMAIN chained AS varchar(10) COLLATE "C" DEFAULT 'x' CONSTRAINT not_empty CHECK (VALUE <> '') NOT NULL;
CREATE DOMAIN on_domain AS chained CHECK (VALUE ~ 'x');
ALTER DOMAIN on_domain ADD CONSTRAINT late CHECK (length(VALUE) < 5) NOT VALID;
CREATE DOMAIN of_composite AS composite CHECK ((VALUE).a > 0);
CREATE TABLE uses (a husk DEFAULT 'x', b composite[], c float_range DEFAULT '[1,2)', d on_domain, e of_composite DEFAULT ROW(1, 'x', NULL)::composite, f empty_enum, g float_ranges, CHECK ((b[1]).a > 0), CHECK (c @> 1.5::double precision));

-- operators and what belongs to them
CREATE FUNCTION compare(composite, composite) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1.a - $2.a';
CREATE FUNCTION less(composite, composite) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1.a < $2.a';
CREATE FUNCTION equals(composite, composite) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1.a = $2.a';
CREATE OPERATOR <# (LEFTARG = composite, RIGHTARG = composite, FUNCTION = less, COMMUTATOR = OPERATOR(objects.>#), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR =# (LEFTARG = composite, RIGHTARG = composite, FUNCTION = equals, COMMUTATOR = =#, MERGES, HASHES);
CREATE OPERATOR FAMILY family USING btree;
CREATE OPERATOR CLASS by_a FOR TYPE composite USING btree FAMILY family AS OPERATOR 1 <#, OPERATOR 3 =#, FUNCTION 1 compare(composite, composite);
CREATE OPERATOR CLASS my_ints DEFAULT FOR TYPE husk USING gin AS STORAGE text;
CREATE INDEX uses_composite ON uses ((b[1]) by_a);
CREATE CAST (text AS composite) WITH INOUT AS ASSIGNMENT;
CREATE CAST (text AS husk) WITHOUT FUNCTION;
CREATE FUNCTION to_int(composite) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.a';
CREATE CAST (composite AS integer) WITH FUNCTION to_int(composite) AS IMPLICIT;
CREATE COLLATION libc_one (provider = libc, locale = 'C');
CREATE COLLATION icu_one (provider = icu, locale = 'de-u-co-phonebk', deterministic = false);
CREATE CONVERSION to_utf8 FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TABLE sorted (a text COLLATE icu_one UNIQUE, b text COLLATE libc_one);
CREATE INDEX ON sorted (b COLLATE icu_one, a COLLATE "C");
CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE stored_otherwise (id integer PRIMARY KEY) USING heap_too;
CREATE FUNCTION plother_call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION plother_inline(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION plother_validator(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE plother HANDLER plother_call INLINE plother_inline VALIDATOR plother_validator;
CREATE FUNCTION other_language() RETURNS integer LANGUAGE plother AS 'BEGIN RETURN 1; END';
CREATE FUNCTION from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'textlike_support';
CREATE TRANSFORM FOR composite LANGUAGE plother (FROM SQL WITH FUNCTION from_sql(internal));

-- text search
CREATE TEXT SEARCH PARSER my_parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, HEADLINE = prsd_headline, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE my_template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY my_dictionary (TEMPLATE = my_template, STOPWORDS = 'english', Accept = 'false');
CREATE TEXT SEARCH CONFIGURATION my_configuration (PARSER = my_parser);
ALTER TEXT SEARCH CONFIGURATION my_configuration ADD MAPPING FOR word, asciiword WITH my_dictionary, english_stem;
ALTER TABLE wide ADD COLUMN v tsvector GENERATED ALWAYS AS (to_tsvector('objects.my_configuration', coalesce(c, ''))) STORED;
CREATE INDEX ON wide USING gin (v);

-- statistics
CREATE STATISTICS kinds (ndistinct, dependencies, mcv) ON a, b FROM wide;
CREATE STATISTICS expressions ON (a + b), lower(c) FROM wide;
ALTER STATISTICS kinds SET STATISTICS 50;

-- foreign data
CREATE FOREIGN DATA WRAPPER bare OPTIONS (debug 'true');
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE SERVER remote TYPE 'pg' VERSION '15' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h', dbname 'd');
CREATE USER MAPPING FOR PUBLIC SERVER remote OPTIONS (user 'u');
CREATE USER MAPPING FOR round_trip_reader SERVER remote;
CREATE FOREIGN TABLE lines (line text NOT NULL DEFAULT 'x', n integer, CHECK (n > 0)) SERVER files OPTIONS (filename '/dev/null');
CREATE FOREIGN TABLE far (id integer OPTIONS (column_name 'ID'), at timestamptz DEFAULT '2024-01-01 00:00:00+00', g integer GENERATED ALWAYS AS (id + 1) STORED) SERVER remote OPTIONS (table_name 't');
CREATE TRIGGER on_far BEFORE INSERT ON far FOR EACH ROW EXECUTE FUNCTION fired();
CREATE TABLE spread (id integer, k text) PARTITION BY LIST (k);
CREATE FOREIGN TABLE spread_far PARTITION OF spread FOR VALUES IN ('far') SERVER remote;
CREATE FOREIGN TABLE inherited_far () INHERITS (quick) SERVER remote;

-- publications, grants, comments
CREATE PUBLICATION some_tables FOR TABLE base (id, name) WHERE (id > 5), TABLE log WITH (publish = 'insert, update', publish_via_partition_root = true);
CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA "Other Objects";
CREATE PUBLICATION everything_published FOR ALL TABLES;
CREATE SUBSCRIPTION from_there CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
GRANT ALL ON SCHEMA "Other Objects" TO round_trip_reader WITH GRANT OPTION;
GRANT SELECT, INSERT (name), UPDATE (name, n) ON base TO "round trip, writer";
GRANT USAGE ON SEQUENCE everything TO PUBLIC;
REVOKE EXECUTE ON FUNCTION plain() FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE proc(integer) TO round_trip_reader;
GRANT USAGE ON TYPE composite, chained TO round_trip_reader;
GRANT USAGE ON FOREIGN SERVER remote TO round_trip_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER bare TO round_trip_reader;
REVOKE USAGE ON LANGUAGE plother FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA objects GRANT SELECT ON TABLES TO round_trip_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE round_trip_reader REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER TABLE log OWNER TO round_trip_reader;
ALTER FUNCTION plain() OWNER TO round_trip_reader;
COMMENT ON SCHEMA objects IS 'a; b';
COMMENT ON TABLE base IS E'line\nbreak and \\ backslash';
COMMENT ON COLUMN base.name IS 'it''s';
COMMENT ON VIEW plain_view IS 'v';
COMMENT ON COLUMN columns_view."A a" IS 'c';
COMMENT ON MATERIALIZED VIEW stored IS 'm';
COMMENT ON INDEX base_name IS 'i';
COMMENT ON SEQUENCE everything IS 's';
COMMENT ON FUNCTION overloaded(integer) IS 'f';
COMMENT ON PROCEDURE proc(integer) IS 'p';
COMMENT ON AGGREGATE total(integer) IS 'a';
COMMENT ON AGGREGATE starred(*) IS 'a';
COMMENT ON TRIGGER before_row ON base IS 't';
COMMENT ON RULE nothing ON wide IS 'r';
COMMENT ON POLICY everybody ON base IS 'p';
COMMENT ON TYPE composite IS 't';
COMMENT ON COLUMN composite.a IS 'c';
COMMENT ON DOMAIN chained IS 'd';
COMMENT ON CONSTRAINT not_empty ON DOMAIN chained IS 'dc';
COMMENT ON CONSTRAINT base_pkey ON base IS 'pk';
COMMENT ON OPERATOR <# (composite, composite) IS 'o';
COMMENT ON OPERATOR CLASS by_a USING btree IS 'oc';
COMMENT ON OPERATOR FAMILY family USING btree IS 'of';
COMMENT ON CAST (composite AS integer) IS 'cast';
COMMENT ON COLLATION libc_one IS 'coll';
COMMENT ON CONVERSION to_utf8 IS 'conv';
COMMENT ON TEXT SEARCH CONFIGURATION my_configuration IS 'cfg';
COMMENT ON TEXT SEARCH DICTIONARY my_dictionary IS 'dict';
COMMENT ON TEXT SEARCH PARSER my_parser IS 'parser';
COMMENT ON TEXT SEARCH TEMPLATE my_template IS 'template';
COMMENT ON STATISTICS kinds IS 'st';
COMMENT ON EVENT TRIGGER watch IS 'et';
COMMENT ON PUBLICATION some_tables IS 'pub';
COMMENT ON SUBSCRIPTION from_there IS 'sub';
COMMENT ON SERVER remote IS 'srv';
COMMENT ON FOREIGN DATA WRAPPER bare IS 'fdw';
COMMENT ON FOREIGN TABLE lines IS 'ft';
COMMENT ON LANGUAGE plother IS 'lang';
COMMENT ON TRANSFORM FOR composite LANGUAGE plother IS 'tr';
COMMENT ON ACCESS METHOD heap_too IS 'am';
SELECT lo_create(4711);
COMMENT ON LARGE OBJECT 4711 IS 'lo';
