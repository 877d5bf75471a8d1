"""What the management commands share."""

import argparse
import contextlib
import sys
from typing import Any, Iterator, List, Optional, Sequence

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import DatabaseError, InterfaceError, OperationalError

from ..database import Database
from ..errors import SchemaAuditError, diagnosis, from_driver
from ..model import Model
from ..notices import notices
from .export import default_name, model_from_apps

CANNOT_RUN = 2  # exit status; 1 is for findings


class AuditCommand(BaseCommand):
    """A command whose errors are one text for the reader, without traceback unless --traceback asks for it."""

    requires_system_checks: List[str] = []

    def add_arguments(self, parser: Any) -> None:
        add_model_options(parser)

    def handle(self, *arguments: Any, **options: Any) -> Optional[str]:
        with told_to_reader():
            self.run(argparse.Namespace(**options))
        return None

    def run(self, options: argparse.Namespace) -> None:
        raise NotImplementedError


def add_model_options(parser: Any) -> None:
    parser.add_argument("--database", default=DEFAULT_DB_ALIAS, metavar="ALIAS",
                        help="a database of settings.DATABASES; default: default")
    parser.add_argument("--app", action="append", metavar="LABEL", help="only models of this app; repeatable")
    parser.add_argument("--model", metavar="NAME", help="name of the registered model; default: the package of the settings")


def add_registration_options(parser: Any) -> None:
    parser.add_argument("--schema", action="append", metavar="NAME",
                        help="a schema that the model governs, the first that of tables without one; repeatable;"
                             " default: where the models put tables")
    parser.add_argument("--model-version", metavar="TEXT", help="kept with the model: a release, a commit")


@contextlib.contextmanager
def told_to_reader() -> Iterator[None]:
    try:
        yield
    except SchemaAuditError as error:
        raise CommandError(str(error), returncode=CANNOT_RUN) from error
    except (DatabaseError, InterfaceError) as error:
        told = from_driver(error, "the server refuses") if diagnosis(error) else str(error).strip()
        raise CommandError(str(told), returncode=CANNOT_RUN) from error


def database_of(alias: str) -> Database:
    if alias not in connections:
        raise SchemaAuditError(f"settings.DATABASES has no {alias}",
                               hint=f"It has: {', '.join(connections)}.")
    connection = connections[alias]
    if connection.vendor != "postgresql":
        raise SchemaAuditError(f"database {alias} is no PostgreSQL but {connection.vendor}",
                               hint="Choose another with --database; schema_audit lives in PostgreSQL.")
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise SchemaAuditError(
            f"cannot connect to database {alias} ({connection.settings_dict.get('NAME')})", str(error).strip(),
            "Correct settings.DATABASES. To write the models into a file without a database:"
            " manage.py schema_audit_register --output models.sql") from error
    return Database(connection, f"{alias} ({connection.settings_dict.get('NAME')})")


def model_name(options: argparse.Namespace, labels: Optional[Sequence[str]]) -> str:
    return options.model or default_name(labels)


def model_for(database: Database, options: argparse.Namespace) -> Model:
    model = model_from_apps(options.model, options.app, options.database, options.model_version, options.schema,
                            database.search_path())
    warn(model.warnings)
    return model


def register(database: Database, model: Model) -> int:
    from django.db import transaction

    with transaction.atomic(using=database.connection.alias):
        with notices(database.connection.connection):
            return database.register(model)


def warn(texts: Sequence[str]) -> None:
    for text in texts:
        sys.stderr.write(f"WARNING:  {text}\n")
