"""The Django app, against a project with every kind of model, in a database that its migrations make."""

import json
import sys

import pytest

django = pytest.importorskip("django")

from conftest import create, project_of  # noqa: E402


@pytest.fixture(scope="module")
def migrations(tmp_path_factory):
    """The project's first migrations, as this version of Django writes them."""
    project = project_of("djangoproject", tmp_path_factory.mktemp("django"))
    made = project.manage("makemigrations", "shop", "crm", DATABASE_DEFAULT="postgres", DATABASE_REPORTS="postgres")
    assert made.status == 0, made
    path = project.directory / "shop/migrations/0001_initial.py"
    text = path.read_text()
    path.write_text(text.replace(
        "operations = [",
        "operations = [\n        django.contrib.postgres.operations.HStoreExtension(),\n"
        "        migrations.RunSQL('CREATE SCHEMA stock', 'DROP SCHEMA stock'),", 1).replace(
        "import django", "import django.contrib.postgres.operations\nimport django", 1))
    return project


@pytest.fixture
def empty(migrations, database):
    """The project, and its empty database with the extension."""
    migrations.environment["DATABASE_DEFAULT"] = database.name
    return migrations


@pytest.fixture(scope="module")
def migrated(migrations):
    """A database with all migrations applied, and what the unmanaged models stand for."""
    server = create("django_migrated", True)
    done = migrations.manage("migrate", "-v0", DATABASE_DEFAULT=server.name)
    assert done.status == 0, done
    server.query("CREATE TABLE legacy (code varchar(10) PRIMARY KEY, amount int NOT NULL, more text)")
    server.query("CREATE VIEW legacy_view AS SELECT 1::bigint AS id, 2 AS amount")
    return server


@pytest.fixture
def project(migrations, migrated, database):
    """The project, and a copy of that database."""
    create(database.name, False, template=migrated.name)
    migrations.environment["DATABASE_DEFAULT"] = database.name
    return migrations


def registered(project, *arguments):
    done = project.manage("schema_audit_register", *arguments)
    assert done.status == 0, done
    return done


def findings(project, *arguments):
    done = project.manage("schema_audit_check", "--format", "json", "--fail-on", "never", "--min-severity", "info",
                          "--report", "report.json", *arguments)
    assert done.status == 0, done
    return json.loads((project.directory / "report.json").read_text())["findings"]


def test_migrated_database_is_clean(project, database):
    done = registered(project, "--model-version", "7")
    assert "model mysite version 7: " in done.out and "a banner" in done.out + done.err
    # Django itself has the keys of auth's many-to-many tables as bigint in migrations and integer in models.
    assert [item for item in findings(project) if item["rule"] != "key-width-mismatch"] == []
    check = project.manage("schema_audit_check")
    assert check.status == 0 and "0 errors, 0 warnings" in check.out, check
    assert database.query("SELECT governed_schemas, version FROM schema_audit.model") == [(["public", "stock"], "7")]


def test_output_needs_no_database(migrations, tmp_path):
    done = migrations.manage("schema_audit_register", "--output", str(tmp_path / "models.sql"), PGHOST="/nowhere")
    assert done.status == 0, done
    ddl = (tmp_path / "models.sql").read_text()
    assert ddl.startswith("CREATE TABLE") and "banner" not in ddl
    annotations = json.loads((tmp_path / "models.annotations.json").read_text())
    product = annotations["tables"]["shop_product"]
    assert (product["unit"], product["file"], product["models"]) == ("shop", "shop/models.py", ["shop.Product", "shop.LiveProduct"])
    lines = (migrations.directory / "shop/models.py").read_text().splitlines()
    assert lines[product["line"] - 1] == "class Product(models.Model):"
    columns = product["columns"]
    assert columns["sku"] == {"client_default": {"kind": "callable", "name": "shop.models.make_code"}}
    assert columns["status"] == {"client_default": {"kind": "constant", "sql": "'draft'"}, "choices": ["draft", "live"]}
    assert columns["note"] == {"client_default": {"kind": "constant", "sql": "''"}}
    assert columns["attributes"] == {"client_default": {"kind": "constant", "sql": "''"}}
    assert columns["meta"]["client_default"]["sql"] in ("'{}'::jsonb", "'{}'")
    assert columns["labels"]["client_default"]["kind"] == "constant"
    assert columns["updated"] == {"client_default": {"kind": "auto"}, "on_update": True}
    assert columns["buyer_id"] == {"on_delete": "DO_NOTHING", "db_constraint": False}
    assert "title" not in columns
    assert annotations["tables"]["shop_product_tags"]["unit"] == "shop"
    assert annotations["tables"]["legacy"]["managed"] is False
    assert "auth_user" not in annotations["tables"] and "crm_report" not in annotations["tables"]
    assert {"tool": "django", "unit": "shop", "name": "0001_initial"} in annotations["migrations"]
    if django.VERSION >= (5, 0):
        modern = annotations["tables"]["shop_modern"]["columns"]
        assert modern == {}  # the database fills them all
    if django.VERSION >= (5, 2):
        assert 'PRIMARY KEY ("product_id", "number")' in ddl
    if django.VERSION >= (6, 1):
        assert annotations["tables"]["shop_review"]["columns"]["tag_id"] == {"on_delete": "DB_CASCADE"}


