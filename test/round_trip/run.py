#!/usr/bin/env python3
"""No false findings: a database that is registered as a model differs from itself in nothing.

    run.py [--fixtures NAME...] [--first SEED] [--seeds COUNT] [--pack COUNT] [--jobs COUNT] [--keep DIR]

Runs in the server that PGHOST, PGPORT ... name and prints TAP. Each database, a fixture of this directory or a pack of
schemas that generate.py makes, is asked for:
  * pg_dump --schema-only, registered with register_ddl, audits to no finding of any severity;
  * so does register_schema, with all its schemas named and with NULL; snapshot_json gives the same document, and
    register_json of a document the same model;
  * the models hold as many tables, columns, constraints and indexes as the catalogs;
  * each thing that is then dropped or changed is noticed, so that "no finding" is not an empty all-clear.
A pack that fails is run again seed by seed; the seed and how to run it alone are printed.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import generate  # noqa: E402

# What seeds use; fixtures make their own.
EXTENSIONS = ["citext", "hstore", "btree_gist", "pg_trgm", "ltree"]
# A session may have any of these; pg_dump has its own.
SETTINGS = [
    {},
    {"search_path": "pg_catalog", "quote_all_identifiers": "on"},
    {"DateStyle": "German", "IntervalStyle": "sql_standard", "TimeZone": "Asia/Kolkata"},
    {"extra_float_digits": "-10", "bytea_output": "escape", "TimeZone": "Pacific/Chatham"},
    {"DateStyle": "SQL,DMY", "IntervalStyle": "iso_8601", "standard_conforming_strings": "off"},
    {"DateStyle": "Postgres,MDY", "IntervalStyle": "postgres_verbose", "xmlbinary": "hex", "array_nulls": "off"},
]
QUIET = {"client_min_messages": "error"}
DUMP_OPTIONS = [[], ["--quote-all-identifiers"], ["--no-owner", "--no-privileges"], ["--no-comments", "--clean", "--if-exists"]]
# What is then not in the dump.
LEFT_OUT = {"--no-privileges": ["grants", "default privileges"], "--no-comments": ["comments"]}


class Broken(Exception):
    """What is told of a database that does not pass."""


def environment(settings, database):
    options = " ".join("-c %s=%s" % (name, value.replace(" ", "\\ ")) for name, value in settings.items())
    return dict(os.environ, PGDATABASE=database, PGOPTIONS=options, PGCLIENTENCODING="UTF8")


def run(command, settings, database, what, text=None):
    done = subprocess.run(command, env=environment(settings, database), input=text, capture_output=True, timeout=600,
                          encoding="utf-8", errors="replace")
    if done.returncode != 0:
        raise Broken("%s: %s" % (what, done.stderr.strip()[-3000:]))
    return done.stdout


def psql(database, text, what, settings=None):
    return run(["psql", "-XqtA", "-v", "ON_ERROR_STOP=1", "-f", "-"], settings or {}, database, what, text)


def sections(output):
    """What psql printed, by the \\echo lines between."""
    result, name = {}, None
    for line in output.splitlines():
        if line.startswith("== "):
            name = line[3:]
            result[name] = []
        elif line:
            result[name].append(line)
    return result


QUESTIONS = """
\\i {checks}
INSERT INTO schema_audit.compare (item, model_pattern, enabled) SELECT item, model, true FROM schema_audit.compared(), unnest('{{dump,live,all}}'::text[]) AS model
    WHERE NOT (model = 'dump' AND item = ANY ('{left_out}'));
