-- What run.py asks of a database, as functions of the session: nothing of them is in the database that is audited.
SET client_min_messages = error;

-- The schemas of the database, and its relations, that neither the server nor an extension owns.
CREATE VIEW pg_temp.user_schema AS
    SELECT n.oid, n.nspname AS name
    FROM pg_catalog.pg_namespace AS n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.objid = n.oid AND d.deptype = 'e');
CREATE FUNCTION pg_temp.of_extension(class regclass, object oid) RETURNS boolean
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = class AND d.objid = object AND d.deptype = 'e')
$$;
CREATE VIEW pg_temp.user_table AS
    SELECT c.oid, s.name AS schema_name, c.relname AS table_name, c.relispartition AS is_partition, c.relkind AS kind,
        pg_catalog.format('%I.%I', s.name, c.relname) AS name
    FROM pg_catalog.pg_class AS c
    JOIN pg_temp.user_schema AS s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f') AND NOT pg_temp.of_extension('pg_catalog.pg_class', c.oid);

-- DEFAULT NULL, with whatever casts, is none; unless it keeps the default of a domain away.
CREATE FUNCTION pg_temp.is_null_default(attribute_default oid) RETURNS boolean
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_get_expr(d.adbin, d.adrelid) ~ '^[(]*NULL::' AND t.typdefault IS NULL
    FROM pg_attrdef AS d
    JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    JOIN pg_type AS t ON t.oid = a.atttypid
    WHERE d.oid = attribute_default
$$;
CREATE FUNCTION pg_temp.all_schemas() RETURNS text[]
    -- a percent sign would make a pattern of it
    LANGUAGE sql AS $$SELECT pg_catalog.array_agg(pg_catalog.replace(name::text, '%', E'\\%') ORDER BY name) FROM pg_temp.user_schema$$;

-- What the catalogs hold, counted without the extension.
CREATE VIEW pg_temp.catalog_count AS
    SELECT 'tables' AS what, pg_catalog.count(*) AS objects FROM pg_temp.user_table
    UNION ALL
    SELECT 'columns', pg_catalog.count(*)
    FROM pg_temp.user_table AS t
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'defaults', pg_catalog.count(*)
    FROM pg_temp.user_table AS t
    JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = t.oid
    WHERE NOT pg_temp.is_null_default(d.oid)
    UNION ALL
    SELECT CASE c.contype WHEN 'p' THEN 'primary keys' WHEN 'u' THEN 'unique constraints' WHEN 'f' THEN 'foreign keys'
                          WHEN 'c' THEN 'check constraints' ELSE 'exclusion constraints' END, pg_catalog.count(*)
    FROM pg_temp.user_table AS t
    JOIN pg_catalog.pg_constraint AS c ON c.conrelid = t.oid
    -- those that a partition has from its parent are told there
    WHERE c.contype IN ('p', 'u', 'f', 'c', 'x') AND c.conparentid = 0 AND NOT (t.is_partition AND NOT c.conislocal)
    GROUP BY c.contype
    UNION ALL
    SELECT 'indexes', pg_catalog.count(*)
    FROM pg_temp.user_table AS t
    JOIN pg_catalog.pg_index AS i ON i.indrelid = t.oid
    JOIN pg_catalog.pg_class AS r ON r.oid = i.indexrelid
    WHERE NOT r.relispartition
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'));

CREATE FUNCTION pg_temp.model_count(model text) RETURNS TABLE (what text, objects bigint)
    LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'tables', count(*) FROM schema_audit.model_table AS m WHERE m.model = model_count.model
    UNION ALL
    SELECT 'columns', count(*) FROM schema_audit.model_column AS m WHERE m.model = model_count.model
    UNION ALL
    SELECT 'defaults', count(m.default_expression) FROM schema_audit.model_column AS m WHERE m.model = model_count.model
    UNION ALL
    SELECT CASE kind WHEN 'primary key' THEN 'primary keys' ELSE kind || (CASE kind WHEN 'foreign key' THEN 's' ELSE ' constraints' END) END, count(*)
    FROM schema_audit.model_constraint AS m
    WHERE m.model = model_count.model
    GROUP BY kind
    UNION ALL
    SELECT 'indexes', count(*) FROM schema_audit.model_index AS m WHERE m.model = model_count.model
$$;
CREATE FUNCTION pg_temp.wrong_counts(model text) RETURNS TABLE (what text, in_model bigint, in_catalogs bigint)
    LANGUAGE sql AS $$
    SELECT what, coalesce(m.objects, 0), coalesce(c.objects, 0)
    FROM pg_temp.model_count(wrong_counts.model) AS m
    FULL JOIN pg_temp.catalog_count AS c USING (what)
    WHERE coalesce(m.objects, 0) <> coalesce(c.objects, 0)
$$;

