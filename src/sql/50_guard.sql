-- The guard of DDL: its policy, its log, and the functions of its event triggers. The event triggers
-- themselves are made by enable(): an extension's own would already act while pg_restore restores.

CREATE TABLE schema_audit.guard (
    mode        text NOT NULL CONSTRAINT guard_mode_known CHECK (mode IN ('enforce', 'warn', 'log', 'off')),
    enabled_at  timestamptz NOT NULL DEFAULT pg_catalog.now(),
    enabled_by  text NOT NULL DEFAULT SESSION_USER,
    expects_preload  boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX guard_one_row ON schema_audit.guard ((true));
COMMENT ON TABLE schema_audit.guard IS 'what schema_audit.enable() has set for every session of this database: one row, or none';
COMMENT ON COLUMN schema_audit.guard.expects_preload IS 'the library was preloaded when the guard was enabled: an audit tells when it is not any more';
GRANT SELECT ON schema_audit.guard TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('schema_audit.guard', '');

CREATE TABLE schema_audit.rule_setting (
    rule            text,
    schema_pattern  text,
    table_pattern   text,
    role_name       text,
    action          text NOT NULL CONSTRAINT rule_setting_action_known CHECK (action IN ('off', 'log', 'warn', 'reject')),
    min_rows        bigint CONSTRAINT rule_setting_min_rows_positive CHECK (min_rows > 0),
    min_bytes       bigint CONSTRAINT rule_setting_min_bytes_positive CHECK (min_bytes > 0),
    reason          text,
    expires_at      timestamptz,
    created_by      text NOT NULL DEFAULT SESSION_USER,
    created_at      timestamptz NOT NULL DEFAULT pg_catalog.now(),
    CONSTRAINT rule_setting_exemption_has_reason CHECK (action = 'reject' OR pg_catalog.btrim(reason) <> '' AND reason IS NOT NULL),
    CONSTRAINT rule_setting_once UNIQUE NULLS NOT DISTINCT (rule, schema_pattern, table_pattern, role_name, min_rows, min_bytes)
);
COMMENT ON TABLE schema_audit.rule_setting IS 'what the guard does about a rule, by table and role; NULL and % mean all, patterns are those of LIKE, the most specific row that has not expired decides';
COMMENT ON COLUMN schema_audit.rule_setting.min_rows IS 'the row counts for tables of at least so many rows, or of at least min_bytes';
COMMENT ON COLUMN schema_audit.rule_setting.role_name IS 'LIKE pattern for the current or the session user';
GRANT SELECT ON schema_audit.rule_setting TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('schema_audit.rule_setting', '');

CREATE FUNCTION schema_audit.policy_changed() RETURNS trigger
    LANGUAGE c SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'schema_audit_policy_changed';
CREATE FUNCTION schema_audit.check_rule_setting() RETURNS trigger
    LANGUAGE c SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'schema_audit_check_rule_setting';
REVOKE EXECUTE ON FUNCTION schema_audit.policy_changed(), schema_audit.check_rule_setting() FROM PUBLIC;

CREATE TRIGGER policy_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON schema_audit.guard
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.policy_changed();
CREATE TRIGGER policy_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON schema_audit.rule_setting
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.policy_changed();
-- ALWAYS: sessions must read again also what session_replication_role = replica let in.
ALTER TABLE schema_audit.guard ENABLE ALWAYS TRIGGER policy_changed;
ALTER TABLE schema_audit.rule_setting ENABLE ALWAYS TRIGGER policy_changed;
CREATE TRIGGER check_rule_setting BEFORE INSERT OR UPDATE ON schema_audit.rule_setting
    FOR EACH ROW EXECUTE FUNCTION schema_audit.check_rule_setting();
ALTER TABLE schema_audit.rule_setting ENABLE ALWAYS TRIGGER check_rule_setting;

-- Written by the guard itself, at commit, without triggers. It belongs to this server: pg_dump leaves it out.
CREATE TABLE schema_audit.ddl_log (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at                 timestamptz NOT NULL,
    transaction_id     xid8,
    session_user_name  text,
    current_user_name  text,
    application_name   text,
    client_addr        inet,
    migration          text,
    command_tag        text,
    object_type        text,
    object_identity    text,
    statement          text,
    decision           text,
    rule               text,
    message            text,
    duration_ms        double precision,
    reason             text,
    table_rewritten    boolean
);
COMMENT ON TABLE schema_audit.ddl_log IS 'every DDL command, allowed or rejected: one row for each finding, and one with rule NULL for a command without any';
COMMENT ON COLUMN schema_audit.ddl_log.decision IS 'allowed (with a rule: found and only logged), warned, rejected, overridden';
COMMENT ON COLUMN schema_audit.ddl_log.reason IS 'of the override, or of the rule_setting that decided';

-- Counters that a roll back does not take back.
CREATE SEQUENCE schema_audit.log_queued;
CREATE SEQUENCE schema_audit.log_written;
CREATE SEQUENCE schema_audit.log_refused;
CREATE SEQUENCE schema_audit.log_skipped;
GRANT SELECT ON SEQUENCE schema_audit.log_queued, schema_audit.log_written, schema_audit.log_refused, schema_audit.log_skipped TO PUBLIC;

CREATE FUNCTION schema_audit.log_stats(OUT queued bigint, OUT written bigint, OUT refused bigint, OUT skipped bigint)
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM schema_audit.log_queued),
           (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM schema_audit.log_written),
           (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM schema_audit.log_refused),
           (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM schema_audit.log_skipped)
