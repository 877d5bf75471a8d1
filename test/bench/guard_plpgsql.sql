-- What the guard does, as far as PL/pgSQL can: a log of every command, and at its end a look for columns of older
-- tables that are NOT NULL and that nothing fills. It sees no parse tree, no lock, no end of the transaction.
CREATE TABLE ddl_log (at timestamptz DEFAULT clock_timestamp(), transaction_id xid8 DEFAULT pg_current_xact_id(), who text DEFAULT session_user,
                      tag text, object_type text, identity text, statement text, decision text);
CREATE FUNCTION log_start() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('lock_timeout') = '0' THEN
        RAISE DEBUG '% without lock_timeout', tg_tag;
    END IF;
END$$;
CREATE FUNCTION log_end() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    one record;
    bad text;
BEGIN
    FOR one IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
        IF one.in_extension OR one.schema_name = 'pg_temp' THEN
            CONTINUE;
        END IF;
        IF one.object_type IN ('table', 'table column') AND tg_tag = 'ALTER TABLE' THEN
            SELECT string_agg(attname, ', ') INTO bad FROM pg_attribute
             WHERE attrelid = one.objid AND attnum > 0 AND NOT attisdropped AND attnotnull AND NOT atthasdef AND attidentity = '' AND xmin::text = txid_current()::text;
        END IF;
        INSERT INTO ddl_log (tag, object_type, identity, statement, decision)
        VALUES (one.command_tag, one.object_type, one.object_identity, current_query(), CASE WHEN bad IS NULL THEN 'allowed' ELSE 'warned' END);
    END LOOP;
END$$;
CREATE FUNCTION log_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM pg_event_trigger_dropped_objects() WHERE original AND NOT is_temporary LOOP
        INSERT INTO ddl_log (tag, object_type, identity, statement, decision) VALUES (tg_tag, one.object_type, one.object_identity, current_query(), 'allowed');
    END LOOP;
END$$;
CREATE FUNCTION reject_rewrite() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_relation_size(pg_event_trigger_table_rewrite_oid()) > 100000000 THEN
        RAISE EXCEPTION '% would be rewritten', pg_event_trigger_table_rewrite_oid()::regclass;
    END IF;
END$$;
CREATE EVENT TRIGGER log_start ON ddl_command_start EXECUTE FUNCTION log_start();
CREATE EVENT TRIGGER log_end ON ddl_command_end EXECUTE FUNCTION log_end();
CREATE EVENT TRIGGER log_drop ON sql_drop EXECUTE FUNCTION log_drop();
CREATE EVENT TRIGGER reject_rewrite ON table_rewrite EXECUTE FUNCTION reject_rewrite();