def test_output_and_connection_say_the_same(project, database, tmp_path):
    registered(project)
    direct = database.query("SELECT schema_audit.model_json('mysite') - 'model'")[0][0]
    project.manage("schema_audit_register", "--output", str(tmp_path / "models.sql"), PGHOST="/nowhere")
    database.query("SELECT schema_audit.register_ddl('file', %s, annotations => %s::jsonb)",
                   (tmp_path / "models.sql").read_text(), (tmp_path / "models.annotations.json").read_text())
    assert database.query("SELECT schema_audit.model_json('file') - 'model'")[0][0] == direct


def test_drift_is_told_with_place_and_fix(project, database):
    registered(project)
    database.query("ALTER TABLE shop_product DROP COLUMN price, ADD COLUMN channel text NOT NULL, ALTER note DROP NOT NULL")
    database.query("ALTER TABLE shop_place DROP COLUMN name")
    found = {(item["rule"], item["object_name"]): item for item in findings(project)}
    assert found["missing-column", "price"]["fix"] == \
        "ALTER TABLE public.shop_product ADD COLUMN price numeric(10,2) DEFAULT 0 NOT NULL;"
    assert (found["missing-column", "price"]["app"], found["missing-column", "price"]["file"]) == ("shop", "shop/models.py")
    assert found["orphan-required-column", "channel"]["severity"] == "error"
    assert found["nullability-mismatch", "note"]["severity"] == "error"

    check = project.manage("schema_audit_check", "--fix-suggestions", "--show-columns", "--table", "shop\\_product")
    assert check.status == 1, check
    assert "fix: ALTER TABLE public.shop_product ADD COLUMN price numeric(10,2) DEFAULT 0 NOT NULL;" in check.out
    assert "shop_place" not in check.out and "the database is not what the models say" in check.err
    assert any(line.split()[:3] == ["public.shop_product.sku", "character", "varying(20)"] for line in check.out.splitlines())
    assert project.manage("schema_audit_check", "--app", "crm").status == 0
    assert project.manage("schema_audit_check", "--app", "shop", "--app", "crm").status == 1
    assert project.manage("schema_audit_check", "--fail-on", "never").status == 0
    github = project.manage("schema_audit_check", "--format", "github", "--table", "shop\\_place")
    assert "::error file=shop/models.py,line=18,title=missing-column::column name of public.shop_place" in github.out
    gitlab = project.manage("schema_audit_check", "--format", "gitlab", "--report", "quality.json")
    assert gitlab.status == 1 and "fingerprint" not in gitlab.out
    entries = json.loads((project.directory / "quality.json").read_text())
    assert len({item["fingerprint"] for item in entries}) == len(entries) > 2


def test_migrations_are_compared(project, database):
    registered(project)
    database.query("DELETE FROM django_migrations WHERE app = 'crm'; INSERT INTO django_migrations (app, name, applied)"
                   " VALUES ('shop', '0002_by_hand', now())")
    found = {(item["severity"], item["rule"], item["object_name"], item["app"]) for item in findings(project)
             if item["object_type"] == "migration"}
    assert found == {("warning", "pending-migration", "crm.0001_initial", "crm"),
                     ("warning", "unknown-migration", "shop.0002_by_hand", "shop")}
    check = project.manage("schema_audit_check", "--app", "crm", "--fail-on", "warning")
    assert check.status == 1 and "migration crm.0001_initial of django is expected by the model and not applied" in check.out
    assert "by_hand" not in check.out


