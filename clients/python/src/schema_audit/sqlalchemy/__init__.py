"""SQLAlchemy's metadata as a `Model`: `model_from()`, and the console script schema-audit-sqlalchemy."""

from .export import expected_heads, model_from

__all__ = ["expected_heads", "model_from"]
