-- Partitioned tables of all kinds, and what their partitions have of their own.
CREATE SCHEMA part;
CREATE SCHEMA archive;
SET search_path = part;
CREATE TYPE region AS ENUM ('north', 'south', 'east', 'west');
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE target (id bigint PRIMARY KEY, tenant integer, UNIQUE (tenant, id));

-- range, with a default, bounds with and without ends, a key of two columns
CREATE TABLE by_range (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL DEFAULT now(), body text DEFAULT 'x', target_id bigint, PRIMARY KEY (id, at), CHECK (body <> ''), FOREIGN KEY (target_id) REFERENCES target ON DELETE CASCADE) PARTITION BY RANGE (at);
CREATE TABLE by_range_old PARTITION OF by_range FOR VALUES FROM (MINVALUE) TO ('2023-01-01 00:00:00+00');
CREATE TABLE archive.by_range_2023 PARTITION OF by_range (CONSTRAINT only_here CHECK (id > 0), body DEFAULT 'y' NOT NULL) FOR VALUES FROM ('2023-01-01 00:00:00+00') TO ('2024-01-01 00:00:00+00') WITH (fillfactor = 50);
CREATE TABLE by_range_2024 PARTITION OF by_range FOR VALUES FROM ('2024-01-01 00:00:00+00') TO (MAXVALUE);
CREATE TABLE by_range_rest PARTITION OF by_range DEFAULT;
CREATE TABLE by_two (a integer, b text COLLATE "C", c date) PARTITION BY RANGE (a, b);
CREATE TABLE by_two_1 PARTITION OF by_two FOR VALUES FROM (1, 'a') TO (1, 'it''s');
CREATE TABLE by_two_2 PARTITION OF by_two FOR VALUES FROM (1, 'it''s') TO (MAXVALUE, MAXVALUE);
-- a key that is an expression, with collation and operator class
CREATE TABLE by_expression (name text, n integer) PARTITION BY RANGE (lower(name) COLLATE "C" text_ops, (n + 1));
CREATE TABLE by_expression_1 PARTITION OF by_expression FOR VALUES FROM ('a', 0) TO ('m', 100);

-- list, with nulls, over several types
CREATE TABLE by_list (region region, code varchar(3), flag boolean) PARTITION BY LIST (region);
CREATE TABLE by_list_north PARTITION OF by_list FOR VALUES IN ('north');
CREATE TABLE by_list_rest PARTITION OF by_list FOR VALUES IN ('south', 'east', NULL) PARTITION BY LIST (code);
CREATE TABLE by_list_rest_a PARTITION OF by_list_rest FOR VALUES IN ('a', 'b') PARTITION BY LIST (flag);
CREATE TABLE by_list_rest_a_yes PARTITION OF by_list_rest_a FOR VALUES IN (true);
CREATE TABLE by_list_rest_a_no PARTITION OF by_list_rest_a FOR VALUES IN (false, NULL);
CREATE TABLE by_list_rest_other PARTITION OF by_list_rest DEFAULT;
-- nobody's: partitioned without partitions
CREATE TABLE by_list_empty PARTITION OF by_list FOR VALUES IN ('west') PARTITION BY HASH (code);
CREATE TABLE no_partitions (id integer) PARTITION BY HASH (id);

-- hash
CREATE TABLE by_hash (id uuid DEFAULT gen_random_uuid() NOT NULL, tenant integer NOT NULL, doc jsonb, PRIMARY KEY (tenant, id), UNIQUE (id, tenant) INCLUDE (doc)) PARTITION BY HASH (tenant);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE by_hash_2 PARTITION OF by_hash FOR VALUES WITH (MODULUS 6, REMAINDER 2);

-- indexes: of all, of one, attached by hand, on the parent only (and so invalid), unique
CREATE INDEX ON by_range (target_id, at DESC) WHERE target_id IS NOT NULL;
CREATE INDEX by_range_lower ON by_range (lower(body));
CREATE INDEX own_of_2024 ON by_range_2024 (body DESC);
CREATE UNIQUE INDEX unique_of_2023 ON archive.by_range_2023 (id);
CREATE INDEX by_hash_doc ON ONLY by_hash USING gin (doc);
CREATE INDEX a_doc ON by_hash_0 USING gin (doc);
CREATE INDEX b_doc ON by_hash_1 USING gin (doc);
CREATE INDEX c_doc ON by_hash_2 USING gin (doc);
ALTER INDEX by_hash_doc ATTACH PARTITION a_doc;
ALTER INDEX by_hash_doc ATTACH PARTITION b_doc;
ALTER INDEX by_hash_doc ATTACH PARTITION c_doc;
CREATE INDEX by_list_code ON by_list (code varchar_pattern_ops);

-- attached tables: columns in another order, dropped ones, constraints and indexes that were there before
CREATE TABLE attached (gone integer, body text DEFAULT 'z', target_id bigint, at timestamptz NOT NULL, id bigint NOT NULL, CONSTRAINT by_range_body_check CHECK (body <> ''), CONSTRAINT only_attached CHECK (at < '2050-01-01 00:00:00+00'));
ALTER TABLE attached DROP COLUMN gone;
CREATE INDEX attached_before ON attached (target_id, at DESC) WHERE target_id IS NOT NULL;
ALTER TABLE by_range DETACH PARTITION by_range_2024;
ALTER TABLE by_range ATTACH PARTITION attached FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2060-01-01 00:00:00+00');

-- references to, from and between them, and from one partition alone
ALTER TABLE by_range ADD CONSTRAINT twice FOREIGN KEY (target_id) REFERENCES target DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE archive.by_range_2023 ADD CONSTRAINT from_one FOREIGN KEY (id) REFERENCES target;
CREATE TABLE to_them (id integer PRIMARY KEY, tenant integer, doc uuid, FOREIGN KEY (tenant, doc) REFERENCES by_hash ON DELETE SET NULL (doc));
CREATE TABLE between (tenant integer, doc uuid, FOREIGN KEY (tenant, doc) REFERENCES by_hash MATCH FULL) PARTITION BY LIST (tenant);
CREATE TABLE between_1 PARTITION OF between FOR VALUES IN (1);
CREATE TABLE to_one (id bigint REFERENCES archive.by_range_2023 (id));
CREATE TABLE itself (id integer PRIMARY KEY, parent integer REFERENCES itself) PARTITION BY RANGE (id);
CREATE TABLE itself_1 PARTITION OF itself FOR VALUES FROM (1) TO (10);

-- triggers of all, of one, and switched off in one
CREATE TRIGGER of_all AFTER INSERT ON by_range FOR EACH ROW EXECUTE FUNCTION touched();
CREATE TRIGGER of_one BEFORE UPDATE ON by_range_old FOR EACH ROW EXECUTE FUNCTION touched();
ALTER TABLE by_range_rest DISABLE TRIGGER of_all;
-- an option, storage and statistics of one
ALTER TABLE by_range_old ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN body SET STATISTICS 500;
ALTER TABLE by_range_old SET (autovacuum_enabled = false);
