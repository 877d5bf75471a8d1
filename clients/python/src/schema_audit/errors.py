"""The one error of this package, and how the errors of database drivers become it."""

from typing import Any, Optional


class SchemaAuditError(Exception):
    """What went wrong, for the reader; `hint` says what to do."""

    def __init__(self, message: str, detail: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.message]
        if self.detail:
            lines.append("DETAIL: " + self.detail)
        if self.hint:
            lines.append("HINT: " + self.hint)
        return "\n".join(lines)


def diagnosis(error: Optional[BaseException]) -> Any:
    """The server's own words, from psycopg or psycopg2, or from what Django and SQLAlchemy wrap around them."""
    seen = 0
    while error is not None and seen < 10:
        diag = getattr(error, "diag", None)
        if diag is not None and getattr(diag, "message_primary", None):
            return diag
        error = getattr(error, "orig", None) or error.__cause__
        seen += 1
    return None


def from_driver(error: BaseException, doing: str) -> SchemaAuditError:
    diag = diagnosis(error)
    if diag is None:
        return SchemaAuditError(f"{doing}: {str(error).strip()}")
    return SchemaAuditError(f"{doing}: {diag.message_primary}", diag.message_detail or "", diag.message_hint or "")
