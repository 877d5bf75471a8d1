"""Django's models as a `Model`: the DDL of its own schema editor, and what only the models know."""

import re
from typing import Any, Dict, List, Optional, Sequence, Tuple, Type

import django
from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections, router
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

from ..errors import SchemaAuditError
from ..model import MAX_NAME, Model, new_annotations, truncated
from ..source import CONSTANT_CALLABLES, name_of_callable, place_of, stdout_to_stderr

# Without a connection, what the server can do is not known: then everything, so that nothing of the models is lost.
NEWEST_SERVER = 180000


def project_name() -> str:
    """The name that a model has unless another is given: that of the settings' package."""
    return (getattr(settings, "SETTINGS_MODULE", None) or "django").split(".")[0]


def chosen_apps(labels: Optional[Sequence[str]]) -> Optional[List[AppConfig]]:
    if not labels:
        return None
    known = sorted(config.label for config in apps.get_app_configs())
    unknown = [label for label in labels if label not in known]
    if unknown:
        raise SchemaAuditError(f"no installed app has the label {', '.join(unknown)}",
                               hint=f"Labels are: {', '.join(known)}.")
    return [apps.get_app_config(label) for label in labels]


def split_table(db_table: str) -> Tuple[str, str]:
    """Schema, empty if there is none, and table of a db_table, which may be written as "schema"."table"."""
    name = db_table[1:-1] if db_table.startswith('"') and db_table.endswith('"') else db_table
    schema, point, table = name.partition('"."')
    return (schema, table) if point else ("", name)


def standard(text: str, connection: Any) -> str:
    """psycopg2 without a connection takes it that backslashes need doubling in plain texts; they do not."""
    text = text.lstrip(" ")
    return text.replace("\\\\", "\\") if connection.connection is None and text.startswith("'") else text


def quoted(text: Optional[str]) -> str:
    """As the text form of hstore wants it."""
    return "NULL" if text is None else '"' + re.sub(r'(["\\])', r"\\\1", str(text)) + '"'


