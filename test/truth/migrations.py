#!/usr/bin/env python3
"""Migrations as tools and people write them: of each statement what lint() says, and what the guard does when it runs.

Runs in the server that PGHOST, PGPORT ... name and prints TAP. In test/fixtures/migrations/*.sql each statement stands
under a line

    -- expect: pass|warn|reject|commit [RULE ...][: REASON]

`warn` and `reject` name what is told of it, `pass` has neither; `commit` is told of the statement by lint(), and rejects
the transaction at its end. What is rejected is then run without the guard, so that the next statement finds its table.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "migrations"
TAGS = {"error": "reject", "warning": "warn"}
# No event fires for them, and only a preloaded hook sees them.
UNSEEN = {"reindex-blocking": 16}


class Statement:
    def __init__(self, text):
        head, self.sql = text.split("\n", 1)
        said, _, self.reason = head.partition(": ")
        words = said.split()
        self.verdict, self.rules = words[0], set(words[1:])
        self.sql = "\n".join(line for line in self.sql.splitlines() if not line.startswith("--")).strip()


def psql(script):
    env = dict(os.environ, PGDATABASE="migrations", PGOPTIONS="-c lock_timeout=10s -c timezone=UTC -c schema_audit.min_rows=1000 -c client_min_messages=error")
    return subprocess.run(["psql", "-X", "-qAt", "-f", "-"], input=script, env=env, capture_output=True, encoding="utf-8", cwd=HERE, timeout=300)


def lint(path, statements):
    """By statement: the rules that it is rejected or warned by."""
    text = "\n".join(statement.sql for statement in statements)
    said = psql("\\i base.sql\nSELECT json_build_object('n', statement_no, 's', severity, 'r', rule) FROM schema_audit.lint($migration$%s$migration$);" % text)
    told = [dict(reject=set(), warn=set()) for _ in statements]
    for line in said.stdout.splitlines():
        found = json.loads(line)
        if found["s"] in TAGS:
            told[found["n"] - 1][TAGS[found["s"]]].add(found["r"])
    return told, said.stderr


def run(statements):
    """By statement: its SQLSTATE. A transaction that its COMMIT loses is run again without the guard."""
    script, block, in_block = "\\i base.sql\n", [], False
    for number, statement in enumerate(statements):
        begins, ends = statement.sql.upper().startswith("BEGIN"), statement.sql.upper().startswith("COMMIT")
        inside = in_block and not ends
        script += ("SAVEPOINT s;\n" if inside else "") + statement.sql + "\n\\set failed :ERROR\n\\echo %d :SQLSTATE\n\\if :failed\n" % number
        script += "ROLLBACK TO s; SET LOCAL schema_audit.mode = off;\n" if inside else "SET schema_audit.mode = off;\n"
        script += "\n".join(block) + "\n" if ends else ""
        script += statement.sql + "\n" + ("SET LOCAL schema_audit.mode = enforce;\n" if inside else "RESET schema_audit.mode;\n") + "\\endif\n"
        in_block = (in_block or begins) and not ends
        block = block + [statement.sql] if in_block else []
    said = psql(script)
    return dict(re.findall(r"(?m)^(\d+) ([0-9A-Z]{5})$", said.stdout)), said.stderr


def main():
    subprocess.run(["createdb", "migrations"], check=True)
    psql("CREATE EXTENSION schema_audit; SELECT schema_audit.enable();")
    major = int(psql("SHOW server_version_num").stdout) // 10000
    count = failed = 0
    for path in sorted(HERE.glob("*.sql")):
        statements = [Statement(text) for text in re.split(r"(?m)^-- expect: ", path.read_text())[1:]]
        if not statements:
            continue
        told, errors = lint(path, statements)
        states, run_errors = run(statements)
        lost = False  # a transaction that its end rejects
        for number, statement in enumerate(statements):
            strong, state, problems = told[number], states.get(str(number)), []
            by_lint = {"pass": (set(), set()), "warn": (set(), statement.rules), "reject": (statement.rules, None), "commit": (statement.rules, None)}[statement.verdict]
            is_end = statement.sql.upper().startswith("COMMIT")
            if not (statement.verdict == "commit" and is_end) and (strong["reject"] != by_lint[0] or (by_lint[1] is not None and strong["warn"] != by_lint[1])):
                problems.append("expected %s %s, lint() says %s" % (statement.verdict, sorted(statement.rules), strong))
            lost = lost or statement.verdict == "commit"
            rejected = "SA002" if statement.verdict == "reject" or (is_end and lost) else "00000"
            unseen = any(major <= UNSEEN.get(rule, 0) for rule in statement.rules)
            if state != rejected and not unseen:
                problems.append("expected SQLSTATE %s, it is %s: %s" % (rejected, state, run_errors[-1500:]))
            lost = lost and not is_end
            count += 1
            failed += bool(problems)
            print("%s %d - %s: %s" % ("not ok" if problems else "ok", count, path.stem, " ".join(statement.sql.split())[:90].replace("#", "")))
            for problem in problems:
                print("# " + problem.replace("\n", "\n# ") + (errors and "\n# " + errors[:300]))
    print("1..%d" % count)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