-- What two models hold differently many of, apart from what lies in no schema: one of schemas does not describe it.
CREATE FUNCTION pg_temp.objects_in(model text) RETURNS TABLE (kind text, objects bigint)
    LANGUAGE sql AS $$
    SELECT kind, pg_catalog.count(*)
    FROM schema_audit.model_object AS m
    WHERE m.model = objects_in.model AND schema_name <> '' AND kind <> 'default privileges'  -- pg_dump --no-privileges
    GROUP BY kind
$$;
CREATE FUNCTION pg_temp.unlike(one text, other text) RETURNS TABLE (kind text, in_one bigint, in_other bigint)
    LANGUAGE sql AS $$
    SELECT kind, coalesce(a.objects, 0), coalesce(b.objects, 0)
    FROM pg_temp.objects_in(one) AS a
    FULL JOIN pg_temp.objects_in(other) AS b USING (kind)
    WHERE coalesce(a.objects, 0) <> coalesce(b.objects, 0)
$$;

-- The findings, and of each what a reader needs to see what is wrong with it.
CREATE FUNCTION pg_temp.findings(models text[]) RETURNS TABLE (finding json)
    LANGUAGE sql AS $$
    SELECT pg_catalog.json_strip_nulls(pg_catalog.json_build_object('rule', rule, 'schema', schema_name, 'table', table_name, 'type', object_type,
        'object', object_name, 'expected', expected, 'actual', actual, 'message', message))
    FROM public.audit_schema(models => findings.models, min_severity => 'info')
    LIMIT 40
$$;

-- Objects that are no tables, by the kinds that models know, and as DROP names them; without those that come and go
-- with another: the sequence of an identity column, what an extension has made.
CREATE VIEW pg_temp.owned_object AS
WITH address AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS class, c.oid, c.relnamespace AS name_space
    FROM pg_catalog.pg_class AS c
    WHERE c.relkind IN ('v', 'm')
        OR c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                           AND d.objid = c.oid AND d.refobjsubid > 0 AND d.deptype = 'i')
    UNION ALL
    SELECT 'pg_catalog.pg_type', t.oid, t.typnamespace
    FROM pg_catalog.pg_type AS t
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
    -- not those of arrays, tables and multiranges
    WHERE t.typtype IN ('d', 'r', 'e') OR t.typtype = 'b' AND t.typcategory <> 'A' OR c.relkind = 'c'
    UNION ALL
    SELECT 'pg_catalog.pg_proc', p.oid, p.pronamespace
    FROM pg_catalog.pg_proc AS p
    -- those of a range come with it
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'i')
    UNION ALL
    SELECT 'pg_catalog.pg_trigger', g.oid, c.relnamespace
    FROM pg_catalog.pg_trigger AS g
    JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid
    WHERE NOT g.tgisinternal AND g.tgparentid = 0
    UNION ALL
    SELECT 'pg_catalog.pg_policy', p.oid, c.relnamespace
    FROM pg_catalog.pg_policy AS p
    JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
    UNION ALL
    SELECT 'pg_catalog.pg_rewrite', w.oid, c.relnamespace
    FROM pg_catalog.pg_rewrite AS w
    JOIN pg_catalog.pg_class AS c ON c.oid = w.ev_class
    WHERE w.rulename <> '_RETURN'
    UNION ALL SELECT 'pg_catalog.pg_operator', oid, oprnamespace FROM pg_catalog.pg_operator WHERE oprcode <> 0
    UNION ALL SELECT 'pg_catalog.pg_opclass', oid, opcnamespace FROM pg_catalog.pg_opclass
    UNION ALL SELECT 'pg_catalog.pg_opfamily', oid, opfnamespace FROM pg_catalog.pg_opfamily
    UNION ALL SELECT 'pg_catalog.pg_collation', oid, collnamespace FROM pg_catalog.pg_collation
    UNION ALL SELECT 'pg_catalog.pg_conversion', oid, connamespace FROM pg_catalog.pg_conversion
    UNION ALL SELECT 'pg_catalog.pg_statistic_ext', oid, stxnamespace FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT 'pg_catalog.pg_ts_config', oid, cfgnamespace FROM pg_catalog.pg_ts_config
    UNION ALL SELECT 'pg_catalog.pg_ts_dict', oid, dictnamespace FROM pg_catalog.pg_ts_dict
    UNION ALL SELECT 'pg_catalog.pg_ts_parser', oid, prsnamespace FROM pg_catalog.pg_ts_parser
    UNION ALL SELECT 'pg_catalog.pg_ts_template', oid, tmplnamespace FROM pg_catalog.pg_ts_template
    UNION ALL SELECT 'pg_catalog.pg_namespace', oid, oid FROM pg_catalog.pg_namespace
    -- what lies in no schema
    UNION ALL SELECT 'pg_catalog.pg_cast', oid, NULL FROM pg_catalog.pg_cast
    UNION ALL SELECT 'pg_catalog.pg_language', oid, NULL FROM pg_catalog.pg_language
    UNION ALL SELECT 'pg_catalog.pg_transform', oid, NULL FROM pg_catalog.pg_transform
    UNION ALL SELECT 'pg_catalog.pg_am', oid, NULL FROM pg_catalog.pg_am
    UNION ALL SELECT 'pg_catalog.pg_event_trigger', oid, NULL FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT 'pg_catalog.pg_extension', oid, NULL FROM pg_catalog.pg_extension WHERE extname <> 'schema_audit'
    UNION ALL SELECT 'pg_catalog.pg_publication', oid, NULL FROM pg_catalog.pg_publication
    UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper', oid, NULL FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 'pg_catalog.pg_foreign_server', oid, NULL FROM pg_catalog.pg_foreign_server
)
SELECT CASE i.type
           WHEN 'type' THEN (SELECT CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite type' ELSE 'base type' END
                             FROM pg_catalog.pg_type AS t WHERE t.oid = a.oid)
           WHEN 'statistics object' THEN 'statistics'
           ELSE i.type
       END AS kind, s.name AS schema, i.identity,
       -- the sequence of a column that uses it, the family that an operator class has made
       EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE i.type = 'sequence' AND d.classid = a.class AND d.objid = a.oid AND d.deptype = 'a')
           OR EXISTS (SELECT FROM pg_catalog.pg_opfamily AS f JOIN pg_catalog.pg_opclass AS c ON c.opcfamily = f.oid AND c.opcname = f.opfname
                      WHERE i.type = 'operator family' AND f.oid = a.oid) AS told_with_other