\\set ddl `cat '{dump}'`
SELECT schema_audit.register_ddl('dump', :'ddl', schemas => pg_temp.all_schemas()) \\g /dev/null
\\echo == findings of the dump
SELECT * FROM pg_temp.findings('{{dump}}');
\\echo == counts of the dump
SELECT to_json(c) FROM pg_temp.wrong_counts('dump') AS c;
SELECT schema_audit.register_schema('live', pg_temp.all_schemas()) \\g /dev/null
SELECT schema_audit.register_schema('all', NULL) \\g /dev/null
\\echo == findings of register_schema
SELECT * FROM pg_temp.findings('{{live}}');
SELECT * FROM pg_temp.findings('{{all}}');
\\echo == counts of register_schema
SELECT to_json(d) FROM pg_temp.unlike('dump', 'live') AS d;
SELECT to_json(c) FROM pg_temp.wrong_counts('live') AS c;
\\echo == documents
SELECT 'snapshot of ' || s.model FROM (VALUES ('live', pg_temp.all_schemas()), ('all', NULL)) AS s (model, schemas)
 WHERE schema_audit.snapshot_json(s.schemas) IS DISTINCT FROM schema_audit.model_json(s.model) - 'model';
SELECT schema_audit.register_json(m.model || ' again', schema_audit.model_json(m.model)) FROM unnest('{{dump,live,all}}'::text[]) AS m (model) \\g /dev/null
SELECT 'register_json of ' || m.model FROM unnest('{{dump,live,all}}'::text[]) AS m (model)
 WHERE schema_audit.model_json(m.model || ' again') - 'model' IS DISTINCT FROM schema_audit.model_json(m.model) - 'model';
