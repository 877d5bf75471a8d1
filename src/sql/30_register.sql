-- Registering models. Everything runs with the caller's rights: who may INSERT into the tables of the
-- models may register.

-- Without SET search_path, unlike every other function here: the caller's first schema is where unqualified
-- names of the DDL belong when nothing else says so. The C code resolves no name of its own under it.
CREATE FUNCTION schema_audit.register_ddl(model text, ddl text, version text = NULL, schemas text[] = NULL, annotations jsonb = NULL)
    RETURNS bigint
    LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'schema_audit_register_ddl';
COMMENT ON FUNCTION schema_audit.register_ddl IS 'registers the model that DDL describes, without changing or locking anything live; returns the number of objects';

CREATE FUNCTION schema_audit.register_schema(model text, schemas text[], version text = NULL, tenant_pattern text = NULL)
    RETURNS bigint
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'schema_audit_register_schema';
COMMENT ON FUNCTION schema_audit.register_schema IS 'registers live schemas as a model, NULL for all of them; with tenant_pattern the first stands for every schema of that pattern; returns the number of objects';

CREATE FUNCTION schema_audit.user_schemas() RETURNS TABLE (schema_name text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.nspname::text
    FROM pg_namespace AS n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend AS d
                        WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
    ORDER BY n.nspname COLLATE "C"
$$;
COMMENT ON FUNCTION schema_audit.user_schemas IS 'the schemas that neither the server nor an extension owns';

CREATE FUNCTION schema_audit.live_rows(schemas text[]) RETURNS TABLE (part text, item jsonb)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 10000 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'schema_audit_live_rows';
COMMENT ON FUNCTION schema_audit.live_rows IS 'internal: the rows that register_schema would store, and the tables that would hold them; governed_schemas as a list';

CREATE FUNCTION schema_audit.model_rows(model text) RETURNS TABLE (part text, item jsonb)
    LANGUAGE sql STABLE ROWS 10000 SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'model_table', to_jsonb(t) - 'model' FROM schema_audit.model_table AS t WHERE t.model = model_rows.model
    UNION ALL SELECT 'model_column', to_jsonb(t) - 'model' FROM schema_audit.model_column AS t WHERE t.model = model_rows.model
    UNION ALL SELECT 'model_constraint', to_jsonb(t) - 'model' FROM schema_audit.model_constraint AS t WHERE t.model = model_rows.model
    UNION ALL SELECT 'model_index', to_jsonb(t) - 'model' FROM schema_audit.model_index AS t WHERE t.model = model_rows.model
    UNION ALL SELECT 'model_object', to_jsonb(t) - 'model' FROM schema_audit.model_object AS t WHERE t.model = model_rows.model
    UNION ALL SELECT 'model', jsonb_build_object('kinds', m.kinds, 'whole_database', m.whole_database)
        FROM schema_audit.model AS m WHERE m.model = model_rows.model
$$;
COMMENT ON FUNCTION schema_audit.model_rows IS 'internal: the rows of a model, and the tables that hold them';

-- The rows without the keys that their place in the document says. Normal forms are those of a major version.
CREATE FUNCTION schema_audit.document_of(head jsonb, model text, schemas text[]) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    WITH rows AS MATERIALIZED (
        SELECT r.part, r.item FROM schema_audit.model_rows(document_of.model) AS r WHERE document_of.model IS NOT NULL
        UNION ALL
        SELECT r.part, r.item FROM schema_audit.live_rows(document_of.schemas) AS r WHERE document_of.model IS NULL
    ), parts AS MATERIALIZED (
        SELECT r.part, r.item ->> 'schema_name' AS schema_name, r.item ->> 'table_name' AS table_name,
            jsonb_agg(jsonb_strip_nulls(CASE r.part WHEN 'model_column' THEN '{"list": false}'::jsonb ELSE '{}' END || r.item - '{schema_name,table_name}'::text[])
                      ORDER BY (r.item ->> 'position')::integer,
                          coalesce(r.item ->> 'column_name', r.item ->> 'constraint_name', r.item ->> 'index_name') COLLATE "C") AS items
        FROM rows AS r
        WHERE r.part IN ('model_column', 'model_constraint', 'model_index')
        GROUP BY 1, 2, 3
    )
    SELECT jsonb_build_object('format', 'schema_audit/model', 'version', 1, 'server_version', current_setting('server_version_num')::integer / 10000)
        || jsonb_strip_nulls(document_of.head - 'annotations')
        || CASE WHEN jsonb_typeof(document_of.head -> 'annotations') = 'object' THEN jsonb_build_object('annotations', document_of.head -> 'annotations') ELSE '{}' END
        || (SELECT jsonb_strip_nulls(r.item) FROM rows AS r WHERE r.part = 'model')
        || coalesce((SELECT jsonb_build_object('governed_schemas', r.item) FROM rows AS r WHERE r.part = 'governed_schemas'), '{}')
        || jsonb_build_object(
        'tables', (
            SELECT coalesce(jsonb_agg(jsonb_strip_nulls('{"managed": true}' || t.item)
                || jsonb_build_object('columns', coalesce(c.items, '[]'), 'constraints', coalesce(k.items, '[]'), 'indexes', coalesce(i.items, '[]'))
                ORDER BY t.item ->> 'schema_name' COLLATE "C", t.item ->> 'table_name' COLLATE "C"), '[]')
            FROM rows AS t
            LEFT JOIN parts AS c ON (c.part, c.schema_name, c.table_name) = ('model_column', t.item ->> 'schema_name', t.item ->> 'table_name')
            LEFT JOIN parts AS k ON (k.part, k.schema_name, k.table_name) = ('model_constraint', t.item ->> 'schema_name', t.item ->> 'table_name')
            LEFT JOIN parts AS i ON (i.part, i.schema_name, i.table_name) = ('model_index', t.item ->> 'schema_name', t.item ->> 'table_name')
            WHERE t.part = 'model_table'),
        'objects', (
            SELECT coalesce(jsonb_agg(o.item ORDER BY o.item ->> 'kind' COLLATE "C", o.item ->> 'schema_name' COLLATE "C",
                                      o.item ->> 'table_name' COLLATE "C", o.item ->> 'object_name' COLLATE "C"), '[]')
            FROM rows AS o
            WHERE o.part = 'model_object'))
$$;
COMMENT ON FUNCTION schema_audit.document_of IS 'internal: used by model_json and snapshot_json';

CREATE FUNCTION schema_audit.model_json(model text) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT schema_audit.document_of(jsonb_build_object(
        'model', m.model,
        'model_version', m.version,
        'governed_schemas', m.governed_schemas,
        'tenant_pattern', m.tenant_pattern,
        'annotations', m.annotations), m.model, NULL)
    FROM schema_audit.model AS m
    WHERE m.model = model_json.model
$$;
COMMENT ON FUNCTION schema_audit.model_json IS 'a registered model as one document, the same for the same model; register_json takes it again; NULL when there is none';

CREATE FUNCTION schema_audit.snapshot_json(schemas text[]) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT schema_audit.document_of('{}', NULL, schemas)
$$;
COMMENT ON FUNCTION schema_audit.snapshot_json IS 'live schemas as a document in the form of model_json, NULL for all of them; stores nothing';

CREATE FUNCTION schema_audit.unregister(model text) RETURNS boolean
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO schema_audit.model_history (model, version, registered_at, registered_by, document)
    SELECT m.model, m.version, m.registered_at, m.registered_by, schema_audit.model_json(m.model)
    FROM schema_audit.model AS m
    WHERE m.model = unregister.model
    FOR UPDATE;
    -- Not left to the triggers alone: a restore may have lost the model and kept its rows.
    WITH columns AS (DELETE FROM schema_audit.model_column AS t WHERE t.model = unregister.model RETURNING t.model),
        constraints AS (DELETE FROM schema_audit.model_constraint AS t WHERE t.model = unregister.model RETURNING t.model),
        indexes AS (DELETE FROM schema_audit.model_index AS t WHERE t.model = unregister.model RETURNING t.model),
        objects AS (DELETE FROM schema_audit.model_object AS t WHERE t.model = unregister.model RETURNING t.model),
        tables AS (DELETE FROM schema_audit.model_table AS t WHERE t.model = unregister.model RETURNING t.model),
        models AS (DELETE FROM schema_audit.model AS m WHERE m.model = unregister.model RETURNING m.model)
    SELECT EXISTS (SELECT FROM models) OR EXISTS (SELECT FROM tables) OR EXISTS (SELECT FROM objects) OR EXISTS (SELECT FROM columns)
        OR EXISTS (SELECT FROM constraints) OR EXISTS (SELECT FROM indexes)
$$;
COMMENT ON FUNCTION schema_audit.unregister IS 'removes a model, keeping it in model_history; false when there was none';

-- The row of the model, empty; what it replaces goes to the history. Two sessions that register the same
-- model wait for each other.
CREATE FUNCTION schema_audit.begin_registration(model text, version text, source text, governed_schemas text[], annotations jsonb, tenant_pattern text) RETURNS void
    LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_advisory_xact_lock('schema_audit.model'::regclass::integer, hashtext(model));
    SELECT schema_audit.unregister(model);
    INSERT INTO schema_audit.model (model, version, source, governed_schemas, annotations, tenant_pattern)
    VALUES (begin_registration.model, begin_registration.version, begin_registration.source,
            begin_registration.governed_schemas, begin_registration.annotations, begin_registration.tenant_pattern)
$$;
COMMENT ON FUNCTION schema_audit.begin_registration IS 'internal: used by register_ddl, register_schema and register_json';

-- The first thing that is wrong with the document of a model, as "path: what it must be"; NULL when nothing is. What
-- its parts may hold are the columns of the tables that will hold them.
CREATE FUNCTION schema_audit.document_problem(document jsonb) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    WITH known (part, key, type, needed) AS MATERIALIZED (
        SELECT c.relname::text, a.attname::text,
            CASE t.typcategory WHEN 'A' THEN 'array' WHEN 'B' THEN 'boolean' WHEN 'N' THEN 'number' WHEN 'U' THEN 'object' ELSE 'string' END,
            a.attnotnull AND NOT a.atthasdef
        FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type AS t ON t.oid = a.atttypid
        WHERE c.relnamespace = 'schema_audit'::regnamespace AND a.attname <> 'model'
            AND (c.relname IN ('model_table', 'model_object')
                OR c.relname IN ('model_column', 'model_constraint', 'model_index') AND a.attname NOT IN ('schema_name', 'table_name'))
        UNION ALL
        VALUES ('document', 'format', 'string', true), ('document', 'version', 'number', true), ('document', 'server_version', 'number', false),
            ('document', 'model', 'string', false), ('document', 'model_version', 'string', false),
            ('document', 'governed_schemas', 'array', false), ('document', 'tenant_pattern', 'string', false),
            ('document', 'kinds', 'array', false), ('document', 'whole_database', 'boolean', false),
            ('document', 'annotations', 'object', false), ('document', 'tables', 'array', false), ('document', 'objects', 'array', false),
            ('model_table', 'columns', 'array', false), ('model_table', 'constraints', 'array', false), ('model_table', 'indexes', 'array', false)
    ), tables AS MATERIALIZED (
        SELECT format('tables[%s]', t.number - 1) AS path, t.item
        FROM jsonb_array_elements(CASE jsonb_typeof(document -> 'tables') WHEN 'array' THEN document -> 'tables' ELSE '[]' END) WITH ORDINALITY AS t (item, number)
    ), places (path, part, item) AS (
        SELECT '', 'document', document
        UNION ALL SELECT path, 'model_table', item FROM tables
        UNION ALL
        SELECT format('%s.%s[%s]', t.path, l.list, e.number - 1), l.part, e.item
        FROM tables AS t, (VALUES ('columns', 'model_column'), ('constraints', 'model_constraint'), ('indexes', 'model_index')) AS l (list, part),
            jsonb_array_elements(CASE jsonb_typeof(t.item -> l.list) WHEN 'array' THEN t.item -> l.list ELSE '[]' END) WITH ORDINALITY AS e (item, number)
        UNION ALL
        SELECT format('objects[%s]', o.number - 1), 'model_object', o.item
        FROM jsonb_array_elements(CASE jsonb_typeof(document -> 'objects') WHEN 'array' THEN document -> 'objects' ELSE '[]' END) WITH ORDINALITY AS o (item, number)
    ), problems (path, problem) AS (
        SELECT coalesce(nullif(p.path, ''), 'document'), 'must be an object'
        FROM places AS p
        WHERE jsonb_typeof(p.item) <> 'object'
        UNION ALL
        SELECT concat_ws('.', nullif(p.path, ''), given.key), 'is no key of a model; here are known: ' || (
            SELECT string_agg(known.key, ', ') FROM known WHERE known.part = p.part)
        FROM places AS p, jsonb_object_keys(CASE jsonb_typeof(p.item) WHEN 'object' THEN p.item ELSE '{}' END) AS given (key)
        WHERE NOT EXISTS (SELECT FROM known WHERE known.part = p.part AND known.key = given.key)
        UNION ALL
        SELECT concat_ws('.', nullif(p.path, ''), known.key),
            CASE WHEN coalesce(jsonb_typeof(p.item -> known.key), 'null') = 'null' THEN 'is needed' ELSE format('must be of type %s', known.type) END
        FROM places AS p
        JOIN known USING (part)
        WHERE jsonb_typeof(p.item) = 'object'
            AND (jsonb_typeof(p.item -> known.key) NOT IN (known.type, 'null') OR known.needed AND coalesce(jsonb_typeof(p.item -> known.key), 'null') = 'null')
        UNION ALL
        SELECT 'format', 'must be "schema_audit/model"' WHERE document ->> 'format' <> 'schema_audit/model'
        UNION ALL
        SELECT 'version', 'must be 1, the version of the format; a later one needs a later schema_audit'
        WHERE jsonb_typeof(document -> 'version') = 'number' AND document -> 'version' <> '1'
    )
    SELECT path || ': ' || problem FROM problems ORDER BY path COLLATE "C", problem LIMIT 1
$$;
COMMENT ON FUNCTION schema_audit.document_problem IS 'internal: what is wrong with a document for register_json, and where';

-- What lies in a list of each table, with the keys that its place says.
CREATE FUNCTION schema_audit.document_parts(document jsonb, list text) RETURNS SETOF jsonb
    LANGUAGE sql IMMUTABLE ROWS 1000 SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_strip_nulls(part.item) || jsonb_build_object('schema_name', t.item -> 'schema_name', 'table_name', t.item -> 'table_name')
    FROM jsonb_array_elements(nullif(document -> 'tables', 'null')) AS t (item), jsonb_array_elements(nullif(t.item -> list, 'null')) AS part (item)
$$;
COMMENT ON FUNCTION schema_audit.document_parts IS 'internal: used by register_json';

-- What a document does not say is as in a row that does not say it either: a test holds these against the defaults of
-- the tables.
CREATE FUNCTION schema_audit.register_json(model text, document jsonb, version text DEFAULT NULL) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    problem text := schema_audit.document_problem(document);
    -- Normal forms of another major version may be spelled differently: the audit makes its own.
    foreign_forms CONSTANT text[] := CASE WHEN document -> 'server_version' = to_jsonb(current_setting('server_version_num')::integer / 10000)
        THEN '{}' ELSE '{default_normal,expression_normal,predicate_normal}'::text[] END;
    unknown text[];
    objects bigint;
BEGIN
    IF coalesce(model, '') = '' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'a model needs a name', HINT = 'Pass the model''s name as the first argument.';
    ELSIF document IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = 'there is no document',
            HINT = 'Take one from a database that has it: SELECT schema_audit.snapshot_json(''{public}'');';
    ELSIF problem IS NOT NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = 'malformed document of a model', DETAIL = problem,
            HINT = 'The format is described in the user guide under register_json.';
    END IF;
    problem := schema_audit.annotation_problem(document -> 'annotations');
    IF problem IS NOT NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = 'malformed annotations', DETAIL = problem,
            HINT = 'The format is described in the user guide under annotations.';
    END IF;
    PERFORM schema_audit.begin_registration(model, coalesce(version, document ->> 'model_version'), 'json',
        ARRAY(SELECT jsonb_array_elements_text(nullif(document -> 'governed_schemas', 'null'))),
        nullif(document -> 'annotations', 'null'), document ->> 'tenant_pattern');
    UPDATE schema_audit.model AS m
    SET kinds = CASE WHEN document -> 'kinds' <> 'null' THEN ARRAY(SELECT jsonb_array_elements_text(document -> 'kinds')) END,
        whole_database = coalesce((document -> 'whole_database')::boolean, false)
    WHERE m.model = model;
    INSERT INTO schema_audit.model_table
    SELECT r.*
    FROM jsonb_array_elements(nullif(document -> 'tables', 'null')) AS t (item),
        jsonb_populate_record(NULL::schema_audit.model_table, '{"kind": "table", "managed": true}'
            || jsonb_strip_nulls(t.item - '{columns,constraints,indexes}'::text[]) || jsonb_build_object('model', model)) AS r;
    INSERT INTO schema_audit.model_column
    SELECT r.*
    FROM schema_audit.document_parts(document, 'columns') AS part, jsonb_populate_record(NULL::schema_audit.model_column,
        '{"not_null": false, "owns_sequence": false, "list": false}' || (part - foreign_forms) || jsonb_build_object('model', model)) AS r;
    INSERT INTO schema_audit.model_constraint
    SELECT r.*
    FROM schema_audit.document_parts(document, 'constraints') AS part, jsonb_populate_record(NULL::schema_audit.model_constraint,
        '{"columns": [], "on_update": "no action", "on_delete": "no action", "match_type": "simple", "is_deferrable": false,
          "initially_deferred": false, "validated": true, "no_inherit": false, "nulls_not_distinct": false}'
        || (part - foreign_forms) || jsonb_build_object('model', model)) AS r;
    INSERT INTO schema_audit.model_index
    SELECT r.*
    FROM schema_audit.document_parts(document, 'indexes') AS part, jsonb_populate_record(NULL::schema_audit.model_index,
        '{"method": "btree", "is_unique": false, "nulls_not_distinct": false, "include": []}'
        || (part - foreign_forms) || jsonb_build_object('model', model)) AS r;
    INSERT INTO schema_audit.model_object
    SELECT r.*
    FROM jsonb_array_elements(nullif(document -> 'objects', 'null')) AS o (item),
        jsonb_populate_record(NULL::schema_audit.model_object, '{"schema_name": "", "table_name": "", "definition": {}}'
            || jsonb_strip_nulls(o.item) || jsonb_build_object('model', model)) AS r;
    unknown := ARRAY(SELECT schema_audit.apply_annotations(model));
    IF unknown <> '{}' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('%s %s nothing that the document has', cardinality(unknown),
                             CASE cardinality(unknown) WHEN 1 THEN 'annotation names' ELSE 'annotations name' END),
            DETAIL = array_to_string(unknown[:20], ', ') || CASE WHEN cardinality(unknown) > 20 THEN format(' and %s more', cardinality(unknown) - 20) ELSE '' END,
            HINT = 'Take document and annotations from the same models.';
    END IF;
    SELECT (SELECT count(*) FROM schema_audit.model_table AS t WHERE t.model = model)
        + (SELECT count(*) FROM schema_audit.model_constraint AS t WHERE t.model = model)
        + (SELECT count(*) FROM schema_audit.model_index AS t WHERE t.model = model)
        + (SELECT count(*) FROM schema_audit.model_object AS t WHERE t.model = model AND t.kind <> 'schema') INTO objects;
    RETURN objects;
