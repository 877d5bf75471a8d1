-- Names that have to be quoted, are as long as they may be, or are the same everywhere.
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE SCHEMA "Two";
CREATE SCHEMA "select";
CREATE SCHEMA "with.dot";
CREATE SCHEMA "with ""quote"" and space";
CREATE SCHEMA "größe 日本";
CREATE SCHEMA "new
line";
CREATE SCHEMA a_schema_name_of_exactly_63_bytes_which_is_all_that_it_can_have;
-- the same names in several schemas, that mean different things
CREATE TYPE one.status AS ENUM ('a', 'b');
CREATE TYPE two.status AS ENUM ('b', 'c');
CREATE DOMAIN "Two".status AS text CHECK (VALUE IN ('c', 'd'));
CREATE FUNCTION one.f() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION two.f() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2';
CREATE SEQUENCE one.seq;
CREATE SEQUENCE two.seq;
CREATE TABLE one.item (id integer DEFAULT nextval('one.seq') PRIMARY KEY, status one.status DEFAULT 'a', n integer DEFAULT one.f() CONSTRAINT n_check CHECK (n > one.f()));
CREATE TABLE two.item (id integer DEFAULT nextval('two.seq') PRIMARY KEY, status two.status DEFAULT 'b', n integer DEFAULT two.f() CONSTRAINT n_check CHECK (n > two.f()), other integer CONSTRAINT fk REFERENCES one.item);
CREATE TABLE "Two".item (id integer DEFAULT nextval('one.seq') PRIMARY KEY, status "Two".status DEFAULT 'c', other integer CONSTRAINT fk REFERENCES two.item, n integer CONSTRAINT n_check CHECK (n > 0));
CREATE TABLE two."Item" (id integer REFERENCES "Two".item, "ID" integer, "Id" integer UNIQUE);
CREATE INDEX item_n ON one.item (n);
CREATE INDEX item_n ON two.item (n DESC);
CREATE INDEX item_n ON "Two".item (n) WHERE status = 'd';
-- a table in public that is named as a catalog, and columns that are named as system types
CREATE TABLE public.pg_class (oid integer PRIMARY KEY, relname text, "pg_catalog" text);
CREATE TABLE public."integer" ("integer" integer, "text" text, "timestamp" timestamp, "int4" int4, "char" "char", "bpchar" char, "interval" interval);
CREATE TYPE public."date" AS (y integer);
CREATE TABLE public.dates (a public."date", b pg_catalog.date DEFAULT '2020-01-01', c "date" [] DEFAULT '{}');
-- reserved and odd names of everything
CREATE TABLE "select"."table" ("select" integer PRIMARY KEY, "from" text DEFAULT 'where', "order by" integer, "user" text DEFAULT CURRENT_USER, "default" integer DEFAULT 1, "CONSTRAINT" integer CONSTRAINT "check" CHECK ("CONSTRAINT" > "default"), "null" integer NOT NULL,
    CONSTRAINT "unique" UNIQUE ("from", "order by"), CONSTRAINT "foreign key" FOREIGN KEY ("default") REFERENCES "select"."table" ("select"));
CREATE INDEX "index" ON "select"."table" ("user" DESC, ("from" || "user"), "null") INCLUDE ("default") WHERE "null" > 0;
CREATE TABLE "with.dot"."a.b" ("c.d" integer PRIMARY KEY, "e..f" text, ".g" text, "h." text, "." integer CONSTRAINT "i.j" CHECK ("." > 0));
CREATE TABLE "with.dot"."a"  ("b.c" integer REFERENCES "with.dot"."a.b");
CREATE TABLE "with ""quote"" and space"."ta""ble" ("col""umn" text DEFAULT 'it''s "x"', "it's" text DEFAULT E'\\', "back\slash" integer, "a, b" integer, "{c}" integer, "(d)" integer[], "e;f" integer,
    CONSTRAINT "con""straint's" CHECK ("back\slash" > 0 AND "a, b" <> "{c}"), CONSTRAINT "}{" UNIQUE ("a, b", "{c}", "back\slash", "col""umn"));
CREATE UNIQUE INDEX "in""dex, (odd)" ON "with ""quote"" and space"."ta""ble" ((upper("col""umn")), "it's", "e;f") INCLUDE ("(d)") WHERE "it's" <> '"';
CREATE TABLE "größe 日本"."Maß – ß" ("größe" numeric DEFAULT 1.5, "日本" text DEFAULT '日本', "🐘" text, "İı" text, CONSTRAINT "größe > 0" CHECK ("größe" > 0), CONSTRAINT "Schlüssel" PRIMARY KEY ("日本", "🐘"));
CREATE INDEX "índice" ON "größe 日本"."Maß – ß" (lower("İı"));
CREATE TABLE "new
line"."tab	le" ("col
umn" integer DEFAULT 1, " lead" text, "trail " text, "--" text, "/*" text, "$$" text, "%" text, "%I" text, "E'" text, "[1,2]" integer[], CONSTRAINT "check
me" CHECK ("col
umn" > 0));
COMMENT ON TABLE "new
line"."tab	le" IS 'a
-- b; /* c
\.
$$ it''s \ "x"';
-- 63 bytes, also in bytes of more than one; generated names are cut
CREATE TABLE a_schema_name_of_exactly_63_bytes_which_is_all_that_it_can_have.a_table_name_of_exactly_63_bytes_which_is_all_that_it_may_have__ (
    a_column_name_of_exactly_63_bytes_which_is_all_that_it_may_have serial UNIQUE CHECK (a_column_name_of_exactly_63_bytes_which_is_all_that_it_may_have > 0),
    a_column_name_of_exactly_63_bytes_which_is_all_that_it_may_hav2 integer PRIMARY KEY REFERENCES a_schema_name_of_exactly_63_bytes_which_is_all_that_it_can_have.a_table_name_of_exactly_63_bytes_which_is_all_that_it_may_have__ (a_column_name_of_exactly_63_bytes_which_is_all_that_it_may_have),
    "ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßß" text, CONSTRAINT "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ" CHECK ("ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßß" <> 'ß'));
CREATE INDEX ON a_schema_name_of_exactly_63_bytes_which_is_all_that_it_can_have.a_table_name_of_exactly_63_bytes_which_is_all_that_it_may_have__ ("ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßß", a_column_name_of_exactly_63_bytes_which_is_all_that_it_may_have);
-- renamed, with constraints and indexes under the old names, and dropped columns between
CREATE TABLE one.before (a serial PRIMARY KEY, b integer UNIQUE CHECK (b > 0), c text, d integer REFERENCES one.item, e text GENERATED ALWAYS AS (c || 'x') STORED);
CREATE INDEX ON one.before (c);
ALTER TABLE one.before DROP COLUMN d, ADD COLUMN f integer DEFAULT 6, ADD COLUMN d text;
ALTER TABLE one.before RENAME TO "After";
ALTER TABLE one."After" RENAME COLUMN b TO "B b";
ALTER TABLE one."After" RENAME COLUMN c TO "C";
ALTER TABLE one."After" RENAME COLUMN a TO id;
CREATE TABLE one.all_dropped (a integer, b text);
ALTER TABLE one.all_dropped DROP COLUMN a, DROP COLUMN b;
CREATE TABLE one.never_any ();
-- columns whose names are those of tables, of schemas and of functions
CREATE TABLE one.one (one integer, item one.item, f integer DEFAULT one.f(), CHECK (((item).id) > one));
CREATE VIEW two.item_view AS SELECT i.*, o.n AS "other n" FROM two.item AS i JOIN one.item AS o ON o.id = i.other;