SELECT schema_audit.unregister(m.model) FROM unnest('{{live,all,dump again,live again,all again}}'::text[]) AS m (model) \\g /dev/null
\\echo == unnoticed
SELECT json_strip_nulls(to_json(u)) FROM pg_temp.unnoticed('{{dump}}', {drops}, '{seed}') AS u;
"""


def ask(database, directory, number, drops):
    """The findings that should not be, in words; and how many drops were tried."""
    dump = os.path.join(directory, database + ".sql")
    options = DUMP_OPTIONS[number % len(DUMP_OPTIONS)]
    run(["pg_dump", "--schema-only", "-f", dump] + options, {}, database, "pg_dump")
    left_out = ",".join(item for option, items in LEFT_OUT.items() if option in options for item in items)
    output = psql(database, QUESTIONS.format(checks=HERE / "checks.sql", dump=dump, drops=drops, seed=number, left_out="{%s}" % left_out),
                  "register and audit", SETTINGS[number % len(SETTINGS)])
    told, tried = [], 0
    for name, lines in sections(output).items():
        for line in lines:
            if name == "unnoticed" and "kind" not in json.loads(line):
                tried = json.loads(line)["tried"]
            else:
                told.append("%s: %s" % (name, line))
    if tried == 0:
        told.append("nothing could be dropped")
    return told, tried


def create_database(database, template):
    psql("postgres", 'CREATE DATABASE "%s" TEMPLATE "%s";' % (database, template), "CREATE DATABASE")


def check_fixture(name, directory):
    """What should not be, in words; and how many drops were noticed."""
    database = "round_trip_" + name
    try:
        create_database(database, "round_trip_fixtures")
        psql(database, (HERE / (name + ".sql")).read_text(encoding="utf-8"), "the fixture", QUIET)
        return ask(database, directory, 0, 100000)
    except Broken as problem:
        return [str(problem)], 0


def check_pack(first, count, directory, major):
    database = "round_trip_%d_%d" % (first, count)
    try:
        create_database(database, "round_trip_seeds")
        try:
            script = "".join(generate.script(seed, major) for seed in range(first, first + count))
            psql(database, script, "the generated script does not run", QUIET)
            return ask(database, directory, first, 3)
        finally:
            psql("postgres", 'DROP DATABASE "%s" WITH (FORCE);' % database, "DROP DATABASE")
    except Broken as problem:
        return [str(problem)], 0


def check_seeds(first, count, directory, major):
    """A pack; when it fails, its seeds one by one."""
    told, tried = check_pack(first, count, directory, major)
    if not told or count == 1:
        return told, tried
    alone = []
    for seed in range(first, first + count):
        for line in check_pack(seed, 1, directory, major)[0]:
            alone.append("seed %d: %s" % (seed, line))
    if alone:
        return alone, tried
    return ["only together, ROUND_TRIP_SEEDS=%d ROUND_TRIP_FIRST=%d: %s" % (count, first, line) for line in told], tried


class Tap:
    def __init__(self):
        self.number = self.failed = 0

    def skip(self, what, extensions):
        self.number += 1
        print("ok %d - %s # SKIP no extension %s" % (self.number, what, ", ".join(extensions)))

    def tell(self, told, what):
        self.number += 1
        print("%s %d - %s" % ("not ok" if told else "ok", self.number, what))
        for line in told[:200]:
            print("\n".join("#   " + part for part in line.splitlines()))
        if told:
            self.failed += 1
            seeds = [int(found.group(1)) for found in (re.match(r"seed (\d+):", line) for line in told) if found]
            for seed in sorted(set(seeds)):
                print("#   again: make round-trip ROUND_TRIP_SEEDS=1 ROUND_TRIP_FIRST=%d" % seed)
        sys.stdout.flush()


def lacking(names):
    """Those extensions that this server does not have."""
    available = psql("postgres", "SELECT name FROM pg_available_extensions", "the server").split()
    return sorted(set(names) - set(available))


def fixtures_of_directory():
    return sorted(path.stem for path in HERE.glob("*.sql") if path.stem not in ("checks", "cluster"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fixtures", nargs="*")
    parser.add_argument("--first", type=int, default=int(os.environ.get("ROUND_TRIP_FIRST") or 1))
    parser.add_argument("--seeds", type=int, default=int(os.environ.get("ROUND_TRIP_SEEDS") or 1000))
    parser.add_argument("--pack", type=int, default=25)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--keep", help="leave the dumps in this directory")
    options = parser.parse_args()
    fixtures = options.fixtures
    if fixtures is None:
        # Who asks for certain seeds has seen the fixtures.
        fixtures = [] if os.environ.get("ROUND_TRIP_FIRST") else fixtures_of_directory()
    directory = options.keep or tempfile.mkdtemp()
    os.makedirs(directory, exist_ok=True)
    major = int(psql("postgres", "SHOW server_version_num", "the server")) // 10000
    psql("postgres", (HERE / "cluster.sql").read_text(encoding="utf-8"), "cluster.sql")
    psql("postgres", "CREATE DATABASE round_trip_fixtures", "CREATE DATABASE")
    psql("round_trip_fixtures", "CREATE EXTENSION schema_audit", "CREATE EXTENSION")
    psql("postgres", "CREATE DATABASE round_trip_seeds TEMPLATE round_trip_fixtures", "CREATE DATABASE")
    tap = Tap()
    for name in list(fixtures):
        wanted = re.findall(r'^CREATE EXTENSION (?:IF NOT EXISTS )?"?([\w-]+)', (HERE / (name + ".sql")).read_text(encoding="utf-8"), re.M)
        if lacking(wanted):
            tap.skip(name, lacking(wanted))
            fixtures.remove(name)
    if lacking(EXTENSIONS):
        tap.skip("seeds", lacking(EXTENSIONS))
        options.seeds = 0
        EXTENSIONS.clear()
    psql("round_trip_seeds", "".join("CREATE EXTENSION %s;" % name for name in EXTENSIONS), "CREATE EXTENSION")
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        jobs = [(pool.submit(check_fixture, name, directory), name) for name in fixtures]
        last = options.first + options.seeds
        for first in range(options.first, last, options.pack):
            count = min(options.pack, last - first)
            what = "seed %d" % first if count == 1 else "seeds %d to %d" % (first, first + count - 1)
            jobs.append((pool.submit(check_seeds, first, count, directory, major), what))
        for job, what in jobs:
            try:
                told, _ = job.result()
            except subprocess.TimeoutExpired as problem:
                told = [str(problem)]
            if told and what.startswith("seed ") and "seed" not in told[0][:5]:
                told = ["%s: %s" % (what, line) for line in told]
            tap.tell(told, what)
    print("1..%d" % tap.number)
    if not options.keep:
        shutil.rmtree(directory)
    print("%d passed, %d failed" % (tap.number - tap.failed, tap.failed))
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
