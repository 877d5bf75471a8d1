"""What the server remarks on goes to standard error."""

import contextlib
import sys
from typing import Any, Iterator


@contextlib.contextmanager
def notices(connection: Any) -> Iterator[None]:
    """`connection` is that of the driver, psycopg or psycopg2."""
    if hasattr(connection, "add_notice_handler"):

        def tell(diag: Any) -> None:
            sys.stderr.write(f"{diag.severity}:  {diag.message_primary}\n")

        connection.add_notice_handler(tell)
        try:
            yield
        finally:
            connection.remove_notice_handler(tell)
        return
    told = len(getattr(connection, "notices", []))
    try:
        yield
    finally:
        for notice in list(getattr(connection, "notices", []))[told:]:
            sys.stderr.write(notice)