class Exporter:
    def __init__(self, alias: str, labels: Optional[Sequence[str]], connected: bool) -> None:
        self.connection = connections[alias]
        self.alias = alias
        self.configs = chosen_apps(labels)
        if self.connection.vendor != "postgresql":
            raise SchemaAuditError(f"database {alias} is no PostgreSQL but {self.connection.vendor}",
                                   hint="Choose another with --database; schema_audit lives in PostgreSQL.")
        if not connected:
            self.connection.__dict__.setdefault("pg_version", NEWEST_SERVER)
        self.statements: List[str] = []
        self.tables: Dict[str, Any] = {}
        self.warnings: List[str] = []
        self.managed_schemas: List[str] = []
        self.unmanaged_schemas: List[str] = []
        self.long_names: Dict[Tuple[str, str], str] = {}

    # --- DDL ---

    def editor(self) -> Any:
        connection = self.connection
        collected = self.statements
        literal = self.literal

        class Editor(connection.SchemaEditorClass):  # type: ignore[name-defined]
            """Django's own asks the server to quote parameters; nobody has to be asked."""

            def execute(self, sql: Any, params: Any = ()) -> None:
                text = str(sql)
                collected.append(text % tuple(map(literal, params)) if params else text)

            def quote_value(self, value: Any) -> str:
                return standard(super().quote_value(value), connection)

        return Editor(connection, collect_sql=True, atomic=False)

    def literal(self, value: Any) -> str:
        from django.db.backends.postgresql.psycopg_any import sql

        return standard(str(sql.quote(value, self.connection.connection)), self.connection)

    def models(self) -> List[Type[Any]]:
        found = apps.get_models() if self.configs is None else [
            model for config in self.configs for model in config.get_models()]
        return [model for model in found if self.has_table(model)]

    def has_table(self, model: Type[Any]) -> bool:
        meta = model._meta
        if meta.proxy or meta.swapped or not router.allow_migrate_model(self.alias, model):
            return False
        # Otherwise this would be can_migrate(), which says no to every unmanaged model.
        required = meta.required_db_vendor
        return (not required or required == self.connection.vendor) and all(
            getattr(self.connection.features, feature, False) for feature in meta.required_db_features)

    def export(self) -> None:
        models = self.models()
        with self.editor() as editor:
            for model in models:
                self.check_names(model)
                editor.create_model(model)
        for model in models:
            self.annotate(model, model)
            for field in model._meta.local_many_to_many:
                through = field.remote_field.through
                if through._meta.auto_created:
                    self.check_names(through)
                    self.annotate(through, model)
        by_table = self.proxies()
        for table, names in by_table.items():
            if table in self.tables:
                self.tables[table]["models"] += names

    def proxies(self) -> Dict[str, List[str]]:
        result: Dict[str, List[str]] = {}
        for model in apps.get_models():
            if model._meta.proxy:
                result.setdefault(self.key(model._meta.db_table), []).append(model._meta.label)
        return result

    # --- names ---

    def key(self, db_table: str) -> str:
        schema, table = split_table(db_table)
        return f"{schema}.{truncated(table)}" if schema else truncated(table)

    def check_names(self, model: Type[Any]) -> None:
        """The server cuts off what is longer than a name may be. Two that become the same are one table."""
        schema, table = split_table(model._meta.db_table)
        names = [("", table)] + [(table, field.column) for field in model._meta.local_concrete_fields]
        for owner, name in names:
            size = len(name.encode())
            if size <= MAX_NAME:
                continue
            what = f"column {name} of model" if owner else f"table {name} of model"
            other = self.long_names.setdefault((owner, truncated(name)), model._meta.label)
            if other != model._meta.label:
                raise SchemaAuditError(
                    f"{what} {model._meta.label} and that of {other} are the same for the server",
                    f"A name has {MAX_NAME} bytes at most; what is longer is cut off: {truncated(name)}.",
                    "Give one of them a shorter db_table.")
            self.warnings.append(
                f"{what} {model._meta.label} has a name of {size} bytes; PostgreSQL keeps {MAX_NAME} of them:"
                f" {truncated(name)}. Set a shorter {'db_column' if owner else 'db_table'}.")

    # --- annotations ---

    def annotate(self, model: Type[Any], owner: Type[Any]) -> None:
        meta = model._meta
        schema, _ = split_table(meta.db_table)
        schemas = self.managed_schemas if meta.managed else self.unmanaged_schemas
        if schema and schema not in schemas:
            schemas.append(schema)
        columns = {}
        for field in meta.local_concrete_fields:
            note = self.note(field)
            if note:
                columns[truncated(field.column)] = note
        entry: Dict[str, Any] = {"unit": meta.app_label, "models": [meta.label], "managed": bool(meta.managed)}
        entry.update(place_of(owner))
        entry["columns"] = columns
        key = self.key(meta.db_table)
        if key in self.tables:
            self.tables[key]["models"].append(meta.label)
            self.tables[key]["columns"].update(columns)
        else:
            self.tables[key] = entry

    def note(self, field: Any) -> Dict[str, Any]:
        note: Dict[str, Any] = {}
        default = self.client_default(field)
        if default:
            note["client_default"] = default
        if getattr(field, "auto_now", False):
            note["on_update"] = True
        if field.choices:
            note["choices"] = [str(value) for value, _ in field.flatchoices if value is not None]
        remote = getattr(field, "remote_field", None)
        if remote is not None and getattr(remote, "on_delete", None) is not None:
            note["on_delete"] = getattr(remote.on_delete, "__name__", str(remote.on_delete))
            if not field.db_constraint:
                note["db_constraint"] = False
        return note

    def client_default(self, field: Any) -> Optional[Dict[str, str]]:
        """How Django fills the column of a row that does not say its value; None where the database does."""
        if getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED or getattr(field, "generated", False):
            return None
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            return {"kind": "auto"}
        if field.has_default() and callable(field.default):
            if field.default not in CONSTANT_CALLABLES:
                return {"kind": "callable", "name": name_of_callable(field.default)}
        elif not field.has_default():
            # As the schema editor has it for a new column: where there is no NULL to take, texts are empty.
            if not field.empty_strings_allowed or field.null or not field.blank or field.primary_key:
                return None
        try:
            with stdout_to_stderr():
                value = field.get_db_prep_save(field.get_default(), self.connection)
            if isinstance(value, dict):  # of an HStoreField, which only a connection knows how to write
                value = ", ".join(f"{quoted(key)}=>{quoted(item)}" for key, item in value.items())
            return None if value is None else {"kind": "constant", "sql": self.literal(value)}
        except Exception:  # of a field of the project: the default is there, its text is not
            return {"kind": "callable", "name": name_of_callable(field.default)}

    # --- all of it ---

    def migrations(self) -> List[Dict[str, str]]:
        """Of the files, without the graph, which need not be consistent."""
        loader = MigrationLoader(None, ignore_no_migrations=True, load=False)
        with stdout_to_stderr():
            loader.load_disk()
        labels = None if self.configs is None else {config.label for config in self.configs}
        return [{"tool": "django", "unit": app, "name": name} for app, name in sorted(loader.disk_migrations)
                if (labels is None or app in labels) and router.allow_migrate(self.alias, app)]


def model_from_apps(name: Optional[str] = None, apps: Optional[Sequence[str]] = None, database: str = "default",
                    version: Optional[str] = None, schemas: Optional[Sequence[str]] = None,
                    search_path: Optional[Sequence[str]] = None, connected: bool = True) -> Model:
    """The models that belong into a database of the settings, or those of some apps.

    `schemas` are governed; without them it is the schemas that the models put tables into, and none for some apps
    only. `search_path` is where tables without schema belong, its first schema. Unless `connected`, no connection is
    opened."""
    exporter = Exporter(database, apps, connected)
    exporter.export()
    if not exporter.tables:
        what = f"apps {', '.join(apps)} have" if apps else "the project has"
        raise SchemaAuditError(f"{what} no models for database {database}",
                               hint="Is the app in INSTALLED_APPS, and does a database router keep its models away?")
    path = list(search_path or schemas or ["public"])
    annotations = new_annotations("django", django.get_version(), path)
    annotations["migrations"] = exporter.migrations()
    annotations["tables"] = exporter.tables
    model = Model(name or default_name(apps), exporter.statements, annotations, version)
    model.schemas = governed(exporter, path, schemas, apps)
    model.warnings = exporter.warnings
    return model


def default_name(labels: Optional[Sequence[str]]) -> str:
    return f"{project_name()}:{'+'.join(labels)}" if labels else project_name()


def governed(exporter: Exporter, path: List[str], schemas: Optional[Sequence[str]],
             labels: Optional[Sequence[str]]) -> Optional[List[str]]:
    if schemas:
        return list(schemas)
    if labels:
        return []  # the other apps' tables are no extras
    if any(schema not in exporter.managed_schemas for schema in exporter.unmanaged_schemas):
        return [path[0]] + [schema for schema in exporter.managed_schemas if schema != path[0]]
    return None