FROM address AS a
LEFT JOIN pg_temp.user_schema AS s ON s.oid = a.name_space,
    pg_catalog.pg_identify_object(a.class, a.oid, 0) AS i
WHERE (a.name_space IS NULL OR s.oid IS NOT NULL) AND a.oid >= 16384 AND NOT pg_temp.of_extension(a.class, a.oid);

-- Commands that take one thing away, or change it, each of which an audit has to notice. of_kind: what models call the
-- kind of the object that is then missing, where it is no table and no part of one.
CREATE VIEW pg_temp.drop_command AS
WITH command AS (
    SELECT NULL AS of_kind, 'column' AS kind, t.schema_name, pg_catalog.format('ALTER TABLE %s DROP COLUMN %I CASCADE', t.name, a.attname) AS command
    FROM pg_temp.user_table AS t
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0 AND t.kind <> 'f'
    UNION ALL
    SELECT NULL, 'nullability', t.schema_name, pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I %s NOT NULL', t.name, a.attname,
        CASE WHEN a.attnotnull THEN 'DROP' ELSE 'SET' END)
    FROM pg_temp.user_table AS t
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0 AND t.kind <> 'f'
    UNION ALL
    SELECT NULL, 'default', t.schema_name, pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I DROP %s', t.name, a.attname,
        CASE WHEN a.attidentity <> '' THEN 'IDENTITY' WHEN a.attgenerated <> '' THEN 'EXPRESSION' ELSE 'DEFAULT' END)
    FROM pg_temp.user_table AS t
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = t.oid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT t.is_partition AND (a.attidentity <> '' OR d.oid IS NOT NULL)
        AND NOT (d.oid IS NOT NULL AND pg_temp.is_null_default(d.oid))
        AND NOT (a.attgenerated <> '' AND a.attinhcount > 0)
    UNION ALL
    SELECT NULL, 'new default', t.schema_name, pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT ''[1,2)''', t.name, a.attname)
    FROM pg_temp.user_table AS t
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND NOT t.is_partition AND a.attidentity = '' AND a.attgenerated = ''
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_attrdef AS d WHERE d.adrelid = t.oid AND d.adnum = a.attnum)
    UNION ALL
    SELECT NULL, 'constraint', t.schema_name, pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', t.name, c.conname)
    FROM pg_temp.user_table AS t
    JOIN pg_catalog.pg_constraint AS c ON c.conrelid = t.oid
    WHERE c.contype IN ('p', 'u', 'f', 'c', 'x') AND c.conislocal AND c.coninhcount = 0
    UNION ALL
    SELECT NULL, 'index', t.schema_name, pg_catalog.format('DROP INDEX %I.%I CASCADE', t.schema_name, r.relname)
    FROM pg_temp.user_table AS t
    JOIN pg_catalog.pg_index AS i ON i.indrelid = t.oid
    JOIN pg_catalog.pg_class AS r ON r.oid = i.indexrelid
    WHERE NOT r.relispartition
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT NULL, 'table', t.schema_name, pg_catalog.format('DROP %sTABLE %s CASCADE', CASE t.kind WHEN 'f' THEN 'FOREIGN ' ELSE '' END, t.name)
    FROM pg_temp.user_table AS t
    UNION ALL
    SELECT NULL, 'new table', s.name, pg_catalog.format('CREATE TABLE %I."a table that nobody knows" (id integer)', s.name)
    FROM pg_temp.user_schema AS s
    UNION ALL
    SELECT NULL, 'new column', t.schema_name, pg_catalog.format('ALTER TABLE %s ADD COLUMN "a column that nobody knows" integer', t.name)
    FROM pg_temp.user_table AS t
    WHERE NOT t.is_partition
    UNION ALL
    SELECT NULL, 'enum label', s.name, pg_catalog.format('ALTER TYPE %I.%I RENAME VALUE %L TO ''a label that nobody knows''', s.name, t.typname,
        (SELECT e.enumlabel FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder LIMIT 1))
    FROM pg_catalog.pg_type AS t
    JOIN pg_temp.user_schema AS s ON s.oid = t.typnamespace
    WHERE t.typtype = 'e' AND NOT pg_temp.of_extension('pg_catalog.pg_type', t.oid)
        AND EXISTS (SELECT FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid)
    UNION ALL
    SELECT 'publication membership', 'publication membership', t.schema_name, pg_catalog.format('ALTER PUBLICATION %I DROP TABLE %s', p.pubname, t.name)
    FROM pg_catalog.pg_publication_rel AS r
    JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid
    JOIN pg_temp.user_table AS t ON t.oid = r.prrelid
    UNION ALL
    SELECT 'publication membership', 'publication membership', n.nspname, pg_catalog.format('ALTER PUBLICATION %I DROP TABLES IN SCHEMA %I', p.pubname, n.nspname)
    FROM pg_catalog.pg_publication_namespace AS r
    JOIN pg_catalog.pg_publication AS p ON p.oid = r.pnpubid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = r.pnnspid
    UNION ALL
    SELECT 'user mapping', 'user mapping', NULL, pg_catalog.format('DROP USER MAPPING FOR %s SERVER %I', coalesce(pg_catalog.quote_ident(r.rolname), 'PUBLIC'), v.srvname)
    FROM pg_catalog.pg_user_mapping AS m
    JOIN pg_catalog.pg_foreign_server AS v ON v.oid = m.umserver
    LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = m.umuser
    UNION ALL
    SELECT CASE WHEN NOT o.told_with_other THEN o.kind END, o.kind, o.schema, pg_catalog.format('DROP %s %s CASCADE', CASE WHEN o.kind ~ '^(enum|(composite|range|base) type)$' THEN 'TYPE' ELSE pg_catalog.upper(o.kind) END, o.identity)
    FROM pg_temp.owned_object AS o
)
SELECT c.of_kind, c.kind, c.schema_name, c.command
FROM command AS c;

