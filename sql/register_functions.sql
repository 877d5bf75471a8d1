-- Functions whose library is not installed where the model is registered, and settings FROM CURRENT.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA routines;
RESET client_min_messages;
\set SHOW_CONTEXT never
SELECT schema_audit.register_ddl('routines', $ddl$
CREATE FUNCTION routines.distance(a integer, OUT b integer) LANGUAGE c IMMUTABLE AS '$libdir/not_installed_here', 'measure';
CREATE FUNCTION routines.named_alike(integer) RETURNS integer LANGUAGE c AS '$libdir/not_installed_here';
CREATE TABLE routines.place (a integer DEFAULT routines.named_alike(1), CHECK (routines.distance(a) > 0));
CREATE INDEX place_distance ON routines.place (routines.distance(a));
COMMENT ON FUNCTION routines.distance(integer) IS 'how far';
SET search_path = pg_catalog, routines;
CREATE FUNCTION routines.here() RETURNS integer LANGUAGE sql SET search_path FROM CURRENT AS 'SELECT 1';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION routines.nowhere() RETURNS integer LANGUAGE sql SET search_path FROM CURRENT AS 'SELECT 1';
$ddl$, schemas => '{routines}');
SELECT object_name, definition->>'language' AS language, definition->>'library' AS library, definition->>'body' AS body, definition->>'settings' AS settings
FROM schema_audit.model_object WHERE model = 'routines' AND kind = 'function' ORDER BY object_name COLLATE "C";
SELECT default_expression FROM schema_audit.model_column WHERE model = 'routines';
-- nothing of it was ever made here
SELECT count(*) FROM pg_proc WHERE probin LIKE '%not_installed_here';
CREATE FUNCTION routines.distance(a integer, OUT b integer) LANGUAGE sql IMMUTABLE AS 'SELECT 1';
SELECT rule, object_name, expected, actual FROM audit_schema('{routines}') WHERE object_type = 'function' ORDER BY object_name;
SET search_path = pg_catalog, routines;
CREATE FUNCTION routines.here() RETURNS integer LANGUAGE sql SET search_path FROM CURRENT AS 'SELECT 1';
RESET search_path;
SELECT rule, object_name FROM audit_schema('{routines}') WHERE object_type = 'function' ORDER BY object_name;
SELECT schema_audit.unregister('routines');
SET client_min_messages = warning;
DROP SCHEMA routines CASCADE;
