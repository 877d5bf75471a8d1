import argparse
import sys
from typing import Any, List, Set

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.utils import DatabaseError

from .... import report
from ....audit import failing
from ....database import SEVERITIES, Database, Filter, Finding
from ....errors import diagnosis, from_driver
from ...commands import CANNOT_RUN, database_of, model_for, model_name, register, told_to_reader


class Command(migrate.Command):
    help = (
        "migrate, with the label schema_audit.migration set for each migration, so that the guard's log names it,"
        " and an audit before and after. The models are registered again when the migrations are applied."
    )

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--model", metavar="NAME", help="name of the registered model; default: the package of the settings")
        parser.add_argument("--schema", action="append", metavar="NAME", help="a schema that the model governs; repeatable")
        parser.add_argument("--model-version", metavar="TEXT", help="kept with the model: a release, a commit")
        parser.add_argument("--no-register", action="store_true", help="audit against the model as it is registered")
        parser.add_argument("--fail-on", choices=SEVERITIES + ("never",), default="error",
                            help="fail if the audit after it has such a finding or a worse one; default: error")

    def execute(self, *arguments: Any, **options: Any) -> Any:
        # Before Django's checks, some of which ask the database without catching what it says.
        with told_to_reader():
            database_of(options["database"]).require_extension()
        return super().execute(*arguments, **options)

    def handle(self, *arguments: Any, **options: Any) -> None:
        names = argparse.Namespace(**options)
        names.app = None
        with told_to_reader():
            database = database_of(options["database"])
            name = model_name(names, None)
            before = self.audit(database, name)
        self.tell(f"before: {report.summary(before)}")
        self.migrate(database, arguments, options)
        if options.get("plan") or options.get("check_unapplied"):
            return
        with told_to_reader():
            if not options["no_register"]:
                register(database, model_for(database, names))
            after = self.audit(database, name)
        self.compare(before, after)
        bad = failing(after, options["fail_on"])
        if bad:
            raise CommandError(f"the database is not what the models say: {report.summary(bad)}", returncode=1)

    def audit(self, database: Database, name: str) -> List[Finding]:
        return database.findings(Filter(models=[name])) if self.is_registered(database, name) else []

    def is_registered(self, database: Database, name: str) -> bool:
        return bool(database.query("SELECT 1 FROM schema_audit.model WHERE model = %s", (name,)))

    def migrate(self, database: Database, arguments: Any, options: Any) -> None:
        self.labelled = database
        self.current = ""
        try:
            super().handle(*arguments, **options)
        except DatabaseError as error:
            if diagnosis(error) is None:
                raise
            told = from_driver(error, f"migration {self.current} fails" if self.current else "migrating fails")
            raise CommandError(str(told), returncode=CANNOT_RUN) from error
        finally:
            connection = connections[options["database"]]
            if connection.connection is not None and not connection.in_atomic_block:
                database.label_migration("")

    # Called by the executor before the transaction of each migration begins.
    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action in ("apply_start", "unapply_start"):
            self.current = f"{migration.app_label}.{migration.name}"
            self.labelled.label_migration(self.current if action == "apply_start" else f"{self.current} backwards")
        super().migration_progress_callback(action, migration, fake)

    def compare(self, before: List[Finding], after: List[Finding]) -> None:
        known: Set[str] = {item.finding_key for item in before}
        left: Set[str] = {item.finding_key for item in after}
        resolved = sum(1 for item in before if item.finding_key not in left)
        new = [item for item in after if item.finding_key not in known]
        self.tell(f"after:  {report.summary(after)}; {resolved} resolved, {len(new)} new")
        for item in after:
            if item.severity != "info":
                mark = "new" if item.finding_key not in known else "old"
                self.tell(f"  {mark}  {item.severity:7}  {item.rule}  {item.message}")

    def tell(self, text: str) -> None:
        self.stdout.write(text)
        sys.stdout.flush()
