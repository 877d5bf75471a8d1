"""A model: the DDL that an ORM prints, and beside it what DDL cannot say."""

import json
import os
import tempfile
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from .errors import SchemaAuditError

MAX_NAME = 63  # bytes; the server cuts off what is longer

Annotations = Dict[str, Any]


def truncated(name: str) -> str:
    """The name as the server keeps it, which cuts between characters."""
    return name.encode()[:MAX_NAME].decode(errors="ignore")


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def as_json(value: Any) -> str:
    """For jsonb, which cannot hold the character U+0000."""
    return json.dumps(value, ensure_ascii=False, default=str).replace("\\u0000", "")


def write_file(path: str, text: str) -> None:
    """All of it or nothing, so that a reader never sees half a file."""
    directory = os.path.dirname(os.path.abspath(path))
    try:
        descriptor, temporary = tempfile.mkstemp(dir=directory, prefix=".schema_audit_")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise SchemaAuditError(f"cannot write {path}: {error.strerror or error}") from error


@dataclass
class Model:
    """What `Database.register()` registers. `schemas` are governed: None leaves that to the DDL, an empty list
    governs none, so that tables which the model does not name are nobody's extras."""

    name: str
    statements: List[str] = field(default_factory=list)
    annotations: Annotations = field(default_factory=dict)
    version: Optional[str] = None
    schemas: Optional[List[str]] = None
    warnings: List[str] = field(default_factory=list)

    @property
    def ddl(self) -> str:
        return "".join(statement.strip().rstrip(";") + ";\n" for statement in self.statements)

    @property
    def tables(self) -> int:
        return len(self.annotations.get("tables", {}))

    def write(self, path: str) -> Tuple[str, str]:
        """Writes the DDL to `path` and the annotations beside it; the names of both files."""
        stem = path[: -len(".sql")] if path.endswith(".sql") else path
        beside = stem + ".annotations.json"
        write_file(path, self.ddl)
        write_file(beside, json.dumps(self.annotations, ensure_ascii=False, indent=1, default=str) + "\n")
        return path, beside


def new_annotations(orm: str, orm_version: str, search_path: List[str]) -> Annotations:
    source = {"orm": orm, "orm_version": orm_version}
    revision = commit_of_ci()
    if revision:
        source["revision"] = revision
    return {
        "format": "schema_audit/annotations",
        "version": 1,
        "source": source,
        "search_path": search_path,
        "migrations": [],
        "tables": {},
    }


def commit_of_ci() -> str:
    for variable in ("GITHUB_SHA", "CI_COMMIT_SHA", "BITBUCKET_COMMIT", "BUILD_SOURCEVERSION", "GIT_COMMIT"):
        if os.environ.get(variable):
            return os.environ[variable]
    return ""
