"""Registers models with the PostgreSQL extension schema_audit and audits databases against them.

``schema_audit.django`` is a Django app with management commands, ``schema_audit.sqlalchemy`` has ``model_from()``
and the console script ``schema-audit-sqlalchemy``. What both make is a `Model`; `Database` registers and audits it.
"""

from .database import Column, Database, Finding
from .errors import SchemaAuditError
from .model import Model
from .version import VERSION as __version__

__all__ = ["Column", "Database", "Finding", "Model", "SchemaAuditError", "__version__"]
