import argparse
from typing import Any

from django.core.management.base import CommandError

from .... import audit, report
from ...commands import AuditCommand, database_of, model_name


class Command(AuditCommand):
    help = "Audits the database against the registered model. Status 1: there are findings that --fail-on speaks of."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        audit.add_options(parser)

    def run(self, options: argparse.Namespace) -> None:
        database = database_of(options.database)
        name = model_name(options, None)
        version = database.require_model(name, "manage.py schema_audit_register")
        failing = audit.run(database, options, [name], options.app, version or "",
                            lambda text: self.stdout.write(text, ending=""))
        if failing:
            raise CommandError(f"the database is not what the models say: {report.summary(failing)}", returncode=1)
