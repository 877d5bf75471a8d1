from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

lonely = MetaData()
Table("lonely", lonely, Column("id", Integer, primary_key=True), Column("other_id", ForeignKey("nowhere.id")))

long_name = MetaData()
Table("long_" + "x" * 65, long_name, Column("id", Integer, primary_key=True))
same_long_name = MetaData()
Table("long_" + "x" * 64 + "y", same_long_name, Column("id", Integer, primary_key=True))

one = MetaData()
Table("same", one, Column("id", Integer, primary_key=True), Column("a", Integer, nullable=False))
two = MetaData()
Table("same", two, Column("id", Integer, primary_key=True), Column("a", Integer))
