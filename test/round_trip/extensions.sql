-- Types, operators, operator classes and functions of extensions, some of them in schemas of their own. All are part
-- of PostgreSQL's contrib; on a server without them the fixture is skipped.
CREATE SCHEMA ext;
CREATE SCHEMA "Ext Two";
CREATE SCHEMA app;
CREATE EXTENSION hstore WITH SCHEMA ext;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION pg_trgm WITH SCHEMA "Ext Two";
CREATE EXTENSION btree_gist WITH SCHEMA "Ext Two";
CREATE EXTENSION btree_gin WITH SCHEMA ext;
CREATE EXTENSION ltree;
CREATE EXTENSION cube;
CREATE EXTENSION earthdistance;
CREATE EXTENSION seg;
CREATE EXTENSION isn WITH SCHEMA ext;
CREATE EXTENSION intarray;
CREATE EXTENSION "uuid-ossp" WITH SCHEMA ext;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION unaccent WITH SCHEMA ext;
CREATE EXTENSION fuzzystrmatch;
CREATE EXTENSION tablefunc;
CREATE EXTENSION lo;
CREATE EXTENSION bloom WITH SCHEMA ext;
CREATE EXTENSION dict_int;
CREATE EXTENSION pg_stat_statements;
CREATE EXTENSION moddatetime;
CREATE EXTENSION autoinc;
CREATE EXTENSION tcn;
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION file_fdw;
CREATE EXTENSION IF NOT EXISTS plpgsql;

SET search_path = app, ext, "Ext Two", public;
CREATE FUNCTION plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$SELECT ext.unaccent('ext.unaccent', $1)$$;
CREATE DOMAIN email AS citext CHECK (VALUE ~* '^.+@.+$');
CREATE DOMAIN emails AS citext[] CHECK (cardinality(VALUE) < 5);
CREATE TABLE article (
    id uuid DEFAULT uuid_generate_v4() PRIMARY KEY,
    old_id uuid DEFAULT uuid_generate_v5(uuid_ns_url(), 'https://example.org'::text) UNIQUE,
    isbn isbn13 DEFAULT '978-0-393-04002-9' CHECK (isbn IS NULL OR is_valid(isbn)),
    ean ean13, issns issn[],
    title citext NOT NULL DEFAULT 'Untitled' CHECK (title <> 'none' AND title IN ('a', 'b', 'Untitled')),
    author email, others emails DEFAULT '{}',
    path ltree DEFAULT 'top.a' CHECK (path <@ 'top' AND nlevel(path) < 9 AND path ~ 'top.*{0,9}'), paths ltree[],
    attributes hstore DEFAULT 'a=>1, "b c"=>NULL' NOT NULL CHECK (attributes ? 'a' AND (attributes -> 'a') <> '' AND NOT attributes @> 'x=>y'::hstore),
    place cube DEFAULT '(0,0,0)' CHECK (cube_dim(place) <= 3), earth earth DEFAULT ll_to_earth(0, 0),
    level seg DEFAULT '1 .. ~2', tags integer[] DEFAULT '{}' CHECK (tags @> '{1}'::integer[] AND NOT tags @@ '2&3'::query_int), query query_int DEFAULT '1&(2|3)',
    picture lo, secret bytea DEFAULT gen_random_bytes(8), hash text DEFAULT crypt('x', gen_salt('bf')),
    plain_title text GENERATED ALWAYS AS (plain(title::text)) STORED,
    sound text GENERATED ALWAYS AS (soundex(title::text)) STORED,
    at timestamptz DEFAULT now()
);
CREATE INDEX article_title_trgm ON article USING gin ((title::text) gin_trgm_ops);
CREATE INDEX article_title_gist ON article USING gist ((lower(title::text)) gist_trgm_ops (siglen = 64), at);
CREATE INDEX ON article (title citext_pattern_ops);
CREATE UNIQUE INDEX ON article (title, author) WHERE author IS NOT NULL AND title <> 'x'::citext;
CREATE INDEX ON article USING gist (path gist_ltree_ops (siglen = 100));
CREATE INDEX ON article USING gist (paths);
CREATE INDEX ON article (path);
CREATE INDEX ON article USING gin (attributes, tags gin__int_ops);
CREATE INDEX ON article USING gist (attributes gist_hstore_ops (siglen = 32), tags gist__int_ops (numranges = 50));
CREATE INDEX ON article USING gist (tags gist__intbig_ops);
CREATE INDEX ON article ((attributes -> 'a'), (attributes -> ARRAY['a', 'b']));
CREATE INDEX ON article USING gist (place);
CREATE INDEX ON article USING gist (earth);
CREATE INDEX ON article USING gist (level);
CREATE INDEX ON article USING bloom (hash, sound) WITH (length = 80, col1 = 2);
CREATE INDEX ON article USING hash (title);
CREATE INDEX ON article (isbn, ean);
CREATE INDEX ON article (similarity(title::text, 'x'));
CREATE TABLE booking (room integer NOT NULL, kind citext, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&), EXCLUDE USING gist (room WITH <>, at WITH =) WHERE (kind <> 'free'), at inet);
CREATE TABLE child (id serial PRIMARY KEY, article uuid REFERENCES article ON DELETE CASCADE, title citext, path ltree, FOREIGN KEY (title, path) REFERENCES child (title, path), UNIQUE (title, path));
CREATE TABLE by_citext (k citext, v hstore) PARTITION BY LIST (k);
CREATE TABLE by_citext_a PARTITION OF by_citext FOR VALUES IN ('A', 'b');
CREATE TABLE by_ltree (k ltree) PARTITION BY RANGE (k);
CREATE TABLE by_ltree_a PARTITION OF by_ltree FOR VALUES FROM ('a') TO ('b');
CREATE TRIGGER modified BEFORE UPDATE ON article FOR EACH ROW EXECUTE FUNCTION moddatetime(at);
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON child FOR EACH ROW EXECUTE FUNCTION triggered_change_notification();
CREATE TRIGGER numbered BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION lo_manage(title);
CREATE VIEW slow AS SELECT query, calls FROM pg_stat_statements;
CREATE VIEW similar_titles AS SELECT a.id, b.id AS other FROM article AS a JOIN article AS b ON a.title::text % b.title::text AND a.attributes @> b.attributes;
CREATE TEXT SEARCH CONFIGURATION app (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION app ALTER MAPPING FOR int, uint WITH intdict;
ALTER TABLE article ADD COLUMN search tsvector GENERATED ALWAYS AS (setweight(to_tsvector('app.app'::regconfig, coalesce(title::text, '')), 'A') || to_tsvector('simple', coalesce(hash, ''))) STORED;
CREATE INDEX ON article USING gin (search);
CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'localhost', dbname 'other');
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE USER MAPPING FOR PUBLIC SERVER other OPTIONS (user 'reader', password 'x');
CREATE FOREIGN TABLE remote (id integer OPTIONS (column_name 'ID') NOT NULL, title citext DEFAULT 'x', CHECK (id > 0)) SERVER other OPTIONS (schema_name 'public', table_name 'Remote');
CREATE FOREIGN TABLE lines (line text) SERVER files OPTIONS (filename '/dev/null', format 'text');
-- tables that an extension has taken in are its own
CREATE TABLE taken_in (id integer PRIMARY KEY, title text);
ALTER EXTENSION intarray ADD TABLE app.taken_in;
