import argparse
from typing import Any

from ...commands import AuditCommand, add_registration_options, database_of, model_for, register, warn
from ...export import model_from_apps


class Command(AuditCommand):
    help = "Registers the models of the project, or of some apps, as what the database must be like."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        add_registration_options(parser)
        parser.add_argument("--output", metavar="FILE",
                            help="write DDL to FILE and annotations beside it, and open no connection")

    def run(self, options: argparse.Namespace) -> None:
        if options.output:
            model = model_from_apps(options.model, options.app, options.database, options.model_version,
                                    options.schema, connected=False)
            warn(model.warnings)
            ddl, annotations = model.write(options.output)
            self.stdout.write(f"model {model.name}: {model.tables} tables written to {ddl} and {annotations}")
            return
        database = database_of(options.database)
        database.require_extension()
        model = model_for(database, options)
        objects = register(database, model)
        version = f" version {model.version}" if model.version else ""
        self.stdout.write(
            f"model {model.name}{version}: {model.tables} tables, {objects} objects registered in database {database.name}")
