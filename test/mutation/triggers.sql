-- Triggers and policies.
CREATE ROLE hook_other;
CREATE ROLE hook_reader;
CREATE SCHEMA hooks;
SET search_path = hooks;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE account (id integer PRIMARY KEY, owner_name text, balance integer, state text);
CREATE TABLE transfer (id integer PRIMARY KEY, account_id integer REFERENCES account);
CREATE TABLE log (id integer, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE member (account_id integer, id integer);
CREATE VIEW accounts AS SELECT id FROM account;
CREATE TRIGGER plain BEFORE INSERT ON account EXECUTE FUNCTION stamp();
CREATE TRIGGER full_one AFTER INSERT OR UPDATE OF balance, state ON account FOR EACH ROW WHEN (NEW.balance > 0 AND NEW.state IN ('a', 'b')) EXECUTE FUNCTION stamp('x', 'y''z');
CREATE TRIGGER changed BEFORE UPDATE ON account FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION stamp();
CREATE TRIGGER seen AFTER UPDATE ON transfer REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION stamp();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON transfer FROM account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER on_view INSTEAD OF INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER on_parent BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER sleeping BEFORE DELETE ON account EXECUTE FUNCTION stamp();
ALTER TABLE account DISABLE TRIGGER sleeping;
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY open ON account;
CREATE POLICY own ON account AS RESTRICTIVE FOR UPDATE TO hook_reader, hook_other USING (owner_name = CURRENT_USER) WITH CHECK (balance IN (1, 2));
CREATE POLICY looked_up ON account FOR SELECT USING (EXISTS (SELECT FROM member t WHERE t.account_id = account.id));
RESET search_path;
SELECT schema_audit.register_schema('mutation', '{hooks}');
INSERT INTO schema_audit.compare VALUES ('comments', '%', true);

INSERT INTO mutation_test.mutation (kind, attribute, change, expected, undo) VALUES
('trigger', 'missing', 'DROP TRIGGER plain ON account', '{"missing-trigger plain"}', 'CREATE TRIGGER plain BEFORE INSERT ON account EXECUTE FUNCTION stamp()'),
('trigger', 'missing, with its table', 'ALTER TABLE transfer SET SCHEMA public', '{"missing-table transfer"}', 'ALTER TABLE public.transfer SET SCHEMA hooks'),
('trigger', 'missing, of a view', 'DROP TRIGGER on_view ON accounts', '{"missing-trigger on_view"}', 'CREATE TRIGGER on_view INSTEAD OF INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION stamp()'),
('trigger', 'extra', 'CREATE TRIGGER one_more BEFORE INSERT ON account EXECUTE FUNCTION stamp()', '{"extra-trigger one_more"}', 'DROP TRIGGER one_more ON account'),
('trigger', 'extra, with its table', 'CREATE TABLE extra (id integer); CREATE TRIGGER one_more BEFORE INSERT ON extra EXECUTE FUNCTION stamp()', '{"extra-table extra"}', 'DROP TABLE extra'),
('trigger', 'extra, of foreign keys', 'CREATE TABLE public.elsewhere (id integer REFERENCES account)', '{}', 'DROP TABLE public.elsewhere'),
('trigger', 'comment', 'COMMENT ON TRIGGER plain ON account IS ''text''', '{"comment-mismatch plain"}', 'COMMENT ON TRIGGER plain ON account IS NULL'),
('trigger', 'timing', 'DROP TRIGGER plain ON account; CREATE TRIGGER plain AFTER INSERT ON account EXECUTE FUNCTION stamp()', '{"trigger-mismatch plain"}', 'DROP TRIGGER plain ON account; CREATE TRIGGER plain BEFORE INSERT ON account EXECUTE FUNCTION stamp()'),
('trigger', 'events', 'CREATE OR REPLACE TRIGGER plain BEFORE INSERT OR DELETE ON account EXECUTE FUNCTION stamp()', '{"trigger-mismatch plain"}', 'CREATE OR REPLACE TRIGGER plain BEFORE INSERT ON account EXECUTE FUNCTION stamp()'),
('trigger', 'columns', 'CREATE OR REPLACE TRIGGER full_one AFTER INSERT OR UPDATE OF balance ON account FOR EACH ROW WHEN (NEW.balance > 0 AND NEW.state IN (''a'', ''b'')) EXECUTE FUNCTION stamp(''x'', ''y''''z'')', '{"trigger-mismatch full_one"}', 'CREATE OR REPLACE TRIGGER full_one AFTER INSERT OR UPDATE OF balance, state ON account FOR EACH ROW WHEN (NEW.balance > 0 AND NEW.state IN (''a'', ''b'')) EXECUTE FUNCTION stamp(''x'', ''y''''z'')'),
('trigger', 'condition, another one', 'CREATE OR REPLACE TRIGGER full_one AFTER UPDATE OF state, balance OR INSERT ON account FOR EACH ROW WHEN (NEW.state = ANY (ARRAY[''b'', ''a'']) AND true AND NEW.balance > 0::bigint) EXECUTE FUNCTION stamp(''x'', ''y''''z'')', '{"trigger-mismatch full_one"}', 'CREATE OR REPLACE TRIGGER full_one AFTER UPDATE OF state, balance OR INSERT ON account FOR EACH ROW WHEN (NEW.balance > 0::bigint AND NEW.state = ANY (ARRAY[''b'', ''a''])) EXECUTE FUNCTION stamp(''x'', ''y''''z'')'),
('trigger', 'condition, spelled otherwise', 'CREATE OR REPLACE TRIGGER full_one AFTER UPDATE OF state, balance OR INSERT ON account FOR EACH ROW WHEN (NEW.balance > 0::bigint AND NEW.state = ANY (ARRAY[''b'', ''a''])) EXECUTE FUNCTION stamp(''x'', ''y''''z'')', '{}', 'SELECT 1'),
('trigger', 'level', 'CREATE OR REPLACE TRIGGER plain BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION stamp()', '{"trigger-mismatch plain"}', 'CREATE OR REPLACE TRIGGER plain BEFORE INSERT ON account EXECUTE FUNCTION stamp()'),
('trigger', 'condition', 'CREATE OR REPLACE TRIGGER changed BEFORE UPDATE ON account FOR EACH ROW WHEN (OLD.balance IS DISTINCT FROM NEW.balance) EXECUTE FUNCTION stamp()', '{"trigger-mismatch changed"}', 'CREATE OR REPLACE TRIGGER changed BEFORE UPDATE ON account FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION stamp()'),
('trigger', 'condition, none', 'CREATE OR REPLACE TRIGGER changed BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION stamp()', '{"trigger-mismatch changed"}', 'CREATE OR REPLACE TRIGGER changed BEFORE UPDATE ON account FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION stamp()'),
('trigger', 'function', 'CREATE OR REPLACE TRIGGER plain BEFORE INSERT ON account EXECUTE FUNCTION other()', '{"trigger-mismatch plain"}', 'CREATE OR REPLACE TRIGGER plain BEFORE INSERT ON account EXECUTE FUNCTION stamp()'),
('trigger', 'arguments', 'CREATE OR REPLACE TRIGGER plain BEFORE INSERT ON account EXECUTE FUNCTION stamp(1)', '{"trigger-mismatch plain"}', 'CREATE OR REPLACE TRIGGER plain BEFORE INSERT ON account EXECUTE FUNCTION stamp()'),
('trigger', 'constraint', 'DROP TRIGGER late ON transfer; CREATE TRIGGER late AFTER INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION stamp()', '{"trigger-mismatch late"}', 'DROP TRIGGER late ON transfer; CREATE CONSTRAINT TRIGGER late AFTER INSERT ON transfer FROM account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp()'),
('trigger', 'deferrable', 'DROP TRIGGER late ON transfer; CREATE CONSTRAINT TRIGGER late AFTER INSERT ON transfer FROM account DEFERRABLE FOR EACH ROW EXECUTE FUNCTION stamp()', '{"trigger-mismatch late"}', 'DROP TRIGGER late ON transfer; CREATE CONSTRAINT TRIGGER late AFTER INSERT ON transfer FROM account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp()'),
('trigger', 'referenced_table', 'DROP TRIGGER late ON transfer; CREATE CONSTRAINT TRIGGER late AFTER INSERT ON transfer DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp()', '{"trigger-mismatch late"}', 'DROP TRIGGER late ON transfer; CREATE CONSTRAINT TRIGGER late AFTER INSERT ON transfer FROM account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stamp()'),
('trigger', 'old_table', 'CREATE OR REPLACE TRIGGER seen AFTER UPDATE ON transfer REFERENCING NEW TABLE AS after EXECUTE FUNCTION stamp()', '{"trigger-mismatch seen"}', 'CREATE OR REPLACE TRIGGER seen AFTER UPDATE ON transfer REFERENCING NEW TABLE AS after OLD TABLE AS before EXECUTE FUNCTION stamp()'),
('trigger', 'new_table', 'CREATE OR REPLACE TRIGGER seen AFTER UPDATE ON transfer REFERENCING OLD TABLE AS before NEW TABLE AS later EXECUTE FUNCTION stamp()', '{"trigger-mismatch seen"}', 'CREATE OR REPLACE TRIGGER seen AFTER UPDATE ON transfer REFERENCING OLD TABLE AS before NEW TABLE AS after EXECUTE FUNCTION stamp()'),
('trigger', 'enabled', 'ALTER TABLE account DISABLE TRIGGER plain', '{"trigger-mismatch plain"}', 'ALTER TABLE account ENABLE TRIGGER plain'),
('trigger', 'enabled, always', 'ALTER TABLE account ENABLE ALWAYS TRIGGER plain', '{"trigger-mismatch plain"}', 'ALTER TABLE account ENABLE TRIGGER plain'),
('trigger', 'enabled, disabled in the model', 'ALTER TABLE account ENABLE TRIGGER sleeping', '{"trigger-mismatch sleeping"}', 'ALTER TABLE account DISABLE TRIGGER sleeping'),
('trigger', 'extra, of a partition', 'CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (''2025-01-01'') TO (''2026-01-01'')', '{"extra-partition log_2"}', 'DROP TABLE log_2'),
('policy', 'missing', 'DROP POLICY open ON account', '{"missing-policy open"}', 'CREATE POLICY open ON account'),
('policy', 'extra', 'CREATE POLICY one_more ON account', '{"extra-policy one_more"}', 'DROP POLICY one_more ON account'),
('policy', 'extra, with its table', 'CREATE TABLE extra (id integer); CREATE POLICY one_more ON extra', '{"extra-table extra"}', 'DROP TABLE extra'),
('policy', 'comment', 'COMMENT ON POLICY open ON account IS ''text''', '{"comment-mismatch open"}', 'COMMENT ON POLICY open ON account IS NULL'),
('policy', 'command', 'DROP POLICY open ON account; CREATE POLICY open ON account FOR DELETE', '{"policy-mismatch open"}', 'DROP POLICY open ON account; CREATE POLICY open ON account'),
('policy', 'restrictive', 'DROP POLICY open ON account; CREATE POLICY open ON account AS RESTRICTIVE', '{"policy-mismatch open"}', 'DROP POLICY open ON account; CREATE POLICY open ON account'),
('policy', 'roles', 'ALTER POLICY own ON account TO hook_other', '{"policy-mismatch own"}', 'ALTER POLICY own ON account TO hook_other, hook_reader'),
('policy', 'roles, of all', 'ALTER POLICY open ON account TO hook_other', '{"policy-mismatch open"}', 'ALTER POLICY open ON account TO PUBLIC'),
('policy', 'using', 'ALTER POLICY own ON account USING (owner_name = SESSION_USER)', '{"policy-mismatch own"}', 'ALTER POLICY own ON account USING ((account.owner_name = current_user))'),
('policy', 'using, with a subquery', 'ALTER POLICY looked_up ON account USING (EXISTS (SELECT FROM member t WHERE t.id = account.id))', '{"policy-mismatch looked_up"}', 'ALTER POLICY looked_up ON account USING (EXISTS (SELECT FROM hooks.member t WHERE (t.account_id = account.id)))'),
('policy', 'with_check', 'ALTER POLICY own ON account WITH CHECK (balance = 1)', '{"policy-mismatch own"}', 'ALTER POLICY own ON account WITH CHECK (balance = ANY (ARRAY[2, 1]))');
