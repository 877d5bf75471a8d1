"""alembic's compare_metadata, as its autogenerate calls it: MODEL DATABASE LIVE DATABASE ROUNDS.

The metadata, which an application has in its code, is reflected from the first database before the clock
starts. Prints milliseconds and the number of differences, a line each round.
"""
import sys
import time

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine

sys.setrecursionlimit(100000)  # it sorts tables along chains of foreign keys by recursion
model, live, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
schemas = [f"bench_{i}" for i in range(20)]

metadata = MetaData()
with create_engine(f"postgresql+psycopg2:///{model}").connect() as connection:
    for schema in schemas:
        metadata.reflect(connection, schema=schema)

# Defaults are not compared: compare_server_default fails on the defaults that it reflects itself.
options = {
    "include_schemas": True,
    "compare_type": True,
    "include_name": lambda name, kind, parents: kind != "schema" or name in schemas,
}
for _ in range(rounds):
    with create_engine(f"postgresql+psycopg2:///{live}").connect() as connection:
        start = time.monotonic()
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        print(f"{(time.monotonic() - start) * 1000:.1f} {len(found)}", flush=True)
