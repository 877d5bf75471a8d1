"""Django app with the management commands schema_audit_register, schema_audit_check and schema_audit_migrate."""
