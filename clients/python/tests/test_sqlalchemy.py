"""SQLAlchemy: the console script and model_from(), against databases that create_all() made."""

import json
import os
import sys

import pytest

sqlalchemy = pytest.importorskip("sqlalchemy")

from conftest import project_of  # noqa: E402

from schema_audit import Database, SchemaAuditError  # noqa: E402
from schema_audit.connect import connect, without_password  # noqa: E402
from schema_audit.database import Filter  # noqa: E402
from schema_audit.sqlalchemy import model_from  # noqa: E402

BASE = "inventory.models:Base"
OTHER = "inventory.models:OtherBase"

@pytest.fixture
def project(tmp_path, database):
    return project_of("saproject", tmp_path, DATABASE_URL=address(database.name))


def address(name):
    return f"postgresql+asyncpg://{os.environ['PGUSER']}@/{name}?host={os.environ['PGHOST']}&port={os.environ['PGPORT']}"


def create_all(project, database, *targets):
    """What create_all() makes, written down by SQLAlchemy with the dialect of a driver and sent as it is."""
    code = (
        "import sys, importlib, sqlalchemy.dialects.postgresql.base as p\n"
        "from sqlalchemy.engine.mock import MockConnection\n"
        "d = p.PGDialect(paramstyle='named')\n"
        "out = open('create_all.sql', 'w')\n"
        "def take(s, *a, **k):\n"
        "    t = s if isinstance(s, str) else str(s.compile(dialect=d))\n"
        "    out.write(t.replace('CONCURRENTLY ', '') + ';\\n')\n"
        "for t in sys.argv[1:]:\n"
        "    m, a = t.split(':')\n"
        "    x = getattr(importlib.import_module(m), a)\n"
        "    getattr(x, 'metadata', x).create_all(MockConnection(d, take), checkfirst=False)\n")
    done = project.run(sys.executable, "-c", code, *targets)
    assert done.status == 0, done
    database.query("CREATE SCHEMA IF NOT EXISTS place")
    database.query((project.directory / "create_all.sql").read_text())


def findings(database, model, **which):
    connection = connect(f"dbname={database.name}")
    try:
        return Database(connection).findings(Filter(models=[model], **which))
    finally:
        connection.close()


def test_created_database_is_clean(project, database):
    create_all(project, database, BASE)
    done = project.schema_audit(BASE, "--check", "--min-severity", "info", "--fail-on", "info")
    assert done.status == 0, done
    assert done.out == "model inventory: 0 errors, 0 warnings, 0 infos\n"
    assert "a banner of the package" in done.err and "a banner from below" in done.err and "banner of an event" in done.err
    assert database.query("SELECT governed_schemas FROM schema_audit.model") == [(["place", "public"],)]


def test_output_needs_no_database(project, database, tmp_path):
    done = project.schema_audit(BASE, "--output", "models.sql", "--alembic", "alembic.ini", PGHOST="/nowhere", DATABASE_URL="")
    assert done.status == 0 and "banner" not in done.out, done
    ddl = (project.directory / "models.sql").read_text()
    assert "NOT LIKE '%drop%'" in ddl and "banner" not in ddl and "tag_lower" in ddl
    annotations = json.loads((project.directory / "models.annotations.json").read_text())
    assert annotations["migrations"] == [{"tool": "alembic", "name": "b2"}, {"tool": "alembic", "name": "c3"}]
    tables = annotations["tables"]
    rating = tables.pop("rating", None)
    assert rating is None or rating["columns"] == {
        "share": {"client_default": {"kind": "constant", "sql": "50"}},
        "mood": {"client_default": {"kind": "constant", "sql": "'good'"}, "choices": ["good", "bad"]}}
    assert ("CREATE DOMAIN percent" in ddl) == ("CREATE TYPE place.mood" in ddl) == (rating is not None)
    assert set(tables) == {"device", "device_tag", "tag", "place.site", "special"}
    assert tables["device_tag"]["unit"] == "tagging" and tables["tag"]["unit"] == "inventory.models"
    device = tables["device"]
    assert device["models"] == ["inventory.models.Device"] and device["file"] == "inventory/models.py"
    lines = (project.directory / "inventory/models.py").read_text().splitlines()
    assert lines[device["line"] - 1] == "class Device(Base):"
    columns = device["columns"]
    assert columns["kind"] == {"client_default": {"kind": "constant", "sql": "'switch'"}}
    assert columns["state"] == {"client_default": {"kind": "constant", "sql": "'up'"}, "choices": ["up", "down"]}
    assert columns["colour"] == {"choices": ["red", "green"]}
    assert columns["enabled"] == {"client_default": {"kind": "constant", "sql": "true"}}
    assert columns["token"] == {"client_default": {"kind": "callable", "name": "uuid.uuid4"}}
    assert columns["data"] == {"client_default": {"kind": "constant", "sql": "'{}'"}}
    assert columns["created"] == {"client_default": {"kind": "constant", "sql": "now()"}}
    assert columns["updated"]["client_default"]["kind"] == "callable" and columns["updated"]["on_update"] is True
    assert columns["since"]["client_default"]["kind"] == "constant"
    assert "id" not in columns and "price" not in columns and "site_id" not in columns
    assert columns["number"] == {"client_default": {"kind": "auto"}}
    assert tables["special"]["columns"]["why"]["client_default"]["sql"] == "'just ''so'' 100%'"
    database.query("SELECT schema_audit.register_ddl('file', %s, annotations => %s::jsonb)", ddl, json.dumps(annotations))