def test_unmanaged_table_is_looked_at(project, database):
    registered(project)
    database.query("ALTER TABLE legacy DROP COLUMN amount; DROP VIEW legacy_view")
    assert {(item["rule"], item["object_name"]) for item in findings(project) if item["severity"] == "error"} == {
        ("missing-column", "amount"), ("missing-table", "legacy_view")}


def test_default_dropped_is_info_where_django_fills(project, database):
    database.query("INSERT INTO shop_tag (name) VALUES ('x')")
    database.query("ALTER TABLE shop_tag ADD COLUMN a text NOT NULL DEFAULT ''; ALTER TABLE shop_tag ALTER a DROP DEFAULT")
    database.query("ALTER TABLE shop_restaurant DROP COLUMN stars;"
                   "ALTER TABLE shop_restaurant ADD COLUMN stars smallint NOT NULL DEFAULT 3 CHECK (stars >= 0);"
                   "ALTER TABLE shop_restaurant ALTER stars DROP DEFAULT")
    registered(project)
    found = {item["object_name"]: (item["severity"], item["rule"], item["fix"]) for item in findings(project)}
    assert found["stars"] == ("info", "default-dropped-after-add",
                              "ALTER TABLE public.shop_restaurant ALTER COLUMN stars SET DEFAULT 3;")
    assert found["a"][:2] == ("error", "orphan-required-column")


def test_some_apps_govern_nothing(project, database):
    registered(project, "--app", "shop")
    assert database.query("SELECT model, governed_schemas FROM schema_audit.model") == [("mysite:shop", [])]
    assert findings(project, "--model", "mysite:shop") == []
    unknown = project.manage("schema_audit_register", "--app", "shoop")
    assert unknown.status == 2 and "no installed app has the label shoop" in unknown.err and "shop" in unknown.err


def test_own_schema(empty, database):
    database.query("CREATE SCHEMA tenant")
    database.query(f'ALTER DATABASE "{database.name}" SET search_path = tenant, public')
    assert empty.manage("migrate", "-v0").status == 0
    registered(empty)
    assert database.query("SELECT governed_schemas FROM schema_audit.model") == [(["stock", "tenant"],)]
    assert {item["object_name"] for item in findings(empty) if item["severity"] == "error"} == {"legacy", "legacy_view"}


def test_second_database(migrations):
    server = create("reports", True)
    assert migrations.manage("migrate", "--database", "reports", "-v0").status == 0
    done = registered(migrations, "--database", "reports")
    assert "1 tables" in done.out, done
    assert findings(migrations, "--database", "reports") == []
    server.query("ALTER TABLE crm_report DROP COLUMN title")
    check = migrations.manage("schema_audit_check", "--database", "reports")
    assert check.status == 1 and "missing-column" in check.out
    other = migrations.manage("schema_audit_check", "--database", "other")
    assert other.status == 2 and "is no PostgreSQL but sqlite" in other.err
    assert "settings.DATABASES has no nowhere" in migrations.manage("schema_audit_check", "--database", "nowhere").err


def test_migrate_labels_and_audits(empty, database):
    database.query("CREATE EXTENSION hstore")
    registered(empty)
    database.query("SELECT schema_audit.enable('enforce')")
    done = empty.manage("schema_audit_migrate", "-v0")
    assert done.status == 1 and "after:  2 errors" in done.out and "old  error    missing-table" in done.out, done
    before, resolved = (int(part.split()[0]) for part in (done.out.split("before: ")[1], done.out.split("; ")[1]))
    assert resolved > before - 2 > 10 and "2 errors, 0 warnings" in done.err
    labels = {row[0] for row in database.query("SELECT DISTINCT migration FROM schema_audit.ddl_log")}
    assert {"shop.0001_initial", "crm.0001_initial", "auth.0001_initial"} <= labels
    database.query("CREATE TABLE legacy (code varchar(10) PRIMARY KEY, amount int NOT NULL)")
    database.query("CREATE VIEW legacy_view AS SELECT 1::bigint AS id, 2 AS amount")
    back = empty.manage("schema_audit_migrate", "-v0", "crm", "zero", "--no-register", "--fail-on", "never")
    assert back.status == 0, back
    assert ("crm.0001_initial backwards",) in database.query("SELECT DISTINCT migration FROM schema_audit.ddl_log")


