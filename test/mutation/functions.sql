-- Functions, procedures and aggregates.
CREATE ROLE routine_other;
CREATE SCHEMA routines;
SET search_path = routines;
CREATE TABLE item (id integer, price numeric(10,2));
CREATE FUNCTION support(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'generate_series_int4_support';
CREATE FUNCTION plain(integer, text) RETURNS text LANGUAGE sql AS 'SELECT $2';
CREATE FUNCTION named(a integer, OUT b text, OUT c item, VARIADIC d integer[]) LANGUAGE plpgsql AS $$BEGIN b := 'Grüße'; END$$;
CREATE FUNCTION defaulted(a integer DEFAULT 1, b text DEFAULT 'x', c timestamptz DEFAULT now(), d text DEFAULT NULL) RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION series(n integer) RETURNS SETOF integer LANGUAGE sql STABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5 ROWS 10 SUPPORT support SET search_path = pg_catalog, "Odd" SET work_mem = '8MB' AS 'SELECT generate_series(1, n)';
CREATE FUNCTION listed() RETURNS TABLE (id integer, price numeric) LANGUAGE sql AS 'SELECT id, price FROM item';
CREATE FUNCTION compiled(text) RETURNS integer LANGUAGE internal IMMUTABLE AS 'textlen';
CREATE FUNCTION linked(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION numbering() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE FUNCTION returned(a integer) RETURNS integer LANGUAGE sql IMMUTABLE SET search_path = routines RETURN a + 1;
CREATE FUNCTION looked_up(a integer) RETURNS numeric BEGIN ATOMIC SELECT price FROM item WHERE id = looked_up.a; END;
CREATE FUNCTION carriage() RETURNS text LANGUAGE sql AS E'SELECT ''a''\r\n';
CREATE TRANSFORM FOR text LANGUAGE sql (FROM SQL WITH FUNCTION support(internal));
CREATE FUNCTION transformed(text) RETURNS text LANGUAGE sql TRANSFORM FOR TYPE text AS 'SELECT $1';
CREATE PROCEDURE change(a integer, INOUT b text DEFAULT 'x') LANGUAGE plpgsql SECURITY DEFINER SET search_path = routines AS 'BEGIN END';
CREATE PROCEDURE bare(integer) LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE standard(a integer) BEGIN ATOMIC INSERT INTO item (id) VALUES (a); UPDATE item SET price = 0 WHERE id = a; END;
CREATE PROCEDURE transformed_too(text) LANGUAGE sql TRANSFORM FOR TYPE text AS 'SELECT $1';
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'int4pl';
CREATE FUNCTION add_too(integer, integer) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'int4pl';
CREATE FUNCTION final(integer) RETURNS integer LANGUAGE internal IMMUTABLE AS 'int4up';
CREATE FUNCTION final_extra(integer, integer) RETURNS integer LANGUAGE internal IMMUTABLE AS 'int4pl';
CREATE FUNCTION inverse(integer, integer) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'int4mi';
CREATE AGGREGATE sum_of(integer) (SFUNC = add, STYPE = integer, INITCOND = '0');
CREATE AGGREGATE rows_of(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE tuned(a integer) (SFUNC = add, STYPE = integer, SSPACE = 16, FINALFUNC = final, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = add,
    MSFUNC = add, MINVFUNC = inverse, MSTYPE = integer, MSSPACE = 16, MINITCOND = '0', MFINALFUNC = final, MFINALFUNC_MODIFY = SHAREABLE, SORTOP = <, PARALLEL = SAFE);
CREATE AGGREGATE extra(integer) (SFUNC = add, STYPE = integer, FINALFUNC = final_extra, FINALFUNC_EXTRA, MSFUNC = add, MINVFUNC = inverse, MSTYPE = integer, MFINALFUNC = final_extra, MFINALFUNC_EXTRA);
CREATE AGGREGATE internal_sum(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_sum, COMBINEFUNC = numeric_avg_combine, SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, PARALLEL = SAFE);
CREATE AGGREGATE ordered(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE AGGREGATE ranked(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
RESET search_path;
SELECT schema_audit.register_schema('mutation', '{routines}');
INSERT INTO schema_audit.compare VALUES ('owners', '%', true), ('grants', '%', true), ('comments', '%', true), ('security labels', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('function', 'missing', 'ALTER FUNCTION plain SET SCHEMA public', '{"missing-function plain(integer, text)"}', 'ALTER FUNCTION public.plain SET SCHEMA routines'),
('function', 'extra', 'CREATE FUNCTION plain(bigint) RETURNS bigint LANGUAGE sql AS ''SELECT $1''', '{"extra-function plain(bigint)"}', 'DROP FUNCTION plain(bigint)'),
('function', 'missing, for other arguments', 'DROP FUNCTION compiled(text); CREATE FUNCTION compiled(bytea) RETURNS integer LANGUAGE internal IMMUTABLE AS ''byteaoctetlen''', '{"extra-function compiled(bytea)","missing-function compiled(text)"}', 'DROP FUNCTION compiled(bytea); CREATE FUNCTION compiled(text) RETURNS integer LANGUAGE internal IMMUTABLE AS ''textlen'''),
('function', 'extra, of a range type', 'CREATE TYPE span AS RANGE (subtype = integer)', '{"extra-range-type span"}', 'DROP TYPE span'),
('function', 'owner', 'ALTER FUNCTION plain OWNER TO routine_other', '{"owner-mismatch plain(integer, text)"}', 'ALTER FUNCTION plain OWNER TO CURRENT_USER'),
('function', 'grants', 'REVOKE EXECUTE ON FUNCTION plain FROM PUBLIC', '{"grants-mismatch plain(integer, text)"}', 'GRANT EXECUTE ON FUNCTION plain TO PUBLIC'),
('function', 'comment', 'COMMENT ON FUNCTION plain IS ''text''', '{"comment-mismatch plain(integer, text)"}', 'COMMENT ON FUNCTION plain IS NULL'),
('function', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''routines.carriage''::regproc, ''pg_proc''::regclass, 0, ''provider'', ''secret'')', '{"security-label-mismatch carriage()"}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('function', 'arguments, named', 'CREATE OR REPLACE FUNCTION plain(a integer, b text) RETURNS text LANGUAGE sql AS ''SELECT $2''', '{"function-mismatch plain(integer, text)"}', 'DROP FUNCTION plain; CREATE FUNCTION plain(integer, text) RETURNS text LANGUAGE sql AS ''SELECT $2'''),
('function', 'arguments, another name', 'DROP FUNCTION returned; CREATE FUNCTION returned(b integer) RETURNS integer LANGUAGE sql IMMUTABLE SET search_path = routines RETURN b + 1', '{"function-mismatch returned(integer)"}', 'DROP FUNCTION returned; CREATE FUNCTION returned(a integer) RETURNS integer LANGUAGE sql IMMUTABLE SET search_path = routines RETURN a + 1'),
('function', 'defaults', 'CREATE OR REPLACE FUNCTION defaulted(a integer DEFAULT 2, b text DEFAULT ''x'', c timestamptz DEFAULT now(), d text DEFAULT NULL) RETURNS void LANGUAGE sql AS ''''', '{"function-mismatch defaulted(integer, text, timestamp with time zone, text)"}', 'CREATE OR REPLACE FUNCTION defaulted(a integer DEFAULT 1, b text DEFAULT ''x'', c timestamptz DEFAULT now(), d text DEFAULT NULL) RETURNS void LANGUAGE sql AS '''''),
('function', 'defaults, spelled otherwise', 'CREATE OR REPLACE FUNCTION defaulted(a integer DEFAULT ''1'', b text DEFAULT ''x''::varchar, c timestamptz DEFAULT CURRENT_TIMESTAMP, d text DEFAULT NULL::text) RETURNS void LANGUAGE sql AS ''''', '{}', 'SELECT 1'),
('function', 'defaults, added', 'CREATE OR REPLACE FUNCTION series(n integer DEFAULT 3) RETURNS SETOF integer LANGUAGE sql STABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5 ROWS 10 SUPPORT support SET search_path = pg_catalog, "Odd" SET work_mem = ''8MB'' AS ''SELECT generate_series(1, n)''', '{"function-mismatch series(integer)"}', 'DROP FUNCTION series; CREATE FUNCTION series(n integer) RETURNS SETOF integer LANGUAGE sql STABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 5 ROWS 10 SUPPORT support SET search_path = pg_catalog, "Odd" SET work_mem = ''8MB'' AS ''SELECT generate_series(1, n)'''),
('function', 'returns', 'DROP FUNCTION plain; CREATE FUNCTION plain(integer, text) RETURNS varchar LANGUAGE sql AS ''SELECT $2''', '{"function-mismatch plain(integer, text)"}', 'DROP FUNCTION plain; CREATE FUNCTION plain(integer, text) RETURNS text LANGUAGE sql AS ''SELECT $2'''),
('function', 'returns, a table', 'DROP FUNCTION listed; CREATE FUNCTION listed() RETURNS TABLE (id integer, cost numeric) LANGUAGE sql AS ''SELECT id, price FROM item''', '{"function-mismatch listed()"}', 'DROP FUNCTION listed; CREATE FUNCTION listed() RETURNS TABLE (id integer, price numeric) LANGUAGE sql AS ''SELECT id, price FROM item'''),
('function', 'language', 'SET LOCAL check_function_bodies = off; CREATE OR REPLACE FUNCTION plain(integer, text) RETURNS text LANGUAGE plpgsql AS ''SELECT $2''', '{"function-mismatch plain(integer, text)"}', 'CREATE OR REPLACE FUNCTION plain(integer, text) RETURNS text LANGUAGE sql AS ''SELECT $2'''),
('function', 'body', 'CREATE OR REPLACE FUNCTION plain(integer, text) RETURNS text LANGUAGE sql AS ''SELECT  $2''', '{"function-mismatch plain(integer, text)"}', 'CREATE OR REPLACE FUNCTION plain(integer, text) RETURNS text LANGUAGE sql AS ''SELECT $2'''),
('function', 'body, carriage return', 'CREATE OR REPLACE FUNCTION carriage() RETURNS text LANGUAGE sql AS E''SELECT ''''a''''\n''', '{"function-mismatch carriage()"}', 'CREATE OR REPLACE FUNCTION carriage() RETURNS text LANGUAGE sql AS E''SELECT ''''a''''\r\n'''),
('function', 'body, another quoting', 'CREATE OR REPLACE FUNCTION plain(integer, text) RETURNS text LANGUAGE sql AS $q$SELECT $2$q$', '{}', 'SELECT 1'),
('function', 'sql_body', 'CREATE OR REPLACE FUNCTION returned(a integer) RETURNS integer LANGUAGE sql IMMUTABLE SET search_path = routines RETURN a + 2', '{"function-mismatch returned(integer)"}', 'CREATE OR REPLACE FUNCTION returned(a integer) RETURNS integer LANGUAGE sql IMMUTABLE SET search_path = routines RETURN a + 1'),
('function', 'sql_body, spelled otherwise', 'CREATE OR REPLACE FUNCTION looked_up(a integer) RETURNS numeric BEGIN ATOMIC SELECT item.price FROM routines.item WHERE item.id = a; END', '{}', 'SELECT 1'),
('function', 'library', 'CREATE OR REPLACE FUNCTION linked(internal) RETURNS void LANGUAGE c AS ''plpgsql'', ''plpgsql_inline_handler''', '{"function-mismatch linked(internal)"}', 'CREATE OR REPLACE FUNCTION linked(internal) RETURNS void LANGUAGE c AS ''$libdir/plpgsql'', ''plpgsql_inline_handler'''),
('function', 'window', 'DROP FUNCTION numbering; CREATE FUNCTION numbering() RETURNS bigint LANGUAGE internal AS ''window_row_number''', '{"function-mismatch numbering()"}', 'DROP FUNCTION numbering; CREATE FUNCTION numbering() RETURNS bigint LANGUAGE internal WINDOW AS ''window_row_number'''),
('function', 'volatility', 'ALTER FUNCTION series IMMUTABLE', '{"function-mismatch series(integer)"}', 'ALTER FUNCTION series STABLE'),
('function', 'volatility, none', 'ALTER FUNCTION compiled VOLATILE', '{"function-mismatch compiled(text)"}', 'ALTER FUNCTION compiled IMMUTABLE'),
('function', 'null_input', 'ALTER FUNCTION series CALLED ON NULL INPUT', '{"function-mismatch series(integer)"}', 'ALTER FUNCTION series STRICT'),
('function', 'security', 'ALTER FUNCTION series SECURITY INVOKER', '{"function-mismatch series(integer)"}', 'ALTER FUNCTION series SECURITY DEFINER'),
('function', 'leakproof', 'ALTER FUNCTION series NOT LEAKPROOF', '{"function-mismatch series(integer)"}', 'ALTER FUNCTION series LEAKPROOF'),
('function', 'parallel', 'ALTER FUNCTION series PARALLEL RESTRICTED', '{"function-mismatch series(integer)"}', 'ALTER FUNCTION series PARALLEL SAFE'),
('function', 'cost', 'ALTER FUNCTION series COST 6', '{"function-mismatch series(integer)"}', 'ALTER FUNCTION series COST 5'),
('function', 'rows', 'ALTER FUNCTION series ROWS 1000', '{"function-mismatch series(integer)"}', 'ALTER FUNCTION series ROWS 10'),
('function', 'support', 'ALTER FUNCTION series SUPPORT generate_series_int8_support', '{"function-mismatch series(integer)"}', 'ALTER FUNCTION series SUPPORT support'),
('function', 'settings', 'ALTER FUNCTION series SET search_path = pg_catalog', '{"function-mismatch series(integer)"}', 'ALTER FUNCTION series SET search_path = pg_catalog, "Odd"'),
('function', 'settings, order', 'ALTER FUNCTION series RESET ALL; ALTER FUNCTION series SET work_mem = ''8MB''; ALTER FUNCTION series SET search_path = pg_catalog, "Odd"', '{}', 'SELECT 1'),
('function', 'transforms', 'DROP FUNCTION transformed; CREATE FUNCTION transformed(text) RETURNS text LANGUAGE sql AS ''SELECT $1''', '{"function-mismatch transformed(text)"}', 'DROP FUNCTION transformed; CREATE FUNCTION transformed(text) RETURNS text LANGUAGE sql TRANSFORM FOR TYPE text AS ''SELECT $1'''),
('procedure', 'missing', 'ALTER PROCEDURE bare SET SCHEMA public', '{"missing-procedure bare(integer)"}', 'ALTER PROCEDURE public.bare SET SCHEMA routines'),
('procedure', 'extra', 'CREATE PROCEDURE one_more() LANGUAGE sql AS ''''', '{"extra-procedure one_more()"}', 'DROP PROCEDURE one_more()'),
('procedure', 'owner', 'ALTER PROCEDURE bare OWNER TO routine_other', '{"owner-mismatch bare(integer)"}', 'ALTER PROCEDURE bare OWNER TO CURRENT_USER'),
('procedure', 'grants', 'GRANT EXECUTE ON PROCEDURE bare TO routine_other', '{"grants-mismatch bare(integer)"}', 'REVOKE EXECUTE ON PROCEDURE bare FROM routine_other'),
('procedure', 'comment', 'COMMENT ON PROCEDURE bare IS ''text''', '{"comment-mismatch bare(integer)"}', 'COMMENT ON PROCEDURE bare IS NULL'),
('procedure', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''routines.bare''::regproc, ''pg_proc''::regclass, 0, ''provider'', ''secret'')', '{"security-label-mismatch bare(integer)"}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('procedure', 'arguments', 'CREATE OR REPLACE PROCEDURE bare(a integer) LANGUAGE sql AS ''SELECT 1''', '{"procedure-mismatch bare(integer)"}', 'DROP PROCEDURE bare; CREATE PROCEDURE bare(integer) LANGUAGE sql AS ''SELECT 1'''),
('procedure', 'defaults', 'CREATE OR REPLACE PROCEDURE change(a integer, INOUT b text DEFAULT ''y'') LANGUAGE plpgsql SECURITY DEFINER SET search_path = routines AS ''BEGIN END''', '{"procedure-mismatch change(integer, text)"}', 'CREATE OR REPLACE PROCEDURE change(a integer, INOUT b text DEFAULT ''x'') LANGUAGE plpgsql SECURITY DEFINER SET search_path = routines AS ''BEGIN END'''),
('procedure', 'language', 'SET LOCAL check_function_bodies = off; CREATE OR REPLACE PROCEDURE bare(integer) LANGUAGE plpgsql AS ''SELECT 1''', '{"procedure-mismatch bare(integer)"}', 'CREATE OR REPLACE PROCEDURE bare(integer) LANGUAGE sql AS ''SELECT 1'''),
('procedure', 'body', 'CREATE OR REPLACE PROCEDURE bare(integer) LANGUAGE sql AS ''SELECT 2''', '{"procedure-mismatch bare(integer)"}', 'CREATE OR REPLACE PROCEDURE bare(integer) LANGUAGE sql AS ''SELECT 1'''),
('procedure', 'sql_body', 'CREATE OR REPLACE PROCEDURE standard(a integer) BEGIN ATOMIC INSERT INTO item (id) VALUES (a); END', '{"procedure-mismatch standard(integer)"}', 'CREATE OR REPLACE PROCEDURE standard(a integer) BEGIN ATOMIC INSERT INTO item (id) VALUES (a); UPDATE item SET price = 0 WHERE id = a; END'),
('procedure', 'library', 'CREATE OR REPLACE PROCEDURE bare(integer) LANGUAGE c AS ''plpgsql'', ''plpgsql_inline_handler''', '{"procedure-mismatch bare(integer)"}', 'CREATE OR REPLACE PROCEDURE bare(integer) LANGUAGE sql AS ''SELECT 1'''),
('procedure', 'security', 'ALTER PROCEDURE change SECURITY INVOKER', '{"procedure-mismatch change(integer, text)"}', 'ALTER PROCEDURE change SECURITY DEFINER'),
('procedure', 'settings', 'ALTER PROCEDURE change RESET ALL', '{"procedure-mismatch change(integer, text)"}', 'ALTER PROCEDURE change SET search_path = routines'),
('procedure', 'transforms', 'CREATE OR REPLACE PROCEDURE transformed_too(text) LANGUAGE sql AS ''SELECT $1''', '{"procedure-mismatch transformed_too(text)"}', 'CREATE OR REPLACE PROCEDURE transformed_too(text) LANGUAGE sql TRANSFORM FOR TYPE text AS ''SELECT $1'''),
('aggregate', 'missing', 'ALTER AGGREGATE rows_of(*) SET SCHEMA public', '{"missing-aggregate rows_of(*)"}', 'ALTER AGGREGATE public.rows_of(*) SET SCHEMA routines'),
('aggregate', 'extra', 'CREATE AGGREGATE sum_of(bigint) (SFUNC = int8pl, STYPE = bigint)', '{"extra-aggregate sum_of(bigint)"}', 'DROP AGGREGATE sum_of(bigint)'),
('aggregate', 'owner', 'ALTER AGGREGATE sum_of(integer) OWNER TO routine_other', '{"owner-mismatch sum_of(integer)"}', 'ALTER AGGREGATE sum_of(integer) OWNER TO CURRENT_USER'),
('aggregate', 'grants', 'REVOKE EXECUTE ON FUNCTION sum_of(integer) FROM PUBLIC', '{"grants-mismatch sum_of(integer)"}', 'GRANT EXECUTE ON FUNCTION sum_of(integer) TO PUBLIC'),
('aggregate', 'comment', 'COMMENT ON AGGREGATE rows_of(*) IS ''text''', '{"comment-mismatch rows_of(*)"}', 'COMMENT ON AGGREGATE rows_of(*) IS NULL'),
('aggregate', 'security_labels', 'INSERT INTO pg_catalog.pg_seclabel VALUES (''routines.sum_of''::regproc, ''pg_proc''::regclass, 0, ''provider'', ''secret'')', '{"security-label-mismatch sum_of(integer)"}', 'DELETE FROM pg_catalog.pg_seclabel WHERE provider = ''provider'''),
('aggregate', 'arguments', 'CREATE OR REPLACE AGGREGATE sum_of(a integer) (SFUNC = add, STYPE = integer, INITCOND = ''0'')', '{"aggregate-mismatch sum_of(integer)"}', 'DROP AGGREGATE sum_of(integer); CREATE AGGREGATE sum_of(integer) (SFUNC = add, STYPE = integer, INITCOND = ''0'')'),
('aggregate', 'kind', 'DROP AGGREGATE ranked(VARIADIC "any" ORDER BY VARIADIC "any"); CREATE AGGREGATE ranked(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA)', '{"aggregate-mismatch ranked(\"any\")"}', 'DROP AGGREGATE ranked(VARIADIC "any" ORDER BY VARIADIC "any"); CREATE AGGREGATE ranked(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL)'),
('aggregate', 'transition_function', 'CREATE OR REPLACE AGGREGATE sum_of(integer) (SFUNC = add_too, STYPE = integer, INITCOND = ''0'')', '{"aggregate-mismatch sum_of(integer)"}', 'CREATE OR REPLACE AGGREGATE sum_of(integer) (SFUNC = add, STYPE = integer, INITCOND = ''0'')'),
('aggregate', 'initial_state', 'CREATE OR REPLACE AGGREGATE sum_of(integer) (SFUNC = add, STYPE = integer)', '{"aggregate-mismatch sum_of(integer)"}', 'CREATE OR REPLACE AGGREGATE sum_of(integer) (SFUNC = add, STYPE = integer, INITCOND = ''0'')'),
('aggregate', 'parallel', 'CREATE OR REPLACE AGGREGATE sum_of(integer) (SFUNC = add, STYPE = integer, INITCOND = ''0'', PARALLEL = RESTRICTED)', '{"aggregate-mismatch sum_of(integer)"}', 'CREATE OR REPLACE AGGREGATE sum_of(integer) (SFUNC = add, STYPE = integer, INITCOND = ''0'')'),
('aggregate', 'state_type', 'CREATE OR REPLACE AGGREGATE rows_of(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = ''0''); UPDATE pg_aggregate SET aggtranstype = ''int8range''::regtype WHERE aggfnoid = ''rows_of''::regproc', '{"aggregate-mismatch rows_of(*)"}', 'CREATE OR REPLACE AGGREGATE rows_of(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = ''0'')');

-- Each of the others: one column of pg_aggregate of what has all of them.
INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo)
SELECT 'aggregate', attribute, format('UPDATE pg_aggregate SET %1$s = %2$s WHERE aggfnoid = ''%4$s''::regproc', field, changed, usual, aggregate),
       ARRAY[format('aggregate-mismatch %s(%s)', aggregate, type)],
       format('UPDATE pg_aggregate SET %1$s = %3$s WHERE aggfnoid = ''%4$s''::regproc', field, changed, usual, aggregate)
FROM (VALUES ('state_size', 'aggtransspace', '0', '16', 'tuned', 'integer'),
             ('final_function', 'aggfinalfn', '0', '''final''::regproc', 'tuned', 'integer'),
             ('final_modify', 'aggfinalmodify', '''w''', '''s''', 'tuned', 'integer'),
             ('combine_function', 'aggcombinefn', '0', '''add''::regproc', 'tuned', 'integer'),
             ('moving_transition_function', 'aggmtransfn', '''add_too''::regproc', '''add''::regproc', 'tuned', 'integer'),
             ('moving_inverse_function', 'aggminvtransfn', '''add''::regproc', '''inverse''::regproc', 'tuned', 'integer'),
             ('moving_state_type', 'aggmtranstype', '20', '23', 'tuned', 'integer'),
             ('moving_state_size', 'aggmtransspace', '0', '16', 'tuned', 'integer'),
             ('moving_initial_state', 'aggminitval', 'NULL', '''0''', 'tuned', 'integer'),
             ('moving_final_function', 'aggmfinalfn', '0', '''final''::regproc', 'tuned', 'integer'),
             ('moving_final_modify', 'aggmfinalmodify', '''r''', '''s''', 'tuned', 'integer'),
             ('sort_operator', 'aggsortop', '521', '97', 'tuned', 'integer'),
             ('final_extra', 'aggfinalextra', 'false', 'true', 'extra', 'integer'),
             ('moving_final_extra', 'aggmfinalextra', 'false', 'true', 'extra', 'integer'),
             ('serial_function', 'aggserialfn', '0', '''numeric_avg_serialize''::regproc', 'internal_sum', 'numeric'),
             ('deserial_function', 'aggdeserialfn', '0', '''numeric_avg_deserialize''::regproc', 'internal_sum', 'numeric'))
     AS a (attribute, field, changed, usual, aggregate, type);
