"""The version of this package, and the oldest extension that understands it."""

VERSION = "0.1.0"
OLDEST_EXTENSION = (0, 1, 0)
