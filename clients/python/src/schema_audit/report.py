"""Findings as text, JSON, GitHub annotations and GitLab code quality."""

import hashlib
import json
from dataclasses import asdict
from typing import Callable, Dict, List, Optional, Sequence

from .database import SEVERITIES, Column, Finding

Formatter = Callable[[Sequence[Finding], "Options"], str]


class Options:
    """What a report says beside the findings."""

    def __init__(self, model: str, version: str = "", fixes: bool = False, columns: Sequence[Column] = (),
                 counted: Optional[Sequence[Finding]] = None) -> None:
        self.model, self.version, self.fixes, self.columns = model, version, fixes, columns
        self.counted = counted  # with those that are not shown


def counts(findings: Sequence[Finding]) -> Dict[str, int]:
    return {severity: sum(1 for item in findings if item.severity == severity) for severity in SEVERITIES}


def summary(findings: Sequence[Finding]) -> str:
    words = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("info", "infos")}
    number = counts(findings)
    return ", ".join(f"{number[severity]} {words[severity][number[severity] != 1]}" for severity in SEVERITIES)


def as_text(findings: Sequence[Finding], options: Options) -> str:
    lines: List[str] = []
    width = max((len(item.rule) for item in findings), default=0)
    for item in findings:
        app = f"[{item.app}] " if item.app else ""
        lines.append(f"{item.severity:7}  {item.rule:{width}}  {app}{item.message}")
        if options.fixes and item.fix:
            lines.append(f"         {'':{width}}  fix: {item.fix}")
    lines += column_table(options.columns)
    version = f" version {options.version}" if options.version else ""
    lines.append(f"model {options.model}{version}: {summary(findings if options.counted is None else options.counted)}")
    return "\n".join(lines) + "\n"


def column_table(columns: Sequence[Column]) -> List[str]:
    def side(type_name: object, not_null: object, default: object) -> str:
        if type_name is None:
            return "-"
        return f"{type_name}{' NOT NULL' if not_null else ''}{f' DEFAULT {default}' if default else ''}"

    if not columns:
        return []
    rows = [("column", "model", "database", "differences")]
    for item in columns:
        rows.append((
            f"{item.schema_name}.{item.table_name}.{item.column_name}",
            side(item.expected_type, item.expected_not_null, item.expected_default),
            side(item.actual_type, item.actual_not_null, item.actual_default),
            ", ".join(item.differences or []),
        ))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths)).rstrip() for row in rows]


def as_json(findings: Sequence[Finding], options: Options) -> str:
    document: Dict[str, object] = {
        "model": options.model,
        "model_version": options.version or None,
        "summary": counts(findings if options.counted is None else options.counted),
        "findings": [asdict(item) for item in findings],
    }
    if options.columns:
        document["columns"] = [asdict(item) for item in options.columns]
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_github(findings: Sequence[Finding], options: Options) -> str:
    levels = {"error": "error", "warning": "warning", "info": "notice"}
    lines = []
    for item in findings:
        properties = [f"file={_escaped(item.file, ':,')}", f"line={item.line or 1}"] if item.file else []
        properties.append(f"title={_escaped(item.rule, ':,')}")
        text = item.message + (f"\nfix: {item.fix}" if options.fixes and item.fix else "")
        lines.append(f"::{levels[item.severity]} {','.join(properties)}::{_escaped(text)}")
    return "".join(line + "\n" for line in lines)


def as_gitlab(findings: Sequence[Finding], options: Options) -> str:
    severities = {"error": "critical", "warning": "major", "info": "info"}
    entries = []
    for item in findings:
        table = ".".join(filter(None, (item.schema_name, item.table_name)))
        key = f"{item.finding_key}\x1f{item.model or ''}"
        entries.append({
            "description": item.message + (f" fix: {item.fix}" if options.fixes and item.fix else ""),
            "check_name": item.rule,
            "fingerprint": hashlib.sha256(key.encode()).hexdigest(),
            "severity": severities[item.severity],
            "location": {"path": item.file or f"database/{table or item.object_name}",
                         "lines": {"begin": item.line or 1}},
        })
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"


FORMATS: Dict[str, Formatter] = {"text": as_text, "json": as_json, "github": as_github, "gitlab": as_gitlab}
