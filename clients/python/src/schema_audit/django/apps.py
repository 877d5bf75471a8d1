from django.apps import AppConfig


class SchemaAuditConfig(AppConfig):
    name = "schema_audit.django"
    label = "schema_audit"
    verbose_name = "schema audit"
