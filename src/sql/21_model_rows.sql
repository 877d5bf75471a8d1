-- What foreign keys among the tables of the models would do, by triggers. pg_restore -j loads tables beside
-- each other and puts off foreign keys until then, but not those that CREATE EXTENSION has already made. Like
-- the server's own checks of what may not exist yet, these are off while check_function_bodies is off, which
-- is how pg_dump and pg_restore work; a row that has lost its parent on the way is a finding of the audit.
--
-- Functions run as their owner, as the actions of foreign keys do: who may write one table need not be able
-- to write the others. Their EXECUTE right is revoked, so that nobody else hangs them on a table of his own.

-- A table or other object needs its model. Parents are locked, so that no one deletes them meanwhile. An
-- UPDATE is looked at only for keys that no row of the statement had before.
CREATE FUNCTION schema_audit.model_row_needs_model() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    missing text;
    name text;
BEGIN
    IF current_setting('check_function_bodies')::boolean IS FALSE THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT n.model INTO missing
        FROM (SELECT DISTINCT model FROM new_rows) AS n
        LEFT JOIN LATERAL (SELECT true AS found FROM schema_audit.model AS m WHERE m.model = n.model FOR KEY SHARE) AS parent ON true
        WHERE parent.found IS NULL
        LIMIT 1;
    ELSE
        SELECT n.model INTO missing
        FROM (SELECT model FROM new_rows EXCEPT SELECT model FROM old_rows) AS n
        LEFT JOIN LATERAL (SELECT true AS found FROM schema_audit.model AS m WHERE m.model = n.model FOR KEY SHARE) AS parent ON true
        WHERE parent.found IS NULL
        LIMIT 1;
    END IF;
    IF missing IS NOT NULL THEN
        SELECT format('%I.%I', n.schema_name, to_jsonb(n) ->> TG_ARGV[1]) INTO name FROM new_rows AS n WHERE n.model = missing LIMIT 1;
        RAISE foreign_key_violation USING
            MESSAGE = format('%s %s: there is no model "%s"', TG_ARGV[0], name, missing),
            HINT = format('Insert the model first: INSERT INTO schema_audit.model (model) VALUES (%L);', missing),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;

-- A column, constraint or index needs its table.
CREATE FUNCTION schema_audit.model_row_needs_table() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    missing record;
    name text;
BEGIN
    IF current_setting('check_function_bodies')::boolean IS FALSE THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT n.* INTO missing
        FROM (SELECT DISTINCT model, schema_name, table_name FROM new_rows) AS n
        LEFT JOIN LATERAL (SELECT true AS found FROM schema_audit.model_table AS t
                           WHERE (t.model, t.schema_name, t.table_name) = (n.model, n.schema_name, n.table_name) FOR KEY SHARE) AS parent ON true
        WHERE parent.found IS NULL
        LIMIT 1;
    ELSE
        SELECT n.* INTO missing
        FROM (SELECT model, schema_name, table_name FROM new_rows EXCEPT SELECT model, schema_name, table_name FROM old_rows) AS n
        LEFT JOIN LATERAL (SELECT true AS found FROM schema_audit.model_table AS t
                           WHERE (t.model, t.schema_name, t.table_name) = (n.model, n.schema_name, n.table_name) FOR KEY SHARE) AS parent ON true
        WHERE parent.found IS NULL
        LIMIT 1;
    END IF;
    IF missing.model IS NOT NULL THEN
        SELECT to_jsonb(n) ->> TG_ARGV[1] INTO name
        FROM new_rows AS n
        WHERE (n.model, n.schema_name, n.table_name) = (missing.model, missing.schema_name, missing.table_name)
        LIMIT 1;
        RAISE foreign_key_violation USING
            MESSAGE = format('%s %I of table %I.%I: model "%s" has no such table', TG_ARGV[0], name, missing.schema_name, missing.table_name, missing.model),
            HINT = format('Insert the table first: INSERT INTO schema_audit.model_table (model, schema_name, table_name) VALUES (%L, %L, %L);',
                          missing.model, missing.schema_name, missing.table_name),
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END
$$;

-- The children follow their parent; what these functions write needs no check of its own. By row, since a
-- statement does not say which new key an old one has become.
CREATE FUNCTION schema_audit.model_renamed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET check_function_bodies = off AS $$
BEGIN
    UPDATE schema_audit.model_column SET model = NEW.model WHERE model = OLD.model;
    UPDATE schema_audit.model_constraint SET model = NEW.model WHERE model = OLD.model;
    UPDATE schema_audit.model_index SET model = NEW.model WHERE model = OLD.model;
    UPDATE schema_audit.model_object SET model = NEW.model WHERE model = OLD.model;
    UPDATE schema_audit.model_table SET model = NEW.model WHERE model = OLD.model;
    RETURN NULL;
END
$$;

