"""Needs a server with the extension: PGHOST, PGPORT, PGUSER (tools/private_server.sh exec)."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from schema_audit.connect import connect

HERE = Path(__file__).parent


class Server:
    """A database of the tests."""

    def __init__(self, name):
        self.name = name

    def query(self, sql, *arguments):
        connection = connect(f"dbname={self.name}")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, arguments or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def create(name, extension, template="template1"):
    admin = Server("postgres")
    admin.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    admin.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    server = Server(name)
    if extension:
        server.query("CREATE EXTENSION schema_audit")
    return server


@pytest.fixture
def database(request):
    name = re.sub(r"\W", "_", request.node.name)[:50]
    yield create(name, True)
    Server("postgres").query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def bare_database():
    yield create("bare", False)
    Server("postgres").query('DROP DATABASE IF EXISTS "bare" WITH (FORCE)')


class Result:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __repr__(self):
        return f"status {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Project:
    """A copy of a project of the tests, to run commands in."""

    def __init__(self, directory, environment):
        self.directory, self.environment = directory, environment

    def run(self, *command, **environment):
        done = subprocess.run(command, cwd=self.directory, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, **self.environment, **environment})
        return Result(done)

    def manage(self, *arguments, **environment):
        return self.run(sys.executable, "manage.py", *arguments, **environment)

    def schema_audit(self, *arguments, **environment):
        return self.run(sys.executable, "-m", "schema_audit.sqlalchemy.command", *arguments, **environment)


def project_of(source, tmp_path, **environment):
    directory = tmp_path / source
    shutil.copytree(HERE / source, directory, ignore=shutil.ignore_patterns("__pycache__"))
    return Project(directory, environment)
