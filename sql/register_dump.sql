-- A dump of several schemas: types, domains, functions, partitions, inheritance, views, an extension's types.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
RESET client_min_messages;
-- Tables of the same names live and differ: nothing of them may be read or changed.
CREATE TABLE public.register_dump_live (id integer PRIMARY KEY, x text);
CREATE SCHEMA sales;
CREATE TABLE sales.t (wrong text);
SELECT schema_audit.register_ddl('register_dump', $ddl$
\restrict xyz
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA sales;
ALTER SCHEMA sales OWNER TO joe;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
COMMENT ON EXTENSION citext IS 'x';
CREATE TYPE sales.mood AS ENUM ('a', 'b');
ALTER TYPE sales.mood OWNER TO joe;
ALTER TYPE sales.mood ADD VALUE 'c' AFTER 'a';
CREATE TYPE sales.pair AS (a integer, b sales.mood);
CREATE DOMAIN sales.email AS public.citext CONSTRAINT e CHECK ((VALUE OPERATOR(public.~) '@'::public.citext)) DEFAULT 'x@y';
CREATE TYPE sales.fr AS RANGE (subtype = double precision, multirange_type_name = sales.fmr);
CREATE FUNCTION sales.f(a integer, b sales.mood DEFAULT 'a'::sales.mood) RETURNS sales.mood LANGUAGE sql IMMUTABLE AS $$ SELECT b $$;
CREATE FUNCTION sales.g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := 'x'; RETURN NEW; END $$;
CREATE FUNCTION sales.h(x integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT x + length('a'::public.citext::text); END;
CREATE FUNCTION sales.h2(x integer, y integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT x + sales.h(y); END;
CREATE FUNCTION sales.h3(x integer) RETURNS integer LANGUAGE sql RETURN sales.h2(x, sales.h(1));
CREATE AGGREGATE sales.agg(integer) (SFUNC = sales.h2, STYPE = integer);
CREATE OPERATOR sales.@@@ (FUNCTION = sales.h2, LEFTARG = integer, RIGHTARG = integer);
CREATE TEXT SEARCH CONFIGURATION sales.cfg (PARSER = pg_catalog."default");
ALTER TEXT SEARCH CONFIGURATION sales.cfg ADD MAPPING FOR asciiword WITH simple;
CREATE SEQUENCE sales.t_id_seq AS integer START WITH 1;
CREATE TABLE sales.t (
    id integer NOT NULL,
    name character varying(20) COLLATE pg_catalog."C",
    mood sales.mood DEFAULT 'c'::sales.mood NOT NULL,
    moods sales.mood[] DEFAULT ARRAY['a'::sales.mood],
    e sales.email,
    c public.citext,
    p sales.pair, r sales.fr, mr sales.fmr,
    g integer GENERATED ALWAYS AS (sales.h(id)) STORED,
    v tsvector,
    CONSTRAINT ck CHECK ((mood <> 'b'::sales.mood) AND sales.f(id) IS NOT NULL AND id OPERATOR(sales.@@@) 3 > 1)
);
ALTER TABLE sales.t OWNER TO joe;
ALTER SEQUENCE sales.t_id_seq OWNED BY sales.t.id;
ALTER TABLE ONLY sales.t ALTER COLUMN id SET DEFAULT nextval('sales.t_id_seq'::regclass);
ALTER TABLE ONLY sales.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);
CREATE TABLE public.part (a int NOT NULL, b int) PARTITION BY RANGE (a);
CREATE TABLE public.part_1 (a int NOT NULL, b int);
ALTER TABLE ONLY public.part ATTACH PARTITION public.part_1 FOR VALUES FROM (1) TO (10);
CREATE TABLE public.part_2 PARTITION OF public.part FOR VALUES FROM (10) TO (20);
CREATE INDEX part_b ON ONLY public.part USING btree (b);
CREATE INDEX part_1_b_idx ON public.part_1 USING btree (b);
ALTER INDEX public.part_b ATTACH PARTITION public.part_1_b_idx;
CREATE TABLE public.child (z int) INHERITS (sales.t);
CREATE TABLE public.lk (LIKE sales.t INCLUDING ALL);
CREATE TABLE public.fk (id int PRIMARY KEY, t_id int REFERENCES sales.t, lo int REFERENCES public.register_dump_live DEFERRABLE INITIALLY DEFERRED, lo2 int NOT NULL REFERENCES register_dump_live(id) ON DELETE CASCADE CHECK (lo2 > 0), self int REFERENCES public.fk, CONSTRAINT named FOREIGN KEY (lo) REFERENCES public.register_dump_live(id) MATCH FULL);
ALTER TABLE ONLY public.fk ADD CONSTRAINT fwd FOREIGN KEY (id) REFERENCES sales.later(id) NOT VALID;
ALTER TABLE public.fk ADD FOREIGN KEY (id, lo) REFERENCES other.thing(a, b) ON UPDATE SET NULL;
ALTER TABLE public.fk RENAME COLUMN lo TO low;
ALTER TABLE public.fk RENAME CONSTRAINT named TO renamed;
ALTER TABLE public.fk VALIDATE CONSTRAINT fwd;
CREATE TABLE sales.later (id int primary key);
CREATE VIEW sales.v AS WITH t AS (SELECT t.id, sales.t.mood FROM sales.t) SELECT t.id, (SELECT count(*) FROM sales.t x) FROM t, pg_class WHERE t.id = sales.f(1)::text::int;
CREATE MATERIALIZED VIEW sales.mv AS SELECT sales.v.id FROM sales.v WITH NO DATA;
CREATE UNIQUE INDEX mvi ON sales.mv (id);
CREATE UNIQUE INDEX ix ON sales.t USING btree (lower((name)::text), c public.citext_ops DESC) INCLUDE (e) WHERE mood = 'a'::sales.mood;
CREATE TRIGGER tr BEFORE INSERT ON sales.t FOR EACH ROW WHEN (NEW.mood = 'a'::sales.mood) EXECUTE FUNCTION sales.g();
CREATE RULE ru AS ON INSERT TO public.lk WHERE NEW.id > 1 DO ALSO INSERT INTO sales.later VALUES (NEW.id);
CREATE RULE tell AS ON DELETE TO public.lk DO ALSO NOTIFY changed;
CREATE TRANSFORM FOR sales.mood LANGUAGE plpgsql (FROM SQL WITH FUNCTION sales.no_transform(internal));
ALTER TABLE sales.t ENABLE ROW LEVEL SECURITY;
CREATE POLICY po ON sales.t USING (id IN (SELECT id FROM sales.later));
CREATE STATISTICS sales.st ON id, (lower(name)) FROM sales.t;
COMMENT ON TABLE sales.t IS 'a';
COMMENT ON COLUMN sales.t.id IS 'a';
COMMENT ON FUNCTION sales.f(integer, sales.mood) IS 'a';
COMMENT ON CONSTRAINT ck ON sales.t IS 'a';
COMMENT ON CONSTRAINT fwd ON public.fk IS 'a';
COMMENT ON TYPE sales.mood IS 'a';
COMMENT ON SCHEMA sales IS 'a';
COMMENT ON TRIGGER tr ON sales.t IS 'a';
COMMENT ON CONSTRAINT e ON DOMAIN sales.email IS 'a';
CREATE EVENT TRIGGER foo ON ddl_command_start EXECUTE FUNCTION sales.g();
CREATE PUBLICATION pub FOR TABLE sales.t;
GRANT ALL ON TABLE sales.t TO joe;
COPY sales.t (id) FROM stdin;
1
\.
SELECT pg_catalog.setval('sales.t_id_seq', 1, true);
ALTER DEFAULT PRIVILEGES FOR ROLE joe IN SCHEMA sales GRANT ALL ON TABLES TO joe;
DO $$ BEGIN END $$;
DROP TABLE IF EXISTS public.register_dump_live;
DROP FUNCTION IF EXISTS public.citext_eq(public.citext, public.citext);
ALTER TABLE sales.later SET SCHEMA public;
\unrestrict xyz
$ddl$);
SELECT schema_name, table_name, kind FROM schema_audit.model_table WHERE model = 'register_dump' ORDER BY 1, 2;
SELECT schema_name, table_name, column_name, data_type, default_expression, collation_name, owns_sequence
  FROM schema_audit.model_column WHERE model = 'register_dump' AND table_name IN ('t', 'fk') ORDER BY 1, 2, position;
SELECT schema_name, table_name, constraint_name, kind, columns, expression
  FROM schema_audit.model_constraint WHERE model = 'register_dump' AND kind <> 'foreign key' ORDER BY 1, 2, 3;
SELECT table_name, constraint_name, columns, referenced_schema, referenced_table, referenced_columns, on_update, on_delete, match_type, is_deferrable, validated
  FROM schema_audit.model_constraint WHERE model = 'register_dump' AND kind = 'foreign key' ORDER BY 1, 2;
SELECT schema_name, table_name, index_name, is_unique, keys, include, predicate FROM schema_audit.model_index WHERE model = 'register_dump' ORDER BY 1, 2, 3;
SELECT kind, schema_name, object_name, definition -> 'labels' AS labels FROM schema_audit.model_object WHERE model = 'register_dump' ORDER BY 1, 2, 3;
SELECT governed_schemas FROM schema_audit.model WHERE model = 'register_dump';
-- the real names everywhere
SELECT position('scratch' IN schema_audit.model_json('register_dump')::text);
\d public.register_dump_live
\d sales.t
SELECT schema_audit.unregister('register_dump');
DROP TABLE public.register_dump_live;
DROP SCHEMA sales CASCADE;
-- A text is what it is in a dump, whatever the session's settings make of texts.
SET standard_conforming_strings = off;
SET escape_string_warning = off;
SET array_nulls = off;
SET transform_null_equals = on;
SELECT schema_audit.register_ddl('register_dump', $ddl$
CREATE TABLE sales.settings (a text DEFAULT 'back\slash\', b text[] DEFAULT '{NULL,"NULL"}', c integer CONSTRAINT c CHECK (c = NULL), d text DEFAULT E'x\'y');
$ddl$);
RESET ALL;
SELECT column_name, default_expression FROM schema_audit.model_column WHERE model = 'register_dump' ORDER BY position;
SELECT expression FROM schema_audit.model_constraint WHERE model = 'register_dump';
SELECT schema_audit.unregister('register_dump');