-- Runs commands, at most each_schema of a schema and chosen by the seed, and takes each back after an audit. Returns those that
-- no audit noticed, and with kind NULL how many were tried. What the server refuses (a key that others need) is
-- not counted.
CREATE FUNCTION pg_temp.unnoticed(models text[], each_schema integer, seed text) RETURNS TABLE (kind text, command text, tried bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    candidate record;
    found bigint;
    problem text;
    tries bigint := 0;
BEGIN
    FOR candidate IN
        SELECT c.*
        FROM (SELECT d.*, row_number() OVER (PARTITION BY d.schema_name ORDER BY md5(seed || d.command)) AS number
              FROM pg_temp.drop_command AS d) AS c
        WHERE c.number <= each_schema
        ORDER BY c.schema_name, c.number
    LOOP
        found := NULL;
        problem := NULL;
        BEGIN
            EXECUTE candidate.command;
            BEGIN
                SELECT count(*) INTO found
                FROM public.audit_schema(models => unnoticed.models, schemas => CASE WHEN candidate.schema_name <> '' THEN ARRAY[candidate.schema_name::text] END, min_severity => 'info')
                WHERE candidate.of_kind IS NULL
                    OR rule = (SELECT k.rule FROM schema_audit.kinds() AS k WHERE k.kind = candidate.of_kind AND k.attribute = 'missing');
            EXCEPTION
                WHEN others THEN
                    problem := SQLERRM;
            END;
            RAISE SQLSTATE 'RT001';
        EXCEPTION
            WHEN others THEN
                NULL;
        END;
        tries := tries + (found IS NOT NULL)::integer;
        IF found = 0 OR problem IS NOT NULL THEN
            RETURN QUERY SELECT candidate.kind, concat_ws(' -- ', candidate.command, problem), NULL::bigint;
        END IF;
    END LOOP;
    RETURN QUERY SELECT NULL, NULL, tries;
END$$;
