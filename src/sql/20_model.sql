-- Models: plain tables that register_ddl() and register_schema() fill and that may be written by hand.
-- Constraints keep hand-written rows valid, triggers (the next part) keep them together; what only the server
-- can judge (does the type exist, does the expression parse) is a finding of the audit. They hold what the
-- catalogs show to everybody, so everybody may read them.

CREATE DOMAIN schema_audit.identifier AS text
    CONSTRAINT identifier_not_empty CHECK (VALUE <> '')
    CONSTRAINT identifier_not_too_long CHECK (pg_catalog.octet_length(VALUE) <= 63);

-- What the tables below know of kinds of objects and of their attributes is one table of the module.
CREATE FUNCTION schema_audit.unknown_kind(kinds text[]) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'schema_audit_unknown_kind';
COMMENT ON FUNCTION schema_audit.unknown_kind IS 'internal: the first that is no kind of object; NULL: all are';

CREATE FUNCTION schema_audit.unknown_attribute(kind text, attributes jsonb) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'schema_audit_unknown_attribute';
COMMENT ON FUNCTION schema_audit.unknown_attribute IS 'internal: the first key that objects of the kind do not have, or whose value is no text; NULL: all are known';

CREATE TABLE schema_audit.model (
    model              text PRIMARY KEY CONSTRAINT model_name_not_empty CHECK (model <> ''),
    version            text,
    source             text NOT NULL DEFAULT 'hand' CONSTRAINT model_source_known CHECK (source IN ('ddl', 'schema', 'json', 'hand')),
    governed_schemas   text[] NOT NULL DEFAULT '{}',
    annotations        jsonb CONSTRAINT model_annotations_is_object CHECK (pg_catalog.jsonb_typeof(annotations) = 'object'),
    registered_at      timestamptz NOT NULL DEFAULT pg_catalog.now(),
    registered_by      text NOT NULL DEFAULT CURRENT_USER,
    kinds              text[] CONSTRAINT model_kinds_known CHECK (schema_audit.unknown_kind(kinds) IS NULL),
    whole_database     boolean NOT NULL DEFAULT false,
    tenant_pattern     text CONSTRAINT model_tenant_pattern_is_pattern CHECK (tenant_pattern ~ '^([^%\\]|\\.)*%' AND pg_catalog.strpos(tenant_pattern, '''') = 0 AND pg_catalog.octet_length(tenant_pattern) <= 63),
    CONSTRAINT model_tenant_pattern_is_governed CHECK (tenant_pattern IS NULL OR pg_catalog.regexp_replace(tenant_pattern, '\\(.)', '\1', 'g') = ANY (governed_schemas))
);
COMMENT ON COLUMN schema_audit.model.tenant_pattern IS 'LIKE pattern: what the model says of the schema of that name (without the backslashes), one of governed_schemas, holds for each schema that matches and that no model governs by name';
COMMENT ON COLUMN schema_audit.model.kinds IS 'kinds of objects (beside tables and their parts) of which the model is complete in its governed schemas: one more is an extra; NULL: those that it has rows of';
COMMENT ON COLUMN schema_audit.model.whole_database IS 'the model is complete of database-wide objects too';
COMMENT ON TABLE schema_audit.model IS 'registered models; governed_schemas are those for which a model is complete, so that anything more in them is an extra';

CREATE TABLE schema_audit.model_table (
    model        text NOT NULL,
    schema_name  schema_audit.identifier NOT NULL,
    table_name   schema_audit.identifier NOT NULL,
    kind         text NOT NULL DEFAULT 'table' CONSTRAINT model_table_kind_known CHECK (kind IN ('table', 'partitioned table', 'partition', 'foreign table')),
    app          text,
    managed      boolean NOT NULL DEFAULT true,
    file         text,
    line         integer CONSTRAINT model_table_line_positive CHECK (line > 0),
    attributes   jsonb CONSTRAINT model_table_attributes_known CHECK (schema_audit.unknown_attribute('table', attributes) IS NULL),
    PRIMARY KEY (model, schema_name, table_name)
);
COMMENT ON COLUMN schema_audit.model_table.app IS 'the unit that owns the table: Django app label, Python module, Prisma file';

CREATE TABLE schema_audit.model_column (
    model              text NOT NULL,
    schema_name        schema_audit.identifier NOT NULL,
    table_name         schema_audit.identifier NOT NULL,
    column_name        schema_audit.identifier NOT NULL,
    position           integer NOT NULL CONSTRAINT model_column_position_positive CHECK (position BETWEEN 1 AND 1600),
    data_type          text NOT NULL CONSTRAINT model_column_type_not_empty CHECK (data_type <> ''),
    not_null           boolean NOT NULL DEFAULT false,
    default_expression text,
    default_normal     text,
    identity           text CONSTRAINT model_column_identity_known CHECK (identity IN ('always', 'by default')),
    generated          text CONSTRAINT model_column_generated_known CHECK (generated IN ('stored', 'virtual')),
    owns_sequence      boolean NOT NULL DEFAULT false,
    collation_name     text,
    client_default_kind text CONSTRAINT model_column_client_default_known CHECK (client_default_kind IN ('constant', 'callable', 'auto')),
    client_default     text,
    choices            text[],
    list               boolean NOT NULL DEFAULT false,
    attributes   jsonb CONSTRAINT model_column_attributes_known CHECK (schema_audit.unknown_attribute('column', attributes) IS NULL),
    PRIMARY KEY (model, schema_name, table_name, column_name),
    CONSTRAINT model_column_generated_has_expression CHECK (generated IS NULL OR default_expression IS NOT NULL),
    CONSTRAINT model_column_one_source_of_values CHECK (identity IS NULL OR default_expression IS NULL)
);
COMMENT ON COLUMN schema_audit.model_column.default_expression IS 'default, or the generation expression of a generated column, as SQL';
COMMENT ON COLUMN schema_audit.model_column.default_normal IS 'normal form of default_expression, made at registration; leave NULL in hand-written rows';
COMMENT ON COLUMN schema_audit.model_column.owns_sequence IS 'serial: the default is nextval() of a sequence that the column owns, whatever its name';
COMMENT ON COLUMN schema_audit.model_column.client_default_kind IS 'how the application itself fills the column: a constant (client_default holds its SQL), a callable, or automatically';

CREATE TABLE schema_audit.model_constraint (
    model               text NOT NULL,
    schema_name         schema_audit.identifier NOT NULL,
    table_name          schema_audit.identifier NOT NULL,
    constraint_name     schema_audit.identifier NOT NULL,
    kind                text NOT NULL CONSTRAINT model_constraint_kind_known CHECK (kind IN ('primary key', 'unique', 'foreign key', 'check', 'exclusion')),
    columns             text[] NOT NULL DEFAULT '{}' CONSTRAINT model_constraint_columns_named CHECK (pg_catalog.array_position(columns, NULL) IS NULL),
    referenced_schema   schema_audit.identifier,
    referenced_table    schema_audit.identifier,
    referenced_columns  text[],
    on_update           text NOT NULL DEFAULT 'no action' CONSTRAINT model_constraint_on_update_known CHECK (on_update IN ('no action', 'restrict', 'cascade', 'set null', 'set default')),
    on_delete           text NOT NULL DEFAULT 'no action' CONSTRAINT model_constraint_on_delete_known CHECK (on_delete IN ('no action', 'restrict', 'cascade', 'set null', 'set default')),
    match_type          text NOT NULL DEFAULT 'simple' CONSTRAINT model_constraint_match_known CHECK (match_type IN ('simple', 'full')),
    is_deferrable       boolean NOT NULL DEFAULT false,
    initially_deferred  boolean NOT NULL DEFAULT false,
    validated           boolean NOT NULL DEFAULT true,
    no_inherit          boolean NOT NULL DEFAULT false,
    nulls_not_distinct  boolean NOT NULL DEFAULT false,
    expression          text,
    expression_normal   text,
    attributes   jsonb CONSTRAINT model_constraint_attributes_known CHECK (schema_audit.unknown_attribute('constraint', attributes) IS NULL),
    PRIMARY KEY (model, schema_name, table_name, constraint_name),
    CONSTRAINT model_constraint_key_has_columns CHECK (kind NOT IN ('primary key', 'unique', 'foreign key') OR pg_catalog.cardinality(columns) > 0),
    CONSTRAINT model_constraint_foreign_key_has_target CHECK ((kind = 'foreign key') = (referenced_table IS NOT NULL) AND (referenced_schema IS NULL) = (referenced_table IS NULL)),
    CONSTRAINT model_constraint_check_has_expression CHECK (kind NOT IN ('check', 'exclusion') OR expression IS NOT NULL),
    CONSTRAINT model_constraint_deferred_is_deferrable CHECK (is_deferrable OR NOT initially_deferred)
);
CREATE UNIQUE INDEX model_constraint_one_primary_key ON schema_audit.model_constraint (model, schema_name, table_name) WHERE kind = 'primary key';
COMMENT ON COLUMN schema_audit.model_constraint.referenced_columns IS 'NULL: the primary key of the referenced table';
COMMENT ON COLUMN schema_audit.model_constraint.expression IS 'check: the condition; exclusion: EXCLUDE, without name and timing';

CREATE TABLE schema_audit.model_index (
    model               text NOT NULL,
    schema_name         schema_audit.identifier NOT NULL,
    table_name          schema_audit.identifier NOT NULL,
    index_name          schema_audit.identifier NOT NULL,
    method              text NOT NULL DEFAULT 'btree',
    is_unique           boolean NOT NULL DEFAULT false,
    nulls_not_distinct  boolean NOT NULL DEFAULT false,
    keys                text[] NOT NULL CONSTRAINT model_index_has_keys CHECK (pg_catalog.cardinality(keys) > 0 AND pg_catalog.array_position(keys, NULL) IS NULL),
    include             text[] NOT NULL DEFAULT '{}' CONSTRAINT model_index_include_named CHECK (pg_catalog.array_position(include, NULL) IS NULL),
    predicate           text,
    predicate_normal    text,
    attributes   jsonb CONSTRAINT model_index_attributes_known CHECK (schema_audit.unknown_attribute('index', attributes) IS NULL),
    PRIMARY KEY (model, schema_name, table_name, index_name)
);
COMMENT ON TABLE schema_audit.model_index IS 'indexes that do not belong to a constraint';
COMMENT ON COLUMN schema_audit.model_index.keys IS 'a quoted column name or an expression in parentheses each, followed by what is not default: COLLATE, operator class, DESC, NULLS FIRST or LAST';

CREATE TABLE schema_audit.model_object (
    model        text NOT NULL,
    kind         text NOT NULL CONSTRAINT model_object_kind_known CHECK (schema_audit.unknown_kind(ARRAY[kind]) IS NULL),
    schema_name  text NOT NULL DEFAULT '' CONSTRAINT model_object_schema_not_too_long CHECK (pg_catalog.octet_length(schema_name) <= 63),
    table_name   text NOT NULL DEFAULT '' CONSTRAINT model_object_table_not_too_long CHECK (pg_catalog.octet_length(table_name) <= 63),
    object_name  text NOT NULL CONSTRAINT model_object_name_not_empty CHECK (object_name <> ''),
    definition   jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (model, kind, schema_name, table_name, object_name),
    CONSTRAINT model_object_attributes_known CHECK (schema_audit.unknown_attribute(kind, definition) IS NULL)
);
COMMENT ON TABLE schema_audit.model_object IS 'objects of a model that are no tables: definition holds their attributes as texts; the labels of an enum may be a list';
COMMENT ON COLUMN schema_audit.model_object.schema_name IS 'empty: the object belongs to no schema';
COMMENT ON COLUMN schema_audit.model_object.table_name IS 'the table that it hangs on or belongs to; empty: none';
COMMENT ON COLUMN schema_audit.model_object.object_name IS 'name; of functions and operators with the types of their arguments';

CREATE TABLE schema_audit.model_history (
    model          text NOT NULL,
    replaced_at    timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    version        text,
    registered_at  timestamptz NOT NULL,
    registered_by  text NOT NULL,
    document       jsonb NOT NULL,
    PRIMARY KEY (model, replaced_at)
);
COMMENT ON TABLE schema_audit.model_history IS 'versions that a later registration replaced or unregister() removed; document is the model as model_json() gave it';

-- A statement each: the second update of the extension's row in one statement would fail.
SELECT pg_catalog.pg_extension_config_dump('schema_audit.model', '');
SELECT pg_catalog.pg_extension_config_dump('schema_audit.model_table', '');
SELECT pg_catalog.pg_extension_config_dump('schema_audit.model_column', '');
SELECT pg_catalog.pg_extension_config_dump('schema_audit.model_constraint', '');
SELECT pg_catalog.pg_extension_config_dump('schema_audit.model_index', '');
SELECT pg_catalog.pg_extension_config_dump('schema_audit.model_object', '');
SELECT pg_catalog.pg_extension_config_dump('schema_audit.model_history', '');

GRANT SELECT ON schema_audit.model, schema_audit.model_table, schema_audit.model_column, schema_audit.model_constraint,
    schema_audit.model_index, schema_audit.model_object TO PUBLIC;
