"""Opens a connection, for the commands that have none."""

import os
import re
from typing import Any

from .errors import SchemaAuditError


def driver() -> Any:
    try:
        import psycopg

        return psycopg
    except ImportError:
        pass
    try:
        import psycopg2

        return psycopg2
    except ImportError as error:
        raise SchemaAuditError("no driver for PostgreSQL is installed here",
                               hint="pip install 'schema-audit[psycopg]'") from error


def without_password(address: str) -> str:
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", re.sub(r"(?i)(password\s*=\s*)('[^']*'|\S+)", r"\1***", address))


def connect(address: str) -> Any:
    """`address` is a URL of SQLAlchemy or libpq, or libpq's key=value; empty: $DATABASE_URL, else libpq's PG*."""
    address = address or os.environ.get("DATABASE_URL", "")
    if "://" in address and not re.match(r"postgres(ql)?(\+\w+)?://", address):
        raise SchemaAuditError(f"{without_password(address)} is no PostgreSQL",
                               hint="The address begins with postgresql://.")
    module = driver()
    try:
        connection = module.connect(re.sub(r"^postgres(ql)?\+\w+://", "postgresql://", address))
    except Exception as error:
        raise SchemaAuditError(
            f"cannot connect to {without_password(address) or 'the server of the environment variables PG*'}",
            str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__,
            "Name the database with --database postgresql://user@host/name. To write the models into a file without"
            " a database: --output models.sql") from error
    return connection
