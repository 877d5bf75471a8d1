"""The options that every command of an audit has, and what they do."""

import argparse
import sys
from typing import Any, Callable, List, Optional, Sequence

from .database import SEVERITIES, Database, Filter, Finding
from .model import write_file
from .report import FORMATS, Options


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--table", metavar="PATTERN", help="only tables whose name is LIKE this")
    parser.add_argument("--format", choices=sorted(FORMATS), default="text", help="default: text")
    parser.add_argument("--report", metavar="FILE", help="write the report to FILE instead of standard output")
    parser.add_argument("--fix-suggestions", action="store_true", help="show the SQL that mends each finding")
    parser.add_argument("--show-columns", action="store_true",
                        help="show every column, that of the model beside that of the database")
    parser.add_argument("--min-severity", choices=SEVERITIES, default="warning", help="what is shown; default: warning")
    parser.add_argument("--fail-on", choices=SEVERITIES + ("never",), default="error",
                        help="fail if there is a finding of this severity or a worse one; default: error")


def failing(findings: Sequence[Finding], fail_on: str) -> List[Finding]:
    if fail_on == "never":
        return []
    return [item for item in findings if SEVERITIES.index(item.severity) <= SEVERITIES.index(fail_on)]


def run(database: Database, options: argparse.Namespace, models: List[str], apps: Optional[List[str]], version: str,
        write: Optional[Callable[[str], Any]] = None) -> List[Finding]:
    """Audits, reports, and returns what must fail the command. Without `write` the report is printed."""
    which = Filter(models=models, tables=options.table, apps=apps)
    findings = database.findings(which)
    shown = [item for item in findings if SEVERITIES.index(item.severity) <= SEVERITIES.index(options.min_severity)]
    columns = database.columns(which) if options.show_columns else []
    text = FORMATS[options.format](shown, Options(", ".join(models), version, options.fix_suggestions, columns, findings))
    if options.report:
        write_file(options.report, text)
    else:
        (write or sys.stdout.write)(text)
    return failing(findings, options.fail_on)
