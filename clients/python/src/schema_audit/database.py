"""Talks to the extension through any DB-API connection (psycopg, psycopg2, Django's)."""

import re
from dataclasses import dataclass, fields
from typing import Any, List, Optional, Sequence, Tuple

from .errors import SchemaAuditError, from_driver
from .model import Model, as_json, identifier
from .version import OLDEST_EXTENSION, VERSION

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Finding:
    """A row of audit_schema(), and where the model of its table is written."""

    severity: str
    rule: str
    schema_name: Optional[str]
    table_name: Optional[str]
    object_type: Optional[str]
    object_name: Optional[str]
    expected: Optional[str]
    actual: Optional[str]
    message: str
    fix: Optional[str]
    model: Optional[str]
    app: Optional[str]
    finding_key: str
    file: Optional[str]
    line: Optional[int]


@dataclass(frozen=True)
class Column:
    """A row of schema_audit.columns()."""

    model: Optional[str]
    app: Optional[str]
    schema_name: str
    table_name: str
    column_name: str
    expected_type: Optional[str]
    actual_type: Optional[str]
    expected_not_null: Optional[bool]
    actual_not_null: Optional[bool]
    expected_default: Optional[str]
    actual_default: Optional[str]
    matched: bool
    differences: Optional[List[str]]


@dataclass(frozen=True)
class Filter:
    """The arguments of audit_schema(); None means all."""

    models: Optional[List[str]] = None
    schemas: Optional[List[str]] = None
    tables: Optional[str] = None
    apps: Optional[List[str]] = None


def version_of(text: str) -> Tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


class Database:
    """`connection` is open; committing is its owner's business."""

    def __init__(self, connection: Any, name: str = "") -> None:
        self.connection = connection
        self._name = name
        self._schema = ""  # of audit_schema(); empty: not looked for yet

    @property
    def name(self) -> str:
        return self._name or str(self.query("SELECT current_database()", doing="cannot ask the server")[0][0])

    def query(self, sql: str, arguments: Sequence[Any] = (), doing: str = "the server refuses") -> List[Tuple[Any, ...]]:
        try:
            with self.connection.cursor() as cursor:
                # Without arguments, drivers disagree about what a percent sign is.
                cursor.execute(sql, list(arguments) or None)
                return list(cursor.fetchall()) if cursor.description else []
        except Exception as error:  # each driver has its own
            raise from_driver(error, doing) from error

    def require_extension(self) -> str:
        """The schema of audit_schema(). Refuses a database that has no schema_audit, or one that is too old."""
        if self._schema:
            return self._schema
        rows = self.query(
            "SELECT x.extversion, n.nspname FROM pg_catalog.pg_extension AS x"
            " JOIN pg_catalog.pg_namespace AS n ON n.oid = x.extnamespace WHERE x.extname = 'schema_audit'",
            doing="cannot look for the extension",
        )
        if not rows:
            raise self._missing_extension()
        version, self._schema = rows[0]
        if version_of(version) < OLDEST_EXTENSION:
            wanted = ".".join(map(str, OLDEST_EXTENSION))
            schema, self._schema = self._schema, ""
            raise SchemaAuditError(
                f"extension schema_audit of database {self.name} has version {version},"
                f" schema-audit {VERSION} needs {wanted} or later",
                f"It lies in schema {schema}.",
                "Install the later version into the server, then, as superuser in this database:"
                " ALTER EXTENSION schema_audit UPDATE;",
            )
        return self._schema

    def _missing_extension(self) -> SchemaAuditError:
        available = self.query(
            "SELECT default_version FROM pg_catalog.pg_available_extensions WHERE name = 'schema_audit'",
            doing="cannot look for the extension",
        )
        message = f"database {self.name} has no extension schema_audit"
        if available:
            return SchemaAuditError(
                message,
                f"Version {available[0][0]} is installed in the server.",
                "As superuser in this database: CREATE EXTENSION schema_audit;",
            )
        return SchemaAuditError(
            message,
            "It is not installed in the server either.",
            "Install it on the server's machine (in a checkout of schema_audit: make && make install),"
            " then, as superuser in this database: CREATE EXTENSION schema_audit;",
        )

    def search_path(self) -> List[str]:
        """The schemas in which unqualified names are looked up; the first is where they are created."""
        rows = self.query("SELECT pg_catalog.unnest(pg_catalog.current_schemas(false))::text")
        return [row[0] for row in rows] or ["public"]

    def server_version(self) -> int:
        return int(self.query("SELECT pg_catalog.current_setting('server_version_num')")[0][0])

    def register(self, model: Model) -> int:
        """The number of objects that were registered. What was registered under the name is replaced."""
        self.require_extension()
        rows = self.query(
            "SELECT schema_audit.register_ddl(%s, %s, %s, %s::text[], %s::jsonb)",
            (model.name, model.ddl, model.version, model.schemas, as_json(model.annotations)),
            doing=f"cannot register model {model.name}",
        )
        return int(rows[0][0])

    def require_model(self, name: str, command: str) -> Optional[str]:
        """The version of a registered model."""
        self.require_extension()
        rows = self.query("SELECT version FROM schema_audit.model WHERE model = %s", (name,))
        if rows:
            return rows[0][0]  # type: ignore[no-any-return]
        others = [row[0] for row in self.query("SELECT model FROM schema_audit.model ORDER BY model")]
        raise SchemaAuditError(
            f"no model {name} is registered in database {self.name}",
            f"Registered are: {', '.join(others)}." if others else "",
            f"Register it: {command}",
        )

    def findings(self, which: Filter, min_severity: str = "info") -> List[Finding]:
        """In the order of audit_schema(); of migrations too, unless the filter is about schemas or tables."""
        schema = identifier(self.require_extension())
        names = [item.name for item in fields(Finding)]
        columns = ", ".join(("t." if name in ("file", "line") else "f.") + name for name in names)
        rows = self.query(
            f"SELECT {columns} FROM {schema}.audit_schema(%s::text[], %s::text[], %s, %s::text[], %s) WITH ORDINALITY AS f"
            " LEFT JOIN schema_audit.model_table AS t"
            " ON (t.model, t.schema_name, t.table_name) = (f.model, f.schema_name, f.table_name) ORDER BY f.ordinality",
            (which.models, which.schemas, which.tables, which.apps, min_severity),
            doing="cannot audit",
        )
        return [Finding(*row) for row in rows]

    def columns(self, which: Filter) -> List[Column]:
        self.require_extension()
        columns = ", ".join(item.name for item in fields(Column))
        rows = self.query(
            f"SELECT {columns} FROM schema_audit.columns(%s::text[], %s::text[], %s, %s::text[])",
            (which.models, which.schemas, which.tables, which.apps),
            doing="cannot audit",
        )
        return [Column(*row) for row in rows]

    def label_migration(self, label: str) -> None:
        """What the guard writes into its log beside the DDL that follows; empty: nothing more."""
        self.query("SELECT pg_catalog.set_config('schema_audit.migration', %s, false)", (label,))