def test_several_collections(project, database):
    create_all(project, database, BASE)
    database.query("CREATE TABLE extra (id serial PRIMARY KEY, state state)")
    one = project.schema_audit(BASE, OTHER, "--model", "all", "--check", "--min-severity", "info")
    assert one.status == 0 and one.out == "model all: 0 errors, 0 warnings, 0 infos\n", one
    database.query("SELECT schema_audit.unregister('all')")
    two = project.schema_audit("first=" + BASE, "second=" + OTHER, "--check", "--fail-on", "warning", "--min-severity", "info")
    assert two.status == 0, two
    assert database.query("SELECT model FROM schema_audit.model ORDER BY 1") == [("first",), ("second",)]
    alone = project.schema_audit("first=" + BASE, "second=" + OTHER, "--output", "models.sql")
    assert alone.status == 2 and "Let --output name a directory" in alone.err
    (project.directory / "out").mkdir()
    assert project.schema_audit("first=" + BASE, "second=" + OTHER, "--output", "out").status == 0
    assert sorted(path.name for path in (project.directory / "out").iterdir()) == [
        "first.annotations.json", "first.sql", "second.annotations.json", "second.sql"]


def test_contradicting_collections(project, database):
    done = project.schema_audit("inventory.bad:one", "inventory.bad:two")
    assert done.status == 2 and "table same of inventory.bad:two and table same of inventory.bad:one" in done.err, done
    database.query("CREATE TABLE same (id serial PRIMARY KEY, a int)")
    done = project.schema_audit("a=inventory.bad:one", "b=inventory.bad:two", "--check", "--format", "json", "--report", "report.json")
    assert done.status == 1, done
    rules = {item["rule"] for item in json.loads((project.directory / "report.json").read_text())["findings"]}
    assert "duplicate-model" in rules


def test_drift_and_filters(project, database):
    create_all(project, database, BASE)
    database.query("ALTER TABLE device DROP COLUMN kind, ADD COLUMN rack text NOT NULL; DROP INDEX ix_device_data;"
                   "ALTER TABLE device_tag DROP CONSTRAINT pk_device_tag")
    done = project.schema_audit(BASE, "--check", "--fix-suggestions", "--format", "github")
    assert done.status == 1, done
    assert "::error file=inventory/models.py,line=" in done.out and "title=missing-column" in done.out
    assert "SET DEFAULT" not in done.out.split("missing-column")[0]
    assert "ADD COLUMN kind character varying(10) DEFAULT 'switch' NOT NULL;" in done.out
    assert {item.rule for item in findings(database, "inventory", apps=["tagging"]) if item.severity == "error"} == {"missing-primary-key"}
    done = project.schema_audit(BASE, "--check", "--app", "tagging", "--show-columns")
    assert done.status == 1 and "missing-primary-key" in done.out and "orphan-required-column" not in done.out
    assert "public.device_tag.device_id  integer NOT NULL" in done.out


def test_alembic_heads_are_compared(project, database):
    create_all(project, database, BASE)
    database.query("CREATE TABLE alembic_version (version_num varchar(32)); INSERT INTO alembic_version VALUES ('b2'), ('a0')")
    done = project.schema_audit(BASE, "--alembic", "alembic.ini", "--check", "--fail-on", "warning")
    assert done.status == 1, done
    assert "pending-migration  migration c3 of alembic is expected" in done.out
    assert "unknown-migration  migration a0 of alembic is applied" in done.out and " b2 " not in done.out
    database.query("DELETE FROM alembic_version; INSERT INTO alembic_version VALUES ('b2'), ('c3')")
    assert project.schema_audit(BASE, "--alembic", ".", "--check", "--fail-on", "info").status == 0


def test_label_in_env_py(project, database):
    """As docs/sqlalchemy.md has it: the guard's log names the migration, and it is committed."""
    database.query("SELECT schema_audit.enable('log')")
    (project.directory / "migrations/env.py").write_text(
        "from alembic import context\n"
        "from schema_audit.connect import driver\n"
        "from sqlalchemy import create_engine, text\n"
        f"engine = create_engine('postgresql+' + ('psycopg' if driver().__name__ == 'psycopg' else 'psycopg2') + ':///{database.name}')\n"
        "with engine.connect() as connection:\n"
        "    context.configure(connection=connection)\n"
        "    with context.begin_transaction():\n"
        "        label = context.get_revision_argument()\n"
        "        connection.execute(text(\"SELECT set_config('schema_audit.migration', :label, false)\"), {\"label\": str(label)})\n"
        "        context.run_migrations()\n")
    (project.directory / "migrations/versions/a1_x.py").write_text(
        "from alembic import op\nrevision = 'a1'\ndown_revision = None\nbranch_labels = None\ndepends_on = None\n"
        "def upgrade():\n    op.execute('CREATE TABLE made (id int)')\n")
    done = project.run(sys.executable, "-m", "alembic.config", "upgrade", "a1")
    assert done.status == 0, done
    assert database.query("SELECT version_num FROM alembic_version") == [("a1",)]
    assert ("a1", "CREATE TABLE") in database.query("SELECT migration, command_tag FROM schema_audit.ddl_log")


