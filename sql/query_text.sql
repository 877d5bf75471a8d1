-- The text of stored queries: without locks, good as SQL, and the same after it was read again.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA app;
CREATE SCHEMA other;
CREATE TYPE app.addr AS (city text, zip varchar(5));
CREATE TABLE app.a (id int PRIMARY KEY, name varchar(20), code text, gone int, home app.addr, at timestamptz);
CREATE TABLE app.b (id int, a_id int, "Weird ""Name" text, gone int, amount numeric);
CREATE TABLE other.c (id int, note text, tags text[]);
CREATE TABLE app.kid () INHERITS (app.a);
CREATE FUNCTION app.rows(n int) RETURNS SETOF app.b LANGUAGE sql AS 'SELECT * FROM app.b';
CREATE VIEW app.v01 AS SELECT id, name FROM app.a WHERE name IN ('x', 'y') AND id IN (1,2,3);
CREATE VIEW app.v02 AS SELECT id, a.name, b."Weird ""Name" FROM app.a JOIN app.b USING (id);
CREATE VIEW app.v03 AS SELECT a.id, b."Weird ""Name", c.note FROM app.a LEFT JOIN app.b ON a.id = b.a_id, other.c c WHERE c.id = a.id;
CREATE VIEW app.v04 AS SELECT x.k, x.v FROM app.a AS x(k, v);
CREATE VIEW app.v05 AS SELECT j.id, j.note FROM (app.a JOIN other.c USING (id)) AS j;
CREATE VIEW app.v06 AS SELECT a FROM app.a;
CREATE VIEW app.v07 AS SELECT (a.home).city, (home).zip FROM app.a;
CREATE VIEW app.v08 AS SELECT tableoid::regclass AS t, xmin, id FROM app.a;
CREATE VIEW app.v09 AS SELECT * FROM app.a TABLESAMPLE bernoulli(10) REPEATABLE (5);
CREATE VIEW app.v10 AS SELECT * FROM app.rows(1) r, LATERAL (SELECT max(b.amount) FROM app.b WHERE b.id = r.id) m(biggest);
CREATE VIEW app.v11 AS SELECT id, sum(amount) OVER (PARTITION BY a_id ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM app.b;
CREATE VIEW app.v12 AS SELECT a_id, count(*), grouping(a_id, id) g FROM app.b GROUP BY GROUPING SETS ((a_id), (a_id, id), ()) HAVING count(*) > 1 ORDER BY 1, g;
CREATE VIEW app.v13 AS SELECT xmlelement(name foo, xmlattributes(id AS i), name) x, to_jsonb(a) j FROM app.a;
CREATE VIEW app.v14 AS VALUES (1, 'x'), (2, 'y');
CREATE VIEW app.v15 AS SELECT id, name FROM app.a UNION ALL SELECT id, note FROM other.c UNION (SELECT 1, 'x' INTERSECT VALUES (1,'y')) ORDER BY 1;
CREATE VIEW app.v16 AS WITH x AS MATERIALIZED (SELECT * FROM app.a), y(k) AS (SELECT id FROM x) SELECT * FROM y, x;
CREATE RECURSIVE VIEW app.v17 (n, name) AS SELECT id, name FROM app.a WHERE id = 1 UNION ALL SELECT v17.n + 1, a.name FROM v17, app.a WHERE a.id = v17.n;
CREATE VIEW app.v18 AS WITH RECURSIVE t(id, p) AS (SELECT id, a_id FROM app.b UNION ALL SELECT b.id, b.a_id FROM app.b, t WHERE t.id = b.a_id) SEARCH DEPTH FIRST BY id SET ord CYCLE id SET is_cycle USING path SELECT id, p, is_cycle FROM t ORDER BY ord;
CREATE VIEW app.v19 AS SELECT a.id FROM ONLY app.a JOIN app.v01 v ON v.id = a.id WHERE EXISTS (SELECT FROM app.b WHERE b.a_id = a.id) AND a.id NOT IN (SELECT id FROM other.c) FOR UPDATE OF a;
CREATE VIEW app.v20 AS SELECT a.id, a1.id AS id1 FROM app.a, app.a a1, (SELECT id FROM app.a) s WHERE (a.id, s.id) IN (SELECT id, a_id FROM app.b);
CREATE VIEW app.v21 AS SELECT k.id FROM app.a AS k(id, x) JOIN app.b AS l(a, id) USING (id);
CREATE VIEW app.v22 AS SELECT ROW(1,'2')::app.addr AS r, '(x,y)'::app.addr AS c;
CREATE VIEW app.v23 AS SELECT * FROM unnest(ARRAY[1,2], ARRAY['a','b']) WITH ORDINALITY AS u(a, b, n), generate_series(1, 2) g, ROWS FROM (generate_series(1,2), generate_series(3,4)) AS rf(e,f);
CREATE VIEW app.v24 AS SELECT c.relname FROM pg_class c FULL JOIN other.c AS cc(oid) USING (oid);
CREATE VIEW app.v25 AS SELECT 'schema_audit_relation_0_'::text AS "schema_audit_relation_0_", E'it''s \\ "x"' q FROM app.b;
CREATE VIEW app.v26 AS SELECT DISTINCT ON (a_id) a_id, CASE id WHEN 1 THEN 'x' ELSE name::text END FROM app.b JOIN app.a USING (id) ORDER BY a_id, amount DESC NULLS LAST LIMIT 10 OFFSET 2;
CREATE VIEW app.v27 AS SELECT count(*) FILTER (WHERE id > 1), string_agg(name, ',' ORDER BY id DESC), percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM app.a;
CREATE VIEW app.v28 AS SELECT * FROM app.a NATURAL JOIN other.c;
CREATE VIEW app.v29 AS SELECT CURRENT_DATE d, now() n, a.at AT TIME ZONE 'UTC' u, extract(year from a.at) y FROM app.a;
CREATE VIEW app.v30 AS SELECT * FROM xmltable('/r' PASSING ('<r/>'::xml) COLUMNS id int PATH '@id', n FOR ORDINALITY) x, json_to_recordset('[]') AS j(a int, b text);
CREATE RULE r1 AS ON INSERT TO app.v01 DO INSTEAD INSERT INTO app.a (id, name) VALUES (new.id, new.name) ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id, name;
CREATE RULE r2 AS ON UPDATE TO app.v01 WHERE old.id <> new.id AND EXISTS (SELECT FROM app.b WHERE b.id = new.id) DO INSTEAD (UPDATE app.a SET name = new.name WHERE a.id = old.id; DELETE FROM ONLY app.b USING other.c WHERE b.id = old.id AND c.id = b.id);
CREATE RULE r3 AS ON DELETE TO app.v01 DO ALSO INSERT INTO other.c SELECT old.id, 'gone' FROM app.b WHERE b.id = old.id;
CREATE RULE r4 AS ON INSERT TO app.a DO ALSO NOTIFY "Chan";

CREATE FUNCTION text_of(rule pg_rewrite, normal boolean) RETURNS text LANGUAGE sql RETURN
    schema_audit.debug_query_text((rule).ev_action, normal, CASE WHEN (rule).rulename = '_RETURN' THEN
        (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute WHERE attrelid = (rule).ev_class AND attnum > 0)
        ELSE '{}' END);
CREATE VIEW stored AS
SELECT ev_class, relname AS name, rulename AS rule, text_of(r, true) AS normal, text_of(r, false) AS exact,
       schema_audit.debug_query_text(ev_qual, true, '{}', ev_class, true) AS condition
FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class WHERE relnamespace = 'app'::regnamespace;

-- No relation is locked, or none for longer than it takes.
BEGIN;
SELECT count(normal) > 20 AS printed, count(exact) > 20 AS exactly FROM stored;
SELECT relation::regclass FROM pg_locks WHERE pid = pg_backend_pid() AND relation::regclass::text ~ '^(app|other)\.';
COMMIT;

-- What is made from the exact text has the same normal form, also after everything was renamed.
CREATE PROCEDURE make_again() LANGUAGE plpgsql AS $$
DECLARE item record;
BEGIN
    CREATE TEMP TABLE before AS SELECT * FROM stored;
    FOR item IN SELECT * FROM before WHERE rule = '_RETURN' LOOP
        EXECUTE format('CREATE OR REPLACE VIEW app.%I AS %s', item.name, item.exact);
    END LOOP;
END $$;
CALL make_again();
SELECT before.name, before.normal, stored.normal FROM before JOIN stored USING (ev_class, rule) WHERE before.normal <> stored.normal;
DROP TABLE before;
ALTER TABLE app.a RENAME COLUMN name TO "Name";
ALTER TABLE app.a RENAME COLUMN code TO note2;
ALTER TABLE app.b DROP COLUMN gone CASCADE;
ALTER TABLE app.b RENAME TO bee;
ALTER TABLE other.c ADD COLUMN extra int, ADD COLUMN id2 int;
ALTER TABLE app.a ADD COLUMN extra2 int, ADD COLUMN k int;
ALTER TABLE app.bee ADD COLUMN x int, ADD COLUMN id2 int;
ALTER TABLE other.c RENAME COLUMN id TO ident;
ALTER VIEW app.v01 RENAME COLUMN id TO renamed_id;
ALTER VIEW app.v15 RENAME COLUMN name TO renamed_name;
ALTER VIEW app.v14 RENAME COLUMN column1 TO first;
ALTER TYPE app.addr RENAME ATTRIBUTE city TO town;
ALTER SCHEMA other RENAME TO "Other";
CALL make_again();
SELECT before.name, before.normal, stored.normal FROM before JOIN stored USING (ev_class, rule) WHERE before.normal <> stored.normal;

-- Names as they are now, aliases of columns only where a join needs them.
SELECT name, normal FROM stored WHERE name IN ('v01', 'v03', 'v05', 'v08', 'v19', 'v21', 'v25') AND rule = '_RETURN' ORDER BY name;
SELECT rule, normal, condition FROM stored WHERE rule <> '_RETURN' ORDER BY rule;
DROP SCHEMA app, "Other" CASCADE;
