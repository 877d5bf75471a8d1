-- The ledgers in which migration tools write down what they applied, beside the migrations that models expect.
-- These functions read rows, with the caller's rights; an audit asks them when a model expects migrations.

-- The order decides where one shape holds another. {table} is the ledger; a migration that failed, or was left
-- half done, has the state failed.
CREATE FUNCTION schema_audit.ledger_shapes()
    RETURNS TABLE (rank integer, tool text, named text, columns text[], exact boolean, query text)
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    VALUES
    (1, 'django', NULL, '{id,app,name,applied}'::text[], true, 'SELECT app, name, applied, true FROM {table}'),
    (2, 'alembic', NULL, '{version_num}', true, 'SELECT NULL, version_num, NULL, true FROM {table}'),
    (3, 'flyway', NULL, '{installed_rank,version,description,type,script,checksum,installed_on,success}', false,
        'SELECT NULL, script, installed_on, success FROM {table}'),
    (4, 'liquibase', NULL, '{id,author,filename,dateexecuted,orderexecuted,exectype,md5sum}', false,
        'SELECT filename, id, dateexecuted, exectype <> ''FAILED'' FROM {table}'),
    (5, 'prisma', NULL, '{id,checksum,finished_at,migration_name,logs,rolled_back_at,started_at,applied_steps_count}', false,
        'SELECT NULL, migration_name, coalesce(finished_at, started_at), finished_at IS NOT NULL FROM {table} WHERE rolled_back_at IS NULL'),
    (6, 'golang-migrate', NULL, '{version,dirty}', true, 'SELECT NULL, version, NULL, NOT dirty FROM {table}'),
    (7, 'ecto', 'schema_migrations', '{version,inserted_at}', true, 'SELECT NULL, version, inserted_at, true FROM {table}'),
    (8, 'supabase', 'schema_migrations', '{version,statements,name}', false, 'SELECT NULL, concat_ws(''_'', version, name), NULL, true FROM {table}'),
    (9, 'rails', 'schema_migrations', '{version}', true, 'SELECT NULL, version, NULL, true FROM {table}'),
    (10, 'diesel', '__diesel_schema_migrations', '{version,run_on}', true, 'SELECT NULL, version, run_on, true FROM {table}'),
    (11, 'sqlx', NULL, '{version,description,installed_on,success,checksum,execution_time}', true,
        'SELECT NULL, concat_ws(''_'', version, description), installed_on, success FROM {table}'),
    (12, 'goose', NULL, '{id,version_id,is_applied,tstamp}', true,
        'SELECT NULL, l.version_id, l.tstamp, true FROM (SELECT DISTINCT ON (version_id) * FROM {table} ORDER BY version_id, id DESC) AS l WHERE l.is_applied AND l.version_id <> 0'),
    (13, 'knex', NULL, '{id,name,batch,migration_time}', true, 'SELECT NULL, name, migration_time, true FROM {table}'),
    (14, 'sequelize', 'SequelizeMeta', '{name}', true, 'SELECT NULL, name, NULL, true FROM {table}'),
    (15, 'typeorm', 'migrations', '{id,timestamp,name}', true, 'SELECT NULL, name, to_timestamp(timestamp / 1000.0), true FROM {table}'),
    (16, 'laravel', 'migrations', '{id,migration,batch}', true, 'SELECT NULL, migration, NULL, true FROM {table}'),
    (17, 'ef-core', NULL, '{MigrationId,ProductVersion}', true, 'SELECT NULL, "MigrationId", NULL, true FROM {table}'),
    (18, 'drizzle', '__drizzle_migrations', '{id,hash,created_at}', true,
        'SELECT NULL, hash, to_timestamp(created_at / 1000.0), true FROM {table}'),
    (19, 'sqitch', 'changes', '{change_id,script_hash,change,project,note,committed_at}', false,
        'SELECT project, change, committed_at, true FROM {table}'),
    (20, 'pgroll', 'migrations', '{schema,name,migration,created_at,updated_at,parent,done}', false,
        'SELECT schema, name, updated_at, done FROM {table}'),
    (21, 'atlas', NULL, '{version,description,applied,total,executed_at,error,hash}', false,
        'SELECT NULL, concat_ws(''_'', version, description), executed_at, applied = total AND coalesce(error, '''') = '''' FROM {table}')
$$;
COMMENT ON FUNCTION schema_audit.ledger_shapes IS 'internal: by which columns the ledgers of migration tools are recognised, and how they are read';

-- Only columns of the server's own types count: reading those of another could run somebody's code with the rights
-- of whoever asks. For the same reason row security must not come between; then the ledger is unreadable.
CREATE FUNCTION schema_audit.applied_migrations()
    RETURNS TABLE (tool text, app text, name text, applied_at timestamptz, state text, schema_name text, table_name text)
    LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
#variable_conflict use_column
DECLARE
    ledger record;