def test_function(database):
    metadata = sqlalchemy.MetaData()
    sqlalchemy.Table("t", metadata, sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True))
    model = model_from(metadata, name="function", version="1")
    connection = connect(f"dbname={database.name}")
    try:
        Database(connection).register(model)
        connection.commit()
    finally:
        connection.close()
    assert [item.rule for item in findings(database, "function") if item.severity == "error"] == ["missing-table"]
    with pytest.raises(SchemaAuditError, match="is no metadata"):
        model_from(object(), name="x")


# --- bad input ---


@pytest.mark.parametrize("arguments, expected", [
    (["inventory.broken:Base"], ["cannot import inventory.broken: ModuleNotFoundError: No module named 'no_such_module'", "broken.py, line 3"]),
    (["no_such_package:Base"], ["cannot import no_such_package"]),
    (["inventory.models"], ["inventory.models is no module:attribute"]),
    (["inventory.models:Bass"], ["module inventory.models has no Bass", "Base"]),
    (["inventory.models:no_metadata"], ["inventory.models:no_metadata is no metadata but {'tables': []}"]),
    (["inventory.models:empty_metadata"], ["inventory.models:empty_metadata has no tables", "--import"]),
    (["inventory.bad:lonely"], ["could not find table 'nowhere'", "--import"]),
    (["inventory.bad:long_name", "inventory.bad:same_long_name"], ["are the same table", "shorter name"]),
    ([BASE, "--alembic", "nowhere"], ["there is no nowhere"]),
    ([BASE, "--check"], ["--check needs the database"]),
    ([BASE, "--output", "no/such/place/models.sql"], ["cannot write no/such/place/models.sql"]),
])
def test_bad_input(tmp_path, arguments, expected):
    project = project_of("saproject", tmp_path)
    output = [] if "--output" in arguments else ["--output", "x.sql"]
    done = project.schema_audit(*arguments, *output)
    assert done.status == 2 and "Traceback" not in done.err and done.out == "", done
    for text in expected:
        assert text in done.err, done
    assert not (project.directory / "x.sql").exists()


def test_import_of_modules(tmp_path):
    project = project_of("saproject", tmp_path)
    done = project.schema_audit("inventory.models:empty_metadata", "--import", "inventory.more", "--output", "x.sql")
    assert done.status == 0 and "CREATE TABLE late" in (project.directory / "x.sql").read_text(), done


def test_long_table_name(project, database):
    name = "long_" + "x" * 65
    database.query(f"CREATE TABLE {name} (id serial PRIMARY KEY)")
    done = project.schema_audit("inventory.bad:long_name", "--check", "--fail-on", "info")
    assert done.status == 0, done
    assert f"table {name} has a name of 70 bytes; PostgreSQL keeps 63 of them: {name[:63]}." in done.err


def test_no_connection(project):
    done = project.schema_audit(BASE, "--database", "postgresql://me:secret@/x?host=/nowhere")
    assert done.status == 2 and "cannot connect to postgresql://me:***@/x?host=/nowhere" in done.err, done
    assert "secret" not in done.err and "--output models.sql" in done.err
    assert "is no PostgreSQL" in project.schema_audit(BASE, "--database", "sqlite:///x").err
    assert without_password("host=x password='a b' user=y") == "host=x password=*** user=y"


def test_no_extension(project, bare_database):
    done = project.schema_audit(BASE, "--database", address("bare"))
    assert done.status == 2 and "database bare has no extension schema_audit" in done.err, done
    assert "DETAIL: Version" in done.err and "HINT: As superuser in this database: CREATE EXTENSION schema_audit;" in done.err


def test_older_extension(project, database):
    database.query("UPDATE pg_extension SET extversion = '0.0.9' WHERE extname = 'schema_audit'")
    done = project.schema_audit(BASE)
    assert done.status == 2 and "has version 0.0.9" in done.err and "ALTER EXTENSION schema_audit UPDATE;" in done.err, done


def test_server_refuses(project, database):
    """What the server says of the DDL arrives whole, and nothing is registered."""
    (project.directory / "inventory/refused.py").write_text(
        "from sqlalchemy import *\nm = MetaData()\nTable('t', m, Column('id', Integer, CheckConstraint('nothing > 1'), primary_key=True))\n")
    done = project.schema_audit("inventory.refused:m")
    assert done.status == 2 and 'cannot register model inventory: column "nothing" does not exist' in done.err, done
    assert "DETAIL: line 1 of the DDL" in done.err
    assert database.query("SELECT count(*) FROM schema_audit.model") == [(0,)]
