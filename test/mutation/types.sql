-- Types: enums, domains, composite, range and base types; those that columns use and those that none uses.
CREATE ROLE mutation_types;
CREATE SCHEMA types;
SET search_path = types, public;
CREATE TYPE state AS ENUM ('new', 'it''s', 'back\slash');
CREATE TYPE unused AS ENUM ('a');
CREATE TYPE nothing AS ENUM ();
CREATE DOMAIN positive AS integer DEFAULT 1 NOT NULL CHECK (VALUE > 0) CONSTRAINT not_ten CHECK (VALUE <> 10);
CREATE DOMAIN plain AS text;
CREATE DOMAIN word AS text COLLATE "C";
CREATE DOMAIN without_default AS positive DEFAULT NULL;
CREATE DOMAIN short AS text CHECK (length(VALUE) IN (1, 2));
ALTER DOMAIN short ADD CONSTRAINT not_checked CHECK (VALUE <> '') NOT VALID;
CREATE TYPE pair AS (x numeric(5,2), y text COLLATE "C", z state[]);
CREATE TYPE nobody AS ();
CREATE FUNCTION distance(numeric, numeric) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT ($1 - $2)::double precision';
CREATE FUNCTION other_distance(numeric, numeric) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT 0::double precision';
CREATE TYPE span AS RANGE (SUBTYPE = numeric, SUBTYPE_DIFF = distance);
CREATE TYPE textrange AS RANGE (SUBTYPE = text, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops, MULTIRANGE_TYPE_NAME = texts);
CREATE TYPE canonrange;
CREATE FUNCTION canon(canonrange) RETURNS canonrange LANGUAGE internal IMMUTABLE AS 'int4range_canonical';
CREATE FUNCTION other_canon(canonrange) RETURNS canonrange LANGUAGE internal IMMUTABLE AS 'int4range_canonical';
CREATE TYPE canonrange AS RANGE (SUBTYPE = integer, CANONICAL = canon);
CREATE TYPE label;
CREATE TYPE shell;
CREATE FUNCTION label_in(cstring) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION label_out(label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION label_receive(internal) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'textrecv';
CREATE FUNCTION label_send(label) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
CREATE TYPE label (INPUT = label_in, OUTPUT = label_out, STORAGE = extended, CATEGORY = 'S', DEFAULT = 'none', COLLATABLE = true);
CREATE TYPE number;
CREATE FUNCTION number_in(cstring) RETURNS number LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION number_out(number) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE number (INPUT = number_in, OUTPUT = number_out, INTERNALLENGTH = 4, PASSEDBYVALUE, DELIMITER = ';');
-- The parts of a base type that only CREATE sets are changed in the catalog.
CREATE FUNCTION other_in(cstring) RETURNS number LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION other_out(number) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE FUNCTION modifier_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION modifier_out(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE FUNCTION analyzed(internal) RETURNS boolean LANGUAGE internal AS 'range_typanalyze';
CREATE FUNCTION subscripted(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'raw_array_subscript_handler';
CREATE TABLE item (id integer PRIMARY KEY, state state NOT NULL DEFAULT 'new', states state[], amount positive, name short, place pair, size span);
CREATE DOMAIN commented AS integer CONSTRAINT not_ten CHECK (VALUE <> 10);
COMMENT ON CONSTRAINT not_ten ON DOMAIN commented IS 'not ten';
CREATE TYPE described AS (x integer, y text);
COMMENT ON COLUMN described.x IS 'first';
SELECT schema_audit.register_schema('mutation', '{types}');
INSERT INTO schema_audit.compare VALUES ('owners', '%', true), ('grants', '%', true), ('comments', '%', true), ('security labels', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('enum', 'missing', 'ALTER TYPE unused SET SCHEMA public', '{missing-enum unused}', 'ALTER TYPE public.unused SET SCHEMA types'),
('enum', 'extra', 'CREATE TYPE one_more AS ENUM (''a'', ''b'')', '{extra-enum one_more}', 'DROP TYPE one_more'),
('enum', 'missing, renamed with its columns', 'ALTER TYPE state RENAME TO status', '{enum-mismatch state}', 'ALTER TYPE status RENAME TO state'),
('enum', 'missing, another one of the same labels', 'ALTER TYPE unused RENAME TO used', '{enum-mismatch unused}', 'ALTER TYPE used RENAME TO unused'),
('enum', 'labels', 'ALTER TYPE unused ADD VALUE ''b''', '{enum-mismatch unused}', 'DROP TYPE unused; CREATE TYPE unused AS ENUM (''a'')'),
('enum', 'labels, of one that columns use', 'ALTER TYPE state RENAME VALUE ''it''''s'' TO ''its''', '{enum-mismatch state}', 'ALTER TYPE state RENAME VALUE ''its'' TO ''it''''s'''),
('enum', 'labels, none', 'ALTER TYPE nothing ADD VALUE ''b''', '{enum-mismatch nothing}', 'DROP TYPE nothing; CREATE TYPE nothing AS ENUM ()'),
('enum', 'labels, another order', 'UPDATE pg_enum SET enumsortorder = 9 WHERE enumlabel = ''new'' AND enumtypid = ''state''::regtype', '{enum-mismatch state}', 'UPDATE pg_enum SET enumsortorder = 1 WHERE enumlabel = ''new'' AND enumtypid = ''state''::regtype'),
('enum', 'labels, other numbers for the same order', 'UPDATE pg_enum SET enumsortorder = 0.5 WHERE enumlabel = ''new'' AND enumtypid = ''state''::regtype', '{}', 'UPDATE pg_enum SET enumsortorder = 1 WHERE enumlabel = ''new'' AND enumtypid = ''state''::regtype'),
('enum', 'owner', 'ALTER TYPE unused OWNER TO mutation_types', '{owner-mismatch unused}', 'ALTER TYPE unused OWNER TO CURRENT_USER'),
('enum', 'grants', 'REVOKE USAGE ON TYPE unused FROM PUBLIC', '{grants-mismatch unused}', 'GRANT USAGE ON TYPE unused TO PUBLIC'),
('enum', 'comment', 'COMMENT ON TYPE unused IS ''x''', '{comment-mismatch unused}', 'COMMENT ON TYPE unused IS NULL'),
('enum', 'security_labels', 'INSERT INTO pg_seclabel VALUES (''unused''::regtype, ''pg_type''::regclass, 0, ''provider'', ''secret'')', '{security-label-mismatch unused}', 'DELETE FROM pg_seclabel'),
('domain', 'missing', 'ALTER DOMAIN plain SET SCHEMA public', '{missing-domain plain}', 'ALTER DOMAIN public.plain SET SCHEMA types'),
('domain', 'missing, renamed with its columns', 'ALTER DOMAIN positive RENAME TO above_zero; DROP DOMAIN without_default; CREATE DOMAIN without_default AS above_zero DEFAULT NULL', '{domain-mismatch positive}', 'ALTER DOMAIN above_zero RENAME TO positive'),
('domain', 'extra', 'CREATE DOMAIN one_more AS date', '{extra-domain one_more}', 'DROP DOMAIN one_more'),
('domain', 'type', 'DROP DOMAIN plain; CREATE DOMAIN plain AS varchar(5)', '{domain-mismatch plain}', 'DROP DOMAIN plain; CREATE DOMAIN plain AS text'),
('domain', 'collation', 'DROP DOMAIN plain; CREATE DOMAIN plain AS text COLLATE "C"', '{domain-mismatch plain}', 'DROP DOMAIN plain; CREATE DOMAIN plain AS text'),
('domain', 'collation, dropped', 'DROP DOMAIN word; CREATE DOMAIN word AS text', '{domain-mismatch word}', 'DROP DOMAIN word; CREATE DOMAIN word AS text COLLATE "C"'),
('domain', 'not_null', 'ALTER DOMAIN plain SET NOT NULL', '{domain-mismatch plain}', 'ALTER DOMAIN plain DROP NOT NULL'),
('domain', 'not_null, dropped', 'ALTER DOMAIN positive DROP NOT NULL', '{domain-mismatch positive}', 'ALTER DOMAIN positive SET NOT NULL'),
('domain', 'default', 'ALTER DOMAIN positive SET DEFAULT 2', '{domain-mismatch positive}', 'ALTER DOMAIN positive SET DEFAULT 1'),
('domain', 'default, dropped', 'ALTER DOMAIN positive DROP DEFAULT', '{domain-mismatch positive}', 'ALTER DOMAIN positive SET DEFAULT 1'),
('domain', 'default, added', 'ALTER DOMAIN plain SET DEFAULT ''x''', '{domain-mismatch plain}', 'ALTER DOMAIN plain DROP DEFAULT'),
('domain', 'default, spelled otherwise', 'ALTER DOMAIN positive SET DEFAULT ''1''::integer', '{}', 'ALTER DOMAIN positive SET DEFAULT 1'),
('domain', 'constraints', 'ALTER DOMAIN positive DROP CONSTRAINT not_ten', '{domain-mismatch positive}', 'ALTER DOMAIN positive ADD CONSTRAINT not_ten CHECK (VALUE <> 10)'),
('domain', 'constraints, added', 'ALTER DOMAIN plain ADD CHECK (VALUE <> '''')', '{domain-mismatch plain}', 'ALTER DOMAIN plain DROP CONSTRAINT plain_check'),
('domain', 'constraints, condition', 'ALTER DOMAIN positive DROP CONSTRAINT positive_check; ALTER DOMAIN positive ADD CHECK (VALUE > 1)', '{domain-mismatch positive}', 'ALTER DOMAIN positive DROP CONSTRAINT positive_check; ALTER DOMAIN positive ADD CHECK (VALUE > 0)'),
('domain', 'constraints, name', 'ALTER DOMAIN positive RENAME CONSTRAINT not_ten TO not_10', '{domain-mismatch positive}', 'ALTER DOMAIN positive RENAME CONSTRAINT not_10 TO not_ten'),
('domain', 'constraints, name made up', 'ALTER DOMAIN positive RENAME CONSTRAINT positive_check TO positive_check1', '{}', 'ALTER DOMAIN positive RENAME CONSTRAINT positive_check1 TO positive_check'),
('domain', 'constraints, validated', 'ALTER DOMAIN short VALIDATE CONSTRAINT not_checked', '{domain-mismatch short}', 'ALTER DOMAIN short DROP CONSTRAINT not_checked; ALTER DOMAIN short ADD CONSTRAINT not_checked CHECK (VALUE <> '''') NOT VALID'),
('domain', 'constraints, spelled otherwise', 'ALTER DOMAIN short DROP CONSTRAINT short_check; ALTER DOMAIN short ADD CHECK (length(VALUE) = ANY (ARRAY[2, 1]))', '{}', 'ALTER DOMAIN short DROP CONSTRAINT short_check; ALTER DOMAIN short ADD CHECK (length(VALUE) IN (1, 2))'),
('domain', 'owner', 'ALTER DOMAIN plain OWNER TO mutation_types', '{owner-mismatch plain}', 'ALTER DOMAIN plain OWNER TO CURRENT_USER'),
('domain', 'grants', 'REVOKE USAGE ON DOMAIN plain FROM PUBLIC', '{grants-mismatch plain}', 'GRANT USAGE ON DOMAIN plain TO PUBLIC'),
('domain', 'constraint_comments', 'COMMENT ON CONSTRAINT not_ten ON DOMAIN commented IS ''other''', '{comment-mismatch commented}', 'fix'),
('domain', 'constraint_comments, extra', 'COMMENT ON CONSTRAINT not_checked ON DOMAIN short IS ''new''', '{comment-mismatch short}', 'fix'),
('composite type', 'attribute_comments', 'COMMENT ON COLUMN described.x IS NULL; COMMENT ON COLUMN described.y IS ''second''', '{comment-mismatch described}', 'fix'),
('composite type', 'attribute_labels', 'INSERT INTO pg_seclabel VALUES (''described''::regclass, ''pg_class''::regclass, 1, ''provider'', ''secret'')', '{security-label-mismatch described}', 'DELETE FROM pg_seclabel'),
('domain', 'comment', 'COMMENT ON DOMAIN plain IS ''x''', '{comment-mismatch plain}', 'COMMENT ON DOMAIN plain IS NULL'),
('domain', 'security_labels', 'INSERT INTO pg_seclabel VALUES (''plain''::regtype, ''pg_type''::regclass, 0, ''provider'', ''secret'')', '{security-label-mismatch plain}', 'DELETE FROM pg_seclabel'),
('composite type', 'missing', 'ALTER TYPE nobody SET SCHEMA public', '{missing-composite-type nobody}', 'ALTER TYPE public.nobody SET SCHEMA types'),
('composite type', 'missing, renamed with its columns', 'ALTER TYPE pair RENAME TO couple', '{composite-type-mismatch pair}', 'ALTER TYPE couple RENAME TO pair'),
('composite type', 'extra', 'CREATE TYPE one_more AS (a integer)', '{extra-composite-type one_more}', 'DROP TYPE one_more'),
('composite type', 'extra, with its table', 'CREATE TABLE one_more (a integer)', '{extra-table one_more}', 'DROP TABLE one_more'),
('composite type', 'attributes', 'ALTER TYPE nobody ADD ATTRIBUTE a integer', '{composite-type-mismatch nobody}', 'ALTER TYPE nobody DROP ATTRIBUTE a'),
('composite type', 'attributes, dropped', 'ALTER TABLE item DROP COLUMN place; ALTER TYPE pair DROP ATTRIBUTE z; ALTER TABLE item ADD COLUMN place pair', '{composite-type-mismatch pair}', 'ALTER TABLE item DROP COLUMN place; ALTER TYPE pair ADD ATTRIBUTE z state[]; ALTER TABLE item ADD COLUMN place pair'),
('composite type', 'attributes, renamed', 'ALTER TYPE pair RENAME ATTRIBUTE x TO w', '{composite-type-mismatch pair}', 'ALTER TYPE pair RENAME ATTRIBUTE w TO x'),
('composite type', 'owner', 'ALTER TYPE pair OWNER TO mutation_types', '{owner-mismatch pair}', 'ALTER TYPE pair OWNER TO CURRENT_USER'),
('composite type', 'grants', 'REVOKE USAGE ON TYPE pair FROM PUBLIC', '{grants-mismatch pair}', 'GRANT USAGE ON TYPE pair TO PUBLIC'),
('composite type', 'comment', 'COMMENT ON TYPE pair IS ''x''', '{comment-mismatch pair}', 'COMMENT ON TYPE pair IS NULL'),
('composite type', 'security_labels', 'INSERT INTO pg_seclabel VALUES (''pair''::regtype, ''pg_type''::regclass, 0, ''provider'', ''secret'')', '{security-label-mismatch pair}', 'DELETE FROM pg_seclabel'),
('range type', 'missing', 'ALTER TYPE textrange SET SCHEMA public', '{missing-range-type textrange}', 'ALTER TYPE public.textrange SET SCHEMA types'),
('range type', 'extra', 'CREATE TYPE one_more AS RANGE (SUBTYPE = name)', '{extra-range-type one_more}', 'DROP TYPE one_more'),
('range type', 'subtype', 'DROP TYPE textrange; CREATE TYPE textrange AS RANGE (SUBTYPE = varchar, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops, MULTIRANGE_TYPE_NAME = texts)', '{range-type-mismatch textrange}', 'DROP TYPE textrange; CREATE TYPE textrange AS RANGE (SUBTYPE = text, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops, MULTIRANGE_TYPE_NAME = texts)'),
('range type', 'operator_class', 'DROP TYPE textrange; CREATE TYPE textrange AS RANGE (SUBTYPE = text, COLLATION = "C", MULTIRANGE_TYPE_NAME = texts)', '{range-type-mismatch textrange}', 'DROP TYPE textrange; CREATE TYPE textrange AS RANGE (SUBTYPE = text, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops, MULTIRANGE_TYPE_NAME = texts)'),
('range type', 'collation', 'DROP TYPE textrange; CREATE TYPE textrange AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, MULTIRANGE_TYPE_NAME = texts)', '{range-type-mismatch textrange}', 'DROP TYPE textrange; CREATE TYPE textrange AS RANGE (SUBTYPE = text, COLLATION = "C", SUBTYPE_OPCLASS = text_pattern_ops, MULTIRANGE_TYPE_NAME = texts)'),
('range type', 'canonical', 'UPDATE pg_range SET rngcanonical = ''other_canon''::regproc WHERE rngtypid = ''canonrange''::regtype', '{range-type-mismatch canonrange}', 'UPDATE pg_range SET rngcanonical = ''canon''::regproc WHERE rngtypid = ''canonrange''::regtype'),
('range type', 'difference', 'UPDATE pg_range SET rngsubdiff = ''other_distance''::regproc WHERE rngtypid = ''span''::regtype', '{range-type-mismatch span}', 'UPDATE pg_range SET rngsubdiff = ''distance''::regproc WHERE rngtypid = ''span''::regtype'),
('range type', 'difference, none', 'UPDATE pg_range SET rngsubdiff = 0 WHERE rngtypid = ''span''::regtype', '{range-type-mismatch span}', 'UPDATE pg_range SET rngsubdiff = ''distance''::regproc WHERE rngtypid = ''span''::regtype'),
('range type', 'multirange', 'ALTER TYPE texts RENAME TO many_texts', '{range-type-mismatch textrange}', 'ALTER TYPE many_texts RENAME TO texts'),
('range type', 'multirange, of the usual name', 'ALTER TYPE span_multirange RENAME TO spans', '{range-type-mismatch span}', 'ALTER TYPE spans RENAME TO span_multirange'),
('range type', 'owner', 'ALTER TYPE span OWNER TO mutation_types', '{owner-mismatch span}', 'ALTER TYPE span OWNER TO CURRENT_USER'),
('range type', 'grants', 'REVOKE USAGE ON TYPE span FROM PUBLIC', '{grants-mismatch span}', 'GRANT USAGE ON TYPE span TO PUBLIC'),
('range type', 'comment', 'COMMENT ON TYPE span IS ''x''', '{comment-mismatch span}', 'COMMENT ON TYPE span IS NULL'),
('range type', 'security_labels', 'INSERT INTO pg_seclabel VALUES (''span''::regtype, ''pg_type''::regclass, 0, ''provider'', ''secret'')', '{security-label-mismatch span}', 'DELETE FROM pg_seclabel'),
('base type', 'missing', 'DROP TYPE shell', '{missing-base-type shell}', 'CREATE TYPE shell'),
('base type', 'extra', 'CREATE TYPE one_more', '{extra-base-type one_more}', 'DROP TYPE one_more'),
('base type', 'state', 'UPDATE pg_type SET typisdefined = false WHERE oid = ''number''::regtype', '{base-type-mismatch number}', 'UPDATE pg_type SET typisdefined = true WHERE typname = ''number'''),
('base type', 'owner', 'ALTER TYPE label OWNER TO mutation_types', '{owner-mismatch label}', 'ALTER TYPE label OWNER TO CURRENT_USER'),
('base type', 'grants', 'REVOKE USAGE ON TYPE label FROM PUBLIC', '{grants-mismatch label}', 'GRANT USAGE ON TYPE label TO PUBLIC'),
('base type', 'comment', 'COMMENT ON TYPE label IS ''x''', '{comment-mismatch label}', 'COMMENT ON TYPE label IS NULL'),
('base type', 'security_labels', 'INSERT INTO pg_seclabel VALUES (''label''::regtype, ''pg_type''::regclass, 0, ''provider'', ''secret'')', '{security-label-mismatch label}', 'DELETE FROM pg_seclabel');

-- The other attributes of a base type: (attribute, type, column, other value).
INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo)
SELECT 'base type', attribute, format('UPDATE pg_type SET %s = %s WHERE typname = %L', field, other, type),
    ARRAY['base-type-mismatch ' || type],
    format('UPDATE pg_type SET %s = %L WHERE typname = %L', field, to_jsonb(t) ->> field, type)
FROM (VALUES
    ('input', 'number', 'typinput', '''other_in''::regproc'),
    ('output', 'number', 'typoutput', '''other_out''::regproc'),
    ('receive', 'label', 'typreceive', '''label_receive''::regproc'),
    ('send', 'label', 'typsend', '''label_send''::regproc'),
    ('modifier_input', 'label', 'typmodin', '''modifier_in''::regproc'),
    ('modifier_output', 'label', 'typmodout', '''modifier_out''::regproc'),
    ('analyze', 'label', 'typanalyze', '''analyzed''::regproc'),
    ('subscript', 'label', 'typsubscript', '''subscripted''::regproc'),
    ('length', 'number', 'typlen', '2'),
    ('length, variable', 'label', 'typlen', '8'),
    ('passed_by', 'number', 'typbyval', 'false'),
    ('passed_by, value', 'label', 'typbyval', 'true'),
    ('alignment', 'number', 'typalign', '''d'''),
    ('storage', 'label', 'typstorage', '''p'''),
    ('storage, other', 'label', 'typstorage', '''m'''),
    ('category', 'label', 'typcategory', '''U'''),
    ('preferred', 'label', 'typispreferred', 'true'),
    ('default', 'label', 'typdefault', '''other'''),
    ('default, none', 'label', 'typdefault', 'NULL'),
    ('element', 'label', 'typelem', '''number''::regtype'),
    ('delimiter', 'number', 'typdelim', ''','''),
    ('collatable', 'number', 'typcollation', '100')
) AS m (attribute, type, field, other)
JOIN pg_type AS t ON typname = type AND typnamespace = 'types'::regnamespace;
