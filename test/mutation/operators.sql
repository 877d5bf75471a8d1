-- Operators with their classes and families, casts, collations and conversions.
CREATE ROLE mutation_operators;
CREATE SCHEMA ops;
SET search_path = ops, public;
CREATE TYPE pair AS (x integer, y integer);
CREATE TYPE state AS ENUM ('new', 'done');
CREATE FUNCTION same(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x = ($2).x';
CREATE FUNCTION other(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x <> ($2).x';
CREATE FUNCTION less(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x < ($2).x';
CREATE FUNCTION is_small(pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION compare(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE FUNCTION other_compare(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION hash(pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE FUNCTION as_text(pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''::text';
CREATE FUNCTION as_other_text(pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''y''::text';
CREATE OPERATOR === (FUNCTION = same, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = ===, NEGATOR = !==, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR !== (FUNCTION = other, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = !==, NEGATOR = ===);
CREATE OPERATOR <<< (FUNCTION = less, LEFTARG = pair, RIGHTARG = pair);
CREATE OPERATOR ### (FUNCTION = less, LEFTARG = pair, RIGHTARG = pair);
CREATE OPERATOR !!! (FUNCTION = is_small, RIGHTARG = pair);
CREATE FUNCTION of_integers(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR <=<=> (FUNCTION = of_integers, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = <=<=>);
CREATE OPERATOR CLASS pair_ops FOR TYPE pair USING btree AS OPERATOR 1 <<<, OPERATOR 3 ===, FUNCTION 1 compare(pair, pair);
CREATE OPERATOR CLASS pair_ops DEFAULT FOR TYPE pair USING hash AS OPERATOR 1 ===, FUNCTION 1 hash(pair);
CREATE OPERATOR FAMILY loose USING hash;
CREATE OPERATOR FAMILY filled USING btree;
ALTER OPERATOR FAMILY filled USING btree ADD OPERATOR 1 <<< (pair, pair), FUNCTION 1 (pair, pair) compare(pair, pair);
CREATE CAST (pair AS text) WITH FUNCTION as_text(pair) AS ASSIGNMENT;
CREATE CAST (state AS integer) WITH INOUT;
CREATE TYPE spans AS RANGE (SUBTYPE = integer);
CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false);
CREATE COLLATION plain (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
SELECT schema_audit.register_schema('mutation', '{ops}');
INSERT INTO schema_audit.compare VALUES ('owners', '%', true), ('grants', '%', true), ('comments', '%', true), ('security labels', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('operator', 'missing', 'ALTER OPERATOR ### (pair, pair) SET SCHEMA public', '{"missing-operator ###(ops.pair, ops.pair)"}', 'ALTER OPERATOR public.### (pair, pair) SET SCHEMA ops'),
('operator', 'extra', 'CREATE OPERATOR <<< (FUNCTION = of_integers, LEFTARG = integer, RIGHTARG = integer)', '{"extra-operator <<<(integer, integer)"}', 'DROP OPERATOR <<< (integer, integer)'),
('operator', 'function', 'DROP OPERATOR ### (pair, pair); CREATE OPERATOR ### (FUNCTION = other, LEFTARG = pair, RIGHTARG = pair)', '{"operator-mismatch ###(ops.pair, ops.pair)"}', 'DROP OPERATOR ### (pair, pair); CREATE OPERATOR ### (FUNCTION = less, LEFTARG = pair, RIGHTARG = pair)'),
('operator', 'commutator', 'UPDATE pg_operator SET oprcom = oid WHERE oprname = ''###''', '{"operator-mismatch ###(ops.pair, ops.pair)"}', 'UPDATE pg_operator SET oprcom = 0 WHERE oprname = ''###'''),
('operator', 'negator', 'UPDATE pg_operator SET oprnegate = ''===(pair, pair)''::regoperator WHERE oprname = ''###''', '{"operator-mismatch ###(ops.pair, ops.pair)"}', 'UPDATE pg_operator SET oprnegate = 0 WHERE oprname = ''###'''),
('operator', 'restrict', 'ALTER OPERATOR === (pair, pair) SET (RESTRICT = NONE)', '{"operator-mismatch ===(ops.pair, ops.pair)"}', 'ALTER OPERATOR === (pair, pair) SET (RESTRICT = eqsel)'),
('operator', 'restrict, set', 'ALTER OPERATOR ### (pair, pair) SET (RESTRICT = eqsel)', '{"operator-mismatch ###(ops.pair, ops.pair)"}', 'ALTER OPERATOR ### (pair, pair) SET (RESTRICT = NONE)'),
('operator', 'join', 'ALTER OPERATOR === (pair, pair) SET (JOIN = NONE)', '{"operator-mismatch ===(ops.pair, ops.pair)"}', 'ALTER OPERATOR === (pair, pair) SET (JOIN = eqjoinsel)'),
('operator', 'hashes', 'UPDATE pg_operator SET oprcanhash = false WHERE oprname = ''===''', '{"operator-mismatch ===(ops.pair, ops.pair)"}', 'UPDATE pg_operator SET oprcanhash = true WHERE oprname = ''==='''),
('operator', 'merges', 'UPDATE pg_operator SET oprcanmerge = false WHERE oprname = ''===''', '{"operator-mismatch ===(ops.pair, ops.pair)"}', 'UPDATE pg_operator SET oprcanmerge = true WHERE oprname = ''==='''),
('operator', 'owner', 'ALTER OPERATOR ### (pair, pair) OWNER TO mutation_operators', '{"owner-mismatch ###(ops.pair, ops.pair)"}', 'ALTER OPERATOR ### (pair, pair) OWNER TO CURRENT_USER'),
('operator', 'comment', 'COMMENT ON OPERATOR !!! (NONE, pair) IS ''x''', '{"comment-mismatch !!!(NONE, ops.pair)"}', 'COMMENT ON OPERATOR !!! (NONE, pair) IS NULL'),
('operator class', 'missing', 'ALTER OPERATOR CLASS pair_ops USING btree SET SCHEMA public; ALTER OPERATOR FAMILY pair_ops USING btree SET SCHEMA public', '{"missing-operator-class pair_ops USING btree"}', 'ALTER OPERATOR CLASS public.pair_ops USING btree SET SCHEMA ops; ALTER OPERATOR FAMILY public.pair_ops USING btree SET SCHEMA ops'),
('operator class', 'extra', 'CREATE OPERATOR CLASS one_more FOR TYPE pair USING btree AS OPERATOR 1 <<<, FUNCTION 1 compare(pair, pair)', '{"extra-operator-class one_more USING btree"}', 'DROP OPERATOR FAMILY one_more USING btree CASCADE'),
('operator class', 'default', 'UPDATE pg_opclass SET opcdefault = NOT opcdefault WHERE opcname = ''pair_ops'' AND opcmethod = 403', '{"operator-class-mismatch pair_ops USING btree"}', 'UPDATE pg_opclass SET opcdefault = NOT opcdefault WHERE opcname = ''pair_ops'' AND opcmethod = 403'),
('operator class', 'type', 'UPDATE pg_opclass SET opcintype = ''state''::regtype WHERE opcname = ''pair_ops'' AND opcmethod = 403', '{"operator-class-mismatch pair_ops USING btree"}', 'UPDATE pg_opclass SET opcintype = ''pair''::regtype WHERE opcname = ''pair_ops'' AND opcmethod = 403'),
('operator class', 'family', 'ALTER OPERATOR FAMILY pair_ops USING btree RENAME TO others', '{"extra-operator-family others USING btree","operator-class-mismatch pair_ops USING btree"}', 'ALTER OPERATOR FAMILY others USING btree RENAME TO pair_ops'),
('operator class', 'storage', 'UPDATE pg_opclass SET opckeytype = ''text''::regtype WHERE opcname = ''pair_ops'' AND opcmethod = 403', '{"operator-class-mismatch pair_ops USING btree"}', 'UPDATE pg_opclass SET opckeytype = 0 WHERE opcname = ''pair_ops'' AND opcmethod = 403'),
('operator class', 'operators', 'UPDATE pg_amop SET amopstrategy = 5 WHERE amopopr = ''===(pair, pair)''::regoperator AND amopmethod = 403', '{"operator-class-mismatch pair_ops USING btree"}', 'UPDATE pg_amop SET amopstrategy = 3 WHERE amopopr = ''===(pair, pair)''::regoperator AND amopmethod = 403'),
('operator class', 'functions', 'UPDATE pg_amproc SET amproc = ''as_text''::regproc WHERE amproc = ''hash(pair)''::regprocedure', '{"operator-class-mismatch pair_ops USING hash"}', 'UPDATE pg_amproc SET amproc = ''hash(pair)''::regprocedure WHERE amproc = ''as_text''::regproc'),
('operator class', 'owner', 'ALTER OPERATOR CLASS pair_ops USING hash OWNER TO mutation_operators', '{"owner-mismatch pair_ops USING hash"}', 'ALTER OPERATOR CLASS pair_ops USING hash OWNER TO CURRENT_USER'),
('operator class', 'comment', 'COMMENT ON OPERATOR CLASS pair_ops USING btree IS ''x''', '{"comment-mismatch pair_ops USING btree"}', 'COMMENT ON OPERATOR CLASS pair_ops USING btree IS NULL'),
('operator family', 'missing', 'ALTER OPERATOR FAMILY loose USING hash SET SCHEMA public', '{"missing-operator-family loose USING hash"}', 'ALTER OPERATOR FAMILY public.loose USING hash SET SCHEMA ops'),
('operator family', 'extra', 'CREATE OPERATOR FAMILY one_more USING gist', '{"extra-operator-family one_more USING gist"}', 'DROP OPERATOR FAMILY one_more USING gist'),
('operator family', 'operators', 'ALTER OPERATOR FAMILY loose USING hash ADD OPERATOR 1 === (pair, pair)', '{"operator-family-mismatch loose USING hash"}', 'ALTER OPERATOR FAMILY loose USING hash DROP OPERATOR 1 (pair, pair)'),
('operator family', 'operators, dropped', 'ALTER OPERATOR FAMILY filled USING btree DROP OPERATOR 1 (pair, pair)', '{"operator-family-mismatch filled USING btree"}', 'ALTER OPERATOR FAMILY filled USING btree ADD OPERATOR 1 <<< (pair, pair)'),
('operator family', 'functions', 'ALTER OPERATOR FAMILY filled USING btree DROP FUNCTION 1 (pair, pair)', '{"operator-family-mismatch filled USING btree"}', 'ALTER OPERATOR FAMILY filled USING btree ADD FUNCTION 1 (pair, pair) compare(pair, pair)'),
('operator family', 'functions, other', 'ALTER OPERATOR FAMILY filled USING btree DROP FUNCTION 1 (pair, pair); ALTER OPERATOR FAMILY filled USING btree ADD FUNCTION 1 (pair, pair) other_compare(pair, pair)', '{"operator-family-mismatch filled USING btree"}', 'ALTER OPERATOR FAMILY filled USING btree DROP FUNCTION 1 (pair, pair); ALTER OPERATOR FAMILY filled USING btree ADD FUNCTION 1 (pair, pair) compare(pair, pair)'),
('operator family', 'owner', 'ALTER OPERATOR FAMILY loose USING hash OWNER TO mutation_operators', '{"owner-mismatch loose USING hash"}', 'ALTER OPERATOR FAMILY loose USING hash OWNER TO CURRENT_USER'),
('operator family', 'comment', 'COMMENT ON OPERATOR FAMILY loose USING hash IS ''x''', '{"comment-mismatch loose USING hash"}', 'COMMENT ON OPERATOR FAMILY loose USING hash IS NULL'),
('cast', 'missing', 'DROP CAST (state AS integer)', '{"missing-cast ops.state AS integer"}', 'CREATE CAST (state AS integer) WITH INOUT'),
('cast', 'extra', 'CREATE CAST (integer AS state) WITH INOUT', '{"extra-cast integer AS ops.state"}', 'DROP CAST (integer AS state)'),
('cast', 'method', 'DROP CAST (pair AS text); CREATE CAST (pair AS text) WITH INOUT AS ASSIGNMENT', '{"cast-mismatch ops.pair AS text"}', 'DROP CAST (pair AS text); CREATE CAST (pair AS text) WITH FUNCTION as_text(pair) AS ASSIGNMENT'),
('cast', 'method, function', 'DROP CAST (pair AS text); CREATE CAST (pair AS text) WITH FUNCTION as_other_text(pair) AS ASSIGNMENT', '{"cast-mismatch ops.pair AS text"}', 'DROP CAST (pair AS text); CREATE CAST (pair AS text) WITH FUNCTION as_text(pair) AS ASSIGNMENT'),
('cast', 'context', 'DROP CAST (pair AS text); CREATE CAST (pair AS text) WITH FUNCTION as_text(pair)', '{"cast-mismatch ops.pair AS text"}', 'DROP CAST (pair AS text); CREATE CAST (pair AS text) WITH FUNCTION as_text(pair) AS ASSIGNMENT'),
('cast', 'context, implicit', 'DROP CAST (state AS integer); CREATE CAST (state AS integer) WITH INOUT AS IMPLICIT', '{"cast-mismatch ops.state AS integer"}', 'DROP CAST (state AS integer); CREATE CAST (state AS integer) WITH INOUT'),
('cast', 'comment', 'COMMENT ON CAST (pair AS text) IS ''x''', '{"comment-mismatch ops.pair AS text"}', 'COMMENT ON CAST (pair AS text) IS NULL'),
('collation', 'missing', 'ALTER COLLATION plain SET SCHEMA public', '{"missing-collation-object plain"}', 'ALTER COLLATION public.plain SET SCHEMA ops'),
('collation', 'extra', 'CREATE COLLATION one_more (LOCALE = ''C'')', '{"extra-collation-object one_more"}', 'DROP COLLATION one_more'),
('collation', 'provider', 'UPDATE pg_collation SET collprovider = ''c'' WHERE collname = ''german''', '{"collation-object-mismatch german"}', 'UPDATE pg_collation SET collprovider = ''i'' WHERE collname = ''german'''),
('collation', 'locale', 'DROP COLLATION german; CREATE COLLATION german (PROVIDER = icu, LOCALE = ''de-AT'', DETERMINISTIC = false)', '{"collation-object-mismatch german"}', 'DROP COLLATION german; CREATE COLLATION german (PROVIDER = icu, LOCALE = ''de'', DETERMINISTIC = false)'),
('collation', 'character_type', 'DROP COLLATION plain; CREATE COLLATION plain (LOCALE = ''C'')', '{"collation-object-mismatch plain"}', 'DROP COLLATION plain; CREATE COLLATION plain (LC_COLLATE = ''C'', LC_CTYPE = ''POSIX'')'),
('collation', 'deterministic', 'DROP COLLATION german; CREATE COLLATION german (PROVIDER = icu, LOCALE = ''de'')', '{"collation-object-mismatch german"}', 'DROP COLLATION german; CREATE COLLATION german (PROVIDER = icu, LOCALE = ''de'', DETERMINISTIC = false)'),
('collation', 'version', 'UPDATE pg_collation SET collversion = ''1'' WHERE collname = ''german''', '{}', 'UPDATE pg_collation SET collversion = NULL WHERE collname = ''german'''),
('collation', 'owner', 'ALTER COLLATION plain OWNER TO mutation_operators', '{"owner-mismatch plain"}', 'ALTER COLLATION plain OWNER TO CURRENT_USER'),
('collation', 'comment', 'COMMENT ON COLLATION plain IS ''x''', '{"comment-mismatch plain"}', 'COMMENT ON COLLATION plain IS NULL'),
('conversion', 'missing', 'ALTER CONVERSION latin SET SCHEMA public', '{"missing-conversion latin"}', 'ALTER CONVERSION public.latin SET SCHEMA ops'),
('conversion', 'extra', 'CREATE CONVERSION one_more FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8', '{"extra-conversion one_more"}', 'DROP CONVERSION one_more'),
('conversion', 'source', 'UPDATE pg_conversion SET conforencoding = pg_char_to_encoding(''LATIN2'') WHERE conname = ''latin''', '{"conversion-mismatch latin"}', 'UPDATE pg_conversion SET conforencoding = pg_char_to_encoding(''LATIN1'') WHERE conname = ''latin'''),
('conversion', 'destination', 'UPDATE pg_conversion SET contoencoding = pg_char_to_encoding(''LATIN2'') WHERE conname = ''latin''', '{"conversion-mismatch latin"}', 'UPDATE pg_conversion SET contoencoding = pg_char_to_encoding(''UTF8'') WHERE conname = ''latin'''),
('conversion', 'function', 'UPDATE pg_conversion SET conproc = ''iso8859_to_utf8''::regproc WHERE conname = ''latin''', '{"conversion-mismatch latin"}', 'UPDATE pg_conversion SET conproc = ''iso8859_1_to_utf8''::regproc WHERE conname = ''latin'''),
('conversion', 'default', 'DROP CONVERSION latin; CREATE DEFAULT CONVERSION latin FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8', '{"conversion-mismatch latin"}', 'DROP CONVERSION latin; CREATE CONVERSION latin FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8'),
('conversion', 'owner', 'ALTER CONVERSION latin OWNER TO mutation_operators', '{"owner-mismatch latin"}', 'ALTER CONVERSION latin OWNER TO CURRENT_USER'),
('conversion', 'comment', 'COMMENT ON CONVERSION latin IS ''x''', '{"comment-mismatch latin"}', 'COMMENT ON CONVERSION latin IS NULL');
INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo)
SELECT 'collation', 'rules', 'DROP COLLATION german; CREATE COLLATION german (PROVIDER = icu, LOCALE = ''de'', DETERMINISTIC = false, RULES = ''&V << w <<< W'')', '{"collation-object-mismatch german"}', 'DROP COLLATION german; CREATE COLLATION german (PROVIDER = icu, LOCALE = ''de'', DETERMINISTIC = false)'
WHERE current_setting('server_version_num')::integer >= 160000;
