import datetime
import enum
import os
import uuid

from sqlalchemy import (DDL, Boolean, CheckConstraint, Column, Computed, DateTime, Enum, ForeignKey, ForeignKeyConstraint,
                        Identity, Index, Integer, MetaData, Numeric, Sequence, String, Table, Text, UniqueConstraint, event,
                        func, text)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import declarative_base, relationship

os.write(1, b"a banner from below\n")

metadata = MetaData(naming_convention={
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s"})
Base = declarative_base(metadata=metadata)
OtherBase = declarative_base()


class State(enum.Enum):
    up = 1
    down = 2


tags = Table("device_tag", metadata,
             Column("device_id", ForeignKey("device.id", ondelete="CASCADE"), primary_key=True),
             Column("tag_id", ForeignKey("tag.id"), primary_key=True), info={"unit": "tagging"})


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    name = Column(String(50), nullable=False, unique=True)


class Device(Base):
    __tablename__ = "device"
    __table_args__ = (
        CheckConstraint("name NOT LIKE '%drop%'", name="no_drop"),
        UniqueConstraint("name", "site_id"),
        Index("ix_device_lower", func.lower(text("name")), postgresql_where=text("enabled")),
        Index("ix_device_data", "data", postgresql_using="gin"),
        Index("ix_device_now", "kind", postgresql_concurrently=True),
        {"comment": "100% of what we've got"},
    )
    id = Column(Integer, Identity(always=True), primary_key=True)
    name = Column(String(64), nullable=False, comment="its 'name'")
    kind = Column(String(10), nullable=False, default="switch")
    state = Column(Enum(State, name="state"), nullable=False, default=State.up)
    colour = Column(Enum("red", "green", native_enum=False, length=10), nullable=False, server_default="red")
    enabled = Column(Boolean, nullable=False, default=True)
    price = Column(Numeric(10, 2), nullable=False, server_default=text("0"))
    gross = Column(Numeric(12, 2), Computed("price * 1.19", persisted=True))
    token = Column(postgresql.UUID(as_uuid=True), nullable=False, default=uuid.uuid4)
    data = Column(postgresql.JSONB, nullable=False, default=dict)
    address = Column(postgresql.INET)
    ports = Column(postgresql.ARRAY(Integer), nullable=False, server_default=text("'{}'"))
    created = Column(DateTime(timezone=True), nullable=False, default=func.now())
    updated = Column(DateTime(timezone=True), nullable=False, default=lambda: datetime.datetime.now(datetime.timezone.utc),
                     onupdate=func.now())
    since = Column(DateTime, nullable=False, default=datetime.datetime(2024, 1, 2, 3, 4))
    number = Column(Integer, Sequence("device_number"), nullable=False)
    site_id = Column(ForeignKey("place.site.id", ondelete="SET NULL"))
    tags = relationship(Tag, secondary=tags)


class Site(Base):
    __tablename__ = "site"
    __table_args__ = {"schema": "place"}
    id = Column(Integer, primary_key=True)
    name = Column(Text, nullable=False, default="")
    main_device_id = Column(Integer)


# A circle: one of the two is made by ALTER TABLE.
Site.__table__.append_constraint(ForeignKeyConstraint(
    [Site.__table__.c.main_device_id], [Device.__table__.c.id], name="fk_site_main", use_alter=True))


class Special(Device):  # joined inheritance
    __tablename__ = "special"
    id = Column(ForeignKey("device.id"), primary_key=True)
    why = Column(Text, nullable=False, default="just 'so' 100%")


if hasattr(postgresql, "DOMAIN"):  # SQLAlchemy 2.0
    percent = postgresql.DOMAIN("percent", Integer, check="VALUE BETWEEN 0 AND 100", not_null=False, metadata=metadata)
    mood = postgresql.ENUM("good", "bad", name="mood", schema="place", metadata=metadata)

    class Rating(Base):
        __tablename__ = "rating"
        id = Column(Integer, primary_key=True)
        share = Column(percent, nullable=False, default=50)
        mood = Column(mood, nullable=False, default="good")


class Extra(OtherBase):
    __tablename__ = "extra"
    id = Column(Integer, primary_key=True)
    state = Column(Enum(State, name="state"))


event.listen(Tag.__table__, "after_create", DDL("CREATE INDEX tag_lower ON tag (lower(name))"))
event.listen(metadata, "before_create", lambda *arguments, **options: print("a banner of an event"))

empty_metadata = MetaData()
no_metadata = {"tables": []}
