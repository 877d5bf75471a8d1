"""What needs no ORM: reports, files, the format of annotations, errors of the server."""

import json
from pathlib import Path

import pytest

import schema_audit
from schema_audit import Database, Finding, Model, SchemaAuditError
from schema_audit.audit import failing
from schema_audit.connect import connect
from schema_audit.database import version_of
from schema_audit.model import new_annotations, truncated
from schema_audit.report import FORMATS, Options, summary
from schema_audit.source import place_of, stdout_to_stderr

SCHEMA = Path(__file__).parents[3] / "docs/annotations.schema.json"

def finding(severity="error", **more):
    values = dict(severity=severity, rule="missing-column", schema_name="public", table_name="t", object_type="column",
                  object_name="c", expected="integer", actual=None, message="column c: 50%\nand more", fix="ALTER …;",
                  model="m", app="shop", finding_key="missing-column:public.t:column:c", file="shop/models.py", line=12)
    return Finding(**{**values, **more})

def test_github_escapes():
    text = FORMATS["github"]([finding(), finding("info", file=None, line=None)], Options("m", fixes=True))
    assert text == ("::error file=shop/models.py,line=12,title=missing-column::column c: 50%25%0Aand more%0Afix: ALTER …;\n"
                    "::notice title=missing-column::column c: 50%25%0Aand more%0Afix: ALTER …;\n")
    assert FORMATS["github"]([], Options("m")) == ""

def test_gitlab_has_places_and_stable_fingerprints():
    entries = json.loads(FORMATS["gitlab"]([finding(), finding(model="other", file=None)], Options("m")))
    assert [item["location"]["path"] for item in entries] == ["shop/models.py", "database/public.t"]
    assert entries[0]["fingerprint"] != entries[1]["fingerprint"]
    assert entries[0]["severity"] == "critical" and json.loads(FORMATS["gitlab"]([], Options("m"))) == []

def test_text_counts_what_is_not_shown():
    every = [finding(), finding("warning"), finding("info"), finding("info")]
    assert summary(every) == "1 error, 1 warning, 2 infos"
    text = FORMATS["text"](every[:1], Options("m", "7", counted=every))
    assert text.splitlines()[-1] == "model m version 7: 1 error, 1 warning, 2 infos"
    assert json.loads(FORMATS["json"](every[:1], Options("m", counted=every)))["summary"] == {"error": 1, "warning": 1, "info": 2}

def test_fail_on():
    every = [finding(), finding("warning"), finding("info")]
    assert [len(failing(every, level)) for level in ("never", "error", "warning", "info")] == [0, 1, 2, 3]

def test_names_are_cut_between_characters():
    assert truncated("x" * 70) == "x" * 63
    assert truncated("ä" * 40) == "ä" * 31

def test_versions_compare_as_numbers():
    assert version_of("0.10.0") > version_of("0.9.1") and version_of("0.1.0") == (0, 1, 0)