CREATE FUNCTION schema_audit.model_table_renamed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET check_function_bodies = off SET enable_seqscan = off AS $$
BEGIN
    UPDATE schema_audit.model_column SET (model, schema_name, table_name) = (NEW.model, NEW.schema_name, NEW.table_name)
        WHERE (model, schema_name, table_name) = (OLD.model, OLD.schema_name, OLD.table_name);
    UPDATE schema_audit.model_constraint SET (model, schema_name, table_name) = (NEW.model, NEW.schema_name, NEW.table_name)
        WHERE (model, schema_name, table_name) = (OLD.model, OLD.schema_name, OLD.table_name);
    UPDATE schema_audit.model_index SET (model, schema_name, table_name) = (NEW.model, NEW.schema_name, NEW.table_name)
        WHERE (model, schema_name, table_name) = (OLD.model, OLD.schema_name, OLD.table_name);
    RETURN NULL;
END
$$;

CREATE FUNCTION schema_audit.model_deleted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM schema_audit.model_column WHERE model IN (SELECT model FROM old_rows);
    DELETE FROM schema_audit.model_constraint WHERE model IN (SELECT model FROM old_rows);
    DELETE FROM schema_audit.model_index WHERE model IN (SELECT model FROM old_rows);
    DELETE FROM schema_audit.model_object WHERE model IN (SELECT model FROM old_rows);
    DELETE FROM schema_audit.model_table WHERE model IN (SELECT model FROM old_rows);
    RETURN NULL;
END
$$;

-- Planned each time: one deleted row and ten thousand are not found in the same way.
CREATE FUNCTION schema_audit.model_table_deleted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE 'DELETE FROM schema_audit.model_column AS c USING old_rows AS o '
        'WHERE (c.model, c.schema_name, c.table_name) = (o.model, o.schema_name, o.table_name)';
    EXECUTE 'DELETE FROM schema_audit.model_constraint AS c USING old_rows AS o '
        'WHERE (c.model, c.schema_name, c.table_name) = (o.model, o.schema_name, o.table_name)';
    EXECUTE 'DELETE FROM schema_audit.model_index AS c USING old_rows AS o '
        'WHERE (c.model, c.schema_name, c.table_name) = (o.model, o.schema_name, o.table_name)';
    RETURN NULL;
END
$$;

CREATE FUNCTION schema_audit.model_truncated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM schema_audit.model_column;
    DELETE FROM schema_audit.model_constraint;
    DELETE FROM schema_audit.model_index;
    IF TG_TABLE_NAME = 'model' THEN
        DELETE FROM schema_audit.model_object;
        DELETE FROM schema_audit.model_table;
    END IF;
    RETURN NULL;
END
$$;

REVOKE EXECUTE ON FUNCTION schema_audit.model_row_needs_model(), schema_audit.model_row_needs_table(), schema_audit.model_renamed(),
    schema_audit.model_table_renamed(), schema_audit.model_deleted(), schema_audit.model_table_deleted(), schema_audit.model_truncated() FROM PUBLIC;

CREATE TRIGGER parent_of_new_rows AFTER INSERT ON schema_audit.model_table REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_row_needs_model('table', 'table_name');
CREATE TRIGGER parent_of_changed_rows AFTER UPDATE ON schema_audit.model_table REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_row_needs_model('table', 'table_name');
CREATE TRIGGER parent_of_new_rows AFTER INSERT ON schema_audit.model_object REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_row_needs_model('object', 'object_name');
CREATE TRIGGER parent_of_changed_rows AFTER UPDATE ON schema_audit.model_object REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_row_needs_model('object', 'object_name');

CREATE TRIGGER parent_of_new_rows AFTER INSERT ON schema_audit.model_column REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_row_needs_table('column', 'column_name');
CREATE TRIGGER parent_of_changed_rows AFTER UPDATE ON schema_audit.model_column REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_row_needs_table('column', 'column_name');
CREATE TRIGGER parent_of_new_rows AFTER INSERT ON schema_audit.model_constraint REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_row_needs_table('constraint', 'constraint_name');
CREATE TRIGGER parent_of_changed_rows AFTER UPDATE ON schema_audit.model_constraint REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_row_needs_table('constraint', 'constraint_name');
CREATE TRIGGER parent_of_new_rows AFTER INSERT ON schema_audit.model_index REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_row_needs_table('index', 'index_name');
CREATE TRIGGER parent_of_changed_rows AFTER UPDATE ON schema_audit.model_index REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_row_needs_table('index', 'index_name');

CREATE TRIGGER children_of_renamed AFTER UPDATE ON schema_audit.model
    FOR EACH ROW WHEN (OLD.model IS DISTINCT FROM NEW.model) EXECUTE FUNCTION schema_audit.model_renamed();
CREATE TRIGGER children_of_renamed AFTER UPDATE ON schema_audit.model_table
    FOR EACH ROW WHEN ((OLD.model, OLD.schema_name, OLD.table_name) IS DISTINCT FROM (NEW.model, NEW.schema_name, NEW.table_name))
    EXECUTE FUNCTION schema_audit.model_table_renamed();
CREATE TRIGGER children_of_deleted AFTER DELETE ON schema_audit.model REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_deleted();
CREATE TRIGGER children_of_deleted AFTER DELETE ON schema_audit.model_table REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_table_deleted();
CREATE TRIGGER children_of_truncated AFTER TRUNCATE ON schema_audit.model
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_truncated();
CREATE TRIGGER children_of_truncated AFTER TRUNCATE ON schema_audit.model_table
    FOR EACH STATEMENT EXECUTE FUNCTION schema_audit.model_truncated();
