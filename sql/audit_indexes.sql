-- Indexes are paired by what they are.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
CREATE SCHEMA idx;
SET search_path = idx, public;
SELECT schema_audit.register_ddl('idx', $$
    CREATE TABLE t (id bigint PRIMARY KEY, a varchar(20), b text, c integer, d timestamptz, e jsonb, f text UNIQUE);
    CREATE INDEX same ON t (a, c DESC NULLS LAST) INCLUDE (b) WHERE c > 0;
    CREATE INDEX t_f_like ON t (f text_pattern_ops);
    CREATE INDEX like_missing_a ON t (a varchar_pattern_ops);
    CREATE INDEX method ON t USING hash (c);
    CREATE INDEX opclass ON t USING gin (e jsonb_path_ops);
    CREATE INDEX sorted ON t (d DESC);
    CREATE INDEX partial ON t (c) WHERE a IS NOT NULL;
    CREATE INDEX expression ON t (lower(a));
    CREATE INDEX expression_sorted ON t (lower(b) DESC, (c + 1));
    CREATE INDEX included ON t (b) INCLUDE (c);
    CREATE INDEX renamed ON t (c, d);
    CREATE UNIQUE INDEX made_unique ON t (a, b);
    CREATE UNIQUE INDEX as_constraint ON t (b, d);
    CREATE UNIQUE INDEX missing_unique ON t (c, a);
    CREATE INDEX collated ON t (b COLLATE "C");
$$, schemas => '{idx}') > 0 AS registered;
CREATE TABLE t (id bigint PRIMARY KEY, a varchar(20), b text, c integer, d timestamptz, e jsonb, f text UNIQUE);
CREATE INDEX same ON t (a, c DESC NULLS LAST) INCLUDE (b) WHERE (c > (0));
CREATE INDEX t_f_like ON t (f text_pattern_ops);
CREATE INDEX method ON t USING btree (c);
CREATE INDEX opclass ON t USING gin (e);
CREATE INDEX sorted ON t (d);
CREATE INDEX partial ON t (c) WHERE a IS NULL;
CREATE INDEX expression ON t (upper(a));
CREATE INDEX included ON t (b);
CREATE INDEX another_name ON t (c, d);
CREATE INDEX made_unique ON t (a, b);
ALTER TABLE t ADD CONSTRAINT as_constraint UNIQUE (b, d);
CREATE INDEX collated ON t (b);
CREATE INDEX extra ON t (c);
CREATE UNIQUE INDEX extra_unique ON t (e);
SELECT severity, rule, object_name, expected, actual FROM audit_schema(min_severity => 'info');
SELECT object_name, fix FROM audit_schema(min_severity => 'info');

-- a failed concurrent build leaves an invalid index, in the model or not
INSERT INTO t (id, c, a) VALUES (1, 1, 'x'), (2, 1, 'x');
\set VERBOSITY terse
CREATE UNIQUE INDEX CONCURRENTLY missing_unique ON t (c, a);
CREATE UNIQUE INDEX CONCURRENTLY extra_invalid ON t (c);
\set VERBOSITY default
SELECT severity, rule, object_name, message, fix FROM audit_schema() WHERE object_name IN ('missing_unique', 'extra_invalid');
DELETE FROM t;
REINDEX INDEX CONCURRENTLY missing_unique;
-- what is not built is no expectation of a model that is taken now
SELECT schema_audit.register_schema('half_built', '{idx}') > 0 AS registered;
SELECT index_name FROM schema_audit.model_index WHERE model = 'half_built' AND index_name = 'extra_invalid';
SELECT rule, object_name FROM audit_schema('{half_built}') WHERE object_name = 'extra_invalid';
DROP INDEX extra_invalid;
SELECT rule, object_name FROM audit_schema('{half_built}') WHERE object_name = 'extra_invalid';
SELECT schema_audit.unregister('half_built');

-- the fixes, each a statement of its own outside of a transaction
SELECT unnest(string_to_array(rtrim(fix, ';'), '; ')) FROM audit_schema(min_severity => 'info') WHERE fix IS NOT NULL \gexec
SELECT severity, rule, object_name, expected, actual FROM audit_schema(min_severity => 'info');

-- partitioned tables: an index or constraint of the parent is told once, and its fix runs: indexes of partitioned
-- tables are neither built nor dropped CONCURRENTLY, and their foreign keys cannot be NOT VALID
CREATE SCHEMA part;
CREATE TABLE part.target (id integer PRIMARY KEY);
CREATE TABLE part.event (id integer NOT NULL, day date NOT NULL, note text,
    PRIMARY KEY (id, day), CONSTRAINT to_target FOREIGN KEY (id) REFERENCES part.target) PARTITION BY RANGE (day);
CREATE TABLE part.event_2024 PARTITION OF part.event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (id);
CREATE TABLE part.event_2024_one PARTITION OF part.event_2024 FOR VALUES IN (1);
CREATE INDEX by_note ON part.event (note);
CREATE INDEX by_day ON part.event (day);
CREATE INDEX own ON part.event_2024_one (note, day);
SELECT schema_audit.register_schema('part', '{part}');
SELECT * FROM audit_schema(models => '{part}', min_severity => 'info');
DROP INDEX part.by_note;
DROP INDEX part.by_day;
CREATE INDEX by_day ON part.event (day DESC);
CREATE INDEX extra ON part.event (note, id);
DROP INDEX part.own;
ALTER TABLE part.event DROP CONSTRAINT to_target;
ALTER TABLE part.event DROP CONSTRAINT event_pkey;
SELECT severity, rule, table_name, object_name, fix FROM audit_schema(models => '{part}', min_severity => 'info');
SELECT unnest(string_to_array(rtrim(fix, ';'), '; ')) FROM audit_schema(models => '{part}', min_severity => 'info') WHERE fix IS NOT NULL \gexec
SELECT severity, rule, table_name, object_name, fix FROM audit_schema(models => '{part}', min_severity => 'info');
-- invalid until every partition has its part; REINDEX would not mend it
DROP INDEX part.by_note;
CREATE INDEX by_note ON ONLY part.event (note);
SELECT severity, rule, object_name, message, fix FROM audit_schema(models => '{part}');
DROP INDEX part.by_note;
CREATE INDEX by_note ON part.event (note);
-- detached: one finding
ALTER TABLE part.event DETACH PARTITION part.event_2024;
SELECT severity, rule, object_name, expected, actual, message, fix FROM audit_schema(models => '{part}', min_severity => 'info');
SELECT schema_audit.unregister('part');
DROP SCHEMA part CASCADE;

SELECT schema_audit.unregister('idx');
DROP SCHEMA idx CASCADE;
RESET search_path;
RESET client_min_messages;