$$;
COMMENT ON FUNCTION schema_audit.log_stats() IS 'rejections handed to a worker, stored by one, refused for want of a worker (they are in the server log alone), and rows that ddl_log could not take (locked, or an error)';

CREATE FUNCTION schema_audit.guard_start() RETURNS event_trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'schema_audit_guard_start';
CREATE FUNCTION schema_audit.guard_drop() RETURNS event_trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'schema_audit_guard_drop';
CREATE FUNCTION schema_audit.guard_rewrite() RETURNS event_trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'schema_audit_guard_rewrite';
CREATE FUNCTION schema_audit.guard_end() RETURNS event_trigger
    LANGUAGE c AS 'MODULE_PATHNAME', 'schema_audit_guard_end';

CREATE FUNCTION schema_audit.is_preloaded() RETURNS boolean
    LANGUAGE c STABLE SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'schema_audit_is_preloaded';
COMMENT ON FUNCTION schema_audit.is_preloaded() IS 'whether shared_preload_libraries names the library: then the guard also sees, in every session, what fires no event trigger';

CREATE FUNCTION schema_audit.require_superuser() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER) THEN
        RAISE insufficient_privilege USING
            MESSAGE = 'only a superuser may enable or disable the guard',
            HINT = 'Event triggers belong to superusers. Ask one to run schema_audit.enable() or schema_audit.disable().';
    END IF;
END
$$;

CREATE FUNCTION schema_audit.enable(mode text DEFAULT 'enforce') RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM schema_audit.require_superuser();
    IF mode IS NULL OR mode NOT IN ('enforce', 'warn', 'log', 'off') THEN
        RAISE invalid_parameter_value USING
            MESSAGE = pg_catalog.format('unknown mode %L', mode),
            HINT = 'Modes are enforce, warn, log and off.';
    END IF;
    INSERT INTO schema_audit.guard (mode, expects_preload) VALUES (enable.mode, schema_audit.is_preloaded())
        ON CONFLICT ((true)) DO UPDATE SET mode = excluded.mode, enabled_at = excluded.enabled_at, enabled_by = excluded.enabled_by,
                                           expects_preload = excluded.expects_preload;
    -- zz: after the event triggers of others, which may change something themselves.
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'schema_audit_guard_start') THEN
        CREATE EVENT TRIGGER schema_audit_guard_start ON ddl_command_start EXECUTE FUNCTION schema_audit.guard_start();
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'zz_schema_audit_guard_drop') THEN
        CREATE EVENT TRIGGER zz_schema_audit_guard_drop ON sql_drop EXECUTE FUNCTION schema_audit.guard_drop();
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'zz_schema_audit_guard_rewrite') THEN
        CREATE EVENT TRIGGER zz_schema_audit_guard_rewrite ON table_rewrite EXECUTE FUNCTION schema_audit.guard_rewrite();
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'zz_schema_audit_guard_end') THEN
        CREATE EVENT TRIGGER zz_schema_audit_guard_end ON ddl_command_end EXECUTE FUNCTION schema_audit.guard_end();
    END IF;
    -- ALWAYS: session_replication_role = replica does not put them to sleep.
    ALTER EVENT TRIGGER schema_audit_guard_start ENABLE ALWAYS;
    ALTER EVENT TRIGGER zz_schema_audit_guard_drop ENABLE ALWAYS;
    ALTER EVENT TRIGGER zz_schema_audit_guard_rewrite ENABLE ALWAYS;
    ALTER EVENT TRIGGER zz_schema_audit_guard_end ENABLE ALWAYS;
END
$$;
COMMENT ON FUNCTION schema_audit.enable(text) IS 'switches the guard on for this database (superuser), in mode enforce, warn, log or off';

CREATE FUNCTION schema_audit.disable() RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning AS $$
BEGIN
    PERFORM schema_audit.require_superuser();
    -- First: while there is a row, to drop them is to tamper with the guard.
    DELETE FROM schema_audit.guard;
    DROP EVENT TRIGGER IF EXISTS schema_audit_guard_start;
    DROP EVENT TRIGGER IF EXISTS zz_schema_audit_guard_drop;
    DROP EVENT TRIGGER IF EXISTS zz_schema_audit_guard_rewrite;
    DROP EVENT TRIGGER IF EXISTS zz_schema_audit_guard_end;
END
$$;
COMMENT ON FUNCTION schema_audit.disable() IS 'switches the guard off and removes its event triggers (superuser)';

CREATE FUNCTION schema_audit.rules()
RETURNS TABLE (rule text, family text, default_severity text, default_action text, acts_on text, description text, help text)
LANGUAGE c STABLE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'schema_audit_rules';
COMMENT ON FUNCTION schema_audit.rules() IS 'all rules; default_action is what the guard does, NULL for rules of the audit';
