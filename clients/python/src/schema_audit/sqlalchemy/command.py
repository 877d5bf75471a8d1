"""The console script schema-audit-sqlalchemy."""

import argparse
import importlib
import os
import sys
from typing import Any, Dict, List, Optional, Tuple

from .. import audit, report
from ..connect import connect
from ..database import Database
from ..errors import SchemaAuditError
from ..model import Model
from ..notices import notices
from ..source import stdout_to_stderr
from ..version import VERSION

FINDINGS, CANNOT_RUN = 1, 2  # exit status

DESCRIPTION = """
Registers SQLAlchemy metadata as what a database must be like, or writes it into a file, and audits the database with
--check. All targets become one model, unless they say NAME=module:attribute: then there is one for each NAME.
"""


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(prog="schema-audit-sqlalchemy", description=DESCRIPTION)
    result.add_argument("targets", nargs="+", metavar="[NAME=]module:attribute",
                        help="a declarative base, MetaData, or registry")
    result.add_argument("--model", metavar="NAME", help="name of the model; default: the first module's package")
    result.add_argument("--import", dest="imports", action="append", default=[], metavar="MODULE",
                        help="import it first, where it defines models of a target; repeatable")
    result.add_argument("--schema", action="append", metavar="NAME",
                        help="a schema that the model governs, the first that of tables without one; repeatable;"
                             " default: those of the tables")
    result.add_argument("--model-version", metavar="TEXT", help="kept with the model: a release, a commit")
    result.add_argument("--alembic", metavar="INI", help="alembic.ini of the project: its heads become expected migrations")
    result.add_argument("--database", default="", metavar="URL",
                        help="postgresql://… or libpq's key=value; default: $DATABASE_URL, else PGHOST, PGDATABASE …")
    result.add_argument("--output", metavar="FILE",
                        help="write DDL to FILE and annotations beside it, and open no connection; with several models a directory")
    result.add_argument("--check", action="store_true", help="audit the database when the models are registered")
    result.add_argument("--app", action="append", metavar="MODULE", help="with --check: only tables of this module; repeatable")
    result.add_argument("--version", action="version", version=f"schema-audit {VERSION}")
    audit.add_options(result)
    return result


def load(target: str) -> Any:
    module_name, colon, attribute = target.partition(":")
    if not colon or not module_name or not attribute:
        raise SchemaAuditError(f"{target} is no module:attribute", hint="For example: myapp.models:Base")
    found = load_module(module_name)
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            names = sorted(name for name, value in vars(found).items() if hasattr(value, "metadata") and name[0] != "_")
            raise SchemaAuditError(f"module {module_name} has no {attribute}",
                                   hint=f"It has: {', '.join(names)}." if names else "") from None
    return found


def load_module(name: str) -> Any:
    try:
        with stdout_to_stderr():
            return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise SchemaAuditError(
            f"cannot import {name}: {type(error).__name__}: {error}", place_of_error(error),
            f"Run this where python -c 'import {name}' succeeds."
            " The working directory is searched for modules.") from error


def place_of_error(error: BaseException) -> str:
    """The line of user code that failed."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "importlib" not in file and os.path.dirname(__file__) not in file:
            place = f"{file}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place


def models_of(options: argparse.Namespace, connection: Optional[Database]) -> List[Model]:
    try:
        from .export import NEWEST_SERVER, model_from
    except ImportError as error:
        raise SchemaAuditError(f"cannot import SQLAlchemy: {error}", hint="pip install sqlalchemy") from error
    groups: Dict[str, List[Tuple[str, Any]]] = {}
    for module in options.imports:
        load_module(module)
    for target in options.targets:
        name, equals, place = target.rpartition("=")
        name = name if equals else options.model or options.targets[0].split(":")[0].split(".")[0]
        groups.setdefault(name, []).append((place, load(place)))
    path = connection.search_path() if connection else None
    version = connection.server_version() if connection else NEWEST_SERVER
    return [
        model_from(*(item for _, item in targets), name=name, version=options.model_version, schemas=options.schema,
                   search_path=options.schema or path, server_version=version, alembic=options.alembic,
                   names=[place for place, _ in targets])
        for name, targets in groups.items()
    ]


def write(models: List[Model], path: str) -> None:
    several = len(models) > 1
    if several and not os.path.isdir(path):
        raise SchemaAuditError(f"{len(models)} models do not fit into {path}", hint="Let --output name a directory.")
    for model in models:
        tell(model)
        ddl, annotations = model.write(os.path.join(path, model.name + ".sql") if os.path.isdir(path) else path)
        print(f"model {model.name}: {model.tables} tables written to {ddl} and {annotations}")


def tell(model: Model) -> None:
    for text in model.warnings:
        sys.stderr.write(f"WARNING:  {text}\n")


def run(options: argparse.Namespace) -> int:
    if options.output:
        if options.check:
            raise SchemaAuditError("--check needs the database, and --output opens none", hint="Leave out one of them.")
        write(models_of(options, None), options.output)
        return 0
    connection = connect(options.database)
    try:
        database = Database(connection)
        database.require_extension()
        models = models_of(options, database)
        with notices(connection):
            registered = [(model, database.register(model)) for model in models]
        connection.commit()
        for model, objects in registered:
            tell(model)
            version = f" version {model.version}" if model.version else ""
            # The report alone belongs to standard output.
            print(f"model {model.name}{version}: {model.tables} tables, {objects} objects registered in database"
                  f" {database.name}", file=sys.stderr if options.check else sys.stdout)
        if not options.check:
            return 0
        failing = audit.run(database, options, [model.name for model in models], options.app, options.model_version or "")
        if failing:
            sys.stderr.write(f"the database is not what the models say: {report.summary(failing)}\n")
        return FINDINGS if failing else 0
    finally:
        connection.close()


def main(arguments: Optional[List[str]] = None) -> int:
    # A console script does not look for modules where it is called, unlike python -m.
    sys.path.insert(0, os.getcwd())
    try:
        return run(parser().parse_args(arguments))
    except SchemaAuditError as error:
        sys.stderr.write(f"schema-audit-sqlalchemy: {error}\n")
        return CANNOT_RUN


if __name__ == "__main__":
    sys.exit(main())