def test_files_are_written_whole(tmp_path):
    model = Model("m", ["CREATE TABLE a (b text DEFAULT 'ä;')", "CREATE TABLE c ();"], new_annotations("x", "1", ["public"]))
    ddl, beside = model.write(str(tmp_path / "models.sql"))
    assert Path(ddl).read_text(encoding="utf-8") == "CREATE TABLE a (b text DEFAULT 'ä;');\nCREATE TABLE c ();\n"
    assert Path(beside).name == "models.annotations.json" and json.loads(Path(beside).read_text())["version"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["models.annotations.json", "models.sql"]
    with pytest.raises(SchemaAuditError, match="cannot write"):
        model.write(str(tmp_path / "no" / "models.sql"))

def test_printing_goes_to_standard_error(capfd):
    import os

    with stdout_to_stderr():
        print("from Python")
        os.write(1, b"from below\n")
    print("after")
    out, err = capfd.readouterr()
    assert out == "after\n" and "from Python" in err and "from below" in err

def test_place_of_installed_code_is_not_told():
    assert place_of(pytest.Item) == {} and place_of(int) == {}

def test_is_typed():
    assert (Path(schema_audit.__file__).parent / "py.typed").exists()

# --- the format of annotations: the JSON Schema and the server agree ---

GOOD = {
    "format": "schema_audit/annotations", "version": 1,
    "source": {"orm": "x", "orm_version": "1", "revision": "abc"}, "search_path": ["public"],
    "migrations": [{"tool": "django", "unit": "shop", "name": "0001"}],
    "tables": {
        "t": {"unit": "shop", "models": ["T"], "managed": True, "file": "a.py", "line": 3, "columns": {
            "c": {"client_default": {"kind": "constant", "sql": "1"}, "on_update": True, "choices": ["1", 2, ["3", "three"]],
                  "list": False, "db_constraint": False, "on_delete": "CASCADE"},
            "d": {"client_default": {"kind": "callable", "name": "f"}}}},
        "view": {"managed": False}},
}

def changed(path, value):
    document = json.loads(json.dumps(GOOD))
    place = document
    *parents, last = path
    for part in parents:
        place = place[part]
    place[last] = value
    return document

BAD = [
    (["formta"], "x", "formta"), (["version"], 2, "version"), (["format"], "other", "format"),
    (["source", "ORM"], "x", "source.ORM"), (["source"], [], "source"), (["source", "orm"], 1, "source.orm"),
    (["migrations", 0, "app"], "x", "migrations[0].app"), (["migrations", 0], {"tool": "x"}, "migrations[0]"),
    (["search_path"], [""], "search_path"), (["tables", "t"], 1, "tables.t"),
    (["tables", "t", "colums"], {}, "tables.t.colums"), (["tables", "t", "line"], 0, "tables.t.line"),
    (["tables", "t", "line"], 1.5, "tables.t.line"), (["tables", "t", "models"], "T", "tables.t.models"),
    (["tables", "t", "columns", "c", "on-update"], True, "tables.t.columns.c.on-update"),
    (["tables", "t", "columns", "c", "list"], "yes", "tables.t.columns.c.list"),
    (["tables", "t", "columns", "c", "client_default"], {"kind": "odd"}, "tables.t.columns.c.client_default.kind"),
    (["tables", "t", "columns", "c", "client_default"], {"kind": "constant"}, "tables.t.columns.c.client_default.sql"),
    (["tables", "t", "columns", "c", "client_default", "value"], 1, "tables.t.columns.c.client_default.value"),
]

@pytest.mark.skipif(not SCHEMA.exists(), reason="not in a checkout of the extension")
def test_schema_and_server_agree(database):
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))

    def problem(document):
        return database.query("SELECT schema_audit.annotation_problem(%s::jsonb)", json.dumps(document))[0][0]

    assert list(validator.iter_errors(GOOD)) == [] and problem(GOOD) is None
    for path, value, told in BAD:
        document = changed(path, value)
        assert list(validator.iter_errors(document)), path
        assert (problem(document) or "").startswith(told + ":"), (path, problem(document))

def test_annotations_of_what_is_not_there(database):
    model = Model("m", ["CREATE TABLE t (id int)"], {"tables": {"t": {"columns": {"gone": {}}}, "nowhere": {}}})
    connection = connect(f"dbname={database.name}")
    try:
        with pytest.raises(SchemaAuditError, match="2 annotations name nothing that the DDL creates") as caught:
            Database(connection).register(model)
    finally:
        connection.close()
    assert caught.value.detail == "nowhere, t.gone"
    assert database.query("SELECT count(*) FROM schema_audit.model") == [(0,)]

def test_server_without_the_extension(bare_database, monkeypatch):
    connection = connect("dbname=bare")
    try:
        with pytest.raises(SchemaAuditError, match="has no extension schema_audit") as caught:
            Database(connection).require_extension()
        assert "CREATE EXTENSION schema_audit" in caught.value.hint
        real = Database.query
        monkeypatch.setattr(Database, "query", lambda self, sql, *a, **k: [] if "available" in sql else real(self, sql, *a, **k))
        with pytest.raises(SchemaAuditError) as caught:
            Database(connection).require_extension()
        assert caught.value.detail == "It is not installed in the server either." and "make install" in caught.value.hint
    finally:
        connection.close()
