-- Primary keys, unique constraints and foreign keys.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA keys;
SET search_path = keys, public;
SELECT schema_audit.register_ddl('keys', $$
    CREATE TABLE parent (id bigint CONSTRAINT parent_pkey PRIMARY KEY, code text CONSTRAINT parent_code_key UNIQUE);
    CREATE TABLE uncle (id bigint CONSTRAINT uncle_pkey PRIMARY KEY);
    CREATE TABLE pair (a integer, b integer, CONSTRAINT pair_pkey PRIMARY KEY (a, b));
    CREATE TABLE pair_order (a integer, b integer, CONSTRAINT pair_order_pkey PRIMARY KEY (a, b));
    CREATE TABLE child (
        id bigint CONSTRAINT child_pkey PRIMARY KEY,
        p_missing bigint CONSTRAINT p_missing_fk REFERENCES parent,
        p_target bigint CONSTRAINT p_target_fk REFERENCES parent,
        p_delete bigint CONSTRAINT p_delete_fk REFERENCES parent ON DELETE CASCADE,
        p_update bigint CONSTRAINT p_update_fk REFERENCES parent ON UPDATE CASCADE,
        p_defer bigint CONSTRAINT p_defer_fk REFERENCES parent DEFERRABLE INITIALLY DEFERRED,
        p_valid bigint CONSTRAINT p_valid_fk REFERENCES parent,
        p_name bigint CONSTRAINT p_name_fk REFERENCES parent,
        p_ok bigint CONSTRAINT p_ok_fk REFERENCES parent (id),
        x integer, y integer, CONSTRAINT pair_fk FOREIGN KEY (x, y) REFERENCES pair (a, b) MATCH FULL,
        u_missing text CONSTRAINT u_missing_key UNIQUE,
        u_index text CONSTRAINT u_index_key UNIQUE,
        u_nulls text CONSTRAINT u_nulls_key UNIQUE NULLS NOT DISTINCT,
        u_defer text CONSTRAINT u_defer_key UNIQUE,
        u_name text CONSTRAINT u_name_key UNIQUE,
        u_partial text CONSTRAINT u_partial_key UNIQUE,
        CONSTRAINT u_pair_key UNIQUE (x, y));
$$, schemas => '{keys}') > 0 AS registered;
CREATE TABLE parent (id bigint PRIMARY KEY, code text CONSTRAINT parent_code_key UNIQUE);
CREATE TABLE uncle (id bigint NOT NULL);
CREATE TABLE pair (a integer, b integer NOT NULL, CONSTRAINT pair_pkey PRIMARY KEY (a), CONSTRAINT pair_a_b_key UNIQUE (a, b));
CREATE TABLE pair_order (a integer, b integer, CONSTRAINT pair_order_pkey PRIMARY KEY (b, a));
CREATE TABLE uncle_key (id bigint PRIMARY KEY);
CREATE TABLE child (
    id bigint CONSTRAINT pk_child PRIMARY KEY,
    p_missing bigint,
    p_target bigint CONSTRAINT p_target_fk REFERENCES uncle_key,
    p_delete bigint CONSTRAINT p_delete_fk REFERENCES parent ON DELETE SET NULL,
    p_update bigint CONSTRAINT p_update_fk REFERENCES parent,
    p_defer bigint CONSTRAINT p_defer_fk REFERENCES parent,
    p_valid bigint, p_name bigint CONSTRAINT other_name_fk REFERENCES parent,
    p_ok bigint CONSTRAINT p_ok_fk REFERENCES parent,
    x integer, y integer, CONSTRAINT pair_fk FOREIGN KEY (y, x) REFERENCES pair (b, a) MATCH SIMPLE,
    u_missing text, u_index text, u_nulls text CONSTRAINT u_nulls_key UNIQUE, u_defer text CONSTRAINT u_defer_key UNIQUE DEFERRABLE INITIALLY DEFERRED,
    u_name text CONSTRAINT other_name_key UNIQUE, u_partial text,
    CONSTRAINT u_pair_key UNIQUE (y, x),
    CONSTRAINT extra_key UNIQUE (u_missing, u_index),
    CONSTRAINT extra_fk FOREIGN KEY (id) REFERENCES parent);
ALTER TABLE child ADD CONSTRAINT p_valid_fk FOREIGN KEY (p_valid) REFERENCES parent NOT VALID;
CREATE UNIQUE INDEX u_index_idx ON child (u_index);
CREATE UNIQUE INDEX u_partial_key ON child (u_partial) WHERE u_partial <> '';
SELECT severity, rule, table_name, object_type, object_name, expected, actual FROM audit_schema(min_severity => 'info');
SELECT object_name, message FROM audit_schema(tables => 'child');

-- the fixes, executed in order of what they need, leave nothing
DROP INDEX u_partial_key;
ALTER TABLE pair DROP CONSTRAINT pair_a_b_key CASCADE;
SELECT fix FROM audit_schema(min_severity => 'info') WHERE rule LIKE '%primary-key%' ORDER BY finding_key COLLATE "C" \gexec
SELECT fix FROM audit_schema(min_severity => 'info') WHERE rule <> 'extra-table' ORDER BY finding_key COLLATE "C" \gexec
SELECT severity, rule, table_name, object_name, expected, actual FROM audit_schema(min_severity => 'info');
\d child

SELECT schema_audit.unregister('keys');
DROP SCHEMA keys CASCADE;
RESET search_path;
RESET client_min_messages;
