-- What is measured, in the session that runs the statement and before its transaction ends.
CREATE EXTENSION IF NOT EXISTS schema_audit;
SET check_function_bodies = off;
CREATE SCHEMA tool;
CREATE SCHEMA truth;
CREATE TABLE tool.lock_rank (mode text PRIMARY KEY, rank integer, name text);
INSERT INTO tool.lock_rank VALUES
    ('AccessShareLock', 1, 'AS'), ('RowShareLock', 2, 'RS'), ('RowExclusiveLock', 3, 'RX'), ('ShareUpdateExclusiveLock', 4, 'SUX'),
    ('ShareLock', 5, 'S'), ('ShareRowExclusiveLock', 6, 'SRX'), ('ExclusiveLock', 7, 'X'), ('AccessExclusiveLock', 8, 'AX');
-- Of each relation of the schema: its oid, its file, and how many rows this transaction has read of it.
CREATE FUNCTION tool.state() RETURNS jsonb LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(jsonb_object_agg(relname, jsonb_build_object('oid', oid, 'kind', relkind, 'file', relfilenode,
               'reads', pg_stat_get_xact_tuples_returned(oid),
               'table', coalesce((SELECT relname FROM pg_class AS t WHERE t.oid = (SELECT indrelid FROM pg_index WHERE indexrelid = c.oid)),
                                 (SELECT relname FROM pg_class AS t WHERE t.oid = (SELECT inhparent FROM pg_inherits WHERE inhrelid = c.oid LIMIT 1))))), '{}')
      FROM pg_class AS c WHERE relnamespace = 'truth'::regnamespace AND relkind <> 'c'
$$;
-- The strongest lock on each of them that a process has; also that for which another one waits.
CREATE FUNCTION tool.locks(before jsonb, process integer) RETURNS jsonb LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(jsonb_object_agg(relation_name, name), '{}') FROM (
        SELECT b.key AS relation_name, (array_agg(r.name ORDER BY r.rank DESC))[1] AS name
          FROM jsonb_each(before) AS b JOIN pg_locks AS l ON l.relation = (b.value ->> 'oid')::oid
          JOIN tool.lock_rank AS r ON r.mode = l.mode
         WHERE l.pid = process AND (l.granted OR process <> pg_backend_pid()) AND l.locktype = 'relation' AND r.rank >= 4 GROUP BY b.key) AS held
$$;
-- What has changed since: rows read, files written anew. What is gone has neither.
CREATE FUNCTION tool.measure(before jsonb) RETURNS jsonb LANGUAGE sql VOLATILE AS $$
    SELECT jsonb_build_object(
        'locks', tool.locks(before, pg_backend_pid()),
        'reads', coalesce((SELECT jsonb_agg(b.key ORDER BY b.key) FROM jsonb_each(before) AS b JOIN jsonb_each(tool.state()) AS a ON a.value ->> 'oid' = b.value ->> 'oid'
                            WHERE b.value ->> 'kind' IN ('r', 'm') AND (a.value ->> 'reads')::bigint > (b.value ->> 'reads')::bigint + 9), '[]'),
        'writes', coalesce((SELECT jsonb_agg(b.key ORDER BY b.key) FROM jsonb_each(before) AS b JOIN jsonb_each(tool.state()) AS a ON a.value ->> 'oid' = b.value ->> 'oid'
                             WHERE a.value ->> 'file' <> b.value ->> 'file'), '[]'),
        'required', tool.required(before))
$$;
-- Columns of tables that were there before that every INSERT must name, as the catalogs say it.
CREATE FUNCTION tool.required(before jsonb) RETURNS jsonb LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(jsonb_agg(b.key || '.' || attname ORDER BY b.key, attname), '[]')
      FROM jsonb_each(before) AS b JOIN pg_attribute AS a ON attrelid = (b.value ->> 'oid')::oid JOIN pg_type AS t ON t.oid = atttypid
     WHERE b.value ->> 'kind' IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
       AND (attnotnull OR typnotnull) AND NOT atthasdef AND attidentity = '' AND attgenerated = '' AND typdefault IS NULL
$$;
-- What the engine foretells of a text.
CREATE FUNCTION tool.foretell(statement text) RETURNS jsonb LANGUAGE sql VOLATILE AS $$
    SELECT jsonb_build_object(
        'locks', coalesce((SELECT jsonb_object_agg(relation_name, (SELECT name FROM tool.lock_rank AS r
                              WHERE lower(r.mode) = replace(lower(l.mode), ' ', '') || 'lock')) FROM schema_audit.debug_lock_requests(statement) AS l), '{}'),
        'findings', coalesce((SELECT jsonb_agg(to_jsonb(f) ORDER BY f.severity, f.rule) FROM schema_audit.lint(statement) AS f), '[]'))
$$;
