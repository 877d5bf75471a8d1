"""SQLAlchemy's metadata as a `Model`: the DDL of create_all(), and what only the tables and classes know."""

import datetime
import decimal
import json
import os
from typing import Any, Dict, List, Optional, Sequence, Tuple

import sqlalchemy
from sqlalchemy import ARRAY, JSON, Enum, MetaData, Table
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.exc import CompileError, NoReferencedTableError, SQLAlchemyError

from ..errors import SchemaAuditError
from ..model import MAX_NAME, Model, new_annotations, truncated
from ..source import CONSTANT_CALLABLES, name_of_callable, place_of, stdout_to_stderr

# What the server can do decides about the DDL only in that it may refuse; nothing of the models is to be lost.
NEWEST_SERVER = 180000


class Dialect(PGDialect):
    supports_statement_cache = True

    def validate_identifier(self, ident: str) -> None:
        """SQLAlchemy refuses names that are too long, yet queries with them work: the server cuts them off."""


def dialect_for(server_version: int) -> PGDialect:
    # Drivers whose placeholders are %s double each percent sign, in the DDL too.
    dialect = Dialect(paramstyle="named")
    dialect.server_version_info = (server_version // 10000, server_version % 10000)
    return dialect


def metadata_of(target: Any, what: str) -> List[MetaData]:
    """Of a MetaData, a declarative base or mapped class, a registry, or Flask-SQLAlchemy's object."""
    if isinstance(target, MetaData):
        return [target]
    several = getattr(target, "metadatas", None)
    if isinstance(several, dict) and several and all(isinstance(item, MetaData) for item in several.values()):
        return list(several.values())
    metadata = getattr(target, "metadata", None)
    if isinstance(metadata, MetaData):
        return [metadata]
    raise SchemaAuditError(
        f"{what} is no metadata but {target!r:.100}",
        hint="Name a MetaData, a declarative base, or a registry: module:Base, module:metadata.")


def mappers_of(metadata: Sequence[MetaData]) -> Dict[Table, List[Any]]:
    """The mapped classes of each table, of whichever registry."""
    from sqlalchemy.orm import configure_mappers, mapperlib

    with stdout_to_stderr():
        try:
            configure_mappers()
        except SQLAlchemyError:
            pass  # relationships that cannot be resolved have no bearing on tables
    result: Dict[Table, List[Any]] = {}
    for registry in list(mapperlib._all_registries()):
        for mapper in list(registry.mappers):
            table = mapper.local_table
            if isinstance(table, Table) and any(table.metadata is item for item in metadata):
                result.setdefault(table, []).append(mapper.class_)
    for classes in result.values():
        classes.sort(key=lambda item: (len(item.__mro__), item.__module__, item.__qualname__))
    return result


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Exporter:
    def __init__(self, default_schema: str, server_version: int) -> None:
        self.default_schema = default_schema
        self.dialect = dialect_for(server_version)
        self.statements: List[str] = []
        self.tables: Dict[str, Any] = {}
        self.owners: Dict[Tuple[Optional[str], str], str] = {}
        self.warnings: List[str] = []

    # --- DDL ---

    def create_all(self, metadata: MetaData, what: str) -> None:
        def take(statement: Any, *arguments: Any, **options: Any) -> None:
            text = statement if isinstance(statement, str) else str(statement.compile(dialect=self.dialect))
            text = text.strip()
            # A type that several collections have is one type.
            if text and not (text.startswith("CREATE TYPE") and text in self.statements):
                self.statements.append(text)

        try:
            with stdout_to_stderr():  # events of the project may print
                metadata.create_all(MockConnection(self.dialect, take), checkfirst=False)
        except NoReferencedTableError as error:
            raise SchemaAuditError(
                f"{what}: {error}", hint="Name the metadata that has that table, or import the module that defines it"
                                         " with --import.") from error
        except CompileError as error:
            raise SchemaAuditError(f"{what}: SQLAlchemy cannot write this as DDL: {error}") from error

    def check_names(self, table: Table, what: str) -> None:
        key = (table.schema or self.default_schema, truncated(table.name))
        known = self.owners.setdefault(key, f"{table.name} of {what}")
        if known != f"{table.name} of {what}":
            raise SchemaAuditError(
                f"table {table.name} of {what} and table {known} are the same table", "",
                "Register them as two models (NAME=module:Base OTHER=module:Base): the audit then says in what they"
                " differ." if table.name == known.split(" of ")[0] else "Give one of them a shorter name.")
        for kind, name in [("table", table.name)] + [(f"column {table.name}", column.name) for column in table.columns]:
            size = len(name.encode())
            if size > MAX_NAME:
                self.warnings.append(
                    f"{kind}{'' if kind == 'table' else '.'}{' ' if kind == 'table' else ''}{name} has a name of {size}"
                    f" bytes; PostgreSQL keeps {MAX_NAME} of them: {truncated(name)}. Give it a shorter one.")

    # --- annotations ---

    def annotate(self, table: Table, classes: List[Any], module: str) -> None:
        entry: Dict[str, Any] = {"unit": str(table.info.get("unit") or (classes[0].__module__ if classes else module))}
        if classes:
            entry["models"] = [f"{item.__module__}.{item.__qualname__}" for item in classes]
            entry.update(place_of(classes[0]))
        entry["columns"] = {}
        for column in table.columns:
            note = self.note(column)
            if note:
                entry["columns"][truncated(column.name)] = note
        name = truncated(table.name)
        self.tables[f"{table.schema}.{name}" if table.schema else name] = entry

    def note(self, column: Any) -> Dict[str, Any]:
        note: Dict[str, Any] = {}
        default = self.client_default(column)
        if default:
            note["client_default"] = default
        if column.onupdate is not None:
            note["on_update"] = True
        if isinstance(column.type, Enum):
            note["choices"] = [str(value) for value in column.type.enums]
        return note

    def client_default(self, column: Any) -> Optional[Dict[str, str]]:
        """How SQLAlchemy fills the column of a row that does not say its value; None where the database does."""
        default = column.default
        if default is None or column.server_default is not None:
            return None
        if getattr(default, "is_sequence", False):
            return {"kind": "auto"}
        if getattr(default, "is_clause_element", False):
            text = self.literal(default.arg)
            return {"kind": "constant", "sql": text} if text else {"kind": "auto"}
        value = default.arg
        if getattr(default, "is_callable", False):
            function = getattr(value, "__wrapped__", value)  # SQLAlchemy wraps what takes no context
            if function not in CONSTANT_CALLABLES:
                return {"kind": "callable", "name": name_of_callable(function)}
            value = function()
        text = self.constant(value, column.type)
        return {"kind": "constant", "sql": text} if text else {"kind": "callable", "name": type(value).__name__}


    def constant(self, value: Any, column_type: Any) -> str:
        # SQLAlchemy's own text of an empty array has no type; of some others it has none, depending on its version.
        if isinstance(value, (list, tuple)) and not value and isinstance(column_type, ARRAY):
            return "'{}'"
        text = self.literal(sqlalchemy.literal(value, column_type))
        if text:
            return text
        if isinstance(column_type, JSON):
            return quoted(json.dumps(value, ensure_ascii=False, default=str))
        if isinstance(value, (bool, int, float, decimal.Decimal)):
            return str(value).lower()
        if isinstance(value, str):
            return quoted(value)
        return quoted(value.isoformat(" ")) if isinstance(value, datetime.datetime) else \
            quoted(value.isoformat()) if isinstance(value, (datetime.date, datetime.time)) else ""

    def literal(self, element: Any) -> str:
        """SQL without parameters; empty where SQLAlchemy cannot write it."""
        try:
            with stdout_to_stderr():
                return str(element.compile(dialect=self.dialect, compile_kwargs={"literal_binds": True}))
        except Exception:  # of types of the project
            return ""


def expected_heads(path: str) -> List[Dict[str, str]]:
    """Alembic's heads, of alembic.ini or of the directory with it; env.py is not run."""
    try:
        from alembic.config import Config
        from alembic.script import ScriptDirectory
        from alembic.util import CommandError
    except ImportError as error:
        raise SchemaAuditError("alembic is not installed here", hint="pip install alembic") from error
    if os.path.isdir(path):
        path = os.path.join(path, "alembic.ini")
    if not os.path.exists(path):
        raise SchemaAuditError(f"there is no {path}", hint="Name the alembic.ini of the project with --alembic.")
    try:
        with stdout_to_stderr():
            heads = ScriptDirectory.from_config(Config(path)).get_heads()
    except CommandError as error:
        raise SchemaAuditError(f"{path}: {error}") from error
    return [{"tool": "alembic", "name": head} for head in sorted(heads)]


def model_from(*targets: Any, name: str, version: Optional[str] = None, schemas: Optional[Sequence[str]] = None,
               search_path: Optional[Sequence[str]] = None, server_version: int = NEWEST_SERVER,
               alembic: Optional[str] = None, names: Optional[Sequence[str]] = None) -> Model:
    """One model of one or several metadata collections (MetaData, declarative bases, registries).

    `schemas` are governed; without them it is the schemas that the tables are in. `search_path` is where tables
    without schema belong, its first schema. `names` are what messages call the targets."""
    path = list(search_path or schemas or ["public"])
    exporter = Exporter(path[0], server_version)
    collections: List[Tuple[MetaData, str, str]] = []
    for i, target in enumerate(targets):
        what = names[i] if names else name_of_callable(target) if isinstance(target, type) else repr(target)
        module = what.split(":")[0] if names else getattr(target, "__module__", name)
        for metadata in metadata_of(target, what):
            if not any(metadata is known for known, _, _ in collections):
                collections.append((metadata, what, module))
    empty = [what for metadata, what, _ in collections if not metadata.tables]
    if empty or not collections:
        raise SchemaAuditError(
            f"{', '.join(empty) or 'no metadata'} has no tables",
            hint="The modules that define its models have to be imported: name them with --import.")
    classes = mappers_of([metadata for metadata, _, _ in collections])
    for metadata, what, module in collections:
        for table in metadata.tables.values():
            exporter.check_names(table, what)
        exporter.create_all(metadata, what)
        for table in metadata.tables.values():
            exporter.annotate(table, classes.get(table, []), module)
    annotations = new_annotations("sqlalchemy", sqlalchemy.__version__, path)
    annotations["migrations"] = expected_heads(alembic) if alembic else []
    annotations["tables"] = exporter.tables
    return Model(name, exporter.statements, annotations, version, list(schemas) if schemas else None, exporter.warnings)