BEGIN
    FOR ledger IN
        WITH relation AS (
            SELECT c.oid, n.oid AS schema, n.nspname::text AS schema_name, c.relname::text AS table_name,
                array_agg(a.attname::text) AS columns,
                array_agg(a.attname::text) FILTER (WHERE coalesce(e.typnamespace, t.typnamespace) = 'pg_catalog'::regnamespace) AS readable
            FROM pg_class AS c
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_type AS t ON t.oid = a.atttypid
            LEFT JOIN pg_type AS e ON e.oid = t.typelem AND t.typcategory = 'A'
            -- Of each shape one column that few tables have: most tables are seen to be none without a look at the rest.
            WHERE c.oid IN (SELECT m.attrelid FROM pg_attribute AS m WHERE m.attname = ANY (ARRAY(
                    SELECT (SELECT k FROM unnest(s.columns) AS k ORDER BY length(k) DESC LIMIT 1) FROM schema_audit.ledger_shapes() AS s)))
                AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
                AND n.nspname NOT IN ('information_schema', 'schema_audit')
            GROUP BY c.oid, n.oid, n.nspname, c.relname
            HAVING count(*) <= 20
        )
        SELECT DISTINCT ON (r.schema_name COLLATE "C", r.table_name COLLATE "C") r.*, s.query,
            CASE WHEN s.tool = 'rails' AND NOT EXISTS (SELECT FROM pg_class AS o
                WHERE o.relnamespace = r.schema AND o.relname = 'ar_internal_metadata') THEN 'dbmate' ELSE s.tool END AS tool
        FROM relation AS r
        JOIN schema_audit.ledger_shapes() AS s ON r.columns @> s.columns AND (NOT s.exact OR r.columns <@ s.columns)
            AND (s.named IS NULL OR s.named = r.table_name) AND r.readable @> s.columns
        ORDER BY r.schema_name COLLATE "C", r.table_name COLLATE "C", s.rank
    LOOP
        BEGIN
            RETURN QUERY EXECUTE format(
                'SELECT $1, l.app::text, l.name::text, l.applied_at::timestamptz, CASE WHEN l.done THEN ''applied'' ELSE ''failed'' END, $2, $3'
                ' FROM (%s) AS l (app, name, applied_at, done) ORDER BY l.applied_at, l.app::text COLLATE "C", l.name::text COLLATE "C"',
                replace(ledger.query, '{table}', format('%I.%I', ledger.schema_name, ledger.table_name)))
                USING ledger.tool, ledger.schema_name, ledger.table_name;
        EXCEPTION WHEN insufficient_privilege OR lock_not_available OR undefined_table OR undefined_column OR datatype_mismatch OR undefined_function
            OR cannot_coerce OR invalid_text_representation OR datetime_field_overflow OR invalid_datetime_format THEN
            RETURN QUERY SELECT ledger.tool, NULL, NULL, NULL::timestamptz, 'unreadable', ledger.schema_name, ledger.table_name;
        END;
    END LOOP;
END
$$;
COMMENT ON FUNCTION schema_audit.applied_migrations IS 'what migration tools have written down, whatever schema and table they use; state is applied, failed, or unreadable for a ledger that could not be read';

-- Of Alembic, which keeps no history, models expect the heads.
CREATE FUNCTION schema_audit.migration_status(models text[] DEFAULT NULL)
    RETURNS TABLE (model text, tool text, app text, name text, status text, applied_at timestamptz)
    LANGUAGE sql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
    WITH applied AS MATERIALIZED (
        SELECT * FROM schema_audit.applied_migrations()
    ), expected AS MATERIALIZED (
        SELECT DISTINCT m.model, lower(item ->> 'tool') AS tool, item ->> 'unit' AS app, item ->> 'name' AS name
        FROM schema_audit.model AS m, jsonb_array_elements(nullif(m.annotations -> 'migrations', 'null')) AS item
        WHERE models IS NULL OR m.model = ANY (models)
    )
    SELECT e.model, e.tool, e.app, e.name,
        CASE WHEN bool_or(a.state = 'applied') THEN 'applied' WHEN bool_or(a.state = 'failed') THEN 'failed'
            WHEN EXISTS (SELECT FROM applied AS u WHERE u.tool = e.tool AND u.state = 'unreadable') THEN 'unreadable'
            ELSE 'pending' END,
        max(a.applied_at)
    FROM expected AS e
    LEFT JOIN applied AS a ON a.tool = e.tool AND a.name = e.name AND (e.app IS NULL OR a.app IS NULL OR a.app = e.app)
    GROUP BY e.model, e.tool, e.app, e.name
    UNION ALL
    SELECT DISTINCT e.model, a.tool, a.app, a.name, CASE a.state WHEN 'applied' THEN 'unknown' ELSE a.state END, a.applied_at
    FROM applied AS a
    JOIN expected AS e ON e.tool = a.tool AND e.app IS NOT DISTINCT FROM a.app
    WHERE a.state <> 'unreadable'
        AND NOT EXISTS (SELECT FROM expected AS o WHERE o.model = e.model AND o.tool = a.tool AND o.name = a.name AND o.app IS NOT DISTINCT FROM a.app)
    ORDER BY 1, 2, 3, 4
$$;
COMMENT ON FUNCTION schema_audit.migration_status IS 'the migrations that models expect (annotations) beside those that were applied: applied, pending, failed, unknown to the model, or unreadable';
