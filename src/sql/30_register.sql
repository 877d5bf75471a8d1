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

-- The stored rows without the keys that their place in the document says.
CREATE FUNCTION schema_audit.model_json(model text) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'format', 'schema_audit/model',
        'version', 1,
        'model', m.model,
        'model_version', m.version,
        'governed_schemas', to_jsonb(m.governed_schemas),
        'tenant_pattern', m.tenant_pattern))
        || CASE WHEN m.annotations IS NULL THEN '{}' ELSE jsonb_build_object('annotations', m.annotations) END
        || jsonb_build_object(
        'tables', (
            SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(t) - 'model')
                || jsonb_build_object(
                'columns', (
                    SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(c) - key.names) ORDER BY c.position, c.column_name COLLATE "C"), '[]')
                    FROM schema_audit.model_column AS c
                    WHERE (c.model, c.schema_name, c.table_name) = (t.model, t.schema_name, t.table_name)),
                'constraints', (
                    SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(c) - key.names) ORDER BY c.constraint_name COLLATE "C"), '[]')
                    FROM schema_audit.model_constraint AS c
                    WHERE (c.model, c.schema_name, c.table_name) = (t.model, t.schema_name, t.table_name)),
                'indexes', (
                    SELECT coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(i) - key.names) ORDER BY i.index_name COLLATE "C"), '[]')
                    FROM schema_audit.model_index AS i
                    WHERE (i.model, i.schema_name, i.table_name) = (t.model, t.schema_name, t.table_name)))
                ORDER BY t.schema_name COLLATE "C", t.table_name COLLATE "C"), '[]')
            FROM schema_audit.model_table AS t
            WHERE t.model = m.model),
        'objects', (
            SELECT coalesce(jsonb_agg(to_jsonb(o) - 'model' ORDER BY o.kind, o.schema_name COLLATE "C", o.object_name COLLATE "C"), '[]')
            FROM schema_audit.model_object AS o
            WHERE o.model = m.model))
    FROM schema_audit.model AS m, (VALUES ('{model,schema_name,table_name}'::text[])) AS key (names)
    WHERE m.model = model_json.model
$$;
COMMENT ON FUNCTION schema_audit.model_json IS 'a registered model as one document, the same for the same model; NULL when there is none';

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