END
$$;
COMMENT ON FUNCTION schema_audit.register_json IS 'registers the model that a document of model_json or snapshot_json describes; returns the number of objects';

-- The first thing that is wrong with annotations, as "path: what it must be"; NULL when nothing is. Compiling the
-- query takes a hundred times as long as running it.
CREATE FUNCTION schema_audit.annotation_problem(annotations jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
    -- What is not official is of the early form, whose "version" was that of the ORM.
    WITH known (place, key, type, official) AS (VALUES
        (1, 'format', 'string', true), (1, 'version', NULL, true), (1, 'source', 'object', true), (1, 'search_path', 'array', true),
        (1, 'migrations', 'array', true), (1, 'tables', 'object', true), (1, 'orm', 'string', false),
        (2, 'unit', 'string', true), (2, 'models', 'array', true), (2, 'managed', 'boolean', true), (2, 'file', 'string', true),
        (2, 'line', 'number', true), (2, 'columns', 'object', true), (2, 'app', 'string', false),
        (3, 'client_default', 'object', true), (3, 'on_update', 'boolean', true), (3, 'choices', 'array', true), (3, 'list', 'boolean', true),
        (3, 'db_constraint', 'boolean', true), (3, 'on_delete', 'string', true), (3, 'default', 'string', false),
        (3, 'default_sql', 'string', false), (3, 'implicit_default', 'string', false), (3, 'onupdate', 'boolean', false),
        (4, 'kind', 'string', true), (4, 'sql', 'string', true), (4, 'name', 'string', true),
        (5, 'orm', 'string', true), (5, 'orm_version', 'string', true), (5, 'revision', 'string', true),
        (6, 'tool', 'string', true), (6, 'unit', 'string', true), (6, 'name', 'string', true)
    ), tables AS (
        SELECT format('tables.%s', t.key) AS path, t.value
        FROM jsonb_each(CASE jsonb_typeof(annotations -> 'tables') WHEN 'object' THEN annotations -> 'tables' ELSE '{}' END) AS t
    ), columns AS (
        SELECT format('%s.columns.%s', t.path, c.key) AS path, c.value
        FROM tables AS t, jsonb_each(CASE jsonb_typeof(t.value -> 'columns') WHEN 'object' THEN t.value -> 'columns' ELSE '{}' END) AS c
    ), places (place, path, value) AS (
        SELECT 1, '', annotations
        UNION ALL SELECT 2, path || '.', value FROM tables
        UNION ALL SELECT 3, path || '.', value FROM columns
        UNION ALL SELECT 4, path || '.client_default.', value -> 'client_default' FROM columns WHERE value ? 'client_default'
        UNION ALL SELECT 5, 'source.', annotations -> 'source'
        UNION ALL SELECT 6, format('migrations[%s].', m.number - 1), m.item
        FROM jsonb_array_elements(CASE jsonb_typeof(annotations -> 'migrations') WHEN 'array' THEN annotations -> 'migrations' ELSE '[]' END)
            WITH ORDINALITY AS m (item, number)
    ), problems (path, problem) AS (
        SELECT coalesce(nullif(rtrim(path, '.'), ''), 'annotations'), 'must be an object'
        FROM places
        WHERE jsonb_typeof(value) <> 'object' AND place < 5
        UNION ALL
        SELECT p.path || given.key, 'is no key of annotations; here are known: ' || (
            SELECT string_agg(known.key, ', ') FROM known WHERE known.place = p.place AND known.official)
        FROM places AS p, jsonb_object_keys(CASE jsonb_typeof(p.value) WHEN 'object' THEN p.value ELSE '{}' END) AS given (key)
        WHERE NOT EXISTS (SELECT FROM known WHERE known.place = p.place AND known.key = given.key)
        UNION ALL
        SELECT p.path || known.key, format('must be of type %s', known.type)
        FROM places AS p
        JOIN known USING (place)
        WHERE jsonb_typeof(p.value) = 'object' AND jsonb_typeof(p.value -> known.key) NOT IN (known.type, 'null')
        UNION ALL
        SELECT 'format', 'must be "schema_audit/annotations"'
        WHERE annotations ->> 'format' <> 'schema_audit/annotations'
        UNION ALL
        SELECT 'version', 'must be 1, the version of the format'
        WHERE annotations -> 'version' NOT IN ('1', 'null') AND NOT annotations ? 'orm'
        UNION ALL
        SELECT path || 'kind', 'must be "constant", "callable" or "auto"'
        FROM places
        WHERE place = 4 AND jsonb_typeof(value) = 'object' AND coalesce(value ->> 'kind', '') NOT IN ('constant', 'callable', 'auto')
        UNION ALL
        SELECT path || 'sql', 'is needed for a constant'
        FROM places
        WHERE place = 4 AND value ->> 'kind' = 'constant' AND value ->> 'sql' IS NULL
        UNION ALL
        SELECT path || 'line', 'must be a positive whole number'
        FROM places
        WHERE place = 2 AND jsonb_typeof(value -> 'line') = 'number'
            AND ((value ->> 'line')::numeric NOT BETWEEN 1 AND 2147483647 OR (value ->> 'line')::numeric % 1 <> 0)
        UNION ALL
        SELECT path, 'must name a table that is not managed, in 1 to 63 bytes, with or without its schema'
        FROM tables AS t,
            LATERAL (SELECT substr(t.path, length('tables.') + 1) AS key) AS k,
            LATERAL (SELECT strpos(substr(k.key, 2), '.') + 1 AS dot) AS d
        WHERE jsonb_typeof(t.value) = 'object' AND t.value -> 'managed' = 'false'
            AND (octet_length(CASE WHEN d.dot > 1 THEN substr(k.key, d.dot + 1) ELSE k.key END) NOT BETWEEN 1 AND 63
                OR d.dot > 1 AND octet_length(substr(k.key, 1, d.dot - 1)) > 63)
        UNION ALL
        SELECT 'search_path', 'must hold names of schemas'
        FROM jsonb_array_elements(CASE jsonb_typeof(annotations -> 'search_path') WHEN 'array' THEN annotations -> 'search_path' ELSE '[]' END) AS s (item)
        WHERE jsonb_typeof(item) <> 'string' OR item = '""'
        UNION ALL
        SELECT format('migrations[%s]', number - 1), 'must be an object with texts "tool" and "name"'
        FROM jsonb_array_elements(CASE jsonb_typeof(annotations -> 'migrations') WHEN 'array' THEN annotations -> 'migrations' ELSE '[]' END)
            WITH ORDINALITY AS m (item, number)
        WHERE jsonb_typeof(item) <> 'object' OR jsonb_typeof(item -> 'tool') IS DISTINCT FROM 'string'
            OR jsonb_typeof(item -> 'name') IS DISTINCT FROM 'string'
    )
    SELECT path || ': ' || problem FROM problems ORDER BY path COLLATE "C", problem LIMIT 1
$$;
COMMENT ON FUNCTION schema_audit.annotation_problem IS 'internal: what is wrong with annotations, and where';

-- The tables that the annotations of a model speak of, found or not: by "schema.table", or by "table" in the
-- first schema of the search path that has it.
CREATE FUNCTION schema_audit.annotated_tables(model text)
    RETURNS TABLE (key text, value jsonb, schema_name text, table_name text, default_schema text)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH registered AS (
        SELECT m.model, nullif(m.annotations -> 'tables', 'null') AS tables, p.path
        FROM schema_audit.model AS m,
            LATERAL (SELECT array_agg(s.name ORDER BY s.number) AS path
                     FROM jsonb_array_elements_text(nullif(m.annotations -> 'search_path', 'null')) WITH ORDINALITY AS s (name, number)) AS a,
            LATERAL (SELECT coalesce(a.path, m.governed_schemas) AS path) AS p
        WHERE m.model = annotated_tables.model
    ), spelled AS (
        SELECT s.spelling, s.rank, t.schema_name, t.table_name, array_position(r.path, t.schema_name::text) AS position
        FROM registered AS r
        JOIN schema_audit.model_table AS t USING (model),
            LATERAL (VALUES (t.table_name::text, 1), (quote_ident(t.table_name), 2), (t.schema_name || '.' || t.table_name, 3),
                            (quote_ident(t.schema_name) || '.' || quote_ident(t.table_name), 4)) AS s (spelling, rank)
    )
    SELECT DISTINCT ON (a.key) a.key, a.value, s.schema_name, s.table_name, r.path[1]
    FROM registered AS r
    CROSS JOIN jsonb_each(r.tables) AS a
    LEFT JOIN spelled AS s ON s.spelling = a.key
    ORDER BY a.key, s.rank, s.position, s.schema_name
$$;
COMMENT ON FUNCTION schema_audit.annotated_tables IS 'internal: annotations of tables beside the tables that they name';

-- Writes the annotations of a model into its rows and returns the names that the model does not have. A table
-- that the ORM does not manage has no DDL: it becomes a row of its own, so that its existence is known.
-- The early names of keys are understood as well: "app", "default", "default_sql", "implicit_default".
CREATE FUNCTION schema_audit.apply_annotations(model text) RETURNS SETOF text
    LANGUAGE sql VOLATILE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO schema_audit.model_table (model, schema_name, table_name, managed)
    SELECT apply_annotations.model, CASE WHEN a.key LIKE '_%.%' THEN split_part(a.key, '.', 1) ELSE a.default_schema END,
        CASE WHEN a.key LIKE '_%.%' THEN substr(a.key, strpos(a.key, '.') + 1) ELSE a.key END, false
    FROM schema_audit.annotated_tables(apply_annotations.model) AS a
    WHERE a.table_name IS NULL AND a.value -> 'managed' = 'false';

    UPDATE schema_audit.model_table AS t
    SET app = coalesce(a.value ->> 'unit', a.value ->> 'app'),
        managed = coalesce((a.value ->> 'managed')::boolean, true),
        file = a.value ->> 'file',
        line = (a.value ->> 'line')::integer
    FROM schema_audit.annotated_tables(apply_annotations.model) AS a
    WHERE (t.model, t.schema_name, t.table_name) = (apply_annotations.model, a.schema_name, a.table_name);

    UPDATE schema_audit.model_column AS t
    SET client_default_kind = d.kind,
        client_default = CASE d.kind WHEN 'constant' THEN
            coalesce(c.value -> 'client_default' ->> 'sql', c.value ->> 'default_sql', c.value ->> 'implicit_default') END,
        choices = (SELECT array_agg(CASE jsonb_typeof(item) WHEN 'array' THEN item ->> 0 ELSE item #>> '{}' END ORDER BY number)
                   FROM jsonb_array_elements(nullif(c.value -> 'choices', 'null')) WITH ORDINALITY AS choice (item, number)),
        list = coalesce((c.value ->> 'list')::boolean, false)
    FROM schema_audit.annotated_tables(apply_annotations.model) AS a,
        jsonb_each(nullif(a.value -> 'columns', 'null')) AS c,
        LATERAL (SELECT CASE
            WHEN jsonb_typeof(c.value -> 'client_default') = 'object' THEN c.value -> 'client_default' ->> 'kind'
            WHEN c.value ->> 'default_sql' IS NOT NULL THEN 'constant'
            WHEN c.value ->> 'implicit_default' = 'auto' THEN 'auto'
            WHEN c.value ->> 'implicit_default' IS NOT NULL THEN 'constant'
            WHEN c.value ->> 'default' IS NOT NULL THEN 'callable' END AS kind) AS d
    WHERE (t.model, t.schema_name, t.table_name, t.column_name) = (apply_annotations.model, a.schema_name, a.table_name, c.key);

    SELECT name
    FROM (
        SELECT a.key AS name
        FROM schema_audit.annotated_tables(apply_annotations.model) AS a
        WHERE a.table_name IS NULL
        UNION ALL
        SELECT a.key || '.' || c.key
        FROM schema_audit.annotated_tables(apply_annotations.model) AS a,
            jsonb_each(nullif(a.value -> 'columns', 'null')) AS c
        WHERE a.table_name IS NOT NULL AND a.value -> 'managed' IS DISTINCT FROM 'false'
            AND NOT EXISTS (SELECT FROM schema_audit.model_column AS t
                            WHERE (t.model, t.schema_name, t.table_name, t.column_name) = (apply_annotations.model, a.schema_name, a.table_name, c.key))
    ) AS missing
    ORDER BY name COLLATE "C"
$$;
COMMENT ON FUNCTION schema_audit.apply_annotations IS 'internal: used by register_ddl and register_json';
