"""Tables of a collection that is defined elsewhere."""

from sqlalchemy import Column, Integer, Table

from .models import empty_metadata

late = Table("late", empty_metadata, Column("id", Integer, primary_key=True))