def test_migrate_tells_what_the_guard_rejects(empty, database, tmp_path):
    assert empty.manage("schema_audit_migrate", "-v0", "--fail-on", "never").status == 0
    database.query("INSERT INTO shop_tag (name) VALUES ('x')")
    database.query("SELECT schema_audit.enable('enforce')")
    models = empty.directory / "shop/models.py"
    before = models.read_text()
    migration = empty.directory / "shop/migrations/0002_channel.py"
    try:
        models.write_text(before.replace("name = models.SlugField(unique=True)",
                                         "name = models.SlugField(unique=True)\n"
                                         "    channel = models.CharField(max_length=9, default='web')"))
        assert empty.manage("makemigrations", "shop", "--name", "channel", "-v0").status == 0
        done = empty.manage("schema_audit_migrate", "-v0")
        assert done.status == 2, done
        assert "migration shop.0002_channel fails: column public.shop_tag.channel would be required" in done.err
        assert "HINT: ALTER TABLE public.shop_tag ALTER COLUMN channel SET DEFAULT 'web';" in done.err
        assert "Traceback" not in done.err
        assert database.query("SELECT count(*) FROM django_migrations WHERE name = '0002_channel'") == [(0,)]
    finally:
        models.write_text(before)
        migration.unlink(missing_ok=True)


# --- bad input ---


def test_no_connection(migrations):
    for command in ("schema_audit_register", "schema_audit_check", "schema_audit_migrate"):
        done = migrations.manage(command, PGHOST="/nowhere")
        assert done.status == 2 and "cannot connect to database default (" in done.err, done
        assert "--output models.sql" in done.err and "Traceback" not in done.err


def test_no_extension(migrations, bare_database):
    for command in ("schema_audit_register", "schema_audit_check", "schema_audit_migrate"):
        done = migrations.manage(command, DATABASE_DEFAULT="bare")
        assert done.status == 2 and "has no extension schema_audit" in done.err, done
        assert "CREATE EXTENSION schema_audit;" in done.err
    assert bare_database.query("SELECT count(*) FROM pg_class WHERE relname = 'django_migrations'") == [(0,)]


def test_older_extension(empty, database):
    database.query("UPDATE pg_extension SET extversion = '0.0.9' WHERE extname = 'schema_audit'")
    done = empty.manage("schema_audit_register")
    assert done.status == 2 and "has version 0.0.9" in done.err and "ALTER EXTENSION schema_audit UPDATE;" in done.err


def test_not_registered(empty, database):
    done = empty.manage("schema_audit_check")
    assert done.status == 2 and "no model mysite is registered" in done.err and "schema_audit_register" in done.err


def test_long_table_name(empty, database):
    models = empty.directory / "crm/models.py"
    before = models.read_text()
    name = "crm_" + "x" * 66
    one = f"\n\nclass Long(models.Model):\n    value = models.IntegerField(default=1)\n\n    class Meta:\n        db_table = '{name}'\n"
    try:
        models.write_text(before + one)
        database.query(f"CREATE TABLE {name} (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, value int NOT NULL)")
        done = registered(empty, "--app", "crm")
        assert f"table {name} of model crm.Long has a name of 70 bytes; PostgreSQL keeps 63 of them: {name[:63]}." in done.err
        assert findings(empty, "--model", "mysite:crm", "--table", "crm\\_x%") == []
        models.write_text(before + one + one.replace("Long", "Longer").replace("xx'", "xy'"))
        done = empty.manage("schema_audit_register", "--app", "crm")
        assert done.status == 2 and "the same for the server" in done.err and "shorter db_table" in done.err, done
    finally:
        models.write_text(before)


def test_models_that_do_not_import(empty):
    models = empty.directory / "crm/models.py"
    before = models.read_text()
    try:
        models.write_text(before + "\nimport no_such_module\n")
        done = empty.manage("schema_audit_register")
        assert done.status != 0 and "No module named 'no_such_module'" in done.err
    finally:
        models.write_text(before)
