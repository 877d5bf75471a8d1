-- DDL as SQLAlchemy prints it: serial columns, enum types, inline keys.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
SELECT schema_audit.register_ddl('register_sqlalchemy', $ddl$
CREATE TYPE source AS ENUM ('local', 'imported');
CREATE TABLE tags (
	id SERIAL NOT NULL, 
	name VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
CREATE TABLE devices (
	id SERIAL NOT NULL, 
	source source DEFAULT 'local' NOT NULL, 
	origins source[] DEFAULT '{local}', 
	success_rate FLOAT DEFAULT 1.0, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now(), 
	parent_id INTEGER, 
	area INTEGER GENERATED ALWAYS AS (id * 2) STORED, 
	PRIMARY KEY (id), 
	FOREIGN KEY(parent_id) REFERENCES devices (id) ON DELETE SET NULL
);
CREATE TABLE device_tags (
	device_id INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE, 
	tag_id INTEGER NOT NULL, 
	PRIMARY KEY (device_id, tag_id), 
	FOREIGN KEY(tag_id) REFERENCES tags (id) ON DELETE CASCADE
);
CREATE INDEX ix_devices_name ON tags (lower(CAST(name AS text)), id DESC);
COMMENT ON TABLE devices IS 'what is managed';
INSERT INTO tags (name) VALUES ('a');
$ddl$, schemas => '{inventory}');
SELECT governed_schemas FROM schema_audit.model WHERE model = 'register_sqlalchemy';
SELECT table_name, column_name, data_type, not_null, default_expression, generated, owns_sequence
  FROM schema_audit.model_column WHERE model = 'register_sqlalchemy' ORDER BY table_name, position;
SELECT table_name, constraint_name, kind, columns, referenced_schema, referenced_table, referenced_columns, on_delete
  FROM schema_audit.model_constraint WHERE model = 'register_sqlalchemy' ORDER BY table_name, constraint_name;
SELECT index_name, keys FROM schema_audit.model_index WHERE model = 'register_sqlalchemy';
SELECT kind, schema_name, object_name, definition FROM schema_audit.model_object WHERE model = 'register_sqlalchemy';
SELECT schema_audit.unregister('register_sqlalchemy');
