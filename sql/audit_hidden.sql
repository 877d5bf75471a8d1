-- What the caller's rights keep from being read is told, and is never taken for equal.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS schema_audit;
RESET client_min_messages;
CREATE ROLE audit_hidden_reader;
SET client_min_messages = error;
CREATE SUBSCRIPTION audit_hidden CONNECTION 'host=localhost dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
RESET client_min_messages;
SELECT schema_audit.register_ddl('audit_hidden', $$CREATE SUBSCRIPTION audit_hidden CONNECTION 'host=localhost dbname=y' PUBLICATION p WITH (connect = false, slot_name = NONE)$$, schemas => '{public}');
SELECT severity, rule, object_type, object_name, message FROM audit_schema(models => '{audit_hidden}') WHERE object_type = 'subscription';
SET ROLE audit_hidden_reader;
SELECT severity, rule, object_type, object_name, message FROM audit_schema(models => '{audit_hidden}') WHERE object_type = 'subscription';
RESET ROLE;
SELECT schema_audit.unregister('audit_hidden');
-- a model that says nothing of it misses nothing
INSERT INTO schema_audit.model (model, governed_schemas, kinds) VALUES ('audit_hidden', '{public}', '{subscription}');
INSERT INTO schema_audit.model_object (model, kind, object_name) VALUES ('audit_hidden', 'subscription', 'audit_hidden');
SET ROLE audit_hidden_reader;
SELECT severity, rule, object_type, object_name, message FROM audit_schema(models => '{audit_hidden}') WHERE object_type = 'subscription';
RESET ROLE;
SELECT schema_audit.unregister('audit_hidden');
DROP SUBSCRIPTION audit_hidden;
DROP ROLE audit_hidden_reader;
