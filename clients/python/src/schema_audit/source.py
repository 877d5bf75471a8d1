"""Where the code of a model is written, and how to keep user code from standard output."""

import contextlib
import inspect
import os
import sys
from typing import Any, Dict, Iterator


# Defaults that are called and always give the same.
CONSTANT_CALLABLES = (bool, bytes, dict, float, int, list, set, str, tuple)


def place_of(cls: Any) -> Dict[str, Any]:
    """`file` and `line` of a class of this project: relative to the working directory, as reports in CI want it.
    Classes of installed packages have no place that a reader could mend."""
    try:
        path = inspect.getsourcefile(cls)
        line = inspect.getsourcelines(cls)[1]
    except (OSError, TypeError):
        return {}
    if not path:
        return {}
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath(os.getcwd()))
    parts = relative.split(os.sep)
    if parts[0] == os.pardir or "site-packages" in parts or "dist-packages" in parts:
        return {}
    return {"file": "/".join(parts), "line": max(line, 1)}


def name_of_callable(value: Any) -> str:
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None) or type(value).__name__
    module = getattr(value, "__module__", None)
    return f"{module}.{name}" if module and module != "builtins" else str(name)


@contextlib.contextmanager
def stdout_to_stderr() -> Iterator[None]:
    """While user code runs: what it prints, from Python or from below, goes to standard error."""
    sys.stdout.flush()
    try:
        saved = os.dup(1)
    except OSError:  # closed
        with contextlib.redirect_stdout(sys.stderr):
            yield
        return
    try:
        os.dup2(2, 1)
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        sys.stderr.flush()
        os.dup2(saved, 1)
        os.close(saved)
